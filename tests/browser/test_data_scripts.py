"""Data in a page is no script: the policy that forbids inline script leaves it alone."""

from __future__ import annotations

import json

import pytest

from tests import factories

from .conftest import Site

pytestmark = pytest.mark.django_db(transaction=True)

WATCH = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.refused.push(event.violatedDirective);
});
"""


def test_a_browser_reports_nothing(site: Site, new_context: object) -> None:
    course = factories.make_offering(site.own, title="Brann </script><script>window.ran=1</script>")
    factories.make_occasion(course)
    factories.index_courses()
    page = new_context().new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.add_init_script(WATCH)
    for url, kinds in (
        (course.get_url(), ["BreadcrumbList", "Course"]),
        (factories.index_page(site.own).get_url(), ["BreadcrumbList", "ItemList"]),
    ):
        response = page.goto(f"{site.url}{url}")
        assert "script-src 'self'" in response.headers["content-security-policy"]
        texts = page.locator('script[type="application/ld+json"]').all_text_contents()
        assert [json.loads(text)["@type"] for text in texts] == kinds
        assert page.evaluate("window.refused") == []
        assert page.evaluate("window.ran") is None
    assert said == []
    # The watch sees what is refused: a script would have been.
    page.evaluate(
        "document.head.appendChild(Object.assign("
        'document.createElement("script"), {textContent: "window.ran = 1"}))'
    )
    page.wait_for_function("window.refused.length > 0")
    assert page.evaluate("window.refused") == ["script-src-elem"]
    assert page.evaluate("window.ran") is None


def test_calendar_links_are_large_enough(site: Site, new_context: object) -> None:
    course = factories.make_offering(site.own)
    factories.make_occasion(course)
    factories.index_courses()
    page = new_context(viewport={"width": 360, "height": 780}).new_page()
    for url, links in (
        (course.get_url(), ".occasion__calendar"),
        (factories.index_page(site.own).get_url(), ".follow a"),
    ):
        page.goto(f"{site.url}{url}")
        found = page.locator(links).all()
        assert found
        assert all(link.bounding_box()["height"] >= 44 for link in found)
