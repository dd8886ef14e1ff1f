"""What editors are asked for, and how they say which needs a course answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Locale

from catalogue.demand import demands, wanted
from catalogue.models import CoursePage, SharedOfferingPage
from catalogue.services import make_region_page
from regions.lifecycle import Actor
from regions.models import Notice, Region, Role
from regions.needs.lifecycle import SHARED_NEED
from regions.needs.models import CoSign, SharedNeed
from tests import factories
from tests.needs import makers

from .needs_makers import make_answer, make_open, make_wanted
from .support import add_url, edit_url, member, page_form, page_of, with_values

pytestmark = pytest.mark.django_db

LIST = reverse("wanted_needs")
HOME = reverse("wagtailadmin_home")


def offered(client: Client, url: str) -> dict[int, str]:
    """Return the needs that the editor at ``url`` offers, with their words."""
    page = page_of(client.get(url))
    boxes = page.select('input[name="answers_needs"]')
    return {int(box["value"]): box.find_parent("label").get_text(" ", strip=True) for box in boxes}


def chosen(page: CoursePage) -> list[int]:
    draft = CoursePage.objects.get(pk=page.pk).specific.get_latest_revision_as_object()
    return sorted(each.pk for each in draft.answers_needs.all())


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


# How many want it --------------------------------------------------------------------------------


def test_reach_is_who_confirmed_and_people_are_all(region: Region) -> None:
    shared = make_open(region, municipalities=2, headcount=40, headcount_of=40)
    unconfirmed = factories.make_municipality(region)
    makers.make_accepted(unconfirmed, into=shared, headcount=38, headcount_of=38)
    signing = factories.make_municipality(region)
    CoSign.objects.create(shared_need=shared, municipality=signing, headcount=7)
    # Who has a need of its own there as well is counted by that alone.
    both = factories.make_municipality(region)
    makers.make_accepted(both, into=shared, headcount=1, headcount_of=38)
    CoSign.objects.create(shared_need=shared, municipality=both, headcount=500)
    demand = demands([shared])[shared.pk]
    assert len(demand.municipalities) == 4
    assert unconfirmed.name not in demand.municipalities
    assert demand.total == 5
    assert demand.people == 126
    assert demand.words == "4 of 5 municipalities, 126 people"


def test_most_wanted_first(region: Region) -> None:
    few = make_wanted(region, headcount=5)
    people = make_wanted(region, headcount=50, headcount_of=50)
    places = make_wanted(region, municipalities=2, headcount=1)
    make_open(region)
    order = [each.shared.pk for each in wanted([region.pk])]
    assert order == [places.pk, people.pk, few.pk]
    assert [each.shared.pk for each in wanted(None)] == order
    assert wanted([]) == []


# The editor --------------------------------------------------------------------------------------


def test_the_editor_offers_what_waits_in_its_region_with_the_demand(desk: object) -> None:
    shared = make_wanted(
        desk.region, municipalities=2, title="Trygg medisin", headcount=59, headcount_of=60
    )
    make_open(desk.region)
    make_wanted(factories.make_region())
    course = factories.make_offering(desk.region)
    total = desk.region.municipalities.count()
    words = f"Trygg medisin – wanted: 2 of {total} municipalities, 118 people"
    editor = desk.editor
    for url in (edit_url(course), add_url(SharedOfferingPage, desk.region)):
        assert offered(editor, url) == {shared.pk: words}
    # An administrator edits every region, and a course still answers its own region's needs only.
    assert list(offered(desk.admin, edit_url(course))) == [shared.pk]


def test_without_any_the_editor_says_so(desk: object) -> None:
    text = page_of(desk.editor.get(add_url(SharedOfferingPage, desk.region))).get_text()
    assert "No prioritised need of the region waits for a course." in text


def test_an_editor_chooses_and_publishes(
    desk: object, django_capture_on_commit_callbacks: Callable
) -> None:
    shared = make_wanted(desk.region)
    course = factories.make_offering(desk.region)
    editor = desk.editor
    data = with_values(page_form(editor, edit_url(course)), answers_needs=[str(shared.pk)])
    with django_capture_on_commit_callbacks(execute=True):
        answer = editor.post(edit_url(course), data | {"action-publish": "1"})
    assert answer.status_code == 302
    shared.refresh_from_db()
    assert shared.state == "answered"
    # What it answers already stays offered, though it waits no more.
    assert list(offered(editor, edit_url(course))) == [shared.pk]


@pytest.mark.parametrize("what", ["foreign", "open", "answered"])
def test_what_is_not_offered_is_refused(desk: object, what: str) -> None:
    course = factories.make_offering(desk.region)
    values = {
        "foreign": lambda: make_wanted(factories.make_region()).pk,
        "open": lambda: make_open(desk.region).pk,
        "answered": lambda: _answered(desk.region).pk,
    }
    editor = desk.editor
    value = str(values[what]())
    data = with_values(
        page_form(editor, edit_url(course)), answers_needs=[value], title="Nytt navn"
    )
    response = editor.post(edit_url(course), data | {"action-publish": "1"})
    assert response.status_code == 200
    assert "answers_needs" in response.context["form"].errors
    assert response.context["form"]["title"].value() == "Nytt navn"
    assert chosen(course) == []


@pytest.mark.parametrize("value", ["x\x00", "9" * 30, "x"])
def test_what_no_browser_sends_breaks_nothing(desk: object, value: str) -> None:
    course = factories.make_offering(desk.region)
    editor = desk.editor
    data = with_values(page_form(editor, edit_url(course)), answers_needs=[value])
    response = editor.post(edit_url(course), data | {"action-publish": "1"})
    assert response.status_code in {200, 400}
    assert chosen(course) == []


def _answered(region: Region) -> SharedNeed:
    shared = make_wanted(region)
    return SHARED_NEED.apply(shared, "answer", by=Actor.clock().following(), course="x")


def test_a_choice_of_others_is_kept(desk: object) -> None:
    """What is chosen although the editor could not choose it survives that they save the rest."""
    foreign = make_wanted(factories.make_region())
    course = make_answer(desk.region, foreign)
    editor = desk.editor
    data = with_values(page_form(editor, edit_url(course)), title="Nytt navn")
    assert editor.post(edit_url(course), data | {"action-publish": "1"}).status_code == 302
    course.refresh_from_db()
    assert course.title == "Nytt navn"
    assert chosen(course) == [foreign.pk]


def test_a_translation_leaves_it_to_the_original(desk: object) -> None:
    shared = make_wanted(desk.region)
    course = make_answer(desk.region, shared)
    swedish = Locale.objects.get(language_code="sv")
    make_region_page(desk.region, "sv")
    translated = course.copy_for_translation(swedish)
    editor = desk.editor
    assert offered(editor, edit_url(translated)) == {}
    data = with_values(page_form(editor, edit_url(translated)), answers_needs=[])
    assert editor.post(edit_url(translated), data).status_code in {200, 302}
    assert chosen(translated) == [shared.pk]


@pytest.mark.parametrize("live", [True, False])
def test_a_copy_answers_nothing_and_tells_nobody(
    desk: object, django_capture_on_commit_callbacks: Callable, *, live: bool
) -> None:
    shared = make_wanted(desk.region)
    with django_capture_on_commit_callbacks(execute=True):
        course = make_answer(desk.region, shared)
    course.save_revision()
    told = Notice.objects.filter(kind="need_answered")
    assert told.count() == 1
    data = {
        "new_title": "En kopi",
        "new_slug": "en-kopi",
        "new_parent_page": course.get_parent().pk,
        **({"publish_copies": "on"} if live else {}),
    }
    with django_capture_on_commit_callbacks(execute=True):
        url = reverse("wagtailadmin_pages:copy", args=[course.pk])
        assert desk.editor.post(url, data).status_code == 302
    copy = CoursePage.objects.get(slug="en-kopi")
    assert copy.live == live
    assert (list(copy.answers_needs.all()), chosen(copy)) == ([], [])
    with django_capture_on_commit_callbacks(execute=True):
        copy.specific.get_latest_revision().publish()
    assert told.count() == 1
    assert chosen(course) == [shared.pk]


# What is wanted ----------------------------------------------------------------------------------


def test_the_list_and_the_home_show_what_waits(desk: object) -> None:
    shared = make_wanted(desk.region, municipalities=2, title="Trygg medisin", summary="Ulikt.")
    make_wanted(factories.make_region(), title="Fremmed behov")
    editor = desk.editor
    whole = page_of(editor.get(LIST)).get_text(" ", strip=True)
    for words in ("Trygg medisin", "Ulikt.", shared.reference, "Wanted: 2 of 5 municipalities"):
        assert words in whole
    home = page_of(editor.get(HOME)).get_text(" ", strip=True)
    assert "Trygg medisin" in home
    for text in (whole, home):
        assert "Fremmed behov" not in text
    assert "Fremmed behov" in page_of(desk.admin.get(LIST)).get_text()


def test_when_all_have_their_course_the_home_is_quiet(desk: object) -> None:
    _answered(desk.region)
    editor = desk.editor
    assert page_of(editor.get(HOME)).select_one("#wanted") is None
    assert "Every prioritised need has its course." in page_of(editor.get(LIST)).get_text()


@pytest.mark.parametrize("role", [Role.PROVIDER_CONTACT, Role.CONTACT, Role.STEERING])
def test_others_find_no_list(desk: object, role: Role) -> None:
    make_wanted(desk.region, title="Trygg medisin")
    response = member(desk.region, role).get(LIST)
    assert response.status_code == 403
    assert "Trygg medisin" not in response.content.decode()


def test_a_provider_sees_no_more_than_any_reader(desk: object) -> None:
    """Needs before their round is published are nowhere on pages, whoever reads them."""
    make_open(desk.region, title="Trygg medisin")
    provider = member(desk.region, Role.PROVIDER_CONTACT)
    for address in (factories.region_page(desk.region).url, "/nb/", LIST):
        assert "Trygg medisin" not in provider.get(address).content.decode()


def test_a_course_begins_from_a_need(desk: object) -> None:
    shared = make_wanted(desk.region, title="Trygg medisin", summary="Ulike rutiner. " * 60)
    editor = desk.editor
    links = [
        each["href"] for each in page_of(editor.get(LIST)).select(f'a[href*="need={shared.pk}"]')
    ]
    assert len(links) == 2
    for link in links:
        form = editor.get(link).context["form"]
        assert form["title"].value() == "Trygg medisin"
        assert 250 < len(form["summary"].value()) <= 300
        assert form["answers_needs"].value() == [shared.pk]
        assert form["service_areas"].value() == [shared.service_areas.get().pk]
    data = page_form(editor, links[0])
    response = editor.post(links[0].partition("?")[0], data)
    assert response.status_code == 302
    page = CoursePage.objects.get(draft_title="Trygg medisin")
    assert chosen(page) == [shared.pk]


@pytest.mark.parametrize("key", ["0", "x", "", "1e3", "-1", "999999999"])
def test_a_need_that_is_not_offered_begins_no_course(desk: object, key: str) -> None:
    url = add_url(SharedOfferingPage, desk.region)
    assert desk.editor.get(f"{url}?need={key}").status_code == 404


def test_a_foreign_or_open_need_begins_no_course(desk: object) -> None:
    url = add_url(SharedOfferingPage, desk.region)
    editor = desk.editor
    for shared in (make_wanted(factories.make_region()), make_open(desk.region)):
        assert editor.get(f"{url}?need={shared.pk}").status_code == 404


@pytest.mark.both
def test_ten_times_the_needs_cost_the_same(desk: object) -> None:
    course = factories.make_offering(desk.region)
    make_wanted(desk.region)
    editor = desk.editor
    addresses = [LIST, HOME, edit_url(course), add_url(SharedOfferingPage, desk.region)]
    few = [queries(editor, url) for url in addresses]
    for _ in range(10):
        make_wanted(desk.region, municipalities=2)
    assert [queries(editor, url) for url in addresses] == few


def test_a_title_is_text(desk: object) -> None:
    make_wanted(desk.region, title="<script>alert(1)</script>")
    page: BeautifulSoup = page_of(desk.editor.get(LIST))
    assert "<script>alert(1)</script>" in page.get_text()
