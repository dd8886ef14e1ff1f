"""A round's result, put together from its parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from .ballots import Quorum, Tally, tally
from .firmness import ranges
from .ranking import (
    Basis,
    Keys,
    Mark,
    Parts,
    Place,
    keys_of,
    mean,
    ranked,
    ranks,
    scale_for,
    tie_key,
)
from .selection import Exchange, Selection, balance, select
from .shadow import ShadowList, shadow_list
from .values import TOP_GRADE, RoundInputs


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a ranked item stands.

    ``position`` 1… in the list; ``rank`` is the shown one, ``shared`` when others have it too.
    ``tie_key``: the key that put it below the item above it, of equal score. ``places``: the best
    and the worst shown rank when one ballot is left out; None where ballots cannot be told apart.
    """

    member: Fraction
    score: Fraction
    keys: Keys
    position: int
    rank: int
    shared: bool
    tie_key: str | None
    places: tuple[int, int] | None

    @property
    def shown_rank(self) -> str:
        """The rank as text: "3", or "3=" when it is shared."""
        return f"{self.rank}=" if self.shared else str(self.rank)

    @property
    def firm(self) -> bool:
        """Whether no single ballot moves the place."""
        return self.places is not None and self.places[0] == self.places[1]


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What is known of an item after the count; points are out of a hundred.

    ``counted``: lines of the electorate. ``standing`` is None with an insufficient basis.
    ``marks``: the distribution, low to high. ``grade_counts``: for each member criterion how many
    lines gave 0, 1, 2, 3, 4. ``own``: municipalities with a need in the item whose line counts,
    None where lines are anonymous.
    ``score_without_own``: None unless names are published and enough lines are left.
    """

    ref: str
    counted: int
    insufficient: bool
    reach: int
    secretariat: Fraction
    marks: tuple[Mark, ...]
    grade_counts: Mapping[str, tuple[int, ...]]
    parts: Parts
    own: tuple[str, ...] | None
    score_without_own: Fraction | None
    standing: Standing | None

    @property
    def struck(self) -> int:
        """How many lines are struck in all."""
        return sum(mark.struck for mark in self.marks)


@dataclass(frozen=True)
class RoundResult:
    """The result of a round. ``order``: references from the best down, of ranked items.

    ``insufficient`` and ``withdrawn`` are references in the order of their text. ``balance`` and
    ``shadow`` are None where lines are anonymous (``shadow`` also without a limit to select by).
    """

    can_freeze: bool
    quorum: Quorum
    order: tuple[str, ...]
    items: Mapping[str, ItemResult]
    insufficient: tuple[str, ...]
    withdrawn: tuple[str, ...]
    selection: Selection
    balance: tuple[Exchange, ...] | None
    shadow: ShadowList | None


def compute(inputs: RoundInputs) -> RoundResult:
    """Return the result of a round, from the ballots as they were sent."""
    return count(tally(inputs))


def count(counted: Tally) -> RoundResult:
    """Return the result that follows from lines already chosen.

    Of anonymous lines everything but what needs names: firmness, the score without own
    municipalities, balance and shadow list.
    """
    bases = [Basis(item, counted) for item in counted.standing_items]
    scale = scale_for(bases)
    places = ranked(bases, scale)
    standings = _standings(places, scale)
    selection = select(places, counted.settings)
    items = {
        basis.item.ref: _item_result(basis, counted, standings.get(basis.item.ref))
        for basis in bases
    }
    return RoundResult(
        can_freeze=counted.can_freeze,
        quorum=counted.quorum,
        order=tuple(place.ref for place in places),
        items=items,
        insufficient=tuple(sorted(ref for ref, item in items.items() if item.insufficient)),
        withdrawn=tuple(sorted(item.ref for item in counted.items if item.withdrawn)),
        selection=selection,
        balance=balance(places, selection, counted) if counted.named else None,
        shadow=shadow_list(places, selection, counted) if counted.named else None,
    )


def _standings(places: list[Place], scale: int) -> dict[str, Standing]:
    moved = ranges(places, scale)
    standings = {}
    above = None
    for position, (place, rank, shared) in enumerate(ranks(places), start=1):
        member = mean(place.basis.values, place.basis.settings.trim)
        standings[place.ref] = Standing(
            member=member,
            score=member + Fraction(place.basis.fixed, TOP_GRADE),
            keys=keys_of(place, scale),
            position=position,
            rank=rank,
            shared=shared,
            tie_key=tie_key(above, place),
            places=moved[place.ref] if moved is not None else None,
        )
        above = place
    return standings


def _item_result(basis: Basis, counted: Tally, standing: Standing | None) -> ItemResult:
    show_own = counted.named and counted.settings.publish_names and not basis.insufficient
    return ItemResult(
        ref=basis.item.ref,
        counted=basis.counted,
        insufficient=basis.insufficient,
        reach=basis.reach,
        secretariat=Fraction(basis.fixed, TOP_GRADE),
        marks=basis.marks(),
        grade_counts=_grade_counts(basis, counted),
        parts=basis.parts(),
        own=basis.own_counted() if counted.named else None,
        score_without_own=basis.score_without_own() if show_own else None,
        standing=standing,
    )


def _grade_counts(basis: Basis, counted: Tally) -> dict[str, tuple[int, ...]]:
    counts = {}
    for place, criterion in enumerate(counted.criteria.member):
        given = Counter(line.grades[place] for _, line in basis.lines)
        counts[criterion.code] = tuple(given[grade] for grade in range(TOP_GRADE + 1))
    return counts


def two_decimals(points: Fraction) -> str:
    """Return points as text with two decimals and a full stop, half away from zero."""
    hundredths = (abs(points) * 100 + Fraction(1, 2)).__floor__()
    sign = "-" if points < 0 and hundredths else ""
    return f"{sign}{hundredths // 100}.{hundredths % 100:02d}"
