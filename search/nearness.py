"""Which words a mistyped one may be."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .analysis import SHORTEST_STEM

#: Letters that may be wrong, by the length of the word; and near words that are tried.
_SLIPS = ((9, 2), (6, 1))
MOST_SLIPS = _SLIPS[0][1]
MOST_NEAR = 4
#: In a word of so many letters one may be missing, and none be wrong.
SHORTEST_SLIP = 5


def nearest(folded: str, words: Iterable[str]) -> tuple[str, ...]:
    """Return those of some folded words that one may be a slip of, the nearest first."""
    if any(letter.isdigit() for letter in folded):
        return ()
    slips = next((number for length, number in _SLIPS if len(folded) >= length), 0)
    if not slips:
        return _with_a_letter_more(folded, words) if len(folded) == SHORTEST_SLIP else ()
    shortest, longest = max(len(folded) - slips, SHORTEST_STEM), len(folded) + slips
    found = process.extract(
        folded,
        [word for word in words if shortest <= len(word) <= longest],
        scorer=OSA.distance,
        score_cutoff=slips,
        limit=40,
    )
    kept = [
        (each[1], -_shared(folded, each[0]), each[0])
        for each in found
        if not _begins_otherwise(folded, each[0])
    ]
    best = min(kept, default=(0,))[0]
    return tuple([word for far, _shared_, word in sorted(kept) if far == best][:MOST_NEAR])


def _begins_otherwise(one: str, other: str) -> bool:
    """Whether two words differ in their first letter alone: "redning" is no slip of "ledning"."""
    return one[0] != other[0] and one[1:] == other[1:]


def _with_a_letter_more(folded: str, words: Iterable[str]) -> tuple[str, ...]:
    """Return the words that a short one may lack a letter of, within it."""
    found = (
        word
        for word in words
        if len(word) == len(folded) + 1 and word[0] == folded[0] and word[-1] == folded[-1]
    )
    return tuple(
        sorted(
            word
            for word in found
            if any(word[:at] + word[at + 1 :] == folded for at in range(1, len(word) - 1))
        )[:MOST_NEAR]
    )


def _shared(one: str, other: str) -> int:
    """Return how many letters two words begin alike with."""
    return next(
        (number for number, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )
