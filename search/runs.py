"""The occasions of a course that begin on a day, each with its state from day to day.

Where days are asked for together with a state, some one occasion must meet both: the states that
``timeline`` keeps, of the course as a whole, cannot tell. Most courses have one occasion, whose
states are the course's; only of the others is anything kept here, as a short text.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from catalogue.states import RANK, DateKind, OccasionState, OccasionStatus

from .courses import Held
from .query import CourseQuery, FacetKey, HiddenKey
from .reading import Reading
from .timeline import StoredMoment
from .wishes import Wish, WishKind

#: States in which one can apply, or will be able to.
JOINABLE = (OccasionState.OPEN, OccasionState.LATE, OccasionState.ANNOUNCED)
#: States of what nobody can take part in any more.
OVER = (OccasionState.FINISHED, OccasionState.CANCELLED)

#: Facets whose choices must hold of one occasion.
OF_OCCASIONS = (FacetKey.STATE, FacetKey.START)

#: A first and a last day.
Window = tuple[date, date]


@dataclass(frozen=True)
class Stretch:
    """What holds of an occasion from a day on: its status, and the next day to apply by."""

    first: date
    status: OccasionStatus
    deadline: date | None = None


@dataclass(frozen=True)
class Run:
    """An occasion that begins on a day and is not cancelled."""

    day: date
    stretches: tuple[Stretch, ...]

    def on(self, today: date) -> Stretch:
        """Return what holds on ``today``."""
        return next(each for each in reversed(self.stretches) if each.first <= today)

    @property
    def last(self) -> date | None:
        """The last day; None where it has none, since one can begin whenever one likes."""
        status = self.stretches[-1].status
        return status.day if status.state == OccasionState.FINISHED else None


def runs_text(occasions: Sequence[Held], moments: Sequence[StoredMoment]) -> str:
    """Return the occasions of a course as its row keeps them; empty where its moments say all."""
    held = [each for each in occasions if not each.dates.cancelled]
    runs = {_run(each) for each in held if each.dates.starts_on}
    if len(held) == 1 and runs == {*_only(moments, held[0].deadlines, held[0].dates.starts_on)}:
        return ""
    ordered = sorted(runs, key=lambda run: (run.day, _written(run)))
    return ";".join(map(_written, ordered))


def runs_of(values: str, moments: Sequence[StoredMoment], text: str) -> list[Run]:
    """Return the occasions of a course, from what its row keeps of it."""
    if text:
        return [_read(run) for run in text.split(";")]
    days: dict[str, list[date]] = {HiddenKey.DAY: [], HiddenKey.DEADLINE: []}
    for name in values.split():
        key, _colon, value = name.partition(":")
        if key in days:
            days[key].append(date.fromisoformat(value))
    return [
        run for day in days[HiddenKey.DAY] for run in _only(moments, days[HiddenKey.DEADLINE], day)
    ]


def last_day(moments: Sequence[StoredMoment]) -> date | None:
    """Return the last day of a course that has one occasion: its ``Run.last``, without the run."""
    _first, state, _kind, number, _reason = moments[-1]
    return date.fromordinal(number) if number and state == OccasionState.FINISHED else None


def _next(deadlines: Collection[date], first: date) -> date | None:
    return min((day for day in deadlines if day >= first), default=None)


def _run(occasion: Held) -> Run:
    stretches: list[Stretch] = []
    for first, status in zip([date.min, *occasion.days_of_change], occasion.statuses, strict=True):
        stretch = Stretch(first, status, _next(occasion.deadlines, first))
        said = (stretch.status, stretch.deadline)
        if not stretches or (stretches[-1].status, stretches[-1].deadline) != said:
            stretches.append(stretch)
    return Run(occasion.dates.starts_on, tuple(stretches))


def _only(
    moments: Sequence[StoredMoment], deadlines: Collection[date], day: date | None
) -> list[Run]:
    """Return the occasion of a course that has one, of which the course's moments tell."""
    if day is None:
        return []
    stretches = [
        Stretch(
            date.fromordinal(first),
            OccasionStatus(
                OccasionState(state),
                DateKind(kind) if kind else None,
                date.fromordinal(number) if number else None,
            ),
            _next(deadlines, date.fromordinal(first)),
        )
        for first, state, kind, number, _reason in moments
    ]
    return [Run(day, tuple(stretches))]


def _written(run: Run) -> str:
    parts = [run.day.isoformat()]
    for each in run.stretches:
        status = each.status
        said = (status.state, status.date_kind or "", status.day or "", each.deadline or "")
        parts.append(f"{each.first.isoformat()}{':'.join(map(str, said))}")
    return " ".join(parts)


def _read(text: str) -> Run:
    day, *stretches = text.split(" ")
    return Run(date.fromisoformat(day), tuple(map(_stretch, stretches)))


def _stretch(text: str) -> Stretch:
    state, kind, day, deadline = text[10:].split(":")
    status = OccasionStatus(
        OccasionState(state),
        DateKind(kind) if kind else None,
        date.fromisoformat(day) if day else None,
    )
    first = date.fromisoformat(text[:10])
    return Stretch(first, status, date.fromisoformat(deadline) if deadline else None)


class Look(NamedTuple):
    """An occasion as of a day, all as text: a fast look at many."""

    day: str
    state: str
    #: Sorts as ``OccasionStatus.sort_key`` does.
    order: str
    deadline: str


def looks(text: str, today: str) -> list[Look]:
    """Return the occasions that a row keeps, as of a day ("2027-02-08")."""
    found = []
    for run in text.split(";"):
        day, *stretches = run.split(" ")
        for each in reversed(stretches):
            if each[:10] <= today:
                state, _kind, number, deadline = each[10:].split(":")
                found.append(Look(day, state, _order(state, number), deadline))
                break
    return found


_BACKWARDS = str.maketrans("0123456789", "9876543210")
_RANKS = {str(state): rank for state, rank in RANK.items()}


def order_of(status: OccasionStatus) -> str:
    """Return the order of a status, as text."""
    return _order(status.state, status.day.isoformat() if status.day else "")


def _order(state: str, day: str) -> str:
    if state == OccasionState.FINISHED:
        day = day.translate(_BACKWARDS)
    return f"{_RANKS[state]}0{day}" if day else f"{_RANKS[state]}1"


@dataclass(frozen=True)
class Beginning:
    """When an occasion shall begin, and in which states: some one occasion must meet it all.

    Without ``windows`` and ``months`` on any day or none: then states are those of the course.
    """

    windows: tuple[Window, ...] | None = None
    months: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()

    @cached_property
    def is_dated(self) -> bool:
        """Whether it says anything of days."""
        return self.windows is not None or bool(self.months)

    def has(self, day: str) -> bool:
        """Whether an occasion may begin on a day ("2027-02-08")."""
        if self.months and day[:7] not in self.months:
            return False
        return self._limits is None or any(low <= day <= high for low, high in self._limits)

    @cached_property
    def _limits(self) -> list[tuple[str, str]] | None:
        if self.windows is None:
            return None
        return [(low.isoformat(), high.isoformat()) for low, high in self.windows]

    def takes(self, look: Look) -> bool:
        """Whether an occasion is in one of the states and begins on one of the days."""
        return (not self.states or look.state in self.states) and self.has(look.day)

    def meets(self, run: Run, today: date) -> bool:
        """Whether an occasion is in one of the states today and begins on one of the days."""
        in_state = not self.states or run.on(today).status.state in self.states
        return in_state and self.has(run.day.isoformat())

    def best(self, runs: Sequence[Run], today: date) -> Stretch | None:
        """Return the best of what meets it today, None where nothing does."""
        best = self.best_run(runs, today)
        return best.on(today) if best else None

    def best_run(self, runs: Sequence[Run], today: date) -> Run | None:
        """Return the occasion that is best of what meets it today."""
        met = [run for run in runs if self.meets(run, today)]
        return min(met, key=lambda run: (run.on(today).status.sort_key, run.day), default=None)


def beginning(
    query: CourseQuery,
    reading: Reading,
    *,
    but: Collection[FacetKey] = (),
    wishes: bool = True,
    days: bool = True,
) -> Beginning:
    """Return when and in which state occasions shall begin; ``but`` some choices."""
    asked = reading.wishes if wishes else ()
    windows = _windows(asked)
    if days and query.days != (None, None):
        own = (query.days[0] or date.min, query.days[1] or date.max)
        windows = (own,) if windows is None else _common(windows, own)
    chosen = {
        key: query.choices.get(key, frozenset()) if key not in but else frozenset()
        for key in (FacetKey.START, FacetKey.STATE)
    }
    states = chosen[FacetKey.STATE]
    for wish in asked:
        if wish.states:
            # No state has no name: what is asked for twice and differently is not to be had.
            states = (states & wish.states or frozenset({""})) if states else wish.states
    return Beginning(windows, chosen[FacetKey.START], states)


def _windows(wishes: Sequence[Wish]) -> tuple[Window, ...] | None:
    """Return the days that meet all wishes, of a kind any; where no day does, those that meet any.

    Who types "uke 5 uke 7" means either, who types "våren 2027 uke 5" means the week.
    """
    kinds: dict[WishKind, list[Window]] = {}
    for wish in wishes:
        if wish.first and wish.last:
            kinds.setdefault(wish.kind, []).append((wish.first, wish.last))
    if not kinds:
        return None
    first, *others = (_joined(windows) for windows in kinds.values())
    for windows in others:
        first = tuple(pair for each in windows for pair in _common(first, each))
    return first or tuple(window for windows in kinds.values() for window in windows)


def _joined(windows: Sequence[Window]) -> tuple[Window, ...]:
    """Return the days of windows of one kind: of one that lies in another, the narrower."""
    low, high = max(first for first, _last in windows), min(last for _first, last in windows)
    return ((low, high),) if low <= high else tuple(windows)


def _common(windows: Sequence[Window], own: Window) -> tuple[Window, ...]:
    pairs = ((max(first, own[0]), min(last, own[1])) for first, last in windows)
    return tuple((low, high) for low, high in pairs if low <= high)
