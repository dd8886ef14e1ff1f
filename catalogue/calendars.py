"""Occasions as calendar files (RFC 5545): one of its own, and those of many courses together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import icalendar
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Max, Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry

from . import formats
from .models import CourseOccasion
from .outward import absolute, printable

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Samkurs//Courses//EN"
#: How often a program that follows a calendar should ask again.
REFRESH = timedelta(hours=6)
#: Of what was never logged nor published: a page made by a script.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """An occasion with what a calendar says of its course, on the page that a reader gets."""

    occasion: CourseOccasion
    key: UUID
    title: str
    summary: str
    url: str
    language: str
    timezone: str
    updated: datetime

    @property
    def venue(self) -> str:
        """Where it is held: its own place, else that of the course (see ``with_days``)."""
        return self.occasion.venue or self.occasion.page_venue or ""


def has_days(occasion: CourseOccasion) -> bool:
    """Return whether it can stand in a calendar. What begins at any time has no day."""
    return occasion.starts_on is not None and not occasion.continuous


def with_days(occasions: QuerySet) -> QuerySet:
    """Keep what can stand in a calendar, with the key and the venue of the course."""
    return occasions.filter(starts_on__isnull=False, continuous=False).annotate(
        course_key=F("course__translation_key"),
        page_venue=F("course__sharedofferingpage__venue"),
    )


def not_over(occasions: QuerySet, since: date) -> QuerySet:
    """Keep what ends on ``since`` or later; without an end it lasts one day."""
    return occasions.filter(Q(ends_on__gte=since) | Q(ends_on=None, starts_on__gte=since))


def changed_at(occasions: Iterable[CourseOccasion]) -> dict[int, datetime]:
    """Return by key when occasions were last changed, as the log has it. One query.

    Whoever changes an occasion at the desk is logged; a row itself counts its saves, without times.
    """
    kind = ContentType.objects.get_for_model(CourseOccasion)
    keys = [str(occasion.pk) for occasion in occasions]
    entries = ModelLogEntry.objects.filter(content_type=kind, object_id__in=keys)
    rows = entries.order_by().values_list("object_id").annotate(Max("timestamp"))
    return {int(key): moment for key, moment in rows}


def latest(*moments: datetime | None) -> datetime:
    """Return the latest of some moments of which not all are known."""
    return max(filter(None, moments), default=LONG_AGO)


def calendar_file(entries: Iterable[Entry], *, name: str, language: str) -> bytes:
    """Return a calendar with an event for each entry, and the zones that they name."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    # The library does not know that these two are text, and would let a comma stand.
    title = " ".join(printable(name).split())
    calendar.add("name", icalendar.vText(title), parameters={"LANGUAGE": language})
    calendar.add("x-wr-calname", icalendar.vText(title))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    days = []
    for entry in entries:
        calendar.add_component(_event(entry))
        days += [entry.occasion.starts_on, entry.occasion.ends_on or entry.occasion.starts_on]
    if days:
        # A zone's rules are needed for the years of the events only.
        first, last = date(min(days).year - 1, 1, 1), date(max(days).year + 1, 1, 1)
        calendar.add_missing_timezones(first_date=first, last_date=last)
    if not calendar.subcomponents:
        # A calendar without anything in it is none; a zone is enough.
        calendar.add_component(icalendar.Timezone.from_tzid("Europe/Oslo"))
    return calendar.to_ical()


def _event(entry: Entry) -> icalendar.Event:
    occasion, event = entry.occasion, icalendar.Event()
    language = {"LANGUAGE": entry.language}
    start, end = _times(occasion, ZoneInfo(entry.timezone))
    title = entry.title if not occasion.cohort else f"{entry.title} ({occasion.cohort})"
    if occasion.cancelled:
        title = _("Cancelled: %(title)s") % {"title": title}
    event.add("uid", f"{entry.key}-{occasion.pk}@samkurs")
    event.add("sequence", occasion.version)
    event.add("dtstamp", entry.updated)
    event.add("last-modified", entry.updated)
    event.add("dtstart", start)
    if end is not None:
        event.add("dtend", end)
    event.add("summary", printable(title), parameters=language)
    event.add("description", printable(_description(entry)), parameters=language)
    if entry.venue:
        event.add("location", printable(entry.venue), parameters=language)
    event.add("url", absolute(entry.url))
    event.add("status", "CANCELLED" if occasion.cancelled else "CONFIRMED")
    # Whole days are where a course stands in the year, not when one cannot be met.
    event.add("transp", "OPAQUE" if isinstance(start, datetime) else "TRANSPARENT")
    return event


def _times(occasion: CourseOccasion, zone: ZoneInfo) -> tuple[date, date | None]:
    """Return the start and the end, which is no longer part of it.

    Hours are used where they bound the whole: on one day, or from the first day to the last. Hours
    of each of several days are told in words, since on which of the days it meets is not known.
    """
    first, last = occasion.starts_on, occasion.ends_on or occasion.starts_on
    start, end = occasion.start_time, occasion.end_time
    bounds = start is not None and (first == last or (end is not None and end <= start))
    if not bounds:
        return first, last + timedelta(days=1)
    begins = datetime.combine(first, start, zone)
    return begins, datetime.combine(last, end, zone) if end is not None else None


def _description(entry: Entry) -> str:
    occasion = entry.occasion
    lines = [
        occasion.cancel_reason if occasion.cancelled else "",
        entry.summary,
        formats.time_range(occasion.start_time, occasion.end_time).capitalize(),
        absolute(entry.url),
    ]
    return "\n\n".join(filter(None, lines))
