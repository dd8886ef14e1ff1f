"""What steps of a shared need do besides moving its state."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from regions.lifecycle import Step

from .models import CoSign, Need, SharedNeed, SharedNeedState, erasure_day

#: What a coordinator may change while a shared need is open; the many-to-many ones last.
CHANGEABLE = (
    "title",
    "public_summary",
    "local_supplements",
    "statutory_points",
    "statutory_reference",
    "est_cost_total",
    "est_seats",
    "size",
)
CHANGEABLE_MANY = ("service_areas", "topics")
#: Those of them that are written freely, and stand apart in the log.
WORDING = frozenset({"title", "public_summary", "local_supplements", "statutory_reference"})


def changed(shared: SharedNeed, step: Step) -> None:
    """Take over what the coordinator changed; the caller logs what stood there before."""
    values = step["values"] or {}
    for name in CHANGEABLE:
        if name in values:
            setattr(shared, name, values[name])
    shared.full_clean(exclude=["merged_into"])
    for name in CHANGEABLE_MANY:
        if name in values:
            getattr(shared, name).set(values[name])


def absorbed(shared: SharedNeed, step: Step) -> None:
    """Lead from the old reference to the other; its needs have moved before."""
    if shared.accepted_needs().exists():
        raise ValidationError(_("Its needs have not moved yet."))
    shared.merged_into = step["into"]


def restored(shared: SharedNeed, step: Step) -> None:
    """Stand apart again, with the words of the need that returns and the co-signatures it had."""
    _take_back_co_signs(shared)
    shared.merged_into = None
    for name, value in (step["values"] or {}).items():
        setattr(shared, name, value)


def _take_back_co_signs(shared: SharedNeed) -> None:
    """Take back the co-signatures that went along when ``shared`` was absorbed.

    They stand where it was merged into, or further on; what a round has taken up stays as it is.
    """
    into, where = shared.merged_into, []
    while into is not None:
        where.append(into.pk)
        into = into.merged_into
    entry = shared.log.filter(action="absorb").last() if where else None
    if entry is None:
        return
    standing = SharedNeed.objects.filter(
        pk__in=where, state__in=[SharedNeedState.OPEN, SharedNeedState.ABSORBED]
    )
    went = CoSign.objects.filter(
        pk__in=list((entry.facts.get("co_signs") or {}).values()), shared_need__in=standing
    )
    went.update(shared_need=shared)


def all_closed(shared: SharedNeed, step: Step) -> None:
    """Set the day on which the contact data of every need behind it goes."""
    Need.objects.accepted().filter(shared_need=shared).update(
        closed_at=step.at, erase_after=erasure_day(step.at)
    )


def all_open_again(shared: SharedNeed, step: Step) -> None:
    """Keep contact data as long as the need is open."""
    Need.objects.accepted().filter(shared_need=shared).update(closed_at=None, erase_after=None)


def co_signed(shared: SharedNeed, step: Step) -> None:
    """Keep who says so for which municipality, and how many there need it."""
    row, _made = CoSign.objects.get_or_create(
        shared_need=shared, municipality=step["municipality"], defaults={"user": step.actor.user}
    )
    row.user, row.headcount = step.actor.user, step["headcount"]
    row.full_clean()
    row.save()
