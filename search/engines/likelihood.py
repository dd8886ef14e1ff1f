"""How likely a course is what a longer text is about, from what each of its words finds."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log

#: A word that more than this share of all courses hold tells none of them from the others.
TOO_COMMON = 0.25
#: Fewer courses than these are too few to call a word common.
FEW = 20
#: One word alone may be chance, unless it is half of the text and rare: held by so few courses, or
#: by such a share of them.
LEAST_WORDS = 2
RARE_COURSES, RARE_SHARE = 2, 0.1
#: A match as strong as this share of the word's best one stands in the title, not in the text.
STRONG = 0.6


def likelihoods(found: Sequence[dict[int, float]], courses: int) -> dict[int, float]:
    """Return a score for each entry that the text may be about; more is better.

    ``found`` holds the entries of each word with their scores. Scores of different words do not
    compare, so each counts as a share of its word's best, by how rare the word is.
    """
    telling = [
        entries
        for entries in found
        if entries and (courses < FEW or len(entries) <= courses * TOO_COMMON)
    ]
    scores: dict[int, float] = {}
    words: dict[int, int] = {}
    strong: set[int] = set()
    rare: set[int] = set()
    for entries in telling:
        rarity = log(1 + max(courses, 1) / len(entries))
        best = max(entries.values())
        if len(entries) <= max(RARE_COURSES, courses * RARE_SHARE):
            rare.update(entries)
        for entry, score in entries.items():
            share = score / best if best > 0 else 1.0
            scores[entry] = scores.get(entry, 0.0) + rarity * share
            words[entry] = words.get(entry, 0) + 1
            if share >= STRONG:
                strong.add(entry)
    least = min(LEAST_WORDS, ceil(len(found) / 2))
    return {
        entry: score
        for entry, score in scores.items()
        if (words[entry] >= LEAST_WORDS or (entry in rare and words[entry] >= least))
        and (entry in strong or words[entry] > LEAST_WORDS)
    }
