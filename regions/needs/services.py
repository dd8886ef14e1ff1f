"""What changes needs apart from single steps: reporting, merging, erasing, announcing."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from regions.lifecycle import Actor, Refusal, RefusedError
from regions.models import Municipality, Region, User, next_reference
from regions.outbox import tell

from .effects import set_action
from .lifecycle import NEED, SHARED_NEED
from .models import Need, NeedContact, SharedNeed, SharedNeedState


@dataclass(frozen=True)
class Contact:
    """Where a need is answered: an e-mail address, and the role if it was told."""

    email: str
    role: str = ""


@transaction.atomic
def report(
    region: Region,
    *,
    key: UUID,
    language: str,
    values: Mapping[str, object],
    contact: Contact,
    send: bool = True,
) -> tuple[Need, bool]:
    """Keep a need as it was told, and send it; return it and whether it is new.

    ``values`` are fields of ``Need`` and ``action``, the training that is wished for. The same
    ``key`` again returns the need that is there: a double click, a retry and "back" are one need.
    Raises ``ValidationError`` where a field does not hold; then nothing is kept.
    """
    known = Need.objects.filter(idempotency_key=key).first()
    if known is not None:
        return known, False
    values = dict(values)
    action = str(values.pop("action", "") or "")
    municipality: Municipality = values["municipality"]
    if municipality.region_id != region.pk:
        raise ValueError("a municipality of another region")
    need = Need(
        region=region,
        reference=next_reference(region, "K", timezone.localdate().year, digits=3),
        idempotency_key=key,
        language=language,
        **values,
    )
    # Another request with this key waits at the counter above, and finds the need here.
    known = Need.objects.filter(idempotency_key=key).first()
    if known is not None:
        return known, False
    need.full_clean(exclude=["shared_need", "own_shared_need"])
    need.save()
    row = NeedContact(need=need, email=contact.email.strip(), role=contact.role.strip())
    row.full_clean(exclude=["need"])
    row.save()
    set_action(need, action)
    if send:
        need = NEED.apply(need, "send", by=Actor.with_link())
    else:
        tell("need_draft", to=f"need:{need.pk}", event=f"need:{need.pk}")
    return need, True


@transaction.atomic
def merge(source: SharedNeed, target: SharedNeed, *, by: User) -> SharedNeed:
    """Move every need of ``source`` into ``target`` and leave the old reference leading there.

    Raises ``RefusedError`` where one of them is not open, or is of another region.
    """
    keys = sorted({source.pk, target.pk})
    list(SharedNeed.objects.select_for_update().filter(pk__in=keys).order_by("pk").only("pk"))
    for need in source.accepted_needs():
        NEED.apply(need, "move", by=by, into=target, absorbing=True)
    for sign in source.co_signs.all():
        if not target.co_signs.filter(municipality=sign.municipality_id).exists():
            sign.shared_need = target
            sign.save(update_fields=["shared_need"])
    SHARED_NEED.apply(source, "absorb", by=by, into=target)
    target.refresh_from_db()
    return target


def unmerge(need: Need, *, by: User, seen: int | None = None) -> Need:
    """Let a need stand alone again. Raises ``RefusedError`` once a round has taken it up."""
    return NEED.apply(need, "move", by=by, seen=seen, into=None)


def resolve(shared: SharedNeed) -> SharedNeed:
    """Return the shared need into which this one was merged in the end; itself where it was not."""
    while shared.state == SharedNeedState.ABSORBED:
        shared = shared.merged_into
    return shared


@transaction.atomic
def erase_contact(need: Need, *, by: User | Actor) -> Need:
    """Erase who reported a need and what they wrote, as asked for or by the clock.

    Statistics and the log's chain stay. A need that is not decided yet is withdrawn first. Raises
    ``RefusedError`` for whoever may not erase.
    """
    actor = Actor.of(by)
    if not NEED.parties_of(actor, need) & NEED.lines["erase"].who:
        raise RefusedError(Refusal.PARTY, _("You cannot take this step."))
    need = Need.objects.get(pk=need.pk)
    if need.state not in NEED.lines["erase"].sources:
        NEED.apply(need, "withdraw", by=actor.following())
    return NEED.apply(need, "erase", by=actor)


def announce_answer(
    shared: SharedNeed, *, course: str, title: str, path: str, by: User | None
) -> None:
    """Say that a published course answers a shared need: everyone behind it is told once.

    ``course`` is the course's lasting key, ``path`` its address. Publishing it again tells nobody.
    """
    with transaction.atomic():
        shared = _locked(resolve(shared))
        if shared.state == SharedNeedState.PRIORITISED:
            actor = Actor(by).following()
            shared = SHARED_NEED.apply(shared, "answer", by=actor, course=course)
        if shared.state != SharedNeedState.ANSWERED:
            return
        for key in shared.accepted_needs().values_list("pk", flat=True):
            tell(
                "need_answered",
                to=f"need:{key}",
                event=f"answered:{shared.pk}:{course}",
                facts={"course_title": title, "course_path": path},
            )


def take_back_answer(shared: SharedNeed, *, course: str, by: User | None) -> None:
    """Say that no published course answers a shared need any more: logged, nobody told."""
    with transaction.atomic():
        shared = _locked(resolve(shared))
        if shared.state == SharedNeedState.ANSWERED:
            SHARED_NEED.apply(shared, "unanswer", by=Actor(by).following(), course=course)


def _locked(shared: SharedNeed) -> SharedNeed:
    """Return the shared need as it is now, so that of two courses published at once none fails."""
    return SharedNeed.objects.select_for_update(of=("self",)).get(pk=shared.pk)
