"""What a large round costs: counting, sealing and showing 25 needs graded by 30 seats.

`python -m benchmarks.rounds` measures in a throw-away folder. The page is asked for as an anonymous
reader does; medians of five in this process, after one that warms up.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from .catalogue import say, set_up
from .figures import Figure, as_text, at_most
from .weight import packed

if TYPE_CHECKING:
    from regions.forum.models import PlanningRound

NEEDS, MUNICIPALITIES, UNIONS = 25, 28, 2
TIMES = 5
#: Milliseconds and statements of the result's page; bytes of its HTML as it is sent.
MOST_TIME, MOST_STATEMENTS = 200, 12
MOST_HTML = 14_000


def make_round() -> PlanningRound:
    """Make a region with a decided round in which every seat has graded every need."""
    from django.utils import timezone

    from regions.forum.models import PlanningRound, RoundItem, RoundPass, RoundSeat
    from regions.models import Forum, ForumSeat, Municipality, Region
    from regions.models.stateful import moving
    from regions.needs.models import SharedNeed
    from regions.services import create_region

    now = timezone.now()
    region = create_region(
        Region(
            name="Storregionen",
            slug="storregionen",
            country="NO",
            currency="NOK",
            default_language="nb",
        ),
        forum_name="Forumet",
    )
    forum = Forum.objects.get(region=region)
    places = [
        Municipality.objects.create(region=region, name=f"Kommune {n}", slug=f"kommune-{n}")
        for n in range(1, MUNICIPALITIES + 1)
    ]
    seats = [ForumSeat(forum=forum, kind="municipality", municipality=place) for place in places]
    seats += [
        ForumSeat(forum=forum, kind="employee_org", organisation=f"Forbund {n}")
        for n in range(UNIONS)
    ]
    ForumSeat.objects.bulk_create(seats)
    with moving():
        row = PlanningRound.objects.create(
            region=region,
            title="Høsten 2026",
            slug="hosten-2026",
            state="decided",
            year_from=2027,
            year_to=2027,
            places=12,
            municipalities_total=MUNICIPALITIES,
            min_gradings=5,
            quorum_num=2,
            quorum_den=3,
            small_pct=15,
            case_no="031/26",
            frozen_at=now - timedelta(days=40),
            decided_on=now.date(),
        )
    RoundPass.objects.create(
        round=row, pass_no=1, opens=now - timedelta(days=30), closes=now - timedelta(days=10)
    )
    RoundSeat.objects.bulk_create(
        RoundSeat(
            round=row,
            seat=seat,
            kind=seat.kind,
            municipality=seat.municipality,
            name=str(seat),
            invited_at=now - timedelta(days=30),
        )
        for seat in seats
    )
    rng = random.Random(1)  # noqa: S311  the same round again
    for number in range(1, NEEDS + 1):
        shared = SharedNeed.objects.create(
            region=region, reference=f"F-2026-{number:02}", title=f"Felles behov nummer {number}"
        )
        signing = rng.sample(places, rng.randint(1, MUNICIPALITIES))
        RoundItem.objects.create(
            round=row,
            shared_need=shared,
            title=shared.title,
            summary="Ansatte i tjenesten gjør det samme på ulike måter. " * 12,
            facts={
                "reference": shared.reference,
                "statutory": rng.choice([0, 2, 4]),
                "statutory_reference": "Helsepersonelloven § 4",
                "reach": 0,
                "co_signers": sorted(place.slug for place in signing),
                "own": [signing[0].slug],
                "places": {place.slug: place.name for place in signing},
                "headcount": 118,
                "headcount_of": 140,
                "supplements": "",
                "cost_total": "80000",
                "seats": 30,
                "accepted_at": (now - timedelta(days=60 + number)).isoformat(),
                "size": "ordinary",
            },
            outcome="prioritised",
        )
    _grade(row, seats, rng)
    return row


def _grade(row: PlanningRound, seats: list, rng: random.Random) -> None:
    from regions.forum.models import Ballot, BallotLine

    sent = row.round_passes.get().closes - timedelta(days=1)
    ballots = Ballot.objects.bulk_create(
        Ballot(round=row, seat=seat, state="submitted", is_current=True, submitted_at=sent)
        for seat in seats
    )
    BallotLine.objects.bulk_create(
        BallotLine(
            ballot=ballot,
            item=item,
            **{name: rng.randrange(5) for name in BallotLine.GRADES},
        )
        for ballot in ballots
        for item in row.items.all()
    )


def median(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Return the milliseconds that ``work`` takes by the clock, warm."""
    taken = []
    for _ in range(TIMES + 1):
        begun = clock()
        work()
        taken.append((clock() - begun) * 1000)
    return statistics.median(taken[1:])


def measure() -> list[Figure]:
    """Make the round, and measure it."""
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone

    from regions.forum import counts, publishing, scoring
    from regions.forum.models import RoundState
    from regions.models.stateful import moving

    from .statements import statements_of

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    row = make_round()
    inputs = counts.inputs_of(row)
    what = f"{NEEDS} needs × {MUNICIPALITIES + UNIONS} seats"
    figures = [
        Figure("", f"{what}: reading", f"{median(lambda: counts.inputs_of(row)):.0f} ms"),
        Figure("", f"{what}: counting", f"{median(lambda: scoring.compute(inputs)):.0f} ms"),
    ]
    begun = time.perf_counter()
    sealed = publishing.seal(row, at=timezone.now())
    taken = (time.perf_counter() - begun) * 1000
    figures.append(Figure("", f"{what}: sealing, once", f"{taken:.0f} ms"))
    with moving():
        row.state, row.published_at = RoundState.PUBLISHED, timezone.now()
        row.save()
    path = "/nb/rounds/storregionen/hosten-2026/"
    client = Client(headers={"host": "localhost"})
    page = median(lambda: client.get(path, secure=True))
    # What others do on the machine adds to the first, not to the second.
    own = median(lambda: client.get(path, secure=True), time.process_time)
    html = client.get(path, secure=True).content
    return [
        *figures,
        Figure("", f"{what}: result.json", f"{len(sealed.snapshot) / 1000:.0f} kB"),
        at_most("P6", "statements: result", len(statements_of(path)), MOST_STATEMENTS, ""),
        Figure("", f"{what}: the page, time of the processor", f"{own:.0f} ms"),
        at_most("", f"{what}: the page", page, MOST_TIME, " ms"),
        at_most("P7", "result: HTML", packed(html) / 1000, MOST_HTML / 1000, " kB"),
    ]


def main() -> int:
    """Measure and show; return 1 where a goal is missed."""
    with tempfile.TemporaryDirectory(prefix="samkurs-bench-") as folder:
        os.environ.setdefault("BENCHMARK_FOLDER", folder)
        set_up()
        figures = measure()
    say(as_text(figures))
    return int(any(figure.met is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
