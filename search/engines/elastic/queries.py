"""From a query value to what the server is asked: pure functions, the same answer for the same day.

What is chosen must not narrow the hits that facets are counted among, so it filters after the
query (``post_filter``), and each count has a filter of its own: all choices but its facet's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.conf import settings
from elasticsearch.dsl import Search
from elasticsearch.dsl.query import (
    Bool,
    ConstantScore,
    MatchAll,
    MatchNone,
    Nested,
    Query,
    Range,
    Term,
    Terms,
)

from ...query import Choices, CourseQuery, FacetKey, Likeness, Sort
from .mapping import ANY_LANGUAGE

#: The server answers no deeper: what lies beyond, the database answers.
DEEPEST = 10_000
#: More values than a facet has: with fewer, the counts of several shards would be estimates.
MOST_VALUES = 10_000
#: Of the parts of an answer.
SOURCE = ("page", "summary", "moments.told")
ALL, SEEN = "all", "seen"


def visible(language: str) -> Query:
    """Keep one page of each course for a reader of ``language``."""
    known = {code for code, _name in settings.LANGUAGES}
    return Term(shown=language if language in known else ANY_LANGUAGE)


def on_day(today: date) -> list[Query]:
    """Keep of the moments of a course the one that holds on a day."""
    day = today.toordinal()
    return [Range(moments__first={"lte": day}), Range(moments__last={"gte": day})]


def chosen(choices: Choices, today: date) -> dict[FacetKey, Query]:
    """Return for each facet the filter of its choice: any of the values will do."""
    return {key: _any_of(key, values, today) for key, values in choices.items() if values}


def _any_of(key: FacetKey, values: Iterable[str], today: date) -> Query:
    if key == FacetKey.STATE:
        states = Terms(moments__state=sorted(values))
        return Nested(path="moments", query=Bool(filter=[*on_day(today), states]))
    return Terms(**{f"facet.{key}": sorted(values)})


def every(filters: Iterable[Query]) -> Query:
    """Keep what passes all of the filters; without any, everything."""
    kept = list(filters)
    return Bool(filter=kept) if kept else MatchAll()


def but(filters: Mapping[FacetKey, Query], key: FacetKey) -> Query:
    """Keep what passes all of the filters but one."""
    return every(each for other, each in filters.items() if other != key)


def scope_of(query: CourseQuery | Likeness) -> list[Query]:
    """Return what the page itself sets: the language of the reader, and its scope."""
    return [visible(query.language), *chosen(query.scope, query.today).values()]


def hits(query: CourseQuery, text: Query | None, *, first: int, size: int) -> dict:
    """Return the body that asks for a page of hits and for the counts of every facet."""
    choice = chosen(query.choices, query.today)
    search = Search().query(Bool(filter=scope_of(query), must=[text] if text else []))
    if choice:
        search = search.post_filter(every(choice.values()))
    search = search.sort(*_order(query, scored=text is not None)).source(list(SOURCE))
    search = search[first : first + size].extra(track_total_hits=True)
    _count(search, query, choice)
    return search.to_dict()


def scope(query: CourseQuery) -> dict:
    """Return the body that counts what there is without the words: offered, and chosen."""
    search = Search().query(every(scope_of(query)))[0:0].extra(track_total_hits=False)
    search.aggs.bucket(ALL, "filter", filter=every(chosen(query.choices, query.today).values()))
    _values(search.aggs, query.today, FacetKey)
    return search.to_dict()


def _count(search: Search, query: CourseQuery, choice: Mapping[FacetKey, Query]) -> None:
    """Ask for counts: of facets without a choice among all that is chosen, of the others each."""
    among = search.aggs.bucket(ALL, "filter", filter=every(choice.values()))
    _values(among, query.today, [key for key in FacetKey if key not in choice])
    if FacetKey.STATE in choice:  # its sum shows that moments are counted at all
        _values(among, query.today, [FacetKey.STATE])
    for key in choice:
        rest = search.aggs.bucket(f"but_{key}", "filter", filter=but(choice, key))
        _values(rest, query.today, [key])
    if choice:
        # A value that no course within the scope has, though some other has it, counts 0.
        everywhere = search.aggs.bucket(SEEN, "global")
        for key in choice:
            _values(everywhere, query.today, [key], only=query.choices[key])


def _values(
    within: object, today: date, keys: Iterable[FacetKey], only: Iterable[str] | None = None
) -> None:
    """Ask for how many courses have each value; a course has one state on a day."""
    size = {"size": MOST_VALUES} | ({} if only is None else {"include": sorted(only)})
    for key in keys:
        if key == FacetKey.STATE:
            nested = within.bucket(str(key), "nested", path="moments")
            day = nested.bucket("day", "filter", filter=Bool(filter=on_day(today)))
            day.bucket("values", "terms", field="moments.state", **size)
        else:
            within.bucket(str(key), "terms", field=f"facet.{key}", **size)


def _order(query: CourseQuery, *, scored: bool) -> list[object]:
    """Return the order: exactly that of ``engines.snapshot``, so that pages are the same."""
    state = [state_order(query.today), {"title": "asc"}, {"page": "asc"}]
    if query.sort == Sort.NEWEST:
        return [{"newest": {"order": "desc", "missing": "_last"}}, {"page": "asc"}]
    if query.sort == Sort.RELEVANCE and scored:
        return ["_score", *state]
    return state


def state_order(today: date) -> dict:
    """Return the order by the state that a course has on a day."""
    nested = {"path": "moments", "filter": Bool(filter=on_day(today)).to_dict()}
    return {"moments.order": {"order": "asc", "nested": nested}}


def nothing() -> Query:
    """Find nothing: what was typed holds no word at all."""
    return MatchNone()


def points(filter_: Query, number: float) -> Query:
    """Give so many points to what passes a filter."""
    return ConstantScore(filter=filter_, boost=number)
