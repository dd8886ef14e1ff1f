"""A need as one municipality reports it."""

import uuid
from datetime import date, datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinLengthValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from regions.models import (
    Municipality,
    ProfessionalNetwork,
    Region,
    ServiceArea,
    StatefulModel,
    StatefulQuerySet,
    VersionedModel,
)
from regions.models.region import Language

from .choices import ActionKind, DeclineReason, Driver, Level, NeedState, Size

#: Letters of the challenge: fewer say nothing, more are not read.
CHALLENGE_MIN, CHALLENGE_MAX = 20, 1500
HEADCOUNT_MAX = 99_999
SUMMARY_MAX = 1200
#: Contact data is erased this long after a need is closed: 24 months.
KEPT_AFTER_CLOSING = timedelta(days=730)
#: What was never sent, or by an address that nobody confirmed, is kept only until the mail is out.
KEPT_UNSENT = timedelta(days=14)


def erasure_day(closed_at: datetime, *, never_sent: bool = False) -> date:
    """Return the first day on which the contact of a need closed then is erased."""
    return timezone.localdate(closed_at) + (KEPT_UNSENT if never_sent else KEPT_AFTER_CLOSING)


class NeedQuerySet(StatefulQuerySet):
    """Verbs for needs."""

    def to_moderate(self) -> Self:
        """Keep those that wait for a coordinator, claimed or not."""
        return self.filter(state__in=[NeedState.SUBMITTED, NeedState.IN_MODERATION])

    def accepted(self) -> Self:
        """Keep the accepted ones."""
        return self.filter(state=NeedState.ACCEPTED)

    def backed(self) -> Self:
        """Keep those that their municipality's contact has confirmed."""
        return self.filter(backed_at__isnull=False)


class Need(VersionedModel, StatefulModel):
    """One municipality's own text of what it lacks. Who wrote it stands in ``NeedContact``."""

    initial_state = NeedState.DRAFT

    region = models.ForeignKey(
        Region, models.PROTECT, related_name="needs", verbose_name=_("region")
    )
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="needs", verbose_name=_("municipality")
    )
    reference = models.CharField(_("reference"), max_length=20)
    state = models.CharField(
        _("status"), max_length=20, choices=NeedState.choices, default=NeedState.DRAFT
    )
    #: Given by the form: a double click, a retry and "back" are one need.
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)

    challenge = models.TextField(
        _("challenge"),
        max_length=CHALLENGE_MAX,
        validators=[MinLengthValidator(CHALLENGE_MIN)],
    )
    title = models.CharField(_("title"), max_length=120, blank=True)
    public_summary = models.TextField(_("public summary"), max_length=SUMMARY_MAX, blank=True)
    network = models.ForeignKey(
        ProfessionalNetwork,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="needs",
        verbose_name=_("professional network"),
    )
    service_area = models.ForeignKey(
        ServiceArea,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="needs",
        verbose_name=_("service area"),
    )
    workplace = models.CharField(_("workplace"), max_length=120, blank=True)
    level = models.CharField(_("concerns"), max_length=20, choices=Level.choices, blank=True)
    headcount = models.PositiveIntegerField(
        _("how many need it"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(HEADCOUNT_MAX)],
    )
    headcount_of = models.PositiveIntegerField(
        _("out of how many"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(HEADCOUNT_MAX)],
    )
    driver = models.CharField(_("driver"), max_length=20, choices=Driver.choices, blank=True)
    legal_reference = models.CharField(_("law or requirement"), max_length=200, blank=True)
    strategic_reason = models.TextField(_("reason"), max_length=400, blank=True)
    goal_achieve = models.TextField(_("what to achieve"), max_length=1000, blank=True)
    wanted_from = models.DateField(_("wanted from"), null=True, blank=True)
    latest = models.DateField(_("at the latest"), null=True, blank=True)
    size = models.CharField(_("size"), max_length=10, choices=Size.choices, default=Size.ORDINARY)

    shared_need = models.ForeignKey(
        "needs.SharedNeed",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="needs",
        verbose_name=_("shared need"),
    )
    #: The one made at this need's acceptance, to which it returns when moved out again.
    own_shared_need = models.ForeignKey(
        "needs.SharedNeed", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("claimed by"),
    )
    #: Names of the fields that the coordinator filled in at acceptance.
    filled_in = models.JSONField(default=list, blank=True, editable=False)
    #: What was asked back, and what the submitter answered.
    question = models.TextField(_("question"), max_length=1000, blank=True)
    answer = models.TextField(_("answer"), max_length=1500, blank=True)
    decline_reason = models.CharField(
        _("reason"), max_length=30, choices=DeclineReason.choices, blank=True
    )
    alternative = models.TextField(_("what to do instead"), max_length=1000, blank=True)
    backed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    backed_at = models.DateTimeField(_("confirmed by the municipality"), null=True, blank=True)

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    submitted_at = models.DateTimeField(_("received"), null=True, blank=True)
    #: When somebody first returned, accepted or declined it: the first answer of substance.
    answered_at = models.DateTimeField(_("first answer"), null=True, blank=True)
    #: Since when its submitter waits for an answer, the first or the next; empty while none is due.
    waiting_since = models.DateTimeField(null=True, blank=True, editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    returned_at = models.DateTimeField(_("returned"), null=True, blank=True)
    erase_after = models.DateField(_("contact erased after"), null=True, blank=True)

    objects = NeedQuerySet.as_manager()
    message_at: ClassVar = {
        "need_headcount_fits": "headcount",
        "need_dates_in_order": "latest",
        "need_accepted_has_shared": "shared_need",
    }

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["submitted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "reference"], name="need_reference_once_per_region"
            ),
            models.CheckConstraint(
                name="need_state_known", condition=Q(state__in=NeedState.values)
            ),
            models.CheckConstraint(
                name="need_headcount_fits",
                condition=Q(headcount__isnull=True)
                | Q(headcount_of__isnull=True)
                | Q(headcount__lte=F("headcount_of")),
                violation_error_message=_("More need it than there are. Check both numbers."),
            ),
            models.CheckConstraint(
                name="need_headcount_in_bounds",
                condition=(Q(headcount__isnull=True) | Q(headcount__range=(1, HEADCOUNT_MAX)))
                & (Q(headcount_of__isnull=True) | Q(headcount_of__range=(1, HEADCOUNT_MAX))),
                violation_error_message=_("A number from 1 to 99 999."),
            ),
            models.CheckConstraint(
                name="need_dates_in_order",
                condition=Q(wanted_from__isnull=True)
                | Q(latest__isnull=True)
                | Q(latest__gte=F("wanted_from")),
                violation_error_message=_("The latest day cannot be before the first."),
            ),
            models.CheckConstraint(
                name="need_accepted_has_shared",
                condition=Q(state=NeedState.ACCEPTED, shared_need__isnull=False)
                | ~Q(state=NeedState.ACCEPTED),
            ),
            models.CheckConstraint(
                name="need_declined_has_reason",
                condition=~Q(state=NeedState.DECLINED)
                | Q(decline_reason=DeclineReason.SPAM)
                # Once erased, nothing is left to erase after: only then the words may be missing.
                | (
                    ~Q(decline_reason="")
                    & (~Q(alternative="") | Q(closed_at__isnull=False, erase_after__isnull=True))
                ),
            ),
        ]
        indexes = [models.Index(fields=["region", "state", "submitted_at"], name="need_queue")]

    def __str__(self) -> str:
        # A reference is a name and nothing else: texts of needs never stand in logs and lists.
        return self.reference


class NeedAction(models.Model):
    """Something that could be done about a need."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="actions", verbose_name=_("need"))
    text = models.CharField(_("what could be done"), max_length=300)
    kind = models.CharField(
        _("kind"), max_length=20, choices=ActionKind.choices, default=ActionKind.COMPETENCE
    )

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="need_action_kind_known", condition=Q(kind__in=ActionKind.values)
            )
        ]

    def __str__(self) -> str:
        return f"{self.need}: {self.get_kind_display()}"
