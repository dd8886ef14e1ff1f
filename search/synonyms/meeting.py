"""Whether what was typed and what an editor wrote are the same words, inflected or not."""

from __future__ import annotations

from collections.abc import Sequence

from ..analysis import analyse_word

_AS_IN_SWEDISH = str.maketrans({"æ": "ä", "ø": "ö"})
_MARKED = frozenset("åäö")
#: Letters that an inflection adds at most ("elevernas"): what is longer is another word.
LONGEST_ENDING = 5


def meet(typed: Sequence[str], kept: Sequence[str]) -> bool:
    """Return whether two phrases of normalised words are the same, word for word."""
    return len(typed) == len(kept) and all(map(_meets, typed, kept))


def _meets(typed: str, kept: str) -> bool:
    if typed == kept:
        return True
    if abs(len(typed) - len(kept)) > LONGEST_ENDING:
        return False
    forms = analyse_word(kept).forms
    return not analyse_word(typed).forms.isdisjoint(forms) and not _contradict(typed, kept)


def _contradict(typed: str, kept: str) -> bool:
    """Return whether the marks say that these are two words: "värd" is not "vård".

    A mark that is missing was forgotten ("vard"), or comes with the inflection ("städer" of
    "stad"); å comes with none.
    """
    pairs = zip(typed.translate(_AS_IN_SWEDISH), kept.translate(_AS_IN_SWEDISH), strict=False)
    return any(
        one != other and one in _MARKED and (one == "å" or other in _MARKED) for one, other in pairs
    )
