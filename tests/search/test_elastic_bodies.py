"""What the search server is asked and told, without one: pure functions of the values."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from catalogue.states import DateKind, OccasionState, OccasionStatus
from search.engines.elastic import mapping, queries, words
from search.engines.elastic.mapping import Sibling
from search.engines.elastic.queries import Asked
from search.query import CourseQuery, FacetKey, Sort
from search.reading import Reading, Term

TODAY = date(2027, 2, 1)
NEED = (((120, ("te_kurs",)), (60, ("ts_kurs", "ts_kur"))), ((20, ("be_kurs",)),))
KURS = Term("kurs", ((NEED,),))
LOST = Term("qzx", ())


def a_query(**fields: object) -> CourseQuery:
    return CourseQuery(**{"language": "nb", "today": TODAY} | fields)


def bodies(query: CourseQuery, reading: Reading | None = None) -> dict[Asked, dict]:
    return queries.bodies(query, reading or Reading(), first=0, size=20)


def test_without_words_and_choices_hits_and_counts_say_all() -> None:
    asked = bodies(a_query())
    assert asked.keys() == {Asked.HITS, Asked.COUNTS}
    hits, counts = asked.values()
    assert hits["query"] == counts["query"] == {"bool": {"filter": [{"term": {"shown": "nb"}}]}}
    assert (hits["from"], hits["size"], counts["size"]) == (0, 20, 0)
    assert counts["aggs"]["all"]["aggs"].keys() == {str(key) for key in FacetKey}


def test_a_choice_narrows_the_hits_and_the_counts_of_other_facets_only() -> None:
    choices = {FacetKey.LEVEL: frozenset({"basic"}), FacetKey.STATE: frozenset({"open"})}
    asked = bodies(a_query(choices=choices))
    assert asked.keys() == {Asked.HITS, Asked.COUNTS, Asked.OFFERED, Asked.EVERYWHERE}
    level = {"terms": {"facet.level": ["basic"]}}
    assert level in asked[Asked.HITS]["query"]["bool"]["filter"]
    counts = asked[Asked.COUNTS]
    assert level not in counts["query"]["bool"]["filter"]
    assert level not in counts["aggs"]["but_level"]["filter"]["bool"]["filter"]
    assert level in counts["aggs"]["but_state"]["filter"]["bool"]["filter"]
    assert "level" not in counts["aggs"]["all"]["aggs"]
    # What fails both is not looked at.
    assert counts["query"]["bool"]["filter"][1]["bool"]["minimum_should_match"] == 1
    # These are the same whatever is chosen, and so are kept.
    other = bodies(a_query(choices={FacetKey.PLACE: frozenset({"distance"})}))
    for name in (Asked.OFFERED, Asked.EVERYWHERE):
        assert asked[name] == other[name]
        assert asked[name]["size"] == 0


def test_some_words_are_asked_for_beside_all_only_where_some_will_do() -> None:
    reading = Reading("a b c", (KURS, LOST, KURS), least=2)
    asked = bodies(a_query(text="a b c", sort=Sort.RELEVANCE), reading)
    leasts = [
        asked[name]["query"]["bool"]["must"][0]["bool"]["minimum_should_match"]
        for name in (Asked.HITS, Asked.SOME_HITS)
    ]
    assert leasts == [3, 2]
    strict = bodies(a_query(text="a b c", strict=True), reading)
    assert strict.keys() == {Asked.HITS, Asked.COUNTS, Asked.OFFERED, Asked.WITHOUT_TEXT}
    nothing = bodies(a_query(text="???"), Reading("???"))
    for name in (Asked.HITS, Asked.COUNTS):
        assert {"match_none": {}} in nothing[name]["query"]["bool"]["filter"]


def test_points_are_those_of_the_reading() -> None:
    asked = words.terms_of(Reading("kurs", (KURS, LOST)))
    assert asked[1] == {"match_none": {}}
    best, word = asked[0]["bool"]["must"]
    assert word["constant_score"]["boost"] == 400
    title, body = best["bool"]["should"]
    assert [each["constant_score"]["boost"] for each in title["dis_max"]["queries"]] == [120, 60]
    assert body["constant_score"] == {"filter": {"terms": {"tokens": ["be_kurs"]}}, "boost": 20}


def test_the_order_of_numbers_is_that_of_statuses() -> None:
    days = (date(2027, 1, 1), date(2027, 6, 1), date.min, date.max)
    statuses = [
        OccasionStatus(state, DateKind.STARTS if day else None, day)
        for state in OccasionState
        for day in (None, *days)
    ]
    ranked = sorted(statuses, key=lambda each: each.sort_key)
    assert all(mapping.order_of(one) < mapping.order_of(two) for one, two in pairwise(ranked))


def test_of_the_pages_of_a_course_each_reader_sees_one() -> None:
    source = Sibling(7, "nb", is_source=True, title="Å lede")
    english = Sibling(3, "en", is_source=False, title="Leading")
    twin = Sibling(4, "en", is_source=False, title="leading")
    shown = mapping.shown_to([english, source, twin])
    assert shown == {7: ["*", "nb", "sv"], 3: ["en"], 4: []}
    # Without a source the first by title is everybody's.
    assert mapping.shown_to([english, twin])[3] == ["*", "en", "nb", "sv"]


def test_a_digest_is_of_the_row_and_of_who_sees_it() -> None:
    one = mapping.digest_of(1, ["nb"])
    assert one == mapping.digest_of(1, ["nb"])
    assert len({one, mapping.digest_of(2, ["nb"]), mapping.digest_of(1, ["nb", "sv"])}) == 3
    assert 0 <= mapping.check_of(one) < 2**31
