"""A need's state in public words: the seven that readers and submitters meet."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .models import DeclineReason, Need, NeedState, SharedNeedLog, SharedNeedState


class PublicStatus(models.TextChoices):
    """What is said of a need in public; the states of the code never are."""

    RECEIVED = "received", _("Received")
    PROCESSING = "processing", _("Being processed")
    PRIORITISED = "prioritised", pgettext_lazy("need", "Prioritised")
    WAITING = "waiting", _("Waits for the next round")
    ANSWERED = "answered", _("Answered by a course")
    NOT_TAKEN_UP = "not_taken_up", _("Not taken up")
    WITHDRAWN = "withdrawn", pgettext_lazy("need", "Withdrawn")


_OF_NEED = {
    NeedState.DRAFT: PublicStatus.RECEIVED,
    NeedState.UNCONFIRMED: PublicStatus.RECEIVED,
    NeedState.SUBMITTED: PublicStatus.RECEIVED,
    NeedState.IN_MODERATION: PublicStatus.PROCESSING,
    NeedState.RETURNED: PublicStatus.PROCESSING,
    NeedState.DECLINED: PublicStatus.NOT_TAKEN_UP,
    NeedState.WITHDRAWN: PublicStatus.WITHDRAWN,
}
_OF_SHARED = {
    SharedNeedState.OPEN: PublicStatus.PROCESSING,
    SharedNeedState.IN_ROUND: PublicStatus.PROCESSING,
    SharedNeedState.PRIORITISED: PublicStatus.PRIORITISED,
    SharedNeedState.DEFERRED: PublicStatus.WAITING,
    SharedNeedState.DECLINED: PublicStatus.NOT_TAKEN_UP,
    SharedNeedState.WITHDRAWN: PublicStatus.WITHDRAWN,
    SharedNeedState.ANSWERED: PublicStatus.ANSWERED,
}

#: The step with which a shared need came there, and of which its submitters are told why.
_DECIDED = {
    SharedNeedState.DEFERRED: "defer",
    SharedNeedState.DECLINED: "decline",
    SharedNeedState.WITHDRAWN: "withdraw",
}


def public_status(need: Need) -> PublicStatus:
    """Return the public word for where ``need`` is; an accepted one mirrors its shared need."""
    if need.state == NeedState.SUBMITTED and need.answered_at:
        return PublicStatus.PROCESSING  # once it was answered, the way does not run back
    if need.state == NeedState.ACCEPTED:
        return _OF_SHARED.get(need.shared_need.state, PublicStatus.PROCESSING)
    return _OF_NEED[NeedState(need.state)]


@dataclass(frozen=True)
class Decision:
    """Why a need is where it is, and what can be done instead, as its submitter is told."""

    reason: str = ""
    alternative: str = ""


def decision_on(need: Need) -> Decision:
    """Return what was said when ``need`` was not taken up, put off or taken out of a round.

    One statement for a need that stands in a shared one, else none.
    """
    if need.state == NeedState.DECLINED:
        reason = str(DeclineReason(need.decline_reason).label) if need.decline_reason else ""
        return Decision(reason, need.alternative)
    if need.state != NeedState.ACCEPTED or need.shared_need.state not in _DECIDED:
        return Decision()
    entry = SharedNeedLog.objects.filter(
        shared_need=need.shared_need_id, action=_DECIDED[need.shared_need.state]
    ).last()
    return Decision(entry.text, entry.words.get("alternative", "")) if entry else Decision()
