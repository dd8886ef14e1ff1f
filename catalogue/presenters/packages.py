"""What a package's page shows."""

from collections.abc import Iterable
from decimal import Decimal

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


def courses_of(packages: Iterable[CoursePackagePage]) -> dict[int, list[CoursePage]]:
    """Return the published courses of packages in their order, by package. One query."""
    parts = (
        PackageCourse.objects.filter(
            page__in=list(packages), course__in=readable(CoursePage.objects.all())
        )
        .select_related("course__locale")
        .order_by("page_id", "sort_order")
    )
    by_package: dict[int, list[CoursePage]] = {}
    for part in parts:
        by_package.setdefault(part.page_id, []).append(part.course)
    return by_package


def package_views(page: Page) -> list[PackageView]:
    """Return the packages below a page that have a published course, by title. Two queries."""
    packages = readable(CoursePackagePage.objects.descendant_of(page)).order_by("title")
    courses = courses_of(packages)
    return [
        PackageView(
            title=package.title,
            url=package.url or "",
            summary=package.summary,
            summary_line=summary_line(courses[package.pk]),
        )
        for package in packages
        if package.pk in courses
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
