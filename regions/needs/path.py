"""The way of one need in public words and days, as its receipt shows it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .days import answer_due, in_words, local_words
from .models import Need, NeedState, SharedNeedLog
from .status import PublicStatus, public_status

#: The steps of a need that goes all the way.
WAY = (
    PublicStatus.RECEIVED,
    PublicStatus.PROCESSING,
    PublicStatus.PRIORITISED,
    PublicStatus.ANSWERED,
)
#: How the way can end besides.
ENDS = (PublicStatus.NOT_TAKEN_UP, PublicStatus.WITHDRAWN)
_SHARED_STEPS = ("prioritise", "defer", "decline", "withdraw", "answer")


@dataclass(frozen=True)
class PathStep:
    """A step as ``components/path.html`` takes it."""

    title: str
    text: str
    state: str


def path_of(need: Need) -> list[PathStep]:
    """Return the steps behind, at and before ``need``. Two statements, where it is shared."""
    status = public_status(need)
    shared = _shared_days(need)
    if status in ENDS:
        done = [PublicStatus.RECEIVED, PublicStatus.PROCESSING][: _reached(need)]
        return [
            *(PathStep(each.label, _behind(need, each, shared), "done") for each in done),
            PathStep(status.label, _end(need, status, shared), "now"),
        ]
    now = PublicStatus.PRIORITISED if status == PublicStatus.WAITING else status
    here = WAY.index(now)
    steps = []
    for number, each in enumerate(WAY):
        if number < here:
            steps.append(PathStep(each.label, _behind(need, each, shared), "done"))
        elif number == here:
            title = _("Not sent yet") if need.state == NeedState.DRAFT else status.label
            steps.append(PathStep(title, _here(need, status, shared), "now"))
        else:
            steps.append(PathStep(each.label, _ahead(need, each), "next"))
    return steps


def _shared_days(need: Need) -> dict[str, datetime]:
    """Return when its shared need last took each of the steps that readers hear of."""
    if need.state != NeedState.ACCEPTED:
        return {}
    entries = SharedNeedLog.objects.filter(
        shared_need=need.shared_need_id, action__in=_SHARED_STEPS
    )
    return dict(entries.order_by("number").values_list("action", "at"))


def _reached(need: Need) -> int:
    return 2 if need.answered_at else 1 if need.submitted_at else 0


def _behind(need: Need, step: PublicStatus, shared: dict[str, datetime]) -> str:
    days = {
        PublicStatus.RECEIVED: need.submitted_at,
        PublicStatus.PROCESSING: need.answered_at,
        PublicStatus.PRIORITISED: shared.get("prioritise"),
    }
    at = days[step]
    return capfirst(local_words(at)) if at else ""


def _here(need: Need, status: PublicStatus, shared: dict[str, datetime]) -> str:
    if need.state == NeedState.DRAFT:
        return _("You can send it at any time")
    if need.state == NeedState.UNCONFIRMED:
        return _("Waits for you to confirm your e-mail")
    if need.state == NeedState.RETURNED and need.returned_at:
        return _("We asked you something on %(day)s") % {"day": local_words(need.returned_at)}
    if status == PublicStatus.PROCESSING and need.waiting_since:
        return _answer_by(need)
    if need.state == NeedState.SUBMITTED and need.answer:
        return _("You have answered; the coordinator reads it now")
    if need.state == NeedState.ACCEPTED and status == PublicStatus.PROCESSING:
        alone = not need.shared_need.accepted_needs().exclude(pk=need.pk).exists()
        words = (
            _("It stands in %(reference)s, and no other need like it yet")
            if alone
            else _("It stands in %(reference)s, together with needs like it from the region")
        )
        return words % {"reference": need.shared_need.reference}
    days = {
        PublicStatus.RECEIVED: need.submitted_at,
        PublicStatus.PROCESSING: need.answered_at,
        PublicStatus.PRIORITISED: shared.get("prioritise"),
        PublicStatus.WAITING: shared.get("defer"),
        PublicStatus.ANSWERED: shared.get("answer"),
    }
    at = days[status]
    return capfirst(local_words(at)) if at else ""


def _ahead(need: Need, step: PublicStatus) -> str:
    if step == PublicStatus.PROCESSING:
        return (
            _answer_by(need) if need.waiting_since else _("First answer within five working days")
        )
    if step == PublicStatus.PRIORITISED:
        return _("The competence forum compares it with the region's other needs")
    return _("You are told when the course opens")


def _answer_by(need: Need) -> str:
    """Return by when its submitter hears from us; a question that they answered is no first one."""
    day = {"day": in_words(answer_due(need.waiting_since))}
    return (_("Answer by %(day)s") if need.answered_at else _("First answer by %(day)s")) % day


def _end(need: Need, status: PublicStatus, shared: dict[str, datetime]) -> str:
    of_shared = "decline" if status == PublicStatus.NOT_TAKEN_UP else "withdraw"
    at = shared.get(of_shared) or need.closed_at
    return capfirst(local_words(at)) if at else ""
