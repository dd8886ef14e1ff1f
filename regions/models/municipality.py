"""Municipalities with the codes and figures that change over the years."""

from datetime import date
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from .base import FieldMessages, VersionedModel, check_period, overlapping, period_constraint
from .region import Country, Region


class MunicipalityQuerySet(models.QuerySet):
    """Verbs for municipalities."""

    def with_latest_figure(self) -> Self:
        """Annotate ``population`` and ``figure_year`` of the newest year on file."""
        newest = MunicipalityFigure.objects.filter(municipality=models.OuterRef("pk"))
        newest = newest.order_by("-year")
        return self.annotate(
            population=models.Subquery(newest.values("population")[:1]),
            figure_year=models.Subquery(newest.values("year")[:1]),
        )


class Municipality(VersionedModel, ClusterableModel):
    """A municipality of a region. Its contact is a role, never a named person."""

    region = models.ForeignKey(
        Region, models.PROTECT, related_name="municipalities", verbose_name=_("region")
    )
    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    contact_role = models.CharField(
        _("contact"),
        max_length=80,
        blank=True,
        help_text=_("The role people ask for, for example “HR adviser”. Not a person's name."),
    )
    contact_email = models.EmailField(
        _("contact's e-mail"),
        blank=True,
        help_text=_("A shared mailbox, so that it outlives a change of staff."),
    )
    profile = models.TextField(_("introduction"), blank=True, max_length=2000)

    objects = MunicipalityQuerySet.as_manager()
    message_at: ClassVar = {"municipality_name_once_per_region": "name"}

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "region",
                name="municipality_name_once_per_region",
                violation_error_message=_("The region already has a municipality of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse to take seats and roles to another region: those belong to theirs."""
        super().clean()
        before = Municipality.objects.filter(pk=self.pk).exclude(region=self.region_id).first()
        if before and (before.seats.exists() or before.memberships.exists()):
            raise ValidationError(
                {"region": _("Seats or roles in its region hang on this municipality.")}
            )

    @property
    def current_code(self) -> str:
        """The code of today."""
        return self.code_on(timezone.localdate())

    def code_on(self, day: date) -> str:
        """Return the municipality's code on ``day``, or an empty string if none is on file."""
        for code in self.codes.all():
            if code.valid_from <= day and (code.valid_to is None or day <= code.valid_to):
                return code.code
        return ""


class MunicipalityCode(FieldMessages):
    """A four-digit code of the national register, valid for a period.

    Codes changed in 2020 and 2024; Norway and Sweden use the same numbers for different places.
    """

    municipality = ParentalKey(Municipality, related_name="codes", verbose_name=_("municipality"))
    country = models.CharField(_("country"), max_length=2, choices=Country.choices)
    code = models.CharField(
        _("code"),
        max_length=4,
        validators=[RegexValidator(r"\A[0-9]{4}\Z", _("Four digits, with leading zeros."))],
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)

    #: The key of the municipality whose codes a form saves together with this one.
    saved_with: int | None = None
    message_at: ClassVar = {
        "municipality_code_once_per_start": "valid_from",
        "municipality_code_open_once": "code",
        "municipality_one_open_code": "valid_to",
        "municipality_code_four_digits": "code",
        "municipality_code_period": "valid_to",
    }

    class Meta:
        verbose_name = _("municipality code")
        verbose_name_plural = _("municipality codes")
        # Oldest first, also when a form saves them: the open code is closed before the next begins.
        ordering = ["valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "code", "valid_from"],
                name="municipality_code_once_per_start",
                violation_error_message=_("This code is already in use from that day."),
            ),
            models.UniqueConstraint(
                fields=["country", "code"],
                condition=Q(valid_to__isnull=True),
                name="municipality_code_open_once",
                violation_error_message=_("Another municipality has this code."),
            ),
            models.UniqueConstraint(
                fields=["municipality"],
                condition=Q(valid_to__isnull=True),
                name="municipality_one_open_code",
                violation_error_message=_("A municipality has one code at a time."),
            ),
            models.CheckConstraint(
                name="municipality_code_four_digits",
                condition=Q(code__regex=r"\A[0-9]{4}\Z"),
                violation_error_message=_("Four digits, with leading zeros."),
            ),
            period_constraint("municipality_code_period", start="valid_from", end="valid_to"),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.code}"

    def clean(self) -> None:
        """Refuse a period that overlaps another of the same code or the same municipality.

        A form that saves all codes of a municipality at once compares those itself, and says so by
        ``saved_with``: what is stored of them is about to change as well.
        """
        check_period(self, start="valid_from", end="valid_to")
        if not (self.code and self.country and self.valid_from):
            return
        if self.municipality_id:
            self.check_country(self.municipality.region)
        others = self.others_at_the_time().exclude(municipality=self.saved_with)
        same = Q(country=self.country, code=self.code)
        if self.municipality_id:
            same |= Q(municipality=self.municipality_id)
        if others.filter(same).exists():
            raise ValidationError(
                {
                    "valid_from": ValidationError(
                        _("Another code is valid in a part of this period."), code="overlap"
                    )
                }
            )

    def check_country(self, region: Region) -> None:
        """Raise at the field if the code is of another country than ``region``."""
        if region.country != self.country:
            raise ValidationError({"country": _("The region is in another country.")})

    def others_at_the_time(self) -> models.QuerySet:
        """Return the other codes that are valid on a day of this one's period."""
        return MunicipalityCode.objects.exclude(pk=self.pk).filter(
            overlapping(self.valid_from, self.valid_to, start="valid_from", end="valid_to")
        )


class MunicipalityFigure(FieldMessages):
    """Population and employees of a municipality in a year, with the source."""

    municipality = ParentalKey(Municipality, related_name="figures", verbose_name=_("municipality"))
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(1900), MaxValueValidator(2200)]
    )
    population = models.PositiveIntegerField(
        _("population"), validators=[MaxValueValidator(20_000_000)]
    )
    employees = models.PositiveIntegerField(
        _("employees"), null=True, blank=True, validators=[MaxValueValidator(2_000_000)]
    )
    source = models.CharField(_("source"), max_length=120)

    message_at: ClassVar = {"municipality_figure_once_per_year": "year"}

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "year"],
                name="municipality_figure_once_per_year",
                violation_error_message=_("There is already a figure for this year."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.population}"
