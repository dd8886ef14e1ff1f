"""A published result as its readers meet it: axe, phone and desk, keyboard, paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from regions.forum.models import Recusal
from tests.forum import makers
from tests.forum import makers_results as results
from tests.needs.makers import coordinator_of

from .conftest import DESK, PHONE, Site
from .test_public_pages import AXE

ZOOMED = {"width": 320, "height": 640}


@pytest.fixture
def addresses(site: Site) -> dict[str, str]:
    """Return a round with everything that its page can show, one by name, and the method's page."""
    region = site.own
    results.make_forum(region, municipalities=5)
    columns = (results.N1, "444 – – – – – 111", results.N3)
    planning_round = makers.opened(region, results.golden_items(region), places=1)
    results.cast_all(planning_round, columns)
    first, second, third = planning_round.items.all()
    seat = results.seats_of(planning_round)[1]
    user = seat.holders.first().user
    Recusal.objects.create(item=third, seat=seat, user=user, kind="family")
    by = coordinator_of(region)
    planning_round = makers.ROUND.apply(makers.end_pass(planning_round), "deliberate", by=by)
    results.override(planning_round, third, from_rank=2, to_rank=1)
    outcomes = {first.pk: "reserve", second.pk: "declined"}
    planning_round = results.publish(results.decide(planning_round, outcomes))
    named = results.published(region, items=makers.make_items(region, 2), publish_names=True)
    base = f"{site.url}/nb/rounds/{region.slug}/"
    return {
        "result": f"{base}{planning_round.slug}/",
        "by name": f"{base}{named.slug}/",
        "method": base,
    }


def _violations(page: Page) -> list[str]:
    found = Axe().run(page, options=AXE).response["violations"]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]


def test_the_pages_are_clean_fit_and_can_be_read_on_paper(
    addresses: dict[str, str], new_context: object, tmp_path: Path
) -> None:
    findings: list[str] = []
    for size in (DESK, PHONE, ZOOMED):
        page = new_context(viewport=size).new_page()
        for name, address in addresses.items():
            page.goto(address)
            for detail in page.locator("details").all():
                detail.evaluate("element => element.open = true")
            if size is not ZOOMED:
                findings += [f"{name} {size['width']}: {each}" for each in _violations(page)]
            wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if wide > 0:
                findings.append(f"{name} {size['width']}: {wide} px wider than the screen")
    assert findings == []

    page = new_context(viewport=DESK).new_page()
    page.goto(addresses["result"])
    assert page.locator(".result__foot").is_hidden()
    page.emulate_media(media="print")
    assert page.locator(".result__foot").is_visible()
    assert "031/26" in page.locator(".result__foot").inner_text()
    for hidden in (".header", ".footer", ".rank__open >> nth=0", ".result__links"):
        assert page.locator(hidden).first.is_hidden(), hidden
    assert page.locator(".strip").first.is_visible()
    paper = page.pdf(path=tmp_path / "result.pdf", prefer_css_page_size=True)
    assert paper.startswith(b"%PDF")
    broken = page.evaluate(
        "[...document.querySelectorAll('.rank')]"
        ".filter(row => getComputedStyle(row).breakInside !== 'avoid').length"
    )
    assert broken == 0


def test_the_keyboard_unfolds_a_need_and_leads_to_the_count(
    addresses: dict[str, str], new_context: object
) -> None:
    page = new_context(viewport=PHONE, java_script_enabled=False).new_page()
    page.goto(addresses["by name"])
    summary = page.locator(".rank__open").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator(".rank__body").first.is_visible()
    assert page.locator(".rank__facts").first.is_visible()
    box = summary.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    page.goto(addresses["result"])
    page.locator("a[href='#how']").focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#how")
