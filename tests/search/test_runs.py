"""Days and states must hold of some one occasion, and cards show the day that they stand by."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from catalogue.models import CoursePage
from regions.models import Region
from search.query import CourseQuery, HiddenKey
from search.reading import Reading
from search.runs import beginning, looks, order_of, runs_of, runs_text
from search.timeline import timeline
from search.wishes import wishes_of
from tests import factories
from tests.catalogue.occasion_cases import CASES, TODAY, Case

from .support import read_calendar
from .test_timeline import held, made


def values_of(occasions: list) -> str:
    """Return the days of occasions as rows keep them."""
    held = [each for each in occasions if not each.cancelled]
    names = {f"{HiddenKey.DAY}:{each.starts_on}" for each in held if each.starts_on}
    for each in held:
        if not each.dates.is_full:
            days = filter(None, (each.apply_by, each.late_apply_by))
            names |= {f"{HiddenKey.DEADLINE}:{day}" for day in days}
    return " ".join(sorted(names))


@given(st.lists(st.sampled_from(CASES), max_size=3), st.integers(-70, 70))
def test_what_is_kept_tells_of_each_occasion_on_every_day(cases: list[Case], number: int) -> None:
    occasions, day = [made(case) for case in cases], TODAY + timedelta(days=number)
    kept = [held(each) for each in occasions]
    moments = timeline(kept)
    text = runs_text(kept, moments)
    runs = runs_of(values_of(occasions), moments, text)
    wanted = {
        (
            each.starts_on,
            each.status(day),
            min(
                (
                    other
                    for other in (each.apply_by, each.late_apply_by)
                    if other and other >= day and not each.dates.is_full
                ),
                default=None,
            ),
        )
        for each in occasions
        if each.starts_on and not each.cancelled
    }
    found = [(run.day, run.on(day).status, run.on(day).deadline) for run in runs]
    assert set(found) == wanted
    if text:
        quick = {
            (date.fromisoformat(look.day), look.state, look.order) for look in looks(text, f"{day}")
        }
        assert quick == {(start, status.state, order_of(status)) for start, status, _ in wanted}


def test_one_occasion_needs_no_more_than_its_course() -> None:
    single = [made(case) for case in CASES]
    kept = [held(each) for each in single if each.starts_on and not each.cancelled]
    assert sum(not runs_text([each], timeline([each])) for each in kept) > 10


@pytest.mark.parametrize(
    ("text", "days", "windows"),
    [
        ("demens", (None, None), None),
        ("demens 3 hp", (None, None), None),
        ("uke 5 2027", (None, None), [("02-01", "02-07")]),
        # A part and the whole: the part. Two that no day meets: either.
        ("våren 2027 uke 5 2027", (None, None), [("02-01", "02-07")]),
        ("uke 5 2027 uke 7 2027", (None, None), [("02-01", "02-07"), ("02-15", "02-21")]),
        (
            "uke 5 2027 uke 7 2027",
            (date(2027, 2, 5), None),
            [("02-05", "02-07"), ("02-15", "02-21")],
        ),
        ("våren 2027", (date(2027, 5, 1), date(2027, 9, 1)), [("05-01", "06-30")]),
        ("våren 2027", (date(2027, 8, 1), None), []),
    ],
)
def test_days_and_wishes_meet_in_one_day(text: str, days: tuple, windows: list | None) -> None:
    query = CourseQuery("nb", TODAY, text=text, days=days)
    asked = beginning(query, Reading(text, wishes=tuple(wishes_of(text, TODAY)[0])))
    found = [tuple(f"{day:%m-%d}" for day in window) for window in asked.windows or ()]
    assert (found if asked.windows is not None else None) == windows
    assert asked.is_dated == (windows is not None)


@pytest.fixture
def courses(region: Region) -> list[CoursePage]:
    """One that began to be full soon and can be joined later, one that can be joined soon."""
    both, soon, gone = (
        factories.make_offering(region, title=title) for title in ("Begge", "Snart", "Fullt")
    )
    full = {"seats_total": 4, "seats_taken": 4}
    make, days = factories.make_occasion, factories.in_days
    make(both, starts_on=days(10), ends_on=days(11), apply_by=days(5), **full)
    make(both, starts_on=days(200), ends_on=days(201), apply_by=days(150))
    make(soon, starts_on=days(20), ends_on=days(21), apply_by=days(12))
    make(gone, starts_on=days(8), ends_on=days(9), apply_by=days(3), **full)
    factories.index_courses()
    return [both, soon, gone]


@pytest.mark.django_db
def test_days_and_state_are_of_one_occasion(courses: list[CoursePage]) -> None:
    def ask(**query: object) -> tuple[list[str], dict[str, int]]:
        response = Client().get("/nb/courses/", query)
        states = next(each for each in response.context["facets"] if each.key == "state")
        counts = {each.value: each.count for each in (*states.options, *states.more)}
        found = [(card.title, card.state.code) for card in response.context["courses"]]
        return found, {value: count for value, count in counts.items() if count}

    month = {"from": factories.in_days(0), "to": factories.in_days(30)}
    assert ask(**month, state="open") == ([("Snart", "open")], {"open": 1, "full": 2})
    # The card tells of what begins in those days, not of the course's best occasion.
    assert ask(**month, state="full")[0] == [("Fullt", "full"), ("Begge", "full")]
    assert [title for title, _state in ask(**month)[0]] == ["Snart", "Fullt", "Begge"]
    assert ask(state="open")[0] == [("Snart", "open"), ("Begge", "open")]
    later = {"start": f"{factories.in_days(200):%Y-%m}"}
    assert ask(**later, state="full") == ([], {"open": 1})
    assert ask(**later, state="open")[0] == [("Begge", "open")]
    week = factories.in_days(10).isocalendar()
    words = f"begge uke {week.week} {week.year}"
    assert ask(q=words, state="open") == ([], {"full": 1})
    ((title, state),) = ask(q=words, state="full")[0]
    assert ("Begge" in title, state) == (True, "full")


@pytest.mark.django_db
def test_by_start_what_can_be_joined_comes_first_and_shows_its_day(
    courses: list[CoursePage],
) -> None:
    response = Client().get("/nb/courses/", {"sort": "start"})
    cards = {card.title: card for card in response.context["courses"]}
    assert list(cards) == ["Snart", "Begge", "Fullt"]
    assert (cards["Snart"].by_label, cards["Snart"].by_day) == ("Starter", factories.in_days(20))
    assert cards["Begge"].by_day == factories.in_days(200)
    assert cards["Fullt"].by_day is None  # its state says the same
    assert cards["Fullt"].state.date == factories.in_days(8)
    assert response.content.decode().count("course__date--also") == 2
    # Where days are asked for, the start that they are met by stands beside the state.
    week = factories.in_days(200).isocalendar()
    for query in ({"q": f"uke {week.week} {week.year}"}, {"from": factories.in_days(100)}):
        (card,) = Client().get("/nb/courses/", query).context["courses"]
        assert (card.by_label, card.by_day) == ("Starter", factories.in_days(200))
        assert (card.title, card.state.date) == ("Begge", factories.in_days(150))
    limited = Client().get("/nb/courses/", {"sort": "start", "to": factories.in_days(30)})
    assert [card.title for card in limited.context["courses"]] == ["Snart", "Fullt", "Begge"]
    # The newest show since when they are here, and what is over comes last.
    over = factories.make_offering(Region.objects.get(), title="Over")
    day = factories.in_days(-9)
    factories.make_occasion(over, starts_on=day, ends_on=day, apply_by=None)
    factories.index_courses()
    newest = Client().get("/nb/courses/", {"sort": "newest"}).context["courses"]
    assert [card.title for card in newest] == ["Fullt", "Snart", "Begge", "Over"]
    assert {card.by_day for card in newest} == {factories.in_days(0)}


@pytest.mark.django_db
def test_by_deadline_that_of_what_begins_in_the_days_counts(courses: list[CoursePage]) -> None:
    late = {"sort": "deadline", "from": factories.in_days(100)}
    response = Client().get("/nb/courses/", late)
    (card,) = response.context["courses"]
    # The day to apply by lies before the first day on which it may begin.
    assert (card.title, card.state.date) == ("Begge", factories.in_days(150))


@pytest.mark.django_db
def test_calendars_hold_the_occasions_that_are_asked_for(courses: list[CoursePage]) -> None:
    soon, later = factories.in_days(10), factories.in_days(200)
    span = f"from={factories.in_days(0)}&to={factories.in_days(30)}"
    starts = sorted(event.dtstart.value for event in read_calendar(f"?{span}"))
    assert starts == [factories.in_days(8), soon, factories.in_days(20)]
    # Among what is open stands no occasion that is full. One that was cancelled stays, so that it
    # goes from the calendars that have it.
    factories.make_occasion(
        courses[1], starts_on=factories.in_days(25), cancelled=True, cancel_reason="Snø"
    )
    for dated in ("", f"&from={factories.in_days(0)}&to={factories.in_days(250)}"):
        told = [
            (each.dtstart.value, each.status.value) for each in read_calendar(f"?state=open{dated}")
        ]
        assert [day for day, status in sorted(told) if status != "CANCELLED"] == [
            factories.in_days(20),
            later,
        ]
        assert (factories.in_days(25), "CANCELLED") in told
    # So it is in a month.
    for state, titles in (("open", {"Snart"}), ("full", {"Fullt"})):
        begun = set()
        for month in sorted({factories.in_days(days).replace(day=1) for days in (8, 10, 20)}):
            query = {"view": "calendar", "month": f"{month:%Y-%m}", "state": state}
            page = Client().get("/nb/courses/", query).context["month"]
            days = [day for week in page.weeks for day in week.days]
            entries = [entry for day in days for entry in day.happens.entries]
            begun |= {entry.title for entry in entries if not entry.is_deadline}
        assert begun == titles
    query = {"view": "calendar", "month": f"{later:%Y-%m}", "state": "open"}
    page = Client().get("/nb/courses/", query).content.decode()
    assert "Begge" in page


@pytest.mark.django_db
def test_two_deadlines_of_a_card_are_called_differently(courses: list[CoursePage]) -> None:
    days = factories.in_days
    late = {"apply_by": days(-1), "late_apply_by": days(4)}
    factories.make_occasion(courses[0], starts_on=days(25), ends_on=days(26), **late)
    factories.index_courses()
    first = Client().get("/en/courses/", {"sort": "deadline"}).context["courses"][0]
    assert (first.title, first.state.date) == ("Begge", days(150))
    assert (first.by_label, first.by_day) == ("Next deadline", days(4))
