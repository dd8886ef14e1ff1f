"""What a person is towards a region's needs."""

from regions.lifecycle import Party
from regions.models import ForumSeat, Membership, Role, SeatHolder, User


def parties_in(user: User, region_id: int, municipality_id: int | None = None) -> frozenset[Party]:
    """Return what ``user`` is today in a region.

    With ``municipality_id`` a contact or a municipal seat is one only of that municipality.
    """
    parties = set()
    roles = Membership.objects.in_force().filter(user=user, region=region_id)
    for role, place in roles.values_list("role", "municipality"):
        if role == Role.COORDINATOR:
            parties.add(Party.COORDINATOR)
        elif role == Role.CONTACT and municipality_id in {None, place}:
            parties.add(Party.CONTACT)
    held = SeatHolder.objects.in_force().filter(
        user=user, forum__region=region_id, forum__is_active=True, seat__is_active=True
    )
    for kind, chair, place in held.values_list(
        "seat__kind", "seat__is_chair", "seat__municipality"
    ):
        union = kind == ForumSeat.Kind.EMPLOYEE_ORG
        if union:
            parties.add(Party.UNION)
        elif municipality_id is None or place == municipality_id:
            parties.add(Party.SEAT)
        if chair:
            parties.add(Party.CHAIR)
    return frozenset(parties)
