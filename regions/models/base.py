"""What several models share."""

from datetime import date
from typing import ClassVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, router
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class FieldMessages(models.Model):
    """A row whose constraints speak at the field where the mistake is mended."""

    #: The field of a message by the name of its constraint.
    message_at: ClassVar[dict[str, str]] = {}

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: set[str] | None = None) -> None:
        """Check every constraint; raise the messages at their fields."""
        hidden = exclude or set()
        using = router.db_for_write(type(self), instance=self)
        errors: dict[str, list[ValidationError]] = {}
        for model, constraints in self.get_constraints():
            for constraint in constraints:
                try:
                    constraint.validate(model, self, exclude=exclude, using=using)
                except ValidationError as error:
                    field = self.message_at.get(constraint.name, NON_FIELD_ERRORS)
                    place = NON_FIELD_ERRORS if field in hidden else field
                    errors.setdefault(place, []).append(error)
        if errors:
            raise ValidationError(errors)


class VersionedModel(FieldMessages):
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


def overlapping(
    first: date | None, last: date | None, *, start: str = "starts_on", end: str = "ends_on"
) -> Q:
    """Return the filter for rows whose period shares a day with ``first`` to ``last``.

    Both ends are included; None is a period without that end.
    """
    shared = Q()
    if last is not None:
        shared &= Q(**{f"{start}__isnull": True}) | Q(**{f"{start}__lte": last})
    if first is not None:
        shared &= Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": first})
    return shared


def from_today(
    first: date | None, last: date | None, *, start: str = "starts_on", end: str = "ends_on"
) -> Q:
    """Return the filter for rows whose period shares a day with the given one, today or later.

    For rules about what two people may be at once: what is over is in nobody's way.
    """
    today = timezone.localdate()
    if last is not None and last < today:
        return Q(pk__in=[])
    return overlapping(max(first or today, today), last, start=start, end=end)


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
