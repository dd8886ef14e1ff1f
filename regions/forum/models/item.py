"""A shared need in a round: what the freeze keeps of it, and what the forum decides."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regions.needs.models import SharedNeed

from .round import PlanningRound

#: Needs in a round: more are shortlisted first.
ITEMS_MAX = 25


class Outcome(models.TextChoices):
    """What the forum decides about a need."""

    PRIORITISED = "prioritised", _("prioritised")
    RESERVE = "reserve", _("reserve: first in line next round")
    DEFERRED = "deferred", _("deferred")
    DECLINED = "declined", _("not taken up")


class FrozenItemError(Exception):
    """A frozen item was to be changed."""


#: What a freeze keeps of a shared need.
FROZEN = ("round_id", "shared_need_id", "title", "summary", "facts")


class RoundItemQuerySet(models.QuerySet):
    """Refuses to change what is frozen for many rows at once."""

    def update(self, **values: object) -> int:
        """Update what is decided. Raises ``FrozenItemError`` for the rest."""
        if {name.removesuffix("_id") for name in values} & {n.removesuffix("_id") for n in FROZEN}:
            raise FrozenItemError(self.model._meta.label)
        return super().update(**values)


class RoundItem(models.Model):
    """A shared need as it was frozen. What is frozen does not change."""

    FROZEN: ClassVar = FROZEN

    round = models.ForeignKey(PlanningRound, models.CASCADE, related_name="items")
    shared_need = models.ForeignKey(SharedNeed, models.PROTECT, related_name="round_items")
    title = models.CharField(max_length=120)
    summary = models.TextField()
    #: reference, statutory, statutory_reference, reach, co_signers and own (lists of municipality
    #: codes), places (code: name), headcount, headcount_of, supplements, cost_total, seats,
    #: accepted_at, size.
    facts = models.JSONField(default=dict)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices, blank=True)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    alternative = models.TextField(_("what to do instead"), max_length=1000, blank=True)

    objects = RoundItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("need in a round")
        verbose_name_plural = _("needs in rounds")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "shared_need"], name="round_item_once"),
            models.CheckConstraint(
                name="round_item_declined_has_reason",
                condition=~Q(outcome=Outcome.DECLINED) | (~Q(reason="") & ~Q(alternative="")),
                violation_error_message=_("Say why, and what they can do instead."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.facts.get("reference", self.pk))

    def save(self, *args: object, **kwargs: object) -> None:
        """Save what is decided. Raises ``FrozenItemError`` if what was frozen has changed."""
        if not self._state.adding:
            stored = RoundItem.objects.filter(pk=self.pk).values(*self.FROZEN).get()
            if any(getattr(self, name) != value for name, value in stored.items()):
                raise FrozenItemError(str(self))
        super().save(*args, **kwargs)
