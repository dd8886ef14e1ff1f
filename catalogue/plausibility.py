"""What looks wrong but is allowed: told to the editor, never refused."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .choices import CreditSystem
from .models import CourseOccasion, DistanceCoursePage

#: A credit of higher education is 1/60 of a year of 40 weeks: 1.5 credits a week at full pace.
CREDITS_A_WEEK = Decimal("1.5")
#: Warn when the dates differ from the computed weeks by more than this share.
TOLERANCE = Decimal("0.5")


def expected_weeks(credits_: Decimal, pace_percent: int) -> Decimal:
    """Return how many weeks ``credits_`` take at ``pace_percent``: 3 hp at 25 % are 8 weeks."""
    return credits_ / CREDITS_A_WEEK / (Decimal(pace_percent) / 100)


def pace_warning(occasion: CourseOccasion) -> str | None:
    """Return a warning if the dates differ by more than half from what credits and pace give."""
    course = DistanceCoursePage.objects.filter(pk=occasion.course_id).first()
    if course is None or not course.credits or not course.pace_percent:
        return None
    if course.credit_system not in {CreditSystem.HP, CreditSystem.STP}:
        return None
    if not occasion.starts_on or not occasion.ends_on:
        return None
    weeks = Decimal((occasion.ends_on - occasion.starts_on).days + 1) / 7
    expected = expected_weeks(course.credits, course.pace_percent)
    if abs(weeks - expected) <= expected * TOLERANCE:
        return None
    return _(
        "The dates span about %(weeks)s, but the credits at this pace take about %(expected)s. "
        "Check the dates, the credits and the pace."
    ) % {"weeks": _weeks(weeks), "expected": _weeks(expected)}


def _weeks(number: Decimal) -> str:
    whole = max(round(number), 1)
    return ngettext("%(number)d week", "%(number)d weeks", whole) % {"number": whole}
