"""Reporting a need on a phone, with and without script: form, error, confirming, receipt."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from playwright.sync_api import Page, expect

from regions.needs.models import Need, NeedState
from tests import factories
from tests.needs import browsing, makers

from .conftest import DESK, PHONE, Site
from .test_public_pages import AXE

TEXT = "Vikarene er usikre på legemidler i hjemmetjenesten, og rutinen følges ulikt."


@pytest.fixture
def form(site: Site, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the form's address, in a region with a course that may answer what is written."""
    browsing.patient(monkeypatch)
    factories.make_occasion(factories.make_offering(site.own, title="Legemidler i hjemmetjenesten"))
    factories.index_courses()
    return f"{site.url}/nb/needs/{site.own.slug}/report/"


def findings(page: Page) -> list[str]:
    """Return what axe finds, what is wider than the screen, and what is too small to be touched."""
    for detail in page.locator("details").all():
        detail.evaluate("element => element.open = true")
    found = Axe().run(page, options=AXE).response["violations"]
    small = page.evaluate(
        "() => [...document.querySelectorAll('main :is(button, summary), .field__label ~ input')]"
        "  .filter(each => each.type !== 'radio' && each.getClientRects().length"
        "    && each.getBoundingClientRect().height < 44).map(each => each.outerHTML.slice(0, 80))"
    )
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [
        *(f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]),
        *small,
        *([f"{wide} px wider than the screen"] if wide > 0 else []),
    ]


def fill(page: Page) -> None:
    page.fill("[name=challenge]", TEXT)
    page.select_option("[name=municipality]", label="Nordfjell")
    page.fill("[name=contact_email]", "leder@nordfjell.example")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_need_is_reported_confirmed_and_followed(
    form: str, new_context: object, script: bool
) -> None:
    page = new_context(viewport=PHONE, java_script_enabled=script).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.goto(form)
    if script:
        # Three fields and the button, on one screen.
        assert page.locator("button[value=send]").bounding_box()["y"] + 48 <= PHONE["height"]
    page.fill("[name=challenge]", "Medisin")
    page.click("button[value=send]")
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("[name=challenge]")).to_have_value("Medisin")
    if script:
        assert page.evaluate("document.activeElement.closest('.error-summary') !== null")
        assert findings(page) == []
    fill(page)
    if script:
        expect(page.locator(".suggest__link")).to_have_text("Legemidler i hjemmetjenesten")
        expect(page.locator(".field__count")).to_contain_text(str(len(TEXT)))
        expect(page.locator(".report__exists")).to_be_hidden()
    else:
        page.click("button[value=suggest]")
        expect(page.locator(".suggest__link")).to_have_text("Legemidler i hjemmetjenesten")
        page.click("button[value=change]")
        expect(page.locator("[name=challenge]")).to_have_value(TEXT)
        expect(page.locator("[name=contact_email]")).to_have_value("leder@nordfjell.example")
    page.click("button[value=send]")
    expect(page.locator(".receipt__reference")).to_contain_text("K-")
    if script:
        assert findings(page) == []
    confirm = next(each for each in mail.outbox if "/confirm/" in each.body)
    page.goto(form.partition("/nb/")[0] + browsing.link_in(confirm))
    assert Need.objects.get().state == NeedState.UNCONFIRMED
    if script:
        assert findings(page) == []
    page.click("main button[type=submit]")
    expect(page.locator(".path__step--now")).to_have_count(1)
    assert Need.objects.get().state == NeedState.SUBMITTED
    page.click("a[href$='/describe/']")
    page.check("[name=level][value=individual]")
    expect(page.locator(".choices__advice")).to_be_visible()
    page.fill("[name=headcount]", "12")
    if script:
        assert findings(page) == []
    page.click("button[value=save]")
    expect(page.locator(".receipt__reference")).to_be_visible()
    assert Need.objects.get().headcount == 12
    page.click("a[href$='/withdraw/']")
    page.click("main button[type=submit]")
    expect(page.locator(".receipt__title")).to_be_visible()
    assert Need.objects.get().state == NeedState.WITHDRAWN
    assert complaints == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_back_and_sending_again_makes_no_second_need(
    form: str, new_context: object, script: bool
) -> None:
    page = new_context(viewport=DESK, java_script_enabled=script).new_page()
    page.goto(form)
    fill(page)
    page.click("button[value=send]")
    expect(page.locator(".receipt__reference")).to_be_visible()
    page.go_back()
    expect(page.locator("[name=challenge]")).to_have_value(TEXT)
    if script:  # then even another text is the same need's
        page.fill("[name=challenge]", f"{TEXT} Også om natten.")
    page.click("button[value=send]")
    expect(page.locator(".receipt__reference")).to_be_visible()
    assert Need.objects.get().challenge.endswith("natten.") == script


def test_what_was_asked_back_is_answered_on_the_receipt(
    site: Site, form: str, new_context: object
) -> None:
    makers.make_returned(site.own.municipalities.first())
    asked = mail.outbox[-1]
    page = new_context(viewport=PHONE).new_page()
    page.goto(site.url + browsing.link_in(asked))
    assert findings(page) == []
    page.fill("[name=text]", "Alle på kveld.")
    page.click("form.asked__form button[type=submit]")
    expect(page.locator(".path__step--now")).to_have_count(1)
    assert Need.objects.get().state == NeedState.SUBMITTED


def test_a_dead_link_is_a_page_of_ours(site: Site, new_context: object) -> None:
    page = new_context(viewport=PHONE).new_page()
    page.goto(f"{site.url}/nb/needs/r/finnes-ikke/")
    expect(page.locator("main a[href$='/needs/link/']")).to_be_visible()
    assert findings(page) == []
    page.click("main a[href$='/needs/link/']")
    assert findings(page) == []
