"""What axe finds on a page that somebody passes on their way."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from .test_public_pages import AXE

#: Messages and drawers fade in: half-way their colours are nobody's.
SETTLED = "Promise.all(document.getAnimations().map(each => each.finished.catch(() => null)))"


def clean(page: Page) -> None:
    """Ask axe, which needs script, about the page as it stands."""
    page.evaluate(f"async () => {{ await {SETTLED} }}")
    found = Axe().run(page, options=AXE).response["violations"]
    told = [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]
    assert told == [], f"{page.url}: {told}"
