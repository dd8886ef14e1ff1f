"""How a query is read: each of its words as what finds it, and for how many points.

A reading is a value that no engine owns. An engine needs to know nothing of language: it finds the
courses that hold the tokens and adds up the points.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from math import ceil
from typing import Protocol

from . import points as worth
from .analysis import Word, analyse_word, codes_of, normalise, respelt, words_of
from .language.little import LITTLE
from .lexicon import Lexicon
from .tokens import WORDED, Field, Strength, form_of, mark
from .wishes import Wish, wishes_of

#: Words of a query beyond these are not looked for.
MOST_WORDS = 12
#: With fewer courses than these that hold all the words, those that hold some are found too.
FEW = 5
#: A query of fewer words asks for all of them.
FEWEST_WIDENED = 3
#: Words in a row that may be one compound, or one saying.
LONGEST_RUN = 3
#: Ways in which a compound is taken apart; sayings for one word.
MOST_SPLITS, MOST_SAYINGS = 2, 12

_QUOTED = re.compile(r'["“”«»„]([^"“”«»„]{1,100})["“”«»„]')

#: Points, with the tokens any of which gives them; the highest first.
Need = tuple[tuple[int, tuple[str, ...]], ...]
#: All needs must be met; their points add up.
Way = tuple[Need, ...]


class Sayings(Protocol):
    """Other words for words, as editors keep them (``search.synonyms``)."""

    def of(self, words: tuple[str, ...], language: str = "") -> list[tuple[str, ...]]:
        """Return the other sayings for normalised words in a row, for readers of a language."""
        ...


class NoSayings:
    """Nobody says it otherwise."""

    def of(self, words: tuple[str, ...], language: str = "") -> list[tuple[str, ...]]:
        """Return nothing."""
        return []


@dataclass(frozen=True)
class Term:
    """A word of a query, or words that are one: the way that gives most counts."""

    text: str
    ways: tuple[Way, ...]
    #: Of how many words of the query.
    weight: int = 1
    #: What it was taken for, where nobody writes it so.
    near: tuple[str, ...] = ()

    @cached_property
    def forms(self) -> frozenset[str]:
        """Strength and form of every token, wherever it stands ("e_kurs")."""
        return frozenset(
            form_of(token)
            for way in self.ways
            for need in way
            for _points, tokens in need
            for token in tokens
        )


@dataclass(frozen=True)
class Reading:
    """A query as engines take it.

    A course is found if it meets all the terms; where fewer than ``FEW`` do, if it meets at least
    ``least`` of them. ``bonuses`` are points for facet values ("language:nb").
    """

    text: str = ""
    terms: tuple[Term, ...] = ()
    wishes: tuple[Wish, ...] = ()
    bonuses: tuple[tuple[int, str], ...] = ()
    least: int = 0
    #: Little words and words beyond the limit that nobody looks for.
    left_out: tuple[str, ...] = ()
    #: Sayings that were added, by the words they stand for.
    sayings: dict[str, list[str]] = field(default_factory=dict, hash=False)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked for."""
        return not self.text.strip()

    @property
    def says_nothing(self) -> bool:
        """Whether something was typed that holds no word: that finds nothing, not everything."""
        return not self.is_empty and not self.terms and not self.wishes

    @property
    def may_widen(self) -> bool:
        """Whether courses that hold only some of the words may be found."""
        return self.least < len(self.terms)

    @property
    def did_you_mean(self) -> str:
        """The text with the words that were meant, nothing where all are known."""
        if not any(term.near for term in self.terms):
            return ""
        meant = normalise(self.text)
        for term in self.terms:
            if term.near:
                meant = re.sub(rf"(?<!\w){re.escape(term.text)}(?!\w)", term.near[0], meant)
        return meant

    @cached_property
    def marks(self) -> frozenset[str]:
        """Strength and form of every token of every term, for whoever marks them in a text."""
        return frozenset(form for term in self.terms for form in term.forms)

    def meets(self, word: str) -> bool:
        """Whether a normalised word of a text is one of what is looked for."""
        each = analyse_word(word)
        forms = {f"{Strength.EXACT}_{each.text}", f"{Strength.FOLDED}_{each.folded}"}
        forms |= {f"{Strength.STEM}_{stem}" for stem in each.stems}
        return not forms.isdisjoint(self.marks)


def read(
    text: str,
    *,
    language: str,
    today: date,
    lexicon: Lexicon,
    sayings: Sayings | None = None,
    plain: bool = False,
) -> Reading:
    """Return how a query is read. ``plain``: numbers and dates are only words."""
    if not text.strip():
        return Reading(text)
    return _Reader(lexicon, sayings or NoSayings(), language).read(text, today, plain=plain)


class _Reader:
    """Reads one query."""

    def __init__(self, lexicon: Lexicon, sayings: Sayings, language: str) -> None:
        self._lexicon = lexicon
        self._sayings = sayings
        self._language = language
        self._said: dict[str, list[str]] = {}

    def read(self, text: str, today: date, *, plain: bool) -> Reading:
        wishes, rest = ([], normalise(text)) if plain else wishes_of(text, today)
        codes, rest = self._codes(rest)
        literal = [word for quoted in _QUOTED.findall(rest) for word in words_of(quoted)]
        words = words_of(_QUOTED.sub(" ", rest))
        telling = list(dict.fromkeys(word for word in words if word not in LITTLE))
        if not (telling or codes or literal or wishes):
            # Nothing but little words: those that say what a course is, else all of them.
            telling = list(dict.fromkeys(words))
        elif not (telling or codes or literal) and wishes:
            telling = []
        asked = telling[: max(MOST_WORDS - len(codes) - len(literal), 0)]
        terms = [
            *map(_code_term, codes),
            *map(_literal_term, dict.fromkeys(literal[:MOST_WORDS])),
            *self._terms(asked),
        ]
        firm = len(codes) + len(dict.fromkeys(literal[:MOST_WORDS]))
        count = len(terms)
        least = ceil(count / 2) if count >= FEWEST_WIDENED and not firm else count
        return Reading(
            text=text,
            terms=tuple(terms),
            wishes=tuple(wishes),
            bonuses=_own_language(self._language),
            least=least,
            left_out=tuple(dict.fromkeys(word for word in words if word not in asked)),
            sayings=self._said,
        )

    def _codes(self, text: str) -> tuple[list[str], str]:
        """Return the codes in a text, typed with hyphens or with blanks, and the text without."""
        codes = [code for code in dict.fromkeys(codes_of(text)) if self._is_code(code)]
        for code in codes:
            text = text.replace(code, " ")
        words = words_of(text)
        joined = "-".join(words)
        if joined in self._lexicon.codes:
            return [*codes, joined], ""
        return codes, text

    def _is_code(self, code: str) -> bool:
        """Whether it is a code: one that some course has, or nothing else by the look of it."""
        return (
            code in self._lexicon.codes
            or not any(
                self._lexicon.has(analyse_word(word)) for word in words_of(code) if word.isalpha()
            )
            or self._begins_code(code)
        )

    def _begins_code(self, code: str) -> bool:
        head = code.rpartition("-")[0]
        return any(known.startswith(f"{head}-") for known in self._lexicon.codes)

    def _terms(self, words: list[str]) -> list[Term]:
        terms, at = [], 0
        while at < len(words):
            for size in range(min(LONGEST_RUN, len(words) - at), 1, -1):
                term = self._run(words[at : at + size])
                if term:
                    terms.append(term)
                    at += size
                    break
            else:
                terms.append(self._term(words[at]))
                at += 1
        return terms

    def _run(self, words: list[str]) -> Term | None:
        """Return the term of words that are one compound, or one saying; None if they are not."""
        size = len(words)
        ways: list[Way] = []
        joined = analyse_word("".join(words))
        if size == 2 and self._lexicon.has(joined):  # noqa: PLR2004  a compound of two
            ways.append((self._need(joined, 100 * size),))
        for saying in self._sayings.of(tuple(words), self._language)[:MOST_SAYINGS]:
            ways.append(self._saying(saying, worth.SYNONYM * size))
            self._said.setdefault(" ".join(words), []).append(" ".join(saying))
        if not ways:
            return None
        each = [self._term(word) for word in words]
        # All of them, each in its best-known way; and where one is unknown the run is not it.
        ways.append(tuple(self._merged(term) for term in each))
        return Term(" ".join(words), tuple(ways), size)

    def _merged(self, term: Term) -> Need:
        """Return one need for a term: whatever meets it by itself."""
        levels: dict[str, int] = {}
        for way in term.ways:
            if len(way) == 1:
                for value, tokens in way[0]:
                    for token in tokens:
                        levels[token] = max(levels.get(token, 0), value)
        return _levels(levels)

    def _term(self, text: str) -> Term:
        word = analyse_word(text)
        own = self._need(word, 100)
        ways: list[Way] = [(own,)]
        for saying in self._sayings.of((text,), self._language)[:MOST_SAYINGS]:
            ways.append(self._saying(saying, worth.SYNONYM))
            self._said.setdefault(text, []).append(" ".join(saying))
        known = self._known(word)
        ways += self._apart(word, known=known)
        near: tuple[str, ...] = ()
        if not known and len(ways) == 1:
            spelt = respelt(word.folded)
            if spelt != word.folded and self._known(analyse_word(spelt)):
                return Term(text, ((self._need(analyse_word(spelt), 100),),))
            near = self._lexicon.near(word.folded)
            ways = [(self._need(analyse_word(each), worth.NEAR),) for each in near]
        return Term(text, tuple(ways), near=near)

    def _known(self, word: Word) -> bool:
        return self._lexicon.has(word) or bool(self._lexicon.compounds_with(word))

    def _need(self, word: Word, percent: int, *, compounds: bool = True) -> Need:
        """Return what finds a word: its forms, and the compounds of which it is a part."""
        levels: dict[str, int] = {}
        parts = self._lexicon.compounds_with(word) if compounds else ()
        for place in WORDED:
            for part in parts:
                token = mark(place, Strength.FOLDED, part)
                levels[token] = worth.points(place, Strength.STEM, percent * worth.PART // 100)
            for stem in word.stems:
                levels[mark(place, Strength.STEM, stem)] = worth.points(
                    place, Strength.STEM, percent
                )
            levels[mark(place, Strength.FOLDED, word.folded)] = worth.points(
                place, Strength.FOLDED, percent
            )
            levels[mark(place, Strength.EXACT, word.text)] = worth.points(
                place, Strength.EXACT, percent
            )
        return _levels(levels)

    def _saying(self, words: Sequence[str], percent: int) -> Way:
        each = percent // max(len(words), 1)
        return tuple(self._need(analyse_word(word), each) for word in words)

    def _apart(self, word: Word, *, known: bool) -> list[Way]:
        """Return the ways in which a course holds the parts of a compound."""
        splits = sorted(self._lexicon.splits(word.folded), key=len)[:MOST_SPLITS]
        ways = []
        for parts in splits:
            each = worth.PART // len(parts)
            analysed = [analyse_word(part) for part in parts]
            if all(self._known(part) for part in analysed):
                ways.append(tuple(self._need(part, each, compounds=not known) for part in analysed))
        return ways


def _levels(points: dict[str, int]) -> Need:
    by_points: dict[int, list[str]] = {}
    for token, value in points.items():
        by_points.setdefault(value, []).append(token)
    return tuple((value, tuple(sorted(by_points[value]))) for value in sorted(by_points)[::-1])


def _code_term(code: str) -> Term:
    token = mark(Field.CODE, Strength.EXACT, code)
    return Term(code, ((((worth.CODE, (token,)),),),))


def _literal_term(text: str) -> Term:
    """Return the term of a word between quotation marks: as it is written, nothing else."""
    levels = {
        mark(place, Strength.EXACT, text): worth.points(place, Strength.EXACT) for place in WORDED
    }
    return Term(text, ((_levels(levels),),))


def _own_language(language: str) -> tuple[tuple[int, str], ...]:
    """Return the points for courses in a language that the reader reads as their own."""
    own = {"nb": ("nb", "nn"), "nn": ("nn", "nb")}.get(language, (language,))
    return tuple((worth.OWN_LANGUAGE, f"language:{each}") for each in own if each)
