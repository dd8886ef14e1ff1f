"""What mails about saved searches say, and how their readers are reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from catalogue import formats
from catalogue.outward import absolute
from catalogue.presenters.states import interface_language, state_view
from regions import outbox
from regions.models import Notice
from regions.outbox import Recipient

from ..documents import read_summary
from ..models import CourseEntry
from ..reading import Reading
from ..readings import wishes_in
from ..runs import beginning, runs_of
from ..timeline import at
from .matching import unwanted
from .models import Follower, FollowLink, KnownCourse, SavedSearch
from .wording import conditions, current_version, listing_of, name_of, query_of

#: Courses of one search in a mail; of more the listing tells.
MOST_SHOWN = 10


@dataclass(frozen=True)
class NewCourse:
    """A course in a mail. ``lang`` is set where it differs from the mail's."""

    title: str
    url: str
    note: str
    lang: str = ""
    #: By which it is told from others in whatever language.
    key: UUID | None = None


@dataclass
class Section:
    """What is new of one search, and the addresses to see it all and to stop it."""

    name: str
    listing_url: str
    stop_url: str = ""
    courses: list[NewCourse] = field(default_factory=list)
    more: int = 0


def register() -> None:
    """Register recipients and kinds."""
    outbox.register_recipient("saved_search", _asker)
    outbox.register_recipient("follower", _follower)
    outbox.register_kind("saved_confirm", _to_confirm)
    outbox.register_kind("saved_link", _link)
    outbox.register_kind("saved_news", _news, page=True)


def manage_path(secret: str, search: int | None = None) -> str:
    """Return the path of a reader's searches, or of one of them."""
    if search is None:
        return reverse("search:saved:mine", args=[secret])
    return reverse("search:saved:one", args=[secret, search])


def _asker(key: int) -> Recipient | None:
    search = SavedSearch.objects.select_related("follower").filter(pk=key).first()
    return Recipient(search.follower.email, search.language) if search else None


def _follower(key: int) -> Recipient | None:
    follower = Follower.objects.filter(pk=key).first()
    return Recipient(follower.email, follower.language) if follower else None


def _key_of(notice: Notice) -> int:
    return int(notice.recipient.partition(":")[2])


def _to_confirm(notice: Notice) -> Mapping[str, object]:
    search = SavedSearch.objects.get(pk=_key_of(notice))
    query = query_of(search, timezone.localdate())
    words = {"conditions": conditions(query, current_version())}
    if search.is_running:
        secret = FollowLink.to_manage(search.follower_id)
        return {**words, "known": True, "mine_url": absolute(manage_path(secret))}
    address = reverse("search:saved:confirm", args=[FollowLink.to_confirm(search)])
    return {**words, "known": False, "confirm_url": absolute(address)}


def _link(notice: Notice) -> Mapping[str, object]:
    return {"mine_url": absolute(manage_path(FollowLink.to_manage(_key_of(notice))))}


def _news(notice: Notice) -> Mapping[str, object] | None:
    """Return what is new of each search of a reader; None where nothing of it is left."""
    follower, day = _key_of(notice), date.fromisoformat(notice.facts["day"])
    version = current_version()
    searches = list(SavedSearch.objects.filter(follower=follower).order_by("pk"))
    new: dict[int, list[UUID]] = {}
    told = KnownCourse.objects.filter(search__in=searches, told_on=day)
    for search, key in told.values_list("search", "translation_key"):
        new.setdefault(search, []).append(key)
    rows = _rows({key for keys in new.values() for key in keys})
    secret = FollowLink.to_manage(follower)
    sections, ended, told_keys = [], [], set()
    for search in searches:
        section = Section(
            name=name_of(search, day, version), listing_url=absolute(listing_of(search.query))
        )
        if search.ended_on == day:
            ended.append(section)
        elif courses := _courses(new.get(search.pk, ()), rows, search, day):
            section.stop_url = absolute(manage_path(secret, search.pk))
            section.courses, section.more = courses[:MOST_SHOWN], len(courses[MOST_SHOWN:])
            sections.append(section)
            told_keys.update(course.key for course in courses)
    if not sections and not ended:
        return None
    mine = absolute(manage_path(secret))
    return {
        "sections": sections,
        "ended": ended,
        "count": len(told_keys),
        "mine_url": mine,
        "search_url": absolute(reverse("search:courses")),
        # RFC 8058: a mail program stops all of it by one POST, without asking.
        "headers": {
            "List-Unsubscribe": f"<{mine}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    }


def _rows(keys: Iterable[UUID]) -> dict[UUID, list[CourseEntry]]:
    """Return the pages of courses by their key, the source first. One statement."""
    found: dict[UUID, list[CourseEntry]] = {}
    rows = CourseEntry.objects.read().filter(translation_key__in=list(keys))
    for row in rows.defer("values", "tokens").order_by("-is_source", "pk"):
        found.setdefault(row.translation_key, []).append(row)
    return found


def _courses(
    keys: Iterable[UUID], rows: Mapping[UUID, list[CourseEntry]], search: SavedSearch, day: date
) -> list[NewCourse]:
    """Return the courses in the listing's order, each in the search's language if it can be.

    What was cancelled since it was found is left out.
    """
    query = query_of(search, day)
    spoken, but = interface_language(), unwanted(query)
    asked = beginning(query, Reading(wishes=tuple(wishes_in(query))))
    ordered = []
    for key in keys:
        if pages := rows.get(key):
            row = next((each for each in pages if each.language == search.language), pages[0])
            moment = at(row.moments, day)
            if asked.is_dated and row.runs:  # tell of what begins on the days that are asked for
                best = asked.best(runs_of("", (), row.runs), day)
                moment = replace(moment, status=best.status) if best else moment
            order = (*moment.status.sort_key, row.title.casefold(), row.pk)
            if moment.status.state not in but:
                ordered.append((order, row, moment))
    found = []
    for _order, row, moment in sorted(ordered, key=lambda each: each[0]):
        summary, state = read_summary(row.summary), state_view(moment.status, moment.reason)
        when = f"{state.date_label} {formats.day(state.date)}".strip() if state.date else ""
        note = " · ".join(filter(None, [state.label, when, summary.provider or summary.region]))
        lang = row.language if row.language != spoken else ""
        found.append(
            NewCourse(summary.title, absolute(summary.url), note, lang, row.translation_key)
        )
    return found
