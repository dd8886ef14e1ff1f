"""Random questions to a catalogue, and what an engine must answer: for the tests and `make bench`.

slow = brute.load()
for query in queries(slow, count=1000, seed=1, today=today):
    check(engine, slow, query)
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil

from search.engines import Engine
from search.query import CourseQuery, FacetKey, Sort
from search.synonyms import current

from .brute import Catalogue

#: Questions asked as of one day: an engine may prepare itself for a day.
A_DAY = 25
LANGUAGES = ("nb", "sv", "en")


@dataclass(frozen=True)
class Checked:
    """What a question was about, so that a test can tell that questions were not empty ones."""

    hits: int
    counted: int


def queries(slow: Catalogue, *, count: int, seed: int, today: date) -> Iterator[CourseQuery]:
    """Yield so many questions whose values and words occur in the catalogue; some do not."""
    pick = random.Random(seed)
    offered = {
        facet: sorted({value for row in slow.rows for value in row.values[facet]})
        for facet in slow.rows[0].values
    }
    words = sorted(word for word in slow.plain_words if not current().of((word,)))
    often = sorted(words, key=slow.plain_words.__getitem__)[-20:]
    for number in range(count):
        if number % A_DAY == 0:
            day = today + timedelta(days=pick.choice([0, pick.randint(-300, 300)]))
            offered["state"] = sorted({str(row.status(day).state) for row in slow.rows})
        yield CourseQuery(
            language=pick.choice(LANGUAGES),
            today=day,
            text=_text(pick, words, often),
            choices=_choices(pick, offered, pick.choices((0, 1, 2, 3, 4), (2, 4, 4, 2, 1))[0]),
            scope=_choices(pick, offered, pick.choice((0, 0, 1)), most=1),
            days=_days(pick, day),
            strict=True,
            sort=pick.choice(list(Sort)),
            page=pick.choice((1, 1, 2, 3, 7, 10_000, 0, -1)),
            page_size=pick.choice((5, 20, 50)),
        )


def _text(pick: random.Random, words: list[str], often: list[str]) -> str:
    """Return mostly no words, else one or two, written like someone in a hurry."""
    kind = pick.random()
    if kind < 0.4:
        return ""
    if kind < 0.44:
        return pick.choice(["ukjentord", "???", " "])
    asked = [pick.choice(words if kind < 0.6 else often)]
    if kind > 0.85:
        asked.append(pick.choice(often))
    return pick.choice([" ".join, ", ".join])(
        pick.choice([str, str.upper, str.title])(w) for w in asked
    )


def _days(pick: random.Random, today: date) -> tuple[date | None, date | None]:
    """Return mostly any days, else from one, to one, or both."""
    if pick.random() < 0.7:
        return (None, None)
    first = today + timedelta(days=pick.randint(-30, 120))
    last = first + timedelta(days=pick.randint(0, 120))
    return pick.choice([(first, None), (None, last), (first, last)])


def _choices(pick: random.Random, offered: dict, facets: int, *, most: int = 4) -> dict:
    found = {}
    for facet in pick.sample(sorted(filter(offered.get, offered)), facets):
        values = offered[facet]
        chosen = pick.sample(values, pick.randint(1, min(most, len(values))))
        if most > 1 and pick.random() < 0.1:
            chosen.append("finnes-ikke")
        found[FacetKey(facet)] = frozenset(chosen)
    return found


def check(engine: Engine, slow: Catalogue, query: CourseQuery) -> Checked:
    """Assert that the engine's answer is that of brute force: hits, order, states and counts."""
    expected = slow.hits(query)
    whole = engine.search(replace(query, page=1, page_size=len(slow.rows)))
    found = [hit.page_id for hit in whole.hits]
    if query.sort == Sort.RELEVANCE and query.text.strip():
        assert sorted(found) == sorted(expected), query
    else:
        assert found == expected, query
    assert whole.total == len(expected), query
    shown = slow.shown(query)
    assert [(hit.status, hit.sorted_day) for hit in whole.hits] == [shown[key] for key in found], (
        query
    )
    counts = slow.counts(query)
    assert some(whole.counts) == counts, query
    assert {str(facet): number for facet, number in whole.without.items()} == slow.without(query), (
        query
    )
    assert whole.without_text == slow.count(replace(query, text="")), query
    assert whole.without_days == slow.count(replace(query, days=(None, None))), query
    pages = max(ceil(len(expected) / query.page_size), 1)
    page = min(max(query.page, 1), pages)
    part = engine.search(query)
    first = (page - 1) * query.page_size
    assert (part.page, part.pages, part.total) == (page, pages, len(expected)), query
    assert [hit.page_id for hit in part.hits] == found[first : first + query.page_size], query
    assert part.counts == whole.counts, query
    return Checked(len(expected), sum(map(len, counts.values())))


def varied(query: CourseQuery, pick: random.Random, slow: Catalogue) -> CourseQuery:
    """Return a question with what brute force does not know: days, wishes, some of the pages."""
    first = query.today + timedelta(days=pick.randint(-200, 200))
    last = first + timedelta(days=pick.randint(0, 200))
    wish = pick.choice(["", "", "7,5 hp", "3 stp", "våren 2027", "uke 5", "oktober"])
    some_of = frozenset(pick.sample([row.pk for row in slow.rows], 300))
    return replace(
        query,
        text=f"{query.text} {wish}".strip(),
        days=pick.choice([(None, None), (first, last), (first, None), (None, last)]),
        plain=pick.random() < 0.2,
        strict=pick.random() < 0.2,
        only=pick.choice([None, None, some_of, frozenset()]),
    )


#: What is the same of two engines' results; the counts are compared without zeros.
SAME = (
    *("total", "page", "pages", "hits", "version", "reading", "widened"),
    *("without_text", "without", "without_wishes", "without_days"),
)


def check_same(engine: Engine, other: Engine, query: CourseQuery) -> int:
    """Assert that two engines give the same page of the same hits; return how many there are."""
    one, two = engine.search(query), other.search(query)
    assert one.engine != two.engine
    for name in SAME:
        assert getattr(one, name) == getattr(two, name), (name, query)
    assert some(one.counts) == some(two.counts), query
    offered = [{key: held for key, held in each.offered.items() if held} for each in (one, two)]
    assert offered[0] == offered[1], query
    for key, values in query.choices.items():  # one that only others have counts 0 on both
        known = [values & each.counts.get(key, {}).keys() for each in (one, two)]
        assert known[0] == known[1], query
    return one.total


def some(counts: dict) -> dict[str, dict[str, int]]:
    """Return counts without zeros, with facets by their name."""
    found = {
        str(facet): {value: number for value, number in values.items() if number}
        for facet, values in counts.items()
    }
    return {facet: values for facet, values in found.items() if values}
