"""The table of rounds: nothing else moves a phase."""

from collections.abc import Mapping

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from regions.lifecycle import Lifecycle, Party, line
from regions.models import User
from regions.needs.guards import has
from regions.needs.models import SharedNeed
from regions.needs.parties import parties_in

from . import effects, guards, telling
from .models import PlanningRound, RoundLog

_COORDINATOR = (Party.COORDINATOR,)
_BY_HAND_OR_CLOCK = (Party.COORDINATOR, Party.CLOCK)
_BEFORE_DECIDED = "draft collecting screening frozen ballot_open ballot_closed deliberation"


def _parties(user: User, planning_round: PlanningRound) -> frozenset[Party]:
    return parties_in(user, planning_round.region_id)


def _shared_before(planning_round: Model, details: Mapping[str, object]) -> frozenset[int]:
    """Lock the round, and return the keys of the shared needs it touches: the order of locks.

    ``items`` are those to freeze; the round's own items are touched by every later step.
    """
    list(PlanningRound.objects.select_for_update().filter(pk=planning_round.pk).only("pk"))
    chosen = {each.pk for each in details.get("items") or ()}
    return frozenset(chosen | set(planning_round.items.values_list("shared_need", flat=True)))


def _lock_shared(keys: frozenset[int]) -> None:
    list(SharedNeed.objects.select_for_update().filter(pk__in=keys).order_by("pk").only("pk"))


ROUND = Lifecycle(
    PlanningRound,
    RoundLog,
    _parties,
    [
        line(
            "collect",
            "draft",
            "collecting",
            _BY_HAND_OR_CLOCK,
            _("Begin collecting"),
            guards=(guards.due("collecting_from"),),
        ),
        line(
            "screen",
            "collecting",
            "screening",
            _BY_HAND_OR_CLOCK,
            _("End collecting"),
            guards=(guards.due_after("collecting_to"),),
        ),
        line(
            "freeze",
            "screening",
            "frozen",
            _COORDINATOR,
            _("Freeze"),
            asks=("items",),
            guards=(guards.can_be_frozen,),
            effects=(effects.frozen,),
            tells=(telling.seats("round_frozen"),),
        ),
        line(
            "unfreeze",
            "frozen",
            "screening",
            (Party.COORDINATOR, Party.CHAIR),
            _("Back to screening"),
            asks=("text",),
            guards=(has("text"), guards.can_be_unfrozen),
            effects=(effects.unfrozen,),
        ),
        line(
            "open",
            "frozen",
            "ballot_open",
            _BY_HAND_OR_CLOCK,
            _("Open the ballots"),
            guards=(guards.can_open,),
            effects=(effects.opened,),
            tells=(telling.seats("ballot_open"),),
        ),
        line(
            "withdraw_item",
            "ballot_open",
            "",
            (Party.CHAIR,),
            _("Take a need out"),
            asks=("item", "text"),
            guards=(has("item", "text"), guards.still_in),
            effects=(effects.item_withdrawn,),
        ),
        line(
            "close",
            "ballot_open",
            "ballot_closed",
            _BY_HAND_OR_CLOCK,
            _("Close the ballots"),
            guards=(guards.can_close,),
            effects=(effects.closed,),
        ),
        line(
            "extend",
            "ballot_closed",
            "ballot_open",
            (Party.COORDINATOR, Party.CHAIR),
            _("Extend by seven days"),
            guards=(guards.can_be_extended,),
            effects=(effects.extended,),
            tells=(telling.extended,),
        ),
        line(
            "deliberate",
            "ballot_closed",
            "deliberation",
            _COORDINATOR,
            _("Take to the meeting"),
            guards=(guards.may_meet,),
        ),
        line(
            "second_pass",
            "deliberation",
            "ballot_open",
            _COORDINATOR,
            _("Open the second pass"),
            asks=("closes",),
            guards=(guards.can_open_again,),
            effects=(effects.opened_again,),
            tells=(telling.seats("ballot_open"),),
        ),
        line(
            "override",
            "deliberation",
            "",
            (Party.CHAIR, Party.COORDINATOR),
            _("Record a departure from the order"),
            asks=("item", "from_rank", "to_rank", "votes_for", "votes_against", "case_no", "text"),
            guards=(guards.override_holds, guards.still_in),
            effects=(effects.overridden,),
        ),
        line(
            "settle",
            "deliberation",
            "",
            (Party.CHAIR, Party.COORDINATOR),
            _("Say what becomes of each need"),
            asks=("outcomes",),
            guards=(guards.outcomes_hold,),
            effects=(effects.settled,),
        ),
        line(
            "decide",
            "deliberation",
            "decided",
            (Party.CHAIR, Party.COORDINATOR),
            _("Record the decision"),
            asks=("case_no", "decided_on"),
            guards=(guards.can_be_decided, guards.all_have_outcome),
            effects=(effects.decided,),
        ),
        line(
            "publish",
            "decided",
            "published",
            _COORDINATOR,
            _("Publish the result"),
            guards=(guards.all_have_outcome,),
            effects=(effects.published,),
            tells=(telling.seats("round_published"),),
        ),
        line("archive", "published", "archived", _COORDINATOR, _("Archive")),
        line(
            "cancel",
            _BEFORE_DECIDED,
            "cancelled",
            _COORDINATOR,
            _("Cancel the round"),
            asks=("text",),
            guards=(has("text"),),
            effects=(effects.cancelled,),
            tells=(telling.seats("round_cancelled"),),
        ),
    ],
    before=_shared_before,
    lock=_lock_shared,
)
