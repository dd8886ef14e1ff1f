"""The first and last day between which courses shall begin, typed as people write dates."""

from __future__ import annotations

import re
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

from .analysis import normalise
from .query import CourseQuery
from .readings import wishes_in

#: Keys of the address.
FIRST, LAST = "from", "to"
#: Letters of what is typed that are looked at.
LONGEST = 40
#: As dates are typed in each language; each is one of the site's input formats.
_TYPED = {"nb": "d.m.Y", "sv": "Y-m-d", "en": "d/m/Y"}

_STROKE = re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})\s?[-/ ]\s?(?P<year>20\d\d)", re.ASCII)
#: Figures alone, the day first; in Swedish the year.
_FIGURES = re.compile(r"(?P<day>\d\d)(?P<month>\d\d)(?P<year>(?:20)?\d\d)", re.ASCII)
_FIGURES_SV = re.compile(r"(?P<year>(?:20)?\d\d)(?P<month>\d\d)(?P<day>\d\d)", re.ASCII)
_CENTURY = 99

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
    day = day_of(text, today)
    if day is None:
        words = {"text": text, "example": typed(today)}
        error = _("“%(text)s” is no date that can be read. Write it as %(example)s.") % words
        return None, TypedDay(name, text, error)
    return day, TypedDay(name, typed(day))


def day_of(text: str, today: date) -> date | None:
    """Return the day that a text names, None where it names none.

    As the site's own fields take it, as pages print it ("1. februar 2027", this year's without the
    year), with a stroke ("1/2-2027") or in figures alone ("010227", in Swedish "270201").
    """
    try:
        return forms.DateField().clean(text)
    except ValidationError:
        pass
    language = get_language() or ""
    if match := _STROKE.fullmatch(text) or (
        _FIGURES_SV if language == "sv" else _FIGURES
    ).fullmatch(text):
        year = int(match["year"])
        return _date(year if year > _CENTURY else 2000 + year, match)
    for words in (f"{text} {today.year}", text):
        query = CourseQuery(language=language, today=today, text=words)
        wishes = wishes_in(query)
        if len(wishes) == 1 and wishes[0].first and wishes[0].text == normalise(words):
            return wishes[0].first if wishes[0].first == wishes[0].last else None
    return None


def _date(year: int, match: re.Match) -> date | None:
    try:
        return date(year, int(match["month"]), int(match["day"]))
    except ValueError:
        return None


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
