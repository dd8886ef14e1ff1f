"""Queries with the courses that should answer them, and how a ranking is scored against them.

``README.md`` says how they were judged, and that ``held_out.json`` is not to be read.
"""

from .corpus import TODAY, JudgedCourse, corpus
from .judged import (
    Judgement,
    Kind,
    Rank,
    Scores,
    evaluate,
    held_out,
    ndcg,
    queries,
)

__all__ = [
    "TODAY",
    "JudgedCourse",
    "Judgement",
    "Kind",
    "Rank",
    "Scores",
    "corpus",
    "evaluate",
    "held_out",
    "ndcg",
    "queries",
]
