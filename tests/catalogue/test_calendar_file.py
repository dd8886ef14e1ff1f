"""The calendar file of an occasion, read by a library that did not write it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from wagtail.models import Locale, PageViewRestriction

from catalogue.calendars import calendar_file
from catalogue.models import CourseOccasion, CoursePage
from catalogue.presenters.states import occasion_view
from catalogue.services import cancel_occasion, move_occasion
from regions.models import Region, Role
from tests import calendars, factories

from .support import cancel

pytestmark = pytest.mark.django_db

OSLO = ZoneInfo("Europe/Oslo")


def url(occasion: CourseOccasion, language: str = "nb") -> str:
    with translation.override(language):
        return reverse("catalogue:occasion_calendar", args=[occasion.pk])


def event_of(response: HttpResponse) -> object:
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    text = response.content.decode()
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    calendar = calendars.read(text)
    calendar.validate(raiseException=True)
    (event,) = calendar.vevent_list
    return event


def get(occasion: CourseOccasion, language: str = "nb") -> object:
    return event_of(Client().get(url(occasion, language)))


def test_an_afternoon(course: CoursePage, occasion: CourseOccasion) -> None:
    CourseOccasion.objects.filter(pk=occasion.pk).update(
        starts_on=date(2027, 1, 12), ends_on=date(2027, 1, 12), apply_by=None, cohort="Gruppe 2"
    )
    event = get(occasion)
    assert event.summary.value == "Brannvern (Gruppe 2)"
    assert event.location.value == "Teams"
    assert event.dtstart.value == datetime(2027, 1, 12, 9, tzinfo=OSLO)
    assert event.dtend.value == datetime(2027, 1, 12, 12, 30, tzinfo=OSLO)
    assert event.dtstart.value.utcoffset() == timedelta(hours=1)
    assert event.status.value == "CONFIRMED"
    assert event.url.value == f"http://localhost:8000{course.url}"
    assert course.summary in event.description.value
    assert event.transp.value == "OPAQUE"


def test_summer_has_another_offset_and_the_zone_stands_in_the_file(
    occasion: CourseOccasion,
) -> None:
    day = date(2027, 6, 12)
    CourseOccasion.objects.filter(pk=occasion.pk).update(starts_on=day, ends_on=day, apply_by=None)
    response = Client().get(url(occasion))
    assert event_of(response).dtstart.value.utcoffset() == timedelta(hours=2)
    assert b"BEGIN:VTIMEZONE\r\nTZID:Europe/Oslo" in response.content


def test_the_zone_is_the_regions() -> None:
    region = factories.make_region(timezone="Europe/Helsinki")
    day = {"starts_on": factories.in_days(20), "ends_on": factories.in_days(20)}
    occasion = factories.make_occasion(
        factories.make_offering(region), start_time=time(9), **day, apply_by=None
    )
    response = Client().get(url(occasion))
    assert b"DTSTART;TZID=Europe/Helsinki:" in response.content
    assert "DTEND" not in response.content.decode()
    assert event_of(response).dtstart.value.hour == 9


def test_whole_days_end_the_day_after(course: CoursePage) -> None:
    occasion = factories.make_occasion(course)
    event = get(occasion)
    assert event.dtstart.value == factories.in_days(30)
    assert event.dtend.value == factories.in_days(87)
    assert event.transp.value == "TRANSPARENT"
    one = factories.make_occasion(course, ends_on=None, cohort="1")
    assert get(one).dtend.value == factories.in_days(31)


def test_hours_of_several_days(course: CoursePage) -> None:
    """From an hour of the first day to an earlier one of the last, they bound the whole."""
    days = {"starts_on": factories.in_days(30), "ends_on": factories.in_days(31)}
    bound = factories.make_occasion(course, start_time=time(12), end_time=time(9), **days)
    event = get(bound)
    assert event.dtstart.value.time() == time(12)
    assert event.dtend.value == datetime.combine(factories.in_days(31), time(9), OSLO)
    daily = factories.make_occasion(course, start_time=time(9), end_time=time(12), **days)
    event = get(daily)
    assert event.dtstart.value == factories.in_days(30)
    assert "9.00–12.00" in event.description.value


def test_it_stays_the_same_event_and_tells_that_it_changed(
    desk: object, occasion: CourseOccasion
) -> None:
    before = get(occasion)
    by = factories.make_member(desk.region, Role.EDITOR)
    move_occasion(occasion, by=by, starts_on=factories.in_days(40), ends_on=factories.in_days(40))
    moved = get(occasion)
    cancel_occasion(occasion, reason="Snø", by=by)
    cancelled = get(occasion)
    assert before.uid.value == moved.uid.value == cancelled.uid.value
    numbers = [int(event.sequence.value) for event in (before, moved, cancelled)]
    assert numbers == sorted(set(numbers))
    assert before.dtstamp.value <= moved.dtstamp.value <= cancelled.dtstamp.value
    assert moved.dtstart.value.date() == factories.in_days(40)
    assert cancelled.status.value == "CANCELLED"
    assert cancelled.summary.value != moved.summary.value
    assert "Snø" in cancelled.description.value


@pytest.mark.parametrize(
    "text",
    ['"; , \\ : </script>', "æøå 😀 " * 30, "a\nBEGIN:VEVENT\nb", "\x0b\x1fx\r\nEND:VCALENDAR"],
    ids=range(4),
)
def test_whatever_stands_there_stays_text(
    course: CoursePage, occasion: CourseOccasion, text: str
) -> None:
    title = text[:120]
    CoursePage.objects.filter(pk=course.pk).update(title=title, summary=text[:300])
    CourseOccasion.objects.filter(pk=occasion.pk).update(venue=title)
    event = get(occasion)
    kept = title.replace("\r\n", "\n").replace("\x0b", "").replace("\x1f", "")
    assert event.summary.value == kept
    assert event.location.value == kept


def test_no_day_no_file(course: CoursePage) -> None:
    none = {"ends_on": None, "apply_by": None}
    later = factories.make_occasion(course, starts_on=None, **none)
    always = factories.make_occasion(course, starts_on=None, continuous=True, **none)
    for occasion in (later, always):
        assert Client().get(url(occasion)).status_code == 404
        assert occasion_view(occasion, course, factories.in_days(0)).calendar_url == ""


@pytest.mark.parametrize(
    "address",
    ["0", "9" * 18, "9" * 40, "-1", "x", "1%00", "١", "1.ics", "%2e%2e/1"],
)
def test_numbers_of_nothing(course: CoursePage, address: str) -> None:
    assert Client().get(f"/nb/occasions/{address}.ics").status_code == 404


def test_only_of_what_readers_see(course: CoursePage, occasion: CourseOccasion) -> None:
    assert Client().get(url(occasion)).status_code == 200
    closed = PageViewRestriction.objects.create(
        page=course.get_parent(), restriction_type=PageViewRestriction.LOGIN
    )
    assert Client().get(url(occasion)).status_code == 404
    closed.delete()
    course.unpublish()
    response = Client().get(url(occasion))
    assert response.status_code == 404
    assert course.title not in response.text


def test_a_translation_speaks_for_itself(course: CoursePage, occasion: CourseOccasion) -> None:
    swedish = course.specific.copy_for_translation(
        Locale.objects.get(language_code="sv"), copy_parents=True
    )
    swedish.title = "Brandskydd"
    swedish.save_revision().publish()
    swedish.refresh_from_db()
    assert get(occasion, "nb").summary.value == "Brannvern"
    assert get(occasion, "en").summary.value == "Brannvern"
    event = get(occasion, "sv")
    assert event.summary.value == "Brandskydd"
    assert event.url.value.endswith(swedish.url)
    assert event.uid.value == get(occasion, "nb").uid.value
    course.unpublish()
    assert get(occasion, "nb").summary.value == "Brandskydd"


def test_the_page_offers_what_is_ahead(
    course: CoursePage, occasion: CourseOccasion, finished: CourseOccasion
) -> None:
    gone = factories.make_occasion(course, cohort="avlyst")
    cancel(gone)
    page = Client().get(course.get_url()).text
    assert f'href="{url(occasion)}"' in page
    assert f'href="{url(gone)}"' not in page
    assert f'href="{url(finished)}"' not in page
    assert get(gone).status.value == "CANCELLED"
    assert get(finished).status.value == "CONFIRMED"


def test_asked_again(occasion: CourseOccasion) -> None:
    response = Client().get(url(occasion))
    assert response["Cache-Control"] == "public, max-age=900"
    again = Client().get(url(occasion), headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    cancel(occasion)
    after = Client().get(url(occasion), headers={"if-none-match": response["ETag"]})
    assert after.status_code == 200
    assert Client().head(url(occasion)).status_code == 200
    assert Client().post(url(occasion)).status_code == 405


@pytest.mark.both
def test_six_queries(region: Region, course: CoursePage, occasion: CourseOccasion) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            get(occasion)
        return len(queries)

    count()
    few = count()
    for number in range(10):
        factories.make_occasion(course, cohort=f"{number}")
        factories.make_offering(region)
    assert count() == few
    assert few <= 6


def test_the_name_of_a_calendar_is_one_escaped_line() -> None:
    content = calendar_file([], name="Samkurs: a, b;\r\nMETHOD:X", language="nb").decode()
    lines = content.split("\r\n")
    assert "NAME;LANGUAGE=nb:Samkurs: a\\, b\\; METHOD:X" in lines
    assert "X-WR-CALNAME:Samkurs: a\\, b\\; METHOD:X" in lines
    assert list(calendars.read(content).contents["vtimezone"])
