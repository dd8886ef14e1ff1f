"""Figures of a result in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from django.utils.formats import get_format, number_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from .counting.results import two_decimals
from .counting.values import TOP_GRADE
from .models import Outcome, Recusal

NBSP = "\N{NO-BREAK SPACE}"
#: The part of M that the first tie key asks for; see `counting.ranking.CLEAR_SUPPORT`.
CLEAR = Fraction(3, 5)
#: More names than these are a number.
NAMES_SHOWN = 5


@lru_cache(maxsize=4096)
def _figure(value: Fraction | str) -> tuple[str, bool]:
    """Return points with two decimals and a full stop, and whether one decimal says it all."""
    exact = Fraction(value)
    return two_decimals(exact), (exact * 10).denominator == 1


def points(value: Fraction | str) -> str:
    """Return points with two decimals, as a score is shown."""
    return _figure(value)[0].replace(".", get_format("DECIMAL_SEPARATOR"))


def vote(value: Fraction | str) -> str:
    """Return the points of one vote: one decimal where that says it all."""
    text, short = _figure(value)
    return (text[:-1] if short else text).replace(".", get_format("DECIMAL_SEPARATOR"))


def whole(value: Fraction | str) -> str:
    """Return a number of kroner, or points that are whole: without idle decimals."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return number_format(int(exact), use_l10n=True, force_grouping=True)
    return points(exact)


def money(amount: str, currency: str) -> str:
    """Return an amount with its currency."""
    return f"{whole(amount)}{NBSP}{currency}"


def names(listed: Iterable[str]) -> str:
    """Return names as a sentence has them."""
    return get_text_list(list(listed), _("and"))


def backers(co_signers: list[str], everyone: int, known: Mapping[str, str]) -> str:
    """Return which municipalities stand behind a need."""
    number = len(co_signers)
    if not number:
        return _("No municipality has confirmed it yet")
    if number == everyone > 1:
        return _("All %(number)d municipalities") % {"number": number}
    if number > NAMES_SHOWN:
        return _("%(number)d of %(all)d municipalities") % {"number": number, "all": everyone}
    return names(sorted(known.get(code, code) for code in co_signers))


def firmness(places: list[int] | None, shown: str) -> str:
    """Return whether a single ballot could move the place.

    Where the forum has moved the need, or others past it, a firm place is that of the count.
    """
    if places is None:
        return ""
    first, last = places
    if first == last:
        if shown.rstrip("=") == str(first):
            return _("Firm place")
        return _("Firm place %(place)d in the count") % {"place": first}
    return _("Close, place %(first)d–%(last)d") % {"first": first, "last": last}


def tie(key: str, other: str, member_points: int) -> str:
    """Return why a need stands above the next one, which has the same score."""
    clear = whole(CLEAR * member_points)
    words = {
        "a": _(
            "Same score as no. %(other)s. Decided by the first rule: a larger share of the "
            "municipalities gave at least %(points)s points."
        ),
        "b": _("Same score as no. %(other)s. Decided by the second rule: a higher middle vote."),
        "c": _("Same score as no. %(other)s. Decided by the third rule: a higher lowest vote."),
        "d": _(
            "Same score as no. %(other)s. Decided by the fourth rule: more municipalities behind "
            "the need."
        ),
        "e": _("Equal to no. %(other)s in everything. Listed first: a lower cost for each seat."),
        "f": _("Equal to no. %(other)s in everything. Listed first: accepted earlier."),
        "g": _("Equal to no. %(other)s in everything. Listed by reference."),
    }
    return words[key] % {"other": other, "points": clear}


def tie_rules(member_points: int) -> list[str]:
    """Return what parts needs of the same score, in order."""
    clear = whole(CLEAR * member_points)
    return [
        _("Most municipalities with at least %(points)s points") % {"points": clear},
        _("Highest middle vote"),
        _("Highest lowest vote"),
        _("Most municipalities behind the need"),
    ]


@dataclass(frozen=True)
class Weight:
    """A question with its weight; ``by_members`` says who answers it."""

    label: str
    weight: int
    by_members: bool


def criteria(member: Iterable[tuple[str, int]], statutory: int, reach: int) -> list[Weight]:
    """Return the questions with their weights, those that members grade first."""
    labels = {
        "benefit": pgettext("question", "Benefit"),
        "urgency": _("Urgency"),
        "regional": _("Shared gain"),
    }
    return [
        *(Weight(labels.get(code, code), weight, by_members=True) for code, weight in member),
        Weight(_("Law"), statutory, by_members=False),
        Weight(_("Reach"), reach, by_members=False),
    ]


def outcome(code: str) -> str:
    """Return what the forum decided, where it is more than to take the need up."""
    known = {
        Outcome.PRIORITISED: _("Goes into the plan"),
        Outcome.RESERVE: _("On the reserve list"),
        Outcome.DEFERRED: _("Waits for the next round"),
        Outcome.DECLINED: _("Not taken up"),
    }
    return known.get(code, "")


def recusal_kind(code: str) -> str:
    """Return why somebody was recused."""
    known = dict(Recusal.Kind.choices)
    return str(known.get(code, code))


def recused(graded: object) -> str:
    """Return that somebody of a seat was recused on a need; the seat's other holder may grade."""
    if graded:
        return _("Recused: %(seat)s (%(kind)s). The other person on the seat graded it.")
    return _("Recused: %(seat)s (%(kind)s).")


def graded_by(number: int, least: int) -> str:
    """Return why a need has no place."""
    return ngettext(
        "%(number)d seat graded it; at least %(least)d are needed for a place.",
        "%(number)d seats graded it; at least %(least)d are needed for a place.",
        number,
    ) % {"number": number, "least": least}


def grade_of(points_given: int) -> str:
    """Return fact points out of the highest, for example "2 of 4"."""
    return _("%(points)d of %(most)d") % {"points": points_given, "most": TOP_GRADE}
