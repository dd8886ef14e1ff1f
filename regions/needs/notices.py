"""What mails about needs tell, and how submitters and municipalities are reached."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from regions import outbox
from regions.models import Municipality, Notice, User
from regions.outbox import Recipient

from .days import answer_due, in_words
from .models import Need, NeedContact, NeedToken, SharedNeed, TokenPurpose
from .status import decision_on

#: Mails to whoever reported a need; each has a fresh link to the receipt.
SUBMITTER_KINDS = (
    "need_draft",
    "need_received",
    "need_claimed",
    "need_returned",
    "need_reminder",
    "need_answer_received",
    "need_answered_by_contact",
    "need_accepted",
    "need_reopened",
    "need_moved",
    "need_declined",
    "need_withdrawn",
    "need_expired",
    "need_prioritised",
    "need_deferred",
    "shared_need_declined",
    "shared_need_withdrawn",
    "need_receipt",
)


def register() -> None:
    """Register recipients and kinds."""
    outbox.register_recipient("need", _submitter)
    outbox.register_recipient("municipality", _municipality)
    outbox.register_recipient("user", _person)
    for kind in SUBMITTER_KINDS:
        outbox.register_kind(kind, _for_submitter)
    outbox.register_kind("need_confirm", _to_confirm)
    outbox.register_kind("need_answered", _answered)
    outbox.register_kind("need_erased", lambda notice: {"need": need_of(notice)})
    outbox.register_kind("need_to_back", _to_back)
    outbox.register_kind("shared_need_void", _void)
    outbox.register_kind("shared_need_void_desk", _void_desk)


def absolute(path: str) -> str:
    """Return the full address of ``path``."""
    return f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{path}"


def need_of(notice: Notice) -> Need:
    """Return the need whose submitter the notice is for."""
    key = int(notice.recipient.partition(":")[2])
    return Need.objects.select_related("region", "municipality", "shared_need").get(pk=key)


def _submitter(key: int) -> Recipient | None:
    contact = NeedContact.objects.select_related("need").filter(need=key).first()
    return Recipient(contact.email, contact.need.language) if contact else None


def _municipality(key: int) -> Recipient | None:
    place = Municipality.objects.select_related("region").filter(pk=key).first()
    if place is None or not place.contact_email:
        return None
    return Recipient(place.contact_email, place.region.default_language)


def _person(key: int) -> Recipient | None:
    user = User.objects.filter(pk=key, is_active=True).first()
    return Recipient(user.email, user.language) if user else None


def _for_submitter(notice: Notice) -> Mapping[str, object]:
    need = need_of(notice)
    secret = NeedToken.mint(need, TokenPurpose.RECEIPT)
    decision = decision_on(need)
    waiting = need.waiting_since or need.submitted_at
    return {
        "need": need,
        "shared": need.shared_need,
        "due": in_words(answer_due(waiting)) if waiting else "",
        "reason": decision.reason,
        "alternative": decision.alternative,
        "receipt_url": absolute(reverse("needs:receipt", args=[secret])),
    }


def _to_confirm(notice: Notice) -> Mapping[str, object]:
    need = need_of(notice)
    secret = NeedToken.mint(need, TokenPurpose.CONFIRM)
    return {"need": need, "confirm_url": absolute(reverse("needs:confirm", args=[secret]))}


def _answered(notice: Notice) -> Mapping[str, object]:
    course = {"course_url": absolute(notice.facts["course_path"])}
    return {**_for_submitter(notice), **course}


def _to_back(notice: Notice) -> Mapping[str, object]:
    return {"workspace_url": absolute(reverse("needs:ours"))}


def _void(notice: Notice) -> Mapping[str, object]:
    shared = SharedNeed.objects.select_related("region").get(pk=notice.facts["shared"])
    place = Municipality.objects.get(pk=notice.facts["municipality"])
    query = urlencode({"municipality": place.slug})
    address = reverse("needs:report", args=[shared.region.slug])
    return {"shared": shared, "place": place, "report_url": absolute(f"{address}?{query}")}


def _void_desk(notice: Notice) -> Mapping[str, object]:
    shared = SharedNeed.objects.get(pk=notice.facts["shared"])
    places = Municipality.objects.filter(co_signs__shared_need=shared).order_by("name")
    return {
        "shared": shared,
        "places": ", ".join(places.values_list("name", flat=True)),
        "desk_url": absolute(reverse("shared_need_desk:inspect", args=[shared.pk])),
    }
