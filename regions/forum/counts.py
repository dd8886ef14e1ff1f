"""From rows to the counting: a round's inputs, and its result.

Nothing is counted before the ballots are closed: whoever asks is refused, so that no screen can
show by mistake what is still secret.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.utils import timezone

from regions.models import Municipality

from . import scoring
from .departures import Move, final_order
from .models import Ballot, BallotLine, PlanningRound, Recusal, RoundItem, RoundSeat, RoundState

#: Phases in which the ballots are closed and the result may be known.
COUNTABLE = frozenset(
    {
        RoundState.BALLOT_CLOSED,
        RoundState.DELIBERATION,
        RoundState.DECIDED,
        RoundState.PUBLISHED,
        RoundState.ARCHIVED,
    }
)


class BallotsAreOpenError(Exception):
    """A round was to be counted whose ballots are not closed."""


@dataclass(frozen=True)
class Outcome:
    """What a round came to so far: the count, and the forum's departures from its order."""

    result: scoring.RoundResult
    order: tuple[str, ...]
    moves: tuple[Move, ...]


def inputs_of(planning_round: PlanningRound) -> scoring.RoundInputs:
    """Return what the round is counted from, in a constant number of statements.

    Raises ``BallotsAreOpenError`` unless the ballots are closed, asked of the stored row: the one
    at hand may be older than an extension.
    """
    stored = PlanningRound.objects.values_list("state", flat=True).get(pk=planning_round.pk)
    if stored not in COUNTABLE:
        raise BallotsAreOpenError(str(planning_round))
    seats = list(
        planning_round.seats.select_related("municipality").prefetch_related("municipality__codes")
    )
    items = list(planning_round.items.all())
    codes = Codes(planning_round, items)
    ballots = list(
        Ballot.objects.current()
        .filter(round=planning_round, state=Ballot.State.SUBMITTED)
        .prefetch_related("lines")
    )
    recused = _recusals(planning_round)
    unheard = set(
        BallotLine.objects.filter(ballot__in=ballots).of_recused().values_list("pk", flat=True)
    )
    references = {item.pk: item.facts["reference"] for item in items}
    sent = {ballot.seat_id for ballot in ballots}
    return scoring.RoundInputs(
        criteria=_criteria(planning_round),
        settings=settings_of(planning_round),
        municipalities=_municipalities(planning_round, seats, items, codes),
        seats=tuple(_seat(seat, codes, has_ballot=seat.seat_id in sent) for seat in seats),
        items=tuple(item_of(item) for item in items),
        ballots=tuple(_ballot(ballot, references, recused, unheard) for ballot in ballots),
        closes=tuple(each.closes for each in planning_round.round_passes.order_by("pass_no")),
    )


def count(planning_round: PlanningRound) -> scoring.RoundResult:
    """Return the computed result, before any departure; for the forum, not for the public."""
    return scoring.compute(inputs_of(planning_round))


def outcome_of(planning_round: PlanningRound) -> Outcome:
    """Return the computed result and the order after the departures recorded so far."""
    result = count(planning_round)
    order, moves = final_order(result.order, wishes_of(planning_round, result.withdrawn))
    return Outcome(result, order, moves)


def wishes_of(planning_round: PlanningRound, withdrawn: Iterable[str]) -> list[tuple[str, int]]:
    """Return the recorded departures as reference and place, in the order they were decided."""
    gone = set(withdrawn)
    rows = planning_round.overrides.select_related("item").order_by("pk")
    wishes = [(row.item.facts["reference"], row.to_rank) for row in rows]
    return [(ref, place) for ref, place in wishes if ref not in gone]


class Codes:
    """The municipalities' codes as they were at the freeze.

    What the items keep comes first: a code that is corrected on file afterwards, even for days
    gone by, must not tear a municipality's seat from its needs.
    """

    def __init__(self, planning_round: PlanningRound, items: Iterable[RoundItem]) -> None:
        self.day = timezone.localdate(planning_round.frozen_at)
        self._kept = {name: code for item in items for code, name in item.facts["places"].items()}

    def of(self, place: Municipality) -> str:
        """Return the municipality's code; its address where none is on file."""
        return self._kept.get(place.name) or place.code_on(self.day) or place.slug


def seat_ref(seat_id: int) -> str:
    """Return the name of a seat in the counting; it is never published."""
    return f"seat-{seat_id}"


def _criteria(planning_round: PlanningRound) -> scoring.Criteria:
    return scoring.Criteria(
        member=tuple(
            scoring.Criterion(code, weight)
            for code, weight in planning_round.member_weights.items()
        ),
        statutory=planning_round.weight_statutory,
        reach=planning_round.weight_reach,
    )


def settings_of(planning_round: PlanningRound) -> scoring.Settings:
    """Return the rules of a frozen round for the counting; no ballot is read."""
    return scoring.Settings(
        trim=planning_round.trim,
        min_gradings=planning_round.min_gradings,
        union_vote=scoring.UnionVote(planning_round.union_vote),
        capacity=planning_round.places,
        envelope=planning_round.envelope_amount,
        small_pct=planning_round.small_pct,
        quorum=Fraction(planning_round.quorum_num, planning_round.quorum_den),
        publish_names=planning_round.publish_names,
    )


def _municipalities(
    planning_round: PlanningRound, seats: list[RoundSeat], items: list[RoundItem], codes: Codes
) -> tuple[str, ...]:
    """Return the codes of the region's municipalities as they were at the freeze.

    Only their number was kept: those that the round itself names come first, then those that the
    region has had longest.
    """
    known = {codes.of(seat.municipality): None for seat in seats if seat.municipality_id}
    for item in items:
        known |= dict.fromkeys([*item.facts["co_signers"], *item.facts["own"]])
    places = planning_round.region.municipalities.prefetch_related("codes").order_by("pk")
    known |= {codes.of(place): None for place in places}
    return tuple(known)[: planning_round.municipalities_total]


def _seat(seat: RoundSeat, codes: Codes, *, has_ballot: bool) -> scoring.Seat:
    """Return a seat; one that was filled after the freeze is there as soon as it has graded."""
    return scoring.Seat(
        ref=seat_ref(seat.seat_id),
        kind=scoring.SeatKind(seat.kind),
        municipality=codes.of(seat.municipality) if seat.municipality_id else None,
        active=seat.was_filled or has_ballot,
        invited_at=seat.invited_at,
    )


def item_of(item: RoundItem) -> scoring.Item:
    """Return a need as it was frozen for the counting; no ballot is read."""
    facts = item.facts
    return scoring.Item(
        ref=facts["reference"],
        statutory=facts["statutory"],
        co_signers=frozenset(facts["co_signers"]),
        own=frozenset(facts["own"]),
        cost_total=None if facts["cost_total"] is None else Decimal(facts["cost_total"]),
        seats=facts["seats"],
        accepted_at=datetime.fromisoformat(facts["accepted_at"]),
        size=scoring.Size(facts["size"]),
        withdrawn=item.withdrawn_at is not None,
    )


#: Pairs of seat and item on which somebody of the seat is recused.
Recused = Set[tuple[int, int]]


def _recusals(planning_round: PlanningRound) -> Recused:
    rows = Recusal.objects.filter(item__round=planning_round)
    return set(rows.values_list("seat", "item"))


def _ballot(
    ballot: Ballot, references: Mapping[int, str], recused: Recused, unheard: Set[int]
) -> scoring.Ballot:
    """Return a ballot; ``unheard`` are the lines on which a recused person had a hand."""
    lines: dict[str, scoring.Line] = {
        references[item]: scoring.NoGrade.RECUSED
        for seat, item in recused
        if seat == ballot.seat_id
    }
    for line in ballot.lines.all():
        ref = references[line.item_id]
        if line.pk not in unheard:
            lines[ref] = _line(line)
    return scoring.Ballot(
        seat=seat_ref(ballot.seat_id),
        submitted_at=ballot.submitted_at,
        lines=lines,
        pass_no=ballot.pass_no,
        version=ballot.number,
        paper=ballot.on_paper,
    )


def _line(line: BallotLine) -> scoring.Line:
    return scoring.NoGrade.NO_OPINION if line.no_opinion else line.grades
