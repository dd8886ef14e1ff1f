"""The engine that asks Elasticsearch: hits, counts and order exactly those of the database engine.

It is fed from the rows of the read model, so both hold the same courses by the same words. One
request answers a page of results; only a page number beyond the last takes a second one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from operator import itemgetter
from typing import Self
from uuid import UUID

from elasticsearch import Elasticsearch

from .. import pending
from ..documents import read_summary
from ..query import CourseQuery, CourseResults, FacetKey, Hit, LikeCourses, Likeness, Sort
from ..reading import FEW, Reading
from ..readings import reading_of
from ..runs import Beginning, runs_of
from ..timeline import at
from .elastic import asides, index, queries
from .elastic.client import ServerFailedError, ask
from .elastic.lacking import Lacking
from .elastic.mapping import day_of
from .elastic.queries import Asked

Counts = dict[FacetKey, dict[str, int]]


class BehindError(Exception):
    """The server was not told of changes, or lacks what may be asked for: the database knows."""


class TooDeepError(Exception):
    """The server does not answer so far down the list."""


class ElasticsearchEngine:
    """Finds and counts by asking the server. It never writes: see ``elastic.keeping``."""

    name = "elasticsearch"

    def search(self, query: CourseQuery) -> CourseResults:
        """Answer a query. One statement, two where a page is set aside, and one request.

        Raises ``ServerFailedError``, ``BehindError`` and ``TooDeepError``: then the database
        answers.
        """
        return self.several([query])[0]

    def several(self, asked: Sequence[CourseQuery]) -> list[CourseResults]:
        """Answer queries: one statement and one request for all of them. Raises as ``search``."""
        standing = pending.standing()
        (today,) = {query.today for query in asked}
        lacking = _lacking(standing, today)
        if any(lacking.concern(query) for query in asked):
            raise BehindError
        windows = [_Window.of(query, reading_of(query, standing.version)) for query in asked]
        return [
            self._results(window, found, standing.version, lacking)
            for window, found in zip(windows, _found(windows, lacking), strict=True)
        ]

    def _results(
        self, window: _Window, found: Found, version: UUID | None, lacking: Lacking
    ) -> CourseResults:
        """Return the page that was asked for, by one request more where there is no such page."""
        query, reading = window.query, window.reading
        pages = max(ceil(found.total / max(query.page_size, 1)), 1)
        page = min(max(query.page, 1), pages)
        wanted = _Window(query, reading, (page - 1) * query.page_size, query.page_size)
        if found.total and wanted != window:
            if wanted.first + wanted.size > queries.DEEPEST:
                raise TooDeepError
            (found,) = _found([wanted], lacking)
        return CourseResults(
            **vars(found),
            page=page,
            pages=pages,
            engine=self.name,
            version=version,
            reading=reading,
        )

    def beside(self, likeness: Likeness) -> LikeCourses:
        """Return courses like one, and its translations. Statements and requests as a search."""
        if _lacking(pending.standing(), likeness.today).stand_beside(likeness):
            raise BehindError
        bodies = asides.beside(likeness)
        return ask(lambda client: _read_beside(_several(client, bodies), likeness.today))


def _lacking(standing: pending.Standing, today: date) -> Lacking:
    """Return what the index lacks. Raises ``BehindError`` if it was not told of a change."""
    if standing.behind:
        raise BehindError
    return Lacking.on(today) if standing.lacking else Lacking()


@dataclass(frozen=True)
class _Window:
    """Which of the hits of a query are asked for."""

    query: CourseQuery
    reading: Reading
    first: int
    size: int

    @classmethod
    def of(cls, query: CourseQuery, reading: Reading) -> Self:
        """Return the page that a query asks for; none where the server answers not so far down.

        Most likely there are not so many: the answer says, and the last page is asked for.
        """
        first = (max(query.page, 1) - 1) * query.page_size
        if first + query.page_size > queries.DEEPEST:
            return cls(query, reading, 0, 0)
        return cls(query, reading, first, query.page_size)


def _found(windows: Sequence[_Window], lacking: Lacking) -> list[Found]:
    """Return what the server finds for each. One request."""
    bodies = [
        queries.bodies(each.query, each.reading, first=each.first, size=each.size)
        for each in windows
    ]

    def read(client: Elasticsearch) -> list[Found]:
        answers = iter(_several(client, [body for each in bodies for body in each.values()]))
        return [
            _read({name: next(answers) for name in each}, window.query, window.reading, lacking)
            for each, window in zip(bodies, windows, strict=True)
        ]

    return ask(read)


@dataclass(frozen=True)
class Found:
    """What the server said of a query, by the names that results have for it."""

    hits: list[Hit]
    total: int
    counts: Counts
    without: dict[FacetKey, int]
    without_text: int
    without_wishes: int
    without_days: int
    offered: dict[FacetKey, frozenset[str]]
    widened: bool


def _read(
    answers: Mapping[str, dict], query: CourseQuery, reading: Reading, lacking: Lacking
) -> Found:
    hits, main, widened = answers[Asked.HITS], answers[Asked.COUNTS], False
    if queries.widens(query, reading):
        held = _number(main, queries.FOUND)
        if held < FEW:
            hits, main = answers[Asked.SOME_HITS], answers[Asked.SOME_COUNTS]
            widened = _number(main, queries.FOUND) != held
    narrowed, total = queries.Narrowed.by(query, reading), _number(main, queries.ALL)
    counts = _counts_of_facets(answers, main, narrowed, lacking)
    without = {key: _number(main, f"but_{key}") for key in narrowed.chosen}
    _check_states(counts, without.get(FacetKey.STATE, total), narrowed)
    offered = answers.get(Asked.OFFERED)
    anything = answers.get(Asked.WITHOUT_TEXT)
    return Found(
        hits=[_placed(each, query, narrowed.asked()) for each in hits["hits"]["hits"]],
        total=total,
        counts=counts,
        without=without,
        without_text=anything["hits"]["total"]["value"] if anything else total,
        without_wishes=_number(main, queries.ANY_WISH, total),
        without_days=_number(main, queries.ANY_DAY, total),
        offered={
            key: frozenset(values)
            for key, values in (
                _counts(offered["aggregations"], FacetKey) if offered else counts
            ).items()
        },
        widened=widened,
    )


def _counts_of_facets(
    answers: Mapping[str, dict], main: Mapping, narrowed: queries.Narrowed, lacking: Lacking
) -> Counts:
    """Return the counts of each facet: leaving out its own choice, or by occasion."""
    counted = main["aggregations"]
    counts = _counts(counted[queries.ALL], FacetKey)
    for key in narrowed.chosen:
        # A value that no course within the scope has, though some other has it, counts 0.
        everywhere = _counts(answers[Asked.EVERYWHERE]["aggregations"], [key])[key].keys()
        known = everywhere | lacking.values(key)
        counts[key] = dict.fromkeys(known & narrowed.query.choices[key], 0)
        counts[key] |= _counts(counted[f"but_{key}"], [key]).get(key, {})
    for key in queries.counted_by_run(narrowed):
        counts[key] = counts.get(key, {}) | _counts(counted[f"of_{key}"], [key])[key]
    return counts


def _check_states(counts: Counts, courses: int, narrowed: queries.Narrowed) -> None:
    """Raise ``ServerFailedError`` where the states of ``courses`` are not as many as they.

    Whatever index this is: each course has one state on a day, as has each occasion.
    """
    states = sum(counts[FacetKey.STATE].values())
    by_run = FacetKey.STATE in queries.counted_by_run(narrowed)
    if states < courses or (states > courses and not by_run):
        raise ServerFailedError("its counts do not add up")


def _number(answer: Mapping, name: str, otherwise: int = 0) -> int:
    """Read a count; ``otherwise`` where it was not asked for, since it would be that."""
    counted = answer["aggregations"].get(name)
    return counted["doc_count"] if counted else otherwise


def _counts(buckets: Mapping, keys: Iterable[FacetKey]) -> Counts:
    """Read the counts of those of the facets that were asked for here."""
    counts = {}
    for key in keys:
        if (bucket := buckets.get(key)) is not None:
            terms = bucket["day"]["values"] if "day" in bucket else bucket
            if terms["sum_other_doc_count"]:
                raise ServerFailedError("a facet has more values than were asked for")
            counts[key] = {
                each["key"]: each.get("courses", each)["doc_count"] for each in terms["buckets"]
            }
    return counts


def _placed(found: Mapping, query: CourseQuery, asked: Beginning) -> Hit:
    """Return a hit with the day it stands by, and the state of what meets the days."""
    source = found["_source"]
    hit = _hit(source, query.today)
    if query.sort in {Sort.START, Sort.DEADLINE}:
        hit = replace(hit, sorted_day=day_of(found["sort"][0]))
    if asked.is_dated and source["occasions"]:
        best = asked.best(runs_of("", (), source["occasions"]), query.today)
        hit = replace(hit, status=best.status) if best else hit
    return hit


def _hit(source: Mapping, today: date) -> Hit:
    moment = at([each["told"]["moment"] for each in source["moments"]], today)
    return Hit(
        page_id=source["page"],
        summary=read_summary(source["summary"]),
        status=moment.status,
        reason=moment.reason,
    )


def _read_beside(answers: list[dict], today: date) -> LikeCourses:
    similar, own = answers
    sources = sorted((hit["_source"] for hit in own["hits"]["hits"]), key=itemgetter("page"))
    return LikeCourses(
        hits=[_hit(each["_source"], today) for each in similar["hits"]["hits"]],
        translations={each["summary"]["language"]: each["summary"]["url"] for each in sources},
    )


def _several(client: Elasticsearch, bodies: Iterable[dict]) -> list[dict]:
    """Return the answers to some bodies, by one request. Half an answer is none."""
    lines = [line for body in bodies for line in ({"index": index.alias()}, body)]
    answers = client.msearch(searches=lines)["responses"]
    if len(answers) != len(lines) // 2:
        raise ServerFailedError("it answered something else")
    for each in answers:
        if "error" in each:
            raise ServerFailedError(f"it refused a search with {each['status']}")
        if each["timed_out"] or each["_shards"]["failed"]:
            raise ServerFailedError("a part of the index did not answer")
    return answers
