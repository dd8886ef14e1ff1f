"""What a text was taken for, in words, each with the way back."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalogue import formats

from .presenters import Tag, address
from .query import CourseQuery, CourseResults
from .wishes import Wish, WishKind


@dataclass(frozen=True)
class Understood:
    """How a text was read, where that is not plainly its words."""

    #: Numbers and dates that filter, each with the address without it; and all of them as words.
    wishes: list[Tag]
    as_words: str = ""
    #: The address that takes numbers and dates as filters again.
    as_filters: str = ""
    did_you_mean: Tag | None = None
    widened: bool = False


def understood(query: CourseQuery, results: CourseResults) -> Understood:
    """Return how the text of a query was read."""
    reading = results.reading
    meant = reading.did_you_mean if results.total else ""
    return Understood(
        wishes=[
            Tag(wish_label(wish), address(without_wish(query, wish))) for wish in reading.wishes
        ],
        as_words=address(replace(query, plain=True, page=1)) if reading.wishes else "",
        as_filters=address(replace(query, plain=False, page=1)) if query.plain else "",
        did_you_mean=Tag(meant, address(replace(query, text=meant, page=1))) if meant else None,
        widened=results.widened,
    )


def wish_label(wish: Wish) -> str:
    """Return what a part of a text was taken for."""
    if wish.kind == WishKind.CREDITS:
        return _credits(wish)
    if wish.first is None or wish.last is None:
        return wish.text
    if wish.kind == WishKind.MONTH:
        return _("starts in %(month)s") % {"month": date_format(wish.first, "F Y")}
    if wish.kind == WishKind.WEEK:
        return _("starts in week %(week)d, %(days)s") % {
            "week": wish.first.isocalendar().week,
            "days": formats.day_range(wish.first, wish.last),
        }
    if wish.kind == WishKind.DAY:
        return _("starts on %(day)s") % {"day": formats.day(wish.first)}
    seasons = {
        1: _("starts in spring %(year)d"),
        6: _("starts in summer %(year)d"),
        8: _("starts in autumn %(year)d"),
    }
    return seasons[wish.first.month] % {"year": wish.first.year}


def _credits(wish: Wish) -> str:
    """Return "3 stp or hp, worth the same": who typed one would not look for the other."""
    first, *others = wish.systems
    own = formats.credits_short(wish.number or 0, first)
    if not others:
        return own
    words = {"credits": own, "other": others[0]}
    return _("%(credits)s or %(other)s, worth the same") % words


def without_wish(query: CourseQuery, *wishes: Wish) -> CourseQuery:
    """Return the query whose text has not what these wishes were read from."""
    text = unicodedata.normalize("NFKC", query.text)
    for wish in wishes:
        pattern = r"\s+".join(map(re.escape, wish.text.split()))
        text = re.sub(rf"(?<!\w){pattern}(?!\w)", " ", text, count=1, flags=re.IGNORECASE)
    return replace(query, text=" ".join(text.split()), page=1)
