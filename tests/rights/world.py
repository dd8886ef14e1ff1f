"""Two regions with everyone in them, needs and rounds, for the walk over the routes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models

from regions.forum.models import PlanningRound
from regions.models import Region, Role, User
from regions.needs.models import Need, NeedToken, SharedNeed, TokenPurpose
from search.saved import services
from search.saved.models import SavedSearch
from tests import factories
from tests.forum import makers as forum
from tests.needs import makers as needs

#: Everyone who comes, by name; "nobody" has no account.
WHO = (
    *("nobody", "signed_in", "submitter", "contact", "neighbour_contact", "editor"),
    *("resource_author", "coordinator", "seat", "union", "chair", "provider_contact", "steering"),
    *("admin", "other_coordinator", "other_contact", "other_seat"),
)


@dataclass
class World:
    """What the rows of the table of routes point at."""

    region: Region
    people: dict[str, User | None]
    need: Need
    shared: SharedNeed
    planning_round: PlanningRound
    saved: SavedSearch

    def secret(self, purpose: str = TokenPurpose.RECEIPT) -> str:
        return NeedToken.mint(self.need, purpose)

    def log(self) -> models.QuerySet:
        return self.need.log.all()


def make_world() -> World:
    """Make them; the need is the ``contact``'s municipality's, the round's ballots are open."""
    region = factories.make_region(name="Fjellregionen", slug="fjellregionen")
    other = factories.make_region(name="Kustregionen", slug="kustregionen", country="SE")
    holders = forum.make_forum(region, municipalities=5, unions=1)
    planning_round = forum.opened(region, slug="host-2027")
    chair, seat, neighbour = holders[0], holders[1], holders[2]
    place = seat.seat.municipality
    people: dict[str, User | None] = {
        "nobody": None,
        "signed_in": factories.make_user(),
        "contact": needs.contact_of(place),
        "neighbour_contact": needs.contact_of(neighbour.seat.municipality),
        "coordinator": needs.coordinator_of(region),
        "seat": seat.user,
        "union": holders[-1].user,
        "chair": chair.user,
        "admin": factories.make_admin(),
        "other_coordinator": needs.coordinator_of(other),
        "other_contact": factories.make_member(other, Role.CONTACT),
        "other_seat": factories.make_holder(factories.make_seat(other)).user,
    }
    for role in ("submitter", "editor", "resource_author", "provider_contact", "steering"):
        people[role] = factories.make_member(region, Role(role))
    need = needs.make_accepted(place, email="turid@fjell.example")
    saved = services.confirm(
        services.ask_to_confirm("turid@fjell.example", language="nb", query="q=demens", words="x")
    )
    return World(region, people, need, need.shared_need, planning_round, saved)
