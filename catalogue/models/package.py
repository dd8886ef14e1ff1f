"""Course packages: several courses that belong together."""

from collections.abc import Iterable
from decimal import Decimal
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, PageChooserPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page

from regions.models import Region

from ..blocks import BodyBlock
from ..choices import CreditSystem
from ..forms import PackageForm
from ..tree import owning_region
from .course import CoursePage
from .mixins import CataloguePageMixin

#: Credits that may be summed with each other: hp and stp are both 60 a year.
SUMMED_TOGETHER = frozenset({CreditSystem.HP, CreditSystem.STP})


def sum_credits(courses: Iterable[CoursePage]) -> dict[str, Decimal]:
    """Return the credits of ``courses`` by system.

    hp and stp are summed together, under the first of them that occurs.
    """
    totals: dict[str, Decimal] = {}
    for course in courses:
        if not course.credits or course.credit_system == CreditSystem.NONE:
            continue
        key = course.credit_system
        if key in SUMMED_TOGETHER:
            key = next((known for known in totals if known in SUMMED_TOGETHER), key)
        totals[key] = totals.get(key, Decimal(0)) + course.credits
    return totals


class CoursePackagePage(CataloguePageMixin, Page):
    """Courses in an order, some required; the credits are summed, never typed."""

    template_slug = "course_package_page"
    base_form_class = PackageForm
    parent_page_types: ClassVar = ["catalogue.CatalogueIndexPage"]
    subpage_types: ClassVar = []

    summary = models.TextField(
        _("summary"), max_length=300, help_text=_("What the courses give together.")
    )
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))

    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("summary"),
        InlinePanel(
            "package_courses", heading=_("Courses"), label=_("Course"), min_num=1, max_num=20
        ),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("course package")
        verbose_name_plural = _("course packages")

    @property
    def region(self) -> Region | None:
        """The owning region: that of the nearest region page above."""
        return owning_region(self)

    @property
    def credit_totals(self) -> dict[str, Decimal]:
        """The credits of its courses by system."""
        return sum_credits(part.course for part in self.package_courses.all())

    def publish_errors(self) -> dict[str, object]:
        """Say at the list of courses if it is empty, or if one stands there twice."""
        courses = [part.course_id for part in self.package_courses.all()]
        if not courses:
            return {"package_courses": _("Choose at least one course.")}
        if len(courses) != len(set(courses)):
            return {"package_courses": _("A course stands in the package twice.")}
        return {}

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict:
        """Add the courses with their states."""
        from ..presenters.packages import package_context  # presenters read these models

        return {**super().get_context(request, *args, **kwargs), **package_context(self, request)}


class PackageCourse(Orderable):
    """A course in a package, at its position."""

    page = ParentalKey(CoursePackagePage, related_name="package_courses")
    course = models.ForeignKey(
        CoursePage, models.PROTECT, related_name="packages", verbose_name=_("course")
    )
    required = models.BooleanField(_("required"), default=True)

    panels: ClassVar = [PageChooserPanel("course"), FieldPanel("required")]

    class Meta(Orderable.Meta):
        verbose_name = _("course of a package")
        verbose_name_plural = _("courses of a package")

    def __str__(self) -> str:
        return str(self.course)

    def clean(self) -> None:
        """Refuse a course of a foreign region that is not shared."""
        if not (self.page_id and self.course_id):
            return
        if not self.course.may_stand_in(self.page.region):
            raise ValidationError({"course": _("This course belongs to another region.")})
