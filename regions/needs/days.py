"""Days that are promised to submitters, and how they are written."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

#: An answer comes within so many working days; public holidays are not known here.
FIRST_ANSWER_DAYS = 5
#: Days of a week that are working days: the weekdays 0 to 4.
WORKDAYS = 5
_NBSP = "\u00a0"


def working_days_after(day: date, count: int) -> date:
    """Return the ``count``-th day from Monday to Friday after ``day``."""
    while count:
        day += timedelta(days=1)
        if day.weekday() < WORKDAYS:
            count -= 1
    return day


def due_on(received: date) -> date:
    """Return the last day on which an answer is in time."""
    return working_days_after(received, FIRST_ANSWER_DAYS)


def answer_due(since: datetime) -> date:
    """Return the day by which whoever waits since then is answered."""
    return due_on(timezone.localdate(since))


def in_words(day: date) -> str:
    """Return "mandag 8. februar", with the year only when it is not this year."""
    pattern = "j. F" if (get_language() or "").startswith("nb") else "j F"
    if day.year != timezone.localdate().year:
        pattern += " Y"
    return f"{date_format(day, 'l')} {date_format(day, pattern).replace(' ', _NBSP)}"


def local_words(at: datetime) -> str:
    """Return the day of a moment in words, in the site's zone."""
    return in_words(timezone.localdate(at))
