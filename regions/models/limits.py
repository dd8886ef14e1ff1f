"""Rows that keep limits across workers and restarts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Attempt(models.Model):
    """How often something was tried in one window of time; the key is a keyed hash."""

    key_hash = models.CharField(max_length=64)
    window_start = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [
            models.UniqueConstraint(
                fields=["key_hash", "window_start"], name="attempt_once_per_window"
            )
        ]
        indexes = [models.Index(fields=["window_start"], name="attempt_window")]

    def __str__(self) -> str:
        return f"{self.window_start:%Y-%m-%d %H:%M} × {self.count}"


class ClockLease(models.Model):
    """Who ticks: one row a job, taken until a time, so that two clocks never run at once."""

    name = models.CharField(max_length=40, unique=True)
    held_until = models.DateTimeField()
    last_run = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")

    def __str__(self) -> str:
        return self.name
