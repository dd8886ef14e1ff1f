"""What a worker keeps in memory to count facets: a bit for each course, a number for each value.

A snapshot holds for one catalogue version and one local date. Bit *i* is the *i*-th course in the
listing's own order, so that a page of hits is the lowest bits that are set.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from catalogue.presenters.values import CourseSummary

from ..models import CatalogueVersion, CourseEntry
from ..query import Choices, FacetKey, HiddenKey
from ..runs import OVER, looks
from ..timeline import Moment, at

Bits = int
#: How many courses have each value of each facet.
Counts = dict[FacetKey, dict[str, int]]
#: Scopes whose counts are kept: a region's, a provider's, a topic's, in each language.
MOST_SCOPES = 200
#: Sets of tokens whose courses are kept for a snapshot, and courses whose cards are.
MOST_POSTINGS, MOST_SUMMARIES = 5000, 2000
_HIDDEN = frozenset(HiddenKey)


@dataclass(frozen=True)
class Runs:
    """The occasions of the courses that have several, as of the day."""

    #: The courses whose one occasion has the course's own state.
    single: Bits
    #: Of the others, by day, by state: which have an occasion that begins then and is so.
    begun: Mapping[str, Mapping[str, Bits]]

    @classmethod
    def made(cls, texts: Sequence[str], today: date) -> Runs:
        """Return the occasions of courses, in the order of the bits."""
        having: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        several, count = [], len(texts)
        for position, text in enumerate(texts):
            if text:
                several.append(position)
                for look in looks(text, today.isoformat()):
                    having[look.day][look.state].append(position)
        return cls(
            single=((1 << count) - 1) & ~bits_of(several, count),
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
    titles: list[str]
    #: Which pages are one course, and when each was first published.
    courses: list[UUID]
    published: list[datetime | None]
    #: What the rows say of occasions one by one, nothing where their moments tell.
    run_texts: list[str]
    #: By facet, by value: which courses have it.
    values: dict[FacetKey, dict[str, Bits]]
    #: By hidden key, by value: the same of what is no facet; days in their order.
    hidden: dict[HiddenKey, dict[str, Bits]]
    #: By interface language: one page of each course, that language's where there is one.
    visible: dict[str, Bits]
    #: The occasions one by one, where the snapshot that this one follows had looked at them.
    followed_runs: Runs | None = None
    #: Which courses hold any of some tokens, of those that were looked for: at most so many.
    postings: dict[tuple[str, ...], Bits] = field(default_factory=dict)
    #: By scope, how many courses have each value.
    counted: dict[Bits, Counts] = field(default_factory=dict)
    #: What cards say, by the key of the row, of courses that were shown: at most so many.
    summaries: dict[int, CourseSummary] = field(default_factory=dict)

    @cached_property
    def runs(self) -> Runs:
        """The occasions one by one: made when something is asked of them, not at every change."""
        return self.followed_runs or Runs.made(self.run_texts, self.today)

    @property
    def known_runs(self) -> Runs | None:
        """The same if they were made, None if nothing has asked of them."""
        return vars(self).get("runs") or self.followed_runs

    @cached_property
    def newest(self) -> list[int]:
        """Positions by when the course was first published, latest first; those over behind them.

        Those by their state, so that what ended last is first of them.
        """
        dated = [position for position, day in enumerate(self.published) if day]
        dated.sort(key=self.ids.__getitem__)
        dated.sort(key=self.published.__getitem__, reverse=True)
        others = (position for position, day in enumerate(self.published) if not day)
        every = [*dated, *sorted(others, key=self.ids.__getitem__)]
        over = {
            position for position, moment in enumerate(self.moments) if moment.status.state in OVER
        }
        return sorted(
            every,
            key=lambda each: self.moments[each].status.sort_key if each in over else (-1,),
        )

    def keep(self, postings: dict[tuple[str, ...], Bits]) -> None:
        """Keep what was looked up; all else is forgotten when that becomes too much."""
        if len(self.postings) > MOST_POSTINGS:
            self.postings.clear()
        self.postings.update(postings)

    @cached_property
    def positions(self) -> dict[int, int]:
        """Positions by the key of the row."""
        return {key: position for position, key in enumerate(self.ids)}

    @cached_property
    def _by_number(self) -> dict[str, int]:
        """Positions by the key of the row, as a database writes it."""
        return {str(key): position for position, key in enumerate(self.ids)}

    def holding(self, entries: str) -> Bits:
        """Return which courses are among entries, given as "12,14,88". Others are passed over."""
        flags = bytearray(len(self.ids) // 8 + 1)
        for position in map(self._by_number.get, entries.split(",")):
            if position is not None:
                flags[position >> 3] |= 1 << (position & 7)
        return int.from_bytes(flags, "little")

    def counts_within(self, scope: Bits) -> Counts:
        """Return how many courses of a scope have each value; remembered, since scopes are few."""
        known = self.counted.get(scope)
        if known is None:
            known = {key: counted(values, scope) for key, values in self.values.items()}
            if len(self.counted) >= MOST_SCOPES:
                self.counted.clear()
            self.counted[scope] = known
        return known

    def keep_summaries(self, summaries: dict[int, CourseSummary]) -> None:
        """Keep what cards say; all else is forgotten when that becomes too much.

        Nothing of thousands at once, as saved searches find: no reader is shown them again.
        """
        if len(summaries) > MOST_SUMMARIES:
            return
        if len(self.summaries) + len(summaries) > MOST_SUMMARIES:
            self.summaries.clear()
        self.summaries.update(summaries)

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


def counted(values: dict[str, Bits], within: Bits) -> dict[str, int]:
    """Return how many courses have each of a facet's values."""
    return {value: (bits & within).bit_count() for value, bits in values.items()}


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


class Row(NamedTuple):
    """What a snapshot keeps of a row, and what it is sorted by."""

    order: tuple
    key: int
    moment: Moment
    title: str
    course: UUID
    published: datetime | None
    runs: str
    #: Facet values, hidden ones and the state, named as "key:value".
    names: tuple[str, ...]
    language: str
    is_source: bool


def read_rows(entries: QuerySet[CourseEntry], today: date) -> list[Row]:
    """Return rows in the order of a listing. One query."""
    fields = ("pk", "title", "moments", "values", "translation_key", "language", "is_source")
    found = []
    for key, title, moments, values, course, language, is_source, newest, runs in (
        entries.order_by().values_list(*fields, "newest_at", "runs").iterator(chunk_size=5000)
    ):
        moment, folded = at(moments, today), title.casefold()
        found.append(
            Row(
                order=(*moment.status.sort_key, folded, key),
                key=key,
                moment=moment,
                title=folded,
                course=course,
                published=newest,
                runs=runs,
                names=(*values.split(), f"{FacetKey.STATE}:{moment.status.state}"),
                language=language,
                is_source=is_source,
            )
        )
    found.sort(key=itemgetter(0))
    return found


def build(today: date) -> Snapshot:
    """Read the catalogue's rows and return them as bits. Two queries."""
    version = CatalogueVersion.objects.filter(pk=1).first()
    slot = version.slot if version else 0
    rows = read_rows(CourseEntry.objects.filter(slot=slot), today)
    having: dict[str, list[int]] = defaultdict(list)
    for position, row in enumerate(rows):
        for name in row.names:
            having[name].append(position)
    values: dict[FacetKey, dict[str, Bits]] = {}
    hidden: dict[HiddenKey, dict[str, Bits]] = {}
    for name, positions in sorted(having.items()):
        of_key, value = kept_in(values, hidden, name)
        of_key[value] = bits_of(positions, len(rows))
    return Snapshot(
        version=version.token if version else None,
        slot=slot,
        today=today,
        ids=[row.key for row in rows],
        moments=[row.moment for row in rows],
        titles=[row.title for row in rows],
        courses=[row.course for row in rows],
        published=[row.published for row in rows],
        run_texts=[row.runs for row in rows],
        values=values,
        hidden=hidden,
        visible={
            language: bits_of(shown, len(rows))
            for language, shown in shown_in(dict(enumerate(rows))).items()
        },
    )


def kept_in(
    values: dict[FacetKey, dict[str, Bits]], hidden: dict[HiddenKey, dict[str, Bits]], name: str
) -> tuple[dict[str, Bits], str]:
    """Return where the bits of "key:value" are kept, made where missing, and the value."""
    key, _colon, value = name.partition(":")
    if key in _HIDDEN:
        return hidden.setdefault(HiddenKey(key), {}), value
    return values.setdefault(FacetKey(key), {}), value


def shown_in(rows: Mapping[int, Row]) -> dict[str, list[int]]:
    """Return by language which page of each course a reader sees; "" for any other language.

    The page in their language, else the source page, else the first there is. ``rows`` by their
    positions, all those of a course or none.
    """
    by_course: dict[UUID, list[int]] = {}
    for position, row in rows.items():
        by_course.setdefault(row.course, []).append(position)
    alone = [positions[0] for positions in by_course.values() if len(positions) == 1]
    languages = {"", *(row.language for row in rows.values())}
    best: dict[str, list[int]] = {language: alone.copy() for language in languages}
    for positions in by_course.values():
        if len(positions) == 1:
            continue
        ranked = sorted(positions, key=lambda position: not rows[position].is_source)
        for language, shown in best.items():
            own = [position for position in ranked if rows[position].language == language]
            shown.append((own or ranked)[0])
    return best
