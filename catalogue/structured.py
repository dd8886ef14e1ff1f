"""A course as schema.org has it. Only what the page itself says, and only what is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from .choices import CreditSystem, Place
from .models import CourseModule, CourseOccasion, CoursePage, Provider
from .outward import absolute
from .parts import CourseParts
from .presenters.states import APPLICABLE
from .states import OccasionState
from .trunk import Branch

CONTEXT = "https://schema.org"
#: The words that search engines know for a course's form.
MODES = {Place.ONSITE: "onsite", Place.DISTANCE: "online", Place.HYBRID: "blended"}
ATTENDANCE = {
    Place.ONSITE: "OfflineEventAttendanceMode",
    Place.DISTANCE: "OnlineEventAttendanceMode",
    Place.HYBRID: "MixedEventAttendanceMode",
}
TEACHING = {Provider.Kind.UNIVERSITY, Provider.Kind.COLLEGE}


@dataclass(frozen=True)
class DescribedCourse:
    """A course page with what hangs on it, read already for the page; ``ahead`` is not over."""

    page: CoursePage
    today: date
    region: Branch | None
    ahead: Sequence[CourseOccasion]
    parts: CourseParts
    picture: str = ""


def course(described: DescribedCourse) -> dict:
    """Return a ``Course`` with an instance for each occasion that is not over."""
    page, parts = described.page, described.parts
    url = absolute(page.url or "")
    return _known(
        {
            "@context": CONTEXT,
            "@type": "Course",
            "@id": url,
            "url": url,
            "name": page.title,
            "description": page.summary,
            "inLanguage": page.language,
            "provider": _provider(page.provider),
            "educationalLevel": str(page.get_level_display()),
            "numberOfCredits": _credits(page),
            "audience": [
                {"@type": "Audience", "audienceType": str(group)} for group in parts.target_groups
            ],
            "about": [{"@type": "Thing", "name": str(topic)} for topic in parts.topics],
            "teaches": page.outcome_lines,
            "coursePrerequisites": page.prerequisites,
            "educationalCredentialAwarded": page.qualification,
            "image": described.picture,
            "syllabusSections": [_module(module) for module in parts.modules],
            "hasCourseInstance": [_instance(each, described, url) for each in described.ahead],
        }
    )


def _known(data: dict) -> dict:
    """Return ``data`` without what is not known."""
    return {key: value for key, value in data.items() if value not in (None, "", [], {})}


def _provider(provider: Provider | None) -> dict:
    if provider is None:
        return {}
    kind = "CollegeOrUniversity" if provider.kind in TEACHING else "Organization"
    return _known({"@type": kind, "name": provider.name, "url": provider.website})


def _credits(page: CoursePage) -> dict:
    """Return the credits with their unit: they differ between countries and kinds of school."""
    if not page.credits or page.credit_system == CreditSystem.NONE:
        return {}
    return {
        "@type": "QuantitativeValue",
        "value": _number(page.credits),
        "unitText": page.credit_system,
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _module(module: CourseModule) -> dict:
    return _known(
        {
            "@type": "Syllabus",
            "name": module.title,
            "description": module.description,
            "timeRequired": duration(module.hours),
        }
    )


def duration(hours: Decimal | int | None) -> str:
    """Return hours as ISO 8601 has them: "PT2H30M"; an empty string for none."""
    minutes = round(Decimal(hours or 0) * 60)
    whole, rest = divmod(minutes, 60)
    words = f"{whole}H" * bool(whole) + f"{rest}M" * bool(rest)
    return f"PT{words}" if words else ""


def _workload(described: DescribedCourse) -> str:
    """Return how many hours the course takes: as stated, else if every module says so."""
    stated = getattr(described.page, "study_hours", None)
    hours = [module.hours for module in described.parts.modules]
    return duration(stated or (sum(hours) if hours and all(hours) else None))


def _instance(occasion: CourseOccasion, described: DescribedCourse, url: str) -> dict:
    page, region = described.page, described.region
    zone = ZoneInfo(region.timezone) if region else None
    state = occasion.status(described.today).state
    total, free = occasion.seats_total, None
    if total is not None and state in APPLICABLE:
        free = total - occasion.seats_taken
    last = occasion.ends_on or (None if occasion.continuous else occasion.starts_on)
    return _known(
        {
            "@type": "CourseInstance",
            "name": page.title,
            "description": occasion.cohort,
            "inLanguage": page.language,
            "startDate": _moment(occasion.starts_on, occasion.start_time, zone),
            "endDate": _moment(last, occasion.end_time, zone),
            "eventStatus": f"{CONTEXT}/Event{_event_status(occasion)}",
            "previousStartDate": _moment(occasion.moved_from, None, None),
            "courseMode": MODES.get(page.place),
            "eventAttendanceMode": f"{CONTEXT}/{ATTENDANCE[page.place]}" if page.place else "",
            "location": list(_places(occasion, page, url)),
            "courseWorkload": _workload(described),
            "maximumAttendeeCapacity": total,
            "remainingAttendeeCapacity": free,
            "offers": _offer(occasion, state, region, url),
        }
    )


def _event_status(occasion: CourseOccasion) -> str:
    if occasion.cancelled:
        return "Cancelled"
    return "Rescheduled" if occasion.moved_from else "Scheduled"


def _moment(day: date | None, hour: time | None, zone: ZoneInfo | None) -> str:
    if day is None:
        return ""
    return datetime.combine(day, hour, zone).isoformat() if hour and zone else day.isoformat()


def _places(occasion: CourseOccasion, page: CoursePage, url: str) -> Iterable[dict]:
    """Yield where it happens: a named place, the web, or both for what is half and half."""
    venue = occasion.venue or getattr(page, "venue", "")
    if page.place != Place.DISTANCE and venue:
        yield {"@type": "Place", "name": venue, "address": venue}
    if page.place != Place.ONSITE:
        yield _known(
            {
                "@type": "VirtualLocation",
                "name": venue if page.place == Place.DISTANCE else "",
                "url": page.external_platform_url or url,
            }
        )


def _offer(occasion: CourseOccasion, state: OccasionState, region: Branch | None, url: str) -> dict:
    """Return the price of a seat in the region's currency; without either there is no offer."""
    if occasion.price_per_seat is None or region is None or occasion.cancelled:
        return {}
    available = {OccasionState.FULL: "SoldOut"} | dict.fromkeys(APPLICABLE, "InStock")
    until = occasion.late_apply_by or occasion.apply_by
    return _known(
        {
            "@type": "Offer",
            "price": f"{occasion.price_per_seat:.2f}",
            "priceCurrency": region.currency,
            "category": "Paid" if occasion.price_per_seat else "Free",
            "availability": f"{CONTEXT}/{available[state]}" if state in available else "",
            "availabilityStarts": occasion.apply_from.isoformat() if occasion.apply_from else "",
            "availabilityEnds": until.isoformat() if until else "",
            "url": occasion.apply_url or url,
        }
    )
