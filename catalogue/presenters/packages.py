"""What a package's page shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from .. import formats
from ..models import CoursePackagePage, CoursePage, PackageCourse
from ..models.package import sum_credits
from ..tree import readable
from .courses import Ranked, cards, rank
from .values import PackageStep, PackageView


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


@dataclass(frozen=True)
class PackageWithCourses:
    """A published package with its published courses, in their order."""

    package: CoursePackagePage
    courses: list[CoursePage]


def _with_courses(packages: QuerySet) -> list[PackageWithCourses]:
    """Return packages that have a published course, by title. One statement."""
    parts = (
        PackageCourse.objects.filter(
            page__in=readable(packages), course__in=readable(CoursePage.objects.all())
        )
        .select_related("page__locale", "course__locale")
        .defer("page__body", "course__body")
        .order_by("page__title", "page_id", "sort_order")
    )
    found: dict[int, PackageWithCourses] = {}
    for part in parts:
        known = found.setdefault(part.page_id, PackageWithCourses(part.page, []))
        known.courses.append(part.course)
    return list(found.values())


def packages_with(course: CoursePage) -> list[PackageWithCourses]:
    """Return the packages that hold ``course`` in any language. One statement."""
    mine = PackageCourse.objects.filter(course__translation_key=course.translation_key)
    return _with_courses(CoursePackagePage.objects.filter(pk__in=mine.values("page")))


def package_views(page: Page) -> list[PackageView]:
    """Return the packages below a page that have a published course, by title. One statement."""
    return [
        PackageView(
            title=each.package.title,
            url=each.package.url or "",
            summary=each.package.summary,
            summary_line=summary_line(each.courses),
        )
        for each in _with_courses(CoursePackagePage.objects.descendant_of(page))
    ]


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
