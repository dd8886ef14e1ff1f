"""Who meets on the way of one need: a region with nine seats, its people, and their neighbours."""

from __future__ import annotations

from dataclasses import dataclass

from regions.forum.models import PlanningRound
from regions.models import ForumSeat, Municipality, Region, SeatHolder, User
from regions.needs.lifecycle import NEED
from regions.needs.models import Need, SharedNeed
from tests import factories
from tests.forum import makers as rounds
from tests.needs import makers as needs

from .conftest import Site

#: What is told on the phone, and what the neighbours had told before.
TOLD = "Vikarene i hjemmetjenesten følger medisinrutinen ulikt fra vakt til vakt."
NEIGHBOURS = (
    "Vikarene våre følger medisinrutinen ulikt, og avvikene blir flere.",
    "Medisinrutinen følges ulikt av vikarene, særlig om sommeren.",
)
MAILBOX = "leder@nordfjell.example"
MAILBOXES = ("leder@sorfjell.example", "leder@vestfjell.example")
#: The shared need that all three become, and what is ranked beside it.
TITLE = "Trygg medisin i hjemmetjenesten"
HIGHEST = "Ledelse i små tjenester"
LOWEST = "Nytt journalsystem"
#: What the members give on average: ours comes second, until the meeting moves it.
GRADES = {TITLE: "333", HIGHEST: "444", LOWEST: "111"}


@dataclass
class World:
    """The region, its nine seats (seven municipalities, two unions), and the other needs."""

    site: Site
    seats: list[ForumSeat]
    neighbours: list[Need]
    beside: list[SharedNeed]

    @property
    def region(self) -> Region:
        """The region of the way."""
        return self.site.own

    @property
    def coordinator(self) -> User:
        """Who moderates and arranges."""
        return self.site.people["coordinator"]

    @property
    def home(self) -> Municipality:
        """The municipality of the need."""
        return self.seats[0].municipality

    @property
    def shared(self) -> SharedNeed:
        """What the need and its neighbours become: what the first neighbour's is."""
        return Need.objects.get(pk=self.neighbours[0].pk).shared_need

    def holder(self, number: int) -> User:
        """Return who holds a seat."""
        return self.seats[number].holders.get(kind=SeatHolder.Kind.HOLDER).user

    def deputy(self, number: int) -> User:
        """Return who stands in on a seat."""
        return self.seats[number].holders.get(kind=SeatHolder.Kind.DEPUTY).user

    def back_neighbours(self) -> None:
        """Let the contacts of the other two municipalities say that the need is theirs."""
        for each in self.neighbours:
            need = Need.objects.get(pk=each.pk)
            NEED.apply(need, "back", by=needs.contact_of(need.municipality))

    def grades(self, planning_round: PlanningRound) -> dict:
        """Return the grades of those whose ballots are not what the way is about."""
        return {item: GRADES[item.title] for item in planning_round.items.all()}


def make_world(site: Site) -> World:
    """Make nine seats, two neighbours' accepted needs, and two others to rank beside them."""
    region = site.own
    places = list(region.municipalities.order_by("pk"))
    places += [factories.make_municipality(region) for _ in range(5)]
    seats = [
        factories.make_seat(region, municipality=place, is_chair=number == 0)
        for number, place in enumerate(places)
    ]
    seats += [factories.make_seat(region, organisation=f"Forbund {each}") for each in (1, 2)]
    for seat in seats:
        factories.make_holder(seat)
    factories.make_holder(seats[0], kind=SeatHolder.Kind.DEPUTY)
    neighbours = [
        needs.make_accepted(place, challenge=text, email=email, title=title, summary=text)
        for place, text, email, title in zip(
            places[1:3], NEIGHBOURS, MAILBOXES, (TITLE, "Medisinrutine for vikarer"), strict=True
        )
    ]
    beside = [rounds.make_items(region, 1, title=title)[0] for title in (HIGHEST, LOWEST)]
    return World(site, seats, neighbours, beside)
