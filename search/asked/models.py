"""How often something was searched for in a week."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

#: What is longer or has more words is no search for a course, and likely to be about somebody.
MOST_CHARACTERS, MOST_WORDS = 60, 6


class AskedFor(models.Model):
    """A search: its words as they are compared, the week, and where it was made.

    ``week`` is its Monday. ``region`` and ``area`` are addresses (slugs), empty for none: rows
    outlive neither for long.
    """

    week = models.DateField(_("week"))
    text = models.CharField(_("search"), max_length=MOST_CHARACTERS)
    language = models.CharField(_("language"), max_length=10)
    region = models.CharField(_("region"), max_length=120, blank=True)
    area = models.CharField(_("service area"), max_length=120, blank=True)
    total = models.PositiveIntegerField(_("searches"), default=0)
    without_hits = models.PositiveIntegerField(_("without a course"), default=0)
    with_clicks = models.PositiveIntegerField(_("with a course opened"), default=0)

    class Meta:
        verbose_name = _("search of readers")
        verbose_name_plural = _("searches of readers")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["week", "text", "language", "region", "area"], name="askedfor_once"
            ),
            models.CheckConstraint(
                name="askedfor_counts_searches",
                condition=Q(without_hits__lte=F("total"), with_clicks__lte=F("total")),
            ),
            models.CheckConstraint(
                name="askedfor_text_within_limits",
                condition=~Q(text="")
                & Q(LessThanOrEqual(Length("text"), models.Value(MOST_CHARACTERS))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text} ({self.week:%G-W%V})"
