"""What of a query is understood as filters: "3 hp", "våren 2027", "uke 5", "gratis"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal

from catalogue.choices import CreditSystem

from .analysis import normalise
from .forms_of_study import forms_of
from .holidays import holidays_of
from .leads import led
from .periods import any_of, periods_of
from .wish import Wish, WishKind

__all__ = ["AMOUNT", "QUOTED", "Wish", "WishKind", "amount", "wishes_of"]

#: The key of the hidden values of credits.
AMOUNT = "amount"

#: Sixty of either are a year of study: who asks for one means the other too. Those of vocational
#: colleges are others.
_EQUAL = {
    CreditSystem.HP: (CreditSystem.HP, CreditSystem.STP),
    CreditSystem.STP: (CreditSystem.STP, CreditSystem.HP),
}
#: What each is called; the first of the equal ones is what was typed.
_SYSTEMS = {
    **dict.fromkeys(("hp", "högskolepoäng", "høgskolepoeng"), _EQUAL[CreditSystem.HP]),
    **dict.fromkeys(("stp", "sp", "studiepoeng"), _EQUAL[CreditSystem.STP]),
    **dict.fromkeys(("fstp", "fagskolepoeng"), (CreditSystem.FSTP,)),
    "yhp": (CreditSystem.YHP,),
    **dict.fromkeys(("ects", "credits", "credit"), _EQUAL[CreditSystem.HP]),
}
_CREDITS = re.compile(
    rf"(?<![\w.,/⁄-])(?P<number>\d{{1,3}}(?:[.,]\d)?)\s*(?P<system>{any_of(_SYSTEMS)})(?!\w)"
)
#: What stands between quotation marks is looked for as it is written.
QUOTED = re.compile(r'["“”«»„]([^"“”«»„]{1,100})["“”«»„]')


def wishes_of(
    text: str, today: date, worded: Collection[str] = (), language: str = ""
) -> tuple[list[Wish], str]:
    """Return the wishes in a text, in its order, and the text without them, normalised.

    Those that stand in ``worded`` as they were typed are words of it like others. ``language`` is
    the reader's.
    """
    normal = normalise(text)
    masked = QUOTED.sub(lambda quoted: "_" * len(quoted[0]), normal)
    found = sorted(_found(masked, today, language), key=lambda each: (each[0], -each[1]))
    kept, rest, at = [], [], 0
    for start, end, each in found:
        if start >= at:
            is_end = bool(kept) and kept[-1].kind == WishKind.FROM
            more, wish = led(masked[at:start], each, today, is_end=is_end)
            start -= more  # noqa: PLW2901  the words that lead to it belong to it
            is_worded = wish.text in worded
            if not is_worded:
                kept.append(wish)
            rest.append(normal[at : end if is_worded else start])
            at = end
    return kept, " ".join([*rest, normal[at:]])


def _found(text: str, today: date, language: str) -> Iterator[tuple[int, int, Wish]]:
    for match in _CREDITS.finditer(text):
        number = Decimal(match["number"].replace(",", "."))
        systems = tuple(map(str, _SYSTEMS[match["system"]]))
        yield (
            *match.span(),
            Wish(
                WishKind.CREDITS,
                match[0].strip(),
                values=frozenset(f"{AMOUNT}:{amount(number, system)}" for system in systems),
                number=number,
                systems=systems,
            ),
        )
    yield from forms_of(text, language)
    yield from periods_of(text, today, language)
    yield from holidays_of(text, today)


def amount(number: Decimal, system: str) -> str:
    """Return the hidden value of so many credits: "7.5-hp"."""
    whole = number.normalize()
    return f"{whole:f}-{system}"
