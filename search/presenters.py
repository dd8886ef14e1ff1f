"""What the listing's template shows: cards, facets with their counts, removable choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from django.http import QueryDict
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue.choices import Level, Place
from catalogue.presenters.courses import card_of
from catalogue.presenters.values import CourseCard, CourseSummary
from catalogue.states import OccasionState, OccasionStatus

from .analysis import fold
from .carddays import Told, days_beside
from .days import FIRST, LAST, labels
from .facets import CREDIT_BANDS, NO_CREDITS, NO_PACE, PACE_BANDS, month_of
from .forms import ALL, SORT_LABELS, WORDS, still_worded
from .highlights import highlighted
from .labels import facet_title, label, labels_of
from .query import CourseQuery, CourseResults, FacetKey, Sort
from .reading import Reading

#: Facets that stand open on a wide screen before anything is chosen.
OPEN_FACETS = (FacetKey.STATE, FacetKey.AREA, FacetKey.PLACE, FacetKey.CREDITS)
#: Values shown before "more"; one more than these is shown as well.
SHORT = 6
#: A facet of more values than these has a field in which one looks for them by name.
LONG = 12
#: Values of a facet that a page is sent; the others are found by that field.
MOST = 40
#: Letters of the words in the title of a window.
LONGEST_SAID = 60
#: Values that have an order of their own; the others stand by count.
_ORDERS = {
    FacetKey.STATE: [str(state) for state in OccasionState],
    FacetKey.CREDITS: [NO_CREDITS, *(name for name, _limit in CREDIT_BANDS)],
    FacetKey.PACE: [NO_PACE, *(name for name, _limit in PACE_BANDS)],
    FacetKey.LEVEL: [str(level) for level in Level],
    FacetKey.PLACE: [str(place) for place in Place],
}


class Option(NamedTuple):
    """A value of a facet with how many courses it would give. A page has hundreds of them."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """A facet: the options that stand there at once, and those behind "more"."""

    key: str
    title: str
    options: tuple[Option, ...]
    more: tuple[Option, ...]
    is_open: bool
    #: What is chosen in it, in words, for when it is closed.
    choice: str
    #: Whether values can be looked for by name, what was typed for that, and how many there are
    #: that the page was not sent.
    is_long: bool = False
    typed: str = ""
    unsent: int = 0


@dataclass(frozen=True)
class Tag:
    """A choice that can be taken away, with the address that does it."""

    label: str
    url: str


@dataclass(frozen=True)
class Order:
    """An order of the listing, with the address that has it."""

    label: str
    url: str
    chosen: bool


def facets(
    query: CourseQuery,
    results: CourseResults,
    typed: Mapping[FacetKey, str] | None = None,
    *,
    folded: bool = False,
) -> list[Facet]:
    """Return the facets with something to choose from, without those that the page itself sets.

    ``typed`` is what values of long facets are looked for by; ``folded``: no other stands open.
    """
    found = []
    for key in FacetKey:
        if key in query.scope:
            continue
        options = _options(key, query, results)
        if len(options) > 1 or key in query.choices:
            found.append(_facet(key, options, (typed or {}).get(key, ""), folded=folded))
    return found


def _facet(key: FacetKey, options: list[Option], typed: str, *, folded: bool) -> Facet:
    """Return a facet, of whose values those that are chosen are always shown."""
    is_long = len(options) > LONG
    chosen = [option for option in options if option.chosen]
    shown = options
    if is_long:
        wanted = fold(typed.casefold())
        rest = [
            option
            for option in options
            if not option.chosen and wanted in fold(option.label.casefold())
        ]
        shown = [*chosen, *rest[: max(MOST - len(chosen), 0)]]
        unsent = len(chosen) + len(rest) - len(shown)
        if key in _ORDERS or key == FacetKey.START:
            shown.sort(key=options.index)
    short = len(shown) if typed or len(shown) <= SHORT + 1 else SHORT
    return Facet(
        key=str(key),
        title=facet_title(key),
        options=tuple(shown[:short]),
        more=tuple(shown[short:]),
        is_open=bool(typed and is_long) or (not folded and (bool(chosen) or key in OPEN_FACETS)),
        choice=", ".join(option.label for option in chosen),
        is_long=is_long,
        typed=typed if is_long else "",
        unsent=unsent if is_long else 0,
    )


def _options(key: FacetKey, query: CourseQuery, results: CourseResults) -> list[Option]:
    chosen = query.choices.get(key, frozenset())
    counts = results.counts.get(key, {})
    values = results.offered.get(key, frozenset()) | (chosen & counts.keys())
    values |= {value for value, count in counts.items() if count}
    if key == FacetKey.START:
        # One that has begun is found by its state.
        this_month = month_of(query.today)
        values = {value for value in values if value >= this_month or value in chosen}
    names = labels_of(query.language, results.version, key, values)
    options = [
        Option(value, name, counts.get(value, 0), value in chosen) for value, name in names.items()
    ]
    if key == FacetKey.START:
        return sorted(options, key=lambda option: option.value)
    if order := _ORDERS.get(key):
        return sorted(options, key=lambda option: order.index(option.value))
    return sorted(options, key=lambda option: (not option.chosen, -option.count, option.label))


def tags(query: CourseQuery, results: CourseResults) -> list[Tag]:
    """Return what is chosen beside the words, each with the address without it."""
    found = []
    first, last = query.days
    from_first, by_last = labels(query.days, query.today)
    if first:
        found.append(Tag(from_first, address(replace(query, days=(None, last), page=1))))
    if last:
        found.append(Tag(by_last, address(replace(query, days=(first, None), page=1))))
    for key, values in query.choices.items():
        for value in sorted(values):
            name = label(query.language, results.version, key, value)
            if name is not None:
                found.append(Tag(name, address(without(query, key, value))))
    return found


def without(query: CourseQuery, key: FacetKey, value: str) -> CourseQuery:
    """Return the query without one chosen value, at its first page."""
    choices = {**query.choices, key: query.choices[key] - {value}}
    return replace(query, choices={key: kept for key, kept in choices.items() if kept}, page=1)


def window_title(title: str, query: CourseQuery, page: int) -> str:
    """Return what a listing is called in the browser: the words first, cut short."""
    numbered = _("page %(number)s") % {"number": page} if page > 1 else ""
    named = ", ".join(filter(None, [title, numbered]))
    return f"{Truncator(query.text).chars(LONGEST_SAID)} – {named}" if query.text else named


def usual_sort(query: CourseQuery) -> Sort:
    """Return the order of a query that names none."""
    return Sort.RELEVANCE if query.text else Sort.STATE


def address(query: CourseQuery) -> str:
    """Return the query string of a query at its first page; what is as usual is left out."""
    data = QueryDict(mutable=True)
    if query.text:
        data["q"] = query.text
        if query.plain:
            data[WORDS] = ALL
        else:
            data.setlist(WORDS, still_worded(query.text, query.worded))
    for key in FacetKey:
        for value in sorted(query.choices.get(key, ())):
            data.appendlist(str(key), value)
    for name, day in zip((FIRST, LAST), query.days, strict=True):
        if day:
            data[name] = day.isoformat()
    if query.sort not in {usual_sort(query), Sort.RELEVANCE}:
        data["sort"] = str(query.sort)
    return f"?{data.urlencode()}"


def page_address(query: CourseQuery, page: int) -> str:
    """Return the query string of a page of a query; nothing where all is as usual."""
    parts = [address(query)[1:], f"page={page}" if page > 1 else ""]
    data = "&".join(filter(None, parts))
    return f"?{data}" if data else ""


def sorts(query: CourseQuery) -> list[Order]:
    """Return the orders that make sense for a query, each with the address that has it."""
    return [
        Order(str(name), address(replace(query, sort=sort)), sort == query.sort)
        for sort, name in SORT_LABELS.items()
        if sort != Sort.RELEVANCE or query.text
    ]


def course_cards(query: CourseQuery, results: CourseResults, *, last_fact: str) -> list[CourseCard]:
    """Return the cards of the hits, with the day they are shown for, and the words marked.

    One statement where days are asked for.
    """
    language, beside = get_language() or "", days_beside(query, results)
    return [
        _told(
            _card(language, hit.summary, hit.status, hit.reason, last_fact),
            beside.get(hit.page_id),
            results.reading,
        )
        for hit in results.hits
    ]


def _told(card: CourseCard, beside: Told | None, reading: Reading) -> CourseCard:
    """Return a card with what this page says beyond it."""
    if beside:
        card = replace(card, by_label=beside[0], by_day=beside[1])
    if reading.terms:
        card = replace(
            card,
            title=highlighted(card.title, reading),
            summary=highlighted(card.summary, reading),
            marked=True,
        )
    return card


@lru_cache(maxsize=4000)
def _card(
    _language: str, summary: CourseSummary, status: OccasionStatus, reason: str, last_fact: str
) -> CourseCard:
    """Return the card of a course, which is the same for the same values in one language."""
    return card_of(summary, status, reason, last_fact=last_fact)
