"""Needs that say the same in other words: found by the stems that two texts share.

Compared are a region's open shared needs and what has not been accepted yet, newest first, at most
``MOST`` of each: beyond that a coordinator searches. Two statements fetch them, however many there
are, and nothing is stored. A word weighs more the fewer of the compared texts have it; words that
every text has are left out. This analysis knows neither compounds nor synonyms: what it misses, the
search of the queue finds.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt

import snowballstemmer

from .models import Need, NeedState, SharedNeed, SharedNeedState

#: Texts of each kind that are compared.
MOST = 200
#: Different words of a text that are looked at.
MOST_WORDS = 120
#: Letters below which a stem says too little.
SHORTEST_STEM = 4
#: Letters that two longer words must begin with alike to be half the same:
#: "legemiddelkurs", "legemiddelhåndtering".
COMMON_START = 8
START_WEIGHT = 0.5
#: What two texts must share of their weight to count as alike; found by trying the demo's needs.
ALIKE = 0.12
#: A need of the same service area is that much likelier the same.
SAME_AREA = 0.04

#: Words of the three languages that say nothing of what a text is about, folded.
_EMPTY = """
    ikke hvor eller etter mange skal have noen blir ville ogsa under over mellom uten denne dette
    disse deres vare vart ikkje trenger behov ansatte kommune kommunen kurs opplaering
    inte efter manga skall nagon nagra blir ocksa mellan utan denna detta dessa deras vara vart
    behover anstallda kommunens kurser utbildning
    that this with from have they them their there which when what where would could should need
    needs training course courses staff
"""
EMPTY_WORDS = frozenset(_EMPTY.split())

_WORD = re.compile(r"\w+")
_STEMMERS = tuple(snowballstemmer.stemmer(name) for name in ("norwegian", "swedish", "english"))
_FOLDED = str.maketrans("åäæöøé", "aaaooe")
_WAITING = (NeedState.SUBMITTED, NeedState.IN_MODERATION, NeedState.RETURNED)


@dataclass(frozen=True)
class Text:
    """A need or a shared need as it is compared."""

    #: "need" or "shared".
    kind: str
    pk: int
    region: int
    words: str
    areas: frozenset[int]

    @property
    def key(self) -> tuple[str, int]:
        """What tells it from every other one."""
        return self.kind, self.pk


@dataclass(frozen=True)
class Match:
    """A text that is like another one, how much (0–1), and the tokens they share."""

    text: Text
    likeness: float
    shared: frozenset[str]


@lru_cache(maxsize=50_000)
def tokens_of_word(word: str) -> frozenset[str]:
    """Return what a word is compared by: its stems in three languages, and its beginning."""
    plain = word.translate(_FOLDED)
    if plain in EMPTY_WORDS:
        return frozenset()
    if plain.isdecimal():
        return frozenset({plain}) if len(plain) >= SHORTEST_STEM else frozenset()
    stems = {stemmer.stemWord(word).translate(_FOLDED) for stemmer in _STEMMERS}
    tokens = {stem for stem in stems if len(stem) >= SHORTEST_STEM}
    if len(plain) > COMMON_START:
        tokens.add(f"{plain[:COMMON_START]}…")
    return frozenset(tokens)


def _normal(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()


def tokens_of(text: str) -> frozenset[str]:
    """Return everything that ``text`` is compared by."""
    words = dict.fromkeys(_normal(word) for word in _WORD.findall(text))
    return frozenset().union(*(tokens_of_word(word) for word in list(words)[:MOST_WORDS]))


def marked(text: str, shared: Iterable[str]) -> list[tuple[str, bool]]:
    """Return ``text`` in pieces, each with whether it is a word that is shared."""
    wanted, pieces, end = frozenset(shared), [], 0
    for found in _WORD.finditer(text):
        if tokens_of_word(_normal(found.group())) & wanted:
            pieces += [(text[end : found.start()], False), (found.group(), True)]
            end = found.end()
    return [piece for piece in [*pieces, (text[end:], False)] if piece[0]]


class Corpus:
    """The texts of some regions that can be compared."""

    def __init__(self, texts: Iterable[Text]) -> None:
        self._texts = {text.key: text for text in texts}
        self._tokens = {key: tokens_of(text.words) for key, text in self._texts.items()}
        self._counts = Counter(token for tokens in self._tokens.values() for token in tokens)
        self._having: dict[str, list[tuple[str, int]]] = {}
        for key, tokens in self._tokens.items():
            for token in tokens:
                self._having.setdefault(token, []).append(key)

    @classmethod
    def of_regions(cls, regions: Iterable[int] | None) -> Corpus:
        """Fetch what the ``regions`` have (None: every one of them), in two statements."""
        inside = {} if regions is None else {"region__in": list(regions)}
        shared = (
            SharedNeed.objects.filter(state=SharedNeedState.OPEN, **inside)
            .order_by("-created_at", "-pk")
            .values_list("pk", "region_id", "title", "public_summary")[:MOST]
        )
        needs = (
            Need.objects.filter(state__in=_WAITING, **inside)
            .order_by("-created_at", "-pk")
            .values_list("pk", "region_id", "challenge", "goal_achieve", "service_area_id")[:MOST]
        )
        texts = [
            Text("shared", pk, region, f"{title} {summary}", frozenset())
            for pk, region, title, summary in shared
        ]
        texts += [
            Text("need", pk, region, f"{challenge} {goal}", frozenset({area} - {None}))
            for pk, region, challenge, goal, area in needs
        ]
        return cls(texts)

    def like(self, text: Text, limit: int | None = None) -> list[Match]:
        """Return what is like ``text`` in its region, likest first; itself not."""
        own = tokens_of(text.words)
        shared: dict[tuple[str, int], set[str]] = {}
        for token in own:
            for key in self._having.get(token, ()):
                shared.setdefault(key, set()).add(token)
        size = self._size(own)
        found = []
        for key, tokens in shared.items():
            other = self._texts[key]
            if key == text.key or other.region != text.region or not size:
                continue
            likeness = self._weight(tokens) / (size * (self._size(self._tokens[key]) or 1))
            likeness += SAME_AREA if text.areas & other.areas else 0
            if likeness >= ALIKE:
                found.append(Match(other, likeness, frozenset(tokens)))
        found.sort(key=lambda match: (-match.likeness, match.text.key))
        return found[:limit]

    def _of(self, token: str) -> float:
        """Return the weight of a token: more, the fewer of the texts have it."""
        rarity = log(1 + len(self._texts) / self._counts.get(token, 1))
        return rarity * (START_WEIGHT if token.endswith("…") else 1)

    def _weight(self, tokens: Iterable[str]) -> float:
        return sum(self._of(token) ** 2 for token in tokens)

    def _size(self, tokens: Iterable[str]) -> float:
        return sqrt(self._weight(tokens))


def text_of(need: Need) -> Text:
    """Return ``need`` as it is compared."""
    words = f"{need.title} {need.challenge} {need.goal_achieve}"
    return Text("need", need.pk, need.region_id, words, frozenset({need.service_area_id} - {None}))
