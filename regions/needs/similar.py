"""Needs that say the same in other words: found by the stems that two texts share.

Compared are a region's shared needs and the needs that stand in none: those that wait, and those
that were not taken up. Of each the open ones come before the settled ones, newest first, at most
``MOST``: beyond that a coordinator searches. Two statements fetch them, however many there are, and
nothing is stored. A word weighs more the fewer of the compared texts have it; words that every text
has are left out. This analysis knows neither compounds nor synonyms: what it misses, the search of
the queue finds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt

import snowballstemmer
from django.db.models import Case, When

from .models import DeclineReason, Need, NeedState, SharedNeed, SharedNeedState

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
#: Words that two texts must share: one alone is chance.
WORDS_SHARED = 2
#: A need of the same service area is that much likelier the same.
SAME_AREA = 0.04

#: Words of the three languages that say nothing of what a text is about, folded.
_EMPTY = """
    ikke hvor eller etter mange skal have noen blir ville ogsa under over mellom uten denne dette
    disse deres vare vart ikkje trenger behov ansatte kommune kommunen kurs opplaering
    inte efter manga skall nagon nagra blir ocksa mellan utan denna detta dessa deras vara vart
    behover anstallda kommunens kurser utbildning
    that this with from have they them their there which when what where would could should need
    needs training course courses staff mangler mangel mangelen saknar saknas lack lacks
"""
EMPTY_WORDS = frozenset(_EMPTY.split())

_WORD = re.compile(r"\w+")
_STEMMERS = tuple(snowballstemmer.stemmer(name) for name in ("norwegian", "swedish", "english"))
_FOLDED = str.maketrans("åäæöøé", "aaaooe")
_WAITING = (NeedState.SUBMITTED, NeedState.IN_MODERATION, NeedState.RETURNED)
#: What another one stands for, or nobody.
_GONE = (SharedNeedState.ABSORBED, SharedNeedState.VOID, SharedNeedState.WITHDRAWN)
#: Likest ones that stand side by side, by whether one can still merge; the checklist counts all.
LIVE_BESIDE, SETTLED_BESIDE = 3, 2


@dataclass(frozen=True)
class Text:
    """A need or a shared need as it is compared."""

    #: "need" or "shared".
    kind: str
    pk: int
    region: int
    words: str
    areas: frozenset[int]
    #: Whether it is in a round or decided: nothing to merge with, but there already.
    settled: bool = False
    #: The shared need in which it stands itself.
    within: int | None = None

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


def _words(text: str) -> list[str]:
    """Return the different words of ``text`` that are looked at, in their order."""
    return list(dict.fromkeys(_normal(word) for word in _WORD.findall(text)))[:MOST_WORDS]


@lru_cache(maxsize=1024)
def tokens_of(text: str) -> frozenset[str]:
    """Return everything that ``text`` is compared by."""
    return frozenset().union(*map(tokens_of_word, _words(text)))


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
        self._having: dict[str, list[tuple[str, int]]] = {}
        for key, tokens in self._tokens.items():
            for token in tokens:
                self._having.setdefault(token, []).append(key)
        # Worked out once: a page of the queue compares fifty needs with all of them.
        self._weights = {token: self._weigh(token) for token in self._having}
        self._sizes = {key: self._size(tokens) for key, tokens in self._tokens.items()}

    @classmethod
    def of_regions(cls, regions: Iterable[int] | None) -> Corpus:
        """Fetch what the ``regions`` have (None: every one of them), in two statements."""
        inside = {} if regions is None else {"region__in": list(regions)}
        shared = (
            SharedNeed.objects.filter(**inside)
            .exclude(state__in=_GONE)
            .order_by(_open_first(SharedNeedState.OPEN), "-created_at", "-pk")
            .values_list("pk", "region_id", "title", "public_summary", "state")[:MOST]
        )
        needs = (
            Need.objects.filter(state__in=(*_WAITING, NeedState.DECLINED), **inside)
            .exclude(decline_reason=DeclineReason.SPAM)
            .order_by(_open_first(*_WAITING), "-created_at", "-pk")
            .values_list(
                "pk", "region_id", "challenge", "goal_achieve", "service_area_id", "state"
            )[:MOST]
        )
        texts = [
            Text(
                "shared",
                pk,
                region,
                f"{title} {summary}",
                frozenset(),
                settled=state != SharedNeedState.OPEN,
            )
            for pk, region, title, summary, state in shared
        ]
        texts += [
            Text(
                "need",
                pk,
                region,
                f"{challenge} {goal}",
                frozenset({area} - {None}),
                settled=state not in _WAITING,
            )
            for pk, region, challenge, goal, area, state in needs
        ]
        return cls(texts)

    def like(self, text: Text, limit: int | None = None) -> list[Match]:
        """Return what is like ``text`` in its region, likest first; itself not."""
        own, words = tokens_of(text.words), [tokens_of_word(word) for word in _words(text.words)]
        size = self._size(own)
        together: dict[tuple[str, int], float] = {}
        for token in own & self._having.keys():
            weight = self._weights[token]
            for key in self._having[token]:
                together[key] = together.get(key, 0) + weight
        found = []
        for key, weight in together.items():
            other = self._texts[key]
            likeness = weight / (size * self._sizes[key])
            likeness += SAME_AREA if text.areas & other.areas else 0
            if likeness < ALIKE or other.region != text.region:
                continue
            if key in {text.key, ("shared", text.within)}:
                continue
            shared = own & self._tokens[key]
            if sum(not shared.isdisjoint(word) for word in words) >= WORDS_SHARED:
                found.append(Match(other, likeness, shared))
        found.sort(key=lambda match: (-match.likeness, match.text.key))
        return found[:limit]

    def _weigh(self, token: str) -> float:
        """Return the weight of a token: more, the fewer of the texts have it."""
        rarity = log(1 + len(self._texts) / max(1, len(self._having.get(token, ()))))
        return (rarity * (START_WEIGHT if token.endswith("…") else 1)) ** 2

    def _size(self, tokens: Iterable[str]) -> float:
        known = self._weights
        return sqrt(sum(known[token] if token in known else self._weigh(token) for token in tokens))


def text_of(need: Need) -> Text:
    """Return ``need`` as it is compared."""
    words = f"{need.title} {need.challenge} {need.goal_achieve}"
    return Text(
        "need",
        need.pk,
        need.region_id,
        words,
        frozenset({need.service_area_id} - {None}),
        within=need.shared_need_id if need.state == NeedState.ACCEPTED else None,
    )


def side_by_side(matches: list[Match]) -> list[Match]:
    """Return the likest, for a screen: what one can merge into, what waits, what is there already.

    ``matches`` are sorted, likest first. What is settled has places of its own: it pushes nothing
    aside that can still be merged, and is not pushed aside itself.
    """
    settled = [match for match in matches if match.text.settled][:SETTLED_BESIDE]
    live = [match for match in matches if not match.text.settled][:LIVE_BESIDE]
    # Sorting keeps the order of what is equal.
    return [*sorted(live, key=lambda match: match.text.kind != "shared"), *settled]


def _open_first(*states: str) -> Case:
    return Case(When(state__in=states, then=0), default=1)
