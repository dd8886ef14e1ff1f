"""The table of needs: nothing else writes their states."""

from collections.abc import Mapping

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from regions.lifecycle import Lifecycle, Party, line
from regions.models import User

from . import effects, guards, telling
from .models import Need, NeedLog, SharedNeed
from .parties import parties_in
from .shared_lifecycle import SHARED_NEED

__all__ = ["NEED", "SHARED_NEED", "withdrawable"]

_SUBMITTER = (Party.SUBMITTER,)
_OWN = (Party.SUBMITTER, Party.CONTACT)
_COORDINATOR = (Party.COORDINATOR,)
_FOLLOWS = (Party.CONSEQUENCE,)


def _parties_of_need(user: User, need: Need) -> frozenset[Party]:
    return parties_in(user, need.region_id, need.municipality_id)


def _shared_before(need: Model, details: Mapping[str, object]) -> frozenset[int]:
    """Return the keys of the shared needs that a need's step touches.

    Its own is touched only where the need is to stand alone: whoever merges holds the lock of the
    other two, and would wait for a third out of order.
    """
    into = details.get("into")
    other = into.pk if isinstance(into, SharedNeed) else need.own_shared_need_id
    return frozenset(key for key in (need.shared_need_id, other) if key)


def _lock_shared(keys: frozenset[int]) -> None:
    list(SharedNeed.objects.select_for_update().filter(pk__in=keys).order_by("pk").only("pk"))


NEED = Lifecycle(
    Need,
    NeedLog,
    _parties_of_need,
    [
        line(
            "send",
            "draft",
            "unconfirmed",
            (*_SUBMITTER, Party.COORDINATOR),
            _("Send"),
            guards=(guards.can_be_sent,),
            tells=(telling.submitter("need_confirm"),),
        ),
        line(
            "confirm",
            "unconfirmed",
            "submitted",
            _SUBMITTER,
            _("Confirm the e-mail"),
            effects=(effects.received,),
            tells=(telling.submitter("need_received"),),
        ),
        line(
            "edit",
            "draft unconfirmed submitted returned",
            "",
            _SUBMITTER,
            _("Change"),
            asks=("changed",),
            effects=(effects.edited,),
        ),
        line(
            "claim",
            "submitted",
            "in_moderation",
            _COORDINATOR,
            _("Claim"),
            effects=(effects.claimed,),
            tells=(telling.submitter_once("need_claimed"),),
        ),
        line(
            "release",
            "in_moderation",
            "submitted",
            _COORDINATOR,
            _("Put back into the queue"),
            effects=(effects.released,),
        ),
        line(
            "return",
            "in_moderation",
            "returned",
            _COORDINATOR,
            _("Return with a question"),
            asks=("text", "alternative"),
            words=("alternative",),
            guards=(guards.has("text", "alternative"),),
            effects=(effects.asked_back, effects.first_answer),
            tells=(telling.submitter("need_returned"),),
        ),
        line(
            "answer",
            "returned",
            "submitted",
            _OWN,
            _("Answer"),
            asks=("text",),
            guards=(guards.has("text"),),
            effects=(effects.answered_back,),
            tells=(telling.answered("need_answer_received", "need_answered_by_contact"),),
        ),
        line(
            "accept",
            "in_moderation",
            "accepted",
            _COORDINATOR,
            _("Accept"),
            asks=("into", "no_personal_data"),
            guards=(guards.can_be_accepted, guards.shared_need_takes_more),
            effects=(effects.accepted, effects.first_answer),
            tells=(telling.submitter("need_accepted"), telling.contact("need_to_back")),
        ),
        line(
            "reopen",
            "accepted",
            "in_moderation",
            _COORDINATOR,
            _("Undo the acceptance"),
            guards=(guards.not_frozen,),
            effects=(effects.left_shared, effects.reopened),
            tells=(telling.submitter("need_reopened"),),
        ),
        line(
            "move",
            "accepted",
            "",
            (*_COORDINATOR, *_FOLLOWS),
            _("Move to another shared need"),
            asks=("into", "from"),
            guards=(guards.not_frozen, guards.shared_need_takes_more),
            effects=(effects.moved,),
            tells=(telling.submitter("need_moved"),),
        ),
        line(
            "back",
            "accepted",
            "",
            (Party.CONTACT, Party.SEAT),
            _("Confirm that it is ours"),
            guards=(guards.not_backed, guards.not_frozen),
            effects=(effects.backed,),
        ),
        line(
            "decline",
            "in_moderation",
            "declined",
            _COORDINATOR,
            _("Do not take it up"),
            asks=("reason", "text"),
            guards=(guards.can_be_declined,),
            effects=(effects.declined, effects.first_answer, effects.closed),
            tells=(telling.submitter_unless_spam("need_declined"),),
        ),
        line(
            "take_up",
            "declined",
            "in_moderation",
            _COORDINATOR,
            _("Take it up after all"),
            guards=(guards.not_erased,),
            effects=(effects.taken_up,),
            tells=(telling.submitter("need_reopened"),),
        ),
        line(
            "withdraw",
            "draft unconfirmed submitted in_moderation returned accepted",
            "withdrawn",
            (*_OWN, *_FOLLOWS),
            _("Withdraw"),
            guards=(guards.not_held,),
            effects=(effects.left_shared, effects.closed),
            tells=(telling.submitter("need_withdrawn"),),
        ),
        line(
            "expire",
            "draft unconfirmed returned",
            "withdrawn",
            (Party.CLOCK,),
            _("Expire"),
            guards=(guards.overdue,),
            effects=(effects.closed,),
            tells=(telling.submitter("need_expired"),),
        ),
        line(
            "erase",
            "accepted declined withdrawn",
            "",
            (Party.COORDINATOR, Party.ADMIN, Party.CLOCK),
            _("Erase who reported it"),
            effects=(effects.erased,),
        ),
    ],
    before=_shared_before,
    lock=_lock_shared,
)


def withdrawable(need: Need) -> bool:
    """Return whether the table has a way to withdraw ``need`` from here, whoever may take it."""
    return need.state in NEED.lines["withdraw"].sources and not guards.is_held(need)
