"""What a course is like, as people say it: free, with credits, at half pace, open to join."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from catalogue.choices import Place
from catalogue.states import OccasionState

from .wish import Wish, WishKind

#: The hidden value of what costs nothing.
PRICE, FREE = "price", "free"


class _Said(NamedTuple):
    """What is said, what it is called, and what it filters by: values, or states of the day."""

    pattern: re.Pattern
    name: str
    values: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    #: In which language alone it is said so; empty for all.
    language: str = ""


def _said(*patterns: str) -> re.Pattern:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(patterns)})(?![\w-])")


def _of(key: str, *values: str) -> frozenset[str]:
    return frozenset(f"{key}:{value}" for value in values)


_FREE = _of(PRICE, FREE)
_SAID = (
    _Said(
        _said(
            *(r"ledige?\s+plass(?:er|ar)?", r"lediga?\s+plats(?:er)?", r"(?:åpne|opne)\s+kurs"),
            *(r"öppna\s+kurs(?:er)?", r"open\s+courses"),
            *(
                r"(?:åpne?|åpent|ope)\s+for\s+påmelding",
                r"åpen\s+påmelding",
                r"öppe[nt]\s+för\s+anmälan",
                r"öppen\s+anmälan",
            ),
            *(
                r"open\s+for\s+(?:applications|registration)",
                r"(?:free|available)\s+(?:seats|places)",
            ),
        ),
        "open",
        states=frozenset({OccasionState.OPEN, OccasionState.LATE}),
    ),
    _Said(
        _said(
            r"(?:med|with)\s+(?:studiepoeng|høgskolepoeng|högskolepoäng|poeng|poäng|credits)",
            *(r"studiepoenggivende", r"poenggivende", r"poänggivande"),
        ),
        "credits",
        _of("credits", "3", "7.5", "more"),
    ),
    _Said(
        _said(
            r"(?:uten|utan|without|ingen|inga|no)\s+(?:studiepoeng|høgskolepoeng|högskolepoäng|credits)"
        ),
        "no-credits",
        _of("credits", "none"),
    ),
    _Said(_said(r"kvartsfart", r"kvart\s+fart", r"quarter\s+pace"), "pace-25", _of("pace", "25")),
    _Said(_said(r"halv\s?fart", r"half\s+pace"), "pace-50", _of("pace", "50")),
    _Said(_said(r"(?:hel|full)\s?fart", r"full\s+pace"), "pace-100", _of("pace", "100")),
    _Said(
        _said(
            r"gratis(?:kurs)?",
            r"(?:kostnads|avgifts|vederlags)fri(?:tt|tt?e|a)?",
            r"free\s+of\s+charge",
            r"for\s+free",
            r"free\s+courses?",
        ),
        FREE,
        _FREE,
    ),
    _Said(_said("free"), FREE, _FREE, language="en"),
    # "Trygg på nett" is about the net.
    _Said(
        _said(r"kurs(?:er)?\s+(?:på\s+(?:nett|nätet|distans)|online)", r"courses?\s+online"),
        "online",
        _of("place", Place.DISTANCE),
    ),
)
_CREDITS_ALONE = re.compile(
    r"\s*(?:studiepoeng|studiepoenga|studiepoengene|høgskolepoeng|högskolepoäng|credits)\s*"
)
_PERCENT = re.compile(r"(?<![\w.,/⁄-])(?P<pace>25|50)\s?(?:%|prosent|procent|percent)(?!\w)")


def forms_of(text: str, language: str = "") -> Iterator[tuple[int, int, Wish]]:
    """Yield what of a normalised text a course is like: where it begins and ends, as a wish."""
    for said in _SAID:
        if said.language in ("", language):
            for match in said.pattern.finditer(text):
                wish = Wish(
                    WishKind.FORM, match[0], values=said.values, states=said.states, name=said.name
                )
                yield (*match.span(), wish)
    for match in _PERCENT.finditer(text):
        values = _of("pace", match["pace"])
        wish = Wish(WishKind.FORM, match[0], values=values, name=f"pace-{match['pace']}")
        yield (*match.span(), wish)
    # By itself it is what courses give: beside other words it is one, with synonyms of its own.
    if _CREDITS_ALONE.fullmatch(text):
        values = _of("credits", "3", "7.5", "more")
        wish = Wish(WishKind.FORM, text.strip(), values=values, name="credits")
        yield (0, len(text), wish)
    # By itself it is how a course is held; beside other words it may be what one is about.
    alone = re.fullmatch(r"\s*(?P<form>på\s+(?:nett|nätet|distans))\s*", text)
    if alone:
        values = _of("place", Place.DISTANCE)
        yield (*alone.span(), Wish(WishKind.FORM, alone["form"], values=values, name="online"))
