"""Suggestions while one types: what they are of, within what, for whom, and how quickly."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Locale

from catalogue.services import make_region_page
from regions.models import Region, ServiceArea, Topic
from search import typeahead
from search.engines.database import DatabaseEngine
from search.models import CatalogueVersion, Synonym
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/nb/courses/suggest/"
ODD = (
    "",
    "q=",
    "q=%00",
    "q=%1f%22%3Cscript%3E",
    "q=" + "%25" * 5000,
    "q=" + "a%20" * 3000,
    "q=*%20OR%20NEAR(",
    "q=%F0%9F%98%80%E2%80%AE",
    "q=%ff%fe",
    "q=led&region=%00&area[]=x&area=" + "x" * 999,
    "q=led&q=x&region=a&region=b",
)


@pytest.fixture(autouse=True)
def _fresh() -> None:
    """Keep nothing of other tests, whose versions are rolled back."""
    typeahead.typeahead.forget()


def ask(query: str, url: str = URL, **headers: str) -> HttpResponse:
    return Client().get(f"{url}?{query}", headers={"HX-Request": "true", **headers})


def labels(query: str, url: str = URL) -> dict[str, str]:
    """Return what is suggested by name, with the address."""
    page = BeautifulSoup(ask(query, url).content, "html.parser")
    return {
        option.span.text: option["href"] for option in page.select("[role=group] > [role=option]")
    }


@pytest.fixture
def other(region: Region) -> Region:
    """Return another region; both have courses that share words."""
    other = factories.make_region(name="Kustregionen", slug="kustregionen", country="SE")
    health = factories.make_term(
        ServiceArea, slug="helse", name_nb="Helse og mestring", name_sv="Hälsa", name_en="Health"
    )
    island = factories.make_municipality(other, name="Ledøya", slug="ledoya")
    elsewhere = factories.make_provider(name="Høgskolen Øst", slug="ost")
    for where, title, provider in (
        (region, "Legemiddelhåndtering i hjemmet", None),
        (region, "Ny som leder", None),
        (region, "Øvelse gjør mester", None),
        (other, "Ledelse på avstand", elsewhere),
        (other, "Ledelse på avstand", elsewhere),
    ):
        more = {"provider": provider} if provider else {}
        course = factories.make_offering(where, title=title, **more)
        course.service_areas.set([health])
        if where is other:
            course.host_municipality = island
        course.save_revision().publish()
    factories.index_courses()
    return other


def test_what_is_suggested_and_where_it_leads(other: Region, region: Region) -> None:
    # The beginning of any word will do, and marks do not matter.
    assert list(labels("q=hjem")) == ["Legemiddelhåndtering i hjemmet"]
    assert list(labels("q=LEGEMIDDELHANDT")) == ["Legemiddelhåndtering i hjemmet"]
    assert list(labels("q=som%20ny")) == ["Ny som leder"]
    assert list(labels("q=mest")) == ["Øvelse gjør mester", "Helse og mestring"]
    assert list(labels("q=ovel")) == list(labels("q=%C3%B6vel")) == ["Øvelse gjør mester"]
    assert list(labels("q=host")) == []
    assert list(labels("q=hogskolen")) == ["Høgskolen Øst"]
    assert labels("q=middel") == {}

    # Courses come first, those in the reader's language before others; they lead to their pages.
    found = labels("q=led")
    assert list(found) == ["Ny som leder", "Ledelse på avstand", "Ledøya"]
    # Two of one title are one suggestion: of both.
    assert found["Ledelse på avstand"] == "/nb/courses/?q=Ledelse+p%C3%A5+avstand"
    assert found["Ny som leder"].startswith("/nb/fjellregionen/")
    assert found["Ledøya"] == "/nb/municipalities/ledoya/"
    assert labels("q=health", "/en/courses/suggest/")["Health"] == "/en/areas/helse/"
    assert "Hälsa" in labels("q=halsa", "/sv/courses/suggest/")
    assert labels("q=halsa") == {}

    # Within a scope everything stays there.
    listing = factories.index_page(region).get_url()
    assert labels("q=helse&region=fjellregionen") == {"Helse og mestring": f"{listing}?area=helse"}
    assert list(labels("q=led&region=fjellregionen")) == ["Ny som leder"]
    assert labels("q=host&region=fjellregionen") == {}
    assert labels("q=hogskolen&area=helse") == {"Høgskolen Øst": "/nb/areas/helse/?provider=ost"}
    assert labels("q=led&region=finnes-ikke") == {}
    page = BeautifulSoup(Client().get(listing).content, "html.parser")
    assert page.select_one("#q")["data-hx-get"] == f"{URL}?region=fjellregionen"


def test_only_what_readers_may_find_now(other: Region, region: Region) -> None:
    assert labels("q=hjemmet")
    hidden = factories.make_term(Topic, name_nb="Hjemmelig")
    draft = factories.make_offering(region, title="Hjemmekontor", live=False)
    draft.topics.set([hidden])
    draft.save_revision()
    factories.index_courses()
    assert list(labels("q=hjem")) == ["Legemiddelhåndtering i hjemmet"]

    # What was taken down is suggested no more, and what was published is, at the next letter.
    factories.index_page(region).get_children().get(title__startswith="Legemiddel").unpublish()
    factories.index_courses()
    assert labels("q=hjemmet") == {}
    shared = factories.make_offering(region, title="Nytt kurs")
    topic = factories.make_term(Topic, name_nb="Nyttetrafikk")
    shared.topics.set([topic])
    shared.save_revision().publish()
    factories.index_courses()
    assert list(labels("q=nytt")) == ["Nytt kurs", "Nyttetrafikk"]
    with CaptureQueriesContext(connection) as asked:
        assert labels("q=nyt")
    assert len(asked) == 2
    shared.unpublish()
    factories.index_courses()
    assert labels("q=nytt") == {}


def test_names_are_read_again_only_where_they_are_others(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = factories.make_term(Topic, name_nb="Klarspråk")
    first, second = (factories.make_offering(region, title=title) for title in ("Klart", "Klarere"))
    for course in (first, second):
        course.topics.set([topic])
        course.save_revision().publish()

    def reads(*changed: object) -> int:
        """Return how often all names were read for what is suggested after changes."""
        counted = []
        monkeypatch.setattr(typeahead, "read", lambda: counted.append(1) or whole())
        engine.update([course.pk for course in changed])
        found = labels("q=klar")
        typeahead.typeahead.forget()
        monkeypatch.setattr(typeahead, "read", whole)
        assert labels("q=klar") == found
        return len(counted)

    whole = typeahead.read
    engine = DatabaseEngine()
    reads(first, second)
    factories.make_occasion(first)
    first.summary = "Noe annet"
    first.save_revision().publish()
    assert reads(first) == 0
    second.unpublish()
    assert reads(second) == 0
    second.save_revision().publish()
    assert reads(second) == 1
    first.title = "Klarest"
    first.save_revision().publish()
    assert reads(first) == 1
    second.topics.clear()
    second.save_revision().publish()
    assert reads(second) == 1
    # Of a course with translations another page may be seen now.
    make_region_page(region, "sv")
    copy = first.copy_for_translation(Locale.objects.get(language_code="sv"))
    copy.save_revision().publish()
    assert reads(copy) == 1
    copy.refresh_from_db()
    copy.unpublish()
    assert reads(copy) == 1


def test_who_waits_for_names_gets_those_of_its_own_version(other: Region) -> None:
    """The answer is kept as one of that version: names of the one before would stay in it."""
    keeper = typeahead.Typeahead()
    before = keeper._get()

    class Busy:
        def __enter__(self) -> None:
            """Wait, while another worker's thread makes the names of the version before."""
            keeper._known = replace(before, pages=before.pages.copy())

        def __exit__(self, *error: object) -> None:
            """Let the next one in."""

    factories.index_courses()
    keeper._lock = Busy()
    assert keeper._get().version == CatalogueVersion.current() != before.version


def test_the_answer_to_script_is_kept_a_while_and_tells_how_many_there_are(
    other: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    response = ask("q=led")
    assert response["Cache-Control"] == "public, no-cache"
    assert "HX-Request" in response["Vary"]
    assert "Cookie" not in response["Vary"]
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select_one("[data-status]")["data-status"].startswith("3 ")
    ids = [option["id"] for option in page.select("[role=option]")]
    assert len(ids) == len(set(ids)) == 3

    # The same again is not sent again, as long as the catalogue is the same: one statement.
    etag = {"If-None-Match": response["ETag"]}
    with CaptureQueriesContext(connection) as asked:
        again = ask("q=led", **etag)
    assert (again.status_code, again.content, len(asked)) == (304, b"", 1)
    assert again["Cache-Control"] == "public, no-cache"
    assert "HX-Request" in again["Vary"]
    factories.index_courses()
    assert ask("q=led", **etag).status_code == 200
    # Nor on another day, nor by another release.
    etag = {"If-None-Match": ask("q=led")["ETag"]}
    tomorrow = timezone.localdate() + timedelta(days=1)
    with monkeypatch.context() as later:
        later.setattr("django.utils.timezone.localdate", lambda *_args: tomorrow)
        assert ask("q=led", **etag).status_code == 200
    assert ask("q=led", **etag).status_code == 304
    with monkeypatch.context() as released:
        released.setattr("search.suggest.release_mark", lambda: "another")
        assert ask("q=led", **etag).status_code == 200

    # Without script it is a page.
    response = Client().get(f"{URL}?q=led&region=kustregionen")
    page = BeautifulSoup(response.content, "html.parser")
    assert [link.text for link in page.select(".terms a")] == ["Ledelse på avstand", "Ledøya"]
    assert page.select_one("input[name=region]")["value"] == "kustregionen"
    assert page.select_one("[name=robots]")["content"].startswith("noindex")
    assert "public" not in response.get("Cache-Control", "")
    # Whatever is typed gets an answer.
    for query in ODD:
        for headers in ({}, {"HX-Request": "true"}):
            odd = Client().get(f"{URL}?{query}", headers=headers)
            assert odd.status_code == 200, query
            assert b"<script>" not in odd.content
    assert Client().post(URL).status_code == 405


def test_where_no_name_begins_so_what_a_search_finds_is_suggested(region: Region) -> None:
    care = factories.make_offering(region, title="Legemiddelhåndtering")
    factories.make_occasion(care, code="KR-LEGEMIDDEL-1")
    factories.make_occasion(care, code="KR-LEGEMIDDEL-2")
    factories.make_offering(region, title="Krisberedskap i kommunen", summary="Om legemiddel")
    Synonym.objects.all().delete()
    Synonym.objects.create(words="medisin", other_words="legemiddel")
    factories.index_courses()
    for typed in ("legemidel", "medis", "kurs i medis", "KR-leg", "kr-legemiddel-2", "legmiddel"):
        assert list(labels(f"q={typed}")) == ["Legemiddelhåndtering"], typed
    # A code comes before names that begin alike.
    assert list(labels("q=KR-")) == ["Legemiddelhåndtering", "Krisberedskap i kommunen"]
    assert labels("q=finnesikke") == {}
    with CaptureQueriesContext(connection) as asked:
        labels("q=finnesheller+ikke")
    assert len(asked) <= 6
