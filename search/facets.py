"""Which values of each facet a course has. The engines filter and count by these alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from catalogue.choices import CreditSystem
from catalogue.models import CourseOccasion, CoursePage, SharedOfferingPage

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


def start_months(occasions: Iterable[CourseOccasion]) -> frozenset[str]:
    """Return the months ("2027-02") in which occasions that are not cancelled begin."""
    return frozenset(
        month_of(occasion.starts_on)
        for occasion in occasions
        if occasion.starts_on and not occasion.cancelled
    )


def month_of(day: date) -> str:
    """Return "2027-02"."""
    return f"{day:%Y-%m}"


def municipalities_of(course: CoursePage, of_region: frozenset[str]) -> frozenset[str]:
    """Return the slugs of the municipalities a course is open to.

    A shared offering is for its host and those who take part; any other course is for all of the
    region (``of_region``).
    """
    if not isinstance(course, SharedOfferingPage):
        return of_region
    own = {each.slug for each in course.participating_municipalities.all()}
    if course.host_municipality:
        own.add(course.host_municipality.slug)
    return frozenset(own)


def values_of(
    course: CoursePage, occasions: Iterable[CourseOccasion], region: str, of_region: frozenset[str]
) -> Values:
    """Return the stored values of a course (a page of its own kind). The state is the day's."""
    values = {
        FacetKey.AREA: {term.slug for term in course.service_areas.all()},
        FacetKey.TARGET: {term.slug for term in course.target_groups.all()},
        FacetKey.TOPIC: {term.slug for term in course.topics.all()},
        FacetKey.PLACE: {course.place},
        FacetKey.CREDITS: {credits_band(course)},
        FacetKey.PACE: {pace_band(getattr(course, "pace_percent", None))},
        FacetKey.START: start_months(occasions),
        FacetKey.REGION: {region} if region else (),
        FacetKey.MUNICIPALITY: municipalities_of(course, of_region),
        FacetKey.LEVEL: {course.level},
        FacetKey.LANGUAGE: {course.language},
        FacetKey.TYPE: {"offering" if isinstance(course, SharedOfferingPage) else "distance"},
        FacetKey.PROVIDER: {course.provider.slug} if course.provider else (),
    }
    return {key: frozenset(found) for key, found in values.items() if found}


def hidden_of(course: CoursePage, occasions: Iterable[CourseOccasion]) -> Hidden:
    """Return what a course is filtered by and is no facet: days as "2027-02-08", credits, price."""
    held = [occasion for occasion in occasions if not occasion.cancelled]
    credits_known = course.credits and course.credit_system != CreditSystem.NONE
    found = {
        HiddenKey.DAY: {f"{each.starts_on:%Y-%m-%d}" for each in held if each.starts_on},
        HiddenKey.DEADLINE: {
            f"{day:%Y-%m-%d}"
            for each in held
            if not each.dates.is_full
            for day in (each.apply_by, each.late_apply_by)
            if day
        },
        HiddenKey.PRICE: {FREE} if any(each.price_per_seat == 0 for each in held) else (),
        HiddenKey.AMOUNT: {amount(course.credits, course.credit_system)} if credits_known else (),
    }
    return {key: frozenset(values) for key, values in found.items() if values}
