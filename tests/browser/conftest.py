"""A Chromium, a running site, and people who sign in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from regions.models import Region, Role, ServiceArea, TargetGroup, User
from tests import factories
from tests.services import require

# Playwright runs an event loop in this thread; Django would then refuse every query.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

PHONE = {"width": 360, "height": 780}
DESK = {"width": 1280, "height": 1000}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here, and keep it in one worker: one browser, one server."""
    for item in items:
        if "/tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium; `CHROMIUM` names another."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        require("chromium", "drives a real browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def new_context(chromium: Browser) -> Iterator[object]:
    """Make contexts: each is a person's own browser."""
    opened: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        options.setdefault("viewport", DESK)
        context = chromium.new_context(locale="nb-NO", **options)
        context.set_default_timeout(20_000)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@dataclass
class Site:
    """A running site with two regions and their people."""

    url: str
    own: Region
    other: Region
    people: dict[str, User]

    def sign_in(self, page: Page, user: User) -> None:
        """Sign in through the form, and wait for where it leads."""
        page.goto(f"{self.url}/nb/account/sign-in/")
        page.fill("[name=username]", user.email)
        page.fill("[name=password]", factories.PASSWORD)
        with page.expect_navigation(url=lambda url: "sign-in" not in url):
            page.keyboard.press("Enter")


@pytest.fixture
def site(live_server: object, settings: object) -> Site:
    settings.WAGTAILADMIN_BASE_URL = live_server.url
    # The address of the live server's pages: Wagtail's site record says localhost.
    own = factories.make_region(name="Fjellregionen", slug="fjellregionen")
    other = factories.make_region(name="Kustregionen", slug="kustregionen", country="SE")
    factories.make_provider(name="Universitetet i Sørøst-Norge", slug="usn")
    for name in ("Helsepersonell", "Ledere"):
        factories.make_term(TargetGroup, name_nb=name)
    for name in ("Helse og omsorg", "Oppvekst"):
        factories.make_term(ServiceArea, name_nb=name)
    people = {
        "editor": factories.make_member(own, Role.EDITOR, user=factories.make_user(language="nb")),
        "coordinator": factories.make_member(own, Role.COORDINATOR),
        "other_coordinator": factories.make_member(
            other, Role.COORDINATOR, user=factories.make_user(language="sv")
        ),
        "admin": factories.make_admin(),
    }
    for municipality in ("Nordfjell", "Sørfjell"):
        factories.make_municipality(own, name=municipality, contact_role="HR-rådgiver")
    return Site(live_server.url, own, other, people)
