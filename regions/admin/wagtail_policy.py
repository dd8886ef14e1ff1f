"""The policy of ``regions.policy`` in the form in which Wagtail asks."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet
from wagtail.models import Page
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permissions import register_permission_policy

from ..models import Membership, User
from ..policy import ADMIN, declared, policy_for


class RegionPermissionPolicy(BasePermissionPolicy):
    """Asks the one policy; Wagtail's views, menus and choosers ask this."""

    def user_has_permission(self, user: User | AnonymousUser, action: str) -> bool:
        """Return whether the person may take ``action`` on some row."""
        return policy_for(self.model).may(user, action)

    def user_has_permission_for_instance(
        self, user: User | AnonymousUser, action: str, instance: Model
    ) -> bool:
        """Return whether the person may take ``action`` on this row."""
        return policy_for(self.model).may_on(user, action, instance)

    def instances_user_has_any_permission_for(
        self, user: User | AnonymousUser, actions: list[str]
    ) -> QuerySet:
        """Return the rows on which the person may take any of ``actions``."""
        ids = Q(pk__in=[])
        for action in actions:
            ids |= Q(pk__in=policy_for(self.model).rows(user, action).order_by().values("pk"))
        return self.model._default_manager.filter(ids)

    def users_with_any_permission(self, actions: list[str]) -> QuerySet:
        """Return the people who may take any of ``actions`` on some row today."""
        rights = policy_for(self.model).rights
        roles = set().union(*(rights.get(action, ()) for action in actions))
        holders = Membership.objects.in_force().filter(role__in=roles).values("user")
        people = Q(pk__in=holders)
        if ADMIN in roles:
            people |= Q(is_superuser=True)
        return User.objects.filter(people, is_active=True)


def register_declared_policies(app_label: str) -> None:
    """Give Wagtail a policy for every model of the app that has one here.

    People are left to Wagtail's own user screens, which the guard opens to administrators, and
    pages to the rights of their place in the tree.
    """
    for model in declared():
        if model._meta.app_label != app_label or model is User or issubclass(model, Page):
            continue
        register_permission_policy(model, RegionPermissionPolicy(model))
