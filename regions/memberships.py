"""Groups follow memberships: the one place that puts people into a region's groups."""

import logging
from datetime import date

from django.contrib.auth.models import Group
from django.db import transaction

from .models import Membership, RegionGroup, User

logger = logging.getLogger(__name__)


@transaction.atomic
def sync_groups(user: User, on: date | None = None) -> bool:
    """Put ``user`` into the groups of the memberships in force, and out of all other region groups.

    Groups that belong to no region are left alone. Returns whether anything changed.
    """
    roles = set(Membership.objects.in_force(on).filter(user=user).values_list("region_id", "role"))
    derived = {
        (row.region_id, row.role): row.group_id
        for row in RegionGroup.objects.only("region_id", "role", "group_id")
    }
    wanted = {group for key, group in derived.items() if key in roles}
    held = set(
        Group.objects.filter(user=user, region_group__isnull=False).values_list("pk", flat=True)
    )
    if wanted == held or (not user.is_active and not held):
        return False
    if not user.is_active:
        wanted = set()
    user.groups.remove(*(held - wanted))
    user.groups.add(*(wanted - held))
    logger.info("groups of a person changed", extra={"user_id": user.pk})
    return True


def sync_all_groups(on: date | None = None) -> int:
    """Bring everyone's groups in step with the day ``on``; return how many people changed.

    Run by the clock, since memberships begin and end by date.
    """
    people = User.objects.filter(memberships__isnull=False) | User.objects.filter(
        groups__region_group__isnull=False
    )
    return sum(sync_groups(user, on) for user in people.distinct().order_by("pk").iterator())
