"""A seat's ballot as its holders read it: the needs in their order, and what is filled in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .ballots import shuffled
from .entries import Entry
from .models import Ballot, BallotLine, Recusal, RoundItem
from .models.ballot import GRADE_MAX
from .questions import QUESTIONS
from .sittings import Sitting


@dataclass(frozen=True)
class Line:
    """A need on the ballot. ``recused`` are those of the seat who do not grade it."""

    number: int
    item: RoundItem
    entry: Entry
    recused: frozenset[int]
    is_mine_to_leave: bool
    is_own: bool

    @property
    def state(self) -> str:
        """Where it stands: answered, no_opinion, recused, begun or empty."""
        if self.entry.no_opinion:
            return "no_opinion"
        if self.entry.is_complete:
            return "answered"
        if self.is_mine_to_leave:
            return "recused"
        return "begun" if self.entry.is_begun else "empty"

    @property
    def is_answered(self) -> bool:
        """Whether nothing is left to do here."""
        return self.state in {"answered", "no_opinion", "recused"}

    @property
    def told(self) -> list[tuple[str, object, int | None, str]]:
        """Each question with the grade and its meaning: name, question, grade, meaning."""
        answers = zip(QUESTIONS, self.entry.grades, strict=True)
        return [
            (each.name, each.label, grade, "" if grade is None else each.meaning(grade))
            for each, grade in answers
        ]

    @property
    def sheet(self) -> list[tuple[object, list[tuple[int, str, bool]]]]:
        """Each question for paper: its grades, words for 0, 2 and 4, and whether it is chosen."""
        return [
            (
                each.label,
                [
                    (grade, each.meaning(grade) if grade % 2 == 0 else "", grade == chosen)
                    for grade in range(GRADE_MAX + 1)
                ],
            )
            for each, chosen in zip(QUESTIONS, self.entry.grades, strict=True)
        ]

    @property
    def places(self) -> list[str]:
        """The names of the municipalities whose needs these are."""
        names = self.item.facts["places"]
        return [names.get(code, code) for code in self.item.facts["own"]]

    @property
    def backers(self) -> list[str]:
        """The names of the municipalities that stand behind it."""
        names = self.item.facts["places"]
        return sorted(names.get(code, code) for code in self.item.facts["co_signers"])

    @property
    def signing(self) -> int:
        """How many municipalities stand behind it."""
        return len(self.item.facts["co_signers"])

    @property
    def cost_per_seat(self) -> Decimal | None:
        """The estimated cost of a seat in whole kroner, if it is known."""
        total, seats = self.item.facts.get("cost_total"), self.item.facts.get("seats")
        if total is None or not seats:
            return None
        return (Decimal(total) / seats).quantize(Decimal(1), ROUND_HALF_UP)


@dataclass(frozen=True)
class Paper:
    """What a seat has filled in or sent in a pass."""

    sitting: Sitting
    draft: Ballot | None
    sent: Ballot | None
    lines: list[Line]

    @property
    def answered(self) -> int:
        """How many needs are done with."""
        return sum(line.is_answered for line in self.lines)

    @property
    def missing(self) -> list[Line]:
        """The needs that keep it from being sent."""
        return [
            line
            for line in self.lines
            if not line.entry.may_be_sent(handed_over=bool(line.recused))
        ]

    @property
    def is_filled_in(self) -> bool:
        """Whether a draft is to be filled in; otherwise it is sent, or nothing is begun."""
        return self.draft is not None or self.sent is None

    @property
    def first_open(self) -> int:
        """The number of the first need that is not done with, to go on there."""
        return next((line.number for line in self.lines if not line.is_answered), 1)

    def line(self, number: int) -> Line | None:
        """Return the need at a place of this seat's order."""
        return self.lines[number - 1] if 1 <= number <= len(self.lines) else None

    def line_of(self, key: object) -> Line | None:
        """Return the need with an item's key."""
        return next((line for line in self.lines if str(line.item.pk) == str(key)), None)

    def taken_out(self, key: str) -> RoundItem | None:
        """Return the need with an item's key among those that were taken out of the round."""
        gone = self.sitting.round.items.filter(withdrawn_at__isnull=False)
        return next((item for item in gone if str(item.pk) == key), None)


def paper_of(sitting: Sitting) -> Paper:
    """Return the seat's ballot of the current pass. Four queries."""
    planning_round, seat = sitting.round, sitting.seat
    versions = Ballot.objects.filter(round=planning_round, seat=seat).order_by("pass_no", "number")
    draft = sent = basis = None
    number = sitting.current_pass.pass_no if sitting.current_pass else 1
    for ballot in versions:
        if ballot.is_current:
            basis = ballot
            sent = ballot if ballot.pass_no == number else None
        elif ballot.state == Ballot.State.DRAFT and ballot.pass_no == number:
            draft = ballot
    shown = draft or basis
    entries = {}
    if shown is not None:
        rows = BallotLine.objects.filter(ballot=shown)
        # One of somebody who is recused says nothing.
        unseen = rows.of_recused().order_by().values("pk")
        entries = {row.item_id: row for row in rows.exclude(pk__in=unseen)}
    handed: dict[int, set[int]] = {}
    for item, user in Recusal.objects.filter(item__round=planning_round, seat=seat).values_list(
        "item", "user"
    ):
        handed.setdefault(item, set()).add(user)
    items = planning_round.items.filter(withdrawn_at__isnull=True)
    lines = [
        Line(
            number=place,
            item=item,
            entry=Entry.of(entries.get(item.pk)),
            recused=frozenset(handed.get(item.pk, ())),
            is_mine_to_leave=sitting.user.pk in handed.get(item.pk, ()),
            is_own=bool(sitting.own_code) and sitting.own_code in item.facts["own"],
        )
        for place, item in enumerate(shuffled(planning_round, seat.pk, items), 1)
    ]
    return Paper(sitting, draft, sent, lines)
