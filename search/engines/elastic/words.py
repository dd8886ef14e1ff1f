"""From a reading of a query to what the server is asked for it, point by point.

The server adds and compares points as the database engine does (``engines.ranking``): of a word's
ways the best counts, of a group's tokens the best; groups, needs and words add up. All are small
whole numbers, which its floating-point scores hold exactly.
"""

from __future__ import annotations

from collections.abc import Sequence

from elasticsearch.dsl.query import (
    Bool,
    ConstantScore,
    DisMax,
    MatchAll,
    MatchNone,
    Nested,
    Query,
)
from elasticsearch.dsl.query import Term as HasTerm
from elasticsearch.dsl.query import Terms as HasAny

from ... import points as worth
from ...query import FacetKey
from ...reading import Group, Need, Reading, Term, Way


def points(filter_: Query, number: int) -> Query:
    """Give so many points to what passes a filter."""
    return ConstantScore(filter=filter_, boost=number)


def words_of(reading: Reading, least: int) -> Query:
    """Find the courses that meet at least so many of the terms, with their points."""
    return Bool(should=[_term(term) for term in reading.terms], minimum_should_match=least)


def bonuses_of(reading: Reading, on_day: Sequence[Query]) -> list[Query]:
    """Return what gives points beside the words; ``on_day`` keeps the moment of the day."""
    stored, states = [], []
    for number, name in reading.bonuses:
        key, _colon, value = name.partition(":")
        if key == FacetKey.STATE:
            states.append(points(HasTerm(moments__state=value), number))
        else:
            stored.append(points(HasTerm(values=name), number))
    if states:
        of_day = Bool(filter=list(on_day), should=states, minimum_should_match=1)
        stored.append(Nested(path="moments", score_mode="max", query=of_day))
    return stored


def _term(term: Term) -> Query:
    ways = _best([_way(way) for way in term.ways if way and all(way)])
    if isinstance(ways, MatchNone):
        return ways
    return Bool(must=[ways, points(MatchAll(), worth.EACH_WORD * term.weight)])


def _way(way: Way) -> Query:
    needs = [_need(need) for need in way]
    return needs[0] if len(needs) == 1 else Bool(must=needs)


def _need(need: Need) -> Query:
    groups = [_group(group) for group in need]
    return groups[0] if len(groups) == 1 else Bool(should=groups, minimum_should_match=1)


def _group(group: Group) -> Query:
    return _best([points(HasAny(tokens=list(tokens)), number) for number, tokens in group])


def _best(queries: list[Query]) -> Query:
    if not queries:
        return MatchNone()
    return queries[0] if len(queries) == 1 else DisMax(queries=queries)
