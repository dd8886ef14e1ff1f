"""Queries are as many for ten times the rows: on every public page and at the desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page

from catalogue.models import CourseFact, CourseLink, CourseModule, HomePage, PackageCourse
from regions.models import MunicipalityFigure, ProfessionalNetwork, Role
from tests import factories

from .support import edit_url

pytestmark = pytest.mark.django_db

#: The most statements of a reader's page: the trunk of the tree, the page, and what it shows.
LIMITS = {
    "home": 6,
    "region": 8,
    "listing": 5,
    "words": 6,
    "everywhere": 5,
    "topic": 7,
    "course": 7,
    "offering": 7,
    "package": 8,
}


class World:
    """A region with one of each; ``grow`` makes many more of everything around the same pages."""

    def __init__(self, desk: object) -> None:
        self.region = desk.region
        self.topic = factories.make_term(factories.Topic)
        self.course = self.add_course(factories.make_distance_course)
        self.other = self.add_course(factories.make_offering)
        self.package = factories.make_package(self.region, [self.course, self.other])
        self.occasion = self.course.occasions.first()
        self.add_surroundings()

    def add_course(self, make: Callable, region: object = None) -> object:
        course = make(region or self.region)
        course.topics.set([self.topic, factories.make_term(factories.Topic)])
        course.modules = [CourseModule(title="Modul", hours=2)]
        course.links = [CourseLink(title="Mer", url="https://mer.example/")]
        course.facts = [CourseFact(label="Rom", value="12")]
        course.save_revision().publish()
        occasion = factories.make_occasion(course)
        occasion.open_to.set(list(self.region.municipalities.all()[:1]))
        return course

    def add_surroundings(self) -> None:
        municipality = factories.make_municipality(self.region)
        MunicipalityFigure.objects.create(
            municipality=municipality, year=2026, population=5000, source="SSB"
        )
        ProfessionalNetwork.objects.create(
            region=self.region, name=f"Nett {municipality.pk}", contact="fagleder"
        )
        factories.make_member(self.region, Role.EDITOR)
        for number in range(2):
            occasion = factories.make_occasion(self.course, cohort=f"{municipality.pk}-{number}")
            occasion.open_to.set([municipality])

    def grow(self) -> None:
        for number in range(10):
            self.add_surroundings()
            course = self.add_course(
                factories.make_offering if number % 2 else factories.make_distance_course
            )
            factories.make_package(self.region, [self.course, course])
            PackageCourse.objects.create(
                page_id=self.package.pk, course_id=course.pk, sort_order=number + 2
            )
            for inline in (
                CourseModule(page_id=self.course.pk, title="Modul", hours=1),
                CourseLink(page_id=self.course.pk, title="Mer", url="https://mer.example/"),
                CourseFact(page_id=self.course.pk, label="Rom", value="12"),
            ):
                inline.save()
        for _ in range(3):
            elsewhere = factories.make_region()
            self.add_course(factories.make_offering, elsewhere)


def count(client: Client, url: str) -> int:
    client.get(url)  # what is read once and kept does not count
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(url)
    assert response.status_code == 200, url
    return len(queries)


def test_public_pages(desk: object, record_property: Callable) -> None:
    world = World(desk)
    listing = factories.index_page(desk.region).get_url()
    pages = {
        "home": HomePage.objects.get(locale__language_code="nb").get_url(),
        "region": factories.region_page(desk.region).get_url(),
        "listing": listing,
        "words": f"{listing}?q=kurs&type=distance",
        "everywhere": "/nb/courses/",
        "topic": f"/nb/topics/{world.topic.slug}/",
        "course": world.course.get_url(),
        "offering": world.other.get_url(),
        "package": world.package.get_url(),
    }
    reader = Client()
    factories.index_courses()
    few = {name: count(reader, url) for name, url in pages.items()}
    world.grow()
    factories.index_courses()
    cache.clear()
    many = {name: count(reader, url) for name, url in pages.items()}
    record_property("queries", many)
    assert many == few
    assert {name: number for name, number in many.items() if number > LIMITS[name]} == {}


def test_the_desk(desk: object, record_property: Callable) -> None:
    world = World(desk)
    editor = desk.editor
    addresses = {
        "occasions": reverse("occasion:index"),
        "occasion": reverse("occasion:edit", args=[world.occasion.pk]),
        "add": f"{reverse('occasion:add')}?course={world.course.pk}",
        "course": edit_url(world.other),
        "home": reverse("wagtailadmin_home"),
    }
    few = {name: count(editor, address) for name, address in addresses.items()}
    world.grow()
    for _ in range(10):
        factories.make_occasion(world.other, cohort=f"{_}")
    many = {name: count(editor, address) for name, address in addresses.items()}
    record_property("queries", many)
    assert many == few


@pytest.mark.once  # PostgreSQL counts nulls apart, and never looked through them
def test_publishing_does_not_look_through_every_page_for_aliases(desk: object) -> None:
    page = factories.make_distance_course(desk.region)
    for _ in range(9):
        factories.make_offering(desk.region)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = Page.objects.filter(alias_of=page.pk).order_by().explain()
    assert "USING INDEX catalogue_aliases_of_a_page" in plan
