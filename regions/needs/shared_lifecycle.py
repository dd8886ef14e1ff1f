"""The table of shared needs: nothing else writes their states."""

from django.utils.translation import gettext_lazy as _

from regions.lifecycle import Lifecycle, Party, line
from regions.models import User

from . import guards, shared_effects, telling
from .models import SharedNeed, SharedNeedLog
from .parties import parties_in

_COORDINATOR = (Party.COORDINATOR,)
_FOLLOWS = (Party.CONSEQUENCE,)


def _parties_of_shared(user: User, shared: SharedNeed) -> frozenset[Party]:
    return parties_in(user, shared.region_id)


SHARED_NEED = Lifecycle(
    SharedNeed,
    SharedNeedLog,
    _parties_of_shared,
    [
        line(
            "change",
            "open",
            "",
            _COORDINATOR,
            _("Change"),
            asks=("changed", "before", "after", "wording_before", "wording_after"),
            words=("wording_before", "wording_after"),
            guards=(guards.gives_nobody_away,),
            effects=(shared_effects.changed,),
        ),
        line("join", "open", "", _FOLLOWS, _("Take up a need"), asks=("need",)),
        line("leave", "open deferred", "", _FOLLOWS, _("Let a need go"), asks=("need",)),
        line(
            "absorb",
            "open",
            "absorbed",
            _COORDINATOR,
            _("Merge into another"),
            # Of which municipalities a co-signature went along, each with its row.
            asks=("into", "co_signs"),
            guards=(guards.into_is_open,),
            effects=(shared_effects.absorbed,),
        ),
        line(
            "restore",
            "absorbed void",
            "open",
            (*_COORDINATOR, *_FOLLOWS),
            _("Stand apart again"),
            guards=(guards.some_need_returns,),
            effects=(shared_effects.restored,),
        ),
        line(
            "void",
            "open deferred",
            "void",
            _FOLLOWS,
            _("Empty"),
            tells=(
                telling.co_signers("shared_need_void"),
                telling.coordinators_of_co_signed("shared_need_void_desk"),
            ),
        ),
        line(
            "co_sign",
            "open",
            "",
            (Party.CONTACT, Party.SEAT),
            _("We have this too"),
            asks=("municipality", "headcount"),
            guards=(guards.speaks_for_its_own,),
            effects=(shared_effects.co_signed,),
        ),
        line("enter_round", "open", "in_round", _FOLLOWS, _("Enter a round"), asks=("round",)),
        line(
            "leave_round",
            "in_round",
            "open",
            _FOLLOWS,
            _("Leave the round"),
            asks=("round", "text"),
        ),
        line(
            "withdraw",
            "in_round",
            "withdrawn",
            _FOLLOWS,
            _("Withdraw"),
            asks=("round", "text"),
            guards=(guards.has("text"),),
            effects=(shared_effects.all_closed,),
            tells=(telling.everyone_behind("shared_need_withdrawn"),),
        ),
        line(
            "prioritise",
            "in_round",
            "prioritised",
            _FOLLOWS,
            _("Prioritise"),
            asks=("round", "rank"),
            tells=(telling.everyone_behind("need_prioritised"),),
        ),
        line(
            "defer",
            "in_round",
            "deferred",
            _FOLLOWS,
            _("Defer"),
            asks=("round", "text"),
            tells=(telling.everyone_behind("need_deferred"),),
        ),
        line(
            "decline",
            "in_round",
            "declined",
            _FOLLOWS,
            _("Do not take it up"),
            asks=("round", "text", "alternative"),
            words=("alternative",),
            guards=(guards.has("text", "alternative"),),
            effects=(shared_effects.all_closed,),
            tells=(telling.everyone_behind("shared_need_declined"),),
        ),
        line(
            "reopen", "deferred", "open", (*_COORDINATOR, *_FOLLOWS), _("Open for the next round")
        ),
        line(
            "answer",
            "prioritised",
            "answered",
            _FOLLOWS,
            _("Answered by a course"),
            asks=("course",),
            effects=(shared_effects.all_closed,),
        ),
        line(
            "unanswer",
            "answered",
            "prioritised",
            _FOLLOWS,
            _("No course answers it any more"),
            asks=("course",),
            effects=(shared_effects.all_open_again,),
        ),
    ],
)
