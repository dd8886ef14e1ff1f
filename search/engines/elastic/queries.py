"""From a query value to what the server is asked: pure functions of it and of its reading.

What is chosen must not narrow the courses that its own facet is counted among, so each count has a
filter of its own: all choices but its facet's. So it is with days and with what a text wishes,
since the answer says what there would be without them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

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

from ...query import Choices, CourseQuery, FacetKey, HiddenKey, Likeness, Sort
from ...reading import Reading
from ...wishes import Wish, WishKind
from .mapping import ANY_LANGUAGE, DAYS
from .words import bonuses_of, words_of

#: The server answers no deeper: what lies beyond, the database answers.
DEEPEST = 10_000
#: More values than a facet has: with fewer, the counts of several shards would be estimates.
MOST_VALUES = 10_000
#: Of a hit.
SOURCE = ("page", "summary", "moments.told")
#: Names of counts: of what is found before any choice, with all choices, with all but some.
FOUND, ALL, ANY_WISH, ANY_DAY, SEEN = "found", "all", "any_wish", "any_day", "seen"


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


def _wished(wish: Wish) -> Query:
    if wish.kind == WishKind.CREDITS:
        amounts = sorted(wish.amounts)
        return Terms(values=[f"{HiddenKey.AMOUNT}:{amount}" for amount in amounts])
    return _begins(wish.first, wish.last)


def _begins(first: date | None, last: date | None) -> Query:
    """Keep what begins on a day within two, both included."""
    limits = {"gte": first and first.toordinal(), "lte": last and last.toordinal()}
    path = DAYS[HiddenKey.DAY]
    within = Range(**{f"{path}.day": {key: day for key, day in limits.items() if day}})
    return Nested(path=path, query=within)


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

    wishes: list[Query] = field(default_factory=list)
    days: list[Query] = field(default_factory=list)
    choices: dict[FacetKey, Query] = field(default_factory=dict)

    @classmethod
    def by(cls, query: CourseQuery, reading: Reading) -> Narrowed:
        """Return what narrows the courses of a query."""
        return cls(
            wishes=[_wished(wish) for wish in reading.wishes],
            days=[] if query.days == (None, None) else [_begins(*query.days)],
            choices=chosen(query.choices, query.today),
        )

    @property
    def all(self) -> list[Query]:
        """Everything."""
        return [*self.wishes, *self.days, *self.choices.values()]

    def but(self, key: FacetKey) -> list[Query]:
        """Everything but the choice of one facet."""
        others = (each for other, each in self.choices.items() if other != key)
        return [*self.wishes, *self.days, *others]


def bodies(query: CourseQuery, reading: Reading, *, first: int, size: int) -> list[dict]:
    """Return what is asked in one request.

    A page of hits, and their counts apart: the server keeps counts until something changes, and
    need not count to sort. So for all the words, and for some of them where few courses might hold
    all. Then what there is without words, unless that is the same.
    """
    narrowed = Narrowed.by(query, reading)
    leasts = [len(reading.terms)]
    if widens(query, reading):
        leasts.append(reading.least)
    asked = []
    for least in leasts:
        asked.append(_hits(query, reading, narrowed, least)[first : first + size])
        asked.append(_counts(query, reading, narrowed, least))
    if not reading.is_empty or narrowed.all:
        asked.append(_scope(query, narrowed))
    return [each.extra(track_total_hits=False).to_dict() for each in asked]


def widens(query: CourseQuery, reading: Reading) -> bool:
    """Whether courses that hold only some of the words may be found."""
    return reading.may_widen and not query.strict


def is_scored(query: CourseQuery, reading: Reading) -> bool:
    """Whether points decide the order."""
    return query.sort == Sort.RELEVANCE and bool(reading.terms)


def _hits(query: CourseQuery, reading: Reading, narrowed: Narrowed, least: int) -> Search:
    scored = is_scored(query, reading)
    filters = [*scope_of(query), *narrowed.all]
    if reading.says_nothing:
        asked = MatchNone()
    elif not reading.terms:
        asked = every(filters)
    elif scored:
        bonuses = bonuses_of(reading, on_day(query.today))
        asked = Bool(filter=filters, must=[words_of(reading, least)], should=bonuses)
    else:
        asked = Bool(filter=[*filters, words_of(reading, least)])
    return Search().query(asked).sort(*_order(query, scored=scored)).source(list(SOURCE))


def _counts(query: CourseQuery, reading: Reading, narrowed: Narrowed, least: int) -> Search:
    filters = scope_of(query)
    if reading.terms:
        filters.append(words_of(reading, least))
    search = Search().query(MatchNone() if reading.says_nothing else every(filters))[0:0]
    _count(search, query, narrowed)
    return search


def _scope(query: CourseQuery, narrowed: Narrowed) -> Search:
    """Return the body that counts what there is without words: offered, and chosen."""
    search = Search().query(every(scope_of(query)))[0:0]
    without_text = every([*narrowed.days, *narrowed.choices.values()])
    search.aggs.bucket(ALL, "filter", filter=without_text)
    _values(search.aggs, query.today, FacetKey)
    return search


def _count(search: Search, query: CourseQuery, narrowed: Narrowed) -> None:
    """Ask for counts: of facets without a choice among all that is chosen, of the others each."""
    choices = narrowed.choices
    search.aggs.bucket(FOUND, "filter", filter=every([*narrowed.wishes, *narrowed.days]))
    among = search.aggs.bucket(ALL, "filter", filter=every(narrowed.all))
    # The states even so: their sum shows that the moments of courses are counted at all.
    _values(among, query.today, [key for key in FacetKey if key not in choices or key == "state"])
    for key in choices:
        rest = search.aggs.bucket(f"but_{key}", "filter", filter=every(narrowed.but(key)))
        _values(rest, query.today, [key])
    if choices:
        # A value that no course within the scope has, though some other has it, counts 0.
        everywhere = search.aggs.bucket(SEEN, "global")
        for key in choices:
            _values(everywhere, query.today, [key], only=query.choices[key])
    for name, on, others in (
        (ANY_WISH, narrowed.wishes, narrowed.days),
        (ANY_DAY, narrowed.days, narrowed.wishes),
    ):
        if on:
            search.aggs.bucket(name, "filter", filter=every([*others, *choices.values()]))


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
    state = state_order(query.today)
    if query.sort == Sort.NEWEST:
        return [{"newest": {"order": "desc", "missing": "_last"}}, {"page": "asc"}]
    if query.sort == Sort.START:
        return [_day_order(HiddenKey.DAY, query), *state]
    if query.sort == Sort.DEADLINE:
        return [_day_order(HiddenKey.DEADLINE, query), *state]
    return ["_score", *state] if scored else state


def state_order(today: date) -> list[Mapping]:
    """Return the order by the state that a course has on a day, then by title."""
    nested = {"path": "moments", "filter": Bool(filter=on_day(today)).to_dict()}
    return [
        {"moments.order": {"order": "asc", "nested": nested}},
        {"title": "asc"},
        {"page": "asc"},
    ]


def _day_order(key: HiddenKey, query: CourseQuery) -> Mapping:
    """Return the order by the next day of a kind that lies ahead; those without one last."""
    path = DAYS[key]
    first = max(query.today, query.days[0] or query.today).toordinal()
    ahead = Range(**{f"{path}.day": {"gte": first}}).to_dict()
    nested = {"path": path, "filter": ahead}
    return {f"{path}.day": {"order": "asc", "mode": "min", "missing": "_last", "nested": nested}}
