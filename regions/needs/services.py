"""What changes needs apart from single steps: reporting, merging, erasing, announcing."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from regions.lifecycle import CHANGED_MEANWHILE, Actor, Party, Refusal, RefusedError
from regions.models import Municipality, Region, User, next_reference
from regions.outbox import tell, tell_last

from .effects import set_action
from .lifecycle import NEED, SHARED_NEED
from .models import DeclineReason, Need, NeedContact, SharedNeed, SharedNeedState


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
    send: bool | Actor = True,
) -> tuple[Need, bool]:
    """Keep a need as it was told, and send it; return it and whether it is new.

    ``send`` may name who sends it, where that is not the submitter; False keeps a draft. ``values``
    are fields of ``Need`` and ``action``, the training that is wished for. The same ``key`` again
    returns the need that is there: a double click, a retry and "back" are one need. Raises
    ``ValidationError`` where a field does not hold; then nothing is kept.
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
    need.full_clean(exclude=["shared_need", "own_shared_need", "idempotency_key"])
    try:
        with transaction.atomic():
            need.save()
    except IntegrityError:  # the same form, sent to another region at this very moment
        known = Need.objects.filter(idempotency_key=key).first()
        if known is None:
            raise
        return known, False
    row = NeedContact(need=need, email=contact.email.strip(), role=contact.role.strip())
    row.full_clean(exclude=["need"])
    row.save()
    set_action(need, action)
    if send:
        need = NEED.apply(need, "send", by=Actor.with_link() if send is True else send)
    else:
        tell("need_draft", to=f"need:{need.pk}", event=f"need:{need.pk}")
    return need, True


@transaction.atomic
def merge(
    source: SharedNeed, target: SharedNeed, *, by: User, seen: int | None = None
) -> SharedNeed:
    """Move every need of ``source`` into ``target`` and leave the old reference leading there.

    ``seen`` is the version of ``source`` that the person saw. Raises ``RefusedError`` where one of
    them is not open, or is of another region.
    """
    _lock_as_seen(source, target, seen=seen)
    for need in source.accepted_needs():
        NEED.apply(need, "move", by=by, into=target, absorbing=True, **{"from": source})
    moved = {}
    for sign in source.co_signs.all():
        if not target.co_signs.filter(municipality=sign.municipality_id).exists():
            sign.shared_need = target
            sign.save(update_fields=["shared_need"])
            moved[sign.municipality_id] = sign.pk
    SHARED_NEED.apply(source, "absorb", by=by, into=target, co_signs=moved or None)
    target.refresh_from_db()
    return target


@transaction.atomic
def restore(shared: SharedNeed, *, by: User, seen: int | None = None) -> SharedNeed:
    """Let an absorbed shared need stand apart again, with what went with it.

    Needs that have gone elsewhere since stay there. Raises ``RefusedError`` if none comes back, or
    the other one is not open any more.
    """
    into = resolve(shared)
    _lock_as_seen(shared, into, seen=seen)
    back = Need.objects.accepted().filter(pk__in=_left_when_absorbed(shared), shared_need=into)
    needs = list(back.order_by("pk"))
    if not needs:
        raise RefusedError(
            Refusal.GUARD, _("None of its needs is in %(into)s any more.") % {"into": into}
        )
    SHARED_NEED.apply(shared, "restore", by=by)
    for need in needs:
        NEED.apply(need, "move", by=by, into=shared, **{"from": into})
    shared.refresh_from_db()
    return shared


def _left_when_absorbed(shared: SharedNeed) -> list[int]:
    """Return the needs that left ``shared`` right before it was last absorbed, as its log says."""
    keys: list[int] = []
    entries = shared.log.order_by("-number").values_list("action", "facts")
    steps = iter(entries)
    for action, _said in steps:
        if action == "absorb":
            break
    for action, facts in steps:
        if action != "leave":
            break
        keys.append(facts["need"])
    return keys


def _lock_as_seen(source: SharedNeed, other: SharedNeed, *, seen: int | None) -> None:
    """Lock both, and refuse if ``source`` is not as it was seen."""
    keys = sorted({source.pk, other.pk})
    rows = SharedNeed.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    versions = dict(rows.values_list("pk", "version"))
    if seen is not None and versions[source.pk] != seen:
        raise RefusedError(Refusal.CHANGED, CHANGED_MEANWHILE)


def resolve(shared: SharedNeed) -> SharedNeed:
    """Return the shared need into which this one was merged in the end; itself where it was not."""
    while shared.state == SharedNeedState.ABSORBED:
        shared = shared.merged_into
    return shared


@transaction.atomic
def erase_contact(need: Need, *, by: User | Actor) -> Need:
    """Erase who reported a need and what they wrote, as asked for or by the clock.

    Statistics and the log's chain stay. They are told, unless the clock does it. A need that is not
    decided yet is withdrawn first. Raises ``RefusedError`` for whoever may not erase.
    """
    actor = Actor.of(by)
    if not NEED.parties_of(actor, need) & NEED.lines["erase"].who:
        raise RefusedError(Refusal.PARTY, _("You cannot take this step."))
    need = Need.objects.get(pk=need.pk)
    if need.state not in NEED.lines["erase"].sources:
        NEED.apply(need, "withdraw", by=actor.following())
    if not actor.given & {Party.CLOCK} and need.decline_reason != DeclineReason.SPAM:
        # Asked for: whoever asked hears that it is done, before the address is gone.
        tell_last("need_erased", to=f"need:{need.pk}", event=f"erased:{need.pk}")
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
