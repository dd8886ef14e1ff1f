"""Suggestions while one types: courses by title, and what courses are listed by.

What is suggested is what readers may find: the rows of the read model, in the reader's language.
Each worker keeps the names of a catalogue version in memory; the courses that are shown are read
anew, since one may go between the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from threading import Lock
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from catalogue.presenters.states import foreign
from catalogue.trunk import read_trunk

from .completing import completed, is_like_a_code
from .labels import labels
from .models import CatalogueChange, CatalogueVersion, CourseEntry
from .names import Names, Positions, folded_words
from .query import Choices, CourseQuery, FacetKey, Hit
from .terms import KINDS

#: Letters that are looked at.
LONGEST = 80
#: Suggestions in all; things that courses are listed by, in all and of one kind.
MOST = 8
MOST_TERMS = 4
MOST_OF_A_KIND = 2
#: Terms that begin as typed and are weighed against each other.
MOST_WEIGHED = 200
#: What a suggestion can be within: a region's listing, or that of one thing.
SCOPES = (FacetKey.REGION, *(kind.facet for kind in KINDS.values()))
_SCOPED = tuple(f"{key}:" for key in SCOPES)
#: What is read of a row.
_FIELDS = ("page_id", "title", "values", "translation_key", "language", "is_source")
#: Pages that are looked at one by one; with more of them all names are read.
MOST_FOLLOWED = 12
_SEGMENTS = {kind.facet: segment for segment, kind in KINDS.items()}


@dataclass(frozen=True)
class Suggested:
    """A title of courses (no ``key``) or what they are listed by, with how many there are."""

    label: str
    url: str
    key: FacetKey | None = None
    count: int = 0
    #: Of a course: whose it is, and its language where it is not the reader's.
    note: str = ""
    lang: str = ""


@dataclass(frozen=True)
class Term:
    """A value of a facet by its name in one language."""

    key: FacetKey
    value: str
    label: str


@dataclass(frozen=True)
class Known:
    """The names of a catalogue version; positions are those of its courses by title."""

    version: UUID | None
    slot: int
    pages: list[int]
    courses: Names
    #: By facet, by value: which courses have it, as bits. By language: which page readers see,
    #: and which pages are written in it.
    values: dict[FacetKey, dict[str, int]]
    visible: dict[str, int]
    languages: dict[str, int]
    #: The pages that are their course's source.
    sources: int
    #: Addresses of the regions' listings, by region and language; "" is any language.
    listings: dict[tuple[str, str], str]
    terms: dict[str, tuple[list[Term], Names]] = field(default_factory=dict)

    @cached_property
    def positions(self) -> dict[int, int]:
        """Positions by page."""
        return {page: position for position, page in enumerate(self.pages)}

    def within(self, language: str, scope: Choices) -> int:
        """Return as bits the courses of a scope that a reader of ``language`` sees."""
        bits = self.visible.get(language, self.visible[""])
        for key, wanted in scope.items():
            having = self.values.get(key, {})
            some = 0
            for value in wanted:
                some |= having.get(value, 0)
            bits &= some
        return bits

    def terms_in(self, language: str) -> tuple[list[Term], Names]:
        """Return what courses are listed by, in the order of the names."""
        if language not in self.terms:
            called = labels(language, self.version)
            found = sorted(
                (" ".join(folded_words(name)), key, value, name)
                for key in _SEGMENTS
                for value in self.values.get(key, {})
                if (name := called[key].get(value))
            )
            terms = [Term(key, value, name) for _folded, key, value, name in found]
            self.terms[language] = terms, Names([each[0] for each in found])
        return self.terms[language]


class Typeahead:
    """The names that this worker keeps."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: Known | None = None

    def forget(self) -> None:
        """Read the names anew at the next question."""
        self._known = None

    def suggest(self, text: str, language: str, scope: Choices) -> list[Suggested]:
        """Return what ``text`` may be the beginning of. Two statements while the names are kept.

        Where no name begins so, also what a search would find (``search.completing``).
        """
        typed = folded_words(text[:LONGEST])
        if not typed:
            return []
        known = self._get()
        within = known.within(language, scope)
        terms = self._terms(known, typed, language, scope, within)
        courses = self._courses(known, typed, language, scope, within, MOST - len(terms))
        if is_like_a_code(text) or not (courses or terms):
            query = CourseQuery(
                language=language,
                today=timezone.localdate(),
                text=text[:LONGEST],
                scope=scope,
                page_size=MOST - len(terms),
            )
            hits = completed(query, known.version, only_codes=bool(courses or terms))
            courses = _once([*(_of_hit(hit, scope) for hit in hits), *courses])
        return [*courses[: MOST - len(terms)], *terms]

    def _get(self) -> Known:
        """Return the names of the catalogue as it is; after a change, whoever asks first waits."""
        version, known = CatalogueVersion.current(), self._known
        if known and known.version == version:
            return known
        with self._lock:
            # Others may have waited here for the same, or for a version before.
            known = self._known
            if known is None or known.version != version:
                known = self._known = (known and brought_up(known)) or read()
            return known

    @staticmethod
    def _terms(
        known: Known, typed: list[str], language: str, scope: Choices, within: int
    ) -> list[Suggested]:
        terms, names = known.terms_in(language)
        found = []
        for place, position in enumerate(islice(names.matching(typed), MOST_WEIGHED)):
            term = terms[position]
            count = (known.values[term.key][term.value] & within).bit_count()
            if count and term.key not in scope:
                begins = names.folded[position].startswith(typed[0])
                found.append(((not begins, -count, place), term, count))
        chosen: list[Suggested] = []
        for _rank, term, count in sorted(found, key=lambda each: each[0]):
            same = sum(each.key == term.key for each in chosen)
            if same < MOST_OF_A_KIND and len(chosen) < MOST_TERMS:
                url = (
                    _listing(known, language, scope, {str(term.key): term.value})
                    if scope
                    else reverse("search:courses_by", args=[_SEGMENTS[term.key], term.value])
                )
                chosen.append(Suggested(term.label, url, term.key, count))
        order = list(_SEGMENTS)
        return sorted(chosen, key=lambda each: order.index(each.key))

    @staticmethod
    def _courses(
        known: Known, typed: list[str], language: str, scope: Choices, within: int, most: int
    ) -> list[Suggested]:
        """Return titles of courses, those in the reader's language first."""
        titled: dict[str, list[int]] = {}
        own = known.languages.get(language, 0)
        for bits in (within & own, within & ~own):
            among = Positions(bits)
            for position in known.courses.matching(typed, among):
                title = known.courses.folded[position]
                if title not in titled:
                    if len(titled) == most:
                        break
                    same = [each for each in known.courses.same(position) if each in among]
                    titled[title] = same or [position]
        firsts = [known.pages[same[0]] for same in titled.values()]
        rows = CourseEntry.objects.read().filter(page__in=firsts)
        there = dict(rows.values_list("page_id", "summary")) if firsts else {}
        whose = _whose(scope)
        return [
            Suggested(
                label=summary["title"],
                url=summary["url"]
                if len(same) == 1
                else _listing(known, language, scope, {"q": summary["title"]}),
                count=len(same),
                note=summary.get(whose, ""),
                lang=foreign(summary["language"])[0],
            )
            for same in titled.values()
            if (summary := there.get(known.pages[same[0]]))
        ]


def _whose(scope: Choices) -> str:
    return "provider" if FacetKey.REGION in scope else "region"


def _of_hit(hit: Hit, scope: Choices) -> Suggested:
    """Return the suggestion of a course that was found, by its page."""
    course = hit.summary
    note = getattr(course, _whose(scope))
    return Suggested(course.title, course.url, count=1, note=note, lang=foreign(course.language)[0])


def _once(courses: list[Suggested]) -> list[Suggested]:
    """Return suggestions, of those of one title the first."""
    return list({course.label: course for course in reversed(courses)}.values())[::-1]


def read() -> Known:
    """Read the names of every course that readers may find. Three statements."""
    version = CatalogueVersion.objects.filter(pk=1).first()
    entries = CourseEntry.objects.filter(slot=version.slot if version else 0)
    rows = sorted(
        (" ".join(folded_words(row[1])), row)
        for row in entries.values_list(*_FIELDS).iterator(chunk_size=5000)
    )
    having: dict[str, list[int]] = {}
    for position, (_folded, row) in enumerate(rows):
        for name in _scoped(row[2]):
            having.setdefault(name, []).append(position)
    values: dict[FacetKey, dict[str, int]] = {}
    for name, positions in having.items():
        key, _colon, value = name.partition(":")
        values.setdefault(FacetKey(key), {})[value] = _bits(positions, len(rows))
    return Known(
        version=version.token if version else None,
        slot=version.slot if version else 0,
        pages=[row[0] for _folded, row in rows],
        courses=Names([folded for folded, _row in rows]),
        values=values,
        visible=_visible([row[3:] for _folded, row in rows]),
        languages={
            language: _bits(
                [position for position, each in enumerate(rows) if each[1][4] == language],
                len(rows),
            )
            for language in {row[4] for _folded, row in rows}
        },
        sources=_bits([position for position, each in enumerate(rows) if each[1][5]], len(rows)),
        listings=_listings(),
    )


def brought_up(known: Known) -> Known | None:
    """Return the names as of now, None if that takes reading them all. Four statements.

    That takes a second where there are 50,000, and most changes are of days, seats and texts: then
    they stay, but for courses that are gone.
    """
    version = CatalogueVersion.objects.filter(pk=1).first()
    if version is None or known.version is None or version.slot != known.slot:
        return None
    if version.token == known.version:
        return known
    pages = CatalogueChange.between(known.version, version.token)
    if pages is None or len(pages) > MOST_FOLLOWED:
        return None
    entries = CourseEntry.objects.filter(slot=known.slot, page__in=pages)
    rows = {row[0]: row for row in entries.values_list(*_FIELDS)}
    gone = 0
    for page in pages:
        position = known.positions.get(page)
        if page in rows:
            if position is None or not _is_same(known, position, rows[page]):
                return None
        elif position is not None:
            if not all(bits >> position & 1 for bits in known.visible.values()):
                return None  # it has translations, which others see now, or it had gone before
            gone |= 1 << position
    return replace(
        known,
        version=version.token,
        values={
            key: {value: left for value, bits in found.items() if (left := bits & ~gone)}
            for key, found in known.values.items()
        },
        visible={language: bits & ~gone for language, bits in known.visible.items()},
        languages={language: bits & ~gone for language, bits in known.languages.items()},
        sources=known.sources & ~gone,
        listings=_listings(),
        terms={},
    )


def _is_same(known: Known, position: int, row: tuple) -> bool:
    """Whether a row has the name, the values and the place among translations that are known."""
    _page, title, values, _course, language, is_source = row
    held = {
        f"{key}:{value}"
        for key, found in known.values.items()
        for value, bits in found.items()
        if bits >> position & 1
    }
    return (
        known.courses.folded[position] == " ".join(folded_words(title))
        and held == set(_scoped(values))
        and bool(known.languages.get(language, 0) >> position & 1)
        and bool(known.sources >> position & 1) == is_source
    )


def _scoped(values: str) -> Iterator[str]:
    """Yield those of a row's values that suggestions can be within."""
    return (name for name in values.split() if name.startswith(_SCOPED))


def _bits(positions: list[int], count: int) -> int:
    flags = bytearray(count // 8 + 1)
    for position in positions:
        flags[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(flags, "little")


def _visible(rows: list[tuple[UUID, str, bool]]) -> dict[str, int]:
    """Return by language which page of each course readers see: as the listing does."""
    by_key: dict[UUID, dict[str, int]] = {}
    source: dict[UUID, int] = {}
    for position, (key, language, is_source) in enumerate(rows):
        by_key.setdefault(key, {})[language] = position
        if is_source or key not in source:
            source[key] = position
    languages = {language for _key, language, _source in rows} | {""}
    return {
        language: _bits([by_key[key].get(language, source[key]) for key in by_key], len(rows))
        for language in languages
    }


def _listings() -> dict[tuple[str, str], str]:
    trunk, found = read_trunk(), {}
    for region in trunk.branches:
        index = trunk.index_below(region) if region.is_region and region.readable else None
        if index:
            found[region.region_slug, region.language] = index.url
            if region.language == region.region_language or (region.region_slug, "") not in found:
                found[region.region_slug, ""] = index.url
    return found


def _listing(known: Known, language: str, scope: Choices, choice: Mapping[str, str]) -> str:
    """Return the address of what is chosen, in the listing that the scope is."""
    for key, values in scope.items():
        (within,) = values
        if key in _SEGMENTS:
            return (
                f"{reverse('search:courses_by', args=[_SEGMENTS[key], within])}?{urlencode(choice)}"
            )
        for spoken in (language, ""):
            if url := known.listings.get((within, spoken)):
                return f"{url}?{urlencode(choice)}"
        choice = {str(key): within, **choice}
    return f"{reverse('search:courses')}?{urlencode(choice)}"


typeahead = Typeahead()
