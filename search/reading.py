"""How a query is read: each of its words as what finds it, and for how many points.

A reading is a value that no engine owns. An engine needs to know nothing of language: it finds the
courses that hold the tokens and adds up the points.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from math import ceil

from . import points as worth
from .analysis import Word, analyse_word, codes_of, fold, normalise, respelt, words_of
from .bonuses import own_credits, read_alike, states
from .language.little import KINDS, LITTLE
from .lexicon import Lexicon, compound_of
from .nearness import nearest
from .needs import Group, Need, Term, Way, all_alike, code_term, literal_term, narrowed, need_of
from .sayings import NoSayings, Sayings
from .tokens import WORDED, Field, Strength, mark
from .wishes import QUOTED, Wish, wishes_of

__all__ = ["FEW", "MOST_WORDS", "Group", "Need", "Reading", "Sayings", "Term", "Way", "read"]

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
#: Codes that one without its last part may be.
MOST_CODES = 100
#: Pairs of sayings that are tried as one compound.
MOST_JOINED = 40
_HYPHENED = re.compile(r"\w+(?:-\w+)+")
#: "4A" in "kap. 4A": texts have it in two.
_NUMBERED = re.compile(r"(\d{1,3})([a-z])")

_LITTLE = frozenset(map(fold, LITTLE))
#: Where a course says what it is about; its body tells of much besides.
BESIDE_BODY = tuple(place for place in WORDED if place != Field.BODY)


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
        general = bool(telling) and all(word in KINDS or word in LITTLE for word in telling)
        asked = telling[: max(MOST_WORDS - len(codes) - len(literal), 0)]
        terms = [
            *(code_term(code, self._codes_of(code)) for code in codes),
            *map(literal_term, dict.fromkeys(literal[:MOST_WORDS])),
            *self._terms(asked),
        ]
        terms = list(map(all_alike, terms)) if general else self._by_place(terms)
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
                *((*self._own_language(asked), *states()) if terms else ()),
                *own_credits(wishes),
            ),
            least=least,
            left_out=tuple(dict.fromkeys(word for word in words if word not in asked)),
            sayings=self._said,
        )

    def _by_place(self, terms: list[Term]) -> list[Term]:
        """Return terms that are met only where all the names of places are, if any is named.

        Else courses elsewhere would be found as courses that hold some of the words.
        """
        places = [term for term in terms if term.ways and self._lexicon.is_place(term.text)]
        others = [term for term in terms if term not in places]
        if not (places and others):
            return terms
        needs = [self._merged(place) for place in places]
        return [narrowed(term, needs) for term in others]

    def _own_language(self, words: list[str]) -> tuple[tuple[int, str], ...]:
        """Return the points for courses in the language of the words; in doubt, the reader's."""
        reader = read_alike(self._language)
        each = [self._lexicon.languages_of(word) for word in words if word not in KINDS]
        spoken = [languages for languages in each if languages]
        shared = frozenset.intersection(*spoken) if spoken else frozenset()
        own = reader if not shared or shared & set(reader) else read_alike(*sorted(shared))
        return tuple((worth.OWN_LANGUAGE, f"language:{language}") for language in own if language)

    def _codes(self, text: str) -> tuple[list[str], str]:
        """Return the codes in a text, typed with hyphens or with blanks, and the text without."""
        begun = (word for word in _HYPHENED.findall(text) if self._lexicon.codes_beginning(word))
        candidates = list(dict.fromkeys([*codes_of(text), *begun]))[:MOST_WORDS]
        codes = [code for code in candidates if self._is_code(code)]
        for code in codes:
            text = text.replace(code, " ")
        words = words_of(text)
        joined = "-".join(words)
        # "Vn metod" may be two words: these it is only if nobody writes one of them.
        unknown = any(not self._known(analyse_word(word)) for word in words)
        if joined in self._lexicon.codes or (unknown and self._codes_of(joined)):
            return [*codes, joined], ""
        return codes, text

    def _codes_of(self, code: str) -> list[str]:
        """Return the codes that are meant by one that may lack its last part."""
        if code in self._lexicon.codes:
            return []
        return sorted(self._lexicon.codes_beginning(code))[:MOST_CODES]

    def _is_code(self, code: str) -> bool:
        """Whether it is a code: one that some course has, or nothing else by the look of it."""
        lexicon = self._lexicon
        if code in lexicon.codes or lexicon.codes_beginning(code):
            return True
        words = (word for word in words_of(code) if word.isalpha())
        return not any(lexicon.has(analyse_word(word)) for word in words) or bool(
            lexicon.codes_beginning(code.rpartition("-")[0])
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
        joined = compound_of(words)
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
        return need_of(levels)

    def _term(self, text: str) -> Term:
        word = analyse_word(text)
        ways, near = self._ways(word, 100), ()
        if not self._known(word) and len(ways) == 1:
            spelt = analyse_word(respelt(word.folded))
            if spelt.folded != word.folded and self._known(spelt):
                return Term(text, tuple(self._ways(spelt, 100)))
            near = (
                self._lexicon.near(word.folded)
                or self._near_sayings(word.folded)
                or self._lexicon.near_apart(word.folded)
            )
            ways = [way for each in near for way in self._ways(analyse_word(each), worth.NEAR)]
        return Term(text, tuple(ways), near=near)

    def _near_sayings(self, folded: str) -> tuple[str, ...]:
        """Return the words that are said otherwise which an unknown one may be a slip of."""
        single = self._sayings.single
        return tuple(single[word] for word in nearest(folded, single))

    def _ways(self, word: Word, percent: int) -> list[Way]:
        """Return the ways to meet a word: itself, what else it is called, its parts."""
        ways: list[Way] = [(self._need(word, percent),)]
        for saying in self._sayings.of((word.text,), self._language)[:MOST_SAYINGS]:
            ways.append(self._saying(saying, percent * worth.SYNONYM // 100))
            self._said.setdefault(word.text, []).append(" ".join(saying))
        return ways + self._apart(word, percent, known=self._known(word))

    def _known(self, word: Word) -> bool:
        return self._lexicon.has(word) or bool(self._lexicon.compounds_with(word))

    def _need(self, word: Word, percent: int, *, compounds: bool = True, body: bool = True) -> Need:
        """Return what finds a word: its forms, and the compounds of which it is a part."""
        return self._lexicon.remembered.get(
            (word.text, percent, compounds, body),
            lambda: self._new_need(word, percent, compounds=compounds, body=body),
        )

    def _new_need(self, word: Word, percent: int, *, compounds: bool, body: bool) -> Need:
        levels: dict[str, int] = {}
        parts = self._lexicon.compounds_with(word) if compounds else ()
        # Then whoever holds it without its marks holds it as it is written.
        one_way = self._lexicon.is_spelt_one_way(word)
        for place in WORDED if body else BESIDE_BODY:
            for part in parts:
                token = mark(place, Strength.FOLDED, part)
                levels[token] = worth.points(place, Strength.STEM, percent * worth.PART // 100)
            for stem in word.stems:
                levels[mark(place, Strength.STEM, stem)] = worth.points(
                    place, Strength.STEM, percent
                )
            if not one_way:
                levels[mark(place, Strength.FOLDED, word.folded)] = worth.points(
                    place, Strength.FOLDED, percent
                )
            levels[mark(place, Strength.EXACT, word.text)] = worth.points(
                place, Strength.EXACT, percent
            )
        return need_of(levels)

    def _saying(self, words: Sequence[str], percent: int) -> Way:
        each = percent // max(len(words), 1)
        # What several words say together is said in a title or a summary: a long text holds all.
        body = len(words) == 1
        return tuple(self._need(analyse_word(word), each, body=body) for word in words)

    def _apart(self, word: Word, percent: int, *, known: bool) -> list[Way]:
        """Return the ways in which a course holds the parts of a compound."""
        if numbered := _NUMBERED.fullmatch(word.text):
            parts = (
                self._need(analyse_word(part), percent // 2, body=False)
                for part in numbered.groups()
            )
            return [tuple(parts)]
        splits = self._lexicon.splits(word.folded)
        if not (splits or known):
            splits = self._lexicon.splits_by(word.folded, self._sayings.has)
        ways: list[Way] = []
        for parts in splits[:MOST_SPLITS]:
            if not _LITTLE.isdisjoint(parts):  # "kommunedirektør" is not about a "kommune"
                continue
            analysed = [analyse_word(part) for part in parts if part not in KINDS]
            if not analysed:
                continue
            if len(analysed) == 1:  # "medisinkurs" is a course about that, by whatever name
                ways += self._ways(analysed[0], percent * worth.PART // 100)
                continue
            each = percent * worth.PART // 100 // len(analysed)
            if all(self._known(part) for part in analysed):
                needs = (
                    self._need(part, each, compounds=not known, body=not known) for part in analysed
                )
                ways.append(tuple(needs))
            if not known:
                ways += self._said_otherwise(analysed, percent)
        return ways

    def _said_otherwise(self, parts: list[Word], percent: int) -> list[Way]:
        """Return the ways to meet the parts of a compound, one of which nobody writes."""
        each = [[part, *self._others(part)] for part in parts]
        known = [[word for word in words if self._known(word)] for words in each]
        if not all(known):
            return []
        ways: list[Way] = []
        if len(parts) == 2:  # noqa: PLR2004  "medisinhåndtering" is "legemiddelhåndtering"
            pairs = [(one.folded, two.folded) for one in each[0] for two in each[1]]
            joined = (word for pair in pairs[:MOST_JOINED] for word in self._lexicon.joined(*pair))
            ways += [(self._need(word, percent * worth.SYNONYM // 100),) for word in joined]
        share = percent * worth.SYNONYM // 100 * worth.PART // 100 // len(parts)
        ways.append(tuple(self._any_of(words, share) for words in known))
        return ways

    def _others(self, word: Word) -> list[Word]:
        """Return the single words that are said for a word."""
        sayings = self._sayings.of((word.text,), self._language)[:MOST_SAYINGS]
        return [analyse_word(saying[0]) for saying in sayings if len(saying) == 1]

    def _any_of(self, words: list[Word], percent: int) -> Need:
        """Return one need that any of some words meets."""
        return self._merged(Term("", tuple((self._need(word, percent),) for word in words)))
