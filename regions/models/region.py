"""The region: municipalities that develop competence together."""

import zoneinfo
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from .base import VersionedModel


class Country(models.TextChoices):
    """The countries whose municipalities Samkurs serves."""

    NO = "NO", _("Norway")
    SE = "SE", _("Sweden")


class Currency(models.TextChoices):
    """The currencies, one for each country."""

    NOK = "NOK", _("Norwegian kroner")
    SEK = "SEK", _("Swedish kronor")


class Language(models.TextChoices):
    """The interface languages; a region's content stands in the tree of its own."""

    NB = "nb", _("Norwegian")
    SV = "sv", _("Swedish")
    EN = "en", _("English")


#: What stands under a language beside the regions' pages, now or by the plan of addresses.
RESERVED_SLUGS = frozenset(
    {
        "account",
        "admin",
        "api",
        "areas",
        "courses",
        "documents",
        "forum",
        "health",
        "media",
        "municipalities",
        "needs",
        "occasions",
        "providers",
        "rounds",
        "static",
        "topics",
    }
)
#: The depth of a region's page in the tree: root, front page, region.
_PAGE_DEPTH = 3


class Region(VersionedModel):
    """A region. Its currency and language are fixed for all that belongs to it."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(
        _("address"),
        max_length=60,
        unique=True,
        help_text=_("Part of the web address of the region's pages, for example “fjellregionen”."),
    )
    country = models.CharField(_("country"), max_length=2, choices=Country.choices)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    default_language = models.CharField(
        _("language"),
        max_length=2,
        choices=Language.choices,
        help_text=_("The language in which the region writes its pages."),
    )
    timezone = models.CharField(_("time zone"), max_length=40, default="Europe/Oslo")
    contact_email = models.EmailField(
        _("coordinator's e-mail"),
        blank=True,
        help_text=_(
            "A shared mailbox, shown to those who report needs: to add something, or to ask to be "
            "forgotten."
        ),
    )
    employee_seats = models.PositiveSmallIntegerField(
        _("seats for the employees' organisations"),
        default=2,
        validators=[MaxValueValidator(20)],
    )
    quorum_num = models.PositiveSmallIntegerField(
        _("quorum, numerator"), default=2, validators=[MinValueValidator(1)]
    )
    quorum_den = models.PositiveSmallIntegerField(
        _("quorum, denominator"), default=3, validators=[MinValueValidator(1)]
    )
    envelope_small_pct = models.PositiveSmallIntegerField(
        _("share of the budget for small needs, per cent"),
        default=15,
        validators=[MaxValueValidator(100)],
    )
    dialogue_months = models.PositiveSmallIntegerField(
        _("months between collaboration dialogues"),
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    min_gradings = models.PositiveSmallIntegerField(
        _("fewest gradings for a need to be ranked"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
    )

    #: What is fixed once the region is founded: pages, groups and amounts hang on it.
    FOUNDING_FIELDS: ClassVar = ("slug", "country", "currency", "default_language")
    message_at: ClassVar = {
        "region_currency_of_country": "currency",
        "region_quorum_is_a_share": "quorum_num",
        "region_envelope_is_per_cent": "envelope_small_pct",
    }

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="region_currency_of_country",
                condition=Q(country=Country.NO, currency=Currency.NOK)
                | Q(country=Country.SE, currency=Currency.SEK),
                violation_error_message=_("Norway counts in kroner, Sweden in kronor."),
            ),
            models.CheckConstraint(
                name="region_quorum_is_a_share",
                condition=Q(quorum_num__gte=1, quorum_den__gte=1)
                & Q(quorum_num__lte=F("quorum_den")),
                violation_error_message=_("The quorum is a share of at most the whole forum."),
            ),
            models.CheckConstraint(
                name="region_envelope_is_per_cent",
                condition=Q(envelope_small_pct__lte=100),
                violation_error_message=_("A share is at most 100 per cent."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def foreign_language(self) -> str:
        """The language of the region's own words where the reader reads another; else empty."""
        own = (get_language() or "").split("-")[0]
        return "" if self.default_language == own else self.default_language

    def clean(self) -> None:
        """Check what must agree between fields, with the message at the field."""
        self.slug = self.slug.lower()
        errors = self._address_errors() if self._state.adding else self._changed_errors()
        if self.timezone not in zoneinfo.available_timezones():
            errors["timezone"] = _("This is not a known time zone. Example: Europe/Oslo.")
        fitting = {Country.NO: Currency.NOK, Country.SE: Currency.SEK}.get(self.country)
        if self.currency and fitting and self.currency != fitting:
            errors["currency"] = _("Norway counts in kroner, Sweden in kronor.")
        if self.quorum_num and self.quorum_den and self.quorum_num > self.quorum_den:
            errors["quorum_num"] = _("The quorum is a share of at most the whole forum.")
        if errors:
            raise ValidationError(errors)

    def _address_errors(self) -> dict[str, object]:
        """Refuse an address that leads, or will lead, to something else."""
        if self.slug in RESERVED_SLUGS:
            return {"slug": _("Samkurs itself uses this address. Choose another.")}
        pages = Page.objects.filter(
            slug=self.slug, depth=_PAGE_DEPTH, locale__language_code=self.default_language
        )
        if pages.exists():
            return {"slug": _("A page already stands at this address. Choose another.")}
        return {}

    def _changed_errors(self) -> dict[str, object]:
        """Refuse to change what is fixed, and fewer employees' seats than are in use."""
        stored = Region.objects.filter(pk=self.pk).values(*self.FOUNDING_FIELDS).first() or {}
        errors: dict[str, object] = {
            name: _("This is fixed when the region is founded.")
            for name, value in stored.items()
            if getattr(self, name) != value
        }
        taken = (
            self.forums.filter(is_active=True, seats__is_active=True, seats__kind="employee_org")
            .values("pk")
            .annotate(seats_taken=models.Count("seats"))
            .filter(seats_taken__gt=self.employee_seats or 0)
        )
        if taken.exists():
            errors["employee_seats"] = _("More seats than this are in use. End some of them first.")
        return errors
