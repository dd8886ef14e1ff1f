"""The two kinds of course."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField

from regions.models import Municipality

from ..choices import Place
from ..panels import distance_edit_handler, offering_edit_handler
from .course import CoursePage

#: An offering is shared when at least this many municipalities take part.
MIN_PARTICIPATING = 2


class SharedOfferingPage(CoursePage):
    """A shared regional offering: hosted by one municipality, taken part in by several."""

    template_slug = "course_page"
    parent_page_types: ClassVar = ["catalogue.CatalogueIndexPage"]
    subpage_types: ClassVar = []

    host_municipality = models.ForeignKey(
        Municipality,
        models.PROTECT,
        null=True,
        related_name="hosted_offerings",
        verbose_name=_("host municipality"),
    )
    participating_municipalities = ParentalManyToManyField(
        Municipality,
        related_name="offerings",
        verbose_name=_("participating municipalities"),
        help_text=_("At least two: otherwise it is not shared."),
    )
    venue = models.CharField(_("venue"), max_length=160, blank=True)
    facilities = models.CharField(
        _("facilities"),
        max_length=200,
        blank=True,
        help_text=_("For example step-free access, hearing loop, parking."),
    )

    edit_handler = offering_edit_handler()

    class Meta:
        verbose_name = _("shared offering")
        verbose_name_plural = _("shared offerings")

    def publish_errors(self) -> dict[str, object]:
        """Add that at least two municipalities take part."""
        errors = super().publish_errors()
        if len(self.participating_municipalities.all()) < MIN_PARTICIPATING:
            errors["participating_municipalities"] = _("Choose at least two municipalities.")
        return errors


class DistanceCoursePage(CoursePage):
    """A flexible distance course from a university or college, with fixed start and end."""

    template_slug = "course_page"
    parent_page_types: ClassVar = ["catalogue.CatalogueIndexPage"]
    subpage_types: ClassVar = []

    pace_percent = models.PositiveSmallIntegerField(
        _("pace of study, per cent"),
        null=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("100 is full-time; 25 is about ten hours a week."),
    )
    study_hours = models.PositiveSmallIntegerField(
        _("hours of study in all"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(4000)],
    )
    schedule = models.CharField(_("schedule"), max_length=200, blank=True)
    number_of_meetings = models.PositiveSmallIntegerField(
        _("number of meetings"), null=True, blank=True, validators=[MaxValueValidator(200)]
    )
    tools = models.CharField(
        _("tools"), max_length=160, blank=True, help_text=_("For example Teams or Zoom.")
    )
    pedagogy = models.TextField(_("how one learns"), max_length=600, blank=True)
    research_links = models.TextField(
        _("research behind the course"),
        max_length=1200,
        blank=True,
        help_text=_("One reference or web address a line."),
    )
    examination = models.CharField(_("examination"), max_length=200, blank=True)

    edit_handler = distance_edit_handler()

    class Meta:
        verbose_name = _("distance course")
        verbose_name_plural = _("distance courses")
        constraints = [
            models.CheckConstraint(
                name="distancecourse_pace_is_per_cent",
                condition=Q(pace_percent__isnull=True)
                | Q(pace_percent__gte=1, pace_percent__lte=100),
                violation_error_message=_("The pace is between 1 and 100 per cent."),
            )
        ]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if self._state.adding and not self.pk:
            self.place = Place.DISTANCE

    def clean(self) -> None:
        """A distance course happens at a distance, whoever writes it."""
        super().clean()
        if self.place != Place.DISTANCE:
            raise ValidationError(_("A distance course happens at a distance."))
