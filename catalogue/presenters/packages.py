"""What a package's page shows."""

from collections.abc import Iterable
from decimal import Decimal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import formats
from ..models import CoursePackagePage, CoursePage
from ..models.package import sum_credits
from ..tree import readable
from .courses import Ranked, cards, rank
from .values import PackageStep


def totals_in_words(totals: dict[str, Decimal]) -> list[str]:
    """Return the credits of a package, one text for each kind that is summed apart."""
    return [formats.credits_short(value, system) for system, value in totals.items()]


def summary_line(courses: Iterable[CoursePage]) -> str:
    """Return "4 courses, together 12 hp"."""
    courses = list(courses)
    number = ngettext("%(count)d course", "%(count)d courses", len(courses)) % {
        "count": len(courses)
    }
    totals = totals_in_words(sum_credits(courses))
    if not totals:
        return number
    return _("%(number)s, together %(credits)s") % {
        "number": number,
        "credits": " + ".join(totals),
    }


def package_context(page: CoursePackagePage, request: HttpRequest) -> dict:
    """Return the context of a package page: its published courses in their order."""
    today = timezone.localdate()
    parts = list(page.package_courses.all())
    courses = readable(CoursePage.objects.filter(pk__in=[part.course_id for part in parts]))
    by_pk: dict[int, Ranked] = {row.pk: row for row in rank(courses, today)}
    shown = [part for part in parts if part.course_id in by_pk]
    views = cards([by_pk[part.course_id] for part in shown], last_fact="provider")
    return {
        "steps": [
            PackageStep(position, part.required, view)
            for position, (part, view) in enumerate(zip(shown, views, strict=True), start=1)
        ],
        "totals": totals_in_words(sum_credits(by_pk[part.course_id] for part in shown)),
    }
