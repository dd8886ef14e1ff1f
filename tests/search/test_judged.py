"""The judged queries are sound, and the score is what it says it is."""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256
from math import log2

import pytest

from catalogue.generated.content import VOCABULARIES, providers, vocabulary

from .judged import TODAY, Judgement, Kind, corpus, evaluate, held_out, ndcg, queries
from .judged.corpus import written
from .judged.judged import HELD_OUT, QUERIES

#: Changing this is changing what the ranking is measured by.
HELD_OUT_SHA256 = "e9d35587690733f0079c785d92fed9d41e19827442fc9df5967534d99796f7ad"
ALL = [*queries(), *held_out()]


def test_what_is_held_out_was_not_touched() -> None:
    assert sha256(HELD_OUT.read_bytes()).hexdigest() == HELD_OUT_SHA256


def test_there_are_enough_of_every_sort_in_both_parts() -> None:
    developed, kept = Counter(q.kind for q in queries()), Counter(q.kind for q in held_out())
    assert len(ALL) >= 180
    assert len(held_out()) == pytest.approx(len(ALL) / 3, rel=0.05)
    assert set(developed) == set(kept) == set(Kind)
    for kind in Kind:
        assert kept[kind] == pytest.approx((developed[kind] + kept[kind]) / 3, abs=1), kind
    assert sum(q.nothing for q in ALL) >= 20
    assert {q.language for q in queries()} == {q.language for q in held_out()}
    assert {q.language for q in ALL} == {"nb", "nn", "sv", "en"}


def test_no_query_stands_twice() -> None:
    assert len({q.id for q in ALL}) == len(ALL)
    # The same words of another reader may have another answer.
    assert len({(q.text.casefold(), q.language) for q in ALL}) == len(ALL)


@pytest.mark.parametrize("path", [QUERIES, HELD_OUT], ids=lambda path: path.stem)
def test_every_row_has_the_right_fields(path: object) -> None:
    for row in json.loads(path.read_text(encoding="utf-8")):
        assert set(row) - {"nothing"} == {"id", "text", "language", "kind", "grades"}, row["id"]
        assert row["text"] == row["text"].strip() != "", row["id"]
        assert all(type(grade) is int for grade in row["grades"].values()), row["id"]


@pytest.mark.parametrize("query", ALL, ids=lambda query: query.id)
def test_every_query_is_answered_by_courses_that_exist_or_by_none(query: Judgement) -> None:
    assert query.id.rpartition("-")[0] == query.kind
    assert query.nothing == (query.kind == Kind.NOTHING) == (not query.grades)
    assert set(query.grades) <= set(corpus())
    assert set(query.grades.values()) <= {1, 2, 3}


def test_codes_and_credits_are_those_of_the_courses() -> None:
    codes = {code.casefold(): key for key, course in corpus().items() for code in course.codes}
    for query in ALL:
        if query.kind == Kind.CODE:
            code = query.text.replace(" ", "-").casefold()
            assert set(query.grades) == {codes[code]}, query.id
        number, _space, unit = query.text.replace(",", ".").partition(" ")
        if query.kind == Kind.CREDITS and unit in {"hp", "stp"}:
            assert set(query.grades) == {
                course.key
                for course in corpus().values()
                if course.credit_system == unit and course.credits == type(course.credits)(number)
            }, query.id


def test_the_written_courses_are_whole() -> None:
    known, givers = vocabulary(), providers()
    for course in written():
        assert "/" not in course.key
        assert course.language in {"nb", "nn", "sv", "en"}, course.key
        assert course.title, course.key
        assert course.summary, course.key
        assert course.body, course.key
        for kind in VOCABULARIES:
            assert set(getattr(course, kind)) <= set(known[kind]), course.key
        assert course.service_areas, course.key
        assert course.target_groups, course.key
        giver = givers[course.provider]
        # Only universities and colleges give credits, each those of its country.
        system = {"NO": "stp", "SE": "hp"}[giver["country"]] if course.credits else "none"
        assert course.credit_system == system, course.key
        assert giver.get("is_higher_education") or not course.credits, course.key
        assert all(first > TODAY for first in course.starts_on), course.key
    assert len({course.key for course in written()}) == len(written())
    codes = [code for course in corpus().values() for code in course.codes]
    assert len(set(codes)) == len(codes)


GRADES = {"best": 3, "good": 2, "fair": 1}
#: Of the best order: 7 / log2(2) + 3 / log2(3) + 1 / log2(4).
IDEAL = 7 + 3 / log2(3) + 0.5


@pytest.mark.parametrize(
    ("ranking", "score"),
    [
        (["best", "good", "fair"], 1.0),
        (["best", "good", "fair", "other", "another"], 1.0),
        (["fair", "good", "best"], (1 + 3 / log2(3) + 3.5) / IDEAL),
        (["other", "best"], 7 / log2(3) / IDEAL),
        (["best", "best", "best"], 7 / IDEAL),
        (["good"], 3 / IDEAL),
        ([], 0.0),
        (["other"], 0.0),
        ([*"abcdefghi", "best"], 7 / log2(11) / IDEAL),
        ([*"abcdefghij", "best"], 0.0),
    ],
)
def test_ndcg_by_hand(ranking: list[str], score: float) -> None:
    assert ndcg(ranking, GRADES) == pytest.approx(score)


def test_ndcg_of_the_reversed_order_is_lower() -> None:
    assert 0 < ndcg(["fair", "good", "best"], GRADES) < 0.7


def test_ten_of_twelve_perfect_answers_are_a_perfect_page() -> None:
    grades = dict.fromkeys("abcdefghijkl", 3)
    assert ndcg("cdefghijkl", grades) == pytest.approx(1)
    assert ndcg("cdefghijk", grades) < 1


def test_without_a_relevant_course_there_is_no_score() -> None:
    with pytest.raises(ValueError, match="no best order"):
        ndcg(["a"], {})


def test_scores_are_means_and_empty_pages_are_apart() -> None:
    asked = []
    judgements = [
        Judgement("a", "to", "nb", Kind.BROAD, {"x": 3}),
        Judgement("b", "tre", "sv", Kind.BROAD, {"x": 3}),
        Judgement("c", "fire", "nn", Kind.PHRASE, {"y": 1}),
        Judgement("d", "fem", "en", Kind.NOTHING, {}, nothing=True),
        Judgement("e", "tomt", "en", Kind.NOTHING, {}, nothing=True),
    ]

    def rank(text: str, language: str) -> list[str]:
        asked.append((text, language))
        return [] if text in {"tomt", "tre"} else ["x"]

    scores = evaluate(rank, judgements)
    assert asked == [("to", "nb"), ("tre", "sv"), ("fire", "nn"), ("fem", "en"), ("tomt", "en")]
    assert scores.by_query == {"a": 1.0, "b": 0.0, "c": 0.0}
    assert scores.by_kind == {Kind.BROAD: 0.5, Kind.PHRASE: 0.0}
    assert scores.ndcg == pytest.approx(1 / 3)
    assert (scores.empty, scores.not_empty) == (0.5, ["d"])
    assert scores.worst(1) == [("b", 0.0)]


def test_the_grades_themselves_are_a_perfect_ranking() -> None:
    best = {(q.text, q.language): sorted(q.grades, key=lambda key: -q.grades[key]) for q in ALL}
    scores = evaluate(lambda text, language: best[text, language], ALL)
    assert scores.ndcg == pytest.approx(1)
    assert scores.empty == 1
