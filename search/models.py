"""The read model: what a listing needs, one row for each live course."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F

from catalogue.models import CoursePage


class CatalogueVersion(models.Model):
    """One row: a number that grows with every change of what readers may find."""

    number = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="catalogueversion_is_one_row", condition=models.Q(pk=1))
        ]

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def current(cls) -> int:
        """Return the number; 0 before the first change."""
        return cls.objects.filter(pk=1).values_list("number", flat=True).first() or 0

    @classmethod
    def advance(cls) -> None:
        """Let every worker see that something changed. Two statements at most."""
        if not cls.objects.filter(pk=1).update(number=F("number") + 1):
            cls.objects.get_or_create(pk=1, defaults={"number": 1})


class CourseEntry(models.Model):
    """A live course page as a listing shows and filters it. Rebuilt, never edited.

    ``values`` holds its facet values as "key:value" between spaces, ``moments`` its states from
    day to day (``search.timeline``), ``summary`` what its card says (``CourseSummary``).
    """

    page = models.OneToOneField(
        CoursePage, models.CASCADE, primary_key=True, related_name="search_entry"
    )
    translation_key = models.UUIDField(db_index=True)
    language = models.CharField(max_length=10)
    is_source = models.BooleanField(default=True)
    title = models.CharField(max_length=255)
    newest_at = models.DateTimeField(null=True)
    values = models.TextField()
    moments = models.JSONField()
    summary = models.JSONField()

    class Meta:
        verbose_name_plural = "course entries"

    def __str__(self) -> str:
        return self.title
