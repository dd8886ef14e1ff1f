"""From the query string to a ``CourseQuery``: whatever stands there, a reader gets an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.outward import printable

from .analysis import normalise
from .days import TypedDays, read_days
from .query import Choices, CourseQuery, FacetKey, Sort
from .readings import wishes_in

MAX_TEXT = 200
MAX_VALUES = 20
PER_PAGE = 20
#: Letters of what values of a facet are looked for by, and what its key begins with.
MAX_TYPED = 60
TYPED = "in-"
#: The key by which numbers and dates of the text are only words: those named, or all of them.
WORDS, ALL = "words", "1"
#: What a value of a facet can look like; no other can be one.
_VALUE = re.compile(r"[a-z0-9][a-z0-9.-]{0,119}")

_HALF = re.compile(r"(?<=\d)½")

SORT_LABELS = {
    Sort.RELEVANCE: gettext_lazy("Best match first"),
    Sort.STATE: gettext_lazy("Open first"),
    Sort.START: gettext_lazy("Next start first"),
    Sort.DEADLINE: gettext_lazy("Next deadline first"),
    Sort.NEWEST: gettext_lazy("Newest first"),
}


@dataclass(frozen=True)
class Asked:
    """A valid query, and in words what of the address was not understood."""

    query: CourseQuery
    notes: tuple[str, ...] = ()
    #: What values of facets are looked for by: it changes what can be chosen, not what is found.
    typed: Mapping[FacetKey, str] = field(default_factory=dict)
    days: TypedDays = field(default_factory=TypedDays)


class CourseQueryForm(forms.Form):
    """Validates the text, the order and the page; facet values are checked one by one."""

    q = forms.CharField(required=False, max_length=MAX_TEXT, strip=True)
    sort = forms.ChoiceField(required=False, choices=[(sort, sort) for sort in Sort])
    page = forms.IntegerField(required=False)


def read_query(data: QueryDict, *, language: str, today: date, scope: Choices) -> Asked:
    """Return the query that ``data`` asks for. What cannot be meant is left out, and said."""
    form = CourseQueryForm(data)
    form.is_valid()
    notes = []
    text = _seen(form.cleaned_data.get("q", ""))
    if "q" in form.errors:
        typed = _seen(data.get("q", ""))
        text = typed[:MAX_TEXT]
        if len(typed) > MAX_TEXT:
            notes.append(
                _("The search was shortened to %(number)d characters.") % {"number": MAX_TEXT}
            )
    choices, odd = {}, False
    for key in (key for key in FacetKey if key not in scope):
        sent = data.getlist(key)
        good = list(dict.fromkeys(value for value in sent if _VALUE.fullmatch(value)))[:MAX_VALUES]
        odd = odd or len(good) < len({value for value in sent if value})
        if good:
            choices[key] = frozenset(good)
    if odd:
        notes.append(left_out())
    days, typed_days = read_days(data, today)
    notes += typed_days.errors
    sort = form.cleaned_data.get("sort") or (Sort.RELEVANCE if text else Sort.STATE)
    if sort == Sort.RELEVANCE and not text:
        sort = Sort.STATE
    query = CourseQuery(
        language=language,
        today=today,
        text=text,
        choices=choices,
        scope=scope,
        days=days,
        sort=Sort(sort),
        page=form.cleaned_data.get("page") or 1,
        page_size=PER_PAGE,
    )
    query = replace(query, worded=_worded(data, query))
    return Asked(query, tuple(notes), _typed(data), typed_days)


def _seen(text: str) -> str:
    """Return a text without what nobody sees: of that alone nothing is left.

    "7½ hp" is "7,5 hp": what reads texts would take the sign apart, into "71⁄2".
    """
    text = _HALF.sub(",5", printable(text).strip())
    return text if any(sign.isprintable() and not sign.isspace() for sign in text) else ""


def _worded(data: QueryDict, query: CourseQuery) -> tuple[str, ...]:
    """Return which numbers and dates of the text are to be only words.

    They go by name, also where an address says "all of them": so the next search, with another
    text, is understood afresh.
    """
    sent = data.getlist(WORDS)[:MAX_VALUES]
    if not query.text or not sent:
        return ()
    every = {wish.text for wish in wishes_in(query)}
    if ALL not in sent:
        every &= {normalise(value[:MAX_TEXT]) for value in sent}
    return tuple(sorted(every))


def still_worded(text: str, worded: Iterable[str]) -> tuple[str, ...]:
    """Return those parts that a text holds as words of it, each once, in their order.

    "3 hp" is no part of "13 hp", nor "5 hp" of "7.5 hp".
    """
    normal = normalise(text)
    return tuple(
        sorted(
            value
            for value in set(worded)
            if value and re.search(rf"(?<!\w)(?<!\d[.,]){re.escape(value)}(?!\w)", normal)
        )
    )


def _typed(data: QueryDict) -> dict[FacetKey, str]:
    found = {
        key: printable(data.get(f"{TYPED}{key}", "")[: MAX_TYPED * 2]).strip()[:MAX_TYPED]
        for key in FacetKey
    }
    return {key: text for key, text in found.items() if text}


def value_of(text: str) -> str:
    """Return ``text`` if it can be a value of a facet, else an empty one."""
    return text if _VALUE.fullmatch(text) else ""


def left_out() -> str:
    """Return the word on a choice that does not exist."""
    return _("A filter in the address is not one of ours and was left out.")
