"""The results page with script and by keyboard: suggestions, long facets, days, months, "back"."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from regions.models import Topic
from search.typeahead import typeahead
from tests import factories

from .clean import clean
from .conftest import DESK, PHONE, Site
from .keyboard import Keyboard

YEAR = factories.in_days(0).year + 1


@pytest.fixture
def listing(site: Site) -> str:
    """Return the address of a listing with a few courses, one of many topics."""
    names = {f"emne-{number}": f"Emne {number}" for number in range(60)}
    names["klarsprak"] = "Klarspråk"
    topics = Topic.objects.bulk_create(
        Topic(slug=slug, name_nb=name, name_sv=name, name_en=name) for slug, name in names.items()
    )
    for title, start, held in (
        ("Klarspråk i vedtak", date(YEAR, 2, 8), topics),
        ("Klart for ledere", date(YEAR, 3, 1), topics[:1]),
        ("Demens i hjemmet", date(YEAR, 9, 1), topics[:1]),
    ):
        course = factories.make_offering(site.own, title=title)
        course.topics.set(held)
        course.save_revision().publish()
        factories.make_occasion(course, starts_on=start, ends_on=start, apply_by=None)
    factories.index_courses()
    typeahead.forget()
    return f"{site.url}{factories.index_page(site.own).get_url()}"


def wait_for_list(page: Page, *names: str) -> None:
    expect(page.locator("[role=option] > span:first-child")).to_have_text(list(names))
    expect(page.locator(".suggestions")).to_be_visible()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_suggestions_by_keyboard(site: Site, listing: str, new_context: object, size: dict) -> None:
    page = new_context(viewport=size).new_page()
    for where in (listing, f"{site.url}/nb/"):
        page.goto(where)
        keys = Keyboard(page)
        keys.go_to("#q")
        expect(page.locator("#q[role=combobox][aria-expanded=false]")).to_be_visible()
        keys.type("kla")
        wait_for_list(page, "Klarspråk i vedtak", "Klart for ledere", "Klarspråk")
        expect(page.locator(".search-bar [role=status]")).to_contain_text("3")
        keys.press("ArrowDown")
        active = page.locator("[role=option][aria-selected=true]")
        expect(active).to_contain_text("Klarspråk i vedtak")
        assert page.get_attribute("#q", "aria-activedescendant") == active.get_attribute("id")
        clean(page)
        keys.press("End")
        expect(active).to_contain_text("Klarspråk")
        keys.press("Home")
        keys.press("ArrowUp")
        expect(active).to_have_attribute(
            "href", page.locator("[role=option]").last.get_attribute("href")
        )
        keys.press("Escape")
        expect(page.locator(".suggestions")).to_be_hidden()
        expect(page.locator("#q")).to_have_value("kla")
        assert keys.on("#q")
    # Enter without a choice searches, with one it leads there.
    keys.press("ArrowDown")
    expect(page.locator(".suggestions")).to_be_visible()
    keys.enter_screen("Enter")
    expect(page.locator("h1")).to_have_text("Klarspråk i vedtak")
    # "Back", on either page, brings what was typed.
    page.go_back()
    expect(page.locator("#q")).to_have_value("kla")
    page.goto(listing)
    page.locator("#q").press_sequentially("demens")
    page.locator("[role=option]").click()
    expect(page.locator("h1")).to_have_text("Demens i hjemmet")
    page.go_back()
    expect(page.locator("#q")).to_have_value("demens")
    page.goto(listing)
    expect(page.locator("#q")).to_have_value("")
    page.fill("#q", "klarspråk")
    wait_for_list(page, "Klarspråk i vedtak", "Klarspråk")
    page.keyboard.press("Enter")
    expect(page.locator(".course__link")).to_have_text(["Klarspråk i vedtak"])
    expect(page.locator(".suggestions")).to_be_hidden()
    assert page.url.endswith("?q=klarspr%C3%A5k")
    expect(page.locator(".failure")).to_be_hidden()


def test_long_facets_days_and_months_answer_at_once(listing: str, new_context: object) -> None:
    page = new_context(viewport=DESK).new_page()
    page.goto(listing)
    page.locator("[data-facet=topic] > summary").click()
    find, values = page.locator("#in-topic"), page.locator("[data-facet=topic] .option__name")
    find.fill("KLARSPRAK")
    expect(values).to_have_text(["Klarspråk"])
    expect(page.locator("#finder-status")).to_contain_text("1")
    page.locator("[data-facet=topic] .option__box").check()
    expect(page.locator(".course__link")).to_have_text(["Klarspråk i vedtak"])
    find.fill("")
    expect(values.first).to_have_text("Klarspråk")
    expect(values).to_have_count(40)
    clean(page)
    page.locator(".tag--removable").click()
    expect(page.locator(".course__link")).to_have_count(3)

    page.locator(".facet:has(#days-from) > summary").click()
    page.fill("#days-from", "31.2.")
    page.keyboard.press("Tab")
    expect(page.locator("#days-from[aria-invalid]")).to_have_value("31.2.")
    expect(page.locator("#days-from-error")).to_contain_text("31.2.")
    expect(page.locator("#finder-status")).to_contain_text("31.2.")
    clean(page)
    page.fill("#days-from", f"1.3.{YEAR}")
    page.keyboard.press("Tab")
    expect(page.locator(".course__link")).to_have_count(2)
    expect(page.locator("#days-from-error")).to_be_hidden()
    assert page.url.endswith(f"?from={YEAR}-03-01")


def test_a_calendar_has_room_for_long_words(listing: str, new_context: object) -> None:
    page = new_context(viewport=DESK).new_page()
    page.goto(f"{listing}?from=1.3.{YEAR}")
    page.locator(".finder__views a").click()
    # The first month that has any: the facets are folded above it.
    expect(page.locator(".month__link")).to_have_text(["Klart for ledere"])
    expect(page.locator("[data-facet=topic]")).not_to_have_attribute("open", "")
    # A column holds the longest words whole: no browser here hyphenates Norwegian.
    measure = """link => {
      const pen = document.createElement("canvas").getContext("2d");
      pen.font = getComputedStyle(link).font;
      return link.parentElement.clientWidth - pen.measureText("Hverdagsrehabilitering").width;
    }"""
    assert page.locator(".month__link").evaluate(measure) > 0
    page.locator(".month__ways [rel~=prev]").click()
    expect(page.locator(".month__none")).to_be_visible()
    page.locator(".month__none a").click()
    expect(page.locator(".month__link")).to_have_text(["Klart for ledere"])
    clean(page)
    page.set_viewport_size(PHONE)
    expect(page.locator(".month__link")).to_be_visible()
    expect(page.locator(".month__weekday").first).to_be_hidden()
    clean(page)
    page.set_viewport_size(DESK)
    page.go_back()
    expect(page.locator(".month__none")).to_be_visible()
    page.go_back()
    expect(page.locator(".month__link")).to_have_count(1)
    page.go_back()
    expect(page.locator(".course__link")).to_have_count(2)
    page.locator(".tag--removable").click()
    expect(page.locator(".course__link")).to_have_count(3)
    expect(page.locator("#days-from")).to_have_value("")
