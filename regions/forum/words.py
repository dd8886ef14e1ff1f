"""Days and times as people read them, held together on a line."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext

NBSP = "\u00a0"


def _written(value: date, pattern: str, with_year: str) -> str:
    """Return a day or time; with the year only when it is not this year."""
    chosen = pattern if value.year == timezone.localdate().year else with_year
    return date_format(value, chosen).replace(" ", NBSP)


def moment(value: datetime) -> str:
    """Return "19. februar kl. 23.59" in local time."""
    return _written(
        timezone.localtime(value),
        pgettext("date format", "j F \\a\\t G:i"),
        pgettext("date format", "j F Y \\a\\t G:i"),
    )


def deadline(value: datetime) -> str:
    """Return "fredag 19. februar kl. 23.59": a time by which somebody must have acted."""
    return _written(
        timezone.localtime(value),
        pgettext("date format", "l j F \\a\\t G:i"),
        pgettext("date format", "l j F Y \\a\\t G:i"),
    )


def day(value: date) -> str:
    """Return "fredag 19. februar"."""
    return _written(value, pgettext("date format", "l j F"), pgettext("date format", "l j F Y"))


def clock(value: datetime) -> str:
    """Return "23.59", in local time."""
    return date_format(timezone.localtime(value), pgettext("date format", "G:i"))


def moments_apart(first: datetime, second: datetime) -> tuple[str, str]:
    """Return two times, with their seconds where they would read alike without."""
    texts = moment(first), moment(second)
    if texts[0] != texts[1]:
        return texts
    mark = texts[0][-3]
    return tuple(
        f"{text}{mark}{value:%S}" for text, value in zip(texts, (first, second), strict=True)
    )
