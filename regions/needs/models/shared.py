"""What the forum ranks: the need that municipalities share."""

from decimal import Decimal
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regions.models import (
    Municipality,
    Region,
    ServiceArea,
    StatefulModel,
    StatefulQuerySet,
    Topic,
    VersionedModel,
)

from .choices import NeedState, SharedNeedState, Size
from .need import HEADCOUNT_MAX, SUMMARY_MAX, Need


class SharedNeedQuerySet(StatefulQuerySet):
    """Verbs for shared needs."""

    def candidates(self) -> Self:
        """Keep those that a round can take up."""
        return self.filter(state=SharedNeedState.OPEN)

    def wanted(self) -> Self:
        """Keep those that a course can answer."""
        return self.filter(state=SharedNeedState.PRIORITISED)


class SharedNeed(VersionedModel, StatefulModel):
    """One or several municipalities' needs as one, with the coordinator's neutral words."""

    initial_state = SharedNeedState.OPEN

    class StatutoryPoints(models.IntegerChoices):
        """How far a law asks for it."""

        NONE = 0, _("No legal requirement")
        GUIDELINE = 2, _("A guideline")
        DUTY = 4, _("A legal duty")

    region = models.ForeignKey(
        Region, models.PROTECT, related_name="shared_needs", verbose_name=_("region")
    )
    reference = models.CharField(_("reference"), max_length=20)
    state = models.CharField(
        _("status"), max_length=20, choices=SharedNeedState.choices, default=SharedNeedState.OPEN
    )
    title = models.CharField(_("title"), max_length=120)
    public_summary = models.TextField(_("public summary"), max_length=SUMMARY_MAX)
    service_areas = models.ManyToManyField(
        ServiceArea, blank=True, related_name="shared_needs", verbose_name=_("service areas")
    )
    topics = models.ManyToManyField(
        Topic, blank=True, related_name="shared_needs", verbose_name=_("topics")
    )
    local_supplements = models.TextField(
        _("local additions"),
        max_length=SUMMARY_MAX,
        blank=True,
        help_text=_("What single municipalities need beside the rest, for example travel."),
    )
    statutory_points = models.PositiveSmallIntegerField(
        _("legal requirement"),
        choices=StatutoryPoints.choices,
        default=StatutoryPoints.NONE,
    )
    statutory_reference = models.CharField(_("law or guideline"), max_length=200, blank=True)
    est_cost_total = models.DecimalField(
        _("estimated cost in all"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text=_(
            "In the region's currency. Leave empty if nobody knows: it is never assumed free."
        ),
    )
    est_seats = models.PositiveIntegerField(
        _("estimated seats"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(HEADCOUNT_MAX)],
    )
    size = models.CharField(_("size"), max_length=10, choices=Size.choices, default=Size.ORDINARY)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="absorbed",
        verbose_name=_("merged into"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = SharedNeedQuerySet.as_manager()
    message_at: ClassVar = {"shared_need_statutory_has_reference": "statutory_reference"}

    class Meta:
        verbose_name = _("shared need")
        verbose_name_plural = _("shared needs")
        ordering = ["reference"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "reference"], name="shared_need_reference_once_per_region"
            ),
            models.CheckConstraint(
                name="shared_need_state_known", condition=Q(state__in=SharedNeedState.values)
            ),
            models.CheckConstraint(
                name="shared_need_points_known",
                condition=Q(statutory_points__in=[0, 2, 4]),
            ),
            models.CheckConstraint(
                name="shared_need_statutory_has_reference",
                condition=Q(statutory_points=0) | ~Q(statutory_reference=""),
                violation_error_message=_("Name the law or guideline that gives the points."),
            ),
            models.CheckConstraint(
                name="shared_need_absorbed_leads_on",
                condition=Q(state=SharedNeedState.ABSORBED, merged_into__isnull=False)
                | (~Q(state=SharedNeedState.ABSORBED) & Q(merged_into__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["region", "state"], name="shared_need_state")]

    def __str__(self) -> str:
        return self.reference

    def accepted_needs(self) -> models.QuerySet:
        """Return the needs that stand behind it, earliest accepted first."""
        return self.needs.filter(state=NeedState.ACCEPTED).order_by("accepted_at", "pk")


class CoSign(models.Model):
    """One says “we have this too”: a municipality's contact or seat, so it counts at once."""

    shared_need = models.ForeignKey(
        SharedNeed, models.CASCADE, related_name="co_signs", verbose_name=_("shared need")
    )
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="co_signs", verbose_name=_("municipality")
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    headcount = models.PositiveIntegerField(
        _("how many need it"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(HEADCOUNT_MAX)],
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("co-signature")
        verbose_name_plural = _("co-signatures")
        constraints = [
            models.UniqueConstraint(
                fields=["shared_need", "municipality"],
                name="co_sign_once_per_municipality",
                violation_error_message=_("This municipality has said so already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.shared_need_id}: {self.municipality}"


def co_signing(shared_need: SharedNeed | models.OuterRef) -> models.QuerySet:
    """Return the municipalities that count: their contact or seat has confirmed the need."""
    backed = Need.objects.accepted().backed().filter(shared_need=shared_need)
    return Municipality.objects.filter(
        Q(pk__in=backed.values("municipality"))
        | Q(pk__in=CoSign.objects.filter(shared_need=shared_need).values("municipality"))
    ).order_by("name")


def number_co_signing() -> models.Subquery:
    """Return how many municipalities count, for a query of shared needs."""
    places = co_signing(models.OuterRef(models.OuterRef("pk"))).order_by()
    counted = places.annotate(number=models.Func("pk", function="COUNT")).values("number")
    return models.Subquery(counted, output_field=models.IntegerField())


def not_yet_confirmed(shared_need: SharedNeed) -> models.QuerySet:
    """Return the municipalities whose need nobody there has confirmed; they count 0."""
    mine = Need.objects.accepted().filter(shared_need=shared_need)
    return (
        Municipality.objects.filter(pk__in=mine.values("municipality"))
        .exclude(pk__in=co_signing(shared_need).values("pk"))
        .order_by("name")
    )
