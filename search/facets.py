"""Which values of each facet a course has. The engines filter and count by these alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from catalogue.choices import CreditSystem
from catalogue.models import CoursePage, SharedOfferingPage

from .courses import Course, Held
from .forms_of_study import FREE
from .query import FacetKey, HiddenKey
from .wishes import amount

#: Bands of credits and of pace: the greatest value in each, None for "more".
CREDIT_BANDS = (("3", Decimal(3)), ("7.5", Decimal("7.5")), ("more", None))
PACE_BANDS = (("25", 25), ("50", 50), ("100", None))
NO_CREDITS = "none"
NO_PACE = "short"

Values = dict[FacetKey, frozenset[str]]
Hidden = dict[HiddenKey, frozenset[str]]


def credits_band(course: CoursePage) -> str:
    """Return the band of a course's credits; without a number of them, "none"."""
    if not course.credits or course.credit_system == CreditSystem.NONE:
        return NO_CREDITS
    return _band(course.credits, CREDIT_BANDS)


def pace_band(pace_percent: int | None) -> str:
    """Return the band of a pace; a course that has none is a short one."""
    return _band(pace_percent, PACE_BANDS) if pace_percent else NO_PACE


def _band(value: Decimal | int, bands: tuple) -> str:
    return next(name for name, limit in bands if limit is None or value <= limit)


def start_months(occasions: Iterable[Held]) -> frozenset[str]:
    """Return the months ("2027-02") in which occasions that are not cancelled begin."""
    return frozenset(
        month_of(each.dates.starts_on)
        for each in occasions
        if each.dates.starts_on and not each.dates.cancelled
    )


def month_of(day: date) -> str:
    """Return "2027-02"."""
    return day.isoformat()[:7]


def values_of(course: Course) -> Values:
    """Return the stored values of a course. The state is the day's."""
    page = course.page
    values = {
        FacetKey.AREA: {term.slug for term in course.service_areas},
        FacetKey.TARGET: {term.slug for term in course.target_groups},
        FacetKey.TOPIC: {term.slug for term in course.topics},
        FacetKey.PLACE: {page.place},
        FacetKey.CREDITS: {credits_band(page)},
        FacetKey.PACE: {pace_band(getattr(page, "pace_percent", None))},
        FacetKey.START: start_months(course.occasions),
        FacetKey.REGION: {course.region.slug} if course.region else (),
        FacetKey.MUNICIPALITY: course.municipalities,
        FacetKey.LEVEL: {page.level},
        FacetKey.LANGUAGE: {page.language},
        FacetKey.TYPE: {"offering" if isinstance(page, SharedOfferingPage) else "distance"},
        FacetKey.PROVIDER: {page.provider.slug} if page.provider else (),
    }
    return {key: frozenset(found) for key, found in values.items() if found}


def hidden_of(course: Course) -> Hidden:
    """Return what a course is filtered by and is no facet: days as "2027-02-08", credits, price."""
    page, held = course.page, [each for each in course.occasions if not each.dates.cancelled]
    credits_known = page.credits and page.credit_system != CreditSystem.NONE
    found = {
        HiddenKey.DAY: {each.dates.starts_on.isoformat() for each in held if each.dates.starts_on},
        HiddenKey.DEADLINE: {day.isoformat() for each in held for day in each.deadlines},
        HiddenKey.PRICE: {FREE} if any(each.price_per_seat == 0 for each in held) else (),
        HiddenKey.AMOUNT: {amount(page.credits, page.credit_system)} if credits_known else (),
    }
    return {key: frozenset(values) for key, values in found.items() if values}
