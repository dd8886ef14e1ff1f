"""What goes into the counting of a round: plain frozen values, checked when they are made.

Nothing here knows of models. Amounts are exact (`int`, `Decimal` or `Fraction`, never `float`),
times are aware, municipalities are their code of four characters. Whatever cannot be counted
honestly (a grade of 5, weights that do not sum to 100) raises `CountingError` at once.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum, StrEnum
from fractions import Fraction
from typing import TypeAlias

#: The highest grade, and the highest number of fact points.
TOP_GRADE = 4
#: What all weights of a round sum to, so that a score is out of a hundred.
ALL_WEIGHTS = 100
#: A trim of more than two at each end would leave too few of nine voices.
TRIMS = range(3)
#: Fact points for law: nothing, a guideline, a duty.
STATUTORY_POINTS = (0, 2, 4)
PERCENT = 100
#: Up to how many municipalities a region is too small to strike anything.
FEW_MUNICIPALITIES = 4

Amount: TypeAlias = int | Decimal | Fraction


class CountingError(ValueError):
    """The inputs contradict themselves or the rules; the message says where."""


class SeatKind(StrEnum):
    """Whom a seat speaks for."""

    MUNICIPALITY = "municipality"
    EMPLOYEE_ORG = "employee_org"


class UnionVote(StrEnum):
    """Whether the employees' organisations' lines count in the ranking or stand beside it."""

    FULL = "full"
    ADVISORY = "advisory"


class Size(StrEnum):
    """Which pot an item is paid from when there is an envelope."""

    ORDINARY = "ordinary"
    SMALL = "small"


class NoGrade(Enum):
    """Why a line holds no grades."""

    NO_OPINION = "no_opinion"
    RECUSED = "recused"


#: One seat's line on one item: a grade 0–4 for each member criterion in the order of
#: `Criteria.member` (None = no opinion on that question, which takes the whole line out), or
#: the reason why there are none.
Line: TypeAlias = tuple[int | None, ...] | NoGrade


def require(holds: bool, message: str) -> None:
    """Raise `CountingError` with ``message`` unless ``holds``."""
    if not holds:
        raise CountingError(message)


def exact(value: Amount, what: str) -> Fraction:
    """Return ``value`` as a fraction; a float or an infinite decimal is refused."""
    allowed = isinstance(value, int | Decimal | Fraction) and not isinstance(value, bool)
    require(allowed, f"{what} must be an exact number")
    require(not isinstance(value, Decimal) or value.is_finite(), f"{what} must be finite")
    return Fraction(value)


def whole(value: object, what: str, least: int = 0) -> None:
    """Refuse what is not a whole number of at least ``least``."""
    good = isinstance(value, int) and not isinstance(value, bool) and value >= least
    require(good, f"{what} must be a whole number of at least {least}")


def aware(moment: datetime | None, what: str) -> None:
    """Refuse a time without a zone."""
    require(moment is None or moment.utcoffset() is not None, f"{what} must have a time zone")


def distinct(values: Iterable[Hashable], what: str) -> None:
    """Refuse the same value twice."""
    listed = list(values)
    require(len(set(listed)) == len(listed), f"{what} must be distinct")


@dataclass(frozen=True, slots=True)
class Criterion:
    """A question that the members grade; ``weight`` is its part of the hundred."""

    code: str
    weight: int


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a round weighs: the members' questions and the secretariat's two facts.

    The weights are whole numbers that sum to 100; the members' part must be more than nothing.
    """

    member: tuple[Criterion, ...]
    statutory: int
    reach: int

    def __post_init__(self) -> None:
        distinct((each.code for each in self.member), "the codes of the criteria")
        for each in self.member:
            whole(each.weight, f"the weight of {each.code}")
        whole(self.statutory, "the weight of the statutory requirement")
        whole(self.reach, "the weight of reach")
        require(self.ceiling > 0, "the members' weights must be more than nothing")
        total = self.ceiling + self.statutory + self.reach
        require(total == ALL_WEIGHTS, f"the weights must sum to {ALL_WEIGHTS}, not {total}")

    @property
    def ceiling(self) -> int:
        """M, the most a line can give: the sum of the members' weights."""
        return sum(each.weight for each in self.member)


#: The weights a round starts from.
STANDARD_CRITERIA = Criteria(
    member=(Criterion("benefit", 30), Criterion("urgency", 20), Criterion("regional", 20)),
    statutory=15,
    reach=15,
)


@dataclass(frozen=True, slots=True)
class Settings:
    """A round's rules, frozen with it.

    ``trim``: lines struck at each end. ``envelope``: kroner to spend; where it is given,
    ``capacity`` (how many items) plays no part. ``small_pct``: the small needs' part of the
    envelope. ``quorum``: part of the municipalities that must have sent a ballot.
    ``publish_names``: municipal grades are published by name.
    """

    trim: int = 1
    min_gradings: int = 5
    union_vote: UnionVote = UnionVote.FULL
    capacity: int | None = None
    envelope: Fraction | None = None
    small_pct: int = 15
    quorum: Fraction = Fraction(2, 3)
    publish_names: bool = False

    def __post_init__(self) -> None:
        whole(self.trim, "the trim")
        require(self.trim in TRIMS, "the trim must be 0, 1 or 2")
        whole(self.min_gradings, "the least number of gradings", least=1)
        object.__setattr__(self, "union_vote", UnionVote(self.union_vote))
        if self.capacity is not None:
            whole(self.capacity, "the capacity")
        if self.envelope is not None:
            object.__setattr__(self, "envelope", exact(self.envelope, "the envelope"))
            require(self.envelope >= 0, "the envelope must not be negative")
        whole(self.small_pct, "the small needs' per cent")
        require(self.small_pct <= PERCENT, "the small needs' per cent must be at most 100")
        object.__setattr__(self, "quorum", exact(self.quorum, "the quorum"))
        require(0 <= self.quorum <= 1, "the quorum must be a part of the whole")

    @property
    def least_lines(self) -> int:
        """How many lines a score needs, and how large an electorate must be to freeze."""
        return least_lines(self.min_gradings, self.trim)

    @property
    def lines_to_trim(self) -> int:
        """From how many lines the ends are struck: three must remain."""
        return lines_to_trim(self.trim)


def lines_to_trim(trim: int) -> int:
    """Return from how many lines ``trim`` is struck at each end: three must remain."""
    return 2 * trim + 3


def least_lines(min_gradings: int, trim: int) -> int:
    """Return how many lines a score needs, and how many filled seats a freeze."""
    return max(min_gradings, lines_to_trim(trim))


def starting_rules(municipalities: int) -> tuple[int, int]:
    """Return trim and least number of gradings that a region of this size starts from."""
    return (0, 3) if municipalities <= FEW_MUNICIPALITIES else (1, 5)


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat at freeze: ``active`` = filled; ``invited_at`` matters for employee seats."""

    ref: str
    kind: SeatKind
    municipality: str | None = None
    active: bool = True
    invited_at: datetime | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", SeatKind(self.kind))
        aware(self.invited_at, f"the invitation of seat {self.ref}")

    @property
    def municipal(self) -> bool:
        """Whether the seat speaks for a municipality."""
        return self.kind is SeatKind.MUNICIPALITY


@dataclass(frozen=True, slots=True)
class Item:
    """A shared need as frozen in the round.

    ``co_signers``: municipalities that confirmed the need is theirs. ``own``: municipalities
    whose needs are in it. ``cost_total`` (kroner) and ``seats`` are estimates, None = unknown.
    ``accepted_at``: when the earliest of its needs was accepted.
    """

    ref: str
    statutory: int = 0
    co_signers: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    cost_total: Fraction | None = None
    seats: int | None = None
    accepted_at: datetime | None = None
    size: Size = Size.ORDINARY
    withdrawn: bool = False

    def __post_init__(self) -> None:
        right = type(self.statutory) is int and self.statutory in STATUTORY_POINTS
        require(right, f"{self.ref}: statutory points are 0, 2 or 4")
        object.__setattr__(self, "co_signers", frozenset(self.co_signers))
        object.__setattr__(self, "own", frozenset(self.own))
        object.__setattr__(self, "size", Size(self.size))
        if self.cost_total is not None:
            object.__setattr__(self, "cost_total", exact(self.cost_total, f"{self.ref}: the cost"))
            require(self.cost_total >= 0, f"{self.ref}: the cost must not be negative")
        if self.seats is not None:
            whole(self.seats, f"{self.ref}: the seats")
        aware(self.accepted_at, f"{self.ref}: the acceptance")

    @property
    def cost_per_seat(self) -> Fraction | None:
        """The estimate shared by the estimated seats; None when either is unknown."""
        return self.cost_total / self.seats if self.cost_total is not None and self.seats else None


@dataclass(frozen=True, slots=True)
class Ballot:
    """One submitted version of one seat's ballot in one pass; drafts are never passed in.

    ``lines`` are by whoever cast the ballot, item reference to line; an item that is missing is
    not graded. ``other_lines`` are by the other holder of the seat and count only where the
    caster's line is recused. ``paper``: entered afterwards, which has no time of its own.
    """

    seat: str
    submitted_at: datetime
    lines: Mapping[str, Line]
    other_lines: Mapping[str, Line] = field(default_factory=dict)
    pass_no: int = 1
    version: int = 1
    paper: bool = False

    def __post_init__(self) -> None:
        whole(self.version, f"the version of a ballot of {self.seat}")
        aware(self.submitted_at, f"the ballot of {self.seat}")

    def line(self, ref: str) -> Line:
        """Return the line that holds for the seat on an item."""
        own = self.lines.get(ref, NoGrade.NO_OPINION)
        if own is NoGrade.RECUSED:
            return self.other_lines.get(ref, NoGrade.RECUSED)
        return own


@dataclass(frozen=True, slots=True)
class RoundInputs:
    """Everything a round's result follows from.

    ``municipalities``: the codes of the region's municipalities at freeze, vacant seats
    included. ``closes``: the close in force of each pass, in order.
    """

    criteria: Criteria
    settings: Settings
    municipalities: tuple[str, ...]
    seats: tuple[Seat, ...]
    items: tuple[Item, ...]
    ballots: tuple[Ballot, ...]
    closes: tuple[datetime, ...]

    def __post_init__(self) -> None:
        check_items(self.items, self.municipalities)
        self._check_seats()
        require(bool(self.closes), "a round has at least one close")
        for close in self.closes:
            aware(close, "the close")
        distinct(
            ((each.seat, each.pass_no, each.version) for each in self.ballots),
            "the versions of a seat's ballots in a pass",
        )
        seats = {seat.ref for seat in self.seats}
        items = {item.ref for item in self.items}
        for ballot in self.ballots:
            require(ballot.seat in seats, f"a ballot of an unknown seat: {ballot.seat}")
            known = type(ballot.pass_no) is int and 1 <= ballot.pass_no <= len(self.closes)
            require(known, f"a ballot of {ballot.seat} in an unknown pass: {ballot.pass_no}")
            for lines in (ballot.lines, ballot.other_lines):
                for ref, line in lines.items():
                    require(ref in items, f"a line of {ballot.seat} on an unknown item: {ref}")
                    check_line(line, self.criteria, f"{ballot.seat} on {ref}")

    def _check_seats(self) -> None:
        distinct((seat.ref for seat in self.seats), "the seats")
        municipal = [seat for seat in self.seats if seat.municipal]
        distinct(
            (seat.municipality for seat in municipal if seat.active),
            "the municipalities of the active seats",
        )
        known = set(self.municipalities)
        for seat in municipal:
            require(seat.municipality in known, f"seat {seat.ref} is of no known municipality")


def check_items(items: Iterable[Item], municipalities: Iterable[str]) -> None:
    """Refuse references used twice, and municipalities that are not the region's."""
    items, codes = list(items), list(municipalities)
    distinct((item.ref for item in items), "the references of the items")
    distinct(codes, "the municipalities")
    known = set(codes)
    for item in items:
        foreign = sorted((item.co_signers | item.own) - known)
        require(not foreign, f"{item.ref}: municipalities outside the region: {foreign}")


def check_line(line: Line, criteria: Criteria, where: str) -> None:
    """Refuse a line with too few, too many or impossible grades."""
    if isinstance(line, NoGrade):
        return
    require(len(line) == len(criteria.member), f"{where}: one grade for each criterion")
    for grade in line:
        right = grade is None or (type(grade) is int and 0 <= grade <= TOP_GRADE)
        require(right, f"{where}: a grade is 0 to {TOP_GRADE}")
