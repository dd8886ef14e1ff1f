"""The snapshot that a worker keeps, and how it follows the catalogue.

Reading 50,000 rows takes a third of a second, and whoever asks first after a publish would wait for
it. So versions say which pages made them others (``CatalogueChange``), and of a few pages only
their rows are read: their bits are taken out and put in where they belong now. The lists are copied
and numbers never change, so threads that still answer with the snapshot before are not disturbed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date
from threading import Lock
from typing import TypeVar
from uuid import UUID

from django.db.models import Q

from ..models import CatalogueChange, CatalogueVersion, CourseEntry, entry_key
from ..query import FacetKey, HiddenKey
from ..runs import looks
from .snapshot import Bits, Row, Runs, Snapshot, build, kept_in, read_rows, shown_in

Key = TypeVar("Key", FacetKey, HiddenKey)
#: Pages that are followed one by one; with more of them everything is read.
MOST_FOLLOWED = 12


class Snapshots:
    """The snapshot of this worker, another when the catalogue or the day is another."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: Snapshot | None = None

    def forget(self) -> None:
        """Build anew at the next question."""
        self._kept = None

    def get(self, today: date) -> Snapshot:
        """Return what holds now. One query; five when it is another."""
        version = CatalogueVersion.current()
        kept = self._kept
        if kept and (kept.version, kept.today) == (version, today):
            return kept
        with self._lock:
            # Others may have waited here for the same, and another change may have come.
            kept = self._kept
            known = brought_up(kept) if kept and kept.today == today else None
            kept = self._kept = known or build(today)
        return kept


def brought_up(kept: Snapshot) -> Snapshot | None:
    """Return the snapshot as of now; None if that takes reading everything. At most three queries.

    Rows that are newer than the version read before them are read once more by the next change.
    """
    version = CatalogueVersion.objects.filter(pk=1).first()
    if version is None or kept.version is None or version.slot != kept.slot:
        return None
    if version.token == kept.version:
        return kept
    pages = CatalogueChange.between(kept.version, version.token)
    if pages is None or len(pages) > MOST_FOLLOWED:
        return None
    return follow(kept, version.token, {entry_key(page, kept.slot) for page in pages})


def follow(kept: Snapshot, version: UUID, keys: Iterable[int]) -> Snapshot | None:
    """Return a snapshot in which the rows of some keys are as they are now. One query.

    None if a course came in a language that no other is in.
    """
    before = [position for key in keys if (position := kept.positions.get(key)) is not None]
    rows = _rows_of(keys, {kept.courses[position] for position in before}, kept)
    if {row.language for row in rows} - kept.visible.keys():
        return None
    # A page that came or went decides which page of its course others see: all are set anew.
    known = {row.key for row in rows} | set(keys)
    gone = sorted(kept.positions[key] for key in known if key in kept.positions)
    moved = _Moved(kept, gone, rows)
    values = {key: moved.all(found) for key, found in kept.values.items()}
    hidden = {key: moved.all(found) for key, found in kept.hidden.items()}
    for position, row in moved.placed.items():
        for name in row.names:
            of_key, value = kept_in(values, hidden, name)
            of_key[value] = of_key.get(value, 0) | 1 << position
    visible = {language: moved.bits(bits) for language, bits in kept.visible.items()}
    shown = shown_in(moved.placed)
    for language in visible:
        for position in shown.get(language, shown[""]):
            visible[language] |= 1 << position
    return Snapshot(
        version=version,
        slot=kept.slot,
        today=kept.today,
        **moved.lists,
        values=_in_order(values),
        hidden=_in_order(hidden),
        visible=visible,
        followed_runs=_runs(kept.known_runs, moved, kept.today),
        summaries={key: said for key, said in kept.summaries.copy().items() if key not in known},
    )


def _runs(kept: Runs | None, moved: _Moved, today: date) -> Runs | None:
    """Return the occasions one by one, if they were looked at: making them takes a while."""
    if kept is None:
        return None
    single = moved.bits(kept.single)
    begun = {day: moved.all(states) for day, states in kept.begun.items()}
    for position, row in moved.placed.items():
        if not row.runs:
            single |= 1 << position
            continue
        for look in looks(row.runs, today.isoformat()):
            states = begun.setdefault(look.day, {})
            states[look.state] = states.get(look.state, 0) | 1 << position
    some = {
        day: {state: bits for state, bits in states.items() if bits}
        for day, states in begun.items()
    }
    return Runs(single, {day: states for day, states in some.items() if states})


def _rows_of(keys: Iterable[int], courses: Iterable[UUID], kept: Snapshot) -> list[Row]:
    """Return the rows of some keys, and those of all pages of the same courses. One query."""
    entries = CourseEntry.objects.filter(slot=kept.slot)
    same = entries.filter(pk__in=keys).values("translation_key")
    return read_rows(
        entries.filter(Q(translation_key__in=same) | Q(translation_key__in=courses)), kept.today
    )


class _Moved:
    """The lists of a snapshot without some positions and with some rows, and bits to match."""

    def __init__(self, kept: Snapshot, gone: Sequence[int], rows: Sequence[Row]) -> None:
        self.lists: dict[str, list] = {
            "ids": kept.ids.copy(),
            "moments": kept.moments.copy(),
            "titles": kept.titles.copy(),
            "courses": kept.courses.copy(),
            "published": kept.published.copy(),
            "run_texts": kept.run_texts.copy(),
        }
        self._gone = gone[::-1]
        for position in self._gone:
            for each in self.lists.values():
                del each[position]
        #: Where rows stand now. The first goes in first, so none moves those before it.
        self.placed: dict[int, Row] = {}
        for row in rows:
            self.placed[self._put(row)] = row
        self._stay = list(gone) == list(self.placed)
        self._cleared = sum(1 << position for position in gone)

    def _put(self, row: Row) -> int:
        ids, moments, titles = (self.lists[name] for name in ("ids", "moments", "titles"))
        position = bisect_left(
            range(len(ids)),
            row.order,
            key=lambda at: (*moments[at].status.sort_key, titles[at], ids[at]),
        )
        kept = {
            "ids": row.key,
            "moments": row.moment,
            "titles": row.title,
            "courses": row.course,
            "published": row.published,
            "run_texts": row.runs,
        }
        for name, value in kept.items():
            self.lists[name].insert(position, value)
        return position

    def bits(self, bits: Bits) -> Bits:
        """Return bits at their new places, none of them at those of the rows."""
        if self._stay:
            return bits & ~self._cleared
        for position in self._gone:
            low = (1 << position) - 1
            bits = (bits & low) | (bits >> position + 1 << position)
        for position in self.placed:
            low = (1 << position) - 1
            bits = (bits & low) | (bits >> position << position + 1)
        return bits

    def all(self, found: dict[str, Bits]) -> dict[str, Bits]:
        """Return the bits of each value at their new places."""
        return {value: self.bits(bits) for value, bits in found.items()}


def _in_order(found: dict[Key, dict[str, Bits]]) -> dict[Key, dict[str, Bits]]:
    """Return values that some course has, in their order, as reading everything gives them."""
    kept = {
        key: {value: bits for value, bits in sorted(values.items()) if bits}
        for key, values in found.items()
    }
    return {key: values for key, values in kept.items() if values}
