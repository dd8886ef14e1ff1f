"""Keeping a need that was told without an account: once for each form, and within limits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4, uuid5

from django.core import signing
from django.db import transaction
from django.utils import timezone

from regions.lifecycle import Actor, Refusal, RefusedError
from regions.models import Region
from regions.outbox import tell
from regions.throttle import count_attempt, take_back_attempt

from .effects import EDITABLE
from .lifecycle import NEED
from .models import Need, NeedContact, NeedState, NeedToken, TokenPurpose
from .services import Contact, report

#: Needs in an hour: from one e-mail, and from one address on the network, which a town hall shares.
WINDOW = timedelta(hours=1)
NEEDS_PER_EMAIL = 10
NEEDS_PER_ADDRESS = 60
#: Nobody reads and fills in the form faster.
SHORTEST = timedelta(seconds=3)
#: Mails with links an hour: to one e-mail, about one need, and asked for from one address on the
#: network; and how many needs of one e-mail are answered at once.
LINKS_PER_EMAIL = 3
LINKS_PER_NEED = 3
LINKS_PER_ADDRESS = 30
NEEDS_AT_ONCE = 5

_SALT = "samkurs.needs.form"


class TooManyError(Exception):
    """The limit of needs in an hour is reached; nothing was kept."""


class TooManyLinksError(TooManyError):
    """The limit of mails to other addresses in an hour is reached; nothing was changed."""


@dataclass(frozen=True)
class Started:
    """When a form was opened, and the key by which sending it again is no second need."""

    key: UUID
    at: datetime


@dataclass(frozen=True)
class Told:
    """What a form says. ``values`` as ``services.report`` takes them."""

    region: Region
    key: UUID
    language: str
    values: Mapping[str, object]
    contact: Contact
    send: bool


def start_form(region: Region) -> str:
    """Return the signed start of a form for ``region``, with a fresh key."""
    return signing.dumps([str(uuid4()), region.pk, int(timezone.now().timestamp())], salt=_SALT)


def read_start(signed: str, region: Region) -> Started | None:
    """Return what ``start_form`` put into a form; None where it is missing or not ours."""
    try:
        key, place, seconds = signing.loads(signed, salt=_SALT)
    except signing.BadSignature:
        return None
    if place != region.pk:
        return None
    return Started(UUID(key), datetime.fromtimestamp(seconds, tz=UTC))


@transaction.atomic
def keep(told: Told, address: str) -> Need:
    """Keep a need and return it; the same form again changes what is there and makes no second.

    What cannot be changed any more, since somebody has claimed it, stays as it is: what the form
    says instead is another need. Raises ``TooManyError`` past the limits, which count needs; then
    nothing is kept.
    """
    known, told = _settled(told, address)
    if known is not None:
        return known
    scopes = (("need-email", told.contact.email), ("need-address", address))
    by_email, by_address = (count_attempt(scope, key, window=WINDOW) for scope, key in scopes)
    # A second click waits at the counts for the first one to be through, and finds its need now.
    known, told = _settled(told, address)
    if known is not None:
        for scope, key in scopes:
            take_back_attempt(scope, key, window=WINDOW)
        return known
    if by_email > NEEDS_PER_EMAIL or by_address > NEEDS_PER_ADDRESS:
        raise TooManyError  # rolls the counts back as well
    need, _new = report(
        told.region,
        key=told.key,
        language=told.language,
        values=told.values,
        contact=told.contact,
        send=told.send,
    )
    return need


def _settled(told: Told, address: str) -> tuple[Need | None, Told]:
    """Return the need that is there already, with what the form says now; else what is to be told.

    Told anew it has a key that follows from the first one and the words, so that sending that
    twice is one need as well.
    """
    while (known := _known(told)) is not None:
        need = _again(known, told, address)
        if need is not None:
            return need, told
        words = repr([(name, str(value)) for name, value in sorted(told.values.items())])
        told = replace(told, key=uuid5(told.key, words))
    return None, told


def _known(told: Told) -> Need | None:
    return Need.objects.filter(idempotency_key=told.key).first() or _told_just_now(told)


def _told_just_now(told: Told) -> Need | None:
    """Return the need that says the very same from the same e-mail, and nobody has claimed yet.

    A browser that has kept no copy of the form fetches it anew on "back", with a fresh key, and
    fills in what was typed.
    """
    return (
        Need.objects.filter(
            region=told.region,
            municipality=told.values["municipality"],
            challenge=told.values["challenge"],
            contact__email__iexact=told.contact.email,
            state__in=[NeedState.DRAFT, NeedState.UNCONFIRMED, NeedState.SUBMITTED],
            created_at__gte=timezone.now() - WINDOW,
        )
        .order_by("pk")
        .first()
    )


def _again(need: Need, told: Told, address: str) -> Need | None:
    """Take over what was changed by "back", and send what is still a draft.

    None where something was changed and the need is not its submitter's to change any more.
    """
    by = Actor.with_link()
    values = {name: value for name, value in told.values.items() if name in EDITABLE}
    changed = sorted(name for name, value in values.items() if getattr(need, name) != value)
    if changed:
        try:
            need = NEED.apply(need, "edit", by=by, values=values, changed=changed)
        except RefusedError as refused:
            if refused.reason == Refusal.STATE:
                return None
            raise
    if NEED.may(need, "edit", by):
        _correct_contact(need, told.contact, address)
    if told.send and need.state == NeedState.DRAFT:
        need = NEED.apply(need, "send", by=by)
    return need


def _correct_contact(need: Need, contact: Contact, address: str) -> None:
    """Take over the role, and answer another address from now on while none is confirmed.

    Links that went to the first address cease to work; only another one is written to. Raises
    ``TooManyLinksError`` past the limits of links.
    """
    row = NeedContact.objects.select_for_update().get(need=need)
    same = row.email.casefold() == contact.email.casefold()
    if not same and need.state not in {NeedState.DRAFT, NeedState.UNCONFIRMED}:
        return
    row.role = contact.role
    if same:
        row.save(update_fields=["role"])
        return
    count_links(need, contact.email, address)
    row.email = contact.email
    row.save()
    NeedToken.objects.filter(need=need).delete()
    kind = "need_confirm" if need.state == NeedState.UNCONFIRMED else "need_draft"
    tell(kind, to=f"need:{need.pk}", event=f"again:{uuid4()}")


def count_links(need: Need | None, email: str, address: str) -> None:
    """Count a mail with a link: of one e-mail, one need, and one address on the network.

    Raises ``TooManyLinksError`` past any of the limits.
    """
    limits = [
        ("need-link-email", email, LINKS_PER_EMAIL),
        ("need-link-address", address, LINKS_PER_ADDRESS),
    ]
    if need is not None:
        limits.append(("need-link-need", str(need.pk), LINKS_PER_NEED))
    counted = [count_attempt(scope, key, window=WINDOW) > most for scope, key, most in limits]
    if any(counted):
        raise TooManyLinksError


def receipt_secret(need: Need) -> str:
    """Return the secret of a fresh link to the receipt."""
    return NeedToken.mint(need, TokenPurpose.RECEIPT)


def send_link_again(need: Need) -> None:
    """Mail a fresh link: to confirm where that is still to be done, else to the receipt."""
    kind = "need_confirm" if need.state == NeedState.UNCONFIRMED else "need_receipt"
    tell(kind, to=f"need:{need.pk}", event=f"again:{uuid4()}")


def send_links_again(email: str, reference: str) -> None:
    """Mail fresh links to the needs of an e-mail, the latest first; nothing where there are none.

    Nobody is told whether there were any.
    """
    needs = Need.objects.filter(contact__email__iexact=email)
    if reference:
        needs = needs.filter(reference__iexact=reference)
    with transaction.atomic():
        for need in needs.order_by("-pk")[:NEEDS_AT_ONCE]:
            send_link_again(need)
