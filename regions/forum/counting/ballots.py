"""Which ballots count, and what is left of them: one line for each seat and item, and the quorum.

The rules (prioritisation, settled readings): sent at the very second of closing is on time; of
several versions the last on time counts; a ballot of a later pass replaces the earlier whole; a
paper ballot counts like one on time, in a pass for which its seat sent none; a ballot of recusals
only counts for the quorum.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from .values import (
    Ballot,
    Criteria,
    Item,
    NoGrade,
    RoundInputs,
    Settings,
    UnionVote,
    check_items,
    check_line,
    distinct,
    require,
    whole,
)

#: How long before the close every employee seat must have been invited: 168 hours, so that a
#: change to summer time moves nothing.
NOTICE = timedelta(hours=168)


@dataclass(frozen=True, slots=True)
class Quorum:
    """Whether enough took part.

    ``needed`` and ``submitted`` count municipal ballots; a single employee seat invited less than
    seven days before the close is enough for the quorum not to be met.
    """

    needed: int
    submitted: int
    employee_seats_invited: bool

    @property
    def met(self) -> bool:
        """Whether the forum is quorate."""
        return self.submitted >= self.needed and self.employee_seats_invited


def ballots_needed(share: Fraction, municipalities: int) -> int:
    """Return how many municipal ballots a quorum needs: a share of all, rounded up."""
    return math.ceil(share * municipalities)


def invited_in_time(invited: Iterable[datetime | None], first_close: datetime) -> bool:
    """Say whether all employee seats that somebody fills had their notice; none is no lack.

    ``first_close``: that of the first pass, in which everybody grades. A second close would
    otherwise heal an invitation that came too late for it.
    """
    latest = first_close - NOTICE
    return all(at is not None and at <= latest for at in invited)


@dataclass(frozen=True, slots=True)
class CountedLine:
    """A line with a grade on every question.

    ``voter`` is the code of the municipality, for an employee seat its reference, and None where
    the line has been made anonymous.
    """

    municipal: bool
    grades: tuple[int, ...]
    voter: str | None


@dataclass(frozen=True)
class Tally:
    """What a result is counted from, and all a published snapshot holds of the inputs.

    ``lines``: for every item that is not withdrawn, the lines that count. ``held``: for items
    whose lines are held back, how many of the electorate's counted; too few for a score.
    ``named``: every municipal line carries its municipality. ``electorate``: filled seats with a
    vote in the ranking.
    """

    criteria: Criteria
    settings: Settings
    municipalities: tuple[str, ...]
    electorate: int
    submitted: int
    employee_seats_invited: bool
    items: tuple[Item, ...]
    lines: Mapping[str, tuple[CountedLine, ...]]
    held: Mapping[str, int] = field(default_factory=dict)
    named: bool = True

    def __post_init__(self) -> None:
        check_items(self.items, self.municipalities)
        whole(self.electorate, "the electorate")
        whole(self.submitted, "the ballots submitted")
        refs = {item.ref for item in self.standing_items}
        require(set(self.lines) == refs, "every item has its lines, a withdrawn one has none")
        for ref, lines in self.lines.items():
            self._check_lines(ref, lines)
        for ref, count in self.held.items():
            require(ref in refs and not self.lines[ref], f"{ref}: lines both held and shown")
            whole(count, f"{ref}: the lines held back")
            too_few = count < self.settings.least_lines
            require(too_few, f"{ref}: as many lines as a score needs are not held back")

    def _check_lines(self, ref: str, lines: tuple[CountedLine, ...]) -> None:
        for line in lines:
            require(None not in line.grades, f"{ref}: a line that counts has every grade")
            check_line(line.grades, self.criteria, ref)
            if line.municipal and self.named:
                known = line.voter in self.municipalities
                require(known, f"{ref}: a municipality outside the region: {line.voter}")
        voters = [(line.municipal, line.voter) for line in lines if line.voter is not None]
        distinct(voters, f"{ref}: the voters")
        municipal = sum(line.municipal for line in lines)
        require(municipal <= len(self.municipalities), f"{ref}: more lines than municipalities")
        voting = sum(self.votes(line) for line in lines)
        require(voting <= self.electorate, f"{ref}: more lines than the electorate has seats")

    @property
    def standing_items(self) -> tuple[Item, ...]:
        """The items that have not been withdrawn."""
        return tuple(item for item in self.items if not item.withdrawn)

    def votes(self, line: CountedLine) -> bool:
        """Say whether a line counts in the ranking."""
        return line.municipal or self.settings.union_vote is UnionVote.FULL

    @property
    def quorum(self) -> Quorum:
        """The quorum of the region's municipalities, rounded up."""
        needed = ballots_needed(self.settings.quorum, len(self.municipalities))
        return Quorum(needed, self.submitted, self.employee_seats_invited)

    @property
    def can_freeze(self) -> bool:
        """Whether the electorate is large enough for the round's own rules."""
        return self.electorate >= self.settings.least_lines


def ballots_that_count(inputs: RoundInputs) -> dict[str, Ballot]:
    """Return for each filled seat the one ballot that counts; seats without are absent."""
    active = {seat.ref for seat in inputs.seats if seat.active}
    chosen: dict[str, Ballot] = {}
    for ballot in inputs.ballots:
        if ballot.seat not in active or not on_time(ballot, inputs):
            continue
        rival = chosen.get(ballot.seat)
        if rival is None or _strength(ballot) > _strength(rival):
            chosen[ballot.seat] = ballot
    return chosen


def on_time(ballot: Ballot, inputs: RoundInputs) -> bool:
    """Say whether a ballot came in time for its pass; one on paper has no time of its own."""
    return ballot.paper or ballot.submitted_at <= inputs.closes[ballot.pass_no - 1]


def _strength(ballot: Ballot) -> tuple[int, bool, int]:
    return ballot.pass_no, not ballot.paper, ballot.version


def tally(inputs: RoundInputs) -> Tally:
    """Choose the ballots and return what counts of them."""
    chosen = ballots_that_count(inputs)
    seats = {seat.ref: seat for seat in inputs.seats}
    lines: dict[str, list[CountedLine]] = {
        item.ref: [] for item in inputs.items if not item.withdrawn
    }
    for ref, ballot in sorted(chosen.items()):
        seat = seats[ref]
        voter = seat.municipality if seat.municipal else ref
        for item, counted in lines.items():
            line = ballot.line(item)
            if not isinstance(line, NoGrade) and None not in line:
                counted.append(CountedLine(seat.municipal, line, voter))
    full = inputs.settings.union_vote is UnionVote.FULL
    return Tally(
        criteria=inputs.criteria,
        settings=inputs.settings,
        municipalities=inputs.municipalities,
        electorate=sum(seat.active and (seat.municipal or full) for seat in inputs.seats),
        submitted=sum(seats[ref].municipal for ref in chosen),
        employee_seats_invited=_employees_invited(inputs),
        items=inputs.items,
        lines={item: tuple(counted) for item, counted in lines.items()},
    )


def _employees_invited(inputs: RoundInputs) -> bool:
    filled = (seat for seat in inputs.seats if seat.active and not seat.municipal)
    return invited_in_time((seat.invited_at for seat in filled), inputs.closes[0])
