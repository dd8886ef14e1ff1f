"""The short way to a page answers as Wagtail's own way does, in fewer statements."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction

from catalogue import serving
from catalogue.models import CourseFact, CourseLink, CourseModule, CoursePage, HomePage
from catalogue.parts import parts_in_memory, stored_parts
from tests import factories, worlds

pytestmark = pytest.mark.django_db


@worlds.layer
def pages(desk: object) -> dict[str, Page]:
    course = factories.make_distance_course(desk.region, title="På nett")
    offering = factories.make_offering(desk.region, title="På stedet")
    made = {
        "home": HomePage.objects.get(locale__language_code="nb"),
        "region": factories.region_page(desk.region),
        "listing": factories.index_page(desk.region),
        "course": course,
        "offering": offering,
        "package": factories.make_package(desk.region, [course, offering]),
    }
    factories.index_courses()
    return made


NAMES = ("home", "region", "listing", "course", "offering", "package")


@pytest.mark.parametrize("name", NAMES)
def test_both_ways_lead_to_the_same_page(
    pages: dict, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = pages[name].get_url()
    short = Client().get(url)
    assert type(short.context["page"]) is type(pages[name])
    monkeypatch.setattr(serving, "_find", lambda request, path: None)
    long = Client().get(url)
    assert (short.status_code, long.status_code) == (200, 200)
    assert short.content == long.content


@pytest.mark.parametrize("name", NAMES[1:])
@pytest.mark.parametrize("why", ["draft", "login", "password"])
def test_what_is_not_for_everyone_is_left_to_wagtail(pages: dict, name: str, why: str) -> None:
    page = pages[name]
    url = page.get_url()
    if why == "draft":
        page.unpublish()
        assert Client().get(url).status_code == 404
        return
    restriction = PageViewRestriction.objects.create(
        page=page, restriction_type=why, password="hemmelig" if why == "password" else ""
    )
    response = Client().get(url)
    assert page.title not in response.content.decode()
    assert response.status_code == (302 if why == "login" else 200)
    restriction.delete()
    assert Client().get(url).status_code == 200


def test_a_closed_region_closes_what_stands_below(pages: dict) -> None:
    PageViewRestriction.objects.create(page=pages["region"], restriction_type="login")
    for name in NAMES[1:]:
        assert Client().get(pages[name].get_url()).status_code == 302


def test_addresses_that_lead_nowhere(pages: dict) -> None:
    base = pages["listing"].get_url()
    for url in (f"{base}nei/", f"{base}nei/nei/", "/nb/nei/", "/sv/fjellregionen/", "/en/nei/"):
        assert Client().get(url).status_code == 404, url
    Redirect.add_redirect("/nb/nei/", pages["course"])
    assert Client().get("/nb/nei/").headers["Location"] == pages["course"].get_url()


def test_pages_are_only_read(pages: dict) -> None:
    for name in NAMES:
        url = pages[name].get_url()
        assert Client().post(url).status_code == 405
        assert Client().head(url).status_code == 200
        assert "GET" in Client().options(url).headers["Allow"]


def test_a_renamed_section_moves_what_stands_below(pages: dict) -> None:
    index = pages["listing"]
    index.slug = "tilbud"
    index.save_revision().publish()
    course = CoursePage.objects.get(pk=pages["course"].pk)
    assert course.url == "/nb/fjellregionen/tilbud/" + course.slug + "/"
    assert Client().get(course.url).status_code == 200
    assert Client().get(pages["course"].get_url()).status_code == 404


# What hangs on a course --------------------------------------------------------------------------
@worlds.layer
def full(desk: object) -> CoursePage:
    course = factories.make_offering(desk.region)
    course.topics.set([factories.make_term(factories.Topic) for _ in range(2)])
    course.modules = [
        CourseModule(title="Én", hours=Decimal("2.5"), description="Om", task="Gjør"),
        CourseModule(title="To"),
    ]
    course.links = [CourseLink(title=name, url=f"https://{name}.example/") for name in "ba"]
    course.facts = [CourseFact(label="Rom", value="12"), CourseFact(label="Hus", value="B")]
    course.save_revision().publish()
    for names in (desk.municipalities[:2], [], desk.municipalities[1:]):
        occasion = factories.make_occasion(course, cohort=str(len(names)))
        occasion.open_to.set(names)
    return type(course).objects.get(pk=course.pk)


def plain(parts: object) -> dict[str, object]:
    return {
        "modules": [(m.title, m.hours, m.description, m.task) for m in parts.modules],
        "links": [(each.title, each.url) for each in parts.links],
        "facts": [(each.label, each.value) for each in parts.facts],
        "target_groups": [(term.pk, term.name) for term in parts.target_groups],
        "topics": {term.slug for term in parts.topics},
        "participating": parts.participating,
        "open_to": parts.open_to,
    }


@pytest.mark.both
def test_parts_are_the_same_in_one_statement(
    full: CoursePage, django_assert_num_queries: Callable
) -> None:
    with django_assert_num_queries(1):
        stored = plain(stored_parts(full))
    assert stored == plain(parts_in_memory(full))
    assert [hours for _title, hours, *_rest in stored["modules"]] == [Decimal("2.5"), None]
    assert sorted(map(len, stored["open_to"].values())) == [2, 2]


def test_a_preview_shows_parts_that_are_not_stored(full: CoursePage) -> None:
    full.modules = [CourseModule(title="Ny modul")]
    request = RequestFactory().get("/")
    request.is_preview = True
    assert [each.title for each in full.get_context(request)["modules"]] == ["Ny modul"]


@pytest.mark.both
def test_the_course_page_in_seven_statements(full: CoursePage) -> None:
    reader = Client()
    factories.index_courses()
    factories.make_package(full.region, [full, factories.make_offering(full.region)])
    reader.get(full.get_url())
    with CaptureQueriesContext(connection) as statements:
        assert reader.get(full.get_url()).status_code == 200
    assert len(statements) <= 7
