"""What a worker keeps in memory to count facets: a bit for each course, a number for each value.

A snapshot holds for one catalogue version and one local date. Bit *i* is the *i*-th course in the
listing's own order, so that a page of hits is the lowest bits that are set.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from threading import Lock
from uuid import UUID

from ..models import CatalogueVersion, CourseEntry
from ..query import Choices, FacetKey, HiddenKey
from ..runs import looks
from ..timeline import Moment, at

Bits = int
#: Sets of tokens whose courses are kept for a snapshot.
MOST_POSTINGS = 5000
_HIDDEN = frozenset(HiddenKey)


@dataclass(frozen=True)
class Runs:
    """The occasions of the courses that have several, as of the day."""

    #: The courses whose one occasion has the course's own state.
    single: Bits
    #: Of the others, by day, by state: which have an occasion that begins then and is so.
    begun: Mapping[str, Mapping[str, Bits]]

    @classmethod
    def made(cls, texts: Mapping[int, str], today: date, count: int) -> Runs:
        """Return the occasions of courses by their position."""
        having: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for position, text in texts.items():
            for look in looks(text, today.isoformat()):
                having[look.day][look.state].append(position)
        return cls(
            single=((1 << count) - 1) & ~bits_of(texts, count),
            begun={
                day: {state: bits_of(found, count) for state, found in states.items()}
                for day, states in having.items()
            },
        )


@dataclass(frozen=True)
class Snapshot:
    """Every live course as bits, as of a version and a day."""

    version: UUID | None
    slot: int
    today: date
    #: Keys of the rows, in the order of the bits.
    ids: list[int]
    moments: list[Moment]
    #: By facet, by value: which courses have it.
    values: dict[FacetKey, dict[str, Bits]]
    #: By interface language: one page of each course, that language's where there is one.
    visible: dict[str, Bits]
    #: Positions by when the course was first published, latest first.
    newest: list[int]
    positions: dict[int, int] = field(default_factory=dict)
    #: By hidden key, by value: the same of what is no facet; days in their order.
    hidden: dict[HiddenKey, dict[str, Bits]] = field(default_factory=dict)
    #: Which courses hold any of some tokens, of those that were looked for: at most so many.
    postings: dict[tuple[str, ...], Bits] = field(default_factory=dict)
    #: By position, what the rows say of occasions one by one, where their moments do not tell.
    run_texts: Mapping[int, str] = field(default_factory=dict)
    titles: list[str] = field(default_factory=list)

    @cached_property
    def runs(self) -> Runs:
        """The occasions one by one: made when something is asked of them, not at every change."""
        return Runs.made(self.run_texts, self.today, len(self.ids))

    def keep(self, postings: dict[tuple[str, ...], Bits]) -> None:
        """Keep what was looked up; all else is forgotten when that becomes too much."""
        if len(self.postings) > MOST_POSTINGS:
            self.postings.clear()
        self.postings.update(postings)

    @property
    def everything(self) -> Bits:
        """Every course."""
        return (1 << len(self.ids)) - 1

    def having(self, name: str) -> Bits:
        """Return which courses have a facet value or a hidden one, named as "key:value"."""
        key, _colon, value = name.partition(":")
        if key in _HIDDEN:
            return self.hidden.get(HiddenKey(key), {}).get(value, 0)
        return self.values.get(FacetKey(key), {}).get(value, 0)

    def with_any(self, key: HiddenKey, values: Iterable[str]) -> Bits:
        """Return which courses have any of the hidden values."""
        known = self.hidden.get(key, {})
        bits = 0
        for value in values:
            bits |= known.get(value, 0)
        return bits

    def chosen(self, choices: Choices) -> dict[FacetKey, Bits]:
        """Return by facet which courses have any of its chosen values."""
        found = {}
        for key, wanted in choices.items():
            if wanted:
                known = self.values.get(key, {})
                bits = 0
                for value in wanted:
                    bits |= known.get(value, 0)
                found[key] = bits
        return found

    def in_language(self, language: str) -> Bits:
        """Return one page of each course for a reader of ``language``."""
        return self.visible.get(language, self.visible[""])


def bits_of(positions: Iterable[int], count: int) -> Bits:
    """Return a number of ``count`` bits in which those at ``positions`` are set.

    By way of bytes: setting bits of a whole number copies it each time.
    """
    flags = bytearray(count // 8 + 1)
    for position in positions:
        flags[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(flags, "little")


def positions_of(bits: Bits) -> Iterator[int]:
    """Yield the positions of the bits that are set, lowest first; by way of bytes, as above."""
    for index, byte in enumerate(bits.to_bytes(bits.bit_length() // 8 + 1, "little")):
        rest = byte
        while rest:
            lowest = rest & -rest
            yield index * 8 + lowest.bit_length() - 1
            rest ^= lowest


def build(today: date) -> Snapshot:
    """Read the catalogue's rows and return them as bits. Two queries."""
    version = CatalogueVersion.objects.filter(pk=1).first()
    slot = version.slot if version else 0
    rows = []
    entries = CourseEntry.objects.filter(slot=slot)
    fields = ("pk", "title", "moments", "values", "translation_key", "language", "is_source")
    for row in entries.values_list(*fields, "newest_at", "runs").iterator(chunk_size=5000):
        moment = at(row[2], today)
        rows.append(((*moment.status.sort_key, row[1].casefold(), row[0]), moment, row))
    rows.sort(key=lambda each: each[0])
    having: dict[str, list[int]] = {}
    for position, (_key, moment, row) in enumerate(rows):
        for name in (*row[3].split(), f"{FacetKey.STATE}:{moment.status.state}"):
            having.setdefault(name, []).append(position)
    values: dict[FacetKey, dict[str, Bits]] = {}
    hidden: dict[HiddenKey, dict[str, Bits]] = {}
    for name, positions in sorted(having.items()):
        key, _colon, value = name.partition(":")
        bits = bits_of(positions, len(rows))
        if key in _HIDDEN:
            hidden.setdefault(HiddenKey(key), {})[value] = bits
        else:
            values.setdefault(FacetKey(key), {})[value] = bits
    published = [(row[7] is None, row[7] and -row[7].timestamp(), row[0]) for _k, _m, row in rows]
    return Snapshot(
        version=version.token if version else None,
        slot=slot,
        today=today,
        ids=[row[0] for _key, _moment, row in rows],
        moments=[moment for _key, moment, _row in rows],
        values=values,
        visible=_visible([(row[4], row[5], row[6]) for _key, _moment, row in rows]),
        newest=sorted(range(len(rows)), key=published.__getitem__),
        positions={row[0]: position for position, (_k, _m, row) in enumerate(rows)},
        hidden=hidden,
        titles=[key[-2] for key, _moment, _row in rows],
        run_texts={position: row[8] for position, (_k, _m, row) in enumerate(rows) if row[8]},
    )


def _visible(rows: list[tuple]) -> dict[str, Bits]:
    """Return by language which page of each course a reader sees; "" for any other language.

    The page in their language, else the source page, else the first there is.
    """
    by_key: dict[object, list[int]] = {}
    for position, (key, _language, _source) in enumerate(rows):
        by_key.setdefault(key, []).append(position)
    languages = {language for _key, language, _source in rows} | {""}
    best: dict[str, list[int]] = {language: [] for language in languages}
    for positions in by_key.values():
        ranked = sorted(positions, key=lambda position: not rows[position][2])
        for language, shown in best.items():
            own = [position for position in ranked if rows[position][1] == language]
            shown.append((own or ranked)[0])
    return {language: bits_of(shown, len(rows)) for language, shown in best.items()}


class Snapshots:
    """The snapshot of this worker, built anew when the catalogue or the day is another."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: Snapshot | None = None

    def forget(self) -> None:
        """Build anew at the next question."""
        self._kept = None

    def get(self, today: date) -> Snapshot:
        """Return what holds now. One query; four when it is built."""
        version = CatalogueVersion.current()
        kept = self._kept
        if kept and (kept.version, kept.today) == (version, today):
            return kept
        with self._lock:
            # Others may have waited here for the same, and another change may have come.
            kept = self._kept
            if not kept or (kept.version, kept.today) != (CatalogueVersion.read(), today):
                kept = self._kept = build(today)
        return kept
