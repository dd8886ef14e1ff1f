"""What helps a reader whose search found nothing: what keeps courses out, and what to drop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import takewhile

from django.urls import reverse
from django.utils.translation import gettext as _

from .analysis import fold, words_of
from .days import labels
from .labels import label
from .language.little import KINDS, LITTLE
from .presenters import address
from .query import CourseQuery, CourseResults, FacetKey
from .readings import wishes_in
from .sync import engine
from .synonyms import current, using
from .understood import without_wish

#: What courses are listed by that a word can be close to, and how many are shown.
KEYS = (FacetKey.TOPIC, FacetKey.AREA, FacetKey.TARGET, FacetKey.PROVIDER)
MOST = 4
#: Words are alike that share so many of their first letters.
ALIKE = 5
#: Words, and numbers and dates, that are dropped one by one; ways out that are shown.
MOST_DROPPED, MOST_WAYS = 3, 6

#: A query that asks for less, by the name of the way to it.
Less = tuple[str, CourseQuery]


@dataclass(frozen=True)
class Suggestion:
    """A way out of an empty result, with how many courses it leads to."""

    label: str
    url: str
    count: int


@dataclass(frozen=True)
class Instead:
    """What an empty page says and offers."""

    ways: list[Suggestion]
    #: Courses are there for the words: what was chosen keeps them out.
    is_narrowed: bool = False
    #: The words that can be told as a need, where no course is about them.
    need_text: str = ""
    #: The same words in every region, where they find anything.
    elsewhere: Suggestion | None = None


def instead(query: CourseQuery, results: CourseResults) -> Instead:
    """Return what to do instead of a query that found nothing.

    One question to the engine, of ten queries at most; where no way is left, a second of three.
    """
    any_choice, bare = _any_choice(query), _bare(query, results)
    less = [_only(other) for other in (any_choice, bare) if other]
    less += [*_without_wishes(query, results), *_without_words(query, results)]
    beyond = _elsewhere(query)
    found, elsewhere = _counted(less, beyond)
    counts = {way.url: way.count for way in found}
    # Where only one thing was chosen, without it is what the words alone find.
    ways = [*found, *(way for way in _without_choices(query, results) if way.url not in counts)]
    if not ways:
        ways, _none = _counted(_each_word(query, results))
    is_narrowed, is_known = (bool(each and address(each) in counts) for each in (any_choice, bare))
    return Instead(
        ways=[*sorted(ways, key=lambda way: -way.count), *_without_text(query, results)][
            :MOST_WAYS
        ],
        is_narrowed=is_narrowed,
        need_text="" if is_narrowed or is_known else need_text(query, results),
        elsewhere=elsewhere,
    )


def _counted(
    less: Iterable[Less], elsewhere: CourseQuery | None = None
) -> tuple[list[Suggestion], Suggestion | None]:
    """Return the ways that lead to any courses, here and elsewhere.

    All are counted by one question, for which the pairs of synonyms are read once.
    """
    ways: list[tuple[str, str, CourseQuery]] = []
    for name, query in less:  # one of two names for the same: the first
        if (url := address(query)) not in {way[1] for way in ways}:
            ways.append((name, url, query))
    if elsewhere:
        url = f"{reverse('search:courses')}{address(elsewhere)}"
        ways.append((_("Search in every region"), url, elsewhere))
    if not ways:
        return [], None
    with using(current()):
        counts = engine.several([replace(query, page_size=0) for _name, _url, query in ways])
    found = [
        Suggestion(name, url, results.total)
        for (name, url, _query), results in zip(ways, counts, strict=True)
    ]
    beyond = found.pop() if elsewhere else None
    return [way for way in found if way.count], beyond if beyond and beyond.count else None


def _is_chosen(query: CourseQuery) -> bool:
    return bool(query.choices) or any(query.days)


def _any_choice(query: CourseQuery) -> CourseQuery | None:
    """Return the query without what was chosen; None where nothing was, or nothing else is."""
    if not query.text or not _is_chosen(query):
        return None
    return replace(query, choices={}, days=(None, None), page=1)


def _bare(query: CourseQuery, results: CourseResults) -> CourseQuery | None:
    """Return the query for the words alone; None where that is what it is, or there are none."""
    wishes = results.reading.wishes
    text = _without_little(without_wish(query, *wishes).text) if wishes else ""
    return replace(_any_choice(query) or query, text=text, page=1) if text else None


def _without_wishes(query: CourseQuery, results: CourseResults) -> Iterator[Less]:
    """Yield the query without each of its numbers and dates, and without all of them."""
    wishes = results.reading.wishes[:MOST_DROPPED]
    for dropped in dict.fromkeys([*((wish,) for wish in wishes), results.reading.wishes]):
        if dropped:
            other = without_wish(query, *dropped)
            text = _without_little(other.text)
            if text:
                yield _without(", ".join(each.text for each in dropped), replace(other, text=text))


def _without_words(query: CourseQuery, results: CourseResults) -> Iterator[Less]:
    """Yield the query without each of its words, where there are several."""
    terms = results.reading.terms
    for dropped in terms[:MOST_DROPPED] if len(terms) > 1 else ():
        kept = [term.text for term in terms if term != dropped]
        kept += [wish.text for wish in results.reading.wishes]
        other = replace(query, text=" ".join(kept), page=1)
        one = len(kept) == 1 and not _is_chosen(query)
        yield _only(other) if one else _without(dropped.text, other)


def _each_word(query: CourseQuery, results: CourseResults) -> list[Less]:
    """Return each word by itself, without anything else."""
    terms = results.reading.terms
    some = [term.text for term in terms[:MOST_DROPPED]] if len(terms) > 1 else []
    return [_only(replace(_any_choice(query) or query, text=text, page=1)) for text in some]


def _without_choices(query: CourseQuery, results: CourseResults) -> list[Suggestion]:
    """Return the ways without the days or one facet: with all its values, fewer add nothing.

    Without words there is also the way to everything, where no other is left.
    """
    less: list[tuple[Less, int]] = []
    if any(query.days):
        name = ", ".join(filter(None, labels(query.days, query.today)))
        other = replace(query, days=(None, None), page=1)
        less.append((_without(name, other), results.without_days))
    for key, values in query.choices.items():
        names = [label(query.language, results.version, key, value) for value in sorted(values)]
        rest = {other: kept for other, kept in query.choices.items() if other != key}
        way = _without(", ".join(filter(None, names)), replace(query, choices=rest, page=1))
        less.append((way, results.without[key]))
    found = [Suggestion(name, address(other), count) for (name, other), count in less if count]
    if not found and not query.text and _is_chosen(query):
        every = replace(query, choices={}, days=(None, None), page=1)
        return _counted([(_("All the courses here"), every)])[0]
    return found


def _without_text(query: CourseQuery, results: CourseResults) -> list[Suggestion]:
    """Return the way to what was chosen, or to all courses, whatever was typed."""
    if not query.text or not results.without_text:
        return []
    other = replace(query, text="", page=1)
    name = _without(query.text, other)[0] if _is_chosen(query) else _("All the courses here")
    return [Suggestion(name, address(other), results.without_text)]


def _without(name: str, query: CourseQuery) -> Less:
    return _("Without “%(name)s”") % {"name": name}, query


def _only(query: CourseQuery) -> Less:
    return _("Only “%(name)s”") % {"name": query.text}, query


def _without_little(text: str) -> str:
    """Return a text without the little words that led to what stood behind: "demens i uke 5"."""
    words = text.split()
    while words and words[-1].casefold() in LITTLE:
        words.pop()
    return " ".join(words)


def _elsewhere(query: CourseQuery) -> CourseQuery | None:
    """Return the query for the same words in every region; None where that is what it is."""
    if not query.text or not query.scope:
        return None
    return replace(query, choices={}, scope={}, days=(None, None), page=1)


def need_text(query: CourseQuery, results: CourseResults) -> str:
    """Return the words that can be told as a need: they are about something.

    Numbers and dates alone are not, even if they were taken as words, nor are single letters.
    """
    about = without_wish(query, *wishes_in(replace(query, plain=False, worded=()))).text
    telling = (word for word in words_of(about) if word not in LITTLE and word not in KINDS)
    if not any(len(word) > 1 and any(map(str.isalpha, word)) for word in telling):
        return ""
    wishes = results.reading.wishes
    return _without_little(without_wish(query, *wishes).text) if wishes else query.text


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
                to = address(replace(plain, choices=choices))
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
