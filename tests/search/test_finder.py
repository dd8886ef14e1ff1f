"""The listing as a reader uses it: facets, words, order, and what an odd address gives."""

from __future__ import annotations

from datetime import date
from itertools import count

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue.models import SharedOfferingPage
from regions.models import Region, ServiceArea
from search.finder import CourseFinder
from tests import factories, worlds

pytestmark = pytest.mark.django_db


class Finder:
    """A region's listing, read as a browser without script does."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.read("")

    def read(self, query: str) -> None:
        self.response = Client().get(f"{self.url}{query}")
        assert self.response.status_code == 200, query
        self.page = BeautifulSoup(self.response.content, "html.parser")

    @property
    def titles(self) -> list[str]:
        return [link.text for link in self.page.select(".course__link")]

    @property
    def counts(self) -> dict[str, int]:
        """The count at each value, by "key=value"."""
        return {
            f"{box['name']}={box['value']}": int(
                box.find_parent("label").select_one(".option__count").text
            )
            for box in self.page.select(".option__box")
        }

    @property
    def tags(self) -> dict[str, str]:
        return {
            tag.text.replace("Fjern", "").strip(): tag["href"]
            for tag in self.page.select(".tag--removable")
        }

    @property
    def notes(self) -> list[str]:
        return [note.text for note in self.page.select(".finder__note")]


@worlds.layer
def courses(region: Region) -> Region:
    health = factories.make_term(ServiceArea, slug="helse", name_nb="Helse")
    school = factories.make_term(ServiceArea, slug="skole", name_nb="Skole")
    for title, area, place in (
        ("Legemidler", health, "onsite"),
        ("Demens", health, "hybrid"),
        ("Lesing", school, "onsite"),
    ):
        course = factories.make_offering(region, title=title, place=place)
        course.service_areas.set([area])
        course.save_revision().publish()
    factories.make_offering(factories.make_region(), title="Andres kurs")
    factories.index_courses()
    return region


@pytest.fixture
def finder(courses: Region) -> Finder:
    return Finder(factories.index_page(courses).get_url())


def test_choosing_narrows_and_counts_say_what_one_more_gives(finder: Finder) -> None:
    assert finder.titles == ["Demens", "Legemidler", "Lesing"]
    finder.read("?area=helse")
    assert finder.titles == ["Demens", "Legemidler"]
    assert finder.counts["area=skole"] == 1
    assert finder.counts["place=onsite"] == 1
    finder.read("?area=helse&area=skole&place=onsite")
    assert finder.titles == ["Legemidler", "Lesing"]
    assert finder.counts["place=hybrid"] == 1


def test_what_is_chosen_stands_there_and_is_taken_away(finder: Finder) -> None:
    finder.read("?area=helse&place=onsite&q=legemiddel")
    assert finder.titles == ["Legemidler"]
    assert list(finder.tags)[:2] == ["«legemiddel»", "Helse"]
    assert len(finder.tags) == 3
    checked = [box["value"] for box in finder.page.select(".option__box[checked]")]
    assert checked == ["helse", "onsite"]
    finder.read(finder.tags["Helse"])
    assert "Helse" not in finder.tags
    assert finder.titles == ["Legemidler"]


def test_other_regions_values_are_not_offered(finder: Finder) -> None:
    offered = {name.partition("=")[0] for name in finder.counts}
    assert "region" not in offered
    slugs = {name for name in finder.counts if name.startswith("municipality=")}
    assert len(slugs) == 6  # two for each offering of the region


def test_words_find_inflections_and_the_order_can_be_chosen(finder: Finder) -> None:
    finder.read("?q=legemidlene")
    assert finder.titles == ["Legemidler"]
    finder.read("?sort=newest")
    assert finder.titles == ["Lesing", "Demens", "Legemidler"]
    assert finder.page.select_one(".finder__chosen").text == "Nyeste først"
    assert finder.page.select_one("input[name=sort]")["value"] == "newest"
    finder.read("?q=legemidlene&sort=")
    assert finder.page.select_one(".finder__chosen").text == "Beste treff først"
    orders = {link.text: link["href"] for link in finder.page.select(".finder__orders a")}
    finder.read(orders["Åpne først"])
    assert finder.page.select_one(".finder__chosen").text == "Åpne først"


def test_an_empty_result_shows_ways_out(finder: Finder) -> None:
    finder.read("?q=finnesikke&area=helse")
    assert finder.titles == []
    ways = {link.text: link["href"] for link in finder.page.select(".way a")}
    assert len(ways) == 1
    finder.read(next(iter(ways.values())))
    assert finder.titles == ["Demens", "Legemidler"]


def test_a_facet_is_dropped_with_all_its_values(finder: Finder) -> None:
    """Taking one of two values away never finds more; taking both away does."""
    finder.read("?place=distance&place=hybrid&area=skole")
    assert finder.titles == []
    ways = {link.text: link["href"] for link in finder.page.select(".way a")}
    assert list(ways.values()) == ["?place=distance&place=hybrid", "?area=skole"]
    finder.read("?area=skole")
    assert finder.titles == ["Lesing"]


def test_an_empty_result_asks_little_more_than_another(finder: Finder) -> None:
    finder.read("?q=ingenting")  # the words of the catalogue and the synonyms are kept from here on
    with CaptureQueriesContext(connection) as some:
        finder.read("?area=helse")
    with CaptureQueriesContext(connection) as none:
        finder.read("?q=finnesikke&area=helse&place=onsite&place=hybrid&type=offering")
    assert finder.titles == []
    read = [each for each in none.captured_queries if each["sql"].startswith("SELECT")]
    # The words and whether synonyms are others; what is close; the same without any filter.
    assert len(read) <= len(some) + 2 + 1 + 2


@pytest.mark.parametrize(
    "query",
    [
        "?area=finnes-ikke",
        "?area=helse&area=finnes-ikke",
        "?area[]=helse",
        "?area=%00",
        "?area='%20OR%201=1--",
        "?start=2026-99",
        "?start=x",
        "?q=%22",
        "?q=%00",
        "?q=%1f",
        "?q=" + "å" * 5000,
        "?q=%ff%fe",
        "?sort=odd",
        "?page=-1",
        "?page=9e99",
        "?page=1&page=2",
        "?state=open&state=" + "&state=".join(map(str, range(300))),
        "?" + "&".join(f"area={number}" for number in range(500)),
    ],
    ids=lambda query: query[:20],
)
def test_an_odd_address_gets_an_answer(finder: Finder, query: str) -> None:
    finder.read(query)
    assert finder.page.select_one("#count")


def test_what_does_not_exist_is_left_out_and_said(finder: Finder) -> None:
    finder.read("?area=helse&area=finnes-ikke&topic=nei")
    assert finder.titles == ["Demens", "Legemidler"]
    assert len(finder.notes) == 1
    finder.read("?q=" + "a" * 300)
    assert len(finder.notes) == 1
    finder.read("?area=helse")
    assert finder.notes == []


def test_a_choice_is_kept_from_page_to_page(
    finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.forms.PER_PAGE", 1)
    finder.read("?area=helse&sort=newest")
    following = finder.page.select_one("[rel=next]")["href"]
    finder.read(following)
    assert finder.titles == ["Legemidler"]
    assert "area=helse" in following
    assert "sort=newest" in following


def test_what_was_typed_is_never_markup(finder: Finder) -> None:
    finder.read("?q=%3Cscript%3Ealert(1)%3C/script%3E&area=helse")
    assert "<script>alert" not in finder.response.content.decode()


# Listings on no page of the tree ------------------------------------------------------------------
def test_every_regions_courses(finder: Finder) -> None:
    everywhere = Finder("/nb/courses/")
    assert everywhere.titles == ["Andres kurs", *finder.titles]
    assert any(name.startswith("region=") for name in everywhere.counts)
    everywhere.read("?region=fjellregionen")
    assert everywhere.titles == finder.titles


@pytest.mark.parametrize("kind", ["providers", "topics", "areas", "municipalities"])
def test_the_courses_of_one_thing(finder: Finder, region: Region, kind: str) -> None:
    course = SharedOfferingPage.objects.get(title="Demens")
    subject = {
        "providers": course.provider,
        "topics": course.topics.first(),
        "areas": ServiceArea.objects.get(slug="helse"),
        "municipalities": course.host_municipality,
    }[kind]
    listing = Finder(f"/nb/{kind}/{subject.slug}/")
    both = ["Demens", "Legemidler"]
    assert listing.titles == (both if kind == "areas" else ["Demens"])
    assert listing.page.h1.text == str(subject)
    assert not any(tag == str(subject) for tag in listing.tags)


@pytest.mark.parametrize(
    "url", ["/nb/providers/finnes-ikke/", "/nb/persons/", "/nb/persons/x/", "/nb/areas/%00/"]
)
def test_what_is_not_there(finder: Finder, url: str) -> None:
    assert Client().get(url).status_code == 404


def test_the_same_listing_in_another_language(finder: Finder) -> None:
    page = Client().get("/nb/areas/helse/?place=onsite").content.decode()
    assert 'href="/sv/areas/helse/?place=onsite"' in page
    swedish = Finder("/sv/areas/helse/")
    assert swedish.page.select_one("#count").text.split() == ["2", "kurser"]


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_listings_are_read_only(finder: Finder, method: str) -> None:
    assert getattr(Client(), method)("/nb/courses/").status_code == 405


def test_contacts_and_websites_stand_with_their_courses(finder: Finder, region: Region) -> None:
    municipality = factories.make_municipality(
        region, contact_role="HR-rådgiver", contact_email="hr@fjell.example", profile="<b>Vi</b>"
    )
    text = Client().get(f"/nb/municipalities/{municipality.slug}/").content.decode()
    assert 'href="mailto:hr@fjell.example">HR-rådgiver' in text
    assert "&lt;b&gt;Vi" in text


def test_at_midnight_a_page_asks_of_one_day(
    courses: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page puts several questions at once: the day must not change between two of them."""
    days = count(timezone.localdate().toordinal())
    monkeypatch.setattr(timezone, "localdate", lambda *_args: date.fromordinal(next(days)))
    assert CourseFinder().overview(courses.slug).numbers.keys() == {courses.slug}
    assert courses.slug in CourseFinder().overview(None).numbers
