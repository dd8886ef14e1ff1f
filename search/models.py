"""The read model: what a listing needs, one row for each live course."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid4

from django.db import models
from django.utils import timezone

from catalogue.models import CoursePage


class CatalogueVersion(models.Model):
    """One row: a token that is another after every change of what readers may find.

    Not a number: after a rollback or a restored backup the same number would come back with
    another catalogue behind it.
    """

    token = models.UUIDField(default=uuid4)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="catalogueversion_is_one_row", condition=models.Q(pk=1))
        ]

    def __str__(self) -> str:
        return str(self.token)

    @classmethod
    def current(cls) -> UUID | None:
        """Return the token; None before the first change. One query."""
        return cls.objects.filter(pk=1).values_list("token", flat=True).first()

    @classmethod
    def stamp(cls) -> tuple[UUID | None, datetime | None]:
        """Return the token and when it became so. One query."""
        rows = cls.objects.filter(pk=1).values_list("token", "changed_at")
        return rows.first() or (None, None)

    @classmethod
    def advance(cls) -> None:
        """Let every worker see that something changed."""
        cls.objects.update_or_create(
            pk=1, defaults={"token": uuid4(), "changed_at": timezone.now()}
        )


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
