"""Long facets: their values are looked for by name, and a page is never sent thousands of them."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client
from django.utils.translation import override

from regions.models import Region, Topic
from search.labels import label
from search.presenters import MOST, SHORT
from search.query import FacetKey
from tests import factories

pytestmark = pytest.mark.django_db


def facet(page: BeautifulSoup, key: str = "topic") -> Tag:
    return page.select_one(f".facet[data-facet={key}]")


def values(where: Tag) -> list[str]:
    return [box["value"] for box in where.select(".option__box")]


def test_values_of_a_long_facet_are_found_by_name(region: Region) -> None:
    course = factories.make_offering(region)
    names = {f"emne-{number}": f"Emne {number}" for number in range(MOST + 20)}
    names["laering"] = "Yrkesfaglig Læring"
    course.topics.set(
        Topic.objects.bulk_create(
            Topic(slug=slug, name_nb=name, name_sv=name, name_en=name)
            for slug, name in names.items()
        )
    )
    course.save_revision().publish()
    factories.make_offering(region).save_revision().publish()
    factories.index_courses()
    url = factories.index_page(region).get_url()

    def read(query: str, **headers: str) -> BeautifulSoup:
        response = Client().get(f"{url}{query}", headers=headers)
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")

    page = read("")
    long = facet(page)
    assert len(values(long)) == MOST
    assert long.has_attr("data-unsent")
    assert long.select_one(".facet__note:not(.facet__none)").text.split()[0] == "22"
    assert len(long.select(".facet__values > ul .option")) == SHORT
    assert not facet(page, "municipality").select(".facet__find")  # four values are no long list

    # Without script, sending the form looks for them; marks that some forget do not matter.
    assert values(facet(read("?in-topic=finnesikke"))) == []
    assert values(facet(read("?in-topic=LARING"))) == ["laering"]
    found = facet(read("?in-topic=faglig%20l%C3%A6r"))
    assert values(found) == ["laering"]
    assert found.has_attr("open")
    assert found.select_one(".facet__find")["value"] == "faglig lær"

    # What is chosen stands there whatever is looked for, and is found in the tags as well.
    chosen = read("?topic=laering&in-topic=emne%2059")
    assert values(facet(chosen)) == ["laering", "emne-59"]
    assert "in-topic" not in chosen.select_one(".tag--removable")["href"]
    assert values(facet(read("?topic=laering")))[0] == "laering"

    # With script one facet is asked for alone.
    part = Client().get(
        f"{url}?facet=topic&in-topic=emne%205&topic=laering", headers={"HX-Request": "true"}
    )
    assert "no-store" in part["Cache-Control"]
    assert "HX-Push-Url" not in part
    alone = BeautifulSoup(part.content, "html.parser")
    assert not alone.select(".course, #count")
    assert values(facet(alone)) == [
        "laering",
        "emne-5",
        *(f"emne-{number}" for number in range(50, 60)),
    ]
    assert read("?facet=topic").select(".course")
    assert read("?facet=nei", **{"HX-Request": "true"}).select(".course")
    odd = facet(read("?in-topic=%00%1f%22%3Cb%3E" + "x" * 9000))
    assert odd.select_one(".facet__find")["value"].startswith('"<b>xxx')
    assert not odd.select("b")


def test_months_are_in_the_language_that_is_asked_for() -> None:
    """Mails ask for names of a reader's language while another one is active."""
    with override("en"):
        assert label("nb", None, FacetKey.START, "2031-05") == "Mai 2031"
    with override("nb"):
        assert label("nb", None, FacetKey.START, "2031-05") == "Mai 2031"
        assert label("en", None, FacetKey.START, "2031-05") == "May 2031"
