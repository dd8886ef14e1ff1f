"""Periods against a naive reading of them, over days that hypothesis chooses."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regions.models import Membership, MunicipalityCode, Region, Role
from regions.models.base import from_today, overlapping
from tests import factories, worlds
from tests.factories import in_days

BASE = date(2024, 1, 1)
DAYS = st.integers(0, 9)
EDGES = st.none() | DAYS
quick = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def day(number: int | None) -> date | None:
    return None if number is None else BASE + timedelta(days=number)


def days_of(first: int | None, last: int | None) -> set[int]:
    """Return the days of a period, both ends included, within a window wider than the edges."""
    return set(range(-5 if first is None else first, (15 if last is None else last) + 1))


@worlds.layer
def codes(region: Region) -> list:
    return [factories.make_municipality(region) for _ in range(3)]


@quick
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(["0301", "1103"]), DAYS, EDGES), max_size=8
    )
)
def test_codes_never_overlap_whatever_the_order(codes: list, rows: list) -> None:
    kept = []
    with transaction.atomic():
        for place, number, first, last in rows:
            code = MunicipalityCode(
                municipality=codes[place],
                country="NO",
                code=number,
                valid_from=day(first),
                valid_to=day(last),
            )
            clashes = any(
                (place == kept_place or number == kept_number)
                and days_of(first, last) & days_of(kept_first, kept_last)
                for kept_place, kept_number, kept_first, kept_last in kept
            )
            backwards = last is not None and last < first
            try:
                code.full_clean()
            except ValidationError:
                assert clashes or backwards
            else:
                assert not clashes
                assert not backwards
                code.save()
                kept.append((place, number, first, last))
        for place in codes:
            for moment in range(-2, 12):
                on_file = [
                    number
                    for kept_place, number, first, last in kept
                    if codes[kept_place] == place and moment in days_of(first, last)
                ]
                assert [place.code_on(day(moment))] == (on_file or [""])
        transaction.set_rollback(True)


@quick
@given(first=EDGES, last=EDGES, moment=DAYS)
def test_in_force_is_what_it_says(
    region: Region, first: int | None, last: int | None, moment: int
) -> None:
    if first is not None and last is not None and last < first:
        first, last = last, first
    with transaction.atomic():
        row = Membership(
            user=factories.make_user(),
            region=region,
            role=Role.EDITOR,
            starts_on=day(first),
            ends_on=day(last),
        )
        Membership.objects.bulk_create([row])
        held = Membership.objects.in_force(day(moment)).filter(pk=row.pk).exists()
        assert held is (moment in days_of(first, last))
        transaction.set_rollback(True)


@quick
@given(own=st.tuples(EDGES, EDGES), other=st.tuples(EDGES, EDGES), today=st.booleans())
def test_overlapping_is_sharing_a_day(
    region: Region, own: tuple, other: tuple, *, today: bool
) -> None:
    """With ``today`` the days are counted from five days ago, and what is over does not count."""

    def at(number: int | None) -> date | None:
        if number is None or not today:
            return day(number)
        return in_days(number - 5)

    own, other = ((a, b) if None in (a, b) else (min(a, b), max(a, b)) for a, b in (own, other))
    with transaction.atomic():
        row = Membership(
            user=factories.make_user(),
            region=region,
            role=Role.EDITOR,
            starts_on=at(other[0]),
            ends_on=at(other[1]),
        )
        Membership.objects.bulk_create([row])
        rule = from_today if today else overlapping
        found = Membership.objects.filter(rule(at(own[0]), at(own[1])), pk=row.pk).exists()
        shared = days_of(*own) & days_of(*other)
        assert found is bool({each for each in shared if not today or each >= 5})
        transaction.set_rollback(True)
