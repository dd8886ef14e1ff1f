"""From the list to what is taken: money or places, the meeting's part, and the balance rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from operator import attrgetter

from .ballots import Tally
from .ranking import Place, value_of
from .values import PERCENT, TOP_GRADE, Item, Settings, Size

#: The parts of M from which an item is one of a municipality's own wishes, and from which
#: another municipality supports it (balance rule).
WISH, SUPPORT = Fraction(3, 4), Fraction(1, 2)
TOP = 3


@dataclass(frozen=True, slots=True)
class CutTie:
    """Items that share a rank, of which the pot took some and left some: the meeting decides."""

    pot: Size
    refs: tuple[str, ...]


@dataclass(frozen=True)
class Selection:
    """What the list gives, in its order.

    ``ordinary`` and ``small`` are taken from their pots (without an envelope all from one list,
    ``ordinary``); ``reserve`` did not fit; ``meeting`` has no known cost and holds neither money
    nor place. ``left``: kroner left in each pot, empty without an envelope.
    """

    ordinary: tuple[str, ...]
    small: tuple[str, ...]
    reserve: tuple[str, ...]
    meeting: tuple[str, ...]
    left: Mapping[Size, Fraction]
    cut_ties: tuple[CutTie, ...]

    @property
    def taken(self) -> frozenset[str]:
        """Everything selected, of both pots."""
        return frozenset(self.ordinary + self.small)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A proposal of the balance rule for one municipality that got none of its own wishes.

    ``leaves`` is None when nothing may be exchanged. ``fits``: whether the pot can pay, None
    without an envelope, without an exchange, or when the cost is unknown.
    """

    municipality: str
    enters: str
    leaves: str | None
    fits: bool | None


def pot_of(item: Item, settings: Settings) -> Size:
    """Return the pot an item is taken from; without an envelope there is one list."""
    return item.size if settings.envelope is not None else Size.ORDINARY


def pots(settings: Settings) -> dict[Size, Fraction]:
    """Return what each pot holds at the start, in kroner; empty without an envelope."""
    if settings.envelope is None:
        return {}
    small = settings.envelope * settings.small_pct / PERCENT
    return {Size.ORDINARY: settings.envelope - small, Size.SMALL: small}


@dataclass(frozen=True)
class Taken:
    """What there is money or room for down some list: references in its order, as in `Selection`.

    ``taken`` and ``left`` by pot.
    """

    taken: Mapping[Size, tuple[str, ...]]
    reserve: tuple[str, ...]
    meeting: tuple[str, ...]
    left: Mapping[Size, Fraction]


def take(items: Iterable[Item], settings: Settings) -> Taken:
    """Go down a list, the computed one or the forum's own, and take what fits."""
    left = pots(settings)
    taken: dict[Size, list[str]] = {Size.ORDINARY: [], Size.SMALL: []}
    reserve, meeting = [], []
    for item in items:
        pot = pot_of(item, settings)
        if left and item.cost_total is None:
            meeting.append(item.ref)
        elif _has_room(item, left, settings, len(taken[pot])):
            taken[pot].append(item.ref)
            if left:
                left[pot] -= item.cost_total or 0
        else:
            reserve.append(item.ref)
    by_pot = {pot: tuple(refs) for pot, refs in taken.items()}
    return Taken(by_pot, tuple(reserve), tuple(meeting), left)


def select(places: Sequence[Place], settings: Settings) -> Selection:
    """Select down the computed list, and say where a tie lies across the cut."""
    found = take((place.basis.item for place in places), settings)
    chosen = {ref for refs in found.taken.values() for ref in refs}
    return Selection(
        ordinary=found.taken[Size.ORDINARY],
        small=found.taken[Size.SMALL],
        reserve=found.reserve,
        meeting=found.meeting,
        left=found.left,
        cut_ties=_cut_ties(places, settings, chosen, set(found.reserve)),
    )


def _has_room(item: Item, left: Mapping[Size, Fraction], settings: Settings, taken: int) -> bool:
    if left:
        return (item.cost_total or 0) <= left[item.size]
    return settings.capacity is None or taken < settings.capacity


def _cut_ties(
    places: Sequence[Place], settings: Settings, chosen: set[str], reserve: set[str]
) -> tuple[CutTie, ...]:
    ties = []
    for pot in Size:
        of_pot = [place for place in places if pot_of(place.basis.item, settings) is pot]
        for _, group in groupby(of_pot, key=attrgetter("order")):
            refs = tuple(x.ref for x in group if x.ref in chosen or x.ref in reserve)
            if chosen.intersection(refs) and reserve.intersection(refs):
                ties.append(CutTie(pot, refs))
    return tuple(ties)


def municipal_values(tally: Tally) -> dict[str, dict[str, int]]:
    """Return the quarter points each municipality gave: code, item, value; by code."""
    weights = [criterion.weight for criterion in tally.criteria.member]
    given: dict[str, dict[str, int]] = {}
    for ref, lines in tally.lines.items():
        for line in lines:
            if line.municipal and line.voter is not None:
                given.setdefault(line.voter, {})[ref] = value_of(line, weights)
    return dict(sorted(given.items()))


def balance(places: Sequence[Place], selection: Selection, tally: Tally) -> tuple[Exchange, ...]:
    """Propose an exchange for each municipality shut out of the selection, by its code.

    Each proposal stands alone. A municipality's wishes are its up to three highest ranked items
    from 3M/4, equal ones in the round's order; one without such wishes is never shut out.
    """
    given = municipal_values(tally)
    most = TOP_GRADE * tally.criteria.ceiling
    wishes = {code: _wishes(places, values, WISH * most) for code, values in given.items()}

    def supported(ref: str, by_others_than: str) -> bool:
        return any(
            values.get(ref, -1) >= SUPPORT * most
            for code, values in given.items()
            if code != by_others_than
        )

    #: Items that are somebody's only selected wish: these stay.
    only = {
        next(iter(got))
        for wished in wishes.values()
        if len(got := selection.taken.intersection(wished)) == 1
    }
    proposals = []
    for code, wished in wishes.items():
        if selection.taken.intersection(wished):
            continue
        enters = next((x for x in places if x.ref in wished and supported(x.ref, code)), None)
        if enters is not None:
            proposals.append(_exchange(code, enters, places, selection, only))
    return tuple(proposals)


def _wishes(places: Sequence[Place], values: Mapping[str, int], least: Fraction) -> list[str]:
    wished = [place.ref for place in places if values.get(place.ref, -1) >= least]
    return sorted(wished, key=lambda ref: -values[ref])[:TOP]


def _exchange(
    code: str,
    enters: Place,
    places: Sequence[Place],
    selection: Selection,
    only: set[str],
) -> Exchange:
    item, settings = enters.basis.item, enters.basis.settings
    pot = pot_of(item, settings)
    leaves = next(
        (
            place.basis.item
            for place in reversed(places)
            if place.ref in selection.taken
            and pot_of(place.basis.item, settings) is pot
            and place.ref not in only
        ),
        None,
    )
    if leaves is None:
        return Exchange(code, item.ref, None, None)
    fits = None
    if selection.left and item.cost_total is not None:
        fits = item.cost_total <= selection.left[pot] + (leaves.cost_total or 0)
    return Exchange(code, item.ref, leaves.ref, fits)
