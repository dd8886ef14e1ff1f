"""A round's way as people see it: its phases with their dates, and the date that comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import words
from .guards import OBJECTION_TIME
from .models import PlanningRound, RoundPass, RoundState

#: The stations of the path; some states are one station to a reader.
_STATIONS: list[tuple[object, tuple[str, ...]]] = [
    (gettext_lazy("Written down"), ("draft",)),
    (gettext_lazy("Collecting"), ("collecting",)),
    (gettext_lazy("Screening"), ("screening",)),
    (gettext_lazy("Frozen"), ("frozen",)),
    (gettext_lazy("Ballots"), ("ballot_open",)),
    (gettext_lazy("Meeting"), ("ballot_closed", "deliberation")),
    (gettext_lazy("Decided"), ("decided",)),
    (gettext_lazy("Published"), ("published", "archived")),
]


@dataclass(frozen=True)
class Station:
    """A phase on the path; ``state`` is done, now or next."""

    title: object
    state: str
    dates: str


@dataclass(frozen=True)
class NextDate:
    """What happens next, and when; ``at`` is None where nobody has set a date."""

    label: str
    at: date | datetime | None
    #: What to do where a date is missing, or where no date is waited for.
    note: str = ""

    @property
    def words(self) -> str:
        """The date in words, as a deadline: with its weekday."""
        return words.deadline(self.at) if isinstance(self.at, datetime) else written(self.at)


def written(value: date | datetime | None) -> str:
    """Return a day, or a day with its hour, in the reader's language."""
    if isinstance(value, datetime):
        return words.moment(value)
    return words.day(value) if value else ""


def _between(first: date | datetime | None, last: date | datetime | None) -> str:
    return " – ".join(filter(None, (written(first), written(last))))


def path_of(
    planning_round: PlanningRound, current: RoundPass | None, *, state: str = ""
) -> list[Station]:
    """Return the stations with their dates; ``state`` is where a cancelled round stood."""
    here = state or planning_round.state
    position = next(
        (number for number, (_title, states) in enumerate(_STATIONS) if here in states), 0
    )
    over = here in {RoundState.PUBLISHED, RoundState.ARCHIVED}
    dates = _dates(planning_round, current)
    return [
        Station(
            title,
            "done" if number < position or over else "now" if number == position else "next",
            dates.get(states[0], ""),
        )
        for number, (title, states) in enumerate(_STATIONS)
    ]


def _dates(planning_round: PlanningRound, current: RoundPass | None) -> dict[str, str]:
    ballots = _between(planning_round.ballot_from, planning_round.ballot_to)
    return {
        RoundState.COLLECTING: _between(
            planning_round.collecting_from, planning_round.collecting_to
        ),
        RoundState.FROZEN: written(planning_round.frozen_at),
        RoundState.BALLOT_OPEN: _between(current.opens, current.closes) if current else ballots,
        RoundState.BALLOT_CLOSED: written(planning_round.meeting_on),
        RoundState.DECIDED: written(planning_round.decided_on),
        RoundState.PUBLISHED: written(planning_round.published_at),
    }


def next_date(planning_round: PlanningRound, closes: datetime | None) -> NextDate | None:
    """Return what comes next; None for a round that is over. ``closes`` is the pass's close."""
    state, unset = planning_round.state, _("No date is set.")
    if state == RoundState.DRAFT:
        return NextDate(_("Collecting begins"), planning_round.collecting_from, unset)
    if state == RoundState.COLLECTING:
        return NextDate(_("Collecting ends"), planning_round.collecting_to, unset)
    if state == RoundState.SCREENING:
        return NextDate(_("Freeze before ballots open"), planning_round.ballot_from, unset)
    if state == RoundState.FROZEN:
        earliest = planning_round.frozen_at + OBJECTION_TIME
        return NextDate(
            _("Ballots open"), max(filter(None, (planning_round.ballot_from, earliest)))
        )
    if state == RoundState.BALLOT_OPEN:
        return NextDate(_("Ballots close"), closes, unset)
    if state in {RoundState.BALLOT_CLOSED, RoundState.DELIBERATION}:
        return NextDate(_("Meeting"), planning_round.meeting_on, unset)
    if state == RoundState.DECIDED:
        return NextDate(_("Publish the result"), None, _("As soon as the minutes are ready."))
    return None
