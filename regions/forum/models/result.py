"""What a round came to: departures from the order, the sealed result, the log."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regions.models import AppendOnlyError, AppendOnlyQuerySet, ChainedLog, Region

from .item import RoundItem
from .round import PlanningRound


class DecisionOverride(models.Model):
    """The forum's departure from the computed order, with its reason. The score stays."""

    round = models.ForeignKey(PlanningRound, models.PROTECT, related_name="overrides")
    item = models.ForeignKey(RoundItem, models.PROTECT, related_name="overrides")
    from_rank = models.PositiveSmallIntegerField(_("from place"), validators=[MinValueValidator(1)])
    to_rank = models.PositiveSmallIntegerField(_("to place"), validators=[MinValueValidator(1)])
    reason = models.TextField(_("reason"), max_length=1000)
    votes_for = models.PositiveSmallIntegerField(_("votes for"))
    votes_against = models.PositiveSmallIntegerField(_("votes against"), default=0)
    case_no = models.CharField(_("case number"), max_length=40)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("departure from the order")
        verbose_name_plural = _("departures from the order")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="override_moves",
                condition=~Q(from_rank=models.F("to_rank")),
                violation_error_message=_("It stands there already."),
            ),
            models.CheckConstraint(
                name="override_has_reason",
                condition=~Q(reason="") & ~Q(case_no=""),
                violation_error_message=_("A departure has a reason and a case number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.from_rank} → {self.to_rank}"


class RoundResult(models.Model):
    """The sealed result: canonical JSON, its hash, and the hash of the region's result before."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="results")
    round = models.OneToOneField(PlanningRound, models.PROTECT, related_name="result")
    number = models.PositiveIntegerField()
    snapshot = models.TextField()
    sha256 = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["region", "number"], name="result_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.sha256[:12]}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Save a new result. Raises ``AppendOnlyError`` for one that is stored."""
        if not self._state.adding:
            raise AppendOnlyError(str(self))
        super().save(*args, **kwargs)

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        """Refuse: a published result stays."""
        raise AppendOnlyError(str(self))


class RoundLog(ChainedLog):
    """A step of a round."""

    subject = "round"
    round = models.ForeignKey(
        PlanningRound, models.PROTECT, related_name="log", verbose_name=_("round")
    )

    class Meta(ChainedLog.Meta):
        verbose_name = _("step of a round")
        verbose_name_plural = _("steps of rounds")
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="round_log_number_once")
        ]
