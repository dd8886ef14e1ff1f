"""From a query value to what the server is asked: pure functions of it and of its reading.

What is chosen must not narrow the courses that its own facet is counted among, so each count has a
filter of its own: all choices but its facet's. So it is with days and with what a text wishes,
since the answer says what there would be without them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.conf import settings
from elasticsearch.dsl import Search
from elasticsearch.dsl.query import (
    Bool,
    MatchAll,
    MatchNone,
    Nested,
    Query,
    Range,
    Term,
    Terms,
)

from ...query import Choices, CourseQuery, FacetKey, Likeness, Sort
from ...reading import Reading
from ...runs import OF_OCCASIONS, OVER, Beginning, beginning
from ...wish import values_of
from .mapping import ANY_LANGUAGE, DEADLINES
from .words import NOTHING, Sent, bonuses_of, some_of, terms_of

#: The server answers no deeper: what lies beyond, the database answers.
DEEPEST = 10_000
#: More values than a facet has: with fewer, the counts of several shards would be estimates.
MOST_VALUES = 10_000
#: Of a hit.
SOURCE = ("page", "summary", "moments.told", "occasions")
#: What an occasion is counted by.
_OF_RUN = {FacetKey.STATE: "runs.state", FacetKey.START: "runs.month"}
#: Names of counts: of what is found before any choice, with all choices, with all but some.
FOUND, ALL, ANY_WISH, ANY_DAY = "found", "all", "any_wish", "any_day"


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


def _run(asked: Beginning, today: date) -> list[Query]:
    """Keep of the occasions of a course, as of a day, those that meet what is asked."""
    day = today.toordinal()
    filters = [Range(runs__first={"lte": day}), Range(runs__last={"gte": day})]
    if asked.windows is not None:
        within = [
            Range(runs__day={"gte": low.toordinal(), "lte": high.toordinal()})
            for low, high in asked.windows
        ]
        filters.append(Bool(should=within, minimum_should_match=1) if within else MatchNone())
    if asked.months:
        filters.append(Terms(runs__month=sorted(asked.months)))
    if asked.states:
        filters.append(Terms(runs__state=sorted(asked.states)))
    return filters


def begun(asked: Beginning, today: date) -> list[Query]:
    """Keep the courses with such an occasion; without days the course's own state counts."""
    if asked.is_dated:
        return [Nested(path="runs", query=Bool(filter=_run(asked, today)))]
    return [_any_of(FacetKey.STATE, asked.states, today)] if asked.states else []


def every(filters: Iterable[Query]) -> Query:
    """Keep what passes all of the filters; without any, everything."""
    kept = list(filters)
    return Bool(filter=kept) if kept else MatchAll()


def scope_of(query: CourseQuery | Likeness) -> list[Query]:
    """Return what the page itself sets: the language of the reader, its scope, its pages."""
    filters = [visible(query.language), *chosen(query.scope, query.today).values()]
    if isinstance(query, CourseQuery) and query.only is not None:
        filters.append(Terms(page=sorted(query.only)))
    return filters


@dataclass(frozen=True)
class Narrowed:
    """What narrows the courses that the words find, by what it stems from."""

    query: CourseQuery
    reading: Reading
    wished: list[Query]
    #: Of facets that say nothing of occasions.
    choices: dict[FacetKey, Query]

    @classmethod
    def by(cls, query: CourseQuery, reading: Reading) -> Narrowed:
        """Return what narrows the courses of a query."""
        filters = chosen(query.choices, query.today)
        others = {key: each for key, each in filters.items() if key not in OF_OCCASIONS}
        wished = [Terms(values=sorted(values)) for values in values_of(reading.wishes)]
        return cls(query, reading, wished, others)

    @property
    def chosen(self) -> list[FacetKey]:
        """The facets in which anything is chosen."""
        return [key for key, values in self.query.choices.items() if values]

    def asked(self, **dropped: object) -> Beginning:
        """Return what is asked of occasions, but for what is dropped."""
        return beginning(self.query, self.reading, **dropped)

    def begun(self, **dropped: object) -> list[Query]:
        """Keep what meets it."""
        return begun(self.asked(**dropped), self.query.today)

    @property
    def all(self) -> list[Query]:
        """Everything."""
        return [*self.wished, *self.begun(), *self.choices.values()]

    @property
    def of_course(self) -> list[Query]:
        """Everything that says nothing of occasions."""
        return [*self.wished, *self.choices.values()]

    def but(self, key: FacetKey) -> list[Query]:
        """Everything but the choice of one facet."""
        others = (each for other, each in self.choices.items() if other != key)
        return [*self.wished, *self.begun(but=(key,)), *others]


class Asked(StrEnum):
    """The bodies of one request."""

    HITS = "hits"
    COUNTS = "counts"
    #: The same for some of the words.
    SOME_HITS = "some hits"
    SOME_COUNTS = "some counts"
    OFFERED = "offered"
    EVERYWHERE = "everywhere"
    WITHOUT_TEXT = "without text"


def bodies(query: CourseQuery, reading: Reading, *, first: int, size: int) -> dict[Asked, dict]:
    """Return what is asked in one request.

    A page of hits, and their counts apart: the server keeps counts until something changes, and
    need not count to sort. So for all the words, and for some of them where few courses might hold
    all. What a page offers, and what there is at all, hang on few things and so are mostly kept.
    """
    narrowed = Narrowed.by(query, reading)
    terms, scored = terms_of(reading), is_scored(query, reading)
    bonuses = bonuses_of(reading, sent(on_day(query.today))) if scored else []
    hits = _hits(query, reading, narrowed)[first : first + size].to_dict()
    counts = _counts(query, reading, narrowed).to_dict()
    asked = {}
    leasts = {Asked.HITS: len(terms), Asked.SOME_HITS: reading.least}
    for name, least in list(leasts.items())[: 2 if widens(query, reading) else 1]:
        words = some_of(terms, least) if terms else NOTHING if reading.says_nothing else None
        asked[name] = _with_words(hits, words, bonuses, scored=scored)
        counted = Asked.COUNTS if name == Asked.HITS else Asked.SOME_COUNTS
        asked[counted] = _with_words(counts, words, [], scored=False)
    if not reading.is_empty or narrowed.all:
        asked[Asked.OFFERED] = _facets(every(scope_of(query)), query.today)
    if narrowed.chosen:
        asked[Asked.EVERYWHERE] = _facets(MatchAll(), query.today)
    if not reading.is_empty:
        asked[Asked.WITHOUT_TEXT] = _without_text(query, narrowed)
    return {name: {"track_total_hits": False, **body} for name, body in asked.items()}


def sent(queries: Iterable[Query]) -> list[Sent]:
    """Return queries as they are sent."""
    return [each.to_dict() for each in queries]


def _with_words(body: dict, words: Sent | None, bonuses: list[Sent], *, scored: bool) -> dict:
    """Return a body that asks for words too: for their points, or only that they are there."""
    if words is None and not bonuses:
        return body
    filters = body["query"]["bool"]["filter"]
    if scored:
        asked = {"filter": filters, "must": [words] if words else [], "should": bonuses}
    else:
        asked = {"filter": [*filters, words]}
    return {**body, "query": {"bool": asked}}


def widens(query: CourseQuery, reading: Reading) -> bool:
    """Whether courses that hold only some of the words may be found."""
    return reading.may_widen and not query.strict


def is_scored(query: CourseQuery, reading: Reading) -> bool:
    """Whether points decide the order."""
    return query.sort == Sort.RELEVANCE and bool(reading.terms or reading.bonuses)


def _hits(query: CourseQuery, reading: Reading, narrowed: Narrowed) -> Search:
    asked = every([*scope_of(query), *narrowed.all])
    order = _order(query, narrowed.asked(), scored=is_scored(query, reading))
    return Search().query(asked).sort(*order).source(list(SOURCE))


def _counts(query: CourseQuery, reading: Reading, narrowed: Narrowed) -> Search:
    filters, choices = scope_of(query), [*narrowed.begun(), *narrowed.choices.values()]
    plain = not (reading.wishes or narrowed.asked().is_dated or widens(query, reading))
    if plain and len(choices) > 1:
        # What fails two choices is counted nowhere.
        filters.append(Bool(should=choices, minimum_should_match=len(choices) - 1))
    search = Search().query(every(filters))[0:0]
    _count(search, query, narrowed)
    return search


def _facets(asked: Query, today: date) -> dict:
    """Return the body that counts every value of some courses."""
    search = Search().query(asked)[0:0]
    _values(search.aggs, today, FacetKey)
    return search.to_dict()


def _without_text(query: CourseQuery, narrowed: Narrowed) -> dict:
    """Return the body that counts what there is without words."""
    asked = every([*scope_of(query), *narrowed.begun(wishes=False), *narrowed.choices.values()])
    return Search().query(asked)[0:0].extra(track_total_hits=True).to_dict()


def _count(search: Search, query: CourseQuery, narrowed: Narrowed) -> None:
    """Ask for counts: of facets without a choice among all that is chosen, of the others each.

    Months are counted by the occasions that are in a state that is asked for, whatever the state
    of their course.
    """
    today, by_run = query.today, counted_by_run(narrowed)
    found = [*narrowed.wished, *narrowed.begun(but=OF_OCCASIONS)]
    search.aggs.bucket(FOUND, "filter", filter=every(found))
    among = search.aggs.bucket(ALL, "filter", filter=every(narrowed.all))
    plain = [key for key in FacetKey if key not in narrowed.chosen and key not in by_run]
    _values(among, today, plain)
    for key in narrowed.chosen:
        rest = search.aggs.bucket(f"but_{key}", "filter", filter=every(narrowed.but(key)))
        _values(rest, today, [key] if key not in by_run else [])
    for key, asked in by_run.items():
        rest = search.aggs.bucket(f"of_{key}", "filter", filter=every(narrowed.of_course))
        runs = rest.bucket(str(key), "nested", path="runs")
        runs = runs.bucket("day", "filter", filter=Bool(filter=_run(asked, today)))
        values = runs.bucket("values", "terms", field=_OF_RUN[key], size=MOST_VALUES)
        values.bucket("courses", "reverse_nested")
    choices = narrowed.choices.values()
    if narrowed.reading.wishes:
        others = [*narrowed.begun(wishes=False), *choices]
        search.aggs.bucket(ANY_WISH, "filter", filter=every(others))
    if query.days != (None, None):
        others = [*narrowed.wished, *narrowed.begun(days=False), *choices]
        search.aggs.bucket(ANY_DAY, "filter", filter=every(others))


def counted_by_run(narrowed: Narrowed) -> dict[FacetKey, Beginning]:
    """Return the facets whose values are counted by occasion, with what is asked of those."""
    asked = {key: narrowed.asked(but=(key,)) for key in OF_OCCASIONS}
    return {
        key: each
        for key, each in asked.items()
        if each.is_dated or (key == FacetKey.START and each.states)
    }


def _values(within: object, today: date, keys: Iterable[FacetKey]) -> None:
    """Ask for how many courses have each value; a course has one state on a day."""
    for key in keys:
        if key == FacetKey.STATE:
            nested = within.bucket(str(key), "nested", path="moments")
            day = nested.bucket("day", "filter", filter=Bool(filter=on_day(today)))
            day.bucket("values", "terms", field="moments.state", size=MOST_VALUES)
        else:
            within.bucket(str(key), "terms", field=f"facet.{key}", size=MOST_VALUES)


def _order(query: CourseQuery, asked: Beginning, *, scored: bool) -> list[object]:
    """Return the order: exactly that of ``engines.database``, so that pages are the same."""
    state = state_order(query.today)
    if query.sort == Sort.NEWEST:
        newest = {"newest": {"order": "desc", "missing": "_last"}}
        return [_over_last(query.today), newest, {"page": "asc"}]
    if query.sort == Sort.START:
        return [_start_order(query, asked), *state]
    if query.sort == Sort.DEADLINE:
        return [_deadline_order(query, asked), *state]
    if scored:
        return ["_score", *state]
    if asked.is_dated:
        return [_nested("runs", "order", _run(asked, query.today)), *state[1:]]
    return state


def state_order(today: date) -> list[Mapping]:
    """Return the order by the state that a course has on a day, then by title."""
    nested = {"path": "moments", "filter": Bool(filter=on_day(today)).to_dict()}
    return [
        {"moments.order": {"order": "asc", "nested": nested}},
        {"title": "asc"},
        {"page": "asc"},
    ]


def _over_last(today: date) -> Mapping:
    """Return the order by the state of what is over, behind all else."""
    over = Terms(moments__state=[str(state) for state in OVER])
    order = _nested("moments", "order", [*on_day(today), over])
    order["moments.order"]["missing"] = "_first"
    return order


def _start_order(query: CourseQuery, asked: Beginning) -> Mapping:
    """Return the order by the next start: first of what one can join, then of what lies ahead."""
    ahead = Range(runs__day={"gte": query.today.toordinal()})
    states_aside = asked if asked.is_dated else Beginning()
    return _nested("runs", "start", [*_run(states_aside, query.today), ahead])


def _deadline_order(query: CourseQuery, asked: Beginning) -> Mapping:
    """Return the order by the next day to apply by, of what meets the days that are asked for."""
    if asked.is_dated:
        return _nested("runs", "deadline", _run(asked, query.today))
    ahead = Range(**{f"{DEADLINES}.day": {"gte": query.today.toordinal()}})
    return _nested(DEADLINES, "day", [ahead])


def _nested(path: str, name: str, filters: list[Query]) -> Mapping:
    """Return the order by the least of a number of parts that pass; without one last."""
    nested = {"path": path, "filter": Bool(filter=filters).to_dict()}
    order = {"order": "asc", "mode": "min", "missing": "_last", "nested": nested}
    return {f"{path}.{name}": order}
