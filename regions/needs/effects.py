"""What steps of a need do besides moving its state. The row is saved by the lifecycle."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from regions.lifecycle import Step
from regions.models import next_reference

from .guards import NEEDED, value_at_acceptance
from .models import (
    ActionKind,
    Need,
    NeedAction,
    NeedContact,
    NeedState,
    NeedToken,
    SharedNeed,
    SharedNeedLog,
    SharedNeedState,
    erasure_day,
)
from .shared_lifecycle import SHARED_NEED

#: What a submitter may change until somebody has claimed the need.
EDITABLE = (
    "challenge",
    "municipality",
    "network",
    "service_area",
    "workplace",
    "level",
    "headcount",
    "headcount_of",
    "driver",
    "legal_reference",
    "strategic_reason",
    "goal_achieve",
    "wanted_from",
    "latest",
    "size",
)

#: The submitter's own words, and what was written to them; the public summary names nobody.
OWN_WORDS = (
    "challenge",
    "workplace",
    "legal_reference",
    "strategic_reason",
    "goal_achieve",
    "question",
    "answer",
    "alternative",
)


def received(need: Need, step: Step) -> None:
    """Start the five days."""
    need.submitted_at = step.at
    need.waiting_since = step.at


def edited(need: Need, step: Step) -> None:
    """Take over what the submitter changed; the log names the fields, not their words."""
    for name, value in (step["values"] or {}).items():
        if name in EDITABLE:
            setattr(need, name, value)
    need.full_clean(exclude=["shared_need", "own_shared_need"])
    if need.municipality.region_id != need.region_id:
        raise ValidationError({"municipality": _("This municipality belongs to another region.")})
    if step["action"] is not None:
        set_action(need, str(step["action"]))


def set_action(need: Need, text: str) -> None:
    """Keep ``text`` as the training that is wished for; empty: none is."""
    need.actions.filter(kind=ActionKind.COMPETENCE).delete()
    if text.strip():
        NeedAction.objects.create(need=need, text=text.strip(), kind=ActionKind.COMPETENCE)


def claimed(need: Need, step: Step) -> None:
    """Say whose it is."""
    need.claimed_by = step.actor.user


def first_answer(need: Need, step: Step) -> None:
    """Stop the five days; later answers are no first ones, and stop the days of their own."""
    need.answered_at = need.answered_at or step.at
    need.waiting_since = None


def released(need: Need, step: Step) -> None:
    """Give it back to all."""
    need.claimed_by = None


def asked_back(need: Need, step: Step) -> None:
    """Keep the question beside the need, where the submitter sees it."""
    need.question = str(step["text"]).strip()
    need.alternative = str(step["alternative"]).strip()
    need.answer = ""
    need.returned_at = step.at


def answered_back(need: Need, step: Step) -> None:
    """Keep the answer, for any coordinator; the five days start anew."""
    need.answer = str(step["text"]).strip()
    need.claimed_by = None
    need.returned_at = None
    need.waiting_since = step.at


def accepted(need: Need, step: Step) -> None:
    """Fill in what was missing, marked as such, and put the need into a shared one."""
    filled = []
    for name in (*NEEDED, "headcount_of", "legal_reference", "size"):
        value = value_at_acceptance(need, step, name)
        if name == "action":
            if value and not need.actions.filter(kind=ActionKind.COMPETENCE).exists():
                set_action(need, str(value))
                filled.append(name)
        elif value and value != getattr(need, name):
            if name not in {"title", "public_summary", "size"}:
                filled.append(name)
            setattr(need, name, value)
    need.filled_in = sorted({*need.filled_in, *filled})
    need.accepted_at = step.at
    # A submitter's words are gone where they were erased; what the forum reads is the summary.
    erased = [name for name in ("challenge",) if not getattr(need, name)]
    need.full_clean(exclude=["shared_need", "own_shared_need", *erased])
    need.shared_need = _join(step["into"], need, step) if step["into"] else _own(need, step)


def reopened(need: Need, step: Step) -> None:
    """Back to whoever undid it; what the municipality confirmed has to be confirmed anew."""
    need.claimed_by = step.actor.user
    need.waiting_since = step.at
    need.accepted_at = None
    need.backed_at = None
    need.backed_by = None


def left_shared(need: Need, step: Step) -> None:
    """Leave the shared need; the last to leave leaves it empty."""
    if need.state == NeedState.ACCEPTED:
        _leave(need, step)
        need.shared_need = None


def moved(need: Need, step: Step) -> None:
    """Move into another shared need, or, without one, stand alone again."""
    _leave(need, step)
    into = step["into"]
    need.shared_need = _join(into, need, step) if into else _own(need, step)


def backed(need: Need, step: Step) -> None:
    """The municipality stands behind it: from now on it counts."""
    need.backed_by = step.actor.user
    need.backed_at = step.at


def declined(need: Need, step: Step) -> None:
    """Keep reason and alternative."""
    need.decline_reason = str(step["reason"])
    need.alternative = str(step["text"] or "").strip()


def taken_up(need: Need, step: Step) -> None:
    """Take back that it is not taken up: nothing is closed, and an answer is due again."""
    need.claimed_by = step.actor.user
    need.decline_reason = need.alternative = ""
    need.closed_at = need.erase_after = None
    need.waiting_since = step.at


def closed(need: Need, step: Step) -> None:
    """Set the day on which contact data goes; nobody waits for an answer any more."""
    need.closed_at = step.at
    need.waiting_since = None
    never_sent = step.from_state in {NeedState.DRAFT, NeedState.UNCONFIRMED}
    need.erase_after = erasure_day(step.at, never_sent=never_sent)


def erased(need: Need, step: Step) -> None:
    """Forget who reported the need and what they wrote; links cease to work, numbers stay."""
    NeedContact.objects.filter(need=need).delete()
    NeedToken.objects.filter(need=need).delete()
    need.actions.all().delete()
    for entry in need.log.all():
        entry.erase_text()
    # Wordings that a coordinator has changed, perhaps because they gave somebody away.
    stood_in = SharedNeedLog.objects.filter(action="join", facts__need=need.pk)
    changes = SharedNeedLog.objects.filter(action="change")
    for entry in changes.filter(shared_need__in=stood_in.values("shared_need")):
        entry.erase_text()
    for name in OWN_WORDS:
        setattr(need, name, "")
    need.erase_after = None


def _join(shared: SharedNeed, need: Need, step: Step) -> SharedNeed:
    return SHARED_NEED.apply(shared, "join", by=step.actor.following(), need=need)


def _leave(need: Need, step: Step) -> None:
    following = step.actor.following()
    shared = SHARED_NEED.apply(need.shared_need, "leave", by=following, need=need)
    alone = not shared.accepted_needs().exclude(pk=need.pk).exists()
    if alone and not step["absorbing"]:
        SHARED_NEED.apply(shared, "void", by=following)


def _own(need: Need, step: Step) -> SharedNeed:
    """Return a shared need for this need alone: the one it had, if that is free, or a new one."""
    following = step.actor.following()
    own = need.own_shared_need
    if own is not None:
        own.refresh_from_db()
        if own.state in {SharedNeedState.ABSORBED, SharedNeedState.VOID}:
            own = SHARED_NEED.apply(own, "restore", by=following, values=_words(need))
            return _join(own, need, step)
    year = timezone.localdate(step.at).year
    own = SharedNeed(
        region=need.region,
        reference=next_reference(need.region, "F", year, digits=2),
        **_words(need),
    )
    own.full_clean(exclude=["merged_into"])
    SHARED_NEED.begin(own, by=following, at=step.at)
    if need.service_area_id:
        own.service_areas.add(need.service_area_id)
    need.own_shared_need = own
    return _join(own, need, step)


def _words(need: Need) -> dict[str, str]:
    return {"title": need.title, "public_summary": need.public_summary, "size": need.size}
