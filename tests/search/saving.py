"""Saving searches as a reader does, with a browser without script and a mailbox."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from regions.models import Region
from regions.outbox import send_due
from search.saved import daily, services
from search.saved.models import SavedSearch
from tests import factories

EMAIL = "leder@nordfjell.example"
SAVE = "/nb/courses/saved/"


def ask(query: str, email: str = EMAIL, language: str = "nb") -> str:
    """Fill in the form; return the path that the mail leads to, or nothing if none came."""
    mail.outbox.clear()
    response = Client().post(f"/{language}/courses/saved/?{query}", {"email": email})
    assert (response.status_code, response["Location"]) == (302, f"/{language}/courses/saved/sent/")
    send_due()
    return link_in(mail.outbox[-1]) if mail.outbox else ""


def follow(query: str, email: str = EMAIL, language: str = "nb") -> SavedSearch:
    """Save a search and confirm it, without the mail of it."""
    search = services.ask_to_confirm(email, language=language, query=query, words="ord")
    search = services.confirm(search)
    send_due()
    return search


def link_in(message: mail.EmailMessage, holding: str = "/courses/saved/") -> str:
    """Return the path of the first link in a mail that holds something."""
    links = re.findall(r"https?://[^/\s]+(/\S+)", message.body)
    return next(link for link in links if holding in link)


def publish(region: Region, title: str, **fields: object) -> object:
    """Publish a course with a date, and let it be found."""
    course = factories.make_offering(region, title=title, **fields)
    factories.make_occasion(course)
    factories.index_courses()
    return course


def tomorrow(monkeypatch: pytest.MonkeyPatch, days: int = 1) -> datetime:
    """Let it be the morning so many days from now, an hour after readers begin to be told."""
    day = timezone.localdate(datetime.now(UTC)) + timedelta(days=days)
    now = timezone.make_aware(datetime.combine(day, time(daily.HOUR.hour + 1)))
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now


def look() -> list[mail.EmailMessage]:
    """Let the clock look, and return the mails that went out."""
    mail.outbox.clear()
    daily.tell_what_is_new()
    send_due()
    return list(mail.outbox)


def told(messages: list[mail.EmailMessage], email: str = EMAIL) -> list[str]:
    """Return the titles of the courses that mails to somebody tell."""
    return [
        title
        for message in messages
        if message.to == [email]
        for title in re.findall(r"^\* (.+)$", message.body, re.MULTILINE)
    ]
