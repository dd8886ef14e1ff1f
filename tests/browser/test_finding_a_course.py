"""From the front page to "how to sign up": by facet, word and browsing, with and without script."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from regions.models import ServiceArea
from tests import factories

from .conftest import DESK, PHONE, Site
from .keyboard import Keyboard
from .test_public_pages import AXE

TITLE = "Legemiddelhåndtering"
#: The part of a course's page that every way leads to.
HOW_TO = "#apply"


@dataclass
class Catalogue:
    """A region's listing with a few courses, and the course that somebody looks for."""

    site: Site
    listing: str
    course: str

    def open(self, page: Page, path: str) -> None:
        page.goto(f"{self.site.url}{path}")


@pytest.fixture
def catalogue(site: Site) -> Catalogue:
    health = ServiceArea.objects.get(name_nb="Helse og omsorg")
    school = ServiceArea.objects.get(name_nb="Oppvekst")
    for title, area, place in (
        (TITLE, health, "onsite"),
        ("Demens", health, "hybrid"),
        ("Lesing i alle fag", school, "onsite"),
    ):
        course = factories.make_offering(site.own, title=title, place=place)
        course.service_areas.set([area])
        course.save_revision().publish()
        factories.make_occasion(course, apply_url="https://example.org/sok")
        if title == TITLE:
            wanted = course
    factories.index_courses()
    return Catalogue(site, factories.index_page(site.own).get_url(), wanted.get_url())


def axe(page: Page, name: str) -> list[str]:
    found = Axe().run(page, options=AXE).response["violations"]
    return [
        f"{name}: {rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]
    ]


def box(page: Page, name: str) -> object:
    return page.locator(".option__label", has_text=name).locator("input")


def hold(page: Page) -> list[Route]:
    """Hold what is asked for by service area, and return it."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.route(re.compile(r"\?.*area="), keep)
    return held


def expect_titles(page: Page, *titles: str) -> None:
    expect(page.locator(".course__link")).to_have_text(list(titles))


def arrive(page: Page) -> None:
    """Open the course from where it is listed, and find how to sign up."""
    page.locator(".course__link", has_text=TITLE).first.click()
    expect(page.locator("h1")).to_have_text(TITLE)
    expect(page.locator(HOW_TO)).to_be_visible()


# The ways ----------------------------------------------------------------------------------------
def by_facet(page: Page) -> None:
    page.click(".region__link >> nth=0")
    page.click("main a.btn--second")  # all courses
    page.click(".finder__open")
    box(page, "Helse og omsorg").check()
    page.click(".sheet__show")
    expect(page.locator(".sheet")).to_be_hidden()
    expect_titles(page, "Demens", TITLE)


def by_word(page: Page) -> None:
    page.fill("#q", "legemiddelhåndteringen")
    page.keyboard.press("Enter")
    expect_titles(page, TITLE)


def by_browsing(page: Page) -> None:
    page.click(".browse a[href='/nb/areas/']")
    page.click(".terms a >> text=Helse og omsorg")
    expect(page.locator(".course-status")).to_be_visible()
    expect_titles(page, "Demens", TITLE)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("way", [by_facet, by_word, by_browsing])
def test_from_the_front_page_to_how_to_sign_up(
    catalogue: Catalogue, new_context: object, way: Callable, script: bool
) -> None:
    page = new_context(viewport=PHONE, java_script_enabled=script).new_page()
    catalogue.open(page, "/nb/")
    way(page)
    arrive(page)
    page.go_back()
    expect(page.locator(".course__link", has_text=TITLE)).to_be_visible()


def test_by_keyboard_alone(catalogue: Catalogue, new_context: object) -> None:
    page = new_context(viewport=PHONE).new_page()
    catalogue.open(page, catalogue.listing)
    keys = Keyboard(page)
    keys.go_to(".finder__open")
    keys.press("Enter")
    expect(page.locator(".sheet")).to_be_visible()
    keys.go_to("input[name=place][value=onsite]")
    keys.press("Space")
    expect(page.locator(".sheet__counted")).to_contain_text("2")
    assert keys.on("input[name=place][value=onsite]:checked")
    keys.press("Escape")
    expect(page.locator(".sheet")).to_be_hidden()
    page.wait_for_function("document.activeElement.id === 'finder-open'")
    expect_titles(page, TITLE, "Lesing i alle fag")
    keys.follow(f".course__link[href='{catalogue.course}']")
    keys.go_to("a[href='https://example.org/sok']")


# What script adds --------------------------------------------------------------------------------
def test_the_choice_is_kept_by_the_address_back_and_a_shared_link(
    catalogue: Catalogue, new_context: object
) -> None:
    page = new_context(viewport=DESK).new_page()
    answers: list[str] = []
    page.on("response", lambda response: answers.append(response.url))
    catalogue.open(page, catalogue.listing)
    health, onsite = box(page, "Helse og omsorg"), page.locator("input[value=onsite]")
    health.check()
    expect_titles(page, "Demens", TITLE)
    expect(health).to_be_focused()
    expect(page.locator("#finder-status")).to_contain_text("2")
    onsite.check()
    expect_titles(page, TITLE)
    address = page.url
    assert re.search(r"\?area=[\w-]+&place=onsite$", address)
    expect(page.locator(".tag--removable")).to_have_count(2)
    expect(page.locator("input[value=hybrid] ~ .option__count")).to_have_text("1")

    page.go_back()
    expect_titles(page, "Demens", TITLE)
    expect(health).to_be_checked()
    expect(onsite).not_to_be_checked()
    page.go_back()
    expect(page.locator(".course__link")).to_have_count(3)
    expect(health).not_to_be_checked()
    page.go_forward()
    page.go_forward()
    expect_titles(page, TITLE)
    assert page.url == address

    page.locator(".course__link").click()
    expect(page.locator("h1")).to_have_text(TITLE)
    page.go_back()  # the whole page again, not the part of it that htmx got for this address
    expect(page.locator("header.header")).to_be_visible()
    expect_titles(page, TITLE)
    assert answers.count(address) >= 1

    page.locator(".tag--removable", has_text="Helse").click()
    expect_titles(page, TITLE, "Lesing i alle fag")
    expect(health).not_to_be_checked()
    page.wait_for_function("document.activeElement.id === 'results'")
    page.click("#finder-order")
    page.click(".finder__orders a >> nth=-1")
    expect_titles(page, "Lesing i alle fag", TITLE)
    page.wait_for_function("document.activeElement.id === 'finder-order'")
    assert page.url.endswith("?place=onsite&sort=newest")

    friend = new_context(viewport=PHONE, java_script_enabled=False).new_page()
    friend.goto(page.url)
    expect_titles(friend, "Lesing i alle fag", TITLE)


def test_the_sheet_stays_while_one_chooses_and_back_undoes_the_visit(
    catalogue: Catalogue, new_context: object
) -> None:
    page = new_context(viewport=PHONE).new_page()
    catalogue.open(page, catalogue.listing)
    page.click(".finder__open")
    box(page, "Helse og omsorg").check()
    expect(page.locator(".sheet__counted")).to_contain_text("2")
    page.locator("input[value=onsite]").check()
    expect(page.locator(".sheet__counted")).to_contain_text("1")
    expect(page.locator(".sheet")).to_be_visible()
    page.click(".sheet__show")
    expect(page.locator(".sheet")).to_be_hidden()
    expect_titles(page, TITLE)
    page.go_back()
    expect(page.locator(".course__link")).to_have_count(3)
    expect(page.locator(".sheet")).to_be_hidden()
    expect(page.locator(".option__box:checked")).to_have_count(0)


def test_an_answer_that_comes_late_does_not_open_the_sheet_again(
    catalogue: Catalogue, new_context: object
) -> None:
    page = new_context(viewport=PHONE).new_page()
    catalogue.open(page, catalogue.listing)
    held = hold(page)
    page.click(".finder__open")
    box(page, "Helse og omsorg").check()
    page.click(".sheet__show")
    expect(page.locator(".sheet")).to_be_hidden()
    held.pop().continue_()
    expect_titles(page, "Demens", TITLE)
    assert "#filters" not in page.url
    page.unroute_all()
    page.reload()
    expect(page.locator(".sheet")).to_be_hidden()
    expect_titles(page, "Demens", TITLE)


def test_what_was_typed_is_kept_when_something_else_is_chosen(
    catalogue: Catalogue, new_context: object
) -> None:
    page = new_context(viewport=DESK).new_page()
    catalogue.open(page, f"{catalogue.listing}?place=onsite")
    page.locator("#q").press_sequentially("lese")
    page.locator(".tag--removable").click()
    expect(page.locator(".course__link")).to_have_count(3)
    expect(page.locator("#q")).to_have_value("lese")
    page.fill("#q", "legemidler")
    page.keyboard.press("Enter")
    expect(page.locator(".tag--removable")).to_have_text(re.compile("legemidler"))
    page.locator(".tag--removable").click()
    expect(page.locator("#q")).to_have_value("")


def test_waiting_and_failing_are_said(catalogue: Catalogue, new_context: object) -> None:
    findings: list[str] = []
    for size in (PHONE, DESK):
        page = new_context(viewport=size).new_page()
        catalogue.open(page, catalogue.listing)
        held = hold(page)
        on_phone = size is PHONE
        if on_phone:
            page.click(".finder__open")
        health = box(page, "Helse og omsorg")
        health.check()
        name = f"{size['width']}"
        if not on_phone:
            expect(page.locator(".finder__busy")).to_be_visible()
        waiting = page.locator("#finder-status")
        expect(waiting).to_have_text(waiting.get_attribute("data-busy"))
        findings += axe(page, f"waiting {name}")
        held.pop().abort()
        failure = page.locator(".failure")
        expect(failure).to_be_visible()
        expect(failure.locator("[data-kind=network]")).to_be_visible()
        expect(page.locator(".finder__busy")).to_be_hidden()
        expect(health).to_be_checked()
        findings += axe(page, f"failed {name}")

        for status, kind in ((429, "busy"), (500, "server")):
            failure.locator("a").click()
            page.wait_for_function("document.querySelector('.failure').hidden")
            held.pop().fulfill(status=status, body="<h1>Nei</h1>")
            expect(failure.locator(f"[data-kind={kind}]")).to_be_visible()
            expect(failure.locator("[data-kind=network]")).to_be_hidden()
            expect(page.locator(".course__link")).to_have_count(3)
        page.unroute_all()
        failure.locator("a").click()
        expect(failure).to_be_hidden()
        expect(page.locator(".course__link")).to_have_count(2)
        assert "area=" in page.url
        expect(health).to_be_checked()
    assert findings == []


def test_the_last_of_several_quick_choices_holds(catalogue: Catalogue, new_context: object) -> None:
    page = new_context(viewport=DESK).new_page()
    catalogue.open(page, catalogue.listing)
    for name in ("Helse og omsorg", "Oppvekst"):
        box(page, name).check()
    page.locator("input[value=hybrid]").check()
    expect_titles(page, "Demens")
    page.go_back()
    expect(page.locator(".option__box:checked")).not_to_have_count(3)
