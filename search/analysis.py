"""Language analysis, done once for documents and queries alike, whatever engine indexes it.

A word has a form as it is written, one with å ä ö ø æ folded, and stems. Stemmers of the three
languages disagree on Scandinavian words, so a word has every stem that any of them gives, taken to
the fixed point; two words meet if they share one. Compounds are taken apart and put together when a
query is read (``search.lexicon``): that needs the words that the catalogue has on the day.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

#: Words, and numbers with a decimal comma or stop.
_WORD = re.compile(r"\d+(?:[.,]\d+)+|\w+", re.UNICODE)
#: What may be a code ("KR-HMS-1"): parts between hyphens, a digit somewhere.
_CODE = re.compile(r"(?=[\w-]*\d)\w+(?:-\w+)+", re.UNICODE)
_FOLDED = str.maketrans(
    {"å": "a", "ä": "a", "æ": "a", "ö": "o", "ø": "o", "é": "e", "è": "e", "ü": "u"}
)
#: How æ, ø and å are typed where a keyboard lacks them.
_SPELT = (("ae", "a"), ("oe", "o"), ("aa", "a"))
#: A shorter stem says too little: "demens" would meet "dem".
SHORTEST_STEM = 4
#: Endings that the stemmers leave on, "lederne" to "leder"; and of nynorsk, "lærarane".
_ENDINGS = ("erne", "arna", "orna", "arane", "ane", "ne", "na", "n", "s", "isk", "ikk", "ik")
#: "Hjemmene" is "hjem" in the singular.
_DOUBLED = re.compile(r"([bdfgklmnprst])\1$")
#: "Legemiddel" is "legemidler" in the plural: the stem is "legemidl".
_CONTRACTED = re.compile(r"([bdfgklmnprst])\1el$")
#: Endings that make another word, not another form: "socialism" is not about what is social, and
#: what is "kommunik-" or "communic-" is not about a "kommun".
_OWN_WORD = ("ism", "unik", "unic")
#: "Kommunikasjon" is "kommunikation" and "communication".
_ACTION = re.compile(r"(.{2,}?)s?(?:sjon|tion|sion)")
#: No word is longer in any of the languages; what is longer is no word.
LONGEST_WORD = 60

_STEMMERS = tuple(snowballstemmer.stemmer(name) for name in ("norwegian", "swedish", "english"))


@dataclass(frozen=True)
class Word:
    """A word by its forms: as written, folded, and the stems it may be found by."""

    text: str
    folded: str
    stems: frozenset[str]

    @property
    def forms(self) -> frozenset[str]:
        """Everything that finds it."""
        return self.stems | {self.text, self.folded}


def normalise(text: str) -> str:
    """Return a text in the form in which texts are compared: NFKC, no difference of case."""
    return unicodedata.normalize("NFKC", text).casefold()


def words_of(text: str) -> list[str]:
    """Return the words of a text in its order: normalised, decimal comma as a stop."""
    found = (word.replace(",", ".") for word in _WORD.findall(normalise(text)))
    return [word for word in found if len(word) <= LONGEST_WORD and word.strip("_")]


def codes_of(text: str) -> list[str]:
    """Return what may be a code in a text, normalised, in its order."""
    return [code for code in _CODE.findall(normalise(text)) if len(code) <= LONGEST_WORD]


def code_forms(code: str) -> frozenset[str]:
    """Return the forms by which a code is found: with hyphens for whatever parts it.

    None where it has become too long: a single sign can stand for many letters.
    """
    form = "-".join(words_of(code))
    return frozenset({form} if 0 < len(form) <= LONGEST_WORD else ())


def fold(word: str) -> str:
    """Return ``word`` without the marks in which Norwegian and Swedish differ, and some forget."""
    return word.translate(_FOLDED)


def respelt(word: str) -> str:
    """Return a folded word with *ae*, *oe* and *aa* folded as the letters they stand for."""
    for pair, letter in _SPELT:
        word = word.replace(pair, letter)
    return word


@lru_cache(maxsize=20_000)
def analyse_word(word: str) -> Word:
    """Return the forms of one normalised word."""
    return Word(word, fold(word), frozenset(map(fold, _stems(word))))


def _as_in_norwegian(form: str) -> str:
    """Return a word in -tion as it is spelt in Norwegian; another as it is."""
    action = _ACTION.fullmatch(form.replace("xion", "ksion"))
    return f"{action[1].replace('c', 'k')}sjon" if action else form


def _stems(word: str) -> set[str]:
    """Return every form that stemming reaches, the word itself among them."""
    reached, waiting = {word}, [word]
    while waiting:
        form = waiting.pop()
        shorter = {stemmer.stemWord(form) for stemmer in _STEMMERS}
        shorter |= {form.removesuffix(ending) for ending in _ENDINGS}
        shorter |= {_CONTRACTED.sub(r"\1l", form), _DOUBLED.sub(r"\1", form)}
        shorter.add(_as_in_norwegian(form))
        if form.endswith(_OWN_WORD):
            continue
        for stem in shorter - reached:
            if len(stem) >= SHORTEST_STEM and not stem[0].isdigit():
                reached.add(stem)
                waiting.append(stem)
    return reached
