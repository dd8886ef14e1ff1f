"""Makers of counted, decided and published rounds, with grades written as in the golden test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import cycle

from django.utils import timezone

from regions.forum.lifecycle import ROUND
from regions.forum.models import Ballot, BallotLine, PlanningRound, RoundItem
from regions.models import Forum, ForumSeat, Region
from regions.needs.models import CoSign, SharedNeed
from tests import factories
from tests.forum import makers
from tests.needs import makers as needs
from tests.needs.makers import coordinator_of

#: The golden test's grades: of nine seats, the unions last; "–" is no opinion.
N1 = "433 334 323 434 223 333 444 433 343"
N2 = "444 212 111 101 111 211 112 221 111"
N3 = "233 333 334 444 433 333 – 323 433"
GOLDEN = (N1, N2, N3)


def make_forum(region: Region, *, municipalities: int = 7, unions: int = 2) -> None:
    """Give a region exactly these municipalities, and a seat with a holder for each party."""
    forum = Forum.objects.get(region=region, is_active=True)
    for number in range(municipalities):
        place = factories.make_municipality(region)
        seat = ForumSeat.objects.create(
            forum=forum, kind="municipality", municipality=place, is_chair=number == 0
        )
        factories.make_holder(seat)
    for number in range(unions):
        seat = factories.make_seat(region, organisation=f"Forbund {number + 1}")
        factories.make_holder(seat)


def seats_of(planning_round: PlanningRound) -> list[ForumSeat]:
    """Return the round's seats: municipalities in the order they were made, then unions."""
    rows = planning_round.seats.select_related("seat").order_by("-kind", "seat")
    return [row.seat for row in rows]


def cast(
    planning_round: PlanningRound,
    seat: ForumSeat,
    grades: Mapping[RoundItem, str],
    **fields: object,
) -> Ballot:
    """Store a ballot that was sent on time; "–" is no opinion."""
    current = planning_round.current_pass
    fields.setdefault("pass_no", current.pass_no)
    fields.setdefault("submitted_at", timezone.now() - timedelta(days=1))
    ballot = Ballot.objects.create(
        round=planning_round, seat=seat, state="submitted", is_current=True, **fields
    )
    user = seat.holders.order_by("-kind").first().user
    for item, text in grades.items():
        given = {} if text == "–" else dict(zip(BallotLine.GRADES, map(int, text), strict=True))
        BallotLine.objects.create(
            ballot=ballot, item=item, graded_by=user, no_opinion=text == "–", **given
        )
    return ballot


def cast_all(planning_round: PlanningRound, columns: tuple[str, ...] = GOLDEN) -> None:
    """Let every seat grade every need; ``columns`` are repeated where there are more needs."""
    items = list(planning_round.items.all())
    lines = [column.split() for _item, column in zip(items, cycle(columns), strict=False)]
    for index, seat in enumerate(seats_of(planning_round)):
        given = {item: line[index % len(line)] for item, line in zip(items, lines, strict=True)}
        cast(planning_round, seat, given)


def golden_items(region: Region) -> list[SharedNeed]:
    """Return the golden test's three needs with their fact points: 4,2 – 0,1 – 2,3.

    Reach comes from the co-signing municipalities: 3, 2 and 5 of 7.
    """
    places = list(region.municipalities.order_by("pk"))
    user = needs.coordinator_of(region)
    found = []
    for title, points, signing in (("Første", 4, 3), ("Andre", 0, 2), ("Tredje", 2, 5)):
        shared = needs.make_accepted(places[0], backed=True, title=title).shared_need
        for place in places[1:signing]:
            CoSign.objects.create(shared_need=shared, municipality=place, user=user)
        shared.statutory_points = points
        shared.statutory_reference = "Helsepersonelloven § 4" if points else ""
        shared.save()
        found.append(shared)
    return found


def closed(region: Region, columns: tuple[str, ...] = GOLDEN, **fields: object) -> PlanningRound:
    """Return a round of the golden test whose ballots are closed."""
    if not region.forums.filter(seats__isnull=False).exists():
        make_forum(region)
    items = fields.pop("items", None) or golden_items(region)
    planning_round = makers.opened(region, items, **fields)
    cast_all(planning_round, columns)
    return makers.end_pass(planning_round)


def meeting(region: Region, **fields: object) -> PlanningRound:
    return ROUND.apply(closed(region, **fields), "deliberate", by=coordinator_of(region))


def override(planning_round: PlanningRound, item: RoundItem, **fields: object) -> PlanningRound:
    details = {
        "from_rank": 3,
        "to_rank": 1,
        "votes_for": 7,
        "votes_against": 2,
        "case_no": "031/26",
        "text": "Gjelder pasientsikkerhet nå.",
        **fields,
    }
    return ROUND.apply(
        planning_round,
        "override",
        by=makers.chair_of(planning_round.region),
        item=item.pk,
        **details,
    )


def decide(
    planning_round: PlanningRound, outcomes: Mapping[int, str] | None = None
) -> PlanningRound:
    """Decide the round; every need is prioritised unless ``outcomes`` says otherwise."""
    for item in planning_round.items.filter(withdrawn_at__isnull=True):
        item.outcome = (outcomes or {}).get(item.pk, "prioritised")
        if item.outcome == "declined":
            item.reason, item.alternative = "Løses lokalt.", "Snakk med nettverket."
        item.save()
    return ROUND.apply(
        planning_round, "decide", by=makers.chair_of(planning_round.region), case_no="031/26"
    )


def publish(planning_round: PlanningRound) -> PlanningRound:
    return ROUND.apply(planning_round, "publish", by=coordinator_of(planning_round.region))


def published(region: Region, **fields: object) -> PlanningRound:
    return publish(decide(meeting(region, **fields)))
