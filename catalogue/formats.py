"""Dates, times and numbers in the reader's language, as `look.md` writes them.

No-break spaces hold a date, and a number with its unit, together on a line.
"""

from datetime import date, time
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from .choices import CreditSystem

NBSP = "\u00a0"
#: Where a reader takes "kr" for this currency; elsewhere its code stands.
KRONER = {"NOK": "nb", "SEK": "sv"}
#: Django's format of a day and month, with the full stop that Norwegian writes.
DAY_FORMATS = {"nb": "j. F", "sv": "j F", "en": "j F"}
TIME_FORMATS = {"nb": "G.i", "sv": "G.i", "en": "G:i"}


def _language() -> str:
    return (get_language() or "en").split("-")[0]


def day(value: date, today: date | None = None) -> str:
    """Return "19. februar", with the year only when it is not this year."""
    today = today or timezone.localdate()
    pattern = DAY_FORMATS.get(_language(), "j F")
    if value.year != today.year:
        pattern += " Y"
    return date_format(value, pattern).replace(" ", NBSP)


def weekday_day(value: date, today: date | None = None) -> str:
    """Return "Fredag 19. februar": a deadline is read with its weekday."""
    return f"{capfirst(date_format(value, 'l'))} {day(value, today)}"


def day_range(first: date, last: date | None, today: date | None = None) -> str:
    """Return "22. mars – 16. mai 2027"; one day where both are the same."""
    if last is None or last == first:
        return day(first, today)
    if first.year == last.year:
        start = date_format(first, DAY_FORMATS.get(_language(), "j F")).replace(" ", NBSP)
    else:
        start = day(first, today)
    return f"{start} – {day(last, today)}"


def time_range(start: time | None, end: time | None) -> str:
    """Return "kl. 9.00–12.30", or an empty string without a start.

    Only what lasts several days ends at an earlier hour than it begins: that is said in full.
    """
    if start is None:
        return ""
    pattern = TIME_FORMATS.get(_language(), "G:i")
    if end is not None and end <= start:
        return _("from %(start)s on the first day to %(end)s on the last") % {
            "start": date_format(start, pattern),
            "end": date_format(end, pattern),
        }
    hours = date_format(start, pattern)
    if end is not None:
        hours += f"–{date_format(end, pattern)}"
    return _("at %(hours)s") % {"hours": hours}


def decimal_local(value: Decimal | int) -> str:
    """Return a number with the reader's decimal mark and no idle zeros: 7,5 and 3."""
    number = Decimal(value)
    if number == number.to_integral_value():
        return number_format(int(number), use_l10n=True, force_grouping=True)
    return number_format(number.normalize(), use_l10n=True, force_grouping=True)


def credits_short(value: Decimal, system: str) -> str:
    """Return "7,5 stp"."""
    return f"{decimal_local(value)}{NBSP}{system}"


def credits_long(value: Decimal, system: str) -> str:
    """Return "3 høgskolepoeng" in the reader's words for the system."""
    number = decimal_local(value)
    words = {
        CreditSystem.HP: _("%(number)s Swedish credits (hp)"),
        CreditSystem.STP: _("%(number)s Norwegian credits (stp)"),
        CreditSystem.FSTP: _("%(number)s vocational college credits (fstp)"),
        CreditSystem.YHP: _("%(number)s vocational college credits (yhp)"),
    }
    return words[CreditSystem(system)] % {"number": number}


def money(first: Decimal, last: Decimal, currency: str) -> str:
    """Return "500 kr", or "500–800 kr" where the prices differ.

    Both our currencies are written kr at home: a reader of the other language gets the code.
    """
    unit = "kr" if KRONER.get(currency) == _language() else currency
    amount = (
        decimal_local(first) if first == last else f"{decimal_local(first)}–{decimal_local(last)}"
    )
    return f"{amount}{NBSP}{unit}"


def percent(value: int) -> str:
    """Return "25 %" with a space that does not break."""
    return f"{value}{NBSP}%"


def hours_a_week(pace_percent: int) -> str:
    """Return about how many hours a week a pace takes; full-time study is 40 hours."""
    hours = round(pace_percent * 40 / 100)
    return ngettext(
        "About %(hours)d hour a week", "About %(hours)d hours a week", max(hours, 1)
    ) % {"hours": max(hours, 1)}


def hours(value: Decimal) -> str:
    """Return "1 time" or "2,5 timer"."""
    # Plural forms count whole things: only exactly one hour is one.
    return ngettext("%(number)s hour", "%(number)s hours", 1 if value == 1 else 2) % {
        "number": decimal_local(value)
    }
