"""What must hold before a step of a need is taken."""

from collections.abc import Mapping
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from regions.lifecycle import Guard, Party, Step

from .models import (
    ActionKind,
    DeclineReason,
    Need,
    NeedContact,
    NeedState,
    SharedNeed,
    SharedNeedState,
    Size,
)
from .parties import parties_in
from .personal_data import refusals

#: Nobody waits longer for an answer to a question, or for a need that was never sent.
RETURNED_FOR = timedelta(days=60)
UNSENT_FOR = timedelta(days=90)
#: What an accepted need has, by size; the coordinator fills in what the submitter left open.
NEEDED_SMALL = ("title", "service_area", "headcount", "public_summary")
NEEDED = (
    *NEEDED_SMALL,
    "level",
    "driver",
    "strategic_reason",
    "goal_achieve",
    "action",
)
#: A shared need lets its needs be withdrawn before a round has it: the first one, or the next.
LETS_GO = frozenset({SharedNeedState.OPEN, SharedNeedState.DEFERRED})


#: What of a shared need everybody may read.
PUBLIC_WORDS = ("title", "public_summary", "local_supplements")


def has(*names: str) -> Guard:
    """Return the guard that the details ``names`` are said."""

    def guard(row: object, step: Step) -> None:
        missing = [name for name in names if not str(step[name] or "").strip()]
        if missing:
            raise ValidationError({name: _("Write something here.") for name in missing})

    return guard


def can_be_sent(need: Need, step: Step) -> None:
    """Ask for the three required fields."""
    need.full_clean(exclude=["shared_need", "own_shared_need"])
    if not NeedContact.objects.filter(need=need).exists():
        raise ValidationError({"contact_email": _("Write your e-mail address.")})


def value_at_acceptance(need: Need, step: Step, name: str) -> object:
    """Return what the field will hold: the submitter's own, else what the coordinator wrote."""
    values = step["values"] or {}
    if name == "action":
        own = need.actions.filter(kind=ActionKind.COMPETENCE).values_list("text", flat=True).first()
        return own or values.get("action")
    if name in {"title", "public_summary", "size"}:
        return values.get(name) or getattr(need, name)
    return getattr(need, name) or values.get(name)


def can_be_accepted(need: Need, step: Step) -> None:
    """Ask for what the forum needs to know, and that nobody is named."""
    small = value_at_acceptance(need, step, "size") == Size.SMALL
    errors = {
        name: _("This is missing. Fill it in, or ask back.")
        for name in (NEEDED_SMALL if small else NEEDED)
        if not value_at_acceptance(need, step, name)
    }
    law = value_at_acceptance(need, step, "driver") == "law"
    if law and not value_at_acceptance(need, step, "legal_reference"):
        errors["legal_reference"] = _("Name the law or requirement.")
    if step["no_personal_data"] is not True:
        errors["no_personal_data"] = _("Check that the summary names nobody, then tick this.")
    public = {name: value_at_acceptance(need, step, name) for name in ("title", "public_summary")}
    errors |= _given_away(public)
    if errors:
        raise ValidationError(errors)


def gives_nobody_away(shared: SharedNeed, step: Step) -> None:
    """Refuse numbers and addresses of people in the words that everybody may read."""
    values = step["values"] or {}
    errors = _given_away({name: values.get(name) for name in PUBLIC_WORDS})
    if errors:
        raise ValidationError(errors)


def _given_away(texts: Mapping[str, object]) -> dict[str, list[str]]:
    found = {name: refusals(str(text or "")) for name, text in texts.items()}
    return {name: said for name, said in found.items() if said}


def shared_need_takes_more(need: Need, step: Step) -> None:
    """Refuse a shared need of another region, a frozen one, or the one it stands in already."""
    into = step["into"]
    if into is None:
        return
    current = SharedNeed.objects.get(pk=into.pk)
    if current.region_id != need.region_id:
        raise ValidationError({"into": _("This shared need belongs to another region.")})
    if current.state != SharedNeedState.OPEN:
        raise ValidationError(
            {
                "into": _("Nothing can be added to %(reference)s any more: it is “%(state)s”.")
                % {"reference": current.reference, "state": current.get_state_display()}
            }
        )
    if need.state == NeedState.ACCEPTED and need.shared_need_id == current.pk:
        raise ValidationError({"into": _("It stands there already.")})


def not_frozen(need: Need, step: Step) -> None:
    """Refuse what would change a shared need that a round has taken up, or that is decided."""
    shared = need.shared_need
    if need.state == NeedState.ACCEPTED and shared.state != SharedNeedState.OPEN:
        raise ValidationError(
            _("%(reference)s is “%(state)s”: it cannot be changed any more.")
            % {"reference": shared.reference, "state": shared.get_state_display()}
        )


def is_held(need: Need) -> bool:
    """Return whether a round has the need, or has decided on it otherwise than to put it off."""
    return need.state == NeedState.ACCEPTED and need.shared_need.state not in LETS_GO


def not_held(need: Need, step: Step) -> None:
    """Refuse to take a need out of a shared one that a round has taken up, or that is decided."""
    if is_held(need):
        not_frozen(need, step)


def not_backed(need: Need, step: Step) -> None:
    """Refuse to confirm twice."""
    if need.backed_at:
        raise ValidationError(_("Your municipality has confirmed this need already."))


def overdue(need: Need, step: Step) -> None:
    """Refuse to end what has waited for less than its time: it may have moved on meanwhile."""
    if need.state == NeedState.RETURNED:
        waited = step.at - need.returned_at >= RETURNED_FOR
    else:
        waited = step.at - need.created_at >= UNSENT_FOR
    if not waited:
        raise ValidationError(_("It is too early."))


def some_need_returns(shared: SharedNeed, step: Step) -> None:
    """Open an empty shared need only for the need that returns to it."""
    if shared.state == SharedNeedState.VOID and step.party != Party.CONSEQUENCE:
        raise ValidationError(_("No need returns to it."))


def into_is_open(shared: SharedNeed, step: Step) -> None:
    """Ask for another shared need of the region, one that is open: so none leads in a circle."""
    into = step["into"] and SharedNeed.objects.filter(pk=step["into"].pk).first()
    fits = into and into.pk != shared.pk and into.region_id == shared.region_id
    if not fits or into.state != SharedNeedState.OPEN:
        raise ValidationError({"into": _("Choose another shared need of the region.")})


def not_erased(need: Need, step: Step) -> None:
    """Refuse to go on with what nobody can be told of any more."""
    if not NeedContact.objects.filter(need=need).exists():
        raise ValidationError(_("Who reported it is erased: nobody could be told."))


def can_be_declined(need: Need, step: Step) -> None:
    """Ask for a reason, and what to do instead unless it is spam."""
    errors = {}
    if step["reason"] not in DeclineReason.values:
        errors["reason"] = _("Choose a reason.")
    if step["reason"] != DeclineReason.SPAM and not str(step["text"] or "").strip():
        errors["text"] = _("Say what they can do instead.")
    if errors:
        raise ValidationError(errors)


def speaks_for_its_own(shared: SharedNeed, step: Step) -> None:
    """Ask that whoever co-signs speaks for the municipality, and that it has no need there yet."""
    place = step["municipality"]
    if place is None or place.region_id != shared.region_id:
        raise ValidationError(_("This municipality belongs to another region."))
    parties = parties_in(step.actor.user, shared.region_id, place.pk)
    if not parties & {Party.CONTACT, Party.SEAT}:
        raise ValidationError(_("You can only speak for your own municipality."))
    if shared.accepted_needs().filter(municipality=place).exists():
        raise ValidationError(
            _("Your municipality’s own need stands there already. Confirm that one.")
        )
