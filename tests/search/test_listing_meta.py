"""The one address of a listing, and which listings should be found."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from regions.models import Region, ServiceArea
from tests import factories, worlds
from tests.catalogue import schema_org

pytestmark = pytest.mark.django_db

SITE = "http://localhost:8000"


@worlds.layer
def world(region: Region) -> Region:
    area = factories.make_term(ServiceArea, slug="helse", introduction_nb="Om helse.")
    for title in ("A", "B", "C"):
        course = factories.make_offering(region, title=title, place="onsite", level="basic")
        course.service_areas.set([area])
        course.save_revision().publish()
    factories.index_courses()
    return region


class Head:
    """The head of a listing."""

    def __init__(self, url: str) -> None:
        self.response = Client().get(url)
        assert self.response.status_code == 200
        self.html = BeautifulSoup(self.response.content, "html.parser").head

    @property
    def canonical(self) -> str:
        (link,) = self.html.select('link[rel="canonical"]')
        return link["href"].removeprefix(SITE)

    @property
    def found(self) -> bool:
        return self.html.select_one('meta[name="robots"]') is None

    @property
    def languages(self) -> dict[str, str]:
        return {
            link["hreflang"]: link["href"].removeprefix(SITE)
            for link in self.html.select("link[hreflang]")
        }


@pytest.mark.parametrize(
    ("asked", "canonical", "found"),
    [
        ("", "", True),
        ("?sort=newest", "", True),
        ("?utm_source=x&page=1&sort=", "", True),
        ("?place=onsite&area=helse", "?area=helse&place=onsite", True),
        ("?area=helse&area=helse&page=9", "?area=helse", True),
        ("?place=onsite&area=helse&level=basic", "?area=helse&place=onsite&level=basic", False),
        ("?area=finnes-ikke", "", False),
        ("?q=+A+&sort=newest", "?q=A", False),
        ("?place=distance", "?place=distance", False),
    ],
)
@pytest.mark.parametrize("where", ["tree", "everywhere"])
def test_one_address(world: Region, where: str, asked: str, canonical: str, found: bool) -> None:
    path = factories.index_page(world).url if where == "tree" else "/nb/courses/"
    head = Head(path + asked)
    assert head.canonical == path + canonical
    assert head.found is found
    shown = schema_org.read(head.response)
    assert ("ItemList" in shown) is found


def test_each_page_is_its_own(world: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.forms.PER_PAGE", 2)
    head = Head("/nb/courses/?page=2&area=helse&sort=state")
    assert head.canonical == "/nb/courses/?area=helse&page=2"
    assert Head("/nb/courses/?page=2").canonical == "/nb/courses/?page=2"
    assert head.languages == {
        "nb": "/nb/courses/?area=helse&page=2",
        "sv": "/sv/courses/?area=helse&page=2",
        "en": "/en/courses/?area=helse&page=2",
        "x-default": "/en/courses/?area=helse&page=2",
    }
    courses = schema_org.read(head.response)["ItemList"]
    assert courses["numberOfItems"] == 3
    assert [each["position"] for each in courses["itemListElement"]] == [3]
    assert courses["itemListElement"][0]["url"].startswith(f"{SITE}/nb/fjellregionen/kurs/")


def test_links_hold_what_was_chosen_and_nothing_else_of_the_address(world: Region) -> None:
    plain = len(Head("/nb/courses/?q=A").response.content)
    long = Head("/nb/courses/?" + f"q={'a+' * 5000}&" + "x=y&area=helse&" * 300 + "sort=newest")
    assert len(long.response.content) < plain + 20_000
    page = BeautifulSoup(long.response.content, "html.parser")
    (swedish,) = {link["href"] for link in page.select("a[lang=sv][href*='/courses/']")}
    assert swedish.startswith("/sv/courses/?q=a+a")
    assert swedish.endswith("&area=helse&sort=newest")
    page = Head("/nb/courses/?view=calendar&area=helse&odd=1").response.content
    link = BeautifulSoup(page, "html.parser").select_one("a[lang=sv][href*='/courses/']")
    assert link["href"].startswith("/sv/courses/?area=helse&view=calendar&month=")
    # A page that has no address of its own leaves a very long one out.
    for length, whole in ((900, True), (1100, False)):
        page = Client().get(f"/nb/topics/?x={'y' * length}").content
        link = BeautifulSoup(page, "html.parser").select_one("a[lang=sv][href*='/topics/']")
        assert ("?x=" in link["href"]) is whole


def test_the_window_is_called_by_the_words_first(world: Region) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        for where in ("/nb/courses/", factories.index_page(world).url):
            name = BeautifulSoup(Client().get(where).content, "html.parser").title.text
            asked = Client().get(where, {"q": "<b>A</b> & B"}, headers=headers)
            title = BeautifulSoup(asked.content.decode(), "html.parser").title
            assert title.text.strip() == f"<b>A</b> & B – {name}"
            asked = Client().get(where, {"q": "ord " * 50}, headers=headers)
            title = BeautifulSoup(asked.content.decode(), "html.parser").title.text.strip()
            assert len(title.removesuffix(f" – {name}")) == 60


def test_a_listing_of_one_thing(world: Region) -> None:
    head = Head("/nb/areas/helse/?sort=newest")
    assert head.canonical == "/nb/areas/helse/"
    assert head.languages["sv"] == "/sv/areas/helse/"
    assert head.html.select_one('[property="og:description"]')["content"] == "Om helse."
    area = ServiceArea.objects.get(slug="helse")
    assert head.html.select_one('[property="og:title"]')["content"] == area.name_nb
    trail = schema_org.read(head.response)["BreadcrumbList"]["itemListElement"]
    assert trail[-1]["item"] == f"{SITE}/nb/areas/helse/"
    unused = factories.make_term(ServiceArea)
    assert not Head(f"/nb/areas/{unused.slug}/").found


@pytest.mark.parametrize("text", ["</script><script>", '"><meta name=x>', "\x1f\x0b", "😀&<"])
def test_words_are_text_wherever_they_stand(world: Region, text: str) -> None:
    response = Client().get("/nb/courses/", {"q": text})
    page = BeautifulSoup(response.content, "html.parser")
    assert not page.select('meta[name="x"]')
    inline = [script for script in page.select("script") if not script.get("src")]
    assert {script["type"] for script in inline} <= {"application/ld+json"}
    schema_org.read(response)
