"""How a round stands in the meeting: the order now, and what each need's place rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from .counts import Outcome as Counted
from .counts import outcome_of
from .guards import has_pass_ahead, may_yet_be_extended
from .handed_over import graded_by_the_other
from .models import DecisionOverride, PlanningRound, Recusal, RoundItem, RoundState
from .proposal import proposed_outcomes
from .scoring import ItemResult, two_decimals

#: Phases in which the forum may know what the ballots say.
_KNOWN = frozenset(
    {
        RoundState.DELIBERATION,
        RoundState.DECIDED,
        RoundState.PUBLISHED,
        RoundState.ARCHIVED,
    }
)


def may_be_counted(planning_round: PlanningRound) -> bool:
    """Return whether the order may be seen: never as long as ballots may yet be changed.

    Closed ballots that want a quorum may open once more; until then nobody sees what they say.
    """
    if planning_round.state == RoundState.BALLOT_CLOSED:
        return not may_yet_be_extended(planning_round)
    return planning_round.state in _KNOWN


@dataclass(frozen=True)
class Line:
    """A need in the order of now.

    ``place`` is where it stands after the departures; ``computed`` the place that the count gave
    it, "3=" where it is shared, empty without enough grades.
    """

    item: RoundItem
    place: int
    computed: str
    score: str
    member: str
    secretariat: str
    spread: str
    counted: int
    flags: tuple[str, ...]
    recused: tuple[str, ...]
    departures: tuple[DecisionOverride, ...]
    proposed: str


@dataclass(frozen=True)
class Standing:
    """The list of the meeting: ranked needs, then those with too few grades, then taken out."""

    lines: list[Line]
    withdrawn: list[RoundItem]
    quorum_met: bool
    #: Whether a second pass may still come, which clears departures and outcomes.
    pass_ahead: bool

    @property
    def order(self) -> list[RoundItem]:
        """The needs as they stand now, for steps that speak of places."""
        return [line.item for line in self.lines]


def how_it_stands(planning_round: PlanningRound) -> Standing:
    """Count the round and return how it stands. Ask ``may_be_counted`` first."""
    items = list(planning_round.items.all())
    overrides = list(planning_round.overrides.all())
    recusals = Recusal.objects.filter(item__round=planning_round)
    graded = graded_by_the_other(planning_round)
    return present(planning_round, outcome_of(planning_round), items, overrides, recusals, graded)


def present(
    planning_round: PlanningRound,
    counted: Counted,
    items: Iterable[RoundItem],
    overrides: Iterable[DecisionOverride],
    recusals: Iterable[Recusal],
    graded: Collection[tuple[int, int]] = (),
) -> Standing:
    """Put a count, the departures and the recusals into one list.

    ``graded``: items and seats on which one is recused and the seat's other holder has graded.
    """
    by_reference = {item.facts["reference"]: item for item in items}
    seats = dict(planning_round.seats.values_list("seat", "name"))
    moved: dict[int, list[DecisionOverride]] = defaultdict(list)
    for override in overrides:
        moved[override.item_id].append(override)
    recused: dict[int, list[str]] = defaultdict(list)
    for recusal in recusals:
        words = {"seat": seats.get(recusal.seat_id, ""), "kind": recusal.get_kind_display()}
        text = _("%(seat)s (%(kind)s)")
        if (recusal.item_id, recusal.seat_id) in graded:
            text = _("%(seat)s (%(kind)s), the other person on the seat has graded it")
        recused[recusal.item_id].append(text % words)
    result = counted.result
    unranked = [ref for ref in result.insufficient if ref not in counted.order]
    proposed = proposed_outcomes(planning_round, counted.order, by_reference)
    ties = {ref for tie in result.selection.cut_ties for ref in tie.refs}
    unknown = set(result.selection.meeting)
    lines = []
    for place, ref in enumerate([*counted.order, *unranked], start=1):
        item, found = by_reference[ref], result.items[ref]
        lines.append(
            Line(
                item=item,
                place=place,
                computed=found.standing.shown_rank if found.standing else "",
                score=_points(found.standing.score) if found.standing else "",
                member=_points(found.standing.member) if found.standing else "",
                secretariat=_points(found.secretariat),
                spread=_spread(found),
                counted=found.counted,
                flags=tuple(_flags(found, tied=ref in ties, cost_unknown=ref in unknown)),
                recused=tuple(recused[item.pk]),
                departures=tuple(moved[item.pk]),
                proposed=proposed.get(ref, ""),
            )
        )
    gone = [by_reference[ref] for ref in result.withdrawn]
    ahead = planning_round.state == RoundState.DELIBERATION and has_pass_ahead(planning_round)
    return Standing(lines, gone, result.quorum.met, ahead)


def _flags(found: ItemResult, *, tied: bool, cost_unknown: bool) -> Iterable[str]:
    """Yield why the meeting must speak of a need."""
    if found.insufficient:
        yield _("Too few grades for a place")
    if found.parts.flag:
        yield _("Employees and municipalities grade it very differently")
    if tied:
        yield _("Equal across the line of what there is room for")
    if cost_unknown:
        yield _("The cost is unknown")


def _points(value: Fraction) -> str:
    """Return points with two decimals, in the reader's language."""
    return number_format(two_decimals(value), decimal_pos=2)


def _spread(found: ItemResult) -> str:
    """Return the lowest and the highest that a ballot gave, in points of the members' part."""
    if not found.marks:
        return ""
    values = [mark.value for mark in found.marks]
    return f"{_points(min(values))}–{_points(max(values))}"
