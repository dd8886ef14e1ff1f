"""What htmx gets, which address it has, and that a browser never takes it for the page."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client

from regions.models import Region, ServiceArea
from tests import factories, worlds

pytestmark = pytest.mark.django_db


class Asker:
    """A listing as htmx asks for it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, query: str, *, standing: str = "", **headers: str) -> HttpResponse:
        """Ask for ``query`` while ``standing`` is what follows the path in the browser."""
        headers = {
            "HX-Request": "true",
            "HX-Current-URL": f"http://testserver{self.url}{standing}",
            **headers,
        }
        response = Client().get(f"{self.url}{query}", headers=headers)
        assert response.status_code == 200
        return response


@worlds.layer
def courses(region: Region) -> Region:
    health = factories.make_term(ServiceArea, slug="helse", name_nb="Helse")
    school = factories.make_term(ServiceArea, slug="skole", name_nb="Skole")
    for title, area in (("Legemidler", health), ("Demens", health), ("Lesing", school)):
        course = factories.make_offering(region, title=title)
        course.service_areas.set([area])
        course.save_revision().publish()
    factories.make_package(region, [course], title="Pakken")
    factories.index_courses()
    return region


@pytest.fixture
def asker(courses: Region) -> Asker:
    return Asker(factories.index_page(courses).get_url())


def test_htmx_gets_the_results_and_the_new_counts_but_no_page(asker: Asker) -> None:
    page = BeautifulSoup(asker.ask("?area=helse").content, "html.parser")
    assert page.find("html") is None
    assert page.find("header") is None
    assert [link.text for link in page.select(".course__link")] == ["Demens", "Legemidler"]
    assert page.select_one("#count").text.split() == ["2", "kurs"]
    fresh = page.select_one("template.finder__fresh")
    assert fresh.select_one("input[value=helse]").has_attr("checked")
    other = fresh.select_one("input[value=skole]").find_parent("label")
    assert other.select_one(".option__count").string == "1"
    swapped = {each["id"] for each in page.select("[data-hx-swap-oob]")}
    assert swapped == {"finder-tools", "sheet-foot", "finder-packages", "finder-status"}
    assert "Pakken" not in page.text
    assert "Pakken" in BeautifulSoup(asker.ask("").content, "html.parser").text


@pytest.mark.parametrize("query", ["", "?area=helse"])
def test_no_cache_takes_the_part_for_the_page(asker: Asker, query: str) -> None:
    part = asker.ask(query)
    page = Client().get(f"{asker.url}{query}")
    assert "no-store" in part["Cache-Control"]
    for response in (part, page):
        assert "HX-Request" in response["Vary"]
    assert "no-store" not in page.get("Cache-Control", "")
    restored = asker.ask(query, **{"HX-History-Restore-Request": "true"})
    assert b"<html" in restored.content
    assert b"<html" in page.content
    assert b"<html" not in part.content


@pytest.mark.parametrize(
    ("query", "standing", "pushed", "replaced"),
    [
        ("?q=&area=helse", "", "?area=helse", None),
        ("?area=helse&page=1", "?area=skole", "?area=helse", None),
        ("?area=finnes-ikke", "?area=helse", "", None),
        # The same again, and "back": the browser stands there already.
        ("?q=&area=helse", "?area=helse", "false", None),
        ("?area=helse&q=", "?area=helse&q=", "false", None),
        ("?area=helse", "?area=helse#filters", "false", None),
        # In the sheet each choice takes the place of the last.
        ("?area=helse&q=", "#filters", None, "?area=helse#filters"),
        ("?", "?area=helse#filters", None, "#filters"),
    ],
)
def test_the_address_is_that_of_the_choice(
    asker: Asker, query: str, standing: str, pushed: str | None, replaced: str | None
) -> None:
    def full(tail: str | None) -> str | None:
        return tail if tail in {None, "false"} else f"{asker.url}{tail}"

    response = asker.ask(query, standing=standing)
    assert response.get("HX-Push-Url") == full(pushed)
    assert response.get("HX-Replace-Url") == full(replaced)


def test_the_address_names_the_page(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.forms.PER_PAGE", 1)
    response = asker.ask("?area=helse&page=2")
    assert response["HX-Push-Url"] == f"{asker.url}?area=helse&page=2"
    assert BeautifulSoup(response.content, "html.parser").title.text.startswith("Kurs, ")
    assert asker.ask("?page=99")["HX-Push-Url"] == f"{asker.url}?page=3"


@pytest.mark.both
@pytest.mark.parametrize(
    "current", ["http://elsewhere.example/#filters", "", "//", "http://[", "\x00"]
)
def test_an_odd_current_address_is_none(asker: Asker, current: str) -> None:
    response = asker.ask("?area=helse", **{"HX-Current-URL": current})
    assert response["HX-Push-Url"] == f"{asker.url}?area=helse"


def test_what_was_typed_is_never_markup_nor_a_header(asker: Asker) -> None:
    response = asker.ask("?q=%3Cscript%3E%0d%0aX-Odd:1")
    assert b"<script" not in response.content
    assert "X-Odd" not in response.headers
    assert "%3Cscript%3E" in response["HX-Push-Url"]


def test_the_whole_page_works_without_htmx(asker: Asker) -> None:
    page = BeautifulSoup(Client().get(asker.url).content, "html.parser")
    form = page.select_one("form.finder")
    assert (form["method"], form["action"]) == ("get", "#results")
    assert page.select_one(".failure").has_attr("hidden")
    assert page.select("[data-hx-get], [data-hx-boost]")
    assert not page.select("[hx-get], [hx-boost], [hx-target], [hx-swap]")  # not valid HTML
