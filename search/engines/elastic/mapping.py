"""What the search server holds of a course, made from its row in the read model and nothing else.

The names of fields are short words of this module; ``queries`` asks by them. The server's core is
enough: keywords, numbers and nested parts, no scripts and no analysers of its own, since the words
come analysed (``search.analysis``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import blake2b

from django.conf import settings
from elasticsearch.dsl import Integer, Keyword, Long, Nested, Object
from elasticsearch.dsl import Mapping as Fields

from catalogue.states import DateKind, OccasionState, OccasionStatus

from ...facets import month_of
from ...models import CourseEntry, micros
from ...query import FacetKey, HiddenKey
from ...runs import JOINABLE, runs_of
from ...timeline import StoredMoment

#: Other readers than those of the site's languages see these pages.
ANY_LANGUAGE = "*"
#: Facets that are stored; the state is the day's.
STORED = tuple(key for key in FacetKey if key != FacetKey.STATE)
#: Days that order courses beside their occasions, and how they stand there.
DEADLINES = "deadlines"

_LAST_DAY = date.max.toordinal()
#: A day is less than this; so is its distance from 0 when it is counted backwards.
_DAYS = 1 << 23


def fields() -> dict:
    """Return the mapping of an index. What is not named here is refused."""
    mapping = Fields()
    mapping.meta("dynamic", "strict")
    mapping.field("page", Long())
    mapping.field("key", Keyword())
    mapping.field("title", Keyword())
    mapping.field("newest", Long())
    mapping.field("shown", Keyword(doc_values=False))
    mapping.field("values", Keyword(doc_values=False))
    mapping.field("tokens", Keyword(doc_values=False))
    mapping.field(
        "facet",
        Object(properties={str(key): Keyword(eager_global_ordinals=True) for key in STORED}),
    )
    mapping.field(DEADLINES, Nested(properties={"day": Integer()}))
    # Each occasion that begins on a day, once for each stretch of days in which it is the same.
    mapping.field(
        "runs",
        Nested(
            properties={
                "day": Integer(),
                "month": Keyword(),
                "first": Integer(),
                "last": Integer(),
                "state": Keyword(),
                "order": Long(),
                "start": Long(),
                "deadline": Integer(),
            }
        ),
    )
    mapping.field("occasions", Keyword(index=False, doc_values=False))
    mapping.field(
        "moments",
        Nested(
            properties={
                "first": Integer(),
                "last": Integer(),
                "state": Keyword(),
                "order": Long(),
                "told": Object(enabled=False),
            }
        ),
    )
    mapping.field("summary", Object(enabled=False))
    mapping.field("digest", Long())
    mapping.field("check", Long())
    return mapping.to_dict()


@cache
def version() -> str:
    """Return what names this form of documents: old code never asks an index of another form."""
    return blake2b(json.dumps(fields(), sort_keys=True).encode(), digest_size=4).hexdigest()


@dataclass(frozen=True)
class Sibling:
    """What decides which page of a course a reader sees."""

    page_id: int
    language: str
    is_source: bool
    title: str

    @property
    def rank(self) -> tuple[bool, str, int]:
        """The order in which pages of a course are preferred: as ``engines.snapshot`` has it."""
        return (not self.is_source, self.title.casefold(), self.page_id)


def shown_to(siblings: Iterable[Sibling]) -> dict[int, list[str]]:
    """Return by page of one course the languages whose readers see it.

    The page in their language, else the source, else the first by title; of each exactly one.
    """
    ranked = sorted(siblings, key=lambda each: each.rank)
    shown: dict[int, list[str]] = {each.page_id: [] for each in ranked}
    own: dict[str, Sibling] = {}
    for each in ranked:
        own.setdefault(each.language, each)
    languages = {code for code, _name in settings.LANGUAGES} | own.keys() | {ANY_LANGUAGE}
    for language in sorted(languages):
        shown[own.get(language, ranked[0]).page_id].append(language)
    return shown


def document(entry: CourseEntry, shown: Sequence[str]) -> dict:
    """Return the document of a row; ``shown`` are the languages whose readers see this page."""
    values = entry.values.split()
    digest = digest_of(entry.digest, shown)
    return {
        "page": entry.page_id,
        "key": str(entry.translation_key),
        "title": entry.title.casefold(),
        "newest": micros(entry.newest_at) if entry.newest_at else None,
        "shown": list(shown),
        "values": values,
        "tokens": _tokens(entry),
        "facet": _by_facet(values),
        DEADLINES: [{"day": day} for day in sorted(_days(values, HiddenKey.DEADLINE))],
        "moments": list(_moments(entry.moments)),
        "runs": list(_runs(entry)),
        "occasions": entry.runs,
        "summary": entry.summary,
        "digest": digest,
        "check": check_of(digest),
    }


def digest_of(row: int, shown: Sequence[str]) -> int:
    """Return the digest of a document: of its row, and of what its siblings make of it."""
    said = f"{version()} {row} {' '.join(shown)}".encode()
    return int.from_bytes(blake2b(said, digest_size=8).digest()) >> 1


def check_of(digest: int) -> int:
    """Return a short form, of which a server can add up millions without losing a digit."""
    return digest & 0x7FFFFFFF


def day_of(number: int) -> date | None:
    """Return the day that a number stands for in an order by days, None where it is none.

    Starts of what nobody can join any more are put behind all others.
    """
    day = number % _DAYS
    return date.fromordinal(day) if number < 2 * _DAYS and 0 < day <= _LAST_DAY else None


def order_of(status: OccasionStatus) -> int:
    """Return the sort key of a status as one number."""
    rank, dayless, number = status.sort_key
    return (rank * 2 + dayless) * 2 * _DAYS + number + _DAYS


def _tokens(entry: CourseEntry) -> list[str]:
    return entry.tokens.split()


def _by_facet(values: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in values:
        key, _colon, value = each.partition(":")
        if key in STORED:
            found.setdefault(key, []).append(value)
    return found


def _days(values: Iterable[str], key: str) -> set[int]:
    prefix = f"{key}:"
    return {
        date.fromisoformat(each.removeprefix(prefix)).toordinal()
        for each in values
        if each.startswith(prefix)
    }


def _runs(entry: CourseEntry) -> Iterable[Mapping]:
    for run in runs_of(entry.values, entry.moments, entry.runs):
        lasts = [each.first.toordinal() - 1 for each in run.stretches[1:]]
        for each, last in zip(run.stretches, [*lasts, _LAST_DAY], strict=True):
            yield {
                "day": run.day.toordinal(),
                "month": month_of(run.day),
                "first": each.first.toordinal(),
                "last": last,
                "state": each.status.state,
                "order": order_of(each.status),
                "start": run.day.toordinal() + (0 if each.status.state in JOINABLE else _DAYS),
                "deadline": each.deadline.toordinal() if each.deadline else None,
            }


def _moments(moments: Sequence[StoredMoment]) -> Iterable[Mapping]:
    for number, moment in enumerate(moments):
        first, state, kind, day, _reason = moment
        following = moments[number + 1][0] - 1 if number + 1 < len(moments) else _LAST_DAY
        status = OccasionStatus(
            OccasionState(state),
            DateKind(kind) if kind else None,
            date.fromordinal(day) if day else None,
        )
        yield {
            "first": first,
            "last": following,
            "state": state,
            "order": order_of(status),
            "told": {"moment": list(moment)},
        }
