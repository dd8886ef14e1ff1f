"""What a text was taken for, in words, each with the way back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalogue import formats

from .forms import still_worded
from .presenters import Tag, address
from .query import CourseQuery, CourseResults
from .reading import Reading
from .wishes import Wish, WishKind

DAYS_OF_WEEK = 7
#: What stood between a part that is gone and the rest: "før sommeren, demens", "demens (uke 5)".
_AROUND = " ,;:()"


@dataclass(frozen=True)
class Understood:
    """How a text was read, where that is not plainly its words."""

    #: The address that takes numbers and dates that filter as words.
    as_words: str = ""
    #: Where there are several, each as it was typed, with the address that takes it as words.
    each_as_words: list[Tag] = field(default_factory=list)
    #: The address that takes numbers and dates as filters again.
    as_filters: str = ""
    #: That no course was found, in words; nothing where some was or nothing was asked for.
    nothing: str = ""
    did_you_mean: Tag | None = None
    widened: bool = False


def understood(query: CourseQuery, results: CourseResults, *, narrowed: bool = False) -> Understood:
    """Return how the text of a query was read; ``narrowed``: only what was chosen left nothing."""
    reading = results.reading
    meant = reading.did_you_mean if results.total else ""
    first = replace(query, page=1)
    each = [Tag(wish.text, address(as_words(first, wish))) for wish in reading.wishes]
    taken_back = query.plain or still_worded(query.text, query.worded)
    return Understood(
        as_words=address(as_words(first, *reading.wishes)) if reading.wishes else "",
        each_as_words=each if len(each) > 1 else [],
        as_filters=address(replace(first, plain=False, worded=())) if taken_back else "",
        nothing="" if results.total else nothing_found(query, reading, narrowed=narrowed),
        did_you_mean=Tag(meant, address(replace(first, text=meant))) if meant else None,
        widened=results.widened,
    )


def text_tags(query: CourseQuery, results: CourseResults) -> list[Tag]:
    """Return what the text was taken for, each with the address without it.

    The words are one; each number or date that filters is one, in words.
    """
    wishes = results.reading.wishes
    found = [Tag(wish_label(wish), address(without_wish(query, wish))) for wish in wishes]
    words = without_wish(query, *wishes).text if wishes else query.text
    if wishes and not results.reading.terms:
        words = ""  # little words: "i uke 5"
    if words:
        others = replace(query, text=" ".join(wish.text for wish in wishes), page=1)
        found.insert(0, Tag(_("“%(text)s”") % {"text": words}, address(others)))
    return found


def as_words(query: CourseQuery, *wishes: Wish) -> CourseQuery:
    """Return the query that takes some wishes as words."""
    worded = (*query.worded, *(wish.text for wish in wishes))
    return replace(query, worded=still_worded(query.text, worded))


def nothing_found(query: CourseQuery, reading: Reading, *, narrowed: bool) -> str:
    """Return that there is no course as it was understood, not as it was typed.

    ``narrowed``: there are, but not with what was chosen beside it.
    """
    if not query.text:
        return ""
    credits_ = [_credits(each) for each in reading.wishes if each.kind == WishKind.CREDITS]
    starts = [wish_label(each) for each in reading.wishes if each.kind != WishKind.CREDITS]
    text = without_wish(query, *reading.wishes).text if reading.wishes else query.text
    if not reading.terms and reading.wishes:
        text = ""  # little words: "i uke 5"
    said = _("No course")
    if text:
        said = _("No course about “%(text)s”") % {"text": text}
    if credits_:
        said = _("%(nothing)s of %(credits)s") % {"nothing": said, "credits": ", ".join(credits_)}
    if starts:
        said = _("%(nothing)s that %(starts)s") % {"nothing": said, "starts": ", ".join(starts)}
    return _("%(nothing)s with these choices") % {"nothing": said} if narrowed else said


def wish_label(wish: Wish) -> str:
    """Return what a part of a text was taken for."""
    if wish.kind == WishKind.CREDITS:
        return _worth_the_same(wish)
    if wish.kind == WishKind.FORM:
        return _forms()[wish.name]
    if wish.first is None or wish.last is None:
        return wish.text
    if wish.kind in _DAYS:
        return _DAYS[wish.kind](wish.first, wish.last)
    if wish.kind == WishKind.YEAR:
        return _("starts in %(year)d") % {"year": wish.first.year}
    if wish.kind == WishKind.MONTH:
        months = [date_format(day, "F Y") for day in (wish.first, wish.last)]
        return _("starts in %(month)s") % {"month": " – ".join(dict.fromkeys(months))}
    if wish.kind == WishKind.WEEK and (wish.last - wish.first).days > DAYS_OF_WEEK:
        return _("starts in weeks %(first)d–%(last)d, %(days)s") % {
            "first": wish.first.isocalendar().week,
            "last": wish.last.isocalendar().week,
            "days": formats.day_range(wish.first, wish.last),
        }
    if wish.kind == WishKind.WEEK:
        return _("starts in week %(week)d, %(days)s") % {
            "week": wish.first.isocalendar().week,
            "days": formats.day_range(wish.first, wish.last),
        }
    seasons = {
        1: _("starts in spring %(year)d"),
        6: _("starts in summer %(year)d"),
        8: _("starts in autumn %(year)d"),
    }
    return seasons[wish.first.month] % {"year": wish.first.year}


_DAYS: dict[WishKind, Callable[[date, date], str]] = {
    WishKind.DAY: lambda first, last: (
        _("starts on %(day)s") % {"day": formats.day_range(first, last)}
    ),
    WishKind.FROM: lambda first, _last: (
        _("starts on %(day)s or later") % {"day": formats.day(first)}
    ),
    WishKind.UNTIL: lambda _first, last: _("starts by %(day)s") % {"day": formats.day(last)},
}


def _forms() -> dict[str, str]:
    return {
        "open": _("is open for applications"),
        "credits": _("gives credits"),
        "no-credits": _("gives no credits"),
        "pace-25": _("is at quarter pace"),
        "pace-50": _("is at half pace"),
        "pace-100": _("is at full pace"),
        "free": _("is free of charge"),
        "online": _("is held at a distance"),
    }


def _credits(wish: Wish) -> str:
    """Return "3 stp or hp"."""
    first, *others = wish.systems
    own = formats.credits_short(wish.number or 0, first)
    words = {"credits": own, "other": "/".join(others)}
    return _("%(credits)s or %(other)s") % words if others else own


def _worth_the_same(wish: Wish) -> str:
    """Return "3 stp or hp, worth the same": who typed one would not look for the other."""
    said = _credits(wish)
    return _("%(credits)s, worth the same") % {"credits": said} if len(wish.systems) > 1 else said


def without_wish(query: CourseQuery, *wishes: Wish) -> CourseQuery:
    """Return the query whose text has not what these wishes were read from."""
    text = unicodedata.normalize("NFKC", query.text)
    for wish in wishes:
        pattern = r"\s+".join(map(re.escape, wish.text.split()))
        whole = rf"(?<![\w⁄])(?<!\d[.,]){pattern}(?!\w)"  # "5 hp" is no part of "7,5 hp"
        text = re.sub(whole, " ", text, count=1, flags=re.IGNORECASE)
    return replace(query, text=" ".join(text.split()).strip(_AROUND), page=1)
