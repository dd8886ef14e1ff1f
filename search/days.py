"""The first and last day between which courses shall begin, typed as people write dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue import formats
from catalogue.outward import printable

#: Keys of the address.
FIRST, LAST = "from", "to"
#: Letters of what is typed that are looked at.
LONGEST = 40
#: As dates are typed in each language; each is one of the site's input formats.
_TYPED = {"nb": "d.m.Y", "sv": "Y-m-d", "en": "d/m/Y"}

Days = tuple[date | None, date | None]


@dataclass(frozen=True)
class TypedDay:
    """One of the two days as it stands in its field, and what is wrong with it."""

    name: str
    text: str = ""
    error: str = ""


@dataclass(frozen=True)
class TypedDays:
    """Both days as they stand in the form."""

    first: TypedDay = TypedDay(FIRST)
    last: TypedDay = TypedDay(LAST)

    @property
    def errors(self) -> tuple[str, ...]:
        """What is wrong, in words."""
        return tuple(each.error for each in (self.first, self.last) if each.error)


def read_days(data: QueryDict, today: date) -> tuple[Days, TypedDays]:
    """Return the days that are asked for, and what stays in the form; what is wrong is no day."""
    (first, one), (last, other) = _read(data, FIRST, today), _read(data, LAST, today)
    if first and last and last < first:
        other = TypedDay(LAST, other.text, _("The last day is before the first day."))
        first = last = None
    return (first, last), TypedDays(one, other)


def _read(data: QueryDict, name: str, today: date) -> tuple[date | None, TypedDay]:
    text = printable(data.get(name, "")[:LONGEST]).strip()
    if not text:
        return None, TypedDay(name)
    try:
        day = forms.DateField().clean(text)
    except ValidationError:
        words = {"text": text, "example": typed(today)}
        error = _("“%(text)s” is no date that can be read. Write it as %(example)s.") % words
        return None, TypedDay(name, text, error)
    return day, TypedDay(name, typed(day))


def typed(day: date) -> str:
    """Return a day as the reader would type it: "08.02.2027"."""
    return date_format(day, _TYPED.get(get_language() or "", "Y-m-d"))


def labels(days: Days, today: date) -> tuple[str, str]:
    """Return the two days in words, an empty one for a day that is not asked for."""
    first, last = (formats.day(day, today) if day else "" for day in days)
    return (
        _("Start from %(day)s") % {"day": first} if first else "",
        _("Start by %(day)s") % {"day": last} if last else "",
    )
