"""Days, weeks, months, terms and years in a text, as people write them.

What names no year is the next there is, the running one included. A word that says something else
as well ("may", "spring", "vår") needs what tells it apart: a year, or a word before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from .wish import Wish, WishKind

#: A year by itself is one of these many from today's on; else it is a number.
YEARS_AHEAD = 3
#: Terms by the months they begin and end with.
_TERMS = {
    **dict.fromkeys(
        ("vår", "våren", "vårterminen", "vårsemesteret", "vårsemester", "vt", "spring"), (1, 6)
    ),
    **dict.fromkeys(("sommar", "sommaren", "sommer", "sommeren", "summer"), (6, 8)),
    **dict.fromkeys(("høst", "høsten", "høstsemesteret", "høstsemester", "haust"), (8, 12)),
    **dict.fromkeys(("hausten", "haustsemesteret", "höst", "hösten", "höstterminen"), (8, 12)),
    **dict.fromkeys(("ht", "autumn", "fall"), (8, 12)),
}
#: These are other words too: "our", "a fall", "a jump"; and "ht" may be anything.
_OTHER_TERMS = frozenset({"vår", "vt", "ht", "spring", "fall"})
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar januari january",
            "februar februari february",
            "mars march",
            "april",
            "mai maj may",
            "juni june",
            "juli july",
            "august augusti",
            "september",
            "oktober october",
            "november",
            "desember december",
        ),
        start=1,
    )
    for name in names.split()
}
_OTHER_MONTHS = frozenset({"may", "march"})
#: Short names: of people too ("Jan"), so only with a day or a year.
_SHORT = {
    name: number
    for number, names in enumerate(
        ("jan", "feb", "mar", "apr", "", "jun", "jul", "aug", "sep sept", "okt oct", "nov"),
        start=1,
    )
    for name in names.split()
} | {"des": 12, "dec": 12}
_EVERY = _MONTHS | _SHORT
#: Words that say which one: the running one, the one after, or the one there is next.
_THIS = "denne|dette|denna|detta|den här|det här|this"
_NEXT = "neste|nästa|next|kommende|komande|kommande"
_IN = "i|in|til|till"
_UNITS = {
    **dict.fromkeys(("uke", "uka", "uken", "veke", "veka", "vecka", "veckan", "week"), "week"),
    **dict.fromkeys(("måned", "måneden", "månad", "månaden", "month"), "month"),
    **dict.fromkeys(("år", "året", "year"), "year"),
}
_WEEKS = "uke|uker|uka|uken|ukene|veke|veker|veka|vekene|vecka|veckor|veckan|week|weeks"
_DASH = r"\-\u2010-\u2015"
_TO, _AND = rf"\s*[{_DASH}]\s*|\s+(?:til|till|to)\s+", r"\s*,\s*|\s+(?:og|och|and)\s+"
_YEAR = r"(?P<year>20\d\d)"
#: No word goes on before it or after it.
_BEGIN, _END = rf"(?<![\w.,/⁄§{_DASH}])", rf"(?![\w{_DASH}]|[.,/⁄]\d)"


def any_of(names: object) -> str:
    """Return the pattern of any of some names, the longest first."""
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


_NAMED_TERM = re.compile(
    rf"(?<!\w)(?:(?:{_IN})\s+)?(?P<name>{any_of(_TERMS)})"
    rf"(?:\s*[-/]?\s*{_YEAR}|\s?[’']?(?P<short>\d\d)){_END}"
)
_YEAR_FIRST = re.compile(rf"{_BEGIN}{_YEAR}\s+(?P<name>{any_of([*_TERMS, *_MONTHS])}){_END}")
_NEXT_TERM = re.compile(
    rf"{_BEGIN}(?:(?P<lead>{_THIS}|{_NEXT}|{_IN})\s+)?(?P<name>{any_of(_TERMS)}){_END}"
)
_NEXT_MONTH = re.compile(
    rf"{_BEGIN}(?:(?P<lead>{_THIS}|{_NEXT}|{_IN})\s+)?(?P<name>{any_of(_MONTHS)}){_END}"
)
_MONTH = re.compile(
    rf"(?<!\w)(?:(?:{_IN})\s+)?(?P<name>{any_of(_EVERY)})\.?"
    rf"(?:\s+{_YEAR}|\s+[’']?(?P<short>\d\d)){_END}"
)
_MONTHS_RANGE = re.compile(
    rf"{_BEGIN}(?:(?:{_IN})\s+)?(?P<name>{any_of(_EVERY)})\.?(?:{_TO})(?P<until>{any_of(_EVERY)})"
    rf"(?:\.?\s+{_YEAR})?{_END}"
)
_DAY = re.compile(
    rf"{_BEGIN}(?P<day>\d{{1,2}})(?:"
    rf"\.?\s?(?P<name>{any_of(_EVERY)})\b\.?(?:\s+{_YEAR})?"
    rf"|(?:\.\s?(?P<month>\d{{1,2}})\.\s?|[/⁄](?P<other>\d{{1,2}})\s?[-/⁄ ]\s?)(?P<full>20\d\d)"
    rf"){_END}"
)
#: "1.–15. mars", and "mellom 1 og 15 mars".
_DAYS_RANGE = re.compile(
    rf"{_BEGIN}(?P<first>\d{{1,2}})\.?(?:{_TO}|\s+(?:og|och|and)\s+)(?P<day>\d{{1,2}})\.?\s?"
    rf"(?P<name>{any_of(_EVERY)})\b\.?(?:\s+{_YEAR})?{_END}"
)
#: "08.02.27": of two digits, so only where the year is near.
_SHORT_DAY = re.compile(
    rf"{_BEGIN}(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?(?P<short>\d\d){_END}"
)
_ISO_DAY = re.compile(rf"{_BEGIN}{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d){_END}")
_WEEK = re.compile(
    rf"(?<!\w)(?:(?:{_WEEKS})\s*|v\.?\s?)(?P<week>\d{{1,2}})"
    rf"(?:(?:{_TO})(?P<until>\d{{1,2}}))?(?:\s+{_YEAR})?{_END}"
)
#: "Uke 5, 6 og 8": not "uke 5 og 3 hp", nor "uke 5, 6. mars".
_MORE_WEEKS = re.compile(rf"(?:{_AND})(?P<week>\d{{1,2}}){_END}(?!\.|\s*(?!og|och|and)\w|\s*%)")
_UNIT = re.compile(
    rf"(?<!\w)(?:(?P<this>{_THIS})|(?P<next>{_NEXT})|i(?=\s+år))\s+(?P<unit>{any_of(_UNITS)}){_END}"
)
_BARE_YEAR = re.compile(rf"{_BEGIN}(?:(?:i|in|år|året|year)\s+)?{_YEAR}{_END}")

Found = tuple[int, int, Wish]


def periods_of(text: str, today: date, language: str = "") -> Iterator[Found]:
    """Yield what of a normalised text are days: where it begins and ends, and as a wish.

    In no order; they may overlap: then the longest of those that begin first is meant.
    """
    for find in (_terms, _months, _days, _weeks, _units, _years):
        for match, kind, first, last in find(text, today, language):
            wish = Wish(kind, match[0].strip(" ,"), first=first, last=last)
            yield (*match.span(), wish)


_Each = Iterator[tuple[re.Match, WishKind, date, date]]


def _terms(text: str, today: date, _language: str) -> _Each:
    for match in _NAMED_TERM.finditer(text):
        year = _year_of(match, today, any_short=match["name"] in {"vt", "ht"})
        if year:
            yield match, WishKind.TERM, *_span(year, *_TERMS[match["name"]])
    for match in _YEAR_FIRST.finditer(text):
        year, name = int(match["year"]), match["name"]
        if name in _TERMS:
            yield match, WishKind.TERM, *_span(year, *_TERMS[name])
        else:
            yield match, WishKind.MONTH, *_span(year, _MONTHS[name], _MONTHS[name])
    for match in _NEXT_TERM.finditer(text):
        lead, name = match["lead"] or "", match["name"]
        if name not in _OTHER_TERMS or _tells_apart(lead, name, _language):
            yield match, WishKind.TERM, *_coming(today, *_TERMS[name], lead)


def _tells_apart(lead: str, name: str, language: str) -> bool:
    """Return whether a word that says something else as well is a term: "neste vår"."""
    if name == "spring":
        return bool(lead) or language == "en"
    # "I vår kommune" is "in our municipality", and "denne vår" nobody says.
    return name == "vår" and lead in _NEXT.split("|")


def _months(text: str, today: date, language: str) -> _Each:
    for match in _MONTHS_RANGE.finditer(text):
        first, last = _EVERY[match["name"]], _EVERY[match["until"]]
        if match["year"]:
            yield match, WishKind.MONTH, *_span(int(match["year"]) - (last < first), first, last)
        else:
            spans = [_span(today.year + more, first, last) for more in (-1, 0, 1)]
            yield match, WishKind.MONTH, *next(span for span in spans if span[1] >= today)
    for match in _MONTH.finditer(text):
        # "January 27" is a day in English.
        year = _year_of(match, today) if match["year"] or language != "en" else None
        if year:
            yield match, WishKind.MONTH, *_span(year, *(_EVERY[match["name"]],) * 2)
    for match in _NEXT_MONTH.finditer(text):
        lead, name = match["lead"] or "", match["name"]
        if lead or name not in _OTHER_MONTHS:
            yield match, WishKind.MONTH, *_coming(today, _MONTHS[name], _MONTHS[name], lead)


def _days(text: str, today: date, _language: str) -> _Each:
    for match in _DAYS_RANGE.finditer(text):
        years = (int(match["year"]),) if match["year"] else (today.year, today.year + 1)
        for year in years:
            month = _EVERY[match["name"]]
            first, last = (_valid(year, month, int(match[end])) for end in ("first", "day"))
            if first and last and first < last and (match["year"] or last >= today):
                yield match, WishKind.DAY, first, last
                break
    for match in (*_DAY.finditer(text), *_ISO_DAY.finditer(text)):
        said = match.groupdict()
        month = _EVERY[said["name"]] if said.get("name") else int(said["month"] or said["other"])
        year = said.get("year") or said.get("full")
        # The 29th of February is to be had once in four years, or in eight.
        for each in (int(year),) if year else range(today.year, today.year + 9):
            day = _valid(each, month, int(said["day"]))
            if day and (year or day >= today):
                yield match, WishKind.DAY, day, day
                break
    for match in _SHORT_DAY.finditer(text):
        year = 2000 + int(match["short"])
        day = _valid(year, int(match["month"]), int(match["day"]))
        if day and today.year <= year <= today.year + YEARS_AHEAD:
            yield match, WishKind.DAY, day, day


def _weeks(text: str, today: date, _language: str) -> _Each:
    for match in _WEEK.finditer(text):
        week, until = int(match["week"]), int(match["until"] or match["week"])
        year = int(match["year"]) if match["year"] else None
        days = _monday_to_sunday(week, until, year, today)
        if days:
            yield match, WishKind.WEEK, *days
        more = _MORE_WEEKS.match(text, match.end()) if days else None
        while more:
            week = int(more["week"])
            if days := _monday_to_sunday(week, week, year, today):
                yield more, WishKind.WEEK, *days
            more = _MORE_WEEKS.match(text, more.end())


def _monday_to_sunday(
    week: int, until: int, year: int | None, today: date
) -> tuple[date, date] | None:
    """Return the first and last day of some weeks; the last may be of the year after."""
    own = today.isocalendar().year
    for each in (year,) if year else (own - 1, own, own + 1):
        try:
            first = date.fromisocalendar(each, week, 1)
            last = date.fromisocalendar(each + (until < week), until, 7)
        except ValueError:
            continue
        if year or last >= today:
            return first, last
    return None


def _units(text: str, today: date, _language: str) -> _Each:
    for match in _UNIT.finditer(text):
        unit, later = _UNITS[match["unit"]], bool(match["next"])
        if unit == "week":
            monday = today - timedelta(days=today.weekday()) + timedelta(weeks=later)
            yield match, WishKind.WEEK, monday, monday + timedelta(days=6)
        elif unit == "month":
            year, month = today.year + (today.month - 1 + later) // 12, today.month + later
            month = (month - 1) % 12 + 1
            yield match, WishKind.MONTH, *_span(year, month, month)
        else:
            yield match, WishKind.YEAR, *_span(today.year + later, 1, 12)


def _years(text: str, today: date, _language: str) -> _Each:
    for match in _BARE_YEAR.finditer(text):
        if today.year <= int(match["year"]) <= today.year + YEARS_AHEAD:
            yield match, WishKind.YEAR, *_span(int(match["year"]), 1, 12)


def _year_of(match: re.Match, today: date, *, any_short: bool = False) -> int | None:
    """Return the year that is named, of two digits one that is near; None if there is none."""
    if match["year"]:
        return int(match["year"])
    year = 2000 + int(match["short"])
    near = today.year <= year <= today.year + YEARS_AHEAD
    return year if near or any_short else None


def _coming(today: date, first: int, last: int, lead: str) -> tuple[date, date]:
    """Return the first and last day of the months there are next, the running ones included.

    Those that have not begun, where the word before says so.
    """
    spans = [_span(year, first, last) for year in (today.year, today.year + 1)]
    later = lead in _NEXT.split("|")
    return next((span for span in spans if span[0 if later else 1] >= today), spans[-1])


def _span(year: int, first: int, last: int) -> tuple[date, date]:
    """Return the first and the last day of some months; the last may be of the year after."""
    ends = year + (last < first)
    after = date(ends + last // 12, last % 12 + 1, 1)
    return date(year, first, 1), after - timedelta(days=1)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
