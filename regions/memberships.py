"""Groups follow memberships: the one place that puts people into a region's groups."""

import logging
from datetime import date

from django.contrib.auth.models import Group
from django.db import transaction

from .models import Membership, RegionGroup, User

logger = logging.getLogger(__name__)


def sync_groups(user: User, on: date | None = None) -> bool:
    """Put ``user`` into the groups of the memberships in force, and out of all other region groups.

    Groups that belong to no region are left alone. Returns whether anything changed. Only reads
    where nothing has to change, so it may be asked in every request.
    """
    wanted, held = _wanted_and_held(user, on)
    return wanted != held and derive_groups(user, on)


@transaction.atomic
def derive_groups(user: User, on: date | None = None) -> bool:
    """Do as ``sync_groups`` one at a time for each person.

    What changes a membership asks this: of two who end a role that a person has twice, each would
    else see the other's row still there and leave the group. The lock lets rows that refer to the
    person be written meanwhile, or those two would wait for each other.
    """
    User.objects.select_for_update(no_key=True).filter(pk=user.pk).first()
    wanted, held = _wanted_and_held(user, on)
    if wanted == held:
        return False
    user.groups.remove(*(held - wanted))
    user.groups.add(*(wanted - held))
    logger.info("groups of a person changed", extra={"user_id": user.pk})
    return True


def sync_all_groups(on: date | None = None) -> int:
    """Bring everyone's groups in step with the day ``on``; return how many people changed.

    Run by the clock, since memberships begin and end by date. Three queries where nothing has to
    change.
    """
    derived = _groups_by_role()
    rows = Membership.objects.in_force(on).filter(user__is_active=True)
    wanted = {
        (user, derived[region, role])
        for user, region, role in rows.values_list("user_id", "region_id", "role")
        if (region, role) in derived
    }
    through = User.groups.through.objects.filter(group__region_group__isnull=False)
    held = set(through.values_list("user_id", "group_id"))
    people = {user for user, _group in wanted ^ held}
    return sum(derive_groups(user, on) for user in User.objects.filter(pk__in=people))


def _groups_by_role() -> dict[tuple[int, str], int]:
    rows = RegionGroup.objects.values_list("region_id", "role", "group_id")
    return {(region, role): group for region, role, group in rows}


def _wanted_and_held(user: User, on: date | None) -> tuple[set[int], set[int]]:
    """Return the ids of the region groups that ``user`` should be in, and of those they are in."""
    derived = _groups_by_role()
    rows = Membership.objects.in_force(on).filter(user=user, user__is_active=True)
    wanted = {derived[key] for key in rows.values_list("region_id", "role") if key in derived}
    held = Group.objects.filter(user=user, region_group__isnull=False)
    return wanted, set(held.values_list("pk", flat=True))
