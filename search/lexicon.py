"""The words that the catalogue has, and what compounds are made of.

Compounds are taken apart by the catalogue's own words and the glossary's, when a query is read:
what is indexed of a course depends on that course alone, and a new word works for older courses.
The words are rows (``CatalogueWord``), written with the read model and kept in worker memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from threading import Lock
from typing import TypeVar

from django.db.models import Count, QuerySet, Sum

from .analysis import SHORTEST_STEM, Word, analyse_word, fold
from .language.glossary import GLOSSARY
from .language.little import LITTLE
from .models import CatalogueWord
from .nearness import MOST_NEAR, MOST_SLIPS, nearest

#: A part of a compound has at least so many letters.
SHORTEST_PART = 3
#: What stands between the parts, "sykefravær-s-oppfølging", "barn-e-hage".
_LINKS = ("", "s", "e", "o")
#: Ways in which a compound is taken apart: those of the fewest parts.
MOST_SPLITS = 4
#: Compounds that a part is looked for in; a commoner one says too little.
MOST_COMPOUNDS = 400
#: Answers that are remembered of each sort.
MOST_REMEMBERED = 3000
#: With more new words than these every compound is looked at again.
MANY_NEW = 200
_LITTLE = frozenset(map(fold, LITTLE))
_GLOSSARY = GLOSSARY - _LITTLE
_GLOSSARY_STEMS = frozenset(stem for word in _GLOSSARY for stem in analyse_word(word).stems)

Pairs = Iterable[tuple[str, str]]
Sets = dict[str, frozenset[str]]
Value = TypeVar("Value")


class Memory:
    """What was found once. Threads may share it: it is never emptied, but replaced."""

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._kept: dict = {}

    def get(self, key: object, find: Callable[[], Value]) -> Value:
        """Return what is remembered for ``key``, else what ``find`` finds."""
        kept = self._kept
        if key in kept:
            return kept[key]
        value = find()
        if len(kept) >= self._most:
            self._kept = kept = {}
        kept[key] = value
        return value


class Lexicon:
    """Folded words with what they share: stems, parts, and nearness.

    Never changes: more words make another one (``extended``), so threads may share it.
    """

    def __init__(self, pairs: Pairs = (), *, before: Lexicon | None = None) -> None:
        self.codes: set[str] = set()
        #: By how codes begin (all their parts but the last), the codes.
        self._by_code_head: Sets = {}
        #: Names of places and providers, folded.
        self._places: set[str] = set()
        #: In which languages courses hold a word, as it is written; and how a folded one is.
        self._languages: Sets = {}
        self._written: dict[str, str] = {}
        #: By stem, which of the catalogue's words share it.
        self._by_stem: Sets = {}
        self._words: set[str] = set()
        #: What compounds are made of, as words and as stems; and by part, the compounds.
        self._known, self._stems = set(_GLOSSARY), set(_GLOSSARY_STEMS)
        self._compounds: Sets = {}
        for name, value in vars(before).items() if before else ():
            if isinstance(value, dict | set) and name != "_by_length":
                setattr(self, name, value.copy())
        self._near, self._near_parts, self._made = Memory(), Memory(), Memory()
        #: What readers of queries made of words.
        self.remembered = Memory(5000)
        self._take_apart(self._take_in(pairs))

    def extended(self, pairs: Pairs) -> Lexicon:
        """Return a lexicon that has more words (normalised) with their kinds."""
        return Lexicon(pairs, before=self)

    def _take_in(self, pairs: Pairs) -> set[str]:
        """Note words and codes; return the folded words that are new."""
        fresh: dict[str, Word] = {}
        codes = set()
        for text, kind in pairs:
            if kind == CatalogueWord.CODE:
                codes.add(text)
                continue
            folded = fold(text)
            if folded not in self._words:
                fresh[folded] = analyse_word(text)
            self._note(text, folded, kind)
        self.codes |= codes
        heads: dict[str, set[str]] = {}
        for code in codes:
            heads.setdefault(code.rpartition("-")[0], set()).add(code)
        for head, begun in heads.items():
            self._by_code_head[head] = self._by_code_head.get(head, frozenset()) | begun
        for folded, word in fresh.items():
            self._words.add(folded)
            telling = folded not in _LITTLE
            if telling and not folded[0].isdigit():
                self._known.add(folded)
            for stem in word.stems:
                self._by_stem[stem] = self._by_stem.get(stem, frozenset()) | {folded}
                if telling:
                    self._stems.add(stem)
        return set(fresh)

    def _note(self, text: str, folded: str, kind: str) -> None:
        """Note how a word is written, and what it is the word of."""
        if text != folded:
            self._written.setdefault(folded, text)
        if kind == CatalogueWord.PLACE:
            self._places.add(folded)
        elif kind != CatalogueWord.TERM:
            self._languages[text] = self._languages.get(text, frozenset()) | {kind}

    def _take_apart(self, fresh: set[str]) -> None:
        """Note the parts of new words, and of older ones that new words are parts of."""
        if not fresh:
            return
        if len(fresh) > MANY_NEW:
            whole = self._words
        else:
            parts = {form for word in fresh for form in (word, *analyse_word(word).stems)}
            parts = {part for part in parts if len(part) >= SHORTEST_PART}
            whole = {word for word in self._words if any(part in word for part in parts)}
        for folded in whole:
            for split in self.splits(folded):
                for part in split:
                    for form in (part, *analyse_word(part).stems):
                        held = self._compounds.get(form, frozenset())
                        if folded not in held:
                            self._compounds[form] = held | {folded}

    def has(self, word: Word) -> bool:
        """Whether some course holds the word in some form."""
        return word.folded in self._words or any(stem in self._by_stem for stem in word.stems)

    def is_spelt_one_way(self, word: Word) -> bool:
        """Whether courses hold a word, and nobody writes it with other marks or without."""
        return (
            word.text == word.folded
            and word.folded in self._words
            and word.folded not in self._written
        )

    def languages_of(self, text: str) -> frozenset[str]:
        """Return the languages of the courses that hold a normalised word as it is written."""
        return self._languages.get(text, frozenset())

    def is_place(self, text: str) -> bool:
        """Whether a normalised word is the name of a municipality, a region or a provider."""
        return fold(text) in self._places

    def codes_beginning(self, head: str) -> frozenset[str]:
        """Return the codes that are ``head``, a hyphen, and one part more."""
        return self._by_code_head.get(head, frozenset()) if head else frozenset()

    def __contains__(self, folded: str) -> bool:
        return folded in self._words

    def __len__(self) -> int:
        return len(self._words)

    def compounds_with(self, word: Word) -> list[str]:
        """Return the catalogue's compounds of which the word is a part, folded, in their order."""
        found = {
            each for form in word.stems | {word.folded} for each in self._compounds.get(form, ())
        }
        if not found and len(word.folded) >= SHORTEST_STEM and not self.has(word):
            found = self._made.get(word.folded, lambda: self._made_with(word.folded))
        return sorted(found)[:MOST_COMPOUNDS]

    def _made_with(self, folded: str) -> set[str]:
        """Return the compounds of a word that stands nowhere alone and one that is known."""
        return {
            each
            for each in self._words
            if folded in each
            and each != folded
            and (
                (each.startswith(folded) and self._is_tail_after_link(each[len(folded) :]))
                or (each.endswith(folded) and self._head(each[: -len(folded)]))
            )
        }

    def joined(self, head: str, tail: str) -> list[Word]:
        """Return the catalogue's words that are a compound of two folded ones."""
        words = (f"{head}{link}{tail}" for link in _LINKS)
        return [analyse_word(word) for word in words if word in self._by_stem]

    def splits_by(self, folded: str, is_said: Callable[[str], bool]) -> list[tuple[str, ...]]:
        """Return the ways in which a folded word is two, one of which ``is_said`` otherwise."""
        found = []
        for end in range(len(folded) - SHORTEST_PART, SHORTEST_PART - 1, -1):
            tail = folded[end:]
            heads = {folded[:end].removesuffix(link) for link in _LINKS}
            for head in sorted(heads, key=len, reverse=True):
                if len(head) < SHORTEST_PART:
                    continue
                if (is_said(head) and (is_said(tail) or self._is_tail(tail))) or (
                    is_said(tail) and self._is_word(head)
                ):
                    found.append((head, tail))
        return found[:MOST_SPLITS]

    def splits(self, folded: str) -> list[tuple[str, ...]]:
        """Return the ways in which a folded word is made of known words, the fewest parts first.

        Heads are words as they stand or joined by a letter, tails may be inflected.
        """
        if len(folded) < 2 * SHORTEST_PART or folded[0].isdigit():
            return []
        tails: dict[int, list[tuple[str, ...]]] = {}

        def ways(start: int) -> list[tuple[str, ...]]:
            """Return how what begins at ``start`` is one or more known words."""
            if start not in tails:
                tail = folded[start:]
                whole = [(tail,)] if self._is_tail(tail) else []
                tails[start] = _fewest([*whole, *headed(start)])
            return tails[start]

        def headed(start: int) -> list[tuple[str, ...]]:
            found = []
            for end in range(len(folded) - SHORTEST_PART, start + SHORTEST_PART - 1, -1):
                if head := self._head(folded[start:end]):
                    found += [(head, *rest) for rest in ways(end)]
            return found

        return _fewest(headed(0))

    def _head(self, text: str) -> str:
        """Return the word that a beginning of a compound is, nothing if it is none."""
        for link in _LINKS:
            head = text.removesuffix(link) if link and text.endswith(link) else text
            if link and head == text:
                continue
            if len(head) >= SHORTEST_PART and self._is_word(head):
                return head
        return ""

    def _is_word(self, text: str) -> bool:
        return text in self._known or (len(text) >= SHORTEST_STEM and text in self._stems)

    def _is_tail(self, text: str) -> bool:
        if text in self._known:
            return True
        return any(stem in self._known or stem in self._stems for stem in analyse_word(text).stems)

    def _is_tail_after_link(self, rest: str) -> bool:
        tails = (rest.removeprefix(link) for link in _LINKS if rest.startswith(link))
        return any(len(tail) >= SHORTEST_PART and self._is_tail(tail) for tail in tails)

    def near(self, folded: str) -> tuple[str, ...]:
        """Return the catalogue's words that an unknown one may be a slip of, the nearest first.

        As they are written, with their marks. What its compounds are made of are words of it too.
        """
        found = self._near.get(folded, lambda: nearest(folded, self._about_as_long(len(folded))))
        return tuple(self._written.get(word, word) for word in found)

    def near_apart(self, folded: str) -> tuple[str, ...]:
        """Return compounds that nobody writes and an unknown one may be a slip of.

        One part is known as it stands, the other nearly: "legemidelkurs".
        """
        return self._near_parts.get(folded, lambda: self._find_near_apart(folded))

    def _find_near_apart(self, folded: str) -> tuple[str, ...]:
        found: list[str] = []
        for end in range(len(folded) - SHORTEST_STEM, SHORTEST_STEM - 1, -1):
            head, tail = folded[:end], folded[end:]
            if head in self._known and head not in _LITTLE:
                found += [self._written.get(head, head) + near for near in self.near(tail)]
            if tail in self._known and tail not in _LITTLE:
                found += [near + self._written.get(tail, tail) for near in self.near(head)]
        return tuple(dict.fromkeys(found))[:MOST_NEAR]

    def _about_as_long(self, length: int) -> list[str]:
        lengths = range(length - MOST_SLIPS, length + MOST_SLIPS + 1)
        return [word for each in lengths for word in self._by_length.get(each, ())]

    @cached_property
    def _by_length(self) -> dict[int, list[str]]:
        """The words of the catalogue and the parts of its compounds; little ones nobody means."""
        found: dict[int, list[str]] = {}
        for word in self._words - _LITTLE | (self._compounds.keys() & self._known):
            found.setdefault(len(word), []).append(word)
        return found


def _fewest(splits: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return sorted(splits, key=len)[:MOST_SPLITS]


class Lexicons:
    """The lexicon of this worker. Reads what is new when the catalogue is another."""

    def __init__(self) -> None:
        self._lock = Lock()
        #: The catalogue's version with its words, replaced as one.
        self._kept: tuple[object, Lexicon] = (None, Lexicon())
        self._last = 0
        #: How many words were read, and the sum of their digests.
        self._read: tuple[int, int] = (0, 0)

    def get(self, version: object) -> Lexicon:
        """Return the words of a catalogue version.

        No query for the one that was asked last; one where another has no other words; at most
        four where the words are not those that were read (a rebuild, a restored backup).
        """
        at, lexicon = self._kept
        if at is not None and at == version:
            return lexicon
        with self._lock:
            at, lexicon = self._kept
            if at is None or at != version:
                if _sum_of(CatalogueWord.objects.all()) != self._read:
                    lexicon = self._with_new(lexicon)
                    # Of those that were read: more may have come meanwhile.
                    known = CatalogueWord.objects.filter(pk__lte=self._last)
                    if _sum_of(known) != self._read:
                        self._last, self._read = 0, (0, 0)
                        lexicon = self._with_new(Lexicon())
                self._kept = (version, lexicon)
        return lexicon

    def _with_new(self, lexicon: Lexicon) -> Lexicon:
        rows = CatalogueWord.objects.filter(pk__gt=self._last).order_by("pk")
        found = list(rows.values_list("pk", "text", "kind", "digest"))
        if not found:
            return lexicon
        self._last = found[-1][0]
        count, total = self._read
        self._read = count + len(found), total + sum(row[3] for row in found)
        return lexicon.extended((text, kind) for _pk, text, kind, _digest in found)


def _sum_of(words: QuerySet) -> tuple[int, int]:
    """Return how many words there are, and the sum of their digests. One query."""
    found = words.aggregate(count=Count("pk"), sum=Sum("digest"))
    return found["count"], found["sum"] or 0


def compound_of(words: Sequence[str]) -> Word:
    """Return the compound of words, with the stems that hold something of its last part.

    Stemmers take "sedan" off "notoddensedan" as if it were an ending.
    """
    whole = analyse_word("".join(words))
    head = len("".join(words[:-1]))
    stems = {stem for stem in whole.stems if len(stem) >= head + SHORTEST_PART}
    return Word(whole.text, whole.folded, frozenset(stems))
