"""Any choice of courses as a feed and as a calendar, read by libraries that did not write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from catalogue.models import CourseOccasion, CoursePage
from catalogue.services import cancel_occasion
from regions.models import Region, ServiceArea
from search import feeds
from search.models import CatalogueVersion, SynonymVersion
from tests import factories, worlds

from .support import CALENDAR, FEED, events_of, feed_of, read_calendar, read_feed

pytestmark = pytest.mark.django_db

SITE = "http://localhost:8000"
HOSTILE = '</title><script>alert(1)</script> & "æ" 😀 ]]>'
ODD = [
    "?area=finnes-ikke",
    "?area=helse&area=finnes-ikke",
    "?area[]=helse",
    "?area=%00",
    "?start=2026-99",
    "?q=%22",
    "?q=%00",
    "?q=%1f%0b%ef%bf%be",
    "?q=" + "å" * 5000,
    "?q=%ff%fe",
    "?sort=odd&page=9e99",
    "?page=-1&page_size=9999",
    "?" + "&".join(f"area={number}" for number in range(500)),
]


@worlds.layer
def world(region: Region) -> Region:
    """Three courses of two areas in one region, and one of another; each with days ahead."""
    health = factories.make_term(ServiceArea, slug="helse", name_nb="Helse")
    school = factories.make_term(ServiceArea, slug="skole", name_nb="Skole")
    for title, area in (("Legemidler", health), ("Demens", health), ("Lesing", school)):
        course = factories.make_offering(region, title=title, place="onsite")
        course.service_areas.set([area])
        course.save_revision().publish()
        factories.make_occasion(course)
    other = factories.make_offering(factories.make_region(), title="Andres kurs")
    factories.make_occasion(other)
    factories.index_courses()
    return region


def titles(query: str) -> list[str]:
    return [entry.title for entry in read_feed(query).entries]


def summaries(query: str) -> set[str]:
    return {event.summary.value for event in read_calendar(query)}


@pytest.mark.both
def test_the_newest_come_first_whatever_order_was_asked(world: Region) -> None:
    assert titles("") == ["Andres kurs", "Lesing", "Demens", "Legemidler"]
    assert titles("?sort=state&page=2") == titles("")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?area=helse", {"Demens", "Legemidler"}),
        ("?region=fjellregionen", {"Demens", "Legemidler", "Lesing"}),
        ("?region=fjellregionen&area=skole", {"Lesing"}),
        ("?q=legemiddelet", {"Legemidler"}),
        ("?area=helse&place=distance", set()),
        ("?area=finnes-ikke&area=skole", {"Lesing"}),
    ],
)
def test_both_give_what_the_listing_gives(world: Region, query: str, found: set[str]) -> None:
    page = BeautifulSoup(Client().get(f"/nb/courses/{query}").content, "html.parser")
    assert {link.text for link in page.select(".course__link")} == found
    assert set(titles(query)) == found
    assert summaries(query) == found


def test_a_feed_says_what_and_whose_it_is(world: Region) -> None:
    response = Client().get(f"{FEED}?place=onsite&utm=x&area=helse")
    found = feed_of(response).feed
    assert found.title == "Samkurs: Helse, Oppmøte"
    assert found.language == "nb"
    assert found.link == f"{SITE}/nb/courses/?area=helse&place=onsite"
    assert found.id == f"{SITE}{FEED}?area=helse&place=onsite"
    assert response["Content-Language"] == "nb"
    assert feed_of(Client().get("/sv/courses/feed.atom?area=helse")).feed.language == "sv"


def test_an_entry_keeps_its_name_and_tells_when_it_changed(world: Region) -> None:
    course = CoursePage.objects.get(title="Demens")
    entry = read_feed("?q=demens").entries[0]
    assert entry.id == f"urn:uuid:{course.translation_key}"
    assert entry.link == SITE + course.url
    assert entry.author == course.provider.name
    assert course.summary in entry.summary
    first = entry.updated_parsed
    occasion = course.occasions.get()
    later = timezone.now() + timedelta(hours=1)
    cancel_occasion(occasion, reason="Snø", by=None)
    log = occasion_log(occasion)
    log.update(timestamp=later)
    factories.index_courses()
    after = read_feed("?q=demens").entries[0]
    assert after.id == entry.id
    assert after.published_parsed == entry.published_parsed
    assert after.updated_parsed > first
    assert "Snø" in after.summary


def occasion_log(occasion: CourseOccasion) -> object:
    from wagtail.models import ModelLogEntry

    return ModelLogEntry.objects.filter(object_id=str(occasion.pk))


def test_whatever_stands_there_stays_text(world: Region) -> None:
    course = CoursePage.objects.get(title="Demens")
    course.title = HOSTILE
    course.summary = HOSTILE + "\x0b\x1f"
    course.save()
    CourseOccasion.objects.filter(course=course).update(venue=HOSTILE, cohort="\x0b;,:\\")
    factories.index_courses()
    response = Client().get(FEED)
    (entry,) = (each for each in feed_of(response).entries if each.id.endswith(str(key(course))))
    assert "<script>" not in response.text
    # feedparser takes titles for HTML and drops scripts; the words are there all the same.
    assert "😀" in entry.title
    assert "<script" not in entry.summary
    assert f"{HOSTILE} (;,:\\)" in summaries("")


def key(course: CoursePage) -> object:
    return course.translation_key


def test_what_readers_do_not_see_is_in_neither(world: Region) -> None:
    hidden, closed = (CoursePage.objects.get(title=title) for title in ("Demens", "Lesing"))
    hidden.unpublish()
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    draft = factories.make_offering(world, title="Utkast", live=False)
    factories.make_occasion(draft)
    factories.index_courses()
    assert titles("") == ["Andres kurs", "Legemidler"]
    assert summaries("") == {"Andres kurs", "Legemidler"}


def test_a_calendar_holds_what_is_ahead_and_the_last_month(world: Region) -> None:
    course = CoursePage.objects.get(title="Lesing")
    course.occasions.all().delete()
    for name, first, last in (("borte", -60, -31), ("nylig", -60, -30), ("nå", -2, 2)):
        days = {"starts_on": factories.in_days(first), "ends_on": factories.in_days(last)}
        factories.make_occasion(course, cohort=name, apply_by=None, **days)
    one = {"ends_on": None, "apply_by": None}
    factories.make_occasion(course, cohort="dag", starts_on=factories.in_days(-31), **one)
    factories.make_occasion(course, cohort="uten", starts_on=None, **one)
    factories.make_occasion(course, cohort="alltid", starts_on=None, continuous=True, **one)
    gone = factories.make_occasion(course, cohort="avlyst", cancelled=True, cancel_reason="Snø")
    factories.index_courses()
    events = {event.summary.value: event for event in read_calendar("?area=skole")}
    assert len(events) == 3
    assert {"Lesing (nylig)", "Lesing (nå)"} < events.keys()
    (cancelled,) = (each for each in events.values() if each.status.value == "CANCELLED")
    alone = events_of(Client().get(f"/nb/occasions/{gone.pk}.ics"))[0]
    for name in ("uid", "sequence", "dtstart", "dtend", "summary", "url"):
        assert getattr(cancelled, name).value == getattr(alone, name).value


def test_limits(world: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MOST_ENTRIES", 2)
    monkeypatch.setattr(feeds, "MOST_OCCASIONS", 3)
    assert titles("") == ["Andres kurs", "Lesing"]
    assert len(read_calendar()) == 3
    monkeypatch.setattr(feeds, "MOST_COURSES", 1)
    assert len(read_calendar()) == 1


def test_no_courses_at_all(db: None) -> None:
    found = read_feed()
    assert (found.entries, found.feed.author) == ([], "Samkurs")
    assert read_calendar() == []


@pytest.mark.both
@pytest.mark.parametrize("query", ODD, ids=lambda query: query[:16])
def test_an_odd_address_gets_an_answer(world: Region, query: str) -> None:
    read_feed(query)
    read_calendar(query)


@pytest.mark.both
@pytest.mark.parametrize("url", [FEED, CALENDAR])
def test_asked_again(world: Region, url: str) -> None:
    first = Client().get(f"{url}?area=helse")
    assert first["Cache-Control"] == "public, max-age=900"
    assert "sessionid" not in first.cookies
    for header in ("if-none-match", "if-modified-since"):
        value = first["ETag" if header == "if-none-match" else "Last-Modified"]
        with CaptureQueriesContext(connection) as queries:
            again = Client().get(f"{url}?area=helse", headers={header: value})
        assert (again.status_code, again.content) == (304, b"")
        assert len(queries) == 1
    assert Client().get(f"{url}?area=skole")["ETag"] != first["ETag"]
    same = Client().get(f"{url}?unknown=1&area=helse", headers={"if-none-match": first["ETag"]})
    assert same.status_code == 304
    CatalogueVersion.objects.update(changed_at=datetime(2100, 1, 1, tzinfo=UTC))
    later = Client().get(url, headers={"if-modified-since": first["Last-Modified"]})
    assert later.status_code == 200
    factories.index_courses()
    changed = Client().get(f"{url}?area=helse", headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200


@pytest.mark.parametrize("url", [FEED, CALENDAR])
def test_only_reading(world: Region, url: str) -> None:
    assert Client().head(url).status_code == 200
    for method in ("post", "put", "delete", "patch"):
        assert getattr(Client(), method)(url).status_code == 405


def test_no_page_can_stand_at_these_addresses(region: Region) -> None:
    """A slug has no full stop; so nothing is hidden, and nothing hides these."""
    field = Page._meta.get_field("slug")
    for slug in ("feed.atom", "calendar.ics", "1.ics", "sitemap.xml"):
        with pytest.raises(Exception, match=r"(?i)slug"):
            field.run_validators(slug)


@pytest.mark.both
def test_more_courses_ask_no_more(world: Region) -> None:
    def counts() -> list[int]:
        factories.index_courses()
        numbers = []
        for url in (f"{FEED}?area=helse", f"{CALENDAR}?area=helse&q=demens"):
            Client().get(url)
            with CaptureQueriesContext(connection) as queries:
                Client().get(url)
            numbers.append(len(queries))
        return numbers

    SynonymVersion.advance()  # a worker keeps the synonyms of a version
    few = counts()
    health = ServiceArea.objects.get(slug="helse")
    for number in range(8):
        course = factories.make_offering(world, title=f"Demens {number}")
        course.service_areas.set([health])
        course.save_revision().publish()
        for cohort in ("a", "b"):
            factories.make_occasion(course, cohort=cohort)
    factories.make_offering(factories.make_region())
    assert counts() == few
    assert few[0] <= 8
    assert few[1] <= 9


def test_the_listing_leads_to_both(world: Region) -> None:
    def follow(response: HttpResponse) -> list[str]:
        page = BeautifulSoup(response.content, "html.parser")
        in_head = page.head.select_one('[type="application/atom+xml"]')["href"]
        found = [link["href"] for link in page.select(".follow a[type]")]
        assert in_head == SITE + found[0]
        return found

    tail = "?area=helse&region=fjellregionen"
    own = follow(Client().get(f"{factories.index_page(world).url}?area=helse&sort=newest"))
    assert own == [FEED + tail, CALENDAR + tail]
    assert set(titles(tail)) == {"Demens", "Legemidler"}
    assert follow(Client().get("/nb/courses/")) == [FEED, CALENDAR]
    assert follow(Client().get("/nb/areas/helse/?place=distance"))[0] == (
        f"{FEED}?area=helse&place=distance"
    )
