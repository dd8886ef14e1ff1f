"""How a query is read: each of its words as what finds it, and for how many points.

A reading is a value that no engine owns. An engine needs to know nothing of language: it finds the
courses that hold the tokens and adds up the points.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from math import ceil
from typing import Protocol

from . import points as worth
from .analysis import Word, analyse_word, codes_of, normalise, respelt, words_of
from .language.little import KINDS, LITTLE
from .lexicon import SHORTEST_PART, Lexicon
from .tokens import WORDED, Field, Strength, form_of, mark
from .wishes import AMOUNT, QUOTED, Wish, amount, wishes_of

#: Words of a query beyond these are not looked for.
MOST_WORDS = 12
#: With fewer courses than these that hold all the words, those that hold some are found too.
FEW = 8
#: A query of fewer words asks for all of them; of one more, where a word is unknown.
FEWEST_WIDENED = 2
#: Words in a row that may be one compound, or one saying.
LONGEST_RUN = 3
#: Ways in which a compound is taken apart; sayings for one word.
MOST_SPLITS, MOST_SAYINGS = 2, 12

#: Points, with the tokens any of which gives them, the highest first: the highest counts.
Group = tuple[tuple[int, tuple[str, ...]], ...]
#: A group for each field: any of them must be met, and their points add up.
Need = tuple[Group, ...]
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
            for group in need
            for _points, tokens in group
            for token in tokens
        )


@dataclass(frozen=True)
class Reading:
    """A query as engines take it.

    A course is found if it meets all the terms; where fewer than ``FEW`` do, if it meets at least
    ``least`` of them. ``bonuses`` are points for facet values and hidden ones ("language:nb").
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


def read(  # noqa: PLR0913  each by its name
    text: str,
    *,
    language: str,
    today: date,
    lexicon: Lexicon,
    sayings: Sayings | None = None,
    plain: bool = False,
    worded: Collection[str] = (),
) -> Reading:
    """Return how a query is read.

    ``plain``: numbers and dates are only words; ``worded``: those that are, as they were typed.
    """
    if not text.strip():
        return Reading(text)
    is_words = plain or "-".join(words_of(text)) in lexicon.codes
    found = ([], normalise(text)) if is_words else wishes_of(text, today, worded, language)
    return _Reader(lexicon, sayings or NoSayings(), language).read(text, *found)


class _Reader:
    """Reads one query."""

    def __init__(self, lexicon: Lexicon, sayings: Sayings, language: str) -> None:
        self._lexicon = lexicon
        self._sayings = sayings
        self._language = language
        self._said: dict[str, list[str]] = {}

    def read(self, text: str, wishes: list[Wish], rest: str) -> Reading:
        """Return how a text is read, of which the ``rest`` is no wish."""
        codes, rest = self._codes(rest)
        literal = [word for quoted in QUOTED.findall(rest) for word in words_of(quoted)]
        words = words_of(QUOTED.sub(" ", rest))
        telling = list(
            dict.fromkeys(word for word in words if word not in LITTLE and word not in KINDS)
        )
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
        # Of two words one may do only if somebody writes the other: not of a foreign subject.
        foreign = any(not term.ways for term in terms)
        many = sum(term.weight for term in terms) >= FEWEST_WIDENED + foreign
        least = ceil(count / 2) if many and not firm else count
        return Reading(
            text=text,
            terms=tuple(terms),
            wishes=tuple(wishes),
            bonuses=(
                *((*self._own_language(asked), *_states()) if terms else ()),
                *_own_credits(wishes),
            ),
            least=least,
            left_out=tuple(dict.fromkeys(word for word in words if word not in asked)),
            sayings=self._said,
        )

    def _own_language(self, words: list[str]) -> tuple[tuple[int, str], ...]:
        """Return the points for courses in the language of the words; in doubt, the reader's."""
        reader = _read_alike(self._language)
        each = [self._lexicon.languages_of(word) for word in words]
        spoken = [languages for languages in each if languages]
        shared = frozenset.intersection(*spoken) if spoken else frozenset()
        own = reader if not shared or shared & set(reader) else _read_alike(*sorted(shared))
        return tuple((worth.OWN_LANGUAGE, f"language:{language}") for language in own if language)

    def _codes(self, text: str) -> tuple[list[str], str]:
        """Return the codes in a text, typed with hyphens or with blanks, and the text without."""
        candidates = list(dict.fromkeys(codes_of(text)))[:MOST_WORDS]
        codes = [code for code in candidates if self._is_code(code)]
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
            or self._lexicon.begins_code(code.rpartition("-")[0])
        )

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
        joined = _joined(words)
        if size == 2 and self._lexicon.has(joined):  # noqa: PLR2004  a compound of two
            ways += self._ways(joined, 100 * size)
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
                for value, tokens in (level for group in way[0] for level in group):
                    for token in tokens:
                        levels[token] = max(levels.get(token, 0), value)
        return _levels(levels)

    def _term(self, text: str) -> Term:
        word = analyse_word(text)
        ways, near = self._ways(word, 100), ()
        if not self._known(word) and len(ways) == 1:
            spelt = analyse_word(respelt(word.folded))
            if spelt.folded != word.folded and self._known(spelt):
                return Term(text, tuple(self._ways(spelt, 100)))
            near = self._lexicon.near(word.folded)
            ways = [way for each in near for way in self._ways(analyse_word(each), worth.NEAR)]
        return Term(text, tuple(ways), near=near)

    def _ways(self, word: Word, percent: int) -> list[Way]:
        """Return the ways to meet a word: itself, what else it is called, its parts."""
        ways: list[Way] = [(self._need(word, percent),)]
        for saying in self._sayings.of((word.text,), self._language)[:MOST_SAYINGS]:
            ways.append(self._saying(saying, percent * worth.SYNONYM // 100))
            self._said.setdefault(word.text, []).append(" ".join(saying))
        return ways + self._apart(word, percent, known=self._known(word))

    def _known(self, word: Word) -> bool:
        return self._lexicon.has(word) or bool(self._lexicon.compounds_with(word))

    def _need(self, word: Word, percent: int, *, compounds: bool = True) -> Need:
        """Return what finds a word: its forms, and the compounds of which it is a part."""
        return self._lexicon.remembered.get(
            (word.text, percent, compounds),
            lambda: self._new_need(word, percent, compounds=compounds),
        )

    def _new_need(self, word: Word, percent: int, *, compounds: bool) -> Need:
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

    def _apart(self, word: Word, percent: int, *, known: bool) -> list[Way]:
        """Return the ways in which a course holds the parts of a compound."""
        splits = self._lexicon.splits(word.folded)[:MOST_SPLITS]
        ways = []
        for parts in splits:
            analysed = [analyse_word(part) for part in parts if part not in KINDS]
            if not analysed:
                continue
            if len(analysed) == 1:  # "medisinkurs" is a course about that, by whatever name
                ways += self._ways(analysed[0], percent * worth.PART // 100)
                continue
            each = percent * worth.PART // 100 // len(analysed)
            if all(self._known(part) for part in analysed):
                ways.append(tuple(self._need(part, each, compounds=not known) for part in analysed))
        return ways


def _joined(words: Sequence[str]) -> Word:
    """Return the compound of words, with the stems that hold something of its last part.

    Stemmers take "sedan" off "notoddensedan" as if it were an ending.
    """
    whole = analyse_word("".join(words))
    head = len("".join(words[:-1]))
    stems = {stem for stem in whole.stems if len(stem) >= head + SHORTEST_PART}
    return Word(whole.text, whole.folded, frozenset(stems))


def _levels(points: dict[str, int]) -> Need:
    """Return tokens with their points as a need: a group for each field, by points."""
    fields: dict[str, dict[int, list[str]]] = {}
    for token, value in points.items():
        fields.setdefault(token[0], {}).setdefault(value, []).append(token)
    return tuple(
        tuple((value, tuple(sorted(levels[value]))) for value in sorted(levels, reverse=True))
        for levels in fields.values()
    )


def _code_term(code: str) -> Term:
    token = mark(Field.CODE, Strength.EXACT, code)
    return Term(code, (((((worth.CODE, (token,)),),),),))


def _literal_term(text: str) -> Term:
    """Return the term of a word between quotation marks: as it is written, nothing else."""
    levels = {
        mark(place, Strength.EXACT, text): worth.points(place, Strength.EXACT) for place in WORDED
    }
    return Term(text, ((_levels(levels),),))


def _own_credits(wishes: Sequence[Wish]) -> Iterator[tuple[int, str]]:
    """Yield the points for credits of the kind that was typed."""
    for wish in wishes:
        if wish.number is not None and len(wish.systems) > 1:
            value = amount(wish.number, wish.systems[0])
            yield worth.OWN_CREDITS, f"{AMOUNT}:{value}"


def _states() -> tuple[tuple[int, str], ...]:
    """Return the points for what can still be joined."""
    return tuple((number, f"state:{state}") for state, number in worth.STATES.items())


def _read_alike(*languages: str) -> tuple[str, ...]:
    """Return languages and those that are read alike: the two Norwegian ones."""
    found = dict.fromkeys(languages)
    if found.keys() & {"nb", "nn"}:
        found |= dict.fromkeys(("nb", "nn"))
    return tuple(found)
