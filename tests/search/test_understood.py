"""What a reader's words and dates are taken for, what of it is marked, and what helps."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from regions.models import Region, Topic
from search.highlights import highlighted
from search.lexicon import Lexicon
from search.reading import read
from tests import factories

pytestmark = pytest.mark.django_db
YEAR = factories.in_days(0).year + 1


class Listing:
    """A region's listing as a browser without script reads it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def read(self, query: str, **headers: str) -> BeautifulSoup:
        response = Client().get(f"{self.url}{query}", headers=headers)
        assert response.status_code == 200, query
        self.page = BeautifulSoup(response.content, "html.parser")
        return self.page

    @property
    def titles(self) -> list[str]:
        return [link.text for link in self.page.select(".course__link")]

    def links(self, selector: str) -> dict[str, str]:
        return {
            link.text.replace("Fjern", "").strip(): link["href"]
            for link in self.page.select(selector)
        }


@pytest.fixture
def listing(region: Region) -> Listing:
    topic = factories.make_term(Topic, slug="klarsprak", name_nb="Klarspråk")
    for title, start, number in (
        ("Klarspråk i vedtak", date(YEAR, 2, 8), 3),
        ("Demens i hjemmet", date(YEAR, 3, 1), 3),
        ("Demens for ledere", date(YEAR, 9, 1), 7.5),
    ):
        course = factories.make_distance_course(
            region, title=title, credits=number, credit_system="hp"
        )
        course.topics.set([topic] if "vedtak" in title else [])
        course.save_revision().publish()
        factories.make_occasion(
            course, starts_on=start, ends_on=start + timedelta(days=30), apply_by=None
        )
    factories.index_courses()
    return Listing(factories.index_page(region).get_url())


def test_a_range_of_days_as_people_write_them(listing: Listing) -> None:
    listing.read(f"?from=1.3.{YEAR}&to={YEAR}-08-31")
    assert listing.titles == ["Demens i hjemmet"]
    assert listing.page.select_one("#days-from")["value"] == f"01.03.{YEAR}"
    tags = listing.links(".finder__tags .tag")
    assert list(tags) == [f"Start fra 1.\xa0mars\xa0{YEAR}", f"Start innen 31.\xa0august\xa0{YEAR}"]
    assert list(tags.values()) == [f"?to={YEAR}-08-31", f"?from={YEAR}-03-01"]
    assert listing.page.select_one("[name=robots]")["content"].startswith("noindex")
    assert f"from={YEAR}-03-01" in listing.page.select_one(".follow a")["href"]
    listing.read(tags[f"Start innen 31.\xa0august\xa0{YEAR}"])
    assert listing.titles == ["Demens i hjemmet", "Demens for ledere"]

    # The order by what comes next is the address's to say.
    listing.read("?sort=start")
    assert listing.titles == ["Klarspråk i vedtak", "Demens i hjemmet", "Demens for ledere"]
    assert "?sort=deadline" in listing.links(".finder__orders a").values()

    # As pages print it, with a stroke, in figures alone; a day of this year without the year.
    for text in (
        f"8. februar {YEAR}",
        f"8.\xa0Februar\xa0{YEAR}",
        f"8/2-{YEAR}",
        f"0802{YEAR % 100}",
    ):
        listing.read(f"?from={text}&to={text}")
        assert listing.titles == ["Klarspråk i vedtak"], text
        assert listing.page.select_one("#days-to")["value"] == f"08.02.{YEAR}"
    listing.read("?to=8.+februar")
    assert listing.page.select_one("#days-to")["value"] == f"08.02.{YEAR - 1}"
    swedish = Listing("/sv/courses/").read(f"?from={YEAR % 100}0208")
    assert swedish.select_one("#days-from")["value"] == f"{YEAR}-02-08"

    # What is no day is said, and stays as it was typed; what was understood of it counts.
    for wrong in ("31.2.2027", "310227", "31/2-2027", "uke 5", "i fjor", '"><b>', "\x00", "9" * 99):
        listing.read(f"?from={wrong.replace(chr(0), '%00')}&to={YEAR}-02-28")
        assert listing.titles == ["Klarspråk i vedtak"]
        typed = wrong.replace("\x00", "")[:40]
        field = listing.page.select_one("#days-from")
        assert field["value"] == typed
        assert field.has_attr("aria-invalid") == bool(typed)
        notes = listing.page.select(".finder__note")
        assert [typed in note.text for note in notes] == ([True] if typed else [])
    listing.read(f"?from={YEAR}-05-01&to={YEAR}-02-28")
    assert len(listing.titles) == 3
    assert listing.page.select_one("#days-to-error").text

    # Nothing on these days: the way out says how many there are on any.
    listing.read(f"?from={YEAR + 5}-01-01&q=demens")
    assert "?q=demens" in listing.links(".way a").values()
    listing.read(f"?from={YEAR + 5}-01-01")
    assert listing.links(".way a") == {f"Uten «Start fra 1.\xa0januar\xa0{YEAR + 5}»": "?"}


def test_numbers_and_dates_in_the_words_are_filters_with_a_way_back(listing: Listing) -> None:
    listing.read(f"?q=Demens+V%C3%A5ren+{YEAR}+3+hp")
    assert listing.titles == ["Demens i hjemmet"]
    wishes = listing.links(".finder__tags .tag")
    assert list(wishes)[:2] == ["«Demens»", f"starter våren {YEAR}"]
    assert wishes["«Demens»"] == f"?q=v%C3%A5ren+{YEAR}+3+hp"
    assert len(wishes) == 3
    (credits_,) = (name for name in wishes if name.startswith("3\xa0hp") and "stp" in name)
    listing.read(wishes[credits_])
    assert listing.page.select_one("#q")["value"] == f"Demens Våren {YEAR}"
    listing.read(f"?q=Demens+V%C3%A5ren+{YEAR}+3+hp")
    # Each can be taken as words by itself; the others stay what they are.
    each = list(listing.links(".understood > a").values())
    assert each[0].endswith(f"words=v%C3%A5ren+{YEAR}")
    listing.read(each[1])
    assert [box["value"] for box in listing.page.select("input[name=words]")] == ["3 hp"]
    assert list(listing.links(".finder__tags .tag")) == ["«Demens 3 hp»", f"starter våren {YEAR}"]
    assert "words=3+hp" in listing.page.select_one(".follow a")["href"]
    as_words, as_filters = listing.links(".understood > a").values()
    listing.read(as_words)
    assert list(listing.links(".finder__tags .tag")) == [f"«Demens Våren {YEAR} 3 hp»"]
    named = ["3 hp", f"våren {YEAR}"]
    assert [box["value"] for box in listing.page.select("input[name=words]")] == named
    (back,) = listing.links(".understood > a").values()
    assert back == as_filters
    listing.read(back)
    assert listing.titles == ["Demens i hjemmet"]
    # What stood between the two goes with it.
    listing.read(f"?q=F%C3%B8r+sommeren+{YEAR},+demens+(3+hp)")
    assert listing.titles == ["Demens i hjemmet"]
    tags = listing.links(".finder__tags .tag")
    assert next(iter(tags)) == "«demens»"
    assert next(iter(tags.values())) == f"?q=f%C3%B8r+sommeren+{YEAR}+3+hp"
    # What the text does not hold is nothing to take as words.
    listing.read("?q=demens+3+hp&words=uke+5&words=&words=%00")
    assert listing.titles == ["Demens i hjemmet"]
    assert not listing.page.select("input[name=words]")
    # Nor is what it holds only as a part of something else, as when a digit was typed after it.
    for query in (f"?q=uke+30+{YEAR}&words=uke+3", "?q=7.5+hp&words=5+hp"):
        listing.read(query)
        assert listing.links(".finder__tags .tag"), query
        assert not listing.page.select("input[name=words]"), query
        assert "bare ord her" not in listing.page.text, query

    # Of two that end alike the one that is taken back goes.
    listing.read("?q=demens+7,5+hp+5+hp")
    left = [urlsplit(each).query for each in listing.links(".finder__tags .tag").values()]
    assert [parse_qs(each)["q"] for each in left[1:]] == [["demens 5 hp"], ["demens 7,5 hp"]]

    # Nor does it hold for the next search, whatever an older address says of all of them.
    listing.read("?q=demens+3+hp&words=1")
    assert [box["value"] for box in listing.page.select("input[name=words]")] == ["3 hp"]
    listing.read(f"?q=demens+v%C3%A5ren+{YEAR}&words=3+hp&words=hp")
    assert listing.titles == ["Demens i hjemmet"]

    # A wish that nothing meets is dropped with its count.
    listing.read(f"?q=demens+uke+30+{YEAR}")
    assert listing.titles == []
    assert listing.links(".way a")["Bare «demens»"] == "?q=demens"


def test_a_half_is_a_number(listing: Listing) -> None:
    listing.read("?q=demens+7%C2%BD+hp")
    (box,) = listing.page.select("input[name=q]")
    assert box["value"] == "demens 7,5 hp"
    assert list(listing.links(".finder__tags .tag"))[1].startswith("7,5\u00a0hp")


@pytest.mark.parametrize(
    ("query", "language", "said"),
    [
        ("i uke 30 {0}", "nb", "starter i uke 30, "),
        ("vecka 30 {0}", "sv", "startar vecka 30, "),
        ("week 30 {0}", "en", "No course that starts in week 30, "),
        ("demens uke 30 {0}", "en", "No course about “demens” that starts in week 30, "),
        ("3 hp sommeren {0}", "en", "No course of 3\xa0hp or stp that starts in summer {0}"),
        ("demens weeks 30 - 32 {0}", "en", "No course about “demens” that starts in weeks 30–32, "),
        ("sveising {0}", "en", "No course about “sveising” that starts in {0}"),
        ("june - july {0}", "en", "No course that starts in June {0} – July {0}"),
        ("sveising for free", "en", "No course about “sveising” that is free of charge"),
        ("half pace", "en", "No course that is at half pace"),
        ("77 yhp", "en", "No course of 77\xa0yhp"),
        ("sveising", "en", "No course about “sveising”"),
    ],
)
def test_that_nothing_is_found_is_said_as_it_was_understood(
    listing: Listing, query: str, language: str, said: str
) -> None:
    page = Listing(f"/{language}/courses/").read(f"?q={query.format(YEAR)}")
    heading = page.select_one("#count").text
    assert said.format(YEAR) in heading
    if "uke" in query or "vecka" in query:
        assert "«" not in heading
        assert "”" not in heading or language == "en"


def test_what_is_free_and_what_is_open_is_understood(region: Region) -> None:
    for title, price, deadline in (("A", 0, 20), ("B", 900, 20), ("C", None, 20), ("D", 0, -5)):
        course = factories.make_distance_course(region, title=title)
        factories.make_occasion(
            course,
            starts_on=factories.in_days(40),
            ends_on=factories.in_days(70),
            apply_from=factories.in_days(-30),
            apply_by=factories.in_days(deadline),
            price_per_seat=price,
        )
    factories.index_courses()
    listing = Listing("/en/courses/")
    for words, titles, labels in (
        ("free courses", ["A", "D"], ["is free of charge"]),
        ("gratis", ["A", "D"], ["is free of charge"]),
        ("ledige plasser", ["A", "B", "C"], ["is open for applications"]),
        ("gratis åpne kurs", ["A"], ["is free of charge", "is open for applications"]),
    ):
        listing.read(f"?q={words.replace(' ', '+')}")
        assert sorted(listing.titles) == titles, words
        links = listing.links(".finder__tags .tag")
        tags = {name.removeprefix("Remove "): link for name, link in links.items()}
        assert list(tags) == labels
    listing.read(tags["is free of charge"])
    assert listing.page.select_one("#q")["value"] == "åpne kurs"
    listing.read("?q=gratis&words=1")
    assert not listing.titles


def test_credits_of_either_country_find_each_other_own_ones_first(region: Region) -> None:
    for title, system in (("A", "stp"), ("B", "hp"), ("C", "fstp"), ("D", "yhp")):
        factories.make_distance_course(region, title=title, credits=3, credit_system=system)
    factories.index_courses()
    listing = Listing(factories.index_page(region).get_url())
    for words, titles in (
        ("3 högskolepoäng", ["B", "A"]),
        ("3 hp", ["B", "A"]),
        ("3 studiepoeng", ["A", "B"]),
        ("3 sp", ["A", "B"]),
        ("3 fagskolepoeng", ["C"]),
        ("3 yhp", ["D"]),
    ):
        listing.read(f"?q={words}")
        assert listing.titles == titles, words


def test_words_are_marked_meant_and_met_by_names(listing: Listing) -> None:
    listing.read("?q=demnes")
    assert listing.links(".understood a") == {"demens": "?q=demens"}
    listing.read("?q=vedtaket+klarspr%C3%A5ket")
    assert [mark.text for mark in listing.page.select(".course__title mark")] == [
        "Klarspråk",
        "vedtak",
    ]
    listing.read("")
    assert not listing.page.select("mark")
    listing.read("?q=klarspr%C3%A5k+sveising")
    assert listing.titles == []
    assert listing.links(".finder__nearest a") == {"Klarspråk": "?topic=klarsprak"}
    status = listing.read("?q=demens&from=x", **{"HX-Request": "true"}).select_one("#finder-status")
    assert "x" in status.text
    assert "2\xa0kurs." in status.text
    status = listing.read("?q=demnes", **{"HX-Request": "true"}).select_one("#finder-status")
    assert status.text.split() == ["2", "kurs.", "Mente", "du", "demens?"]


def test_an_empty_page_tells_needs_in_words_and_keeps_the_filters(listing: Listing) -> None:
    other = factories.make_offering(factories.make_region(), title="Sveising for alle")
    factories.make_occasion(other)
    factories.index_courses()
    # Numbers, dates and signs alone are no need.
    for query in (f"?q=uke+30+{YEAR}", "?q=77+studiepoeng", "?q=%25"):
        listing.read(query)
        assert listing.titles == []
        assert not listing.page.select(".ask__title--said, .finder__lead, .finder__elsewhere")
        assert listing.page.select_one(".ask .btn--need")["href"].endswith("/report/"), query
    listing.read(f"?q=sveising+i+uke+30+{YEAR}")
    assert listing.page.select_one(".ask__title--said").text == "«Vi trenger sveising»"
    # What is there but kept out by the choices is no need: the heading says what excludes it, and
    # the ways out keep the words, without each thing that may be too much.
    for query in ("?q=demens&type=offering&start=2020-01", f"?q=demens&from={YEAR + 5}-01-01"):
        listing.read(query)
        heading = Listing("/en/courses/").read(query).select_one("#count").text.strip()
        assert heading == "No course about “demens” with these choices"
        assert not listing.page.select(".ask__title--said, .finder__lead")
        ways = [link["href"] for link in listing.page.select(".way a")]
        assert "?q=demens" in ways
        assert len(set(ways)) == len(ways)
        assert listing.page.select_one(".finder__empty > :first-child")["class"] == ["finder__ways"]
    listing.read(f"?q=demens+uke+30+{YEAR}+99+hp&type=offering")
    assert listing.links(".way a") == {"Bare «demens»": "?q=demens"}
    # Words that no course has together are dropped one by one, also those beside a filter.
    listing.read("?q=kvantefysikk+klarspr%C3%A5k&type=distance")
    assert listing.links(".way a")["Uten «kvantefysikk»"] == "?q=klarspr%C3%A5k&type=distance"
    # What nobody sees is nothing that was asked for.
    for query in ("?q=%00", "?q=%E2%80%8B+%00%1f", "?q=%C2%A0"):
        listing.read(query)
        assert len(listing.titles) == 3
        assert not listing.page.select(".finder__tags")
    # Nor does a text turn the page's own words about.
    listing.read("?q=%E2%80%AEdem%E2%81%A9ens%E2%80%AC")
    assert listing.titles == ["Demens i hjemmet", "Demens for ledere"]
    assert list(listing.links(".finder__tags .tag")) == ["«demens»"]
    # A date is no need even as words.
    listing.read(f"?q=v%C3%A5ren+{YEAR}&words=1")
    assert not listing.page.select(".ask__title--said")
    # What is called alike stands in the place of the words, and all else is kept.
    week = date(YEAR, 2, 8).isocalendar().week
    listing.read(
        f"?q=klarspr%C3%A5k+kvantefysikk+uke+{week}+{YEAR}&type=distance&from={YEAR}-01-01"
    )
    (way,) = listing.links(".finder__nearest a").values()
    assert way == f"?q=uke+{week}+{YEAR}&topic=klarsprak&type=distance&from={YEAR}-01-01"
    listing.read(way)
    assert listing.titles == ["Klarspråk i vedtak"]
    # Every region's courses are counted, and looked for once.
    listing.read("?q=sveising&type=distance")
    found = listing.page.select_one(".finder__elsewhere")
    assert " ".join(found.text.split()) == "Søk i alle regioner 1 kurs"
    assert found.a["href"] == "/nb/courses/?q=sveising"


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        (
            "legemidler",
            "Legemiddelhåndtering & <b>legemidler</b>",
            ["Legemiddelhåndtering", "legemidler"],
        ),
        ("demens", "Demensomsorg og dementi", ["Demensomsorg"]),
        ("kurs", "Et kurs i kursivering", ["kurs"]),
        ('"&<>', "Et kurs & <mark>", []),
        ("", "Et kurs", []),
    ],
)
def test_whole_words_are_marked_and_everything_is_escaped(
    query: str, text: str, marked: list[str]
) -> None:
    words = ["legemiddelhåndtering", "legemidler", "legemiddel", "håndtering", "demensomsorg"]
    words += ["demens", "omsorg", "kurs", "dementi", "kursivering"]
    lexicon = Lexicon((word, "nb") for word in words)
    reading = read(query, language="nb", today=date(2027, 2, 8), lexicon=lexicon)
    html = BeautifulSoup(highlighted(text, reading), "html.parser")
    assert html.text == text
    assert not html.select("b")
    found = [mark.text for mark in html.select("mark")]
    assert found[: len(marked)] == marked
    assert "dementi" not in found
    assert "kursivering" not in found
