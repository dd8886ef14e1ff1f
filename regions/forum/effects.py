"""What steps of a round do besides moving its phase."""

from django.db.models import Q
from django.utils import timezone

from regions.lifecycle import Step
from regions.models import Forum, SeatHolder
from regions.needs.lifecycle import SHARED_NEED
from regions.needs.models import SharedNeed

from . import freezing, publishing, scoring
from .guards import EXTENSION, item_of
from .models import DecisionOverride, Outcome, PlanningRound, Recusal, RoundPass, RoundSeat

#: What the freeze takes over from the region; going back gives it up, so that it is taken anew.
FROZEN_SETTINGS = (
    "frozen_at",
    "municipalities_total",
    "min_gradings",
    "quorum_num",
    "quorum_den",
    "small_pct",
)
#: What an outcome means for the shared need.
STEP_OF = {
    Outcome.PRIORITISED: "prioritise",
    Outcome.RESERVE: "defer",
    Outcome.DEFERRED: "defer",
    Outcome.DECLINED: "decline",
}


def frozen(planning_round: PlanningRound, step: Step) -> None:
    """Fix items, seats and rules, and take the shared needs out of everybody's hands."""
    region = planning_round.region
    planning_round.frozen_at = step.at
    planning_round.municipalities_total = region.municipalities.count()
    planning_round.min_gradings = region.min_gradings
    planning_round.quorum_num, planning_round.quorum_den = region.quorum_num, region.quorum_den
    planning_round.small_pct = region.envelope_small_pct
    RoundSeat.objects.bulk_create(_seats(planning_round))
    following = step.actor.following()
    for chosen in sorted(step["items"], key=lambda each: each.pk):
        # The words of now, not those of the page on which it was chosen.
        shared = SHARED_NEED.apply(chosen, "enter_round", by=following, round=planning_round)
        freezing.freeze_item(planning_round, shared).save()


def _seats(planning_round: PlanningRound) -> list[RoundSeat]:
    forum = Forum.objects.get(region=planning_round.region_id, is_active=True)
    held = set(SeatHolder.objects.in_force().filter(forum=forum).values_list("seat", flat=True))
    return [
        RoundSeat(
            round=planning_round,
            seat=seat,
            kind=seat.kind,
            municipality=seat.municipality,
            name=str(seat),
            is_chair=seat.is_chair,
            was_filled=seat.pk in held,
        )
        for seat in forum.seats.filter(is_active=True).select_related("municipality")
    ]


def unfrozen(planning_round: PlanningRound, step: Step) -> None:
    """Let the needs go again, once."""
    _let_go(planning_round, step)
    Recusal.objects.filter(item__round=planning_round).delete()
    planning_round.items.all().delete()
    planning_round.seats.all().delete()
    planning_round.was_unfrozen = True
    for name in FROZEN_SETTINGS:
        setattr(planning_round, name, None)


def _let_go(planning_round: PlanningRound, step: Step) -> None:
    following = step.actor.following()
    for item in planning_round.items.filter(withdrawn_at__isnull=True).order_by("shared_need"):
        SHARED_NEED.apply(
            item.shared_need, "leave_round", by=following, round=planning_round, text=step["text"]
        )


def opened(planning_round: PlanningRound, step: Step) -> None:
    """Begin the first pass and note that the seats are invited.

    The clock is always a little later than the plan, and the employees' seats have their notice
    from now: the close moves where it would come too soon for it.
    """
    closes = max(planning_round.ballot_to, step.at + scoring.NOTICE)
    if closes != planning_round.ballot_to:
        step.noted["announced"] = planning_round.ballot_to
        planning_round.ballot_to = closes
    step.noted["closes"] = closes
    RoundPass.objects.create(round=planning_round, pass_no=1, opens=step.at, closes=closes)
    planning_round.seats.filter(invited_at__isnull=True).update(invited_at=step.at)


def item_withdrawn(planning_round: PlanningRound, step: Step) -> None:
    """Take a need out of the round; the others stay as they are."""
    item = item_of(planning_round, step["item"])
    SHARED_NEED.apply(
        item.shared_need,
        "withdraw",
        by=step.actor.following(),
        round=planning_round,
        text=step["text"],
    )
    item.withdrawn_at = step.at
    item.save()


def closed(planning_round: PlanningRound, step: Step) -> None:
    """End the pass now, if people closed it before its time."""
    current = planning_round.current_pass
    if step.at < current.closes:
        current.closes = step.at
        current.save(update_fields=["closes"])


def extended(planning_round: PlanningRound, step: Step) -> None:
    """Give seven more days from now, or from the close that was set, whichever is later."""
    current = planning_round.current_pass
    current.closes = max(current.closes, step.at) + EXTENSION
    current.extended = True
    current.save(update_fields=["closes", "extended"])


def opened_again(planning_round: PlanningRound, step: Step) -> None:
    """Begin the second pass. What was decided on the count of the first is cleared with it.

    A departure names places of an order that is counted anew; the log keeps each with its reason.
    """
    departures, _rows = planning_round.overrides.all().delete()
    said = ~Q(outcome="") | ~Q(reason="") | ~Q(alternative="")
    settled = planning_round.items.filter(said).update(outcome="", reason="", alternative="")
    step.noted.update(departures=departures, outcomes=settled)
    RoundPass.objects.create(round=planning_round, pass_no=2, opens=step.at, closes=step["closes"])


def overridden(planning_round: PlanningRound, step: Step) -> None:
    """Keep the departure."""
    override = DecisionOverride(
        round=planning_round,
        item=item_of(planning_round, step["item"]),
        from_rank=step["from_rank"],
        to_rank=step["to_rank"],
        reason=str(step["text"]).strip(),
        votes_for=step["votes_for"],
        votes_against=step["votes_against"],
        case_no=str(step["case_no"]).strip(),
    )
    override.full_clean()
    override.save()


def settled(planning_round: PlanningRound, step: Step) -> None:
    """Keep what becomes of each need, with its words."""
    chosen = dict(step["outcomes"])
    for item in planning_round.items.filter(pk__in=chosen):
        item.outcome = chosen[item.pk]
        item.reason, item.alternative = (step["words"] or {}).get(item.pk, ("", ""))
        item.save()


def decided(planning_round: PlanningRound, step: Step) -> None:
    """Keep case number and day."""
    planning_round.case_no = str(step["case_no"]).strip()
    planning_round.decided_on = step["decided_on"] or timezone.localdate(step.at)
    planning_round.full_clean()


def published(planning_round: PlanningRound, step: Step) -> None:
    """Seal the result, and let every shared need go its way; its people are told."""
    planning_round.published_at = step.at
    publishing.seal(planning_round, at=step.at)
    places = publishing.places_of(planning_round)
    following = step.actor.following()
    for item in planning_round.items.filter(withdrawn_at__isnull=True).order_by("shared_need"):
        SHARED_NEED.apply(
            SharedNeed.objects.get(pk=item.shared_need_id),
            STEP_OF[Outcome(item.outcome)],
            by=following,
            round=planning_round,
            text=item.reason,
            alternative=item.alternative,
            rank=places.get(item.facts["reference"]),
        )


def cancelled(planning_round: PlanningRound, step: Step) -> None:
    """Let the needs go; ballots stay on file and count for nothing."""
    if planning_round.frozen_at:
        _let_go(planning_round, step)
