"""The one policy that every model asks: who may do what, and to which rows.

A ``ModelPolicy`` says for a model which roles may take which action, and how its rows hang on a
region. Everything else follows from it: the rows a person sees (``rows``), whether they may act at
all (``may``) or on one object (``may_on``). A model without a policy is closed to everyone.

``ADMIN`` stands for technical administrators (``is_superuser``). It is a role like the others:
what the table does not grant it, an administrator cannot do either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import reduce
from operator import or_

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from .models import Membership, Role, SeatHolder, User


class Action(StrEnum):
    """What can be done to the rows of a model in the admin."""

    VIEW = "view"
    CHOOSE = "choose"
    ADD = "add"
    CHANGE = "change"
    DELETE = "delete"


ADMIN = "admin"
#: Roles that work in the Wagtail admin at all.
DESK_ROLES = frozenset({Role.COORDINATOR, Role.EDITOR, Role.RESOURCE_AUTHOR})


@dataclass(frozen=True)
class Standing:
    """What a person is on a day: the roles in force, by region.

    ``grants`` holds pairs of role and region id; an administrator has ``is_admin`` and no grants
    of that role, since it is bound to no region.
    """

    user_id: int | None
    day: date
    is_admin: bool = False
    grants: frozenset[tuple[str, int]] = field(default_factory=frozenset)
    seat_regions: frozenset[int] = field(default_factory=frozenset)

    def regions(self, roles: Iterable[str]) -> frozenset[int]:
        """Return the ids of the regions in which the person has any of ``roles``."""
        wanted = frozenset(roles)
        return frozenset(region for role, region in self.grants if role in wanted)

    @property
    def desk_regions(self) -> frozenset[int]:
        """The ids of the regions at whose desk (the admin) the person works."""
        return self.regions(DESK_ROLES)

    @property
    def may_enter_admin(self) -> bool:
        """Whether the admin's door opens at all."""
        return self.is_admin or bool(self.desk_regions)


def standing_of(user: User | AnonymousUser) -> Standing:
    """Return what ``user`` is today, kept on the user object for the rest of the request.

    Inactive people and strangers stand nowhere. Two queries the first time.
    """
    today = timezone.localdate()
    if not user.is_authenticated or not user.is_active:
        return Standing(None, today)
    known = getattr(user, "_standing", None)
    if known is not None and known.day == today:
        return known
    grants = Membership.objects.in_force(today).filter(user=user).values_list("role", "region_id")
    seats = SeatHolder.objects.in_force(today).filter(user=user)
    standing = Standing(
        user_id=user.pk,
        day=today,
        is_admin=user.is_superuser,
        grants=frozenset(grants),
        seat_regions=frozenset(seats.values_list("forum__region_id", flat=True)),
    )
    user._standing = standing  # noqa: SLF001  a cache on the request's own user object
    return standing


#: How rows hang on regions: a lookup path to the region, a function from region ids to a filter,
#: or None for rows that all regions share.
RegionPath = str | Callable[[frozenset[int]], Q] | None


@dataclass(frozen=True)
class ModelPolicy:
    """Who may do what with the rows of one model."""

    model: type[Model]
    region: RegionPath
    rights: Mapping[str, frozenset[str]]

    def may(self, user: User | AnonymousUser, action: str) -> bool:
        """Return whether ``user`` may take ``action`` on some row."""
        roles = self.rights.get(action, frozenset())
        standing = standing_of(user)
        return (standing.is_admin and ADMIN in roles) or bool(standing.regions(roles))

    def rows(self, user: User | AnonymousUser, action: str = Action.VIEW) -> QuerySet:
        """Return the rows on which ``user`` may take ``action``."""
        everything = self.model._default_manager.all()
        return self.narrow(everything, user, action)

    def narrow(
        self, queryset: QuerySet, user: User | AnonymousUser, action: str = Action.VIEW
    ) -> QuerySet:
        """Return ``queryset`` without the rows on which ``user`` may not take ``action``."""
        roles = self.rights.get(action, frozenset())
        standing = standing_of(user)
        if standing.is_admin and ADMIN in roles:
            return queryset
        regions = standing.regions(roles)
        if not regions:
            return queryset.none()
        if self.region is None:
            return queryset
        if callable(self.region):
            return queryset.filter(self.region(regions))
        # By primary key, so that a path over a to-many relation cannot double rows.
        inside = self.model._default_manager.filter(**{f"{self.region}__in": regions})
        return queryset.filter(pk__in=inside.order_by().values("pk"))

    def may_on(self, user: User | AnonymousUser, action: str, instance: Model) -> bool:
        """Return whether ``user`` may take ``action`` on the stored row of ``instance``."""
        return self.rows(user, action).filter(pk=instance.pk).exists()


_policies: dict[type[Model], ModelPolicy] = {}


def declare(model: type[Model], *, region: RegionPath, **rights: Iterable[str]) -> ModelPolicy:
    """Declare the policy of ``model``; each keyword is an action with the roles that may take it.

    Raises ``ValueError`` for an unknown action or a second declaration.
    """
    unknown = set(rights) - set(Action)
    if unknown:
        raise ValueError(f"{model.__name__}: unknown actions {sorted(unknown)}")
    if model in _policies:
        raise ValueError(f"{model.__name__} has a policy already")
    policy = ModelPolicy(
        model, region, {action: frozenset(roles) for action, roles in rights.items()}
    )
    _policies[model] = policy
    return policy


def policy_for(model: type[Model]) -> ModelPolicy:
    """Return the policy of ``model``; one that allows nothing where none is declared."""
    return _policies.get(model) or ModelPolicy(model, None, {})


def declared() -> dict[type[Model], ModelPolicy]:
    """Return every declared policy by model."""
    return dict(_policies)


def colleagues(user: User | AnonymousUser) -> QuerySet:
    """Return the people whom ``user`` may see named: of the own regions, and administrators."""
    standing = standing_of(user)
    if standing.is_admin:
        return User.objects.all()
    regions = standing.desk_regions
    members = Membership.objects.filter(region__in=regions)
    holders = SeatHolder.objects.filter(forum__region__in=regions)
    return User.objects.filter(
        Q(pk__in=members.values("user")) | Q(pk__in=holders.values("user")) | Q(is_superuser=True)
    )


def any_of(filters: Iterable[Q]) -> Q:
    """Return the filter that holds where any of ``filters`` does; none of them: nothing does."""
    return reduce(or_, filters, Q(pk__in=[]))
