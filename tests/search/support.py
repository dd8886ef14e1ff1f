"""Reading feeds and calendars as other programs do."""

from __future__ import annotations

import feedparser
from django.http import HttpResponse
from django.test import Client

from tests import calendars

FEED = "/nb/courses/feed.atom"
CALENDAR = "/nb/courses/calendar.ics"


def feed_of(response: HttpResponse) -> feedparser.FeedParserDict:
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    found = feedparser.parse(response.content)
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


def read_feed(query: str = "") -> feedparser.FeedParserDict:
    return feed_of(Client().get(f"{FEED}{query}"))


def events_of(response: HttpResponse) -> list:
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = calendars.read(response.content.decode())
    calendar.validate(raiseException=True)
    assert calendar.contents.keys() & {"vevent", "vtimezone"}
    return list(calendar.contents.get("vevent", ()))


def read_calendar(query: str = "") -> list:
    return events_of(Client().get(f"{CALENDAR}{query}"))
