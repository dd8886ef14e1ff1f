"""People, what they are in which region, and the groups derived from that."""

from datetime import date
from typing import ClassVar, Self

from django.contrib.auth.models import AbstractUser, BaseUserManager, Group
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .base import VersionedModel, check_period, from_today, in_force, period_constraint
from .municipality import Municipality
from .region import Language, Region


class UserManager(BaseUserManager):
    """Creates people whose e-mail is their sign-in name."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Create a person; without a password they set one by mail."""
        if not email:
            raise ValueError("A user needs an e-mail address")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Create a technical administrator."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def with_email(self, email: str) -> models.QuerySet:
        """Keep the one with this e-mail, whatever the case it is typed in.

        Lower case on both sides, as in the constraint and in the limits on sign-in: upper case
        takes letters for one another that are two (i and a dotless i), so that one person would
        have several spellings to try passwords with.
        """
        return self.alias(lowered=Lower("email")).filter(lowered=email.lower())

    def get_by_natural_key(self, username: str) -> "User":
        """Find a person by the name they sign in with: the e-mail."""
        return self.with_email(username).get()


class User(AbstractUser):
    """A person who signs in with an e-mail address."""

    username = None
    email = models.EmailField(
        _("e-mail"),
        unique=True,
        error_messages={"unique": _("Someone already signs in with this e-mail.")},
    )
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.NB
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message=_("Someone already signs in with this e-mail."),
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def clean(self) -> None:
        """Keep one spelling of an e-mail address."""
        super().clean()
        self.email = self.email.strip().lower()


class Role(models.TextChoices):
    """What a person is in a region. The table of rights is ``regions.policies``."""

    SUBMITTER = "submitter", _("reports needs")
    CONTACT = "contact", _("municipality contact")
    COORDINATOR = "coordinator", _("coordinator")
    EDITOR = "editor", _("editor")
    RESOURCE_AUTHOR = "resource_author", _("resource author")
    PROVIDER_CONTACT = "provider_contact", _("provider contact")
    STEERING = "steering", _("steering group")


class MembershipQuerySet(models.QuerySet):
    """Verbs for memberships."""

    def in_force(self, on: date | None = None) -> Self:
        """Keep those that hold on the day (default: today)."""
        return self.filter(in_force(on or timezone.localdate()))

    def from_today_within(self, first: date | None, last: date | None) -> Self:
        """Keep those that hold on a day of the period, today or later."""
        return self.filter(from_today(first, last))


class Membership(VersionedModel):
    """A role of a person in a region. Groups and page rights are derived from it."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="memberships", verbose_name=_("region")
    )
    municipality = models.ForeignKey(
        Municipality,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("municipality"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()
    message_at: ClassVar = {
        "membership_open_once": "role",
        "membership_role_known": "role",
        "membership_contact_has_municipality": "municipality",
        "membership_period": "ends_on",
    }

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["region__name", "role", "user__email"]
        constraints = [
            models.UniqueConstraint(
                "user",
                "region",
                "role",
                models.functions.Coalesce("municipality", 0),
                condition=Q(ends_on__isnull=True),
                name="membership_open_once",
                violation_error_message=_("The person already has this role in the region."),
            ),
            models.CheckConstraint(
                name="membership_role_known",
                condition=Q(role__in=Role.values),
                violation_error_message=_("Choose one of the roles."),
            ),
            models.CheckConstraint(
                name="membership_contact_has_municipality",
                condition=~Q(role=Role.CONTACT) | Q(municipality__isnull=False),
                violation_error_message=_("A contact speaks for one municipality: choose it."),
            ),
            period_constraint("membership_period", start="starts_on", end="ends_on"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.region}"

    def clean(self) -> None:
        """Check the municipality's region, and that nobody moderates and votes in one region."""
        check_period(self, start="starts_on", end="ends_on")
        errors = {}
        if self.role == Role.CONTACT and not self.municipality_id:
            errors["municipality"] = _("A contact speaks for one municipality: choose it.")
        if self.municipality_id and self.municipality.region_id != self.region_id:
            errors["municipality"] = _("This municipality belongs to another region.")
        if self.role == Role.COORDINATOR and self.user_id and self.region_id:
            from .forum import SeatHolder  # the forum's models come after people

            holds = SeatHolder.objects.from_today_within(self.starts_on, self.ends_on).filter(
                user=self.user_id, forum__region=self.region_id
            )
            if holds.exists():
                errors["role"] = _("A member of the forum cannot coordinate the same region.")
        if errors:
            raise ValidationError(errors)


class RegionGroup(models.Model):
    """Which Django group stands for a role in a region; made with the region's page."""

    region = models.ForeignKey(Region, models.CASCADE, related_name="groups")
    role = models.CharField(max_length=20, choices=Role.choices)
    group = models.OneToOneField(Group, models.PROTECT, related_name="region_group")

    class Meta:
        verbose_name = _("group of a region")
        verbose_name_plural = _("groups of a region")
        constraints = [models.UniqueConstraint(fields=["region", "role"], name="region_group_once")]

    def __str__(self) -> str:
        return f"{self.region}: {self.get_role_display()}"
