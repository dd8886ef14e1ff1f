"""Every public page type as its readers meet it: axe, phone and desk, zoom, keyboard, no script."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from catalogue.models import CoursePage
from regions.models import Role
from search.saved import services as saved
from search.saved.models import FollowLink
from search.saved.news import manage_path
from tests import factories

from .conftest import DESK, PHONE, Site

#: axe's rule sets: WCAG 2.0 to 2.2, levels A and AA, and its best practices.
AXE = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
#: A page of 1280 px at 400 % has the room of 320 px (WCAG 1.4.10); at 200 % that of 640.
ZOOMED = ({"width": 320, "height": 640}, {"width": 640, "height": 500})


@pytest.fixture
def courses(site: Site) -> list[CoursePage]:
    """Return courses in several states, with everything that a page can show."""
    body = [
        ("text", "<h2>Om kurset</h2><p>To avsnitt med tekst.</p><p>Det andre.</p>"),
        ("quote", {"text": "Nå vet vi hva vi gjør.", "attribution": "enhetsleder"}),
        ("key_points", {"heading": "Dette tar du med", "points": ["Ett", "To"]}),
        ("callout", {"heading": "Husk", "text": "<p>Ta med legitimasjon.</p>"}),
        ("video_link", {"title": "Film", "url": "https://example.org/film", "length": "4 min"}),
        ("questions", [{"question": "Hva koster det?", "answer": "<p>Ingenting.</p>"}]),
    ]
    first = factories.make_distance_course(
        site.own,
        title="Klarspråk i vedtak – en innføring",
        credits=3,
        credit_system="hp",
        body=body,
        outcomes="skrive klart\nskrive kort",
        prerequisites="Ingen.",
        byod=True,
        byod_instructions="Ta med et vedtak uten personopplysninger.",
    )
    factories.make_occasion(
        first, seats_total=30, seats_taken=21, apply_url="https://example.org/sok"
    )
    factories.make_occasion(first, starts_on=None, ends_on=None, apply_by=None, cohort="Våren")
    factories.make_occasion(
        first,
        starts_on=factories.in_days(-90),
        ends_on=factories.in_days(-30),
        apply_by=factories.in_days(-100),
    )
    second = factories.make_offering(site.own, title="Legemiddelhåndtering")
    second.topics.set(first.topics.all())
    second.save_revision().publish()
    factories.make_occasion(
        second,
        starts_on=factories.in_days(9),
        ends_on=None,
        seats_total=12,
        seats_taken=12,
        apply_by=factories.in_days(5),
        venue="Rådhuset",
        start_time="09:00",
        end_time="12:30",
    )
    return [first, second]


@pytest.fixture
def addresses(site: Site, courses: list[CoursePage]) -> dict[str, str]:
    package = factories.make_package(site.own, courses)
    pages = {
        "region": factories.region_page(site.own),
        "listing": factories.index_page(site.own),
        "distance course": courses[0],
        "shared offering": courses[1],
        "package": package,
    }
    paths = {name: page.get_url() for name, page in pages.items()}
    return {
        "home nb": "/nb/",
        "home sv": "/sv/",
        "home en": "/en/",
        **paths,
        "empty region": factories.region_page(site.other).get_url(),
        "empty listing": factories.index_page(site.other).get_url(),
        "every region's listing": "/nb/courses/",
        "chosen": f"{paths['listing']}?place=onsite&q=legemiddel",
        "a month": f"{paths['listing']}?view=calendar&month={factories.in_days(30):%Y-%m}",
        "suggestions": "/nb/courses/suggest/?q=kla",
        "filters open": f"{paths['listing']}?place=onsite#filters",
        "nothing found": f"{paths['listing']}?q=finnesikke&place=onsite",
        "nothing found by words": f"{paths['listing']}?q=finnesikke",
        "saved search": "/nb/courses/saved/?q=legemiddel&place=onsite",
        "stop a saved search": _followed(),
        "provider": f"/nb/providers/{courses[0].provider.slug}/",
        "area": f"/nb/areas/{courses[0].service_areas.first().slug}/",
        "municipality": f"/nb/municipalities/{courses[1].host_municipality.slug}/",
        "all topics": "/nb/topics/",
        "sign in": "/nb/account/sign-in/",
        "reset": "/nb/account/password/",
        "reset sent": "/nb/account/password/sent/",
        "signed out": "/nb/account/signed-out/",
        "not found": "/nb/finnes-ikke/",
    }


def _followed() -> str:
    """Return the path of a reader's saved searches."""
    search = saved.ask_to_confirm(
        "leder@nordfjell.example", language="nb", query="q=legemiddel", words="“legemiddel”"
    )
    return manage_path(FollowLink.to_manage(saved.confirm(search).follower_id))


def _violations(page: Page) -> list[str]:
    found = Axe().run(page, options=AXE).response["violations"]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]


def _sideways(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


@pytest.fixture
def complaints() -> list[str]:
    """Collect what the browser complains about: blocked by the policy, missing, failing."""
    return []


def _record(page: Page) -> list[str]:
    """Return the list to which every request's address is added."""
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    return addresses


def _listen(page: Page, complaints: list[str]) -> None:
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))


def test_every_page_is_clean_fits_and_stays_light(
    site: Site, addresses: dict[str, str], new_context: object, complaints: list[str]
) -> None:
    findings: list[str] = []
    for size in (DESK, PHONE):
        page = new_context(viewport=size).new_page()
        _listen(page, complaints)
        requests = _record(page)
        for name, path in addresses.items():
            requests.clear()
            page.goto(f"{site.url}{path}", wait_until="networkidle")
            for detail in page.locator("details").all():
                detail.evaluate("element => element.open = true")
            findings += [f"{name} {size['width']}: {each}" for each in _violations(page)]
            if (excess := _sideways(page)) > 0:
                findings.append(f"{name} {size['width']}: {excess} px wider than the screen")
            own = [url for url in requests if not url.startswith("data:")]
            if len(own) > 8:
                findings.append(f"{name}: {len(own)} requests")
            if foreign := [url for url in own if not url.startswith(site.url)]:
                findings.append(f"{name}: asks {foreign}")
    assert findings == []
    assert [text for text in complaints if "404" not in text] == []


def test_errors_and_refusals_are_pages_of_ours(
    site: Site, new_context: object, complaints: list[str]
) -> None:
    page = new_context(viewport=PHONE).new_page()
    page.goto(f"{site.url}/nb/account/sign-in/")
    page.fill("[name=username]", "noen@samkurs.example")
    page.fill("[name=password]", "ikke riktig")
    page.keyboard.press("Enter")
    page.wait_for_selector(".error-summary")
    assert page.evaluate("document.activeElement.closest('.error-summary') !== null")
    expect(page.locator("[name=username]")).to_have_value("noen@samkurs.example")
    assert _violations(page) == []

    site.sign_in(page, factories.make_member(site.own, Role.CONTACT))
    refused = page.goto(f"{site.url}/admin/")
    assert refused is not None
    assert refused.status == 403
    assert _violations(page) == []

    admin = new_context(viewport=PHONE).new_page()
    site.sign_in(admin, site.people["admin"])
    broken = admin.goto(f"{site.url}/admin/failwhale/")
    assert broken is not None
    assert broken.status == 500
    assert _violations(admin) == []


def test_zoomed_pages_need_no_sideways_scrolling(
    site: Site, addresses: dict[str, str], new_context: object
) -> None:
    wide: list[str] = []
    for size in ZOOMED:
        page = new_context(viewport=size).new_page()
        for name, path in addresses.items():
            page.goto(f"{site.url}{path}")
            if _sideways(page) > 0:
                wide.append(f"{name} at {size['width']}: {_sideways(page)} px")
    assert wide == []


def test_keyboard_reaches_the_course_and_shows_where_it_is(
    site: Site, addresses: dict[str, str], new_context: object
) -> None:
    page = new_context().new_page()
    page.goto(f"{site.url}/nb/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    wanted = addresses["distance course"]
    for _ in range(30):
        page.keyboard.press("Tab")
        focus = page.evaluate(
            # A course's link covers its row: the ring is drawn by its ::after.
            "() => { const e = document.activeElement;"
            " const [s] = [null, '::after'].map(part => getComputedStyle(e, part))"
            "   .filter(s => s.outlineStyle !== 'none');"
            " return [e.getAttribute('href'), s?.outlineStyle ?? 'none',"
            "   parseFloat(s?.outlineWidth)] }"
        )
        assert focus[1] != "none", focus
        assert focus[2] >= 2, focus
        if focus[0] == wanted:
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Klarspråk")


def test_everything_works_without_script(
    site: Site, addresses: dict[str, str], new_context: object
) -> None:
    page = new_context(java_script_enabled=False, viewport=PHONE).new_page()
    page.goto(f"{site.url}{addresses['distance course']}")
    page.click("summary.menu__button")
    expect(page.locator(".menu__body")).to_be_visible()
    page.click(".menu__languages a[lang=sv]")
    expect(page).to_have_url(f"{site.url}/sv/")
    page.goto(f"{site.url}{addresses['listing']}")
    page.click(f"a[href='{addresses['package']}'], a[href='{addresses['distance course']}']")
    expect(page.locator("h1")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_course_is_found_on_the_phone_by_the_sheet(
    site: Site, addresses: dict[str, str], new_context: object, script: bool
) -> None:
    page = new_context(java_script_enabled=script, viewport=PHONE).new_page()
    page.goto(f"{site.url}{addresses['listing']}")
    expect(page.locator(".sheet")).to_be_hidden()
    page.click(".finder__open")
    expect(page.locator(".sheet")).to_be_visible()
    page.go_back()
    expect(page.locator(".sheet")).to_be_hidden()
    page.click(".finder__open")
    page.check(".option__box[name=place][value=distance]")
    page.click(".sheet__show")
    expect(page.locator(".sheet")).to_be_hidden()
    expect(page.locator(".course__link")).to_have_count(1)
    page.click(".tag--removable")
    expect(page.locator(".course__link")).to_have_count(2)
    page.fill("#q", "legemiddelhåndteringen")
    page.keyboard.press("Enter")
    expect(page.locator(".course__link")).to_have_count(1)
    page.go_back()
    expect(page.locator(".course__link")).to_have_count(2)
