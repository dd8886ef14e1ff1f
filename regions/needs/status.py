"""A need's state in public words: the seven that readers and submitters meet."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .models import Need, NeedState, SharedNeedState


class PublicStatus(models.TextChoices):
    """What is said of a need in public; the states of the code never are."""

    RECEIVED = "received", _("Received")
    PROCESSING = "processing", _("Being processed")
    PRIORITISED = "prioritised", _("Prioritised")
    WAITING = "waiting", _("Waits for the next round")
    ANSWERED = "answered", _("Answered by a course")
    NOT_TAKEN_UP = "not_taken_up", _("Not taken up")
    WITHDRAWN = "withdrawn", _("Withdrawn")


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


def public_status(need: Need) -> PublicStatus:
    """Return the public word for where ``need`` is; an accepted one mirrors its shared need."""
    if need.state == NeedState.ACCEPTED:
        return _OF_SHARED.get(need.shared_need.state, PublicStatus.PROCESSING)
    return _OF_NEED[NeedState(need.state)]
