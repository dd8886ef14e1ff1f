"""What is asked for: seeded filters and words, taken from the catalogue itself."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from urllib.parse import urlencode

from search.models import CourseEntry
from search.query import Choices, FacetKey

#: Courses that filters and words are drawn from.
DRAWN = 2000
#: What stock filters by as well; state is the day's and stands in no row.
FILTERED = (FacetKey.AREA, FacetKey.TARGET, FacetKey.TOPIC, FacetKey.PLACE, FacetKey.CREDITS)
_WORD = re.compile(r"[^\W\d_]{4,}")


def filter_sets(number: int, chosen: int) -> list[Choices]:
    """Return filters that are each true of some course, the same at every run."""
    chance = random.Random(4)  # noqa: S311  a seed gives the same again
    rows = _drawn("values", chance)
    sets = []
    while len(sets) < number:
        having: dict[FacetKey, list[str]] = {}
        for name in chance.choice(rows).split():
            key, _colon, value = name.partition(":")
            if key in FILTERED:
                having.setdefault(FacetKey(key), []).append(value)
        if len(having) < chosen:
            continue
        keys = chance.sample(sorted(having), chosen)
        sets.append({key: frozenset({chance.choice(sorted(having[key]))}) for key in keys})
    return sets


def texts(number: int) -> list[str]:
    """Return words that are asked for: one or two of a course's title."""
    chance = random.Random(5)  # noqa: S311  a seed gives the same again
    rows = _drawn("title", chance)
    found = []
    while len(found) < number:
        words = _WORD.findall(chance.choice(rows))
        if words:
            found.append(" ".join(chance.sample(words, min(len(words), chance.choice((1, 1, 2))))))
    return found


def _drawn(field: str, chance: random.Random) -> list[str]:
    keys = list(CourseEntry.objects.order_by("pk").values_list("pk", flat=True))
    some = chance.sample(keys, min(DRAWN, len(keys)))
    return list(
        CourseEntry.objects.filter(pk__in=some).order_by("pk").values_list(field, flat=True)
    )


def address(path: str, choices: Choices, text: str = "") -> str:
    """Return the address of a listing with a choice."""
    pairs: Sequence[tuple[str, str]] = [
        (str(key), value) for key, values in choices.items() for value in sorted(values)
    ]
    if text:
        pairs = [("q", text), *pairs]
    return f"{path}?{urlencode(pairs)}" if pairs else path
