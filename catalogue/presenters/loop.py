"""The loop as it turns: how many needs are where, and where the forum is in its year."""

from collections import Counter
from datetime import UTC, date, datetime

from django.db.models import BooleanField, Count, ExpressionWrapper, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regions.forum.models import PlanningRound, RoundState
from regions.needs.models import Need, NeedState, SharedNeed
from regions.needs.status import PublicStatus, public_status

from .. import formats
from .values import ForumYear, LoopCount, LoopView, Step

#: What nobody has confirmed may be anybody's: it counts for nothing.
NOT_REPORTED = (NeedState.DRAFT, NeedState.UNCONFIRMED)
#: Stands for any moment, where only counts there is one.
_SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)
#: The step of the year at which a round is in each of its phases; before the ballots, needs are
#: collected and gathered.
_POSITION = {
    RoundState.COLLECTING: 0,
    RoundState.SCREENING: 0,
    RoundState.FROZEN: 0,
    RoundState.BALLOT_OPEN: 1,
    RoundState.BALLOT_CLOSED: 2,
    RoundState.DELIBERATION: 2,
    RoundState.DECIDED: 3,
}


def loop_view(region_id: int | None) -> LoopView:
    """Return how many needs of a region, or of all, are in which public status. One statement."""
    needs = Need.objects.exclude(state__in=NOT_REPORTED)
    if region_id is not None:
        needs = needs.filter(region=region_id)
    numbers: Counter[PublicStatus] = Counter()
    looked_at = Q(answered_at__isnull=False)
    rows = (
        needs.order_by()
        .values_list("state", "shared_need__state", ExpressionWrapper(looked_at, BooleanField()))
        .annotate(Count("pk"))
    )
    for state, shared_state, answered, number in rows:
        shared = SharedNeed(state=shared_state) if shared_state else None
        need = Need(state=state, shared_need=shared, answered_at=_SOME_TIME if answered else None)
        numbers[public_status(need)] += number
    return LoopView(
        received=_count(numbers, PublicStatus.RECEIVED),
        processing=_count(numbers, PublicStatus.PROCESSING),
        prioritised=_count(numbers, PublicStatus.PRIORITISED),
        answered=_count(numbers, PublicStatus.ANSWERED),
    )


def _count(numbers: Counter[PublicStatus], status: PublicStatus) -> LoopCount:
    return LoopCount(str(status.label), numbers[status])


def forum_year(region_id: int, region_slug: str) -> ForumYear | None:
    """Return where the region's forum is; None before its first round. One statement.

    Of several rounds under way the one that is furthest counts.
    """
    shown = Q(state__in=[*_POSITION, RoundState.PUBLISHED, RoundState.ARCHIVED])
    rounds = list(
        PlanningRound.objects.filter(shown, region=region_id).annotate(
            number=Count("items", filter=Q(items__withdrawn_at__isnull=True), distinct=True),
            closes=Max("round_passes__closes"),
        )
    )
    if not rounds:
        return None
    under_way = [each for each in rounds if each.state in _POSITION]
    results = [each for each in rounds if each.state not in _POSITION and each.published_at]
    now = max(under_way, key=lambda each: _POSITION[each.state], default=None)
    newest = max(results, key=lambda each: each.published_at, default=None)
    return ForumYear(
        steps=_steps(now) if now else [],
        region_slug=region_slug,
        result_slug=newest.slug if newest else "",
        result_title=newest.title if newest else "",
    )


def _steps(planning_round: PlanningRound) -> list[Step]:
    at = _POSITION[planning_round.state]
    number = planning_round.number
    graded = (
        ngettext(
            "The forum assesses %(number)d shared need",
            "The forum assesses %(number)d shared needs",
            number,
        )
        % {"number": number}
        if number
        else _("The forum assesses the needs")
    )
    opens, closes = _day(planning_round.ballot_from), planning_round.closes
    told = [
        (
            _("Needs are collected"),
            _range(planning_round.collecting_from, planning_round.collecting_to),
        ),
        (graded, _range(opens, _day(closes or planning_round.ballot_to))),
        (_("The forum meets and decides"), _range(planning_round.meeting_on, None)),
        (_("The result is published here"), ""),
    ]
    return [
        Step(title, note, state="done" if place < at else "now" if place == at else "next")
        for place, (title, note) in enumerate(told)
    ]


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


def _range(first: date | None, last: date | None) -> str:
    """Return the days in words; nothing where the first is not known."""
    return formats.day_range(first, last) if first else ""
