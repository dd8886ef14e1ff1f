"""Language analysis, done once for documents and queries alike, whatever engine indexes it.

A word has exact forms (as written, and with å ä ö ø æ folded) and stems. Stemmers of the three
languages disagree on Scandinavian words, so a word has every stem that any of them gives, taken to
the fixed point; two words meet if they share one. This is the first form: compounds and synonyms
come on top of it.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

#: Words with their inner hyphens and stops ("KR-HMS-1", "7,5") or without.
_WORD = re.compile(r"\d+(?:[.,]\d+)+|\w+", re.UNICODE)
_FOLDED = str.maketrans(
    {"å": "a", "ä": "a", "æ": "a", "ö": "o", "ø": "o", "é": "e", "è": "e", "ü": "u"}
)
#: A shorter stem says too little: "demens" would meet "dem".
SHORTEST_STEM = 4
#: Endings that the stemmers leave on: "lederne" to "leder".
_ENDINGS = ("erne", "arna", "orna", "ne", "na", "n")
#: "Legemiddel" is "legemidler" in the plural: the stem is "legemidl".
_CONTRACTED = re.compile(r"([bdfgklmnprst])\1el$")
#: No word is longer in any of the languages; what is longer is no word.
LONGEST_WORD = 60
#: Words of a query beyond these are not looked at.
MOST_WORDS = 12

_STEMMERS = tuple(snowballstemmer.stemmer(name) for name in ("norwegian", "swedish", "english"))


@dataclass(frozen=True)
class Word:
    """A word by its forms: the exact ones, and the stems it may be found by."""

    exact: frozenset[str]
    stems: frozenset[str]

    @property
    def forms(self) -> frozenset[str]:
        """Everything that finds it."""
        return self.exact | self.stems


def words_of(text: str) -> list[str]:
    """Return the words of a text in its order: normalised, decimal comma as a stop."""
    normal = unicodedata.normalize("NFKC", text).casefold()
    found = (word.replace(",", ".") for word in _WORD.findall(normal))
    return [word for word in found if len(word) <= LONGEST_WORD and word.strip("_")]


def fold(word: str) -> str:
    """Return ``word`` without the marks in which Norwegian and Swedish differ, and some forget."""
    return word.translate(_FOLDED)


@lru_cache(maxsize=100_000)
def analyse_word(word: str) -> Word:
    """Return the forms of one normalised word."""
    return Word(frozenset({word, fold(word)}), frozenset(map(fold, _stems(word))))


def analyse(text: str) -> list[Word]:
    """Return the words of a document in its order."""
    return [analyse_word(word) for word in words_of(text)]


def analyse_query(text: str) -> list[Word]:
    """Return the different words of a query; those beyond a dozen are left out."""
    return [analyse_word(word) for word in dict.fromkeys(words_of(text))][:MOST_WORDS]


def _stems(word: str) -> set[str]:
    """Return every form that stemming reaches, the word itself among them."""
    reached, waiting = {word}, [word]
    while waiting:
        form = waiting.pop()
        shorter = {stemmer.stemWord(form) for stemmer in _STEMMERS}
        shorter |= {form.removesuffix(ending) for ending in _ENDINGS}
        shorter.add(_CONTRACTED.sub(r"\1l", form))
        for stem in shorter - reached:
            if len(stem) >= SHORTEST_STEM and not stem[0].isdigit():
                reached.add(stem)
                waiting.append(stem)
    return reached
