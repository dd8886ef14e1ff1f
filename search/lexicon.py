"""The words that the catalogue has, and what compounds are made of.

Compounds are taken apart by the catalogue's own words and the glossary's, when a query is read:
what is indexed of a course depends on that course alone, and a new word works for older courses.
The words are rows (``CatalogueWord``), written with the read model and kept in worker memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from threading import Lock

from django.db.models import Count, Sum
from rapidfuzz import process
from rapidfuzz.distance import OSA

from .analysis import SHORTEST_STEM, Word, analyse_word, fold
from .language.glossary import GLOSSARY
from .language.little import LITTLE
from .models import CatalogueWord

#: A part of a compound has at least so many letters.
SHORTEST_PART = 3
#: What stands between the parts, "sykefravær-s-oppfølging", "barn-e-hage".
_LINKS = ("", "s", "e", "o")
#: Compounds that a part is looked for in; a commoner one says too little.
MOST_COMPOUNDS = 400
#: Letters that may be wrong, by the length of the word; and near words that are tried.
_SLIPS = ((8, 2), (4, 1))
MOST_NEAR = 4
_LITTLE = frozenset(map(fold, LITTLE))


class Lexicon:
    """Folded words with what they share: stems, parts, and nearness. Grows, never shrinks."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self.codes: set[str] = set()
        #: In which languages courses hold a word, as it is written.
        self._languages: dict[str, set[str]] = {}
        self._words: set[str] = set()
        self._known = set(GLOSSARY - _LITTLE)
        #: By stem, which folded words share it: of the catalogue's, and of the glossary's too.
        self._by_stem: dict[str, set[str]] = {}
        self._stems = {stem for word in GLOSSARY for stem in analyse_word(word).stems}
        self._compounds: dict[str, set[str]] | None = None
        #: What readers of queries made of a word; true until a word is added.
        self.remembered: dict[object, object] = {}
        self.add(pairs)

    def add(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Take in what the catalogue has got: words (normalised) with their kinds."""
        new = {}
        for text, kind in pairs:
            if kind == CatalogueWord.CODE:
                self.codes.add(text)
                continue
            new[fold(text)] = analyse_word(text)
            if kind != CatalogueWord.TERM:
                self._languages.setdefault(text, set()).add(kind)
        fresh = new.keys() - self._words
        if not fresh:
            return
        for folded in fresh:
            for stem in new[folded].stems:
                self._by_stem.setdefault(stem, set()).add(folded)
                if folded not in _LITTLE:
                    self._stems.add(stem)
        self._words |= fresh
        self._known |= {word for word in fresh - _LITTLE if not word[0].isdigit()}
        self._compounds = None
        self.near.cache_clear()
        self._made_with.cache_clear()
        self.remembered.clear()

    def has(self, word: Word) -> bool:
        """Whether some course holds the word in some form."""
        return word.folded in self._words or any(stem in self._by_stem for stem in word.stems)

    def languages_of(self, text: str) -> frozenset[str]:
        """Return the languages of the courses that hold a normalised word as it is written."""
        return frozenset(self._languages.get(text, ()))

    def __contains__(self, folded: str) -> bool:
        return folded in self._words

    def __len__(self) -> int:
        return len(self._words)

    def compounds_with(self, word: Word) -> list[str]:
        """Return the catalogue's compounds of which the word is a part, folded, in their order."""
        if self._compounds is None:
            self._compounds = self._taken_apart()
        forms = word.stems | {word.folded}
        found = {each for form in forms for each in self._compounds.get(form, ())}
        if not found and not self.has(word):
            found = set(self._made_with(word.folded))
        return sorted(found)[:MOST_COMPOUNDS]

    @lru_cache(maxsize=2000)  # noqa: B019  there is one lexicon for each worker
    def _made_with(self, folded: str) -> tuple[str, ...]:
        """Return the compounds of a word that stands nowhere alone and one that is known."""
        if len(folded) < SHORTEST_STEM:
            return ()
        return tuple(
            each
            for each in self._words
            if folded in each
            and each != folded
            and (
                (each.startswith(folded) and self._is_tail_after_link(each[len(folded) :]))
                or (each.endswith(folded) and self._head(each[: -len(folded)]))
            )
        )

    def _is_tail_after_link(self, rest: str) -> bool:
        tails = (rest.removeprefix(link) for link in _LINKS if rest.startswith(link))
        return any(len(tail) >= SHORTEST_PART and self._is_tail(tail) for tail in tails)

    def _taken_apart(self) -> dict[str, set[str]]:
        compounds: dict[str, set[str]] = {}
        for folded in self._words:
            for parts in self.splits(folded):
                for part in parts:
                    compounds.setdefault(part, set()).add(folded)
                    for stem in analyse_word(part).stems:
                        compounds.setdefault(stem, set()).add(folded)
        return compounds

    def splits(self, folded: str) -> Iterator[tuple[str, ...]]:
        """Yield the ways in which a folded word is made of known words; the longest head first.

        Heads are words as they stand or joined by a letter, tails may be inflected.
        """
        if len(folded) < 2 * SHORTEST_PART or folded[0].isdigit():
            return
        for end in range(len(folded) - SHORTEST_PART, SHORTEST_PART - 1, -1):
            head, tail = self._head(folded[:end]), folded[end:]
            if not head:
                continue
            if self._is_tail(tail):
                yield (head, tail)
            for rest in self.splits(tail) if len(tail) >= 2 * SHORTEST_PART else ():
                yield (head, *rest)

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

    @lru_cache(maxsize=2000)  # noqa: B019  there is one lexicon for each worker
    def near(self, folded: str) -> tuple[str, ...]:
        """Return the catalogue's words that an unknown one may be a slip of, the nearest first."""
        slips = next((number for length, number in _SLIPS if len(folded) >= length), 0)
        if not slips or any(letter.isdigit() for letter in folded):
            return ()
        found = process.extract(
            folded,
            self._candidates(len(folded), slips),
            scorer=OSA.distance,
            score_cutoff=slips,
            limit=40,
        )
        kept = [(each[1], -_shared(folded, each[0]), each[0]) for each in found]
        best = min(kept, default=(0,))[0]
        return tuple(word for far, _shared_, word in sorted(kept) if far == best)[:MOST_NEAR]

    def _candidates(self, length: int, slips: int) -> list[str]:
        return [
            word
            for word in self._words
            if abs(len(word) - length) <= slips and len(word) >= SHORTEST_STEM
        ]


def _shared(one: str, other: str) -> int:
    """Return how many letters two words begin alike with."""
    return next(
        (number for number, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )


class Lexicons:
    """The lexicon of this worker. Reads what is new when the catalogue is another."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept = Lexicon()
        self._at: object = None
        self._last = 0
        #: How many words were read, and the sum of their digests.
        self._read: tuple[int, int] = (0, 0)

    def get(self, version: object) -> Lexicon:
        """Return the words of a catalogue version.

        No query for the one that was asked last; one where another has no other words; at most
        four where the words are not those that were read (a rebuild, a restored backup).
        """
        if self._at is not None and self._at == version:
            return self._kept
        with self._lock:
            if self._at is None or self._at != version:
                there = CatalogueWord.objects.aggregate(count=Count("pk"), sum=Sum("digest"))
                now = (there["count"], there["sum"] or 0)
                if now != self._read:
                    self._add_new()
                if now != self._read:
                    self._kept, self._last, self._read = Lexicon(), 0, (0, 0)
                    self._add_new()
                self._at = version
        return self._kept

    def _add_new(self) -> None:
        rows = CatalogueWord.objects.filter(pk__gt=self._last).order_by("pk")
        found = list(rows.values_list("pk", "text", "kind", "digest"))
        if not found:
            return
        self._kept.add((text, kind) for _pk, text, kind, _digest in found)
        self._last = found[-1][0]
        count, total = self._read
        self._read = count + len(found), total + sum(row[3] for row in found)
