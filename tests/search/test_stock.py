"""The baseline of the benchmark is right, or nothing it is compared with means anything."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from benchmarks.answers import WrongAnswerError, common, same_as_stock
from benchmarks.stock import FACETS, StockEngine, open_occasions
from catalogue.models import CourseOccasion, CoursePage
from catalogue.states import OccasionState
from regions.models import Region
from search.models import CatalogueChange, CourseEntry
from search.query import CourseQuery, FacetKey
from search.sync import engine
from tests import factories, worlds

from .test_engine import catalogue, index_all  # noqa: F401  the first is a fixture

pytestmark = pytest.mark.django_db


def some_choices(number: int) -> list[dict]:
    pick = random.Random(11)
    results = engine.search(CourseQuery("nb", timezone.localdate()))
    found = [{}, {FacetKey.STATE: frozenset({"open"})}]
    for _ in range(number):
        keys = pick.sample(sorted(set(FACETS) - {FacetKey.STATE}), pick.randint(1, 3))
        found.append(
            {
                key: frozenset(
                    pick.sample(sorted(results.counts[key]), min(2, len(results.counts[key])))
                )
                for key in keys
            }
        )
    return found


@worlds.layer
def indexed(catalogue: list[CoursePage]) -> list[CoursePage]:  # noqa: F811
    index_all(engine)
    return catalogue


def test_stock_and_ours_agree(indexed: list[CoursePage]) -> None:
    sets = some_choices(20)
    assert same_as_stock(sets) == 2 * len(sets)
    results = StockEngine().search(CourseQuery("nb", timezone.localdate()))
    assert all(common(results).values())


def test_a_disagreement_stops_the_run(indexed: list[CoursePage]) -> None:
    same_as_stock([{}])
    CourseEntry.objects.filter(page=indexed[-1]).delete()  # it has no translation
    engine.update([indexed[0].pk])
    CatalogueChange.objects.all().delete()  # so that every row is read
    with pytest.raises(WrongAnswerError, match="total"):
        same_as_stock([{}])


def test_open_in_sql_is_open_in_python(region: Region) -> None:
    course = factories.make_distance_course(region)
    pick, today = random.Random(12), date(2027, 3, 1)

    def day() -> date | None:
        return pick.choice([None, *(today + timedelta(days=days) for days in (-9, -1, 0, 1, 9))])

    made = 0
    for number in range(600):
        try:
            with transaction.atomic():
                CourseOccasion.objects.create(
                    course=course,
                    code=f"x{number}",
                    continuous=pick.random() < 0.3,
                    cancelled=(cancelled := pick.random() < 0.1),
                    cancel_reason="Too few" if cancelled else "",
                    seats_total=pick.choice([None, 5]),
                    seats_taken=pick.choice([0, 5]),
                    starts_on=day(),
                    ends_on=day(),
                    apply_from=day(),
                    apply_by=day(),
                    late_apply_by=day(),
                )
        except IntegrityError:
            continue
        made += 1
    expected = {
        each.pk
        for each in CourseOccasion.objects.all()
        if each.status(today).state == OccasionState.OPEN
    }
    assert made > 50
    assert expected
    assert set(open_occasions(today).values_list("pk", flat=True)) == expected
