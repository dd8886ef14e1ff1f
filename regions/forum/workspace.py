"""What the forum's front page tells a seat or a contact: what is open, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from regions.lifecycle import Actor, Party
from regions.models import Membership, Region, Role, SeatHolder, User

from .lifecycle import ROUND
from .models import Ballot, PlanningRound, RoundSeat, RoundState
from .papers import Paper, paper_of
from .sittings import Sitting, seats_of
from .standing import may_be_counted
from .words import day, deadline, moment

#: Grading a need takes this long, so that people can plan: reading, three questions.
MINUTES_PER_NEED = 2.5


@dataclass(frozen=True)
class Place:
    """A region in which somebody works, and as what."""

    region: Region
    holder: SeatHolder | None
    municipality: str


def places_of(user: User) -> list[Place]:
    """Return the regions in which ``user`` has a seat or speaks for a municipality."""
    places = {
        each.forum.region_id: Place(each.forum.region, each, str(each.seat))
        for each in seats_of(user)
    }
    contacts = Membership.objects.in_force().filter(user=user, role=Role.CONTACT)
    for each in contacts.select_related("region", "municipality"):
        places.setdefault(each.region_id, Place(each.region, None, each.municipality.name))
    return sorted(places.values(), key=lambda place: place.region.name)


@dataclass(frozen=True)
class OpenRound:
    """A round whose ballots are open, and how far the seat has come; no paper for a contact."""

    round: PlanningRound
    paper: Paper | None
    closes: datetime

    @property
    def minutes(self) -> int:
        """About how long the ballot takes, in fives."""
        return max(5, 5 * round(self.round.needs * MINUTES_PER_NEED / 5))


def rounds_of(place: Place, user: User) -> dict[str, object]:
    """Return what the page shows of the region's rounds."""
    rounds = list(
        PlanningRound.objects.filter(region=place.region)
        .exclude(state__in=[RoundState.DRAFT, RoundState.CANCELLED])
        .annotate(
            needs=Count("items", filter=Q(items__withdrawn_at__isnull=True), distinct=True),
            all_seats=Count("seats", distinct=True),
        )
    )
    sent = _sent_by_round(rounds)
    mine = _rounds_of_seat(place, rounds)
    for each in rounds:
        each.region = place.region
        each.sent = sent.get(each.pk, 0)
    over = {RoundState.PUBLISHED, RoundState.ARCHIVED}
    under_way = [each for each in rounds if each.state not in over]
    actor = _actor(user, under_way)
    opened = []
    for each in under_way:
        each.ways = list(_ways(each, actor, sits=each.pk in mine))
        if each.state == RoundState.BALLOT_OPEN:
            current = each.current_pass
            sits = each.pk in mine
            paper = paper_of(Sitting(user, each, place.holder, current)) if sits else None
            opened.append(OpenRound(each, paper, current.closes))
    following = next(iter([each.round for each in opened] or under_way), None)
    return {
        "opened": opened,
        "waiting": [each for each in under_way if each.state != RoundState.BALLOT_OPEN],
        "past": [each for each in rounds if each.state in over],
        "following": following,
        "steps": steps_of(following) if following else [],
    }


def _rounds_of_seat(place: Place, rounds: list[PlanningRound]) -> set[int]:
    """Return the keys of the rounds in which the person's seat takes part."""
    if place.holder is None:
        return set()
    seats = RoundSeat.objects.filter(round__in=rounds, seat=place.holder.seat_id)
    return set(seats.values_list("round", flat=True))


def _actor(user: User, rounds: list[PlanningRound]) -> Actor:
    """Return what ``user`` is towards rounds of one region."""
    return Actor(user, ROUND.parties_of(user, rounds[0]) if rounds else frozenset())


def _ways(
    planning_round: PlanningRound, actor: Actor, *, sits: bool
) -> Iterator[tuple[str, object]]:
    """Yield where a seat of the round is led besides its ballot: address and words."""
    if sits and planning_round.state == RoundState.FROZEN:
        words = _("See the needs, and how to object")
        yield reverse("workspace:overview", args=[planning_round.pk]), words
    if sits and may_be_counted(planning_round):
        words = _("See the order and how the votes lie")
        yield reverse("workspace:order", args=[planning_round.pk]), words
    allowed = ROUND.allowed(planning_round, actor)
    if Party.CHAIR in actor.given and any(Party.CHAIR in step.who for step in allowed):
        words = _("For the chair: what you can decide now")
        yield reverse("workspace:chair", args=[planning_round.pk]), words


def _sent_by_round(rounds: list[PlanningRound]) -> dict[int, int]:
    """Return how many seats have sent a ballot, whichever the pass."""
    current = Ballot.objects.current().filter(round__in=rounds).order_by()
    counted = current.values("round").annotate(seats=Count("seat", distinct=True))
    return dict(counted.values_list("round", "seats"))


_ORDER = [
    RoundState.COLLECTING,
    RoundState.SCREENING,
    RoundState.FROZEN,
    RoundState.BALLOT_OPEN,
    RoundState.BALLOT_CLOSED,
    RoundState.DELIBERATION,
    RoundState.DECIDED,
]


def steps_of(planning_round: PlanningRound) -> list[dict[str, object]]:
    """Return the way to the meeting: collect, grade, meet, publish, each with its time."""
    stations = [
        (RoundState.SCREENING, _("Needs are collected"), _collecting(planning_round)),
        (RoundState.BALLOT_OPEN, _("Each seat grades on its own"), _grading(planning_round)),
        (RoundState.DELIBERATION, _("The forum meets"), _meeting(planning_round)),
        (RoundState.DECIDED, _("The result is published"), _("Spread and score, without names")),
    ]
    now = _ORDER.index(planning_round.state)
    steps, found = [], False
    for last, title, text in stations:
        state = "next" if found else "done" if now > _ORDER.index(last) else "now"
        found = found or state == "now"
        steps.append({"title": title, "text": text, "state": state})
    return steps


def _collecting(planning_round: PlanningRound) -> str:
    last = planning_round.collecting_to
    if last is None:
        return ""
    return _("Until %(day)s") % {"day": day(last)}


def _grading(planning_round: PlanningRound) -> str:
    current = planning_round.current_pass
    closes = current.closes if current else planning_round.ballot_to
    if current is None and planning_round.ballot_from:
        return _("Opens %(opens)s, closes %(closes)s") % {
            "opens": moment(planning_round.ballot_from),
            "closes": deadline(closes),
        }
    if current is None:
        return ""
    numbers = {"sent": planning_round.sent, "seats": planning_round.all_seats}
    sent = _("%(sent)d of %(seats)d have sent it.") % numbers
    closed = _("Deadline %(time)s.") if timezone.now() <= closes else _("Closed %(time)s.")
    return f"{closed % {'time': deadline(closes)}} {sent}"


def _meeting(planning_round: PlanningRound) -> str:
    on = planning_round.meeting_on
    return day(on) if on else _("The day is not set yet")
