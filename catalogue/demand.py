"""What editors are asked for: prioritised shared needs, and how many want them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regions.models import Region, User
from regions.needs.models import CoSign, Need, SharedNeed
from regions.policy import standing_of

from .formats import decimal_local


@dataclass(frozen=True)
class Demand:
    """Who stands behind a shared need.

    ``municipalities`` are those whose contact or seat has confirmed it, ``total`` all of the
    region; ``people`` is the sum of what their needs and co-signatures say, 0 if none says it.
    """

    municipalities: tuple[str, ...]
    total: int
    people: int

    @property
    def words(self) -> str:
        """“4 of 7 municipalities, 118 people”, the people only where somebody counted them."""
        reach = _("%(number)d of %(total)d municipalities") % {
            "number": len(self.municipalities),
            "total": self.total,
        }
        if not self.people:
            return reach
        people = ngettext("%(number)s person", "%(number)s people", self.people)
        return f"{reach}, {people % {'number': decimal_local(self.people)}}"


@dataclass(frozen=True)
class Wanted:
    """A shared need with the demand for it."""

    shared: SharedNeed
    demand: Demand


def demands(shared_needs: Collection[SharedNeed]) -> dict[int, Demand]:
    """Return the demand for each of ``shared_needs`` by its key. Three statements for any number.

    Reach and people are counted as a round counts them when it freezes.
    """
    keys = [shared.pk for shared in shared_needs]
    names: dict[int, set[str]] = {key: set() for key in keys}
    people = dict.fromkeys(keys, 0)
    needs = Need.objects.accepted().filter(shared_need__in=keys)
    counted = set()
    for key, place, backed_at, headcount in needs.values_list(
        "shared_need", "municipality__name", "backed_at", "headcount"
    ):
        if headcount:
            people[key] += headcount
            counted.add((key, place))
        if backed_at:
            names[key].add(place)
    signs = CoSign.objects.filter(shared_need__in=keys)
    for key, place, headcount in signs.values_list(
        "shared_need", "municipality__name", "headcount"
    ):
        names[key].add(place)
        # A need of their own, moved here since, says the same people once more.
        if (key, place) not in counted:
            people[key] += headcount or 0
    regions = Region.objects.filter(pk__in={shared.region_id for shared in shared_needs})
    totals = dict(regions.annotate(number=Count("municipalities")).values_list("pk", "number"))
    return {
        shared.pk: Demand(
            tuple(sorted(names[shared.pk], key=str.casefold)),
            totals.get(shared.region_id, 0),
            people[shared.pk],
        )
        for shared in shared_needs
    }


def wanted(regions: Collection[int] | None) -> list[Wanted]:
    """Return what no course answers yet, most wanted first: municipalities, then people.

    ``regions`` are keys; None means all of them.
    """
    waiting = SharedNeed.objects.wanted().select_related("region")
    if regions is not None:
        waiting = waiting.filter(region__in=regions)
    rows = list(waiting)
    known = demands(rows)
    return sorted(
        (Wanted(shared, known[shared.pk]) for shared in rows),
        key=lambda each: (
            -len(each.demand.municipalities),
            -each.demand.people,
            each.shared.reference,
        ),
    )


def regions_at_desk(user: User) -> frozenset[int] | None:
    """Return the regions whose wanted needs ``user`` sees in the admin; None means all."""
    standing = standing_of(user)
    return None if standing.is_admin else standing.desk_regions


def offered(region: Region | None, user: User | None, chosen: Collection[object]) -> QuerySet:
    """Return the shared needs that a course of ``region`` may say it answers.

    Those that wait for a course, and those ``chosen`` already, whoever chose them.
    """
    allowed = regions_at_desk(user) if user is not None else None
    open_here = Q(pk__in=[])
    if region is not None and (allowed is None or region.pk in allowed):
        open_here = Q(pk__in=SharedNeed.objects.wanted().filter(region=region).values("pk"))
    return SharedNeed.objects.filter(open_here | Q(pk__in=list(chosen))).order_by("reference")
