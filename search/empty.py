"""What helps a reader whose search found nothing: what to drop, and what is called alike."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile

from django.urls import reverse
from django.utils.translation import gettext as _

from . import presenters
from .analysis import fold, words_of
from .labels import label
from .language.little import LITTLE
from .presenters import Suggestion
from .query import CourseQuery, CourseResults, FacetKey
from .sync import engine
from .understood import without_wish

#: What courses are listed by that a word can be close to, and how many are shown.
KEYS = (FacetKey.TOPIC, FacetKey.AREA, FacetKey.TARGET, FacetKey.PROVIDER)
MOST = 4
#: Words are alike that share so many of their first letters.
ALIKE = 5


def ways_out(query: CourseQuery, results: CourseResults) -> list[Suggestion]:
    """Return the ways out of an empty result: without one thing, else without every filter."""
    ways = [way for way in presenters.ways_out(query, results) if way.count]
    wishes = results.reading.wishes
    if wishes and results.without_wishes and (other := without_wish(query, *wishes)).text:
        name = ", ".join(wish.text for wish in wishes)
        ways.insert(0, presenters.way_without(name, other, results.without_wishes))
    if ways or not (query.choices or any(query.days)):
        return ways
    every = replace(query, choices={}, days=(None, None), page=1, page_size=0)
    count = engine.search(every).total
    return [presenters.everything(query, count)] if count else []


def elsewhere(query: CourseQuery, results: CourseResults) -> Suggestion | None:
    """Return the same words in every region, where they find anything. At most one search."""
    if results.total or not query.text:
        return None
    words = replace(query, choices={}, scope={}, days=(None, None), page=1, page_size=0)
    count = engine.search(words).total
    url = f"{reverse('search:courses')}{presenters.address(words)}"
    return Suggestion(_("Search in every region"), url, count) if count else None


def need_text(query: CourseQuery, results: CourseResults) -> str:
    """Return the words that can be told as a need: numbers and dates alone are none."""
    reading = results.reading
    if not reading.terms or not reading.wishes:
        return query.text if reading.terms else ""
    words = without_wish(query, *reading.wishes).text.split()
    while words and words[-1].casefold() in LITTLE:  # "demens i uke 5"
        words.pop()
    return " ".join(words)


def nearest(query: CourseQuery, results: CourseResults) -> list[Suggestion]:
    """Return what courses are listed by that is close to the words. One statement.

    It stands in the place of the words; what else was chosen or understood is kept.
    """
    typed = [fold(word) for term in results.reading.terms for word in term.text.split()]
    if not typed:
        return []
    wishes = " ".join(wish.text for wish in results.reading.wishes)
    plain = replace(query, text=wishes, page=1, page_size=0)
    counts = engine.search(plain).counts
    found = []
    for key in (key for key in KEYS if key not in query.scope):
        for value, count in counts.get(key, {}).items():
            name = label(query.language, results.version, key, value) if count else None
            if name and (closeness := _closeness(name, typed, results)):
                choices = {**query.choices, key: frozenset({value})}
                to = presenters.address(replace(plain, choices=choices))
                found.append(((-closeness, -count, name), Suggestion(name, to, count)))
    return [way for _rank, way in sorted(found, key=lambda each: each[0])[:MOST]]


def _closeness(name: str, typed: list[str], results: CourseResults) -> int:
    """Return how many words of a name are looked for, counted twice, or begin alike."""
    close = 0
    for word in words_of(name):
        if word in LITTLE:
            continue
        if results.reading.meets(word):
            close += 2
        elif any(_shared(fold(word), other) >= ALIKE for other in typed):
            close += 1
    return close


def _shared(one: str, other: str) -> int:
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return sum(1 for _pair in pairs)
