"""What is to be told to whom: one row for each event and recipient."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """A mail that is waiting, or was sent. It holds no address: the recipient is looked up.

    ``event`` names what happened and ``recipient`` whom it concerns, for example ``need:12``; the
    pair is there once, so that a retry tells nobody twice.
    """

    class State(models.TextChoices):
        """Where a notice is on its way."""

        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        #: The recipient is gone, or the mail server refused too often.
        GIVEN_UP = "given_up", _("given up")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    event = models.CharField(_("event"), max_length=80)
    recipient = models.CharField(_("recipient"), max_length=40)
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(auto_now_add=True)
    #: Not sent before this time: after a failure, later and later.
    due_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "event", "recipient"], name="notice_once_per_event_and_recipient"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state__in=["waiting", "sending"]),
                name="notice_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient}"
