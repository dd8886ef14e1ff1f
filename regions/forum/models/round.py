"""A round of prioritisation, what it ranks and who votes in it."""

import secrets
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from regions.models import (
    ForumSeat,
    Municipality,
    Region,
    StatefulModel,
    StatefulQuerySet,
    VersionedModel,
)
from regions.models.base import check_period, period_constraint

WEIGHTS_SUM = 100


class RoundState(models.TextChoices):
    """Where a round is on its way."""

    DRAFT = "draft", _("draft")
    COLLECTING = "collecting", _("collecting needs")
    SCREENING = "screening", _("screening")
    FROZEN = "frozen", _("frozen")
    BALLOT_OPEN = "ballot_open", _("ballots open")
    BALLOT_CLOSED = "ballot_closed", _("ballots closed")
    DELIBERATION = "deliberation", _("in the meeting")
    DECIDED = "decided", _("decided")
    PUBLISHED = "published", _("published")
    ARCHIVED = "archived", _("archived")
    CANCELLED = "cancelled", _("cancelled")


class UnionVote(models.TextChoices):
    """What the employees' organisations' ballots count for."""

    FULL = "full", _("They count in the ranking")
    ADVISORY = "advisory", _("They are shown beside the score")


class FrozenRoundError(Exception):
    """Rules of a frozen round were to be changed."""


class RoundQuerySet(StatefulQuerySet):
    """Verbs for rounds."""

    def published(self) -> Self:
        """Keep those whose result is public."""
        return self.filter(state__in=[RoundState.PUBLISHED, RoundState.ARCHIVED])

    def under_way(self) -> Self:
        """Keep those that are neither over nor cancelled."""
        over = [RoundState.PUBLISHED, RoundState.ARCHIVED, RoundState.CANCELLED]
        return self.exclude(state__in=over)


def _secret() -> str:
    return secrets.token_hex(16)


class PlanningRound(VersionedModel, StatefulModel):
    """One prioritisation from collecting to publishing. Its rules are fixed by the freeze."""

    initial_state = RoundState.DRAFT
    #: How ballots are counted: from the freeze on they stay.
    RULES: ClassVar = (
        *("region_id", "trim", "union_vote", "passes"),
        "weight_benefit",
        "weight_urgency",
        "weight_regional",
        "weight_statutory",
        "weight_reach",
        "secret",
        "municipalities_total",
        "min_gradings",
        "quorum_num",
        "quorum_den",
        "small_pct",
    )

    region = models.ForeignKey(
        Region, models.PROTECT, related_name="rounds", verbose_name=_("region")
    )
    title = models.CharField(_("title"), max_length=80, help_text=_("For example “Autumn 2027”."))
    slug = models.SlugField(_("address"), max_length=60)
    state = models.CharField(
        _("phase"), max_length=20, choices=RoundState.choices, default=RoundState.DRAFT
    )
    year_from = models.PositiveSmallIntegerField(
        _("plan from"), validators=[MinValueValidator(2000), MaxValueValidator(2200)]
    )
    year_to = models.PositiveSmallIntegerField(
        _("plan until"), validators=[MinValueValidator(2000), MaxValueValidator(2200)]
    )
    collecting_from = models.DateField(_("collecting from"), null=True, blank=True)
    collecting_to = models.DateField(_("collecting until"), null=True, blank=True)
    ballot_from = models.DateTimeField(_("ballots from"), null=True, blank=True)
    ballot_to = models.DateTimeField(_("ballots until"), null=True, blank=True)
    meeting_on = models.DateField(_("meeting"), null=True, blank=True)
    case_no = models.CharField(
        _("case number"), max_length=40, blank=True, help_text=_("For example “031/27”.")
    )
    places = models.PositiveSmallIntegerField(
        _("places in the plan"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    envelope_amount = models.DecimalField(
        _("budget"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    trim = models.PositiveSmallIntegerField(
        _("ballots struck at each end"),
        default=1,
        validators=[MaxValueValidator(2)],
        help_text=_("As in ski jumping: the best and the worst judge are struck."),
    )
    union_vote = models.CharField(
        _("employees' ballots"), max_length=10, choices=UnionVote.choices, default=UnionVote.FULL
    )
    publish_names = models.BooleanField(
        _("publish grades by municipality"),
        default=False,
        help_text=_("Only if the forum has decided so."),
    )
    passes = models.PositiveSmallIntegerField(
        _("passes"),
        default=1,
        choices=[(1, _("One")), (2, _("Two: the seats may revise after the discussion"))],
    )
    weight_benefit = models.PositiveSmallIntegerField(_("weight of benefit"), default=30)
    weight_urgency = models.PositiveSmallIntegerField(_("weight of urgency"), default=20)
    weight_regional = models.PositiveSmallIntegerField(_("weight of regional gain"), default=20)
    weight_statutory = models.PositiveSmallIntegerField(
        _("weight of legal requirement"), default=15
    )
    weight_reach = models.PositiveSmallIntegerField(_("weight of reach"), default=15)
    #: Shuffles the items for each seat.
    secret = models.CharField(max_length=32, default=_secret, editable=False)

    # Fixed by the freeze -------------------------------------------------------------------------
    frozen_at = models.DateTimeField(null=True, blank=True, editable=False)
    was_unfrozen = models.BooleanField(default=False, editable=False)
    municipalities_total = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    min_gradings = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    quorum_num = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    quorum_den = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    small_pct = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    decided_on = models.DateField(null=True, blank=True, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RoundQuerySet.as_manager()
    message_at: ClassVar = {
        "round_slug_once_per_region": "slug",
        "round_weights_sum": "weight_benefit",
        "round_ballot_period": "ballot_to",
        "round_collecting_period": "collecting_to",
        "round_years_in_order": "year_to",
        "round_places_or_budget": "places",
    }

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        ordering = ["-year_from", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "slug"],
                name="round_slug_once_per_region",
                violation_error_message=_("Another round of the region has this address."),
            ),
            models.CheckConstraint(
                name="round_state_known", condition=Q(state__in=RoundState.values)
            ),
            models.CheckConstraint(
                name="round_weights_sum",
                condition=Q(
                    weight_benefit=WEIGHTS_SUM
                    - F("weight_urgency")
                    - F("weight_regional")
                    - F("weight_statutory")
                    - F("weight_reach")
                ),
                violation_error_message=_("The five weights make 100 together."),
            ),
            models.CheckConstraint(
                name="round_members_weigh",
                condition=Q(weight_benefit__gt=0)
                | Q(weight_urgency__gt=0)
                | Q(weight_regional__gt=0),
                violation_error_message=_("The members' grades must weigh something."),
            ),
            models.CheckConstraint(
                name="round_trim_at_most_two",
                condition=Q(trim__lte=2),
                violation_error_message=_("At most two at each end."),
            ),
            models.CheckConstraint(
                name="round_ballot_period",
                condition=Q(ballot_from__isnull=True)
                | Q(ballot_to__isnull=True)
                | Q(ballot_to__gt=F("ballot_from")),
                violation_error_message=_("Ballots close after they open."),
            ),
            period_constraint(
                "round_collecting_period", start="collecting_from", end="collecting_to"
            ),
            models.CheckConstraint(
                name="round_years_in_order",
                condition=Q(year_to__gte=F("year_from")),
                violation_error_message=_("The last year cannot be before the first."),
            ),
            models.CheckConstraint(
                name="round_places_or_budget",
                condition=Q(places__isnull=True) | Q(envelope_amount__isnull=True),
                violation_error_message=_("Give the places or the budget, not both."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.region}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Save. Raises ``FrozenRoundError`` if rules that the freeze fixed have changed."""
        if not self._state.adding and self.frozen_at:
            frozen = PlanningRound.objects.filter(pk=self.pk, frozen_at__isnull=False)
            stored = frozen.values(*self.RULES).first() or {}
            if any(getattr(self, name) != value for name, value in stored.items()):
                raise FrozenRoundError(str(self))
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Check the periods, with the message at the field."""
        check_period(self, start="collecting_from", end="collecting_to")
        if self.ballot_from and self.ballot_to and self.ballot_to <= self.ballot_from:
            raise ValidationError({"ballot_to": _("Ballots close after they open.")})

    @property
    def member_weights(self) -> dict[str, int]:
        """The weights of what members grade."""
        return {
            "benefit": self.weight_benefit,
            "urgency": self.weight_urgency,
            "regional": self.weight_regional,
        }

    @property
    def secretariat_weights(self) -> dict[str, int]:
        """The weights of what the secretariat finds."""
        return {"statutory": self.weight_statutory, "reach": self.weight_reach}

    @property
    def current_pass(self) -> "RoundPass | None":
        """The pass that is open or was last."""
        return self.round_passes.order_by("-pass_no").first()

    def takes_ballots(
        self, at: datetime | None = None, *, current: "RoundPass | None" = None
    ) -> bool:
        """Whether a ballot sent at ``at`` (now) is on time; ``current`` is its pass if at hand."""
        current = current or self.current_pass
        return (
            self.state == RoundState.BALLOT_OPEN
            and current is not None
            and current.opens <= (at or timezone.now()) <= current.closes
        )


class RoundPass(models.Model):
    """A time in which ballots are open. The second follows the discussion."""

    round = models.ForeignKey(PlanningRound, models.CASCADE, related_name="round_passes")
    pass_no = models.PositiveSmallIntegerField(_("pass"))
    opens = models.DateTimeField(_("opens"))
    closes = models.DateTimeField(_("closes"))
    extended = models.BooleanField(_("extended"), default=False)

    class Meta:
        verbose_name = _("pass")
        verbose_name_plural = _("passes")
        ordering = ["pass_no"]
        constraints = [
            models.UniqueConstraint(fields=["round", "pass_no"], name="round_pass_once"),
            models.CheckConstraint(name="round_pass_one_or_two", condition=Q(pass_no__in=[1, 2])),
            models.CheckConstraint(name="round_pass_period", condition=Q(closes__gt=F("opens"))),
        ]

    def __str__(self) -> str:
        return f"{self.round}, {self.pass_no}"


class RoundSeat(models.Model):
    """A seat as it was at the freeze: it has a ballot in this round."""

    round = models.ForeignKey(PlanningRound, models.CASCADE, related_name="seats")
    seat = models.ForeignKey(ForumSeat, models.PROTECT, related_name="rounds")
    kind = models.CharField(max_length=20, choices=ForumSeat.Kind.choices)
    municipality = models.ForeignKey(Municipality, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120)
    is_chair = models.BooleanField(default=False)
    #: Vacant seats count for the quorum, not for the electorate.
    was_filled = models.BooleanField(default=True)
    invited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("seat in a round")
        verbose_name_plural = _("seats in rounds")
        ordering = ["kind", "name"]
        constraints = [models.UniqueConstraint(fields=["round", "seat"], name="round_seat_once")]

    def __str__(self) -> str:
        return self.name
