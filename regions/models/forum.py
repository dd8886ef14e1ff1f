"""The region's competence forum: seats, and who holds them."""

from datetime import date
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .base import VersionedModel, check_period, from_today, in_force, overlapping, period_constraint
from .municipality import Municipality
from .people import Membership, Role, User
from .region import Region


class Forum(VersionedModel):
    """The forum in which a region's municipalities prioritise; one active per region."""

    region = models.ForeignKey(
        Region, models.PROTECT, related_name="forums", verbose_name=_("region")
    )
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("active"), default=True)

    message_at: ClassVar = {"forum_one_active_per_region": "is_active"}

    class Meta:
        verbose_name = _("competence forum")
        verbose_name_plural = _("competence forums")
        ordering = ["region__name", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["region"],
                condition=Q(is_active=True),
                name="forum_one_active_per_region",
                violation_error_message=_("The region already has an active forum."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse to take seats to another region."""
        before = Forum.objects.filter(pk=self.pk).exclude(region=self.region_id).first()
        if before and before.seats.exists():
            raise ValidationError({"region": _("A forum with seats stays in its region.")})


class ForumSeat(VersionedModel):
    """A seat: one for each municipality, a few for the employees' organisations."""

    class Kind(models.TextChoices):
        """Whom a seat speaks for."""

        MUNICIPALITY = "municipality", _("municipality")
        EMPLOYEE_ORG = "employee_org", _("employees' organisation")

    forum = models.ForeignKey(
        Forum, models.PROTECT, related_name="seats", verbose_name=_("competence forum")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    municipality = models.ForeignKey(
        Municipality,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="seats",
        verbose_name=_("municipality"),
    )
    organisation = models.CharField(_("organisation"), max_length=120, blank=True)
    is_chair = models.BooleanField(_("chairs the forum"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    message_at: ClassVar = {
        "seat_kind_has_its_party": "kind",
        "seat_one_active_per_municipality": "municipality",
        "seat_one_chair": "is_chair",
    }

    class Meta:
        verbose_name = _("forum seat")
        verbose_name_plural = _("forum seats")
        ordering = ["forum", "kind", "municipality__name", "organisation"]
        constraints = [
            models.CheckConstraint(
                name="seat_kind_has_its_party",
                condition=Q(kind="municipality", municipality__isnull=False, organisation="")
                | (Q(kind="employee_org", municipality__isnull=True) & ~Q(organisation="")),
                violation_error_message=_(
                    "A seat speaks for either a municipality or an employees' organisation."
                ),
            ),
            models.UniqueConstraint(
                fields=["forum", "municipality"],
                condition=Q(is_active=True, municipality__isnull=False),
                name="seat_one_active_per_municipality",
                violation_error_message=_("This municipality already has a seat."),
            ),
            models.UniqueConstraint(
                fields=["forum"],
                condition=Q(is_active=True, is_chair=True),
                name="seat_one_chair",
                violation_error_message=_("The forum already has a chair."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.municipality or self.organisation)

    def clean(self) -> None:
        """Check the party, the region and the number of employees' seats."""
        errors = self._party_errors()
        if self.forum_id:
            errors |= self._place_errors()
        if errors:
            raise ValidationError(errors)

    def _party_errors(self) -> dict[str, object]:
        """Say what a seat of this kind lacks or has too much."""
        errors: dict[str, object] = {}
        if self.kind == self.Kind.MUNICIPALITY:
            if not self.municipality_id:
                errors["municipality"] = _("Choose the municipality of the seat.")
            if self.organisation:
                errors["organisation"] = _("Leave this empty for a municipality's seat.")
        elif self.kind == self.Kind.EMPLOYEE_ORG:
            if not self.organisation:
                errors["organisation"] = _("Write the name of the organisation.")
            if self.municipality_id:
                errors["municipality"] = _("Leave this empty for an organisation's seat.")
        return errors

    def _place_errors(self) -> dict[str, object]:
        """Say what does not fit the forum: another region's party, one seat too many."""
        errors: dict[str, object] = {}
        if self.municipality_id and self.municipality.region_id != self.forum.region_id:
            errors["municipality"] = _("This municipality belongs to another region.")
        others = ForumSeat.objects.exclude(pk=self.pk).filter(forum=self.forum_id, is_active=True)
        if self.is_active and self.kind == self.Kind.EMPLOYEE_ORG:
            taken = others.filter(kind=self.kind).count()
            if taken >= self.forum.region.employee_seats:
                errors["kind"] = _("All seats of the employees' organisations are taken.")
        moved = ForumSeat.objects.filter(pk=self.pk).exclude(forum=self.forum_id).first()
        if moved and moved.holders.exists():
            errors["forum"] = _("A seat that somebody holds or held stays in its forum.")
        return errors


class SeatHolderQuerySet(models.QuerySet):
    """Verbs for seat holders."""

    def in_force(self, on: date | None = None) -> Self:
        """Keep those who sit on the day (default: today), the last day included."""
        return self.filter(in_force(on or timezone.localdate(), end="ended_at"))

    def from_today_within(self, first: date | None, last: date | None) -> Self:
        """Keep those who sit on a day of the period, today or later."""
        return self.filter(from_today(first, last, end="ended_at"))

    def current(self) -> Self:
        """Keep those who have not ended by today, also those who have not begun."""
        return self.filter(overlapping(timezone.localdate(), None, end="ended_at"))


class SeatHolder(VersionedModel):
    """A person on a seat, as its holder or deputy, for a time."""

    class Kind(models.TextChoices):
        """Holders vote; deputies when the holder cannot."""

        HOLDER = "holder", _("holder")
        DEPUTY = "deputy", _("deputy")

    seat = models.ForeignKey(
        ForumSeat, models.PROTECT, related_name="holders", verbose_name=_("forum seat")
    )
    # The seat's forum, kept here so that the database can see "one seat a person and forum".
    forum = models.ForeignKey(Forum, models.PROTECT, related_name="holders", editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="seats", verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.HOLDER)
    starts_on = models.DateField(_("first day"), default=timezone.localdate)
    ended_at = models.DateField(_("last day"), null=True, blank=True)

    objects = SeatHolderQuerySet.as_manager()
    message_at: ClassVar = {
        "holder_one_seat_per_person": "user",
        "holder_one_per_kind": "kind",
        "holder_period": "ended_at",
    }

    class Meta:
        verbose_name = _("seat holder")
        verbose_name_plural = _("seat holders")
        ordering = ["seat", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["forum", "user"],
                condition=Q(ended_at__isnull=True),
                name="holder_one_seat_per_person",
                violation_error_message=_("The person already has a seat in this forum."),
            ),
            models.UniqueConstraint(
                fields=["seat", "kind"],
                condition=Q(ended_at__isnull=True),
                name="holder_one_per_kind",
                violation_error_message=_("The seat already has one of this kind."),
            ),
            period_constraint("holder_period", start="starts_on", end="ended_at"),
        ]

    def __str__(self) -> str:
        return f"{self.seat}: {self.user}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Save with the forum of the seat."""
        self.forum_id = self.seat.forum_id
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse a second seat of the person, a second person on the seat, and a coordinator.

        Periods count: whoever sits or coordinates from a later day on is in the way as well.
        """
        check_period(self, start="starts_on", end="ended_at")
        if not (self.seat_id and self.user_id):
            return
        self.forum_id = self.seat.forum_id
        errors = {}
        others = SeatHolder.objects.filter(forum=self.forum_id).exclude(pk=self.pk)
        others = others.filter(overlapping(self.starts_on, self.ended_at, end="ended_at"))
        if others.filter(user=self.user_id).exists():
            errors["user"] = _("The person already has a seat in this forum.")
        if others.filter(seat=self.seat_id, kind=self.kind).exists():
            errors["kind"] = _("The seat already has one of this kind.")
        coordinates = Membership.objects.from_today_within(self.starts_on, self.ended_at).filter(
            user=self.user_id, region=self.seat.forum.region_id, role=Role.COORDINATOR
        )
        if coordinates.exists():
            errors["user"] = _("A coordinator cannot have a seat in the forum of the same region.")
        if errors:
            raise ValidationError(errors)
