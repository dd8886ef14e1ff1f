"""The table of rights of this app's models in the admin. See ``regions.policy``."""

from django.db.models import Q
from django.utils import timezone

from .models import (
    Forum,
    ForumSeat,
    Membership,
    Municipality,
    ProfessionalNetwork,
    Region,
    Role,
    SeatHolder,
    ServiceArea,
    TargetGroup,
    Topic,
    User,
)
from .policy import ADMIN, DESK_ROLES, declare

ADMINS = {ADMIN}
COORDINATORS = {ADMIN, Role.COORDINATOR}
EDITORS = {ADMIN, Role.COORDINATOR, Role.EDITOR}
DESK = {ADMIN, *DESK_ROLES}

declare(Region, region="pk", view=COORDINATORS, choose=DESK, add=ADMINS, change=COORDINATORS)
declare(
    Municipality,
    region="region",
    view=EDITORS,
    choose=DESK,
    add=COORDINATORS,
    change=COORDINATORS,
    delete=COORDINATORS,
)
declare(
    Forum,
    region="region",
    view=COORDINATORS,
    choose=COORDINATORS,
    add=COORDINATORS,
    change=COORDINATORS,
)
declare(
    ForumSeat,
    region="forum__region",
    view=COORDINATORS,
    choose=COORDINATORS,
    add=COORDINATORS,
    change=COORDINATORS,
    delete=COORDINATORS,
)
# A seat that was held is part of the record: holders end, they are not deleted.
declare(
    SeatHolder,
    region="forum__region",
    view=COORDINATORS,
    add=COORDINATORS,
    change=COORDINATORS,
)
declare(
    ProfessionalNetwork,
    region="region",
    view=EDITORS,
    choose=EDITORS,
    add=COORDINATORS,
    change=COORDINATORS,
    delete=COORDINATORS,
)
declare(Membership, region="region", view=ADMINS, add=ADMINS, change=ADMINS, delete=ADMINS)


def people_of(region_ids: frozenset[int]) -> Q:
    """Return the filter for people who have, or will have, a role or a seat in the regions."""
    members = Membership.objects.filter(region__in=region_ids)
    members = members.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=timezone.localdate()))
    holders = SeatHolder.objects.current().filter(forum__region__in=region_ids)
    return Q(pk__in=members.values("user")) | Q(pk__in=holders.values("user"))


# People are given an account by an administrator; coordinators choose among those of their region.
declare(User, region=people_of, choose=COORDINATORS)
for vocabulary in (ServiceArea, TargetGroup, Topic):
    declare(
        vocabulary,
        region=None,
        view=EDITORS,
        choose=DESK,
        add=COORDINATORS,
        change=COORDINATORS,
        delete=COORDINATORS,
    )
