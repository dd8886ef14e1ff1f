"""The loop as readers see it: where a course comes from, how many needs are where."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalogue.models import HomePage
from catalogue.presenters.loop import forum_year, loop_view
from regions.lifecycle import Actor
from regions.models import Region
from regions.needs.lifecycle import SHARED_NEED
from tests import factories
from tests.forum.makers import make_round
from tests.needs import makers

from .needs_makers import make_answer, make_open, make_wanted, publish_round, set_state

pytestmark = pytest.mark.django_db

SECRET = "Zubrowka"


def read(url: str) -> BeautifulSoup:
    response = Client().get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def queries(url: str) -> int:
    Client().get(url)  # what is read once and kept does not count
    with CaptureQueriesContext(connection) as captured:
        assert Client().get(url).status_code == 200
    return len(captured)


# The course's page -------------------------------------------------------------------------------


def test_a_course_says_from_which_need_it_grew(region: Region) -> None:
    shared = make_wanted(region, municipalities=3, title="Trygg medisin", summary="Ulike rutiner.")
    publish_round(region, shared, title="Høsten 2026", slug="hosten-2026")
    page = read(make_answer(region, shared).url)
    origin = page.select_one(".origin")
    names = {each.municipality.name for each in shared.accepted_needs()}
    assert {each.text for each in origin.select(".flow__name")} == names
    assert len(names) == 3
    text = origin.get_text(" ", strip=True)
    for words in ("Trygg medisin", "Ulike rutiner.", "Høsten 2026"):
        assert words in text
    assert origin.select_one("svg")["aria-hidden"] == "true"
    assert page.select_one("h2#origin")


def test_words_are_those_that_were_published(region: Region) -> None:
    """What somebody writes at the shared need later is not public."""
    shared = make_wanted(region, title="Trygg medisin")
    publish_round(region, shared)
    type(shared).objects.filter(pk=shared.pk).update(title=SECRET, public_summary=SECRET)
    assert SECRET not in read(make_answer(region, shared).url).get_text()


@pytest.mark.parametrize("phase", ["ballot_open", "ballot_closed", "decided", "cancelled"])
def test_before_its_round_is_published_a_need_is_not_shown(region: Region, phase: str) -> None:
    shared = make_wanted(region, title=SECRET)
    planning_round = publish_round(region, shared)
    set_state(planning_round, phase)
    page = read(make_answer(region, shared).url)
    assert page.select_one(".origin") is None
    assert SECRET not in page.get_text()


def test_an_open_or_deferred_need_is_not_shown(region: Region) -> None:
    follows = Actor.clock().following()
    deferred = SHARED_NEED.apply(make_open(region, title=SECRET), "enter_round", by=follows)
    SHARED_NEED.apply(deferred, "defer", by=follows)
    publish_round(region, deferred)
    page = read(make_answer(region, deferred, make_open(region, title=SECRET)).url)
    assert page.select_one(".origin") is None
    assert SECRET not in page.get_text()


def test_a_need_that_nobody_confirmed_has_no_drawing(region: Region) -> None:
    shared = make_wanted(region)
    planning_round = publish_round(region, shared)
    item = planning_round.items.get()
    type(item)._base_manager.filter(pk=item.pk).update(facts={"places": {"1": SECRET}})
    origin = read(make_answer(region, shared).url).select_one(".origin")
    assert origin.select_one(".flow") is None
    assert SECRET not in origin.get_text()


def test_a_preview_shows_it_too(desk: object) -> None:
    shared = make_wanted(desk.region, title="Trygg medisin")
    publish_round(desk.region, shared)
    course = make_answer(desk.region, shared, live=False)
    context = course.make_preview_request().context_data
    assert [each.title for each in context["origins"]] == ["Trygg medisin"]


def test_machines_and_search_hear_nothing_of_needs(region: Region) -> None:
    shared = make_wanted(region, title=SECRET, summary=f"{SECRET} to.")
    publish_round(region, shared, title=SECRET)
    course = make_answer(region, shared, title="Brannvern")
    factories.index_courses()
    page = Client().get(course.url).content.decode()
    assert SECRET in page
    soup = BeautifulSoup(page, "html.parser")
    for script in soup.select('script[type="application/ld+json"]'):
        assert SECRET not in json.dumps(json.loads(script.text), ensure_ascii=False)
    for meta in soup.select("head *"):
        assert SECRET not in str(meta)
    listing = factories.index_page(region).get_url()
    assert "Brannvern" in Client().get(f"{listing}?q=brannvern").content.decode()
    assert "Brannvern" not in Client().get(f"{listing}?q={SECRET}").content.decode()
    scope = {"region": region.slug}
    for route in ("search:feed", "search:calendar"):
        answer = Client().get(reverse(route), scope).content.decode()
        assert SECRET not in answer
    assert "Brannvern" in Client().get(reverse("search:feed"), scope).content.decode()
    for address in ("/sitemap.xml", "/sitemap-courses.xml"):
        assert SECRET not in Client().get(address).content.decode()


@pytest.mark.both
def test_one_need_or_many_cost_the_same(region: Region) -> None:
    few, many = make_wanted(region), [make_wanted(region, municipalities=2) for _ in range(6)]
    publish_round(region, few, *many)
    course = make_answer(region, few)
    more = make_answer(region, few, *many)
    factories.index_courses()
    assert queries(more.url) == queries(course.url) <= 7
    assert len(read(more.url).select(".origin")) == 7


# The region's page and the front page ------------------------------------------------------------


def _counts(url: str) -> list[int]:
    return [int(each.text) for each in read(url).select(".loop__count b")]


def _one_of_each(region: Region) -> None:
    place = factories.make_municipality(region)
    makers.make_draft(place)
    makers.make_unconfirmed(place)
    makers.make_submitted(place)
    makers.make_claimed(place)
    makers.make_returned(place)
    makers.make_declined(place)
    makers.make_withdrawn(place)
    make_open(region, municipalities=2, title=SECRET)
    make_wanted(region, title=SECRET)


def test_needs_are_counts_and_never_rows(region: Region) -> None:
    _one_of_each(region)
    url = factories.region_page(region).url
    assert _counts(url) == [1, 4, 1, 0]
    assert SECRET not in read(url).get_text()
    home = HomePage.objects.get(locale__language_code="nb").url
    assert _counts(home) == [1, 4, 1, 0]
    elsewhere = factories.make_region()
    assert _counts(factories.region_page(elsewhere).url) == [0, 0, 0, 0]


def test_an_answered_need_counts_as_answered(region: Region) -> None:
    shared = make_wanted(region, municipalities=2)
    SHARED_NEED.apply(shared, "answer", by=Actor.clock().following(), course="x")
    view = loop_view(region.pk)
    assert (view.prioritised.number, view.answered.number) == (0, 2)
    assert str(view.answered.label) == "Answered by a course"


@pytest.mark.both
def test_ten_times_the_needs_cost_the_same(region: Region) -> None:
    _one_of_each(region)
    publish_round(region, make_wanted(region))
    home = HomePage.objects.get(locale__language_code="nb").url
    pages = [factories.region_page(region).url, home]
    factories.index_courses()
    few = [queries(url) for url in pages]
    for _ in range(10):
        _one_of_each(region)
        publish_round(region, make_wanted(region))
    assert [queries(url) for url in pages] == few
    assert few[0] <= 14
    assert few[1] <= 8


def _moment(day: int) -> datetime:
    return datetime(2027, 2, day, 9, tzinfo=ZoneInfo("Europe/Oslo"))


def _round(region: Region, state: str, **fields: object) -> object:
    planning_round = make_round(
        region,
        collecting_from=_moment(1).date() - timedelta(days=90),
        collecting_to=_moment(1).date() - timedelta(days=10),
        ballot_from=_moment(8),
        ballot_to=_moment(19),
        meeting_on=_moment(8).date() + timedelta(days=29),
        **fields,
    )
    set_state(planning_round, state)
    return planning_round


@pytest.mark.parametrize(
    ("state", "marks"),
    [
        ("collecting", ["now", "next", "next", "next"]),
        ("screening", ["now", "next", "next", "next"]),
        ("frozen", ["now", "next", "next", "next"]),
        ("ballot_open", ["done", "now", "next", "next"]),
        ("ballot_closed", ["done", "done", "now", "next"]),
        ("deliberation", ["done", "done", "now", "next"]),
        ("decided", ["done", "done", "done", "now"]),
    ],
)
def test_where_the_forum_is_in_its_year(region: Region, state: str, marks: list[str]) -> None:
    _round(region, state)
    steps = forum_year(region.pk, region.slug).steps
    assert [step.state for step in steps] == marks
    assert steps[1].note.replace("\xa0", " ") == "8 February – 19 February 2027"
    assert steps[2].note.replace("\xa0", " ") == "9 March 2027"


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_what_is_not_announced_or_called_off_is_not_shown(region: Region, state: str) -> None:
    _round(region, state, title=SECRET)
    assert forum_year(region.pk, region.slug) is None
    page = read(factories.region_page(region).url)
    assert page.select_one("#forum") is None
    assert SECRET not in page.get_text()


def test_between_rounds_there_is_the_newest_result(region: Region) -> None:
    newer, older = publish_round(region), publish_round(region)
    set_state(older, "archived", published_at=timezone.now() - timedelta(days=400))
    year = forum_year(region.pk, region.slug)
    assert (year.steps, year.result_slug) == ([], newer.slug)


def test_the_number_of_items_is_said_and_their_titles_are_not(region: Region) -> None:
    shared = [make_wanted(region, title=SECRET) for _ in range(3)]
    planning_round = publish_round(region, *shared)
    set_state(planning_round, "ballot_open")
    assert forum_year(region.pk, region.slug).steps[1].title == (
        "The forum assesses 3 shared needs"
    )
    assert SECRET not in read(factories.region_page(region).url).get_text()


def test_an_extension_moves_the_day_that_is_shown(region: Region) -> None:
    planning_round = _round(region, "ballot_open")
    planning_round.round_passes.create(
        pass_no=1, opens=_moment(8), closes=_moment(26), extended=True
    )
    steps = forum_year(region.pk, region.slug).steps
    assert steps[1].note.replace("\xa0", " ") == "8 February – 26 February 2027"
