"""The logs of needs and shared needs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from regions.models import WordedLog

from .need import Need
from .shared import SharedNeed


class NeedLog(WordedLog):
    """A step of a need."""

    subject = "need"
    need = models.ForeignKey(Need, models.PROTECT, related_name="log", verbose_name=_("need"))

    class Meta(WordedLog.Meta):
        verbose_name = _("step of a need")
        verbose_name_plural = _("steps of needs")
        constraints = [
            models.UniqueConstraint(fields=["need", "number"], name="need_log_number_once")
        ]


class SharedNeedLog(WordedLog):
    """A step of a shared need."""

    subject = "shared_need"
    shared_need = models.ForeignKey(
        SharedNeed, models.PROTECT, related_name="log", verbose_name=_("shared need")
    )

    class Meta(WordedLog.Meta):
        verbose_name = _("step of a shared need")
        verbose_name_plural = _("steps of shared needs")
        constraints = [
            models.UniqueConstraint(
                fields=["shared_need", "number"], name="shared_need_log_number_once"
            )
        ]
