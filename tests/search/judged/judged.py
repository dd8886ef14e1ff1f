"""Judged queries, and the score of a ranking over them.

Two parts. ``queries()`` are for work on the ranking. ``held_out()`` are for the one measurement at
its end: whoever works on the ranking neither reads the file nor looks at its scores query by query,
since a ranking that was fitted to them would no longer be measured by them. A test pins its hash.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import log2
from pathlib import Path
from statistics import fmean

HERE = Path(__file__).parent
QUERIES, HELD_OUT = HERE / "queries.json", HERE / "held_out.json"
#: Hits that count: a reader looks at few more.
DEPTH = 10

#: What is scored: the words and the reader's language in, the keys of courses out, best first. All
#: of them or the first page; none says that nothing was found.
Rank = Callable[[str, str], Sequence[str]]


class Kind(StrEnum):
    """What a query asks of the search."""

    INFLECTION = "inflection"
    COMPOUND = "compound"
    MISSPELLING = "misspelling"
    SYNONYM = "synonym"
    CROSSING = "crossing"
    FOLDED = "folded"
    CODE = "code"
    CREDITS = "credits"
    TERM = "term"
    PHRASE = "phrase"
    BROAD = "broad"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Judgement:
    """A query with what should answer it: 3 the very thing, 2 good, 1 acceptable, else 0."""

    id: str
    text: str
    #: Of the reader; "nn" too, though the interface has no page in it.
    language: str
    kind: Kind
    grades: Mapping[str, int]
    #: Whether the right answer is an empty page.
    nothing: bool = False


@dataclass(frozen=True)
class Scores:
    """How well a ranking does. Queries that must find nothing are apart from the means."""

    #: The mean nDCG@10 of all queries, each weighing the same; of those of a kind; of each by id.
    ndcg: float
    by_kind: dict[Kind, float]
    by_query: dict[str, float]
    #: The share of queries that must find nothing and do, and the ids of the others.
    empty: float
    not_empty: list[str] = field(default_factory=list)

    def worst(self, number: int = 20) -> list[tuple[str, float]]:
        """Return the queries that score lowest. For the queries of development only."""
        return sorted(self.by_query.items(), key=lambda pair: pair[1])[:number]


def queries() -> list[Judgement]:
    """Return the two thirds that rankings are developed on."""
    return _read(QUERIES)


def held_out() -> list[Judgement]:
    """Return the third that nobody looks at while working on the ranking."""
    return _read(HELD_OUT)


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int = DEPTH) -> float:
    """Return the normalised discounted cumulative gain of the first ``depth`` hits, 0 to 1.

    The gain of a course of grade g is 2^g - 1 (7, 3, 1; 0 if it has none), divided by
    log2(position + 1), the first position being 1. The sum is divided by the greatest that any
    order of the graded courses gives, of which also only the first ``depth`` count. A course that
    is listed again gains nothing.
    """
    if not any(grades.values()):
        raise ValueError("Without a relevant course there is no best order to compare with")
    seen: set[str] = set()
    found = []
    for key in ranking[:depth]:
        found.append(0 if key in seen else grades.get(key, 0))
        seen.add(key)
    return _dcg(found) / _dcg(sorted(grades.values(), reverse=True)[:depth])


def evaluate(rank: Rank, judgements: Iterable[Judgement]) -> Scores:
    """Ask ``rank`` every query and return its scores. A part without queries of a sort has 1."""
    by_query: dict[str, float] = {}
    of_kind: dict[Kind, list[float]] = {}
    asked, not_empty = 0, []
    for judgement in judgements:
        ranking = rank(judgement.text, judgement.language)
        if judgement.nothing:
            asked += 1
            if ranking:
                not_empty.append(judgement.id)
            continue
        by_query[judgement.id] = score = ndcg(ranking, judgement.grades)
        of_kind.setdefault(judgement.kind, []).append(score)
    return Scores(
        ndcg=fmean(by_query.values()) if by_query else 1.0,
        by_kind={kind: fmean(scores) for kind, scores in of_kind.items()},
        by_query=by_query,
        empty=1 - len(not_empty) / asked if asked else 1.0,
        not_empty=not_empty,
    )


def _dcg(grades: Iterable[int]) -> float:
    return sum((2**grade - 1) / log2(place + 1) for place, grade in enumerate(grades, start=1))


def _read(path: Path) -> list[Judgement]:
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [Judgement(**{**row, "kind": Kind(row["kind"])}) for row in rows]
