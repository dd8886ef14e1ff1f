"""The pages of one provider, topic, area or municipality, and the lists that lead there."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalogue.models import SharedOfferingPage
from catalogue.tree import readable
from regions.models import ProfessionalNetwork, Region, ServiceArea
from search import terms
from tests import factories, worlds

pytestmark = pytest.mark.django_db

KINDS = ["providers", "topics", "areas", "municipalities"]


def read(url: str) -> BeautifulSoup:
    response = Client().get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def held(course: object, starts: int, **fields: object) -> None:
    """Hold a course for a day, ``starts`` days from now; nobody can apply unless said."""
    day = factories.in_days(starts)
    factories.make_occasion(course, **{"starts_on": day, "ends_on": day, "apply_by": None} | fields)


def subject_of(course: SharedOfferingPage, kind: str) -> object:
    return {
        "providers": course.provider,
        "topics": course.topics.first(),
        "areas": course.service_areas.first(),
        "municipalities": course.host_municipality,
    }[kind]


@worlds.layer
def course(region: Region) -> SharedOfferingPage:
    """Return a course with three occasions; another, of other things, starts before it."""
    course = factories.make_offering(region, title="Demens")
    course.service_areas.set([factories.make_term(ServiceArea)])
    course.save_revision().publish()
    held(course, -2)
    held(course, 3, cancelled=True, cancel_reason="Snø")
    held(course, 40, apply_by=factories.in_days(10))
    other = factories.make_offering(region, title="Først", provider=factories.make_provider())
    other.topics.set([factories.make_term(factories.Topic)])
    other.service_areas.set([factories.make_term(ServiceArea)])
    other.save_revision().publish()
    held(other, 2)
    factories.index_courses()
    return course


@pytest.mark.parametrize("kind", KINDS)
def test_the_top_says_what_is_open_and_what_starts_next(
    course: SharedOfferingPage, kind: str
) -> None:
    page = read(f"/nb/{kind}/{subject_of(course, kind).slug}/")
    facts = page.select(".course-status__item")
    assert facts[0].a["href"] == "?state=late&state=open"
    assert facts[0].a.text.split()[0] == "1"
    assert facts[1].a.text == "Demens"
    assert facts[1].a["href"] == course.get_url()
    assert str(factories.in_days(40).day) in facts[1].select_one(".course-status__day").text
    opened = read(f"/nb/{kind}/{subject_of(course, kind).slug}/?state=late&state=open")
    assert [link.text for link in opened.select(".course__link")] == ["Demens"]


def test_what_is_taken_down_meanwhile_starts_nothing(
    course: SharedOfferingPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []

    def then_taken_down(pages: QuerySet) -> QuerySet:
        """Let the course's page go once its occasion is found."""
        looked.append(pages)
        return pages.none() if len(looked) > 1 else readable(pages)

    monkeypatch.setattr(terms, "readable", then_taken_down)
    page = read(f"/nb/topics/{subject_of(course, 'topics').slug}/")
    assert len(looked) == 2
    assert "Demens" not in [fact.a.text for fact in page.select(".course-status__item")]


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_starts_nothing(course: SharedOfferingPage, kind: str) -> None:
    course.unpublish()
    factories.index_courses()
    page = read(f"/nb/{kind}/{subject_of(course, kind).slug}/")
    assert "Demens" not in page.text
    assert len(page.select(".course-status__item")) == 2
    assert page.select(".course-status__item")[0].a is None


def test_a_municipality_may_take_the_regions_distance_courses(
    course: SharedOfferingPage, region: Region
) -> None:
    distance = factories.make_distance_course(region, title="Nett")
    held(distance, 5, ends_on=factories.in_days(6))
    elsewhere = factories.make_distance_course(factories.make_region(), title="Andres")
    held(elsewhere, 1, ends_on=factories.in_days(2))
    factories.index_courses()
    page = read(f"/nb/municipalities/{course.host_municipality.slug}/")
    assert page.select(".course-status__item")[1].a.text == "Nett"


def test_whom_to_ask(course: SharedOfferingPage, region: Region) -> None:
    municipality = course.host_municipality
    municipality.contact_role, municipality.contact_email = "HR-rådgiver", "hr@fjell.example"
    municipality.save()
    course.provider.contact, course.provider.website = "Kurskontoret", "https://usn.example/"
    course.provider.save()
    network = ProfessionalNetwork.objects.create(
        region=region, name="Fagnett", contact="Leder, nett@fjell.example"
    )
    network.service_areas.set(course.service_areas.all())
    asked = {
        kind: read(f"/nb/{kind}/{subject_of(course, kind).slug}/").select(".course-status__item")[2]
        for kind in KINDS
    }
    assert asked["municipalities"].a["href"] == "mailto:hr@fjell.example"
    assert "Kurskontoret" in asked["providers"].text
    assert asked["providers"].a["href"] == "https://usn.example/"
    assert "Leder, nett@fjell.example" in asked["areas"].text
    assert "Fagnett" not in asked["topics"].text
    for kind in ("areas", "topics"):
        assert asked[kind].find_all("a")[-1]["href"].endswith("#municipalities")


def test_where_nobody_is_named_the_regions_contacts_are(course: SharedOfferingPage) -> None:
    page = read(f"/nb/municipalities/{course.host_municipality.slug}/?q=finnesikke")
    assert page.select_one(".course-status__item a")["href"].endswith("#municipalities")
    need = page.select_one(".ask a")["href"]
    assert need.startswith(f"/nb/needs/{course.region.slug}/report/?")
    assert parse_qs(urlsplit(need).query)["municipality"] == [course.host_municipality.slug]


def test_a_choice_leaves_only_whom_to_ask(course: SharedOfferingPage) -> None:
    page = read(f"/nb/topics/{course.topics.first().slug}/?state=open")
    assert "Demens" not in [fact.a.text for fact in page.select(".course-status__item")]


@pytest.mark.parametrize("kind", KINDS)
def test_the_list_of_a_kind_counts_and_leads(course: SharedOfferingPage, kind: str) -> None:
    page = read(f"/nb/{kind}/")
    names = {item.a.text: item.select_one("span").text for item in page.select(".terms__item")}
    subject = subject_of(course, kind)
    assert names[str(subject)].split()[0] == "1"
    assert f"/nb/{kind}/{subject.slug}/" in {link["href"] for link in page.select(".terms a")}
    assert list(names) == sorted(names, key=str.casefold)
    links = {link["href"] for link in page.select(".browse a")}
    assert links == {f"/nb/{each}/" for each in KINDS}
    crumb = read(f"/nb/{kind}/{subject.slug}/").select(".crumbs a")[-1]
    assert crumb["href"] == f"/nb/{kind}/"


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("nb", ["Aremark", "Zefyr", "Ängelholm", "Ærøy", "Örebro", "Øvre Eiker", "Åmli"]),
        ("sv", ["Aremark", "Zefyr", "Åmli", "Ängelholm", "Ærøy", "Örebro", "Øvre Eiker"]),
        ("en", ["Åmli", "Ängelholm", "Aremark", "Ærøy", "Örebro", "Øvre Eiker", "Zefyr"]),
    ],
)
def test_names_stand_in_the_readers_alphabet(language: str, names: list[str]) -> None:
    found = sorted(set(names), key=lambda name: terms.alphabetical(name, language))
    assert found == names


@pytest.mark.both
@pytest.mark.parametrize("kind", KINDS)
def test_queries_do_not_grow(course: SharedOfferingPage, region: Region, kind: str) -> None:
    subject = subject_of(course, kind)
    urls = (f"/nb/{kind}/", f"/nb/{kind}/{subject.slug}/")

    def count() -> list[int]:
        counts = []
        for url in urls:
            read(url)  # what is kept in memory is read
            with CaptureQueriesContext(connection) as queries:
                read(url)
            counts.append(len(queries))
        return counts

    before = count()
    for number in range(6):
        more = factories.make_offering(
            region, title=f"Mer {number}", host_municipality=course.host_municipality
        )
        more.provider = course.provider
        more.topics.set([*course.topics.all(), factories.make_term(factories.Topic)])
        more.service_areas.set(course.service_areas.all())
        more.save_revision().publish()
        factories.make_occasion(more)
        network = ProfessionalNetwork.objects.create(region=region, name=f"Nett {number}")
        network.service_areas.set(course.service_areas.all())
    factories.index_courses()
    assert count() == before
    listing = f"/nb/courses/?{'area=' + course.service_areas.first().slug}"
    read(listing)
    with CaptureQueriesContext(connection) as plain:
        read(listing)
    assert before[1] - len(plain) <= 4  # the term itself, and three more
