"""The course page: the concrete base of every kind of course."""

from decimal import Decimal
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page

from regions.models import Region, ServiceArea, TargetGroup, Topic
from regions.needs.models import SharedNeed

from ..blocks import BodyBlock
from ..choices import (
    Audience,
    ContentLanguage,
    CreditSystem,
    Level,
    Licence,
    MaterialRights,
    OrderVia,
    Origin,
    Place,
)
from ..forms import CourseForm
from ..panels import course_edit_handler
from ..tree import owning_region, source_course
from .mixins import CataloguePageMixin, PictureMixin
from .provider import Provider


class CoursePage(CataloguePageMixin, PictureMixin, Page):
    """A course, whatever its kind; occasions, packages and search point at this.

    Many-to-many fields are parental, so that drafts and revisions keep them.
    """

    template_slug = "course_page"
    base_form_class = CourseForm
    is_creatable = False
    parent_page_types: ClassVar = ["catalogue.CatalogueIndexPage"]
    subpage_types: ClassVar = []

    summary = models.TextField(
        _("summary"),
        max_length=300,
        help_text=_("Whom the course is for and what they get, in two or three sentences."),
    )
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))
    provider = models.ForeignKey(
        Provider,
        models.PROTECT,
        null=True,
        related_name="courses",
        verbose_name=_("provider"),
        help_text=_("Who gives the course. Is it missing? Ask your coordinator to add it."),
    )
    origin = models.CharField(
        _("origin"), max_length=10, choices=Origin.choices, default=Origin.EXISTING
    )
    level = models.CharField(_("level"), max_length=10, choices=Level.choices, default=Level.INTRO)
    duration = models.CharField(
        _("duration"),
        max_length=80,
        blank=True,
        help_text=_("In words: “half a day”, “2 hours and one meeting”."),
    )
    credits = models.DecimalField(
        _("credits"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text=_("Leave empty if it is not stated."),
    )
    credit_system = models.CharField(
        _("kind of credits"),
        max_length=4,
        choices=CreditSystem.choices,
        default=CreditSystem.NONE,
    )
    qualification = models.CharField(
        _("certificate"),
        max_length=120,
        blank=True,
        help_text=_("What one has afterwards, for example “course certificate”."),
    )
    language = models.CharField(
        _("language of the course"),
        max_length=2,
        choices=ContentLanguage.choices,
        default=ContentLanguage.NB,
    )
    target_groups = ParentalManyToManyField(
        TargetGroup,
        related_name="courses",
        verbose_name=_("target groups"),
    )
    service_areas = ParentalManyToManyField(
        ServiceArea,
        related_name="courses",
        verbose_name=_("service areas"),
    )
    topics = ParentalManyToManyField(
        Topic, blank=True, related_name="courses", verbose_name=_("topics")
    )
    place = models.CharField(_("place"), max_length=10, choices=Place.choices, default=Place.ONSITE)
    learning_forms = models.JSONField(_("ways of learning"), default=list, blank=True)
    byod = models.BooleanField(
        _("bring your own data"),
        default=False,
        help_text=_("Participants work with cases or data from their own service."),
    )
    byod_instructions = models.TextField(
        _("what to bring"),
        max_length=600,
        blank=True,
        help_text=_("Say what to bring, and that it must hold no personal data."),
    )
    work_integrated = models.BooleanField(_("part of the daily work"), default=False)
    is_pilot = models.BooleanField(
        _("pilot"), default=False, help_text=_("A trial, evaluated before it is repeated.")
    )
    prerequisites = models.TextField(_("prerequisites"), max_length=600, blank=True)
    outcomes = models.TextField(
        _("after the course you can"),
        max_length=1200,
        blank=True,
        help_text=_("One line for each thing one can do afterwards."),
    )
    price_note = models.CharField(
        _("who pays"),
        max_length=120,
        blank=True,
        help_text=_(
            "For example “covered by the agreement”. The price itself stands at the occasion."
        ),
    )
    order_via = models.CharField(
        _("how to sign up"),
        max_length=20,
        choices=OrderVia.choices,
        default=OrderVia.MUNICIPAL_CONTACT,
    )
    material_rights = models.CharField(
        _("rights to the material"),
        max_length=20,
        choices=MaterialRights.choices,
        default=MaterialRights.UNKNOWN,
    )
    licence = models.CharField(_("licence"), max_length=20, choices=Licence.choices, blank=True)
    external_platform_url = models.URLField(
        _("learning platform"),
        blank=True,
        help_text=_("Where the course itself is taken, if it is on the web."),
    )
    audience = models.CharField(
        _("may take it"), max_length=20, choices=Audience.choices, default=Audience.EMPLOYEES
    )
    shared_with_regions = ParentalManyToManyField(
        Region,
        blank=True,
        related_name="shared_courses",
        verbose_name=_("shared with regions"),
        help_text=_("Regions whose municipalities may take the course as well."),
    )
    answers_needs = ParentalManyToManyField(
        SharedNeed,
        blank=True,
        related_name="courses",
        verbose_name=_("needs it answers"),
        help_text=_(
            "Prioritised needs that wait for a course. When you publish, everyone who reported "
            "one is told, once."
        ),
    )

    edit_handler = course_edit_handler()
    #: A copy is another course: whose needs it answers, and whether it tells them, is said anew.
    exclude_fields_in_copy: ClassVar = ["answers_needs"]

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        constraints = [
            models.CheckConstraint(
                name="course_credits_not_negative",
                condition=Q(credits__isnull=True) | Q(credits__gte=0),
                violation_error_message=_("Credits cannot be negative."),
            ),
            models.CheckConstraint(
                name="course_credits_have_a_kind",
                condition=Q(credits__isnull=True)
                | Q(credits=0)
                | ~Q(credit_system=CreditSystem.NONE),
                violation_error_message=_("Say which kind of credits these are."),
            ),
        ]

    def clean(self) -> None:
        """Check what must hold in a draft too, with the message at the field."""
        super().clean()
        if self.credits and self.credit_system == CreditSystem.NONE:
            raise ValidationError({"credit_system": _("Say which kind of credits these are.")})

    def publish_errors(self) -> dict[str, object]:
        """Return what is missing before publishing, by field."""
        errors = self.picture_errors()
        if self.byod and not self.byod_instructions:
            errors["byod_instructions"] = _("Say what to bring, without personal data.")
        if self.credits and self.provider and not self.provider.is_higher_education:
            errors["credits"] = _("Only a university or college gives credits. Check the provider.")
        return errors

    @cached_property
    def region(self) -> Region | None:
        """The owning region: that of the nearest region page above."""
        return owning_region(self)

    def may_stand_in(self, region: Region | None) -> bool:
        """Whether a package of ``region`` may hold this course: its own, or shared with it."""
        if region is None or self.region is None or self.region == region:
            return True
        return region in self.specific.shared_with_regions.all()

    @cached_property
    def occasions_source(self) -> "CoursePage":
        """The page that holds the occasions: this one, or the one it translates."""
        return source_course(self)

    @property
    def outcome_lines(self) -> list[str]:
        """What one can do afterwards, one thing a line."""
        return [line.strip("-–• \t") for line in self.outcomes.splitlines() if line.strip("-–• \t")]

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict:
        """Add key facts, occasions and what belongs together."""
        from ..presenters.course_page import course_context  # presenters read these models

        return {**super().get_context(request, *args, **kwargs), **course_context(self, request)}


class CourseModule(Orderable):
    """A part of a course."""

    page = ParentalKey(CoursePage, related_name="modules")
    title = models.CharField(_("title"), max_length=120)
    hours = models.DecimalField(
        _("hours"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(999))],
    )
    description = models.TextField(_("description"), max_length=600, blank=True)
    task = models.CharField(
        _("task at work"),
        max_length=200,
        blank=True,
        help_text=_("What participants try out in their own service."),
    )

    class Meta(Orderable.Meta):
        verbose_name = _("module")
        verbose_name_plural = _("modules")

    def __str__(self) -> str:
        return self.title


class CourseLink(Orderable):
    """A link that belongs to a course."""

    page = ParentalKey(CoursePage, related_name="links")
    title = models.CharField(_("title"), max_length=120)
    url = models.URLField(_("web address"))

    class Meta(Orderable.Meta):
        verbose_name = _("link")
        verbose_name_plural = _("links")

    def __str__(self) -> str:
        return self.title


class CourseFact(Orderable):
    """A fact of the editor's own among the key facts."""

    page = ParentalKey(CoursePage, related_name="facts")
    label = models.CharField(_("label"), max_length=40)
    value = models.CharField(_("value"), max_length=120)

    class Meta(Orderable.Meta):
        verbose_name = _("fact")
        verbose_name_plural = _("facts")

    def __str__(self) -> str:
        return f"{self.label}: {self.value}"
