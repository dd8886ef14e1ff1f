"""A region with someone at its desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

import pytest
from django.test import Client

from catalogue.models import CourseOccasion, CoursePage
from regions.models import Municipality, Region, Role
from tests import factories, worlds

from .support import member, signed_in


@dataclass
class Desk:
    """A region, its municipalities and the browsers of those who work there."""

    region: Region
    municipalities: list[Municipality]

    def client(self, role: str) -> Client:
        return member(self.region, Role(role))

    @property
    def editor(self) -> Client:
        return self.client("editor")

    @property
    def author(self) -> Client:
        return self.client("resource_author")

    @property
    def admin(self) -> Client:
        return signed_in(factories.make_admin())


@worlds.layer
def desk(region: Region) -> Desk:
    names = ("Alvdal", "Folldal", "Tynset")
    return Desk(
        region,
        [factories.make_municipality(region, name=name, slug=name.lower()) for name in names],
    )


# What the tests of the occasions' screens begin with; a module with another course defines its own.
@worlds.layer
def course(desk: Desk) -> CoursePage:
    return factories.make_offering(desk.region, title="Brannvern")


@worlds.layer
def occasion(course: CoursePage) -> CourseOccasion:
    hours = {"start_time": time(9), "end_time": time(12, 30)}
    return factories.make_occasion(course, code="BRA-1", venue="Teams", **hours)


@worlds.layer
def finished(course: CoursePage) -> CourseOccasion:
    days = {"starts_on": factories.in_days(-9), "ends_on": factories.in_days(-8)}
    return factories.make_occasion(course, code="BRA-0", **days, apply_by=factories.in_days(-20))


@pytest.fixture
def today() -> date:
    return factories.in_days(0)
