"""What several models share."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class VersionedModel(models.Model):
    """A row that counts its saves, so that two people who edit it at once are told.

    The edit form carries the version it was opened with; a save whose version is no longer the
    stored one is refused (see ``regions.admin.forms``).
    """

    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: object, **kwargs: object) -> None:
        """Save and count the save."""
        self.version += 1
        if (update_fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*update_fields, "version"}
        super().save(*args, **kwargs)


def in_force(on: date, *, start: str = "starts_on", end: str = "ends_on") -> Q:
    """Return the filter for rows whose period holds the day ``on``, both ends included."""
    return (Q(**{f"{start}__isnull": True}) | Q(**{f"{start}__lte": on})) & (
        Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": on})
    )


def period_constraint(name: str, *, start: str, end: str) -> models.CheckConstraint:
    """Return the constraint that a period does not end before it begins."""
    return models.CheckConstraint(
        name=name,
        condition=Q(**{f"{end}__isnull": True})
        | Q(**{f"{start}__isnull": True})
        | Q(**{f"{end}__gte": F(start)}),
        violation_error_message=_("The last day cannot be before the first day."),
    )


def check_period(instance: models.Model, *, start: str, end: str) -> None:
    """Raise at the field ``end`` if the period of ``instance`` ends before it begins."""
    first, last = getattr(instance, start), getattr(instance, end)
    if first and last and last < first:
        raise ValidationError({end: _("The last day cannot be before the first day.")})
