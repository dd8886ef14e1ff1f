"""From a reading of a query to what the server is asked for it, point by point.

The server adds and compares points as the database engine does (``engines.ranking``): of a word's
ways the best counts, of a group's tokens the best; groups, needs and words add up. All are small
whole numbers, which its floating-point scores hold exactly.

A long query is some thousand parts: they are written as they are sent, once for all bodies of a
request. Building them of the client's objects took ten times as long.
"""

from __future__ import annotations

from collections.abc import Sequence

from ... import points as worth
from ...query import FacetKey
from ...reading import Group, Need, Reading, Term, Way

#: A query as it is sent.
Sent = dict[str, dict]

NOTHING: Sent = {"match_none": {}}


def points(filter_: Sent, number: int) -> Sent:
    """Give so many points to what passes a filter."""
    return {"constant_score": {"filter": filter_, "boost": number}}


def terms_of(reading: Reading) -> list[Sent]:
    """Return what finds the courses of each term, with their points."""
    return [_term(term) for term in reading.terms]


def some_of(terms: list[Sent], least: int) -> Sent:
    """Find the courses that meet at least so many of the terms."""
    return {"bool": {"should": terms, "minimum_should_match": least}}


def bonuses_of(reading: Reading, on_day: Sequence[Sent]) -> list[Sent]:
    """Return what gives points beside the words; ``on_day`` keeps the moment of the day."""
    stored, states = [], []
    for number, name in reading.bonuses:
        key, _colon, value = name.partition(":")
        if key == FacetKey.STATE:
            states.append(points({"term": {"moments.state": value}}, number))
        else:
            stored.append(points({"term": {"values": name}}, number))
    if states:
        of_day = {"filter": list(on_day), "should": states, "minimum_should_match": 1}
        stored.append(
            {"nested": {"path": "moments", "score_mode": "max", "query": {"bool": of_day}}}
        )
    return stored


def _term(term: Term) -> Sent:
    ways = [_way(way) for way in term.ways if way and all(way)]
    if not ways:
        return NOTHING
    word = points({"match_all": {}}, worth.EACH_WORD * term.weight)
    return {"bool": {"must": [_best(ways), word]}}


def _way(way: Way) -> Sent:
    needs = [_need(need) for need in way]
    return needs[0] if len(needs) == 1 else {"bool": {"must": needs}}


def _need(need: Need) -> Sent:
    groups = [_group(group) for group in need]
    return groups[0] if len(groups) == 1 else some_of(groups, 1)


def _group(group: Group) -> Sent:
    return _best([points({"terms": {"tokens": list(tokens)}}, number) for number, tokens in group])


def _best(queries: list[Sent]) -> Sent:
    return queries[0] if len(queries) == 1 else {"dis_max": {"queries": queries}}
