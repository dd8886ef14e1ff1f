"""Each fact of a course's page, for every kind of course and every way that it can be missing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.utils import translation

from catalogue.models import CoursePage
from catalogue.presenters.course_facts import open_to_fact
from catalogue.presenters.course_page import CoursePresenter
from catalogue.presenters.values import Fact
from tests import factories
from tests.factories import in_days

pytestmark = pytest.mark.django_db

NBSP = "\u00a0"


def fact(course: CoursePage, label: str) -> Fact | None:
    facts = CoursePresenter(course).context()["key_facts"]
    return next((each for each in facts if each.label == label), None)


# Pace and place ----------------------------------------------------------------------------------
def test_pace_has_hours_a_week_and_in_all(desk: object) -> None:
    course = factories.make_distance_course(desk.region, study_hours=80)
    assert fact(course, "Pace") == Fact(
        "Pace", f"25{NBSP}%", "About 10 hours a week, 80 hours in all", "pace"
    )
    course.study_hours = None
    assert fact(course, "Pace").note == "About 10 hours a week"


@pytest.mark.parametrize(
    ("meetings", "note"), [(3, "3 meetings"), (1, "1 meeting"), (0, "No meetings"), (None, "")]
)
def test_place_has_the_number_of_meetings(desk: object, meetings: int | None, note: str) -> None:
    course = factories.make_distance_course(desk.region, number_of_meetings=meetings)
    assert (fact(course, "Form").value, fact(course, "Form").note) == ("Distance", note)
    course.learning_forms = ["lecture", "lab"]
    both = ", ".join(filter(None, [note, "lecture, lab"]))
    assert fact(course, "Form").note.casefold() == both.casefold()


@pytest.mark.parametrize(("days", "weeks"), [(55, 8), (6, 1), (2, 1)])
def test_a_distance_course_has_its_weeks(desk: object, days: int, weeks: int) -> None:
    course = factories.make_distance_course(desk.region)
    factories.make_occasion(course, starts_on=in_days(30), ends_on=in_days(30 + days))
    (view,) = CoursePresenter(course).context()["occasions"]
    assert view.effort == f"{weeks} week{'s' if weeks > 1 else ''} at 25{NBSP}%"


def test_no_weeks_without_days_or_pace(desk: object) -> None:
    distance = factories.make_distance_course(desk.region)
    factories.make_occasion(distance, starts_on=None, ends_on=None, apply_by=None, continuous=True)
    offering = factories.make_offering(desk.region)
    factories.make_occasion(offering)
    for course in (distance, offering):
        (view,) = CoursePresenter(course).context()["occasions"]
        assert view.effort == ""


def test_credits_come_first_where_there_are_any(desk: object) -> None:
    some = factories.make_distance_course(desk.region, credits=Decimal(3), credit_system="stp")
    none = factories.make_offering(desk.region, duration="2 timer")

    def first(course: CoursePage) -> list[str]:
        return [each.label for each in CoursePresenter(course).context()["key_facts"][:3]]

    assert first(some) == ["Credits", "Pace", "Form"]
    assert first(none) == ["Form", "Time", "Credits"]


# Price -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("country", "reader", "unit"),
    [("NO", "nb", "kr"), ("NO", "sv", "NOK"), ("SE", "sv", "kr"), ("SE", "nb", "SEK"),
     ("SE", "en", "SEK")],
)  # fmt: skip
def test_kroner_of_the_other_country_have_their_code(country: str, reader: str, unit: str) -> None:
    course = factories.make_offering(factories.make_region(country=country))
    factories.make_occasion(course, price_per_seat=Decimal(500))
    with translation.override(reader):
        values = [each.value for each in CoursePresenter(course).context()["key_facts"]]
    assert f"500{NBSP}{unit}" in values


def test_price_and_who_pays(desk: object) -> None:
    course = factories.make_offering(desk.region, price_note="Dekkes av avtalen")
    occasion = factories.make_occasion(course)
    assert fact(course, "Price") == Fact("Price", "Dekkes av avtalen")
    occasion.price_per_seat = Decimal(0)
    occasion.save()
    assert fact(course, "Price") == Fact("Price", f"0{NBSP}NOK", note="Dekkes av avtalen")
    (view,) = CoursePresenter(course).context()["occasions"]
    assert view.price == ""  # said once, in the key facts


# Who may take it ---------------------------------------------------------------------------------
def test_a_shared_offering_names_those_who_take_part(desk: object) -> None:
    course = factories.make_offering(desk.region)
    course.participating_municipalities.set(desk.municipalities[:2])
    course.save_revision().publish()
    course.refresh_from_db()
    assert fact(course, "Open to") == Fact(
        "Open to", "Alvdal and Folldal", note="Municipal employees"
    )
    every = list(desk.region.municipalities.all())
    course.participating_municipalities.set(every)
    course.save_revision().publish()
    assert fact(course, "Open to").value == f"All {len(every)} municipalities"


def test_other_regions_that_may_take_it_are_named(desk: object) -> None:
    other = factories.make_region(name="Kustregionen")
    course = factories.make_distance_course(desk.region, audience="managers")
    course.shared_with_regions.set([other])
    course.save_revision().publish()
    assert fact(course, "Open to").note == "Managers in municipalities, also from Kustregionen"


def test_open_to_everyone_needs_no_list() -> None:
    told = open_to_fact("public", taking_part=["Alvdal"], in_region=3, also_from=["Kustregionen"])
    assert told == Fact("Open to", "Everyone")
    assert open_to_fact("employees", taking_part=[], in_region=0, also_from=[]).value == ""


# How to sign up ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "url", "last"),
    [
        ({"order_via": "open"}, "https://sok.example/", "Apply"),
        ({"order_via": "open"}, "", "Ask the provider how to apply"),
        ({"order_via": "municipal_contact"}, "", "Write to your municipality's contact"),
        ({"order_via": "agreement"}, "", "Tell your municipality's contact"),
    ],
)
def test_the_steps_to_a_seat(desk: object, fields: dict, url: str, last: str) -> None:
    course = factories.make_offering(desk.region, **fields)
    factories.make_occasion(course, apply_url=url)
    context = CoursePresenter(course).context()
    steps = [step.title for step in context["how_to_apply"]]
    assert steps == ["Settle it with your manager", last]
    assert context["cannot_apply_now"] == ""


def test_a_course_for_everyone_asks_no_manager(desk: object) -> None:
    provider = factories.make_provider(website="https://hogskole.example/")
    course = factories.make_offering(
        desk.region, audience="public", order_via="open", provider=provider
    )
    (step,) = CoursePresenter(course).context()["how_to_apply"]
    assert (step.title, step.url) == ("Ask the provider how to apply", provider.website)


NOW = {"starts_on": in_days(0), "ends_on": in_days(9), "apply_by": None}
CLOSED = [
    ({"apply_from": in_days(2)}, "Applications open on"),
    ({"seats_total": 4, "seats_taken": 4}, "Every seat is taken now"),
    ({"apply_by": in_days(-1)}, "Nobody can apply now"),
    (NOW, "Nobody can apply now"),
    ({"starts_on": None, "ends_on": None, "apply_by": None}, "Nobody can apply now"),
    ({"cancelled": True, "cancel_reason": "Snø"}, "Nobody can apply now"),
    (None, "Nobody can apply now"),
]


@pytest.mark.parametrize(("fields", "words"), CLOSED)
def test_where_nobody_can_apply_it_says_so(desk: object, fields: dict | None, words: str) -> None:
    course = factories.make_offering(desk.region)
    if fields is not None:
        factories.make_occasion(course, **fields)
    assert CoursePresenter(course).context()["cannot_apply_now"].startswith(words)


@pytest.mark.parametrize("fields", [{}, {"apply_by": in_days(-1), "late_apply_by": in_days(2)}])
def test_open_and_late_need_no_such_words(desk: object, fields: dict) -> None:
    course = factories.make_offering(desk.region)
    factories.make_occasion(course, **fields)
    assert CoursePresenter(course).context()["cannot_apply_now"] == ""


# How it is held ----------------------------------------------------------------------------------
def test_the_page_says_how_a_course_is_held_in_order(desk: object) -> None:
    course = factories.make_distance_course(
        desk.region,
        schedule="Torsdager",
        tools="Zoom",
        examination="Muntlig",
        pedagogy="Du følger en sak.",
        outcomes="skrive klart",
        prerequisites="Ingen",
        byod=True,
        byod_instructions="Et brev uten navn.",
    )
    text = Client(headers={"accept-language": "nb"}).get(course.get_url()).content.decode()
    order = ["skrive klart", "Ingen</p>", "Et brev uten navn.", "Torsdager", "Zoom", "Muntlig",
             "Du følger en sak."]  # fmt: skip
    places = [text.index(word) for word in order]
    assert places == sorted(places)


def test_an_offering_has_a_host_and_a_venue(desk: object) -> None:
    course = factories.make_offering(desk.region, venue="Rådhuset", facilities="Teleslynge")
    host = Fact("Host", course.host_municipality.name)
    details = CoursePresenter(course).context()["details"]
    assert details == [host, Fact("Venue", "Rådhuset", note="Teleslynge")]
    course.venue = ""
    assert CoursePresenter(course).context()["details"] == [host, Fact("Venue", "Teleslynge")]
    assert CoursePresenter(factories.make_distance_course(desk.region)).context()["details"] == []
