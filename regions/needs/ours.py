"""A municipality's own page: confirm needs as ours, answer, join others', withdraw."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from regions.buttons import by_button
from regions.lifecycle import RefusedError
from regions.members import hidden_from_others, key_or_404
from regions.models import Membership, Municipality, Role, SeatHolder, User
from regions.versions import seen_version

from .co_signing import co_sign
from .forms import AnswerForm
from .lifecycle import NEED, withdrawable
from .models import CoSign, Need, NeedState, SharedNeed, SharedNeedState
from .models.need import HEADCOUNT_MAX
from .status import public_status

#: What ``components/told.html`` reads beside a need; who reported it is never shown here.
TOLD = ("municipality", "network", "service_area")


@dataclass(frozen=True)
class Voice:
    """A municipality for which somebody speaks; only its contact answers and withdraws."""

    municipality: Municipality
    is_contact: bool
    holder: SeatHolder | None


class HeadcountForm(forms.Form):
    """How many need it, where one knows."""

    headcount = forms.IntegerField(
        label=gettext_lazy("How many need it"),
        required=False,
        validators=[
            MinValueValidator(1, gettext_lazy("A number from 1 to 99 999.")),
            MaxValueValidator(HEADCOUNT_MAX, gettext_lazy("A number from 1 to 99 999.")),
        ],
        error_messages={"invalid": gettext_lazy("A number from 1 to 99 999.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


def voices_of(user: User) -> list[Voice]:
    """Return the municipalities for which ``user`` speaks today, as contact or from a seat."""
    contacts = Membership.objects.in_force().filter(user=user, role=Role.CONTACT)
    found = {
        each.municipality_id: Voice(each.municipality, is_contact=True, holder=None)
        for each in contacts.select_related("municipality__region")
    }
    held = SeatHolder.objects.in_force().filter(
        user=user,
        seat__is_active=True,
        forum__is_active=True,
        seat__municipality__isnull=False,
    )
    for each in held.select_related("seat__municipality__region"):
        place = each.seat.municipality
        contact = place.pk in found
        found[place.pk] = Voice(place, is_contact=contact, holder=each)
    return sorted(found.values(), key=lambda voice: voice.municipality.name)


@hidden_from_others
@require_safe
def ours(request: HttpRequest) -> HttpResponse:
    """Show what waits for the municipality's word, its needs, and others' that it may have too."""
    return _page(request, _voice(request, voices_of(request.user)))


def _voice(request: HttpRequest, voices: list[Voice]) -> Voice | None:
    """Return whom the person speaks for here. Raises ``Http404`` for a foreign municipality."""
    wanted = request.GET.get("municipality")
    if wanted is None:
        return voices[0] if voices else None
    for voice in voices:
        if voice.municipality.slug == wanted:
            return voice
    raise Http404


def _page(
    request: HttpRequest,
    voice: Voice | None,
    *,
    refusal: RefusedError | None = None,
    form: HeadcountForm | None = None,
    at: int | None = None,
    answer_form: AnswerForm | None = None,
) -> HttpResponse:
    """Show the page; ``form`` was sent for shared need ``at``, ``answer_form`` for need ``at``."""
    context: dict[str, object] = {
        "voices": voices_of(request.user),
        "voice": voice,
        "lang": voice.municipality.region.foreign_language if voice else "",
        "section": "needs",
        "refusal": refusal,
        "form": form or HeadcountForm(),
        "at": at,
        "answer_form": answer_form,
    }
    if voice is not None:
        own = _own(voice)
        context |= {
            "asked": [
                {
                    "need": need,
                    "form": answer_form if answer_form and need.pk == at else _answer_form(need),
                }
                for need in own
                if voice.is_contact and need.state == NeedState.RETURNED
            ],
            "to_back": [
                need
                for need in own
                if need.state == NeedState.ACCEPTED
                and need.backed_at is None
                and need.shared_need.state == SharedNeedState.OPEN
            ],
            "own": [
                {
                    "need": need,
                    "status": public_status(need).label,
                    "may_withdraw": voice.is_contact and withdrawable(need),
                }
                for need in own
            ],
            "others": _others(voice),
        }
    status = HTTPStatus.OK
    if refusal is not None:
        status = HTTPStatus.CONFLICT
    elif form is not None or answer_form is not None:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "workspace/ours.html", context, status=status)


def _own(voice: Voice) -> list[Need]:
    """Return the municipality's needs that were received, newest first."""
    unsent = [NeedState.DRAFT, NeedState.UNCONFIRMED]
    needs = Need.objects.filter(municipality=voice.municipality).exclude(state__in=unsent)
    return list(
        needs.select_related("shared_need", *TOLD)
        .prefetch_related("actions")
        .order_by("-submitted_at", "-pk")
    )


def _others(voice: Voice) -> list[dict[str, object]]:
    """Return the region's open shared needs in which the municipality has none of its own."""
    place = voice.municipality
    accepted = Need.objects.accepted().select_related("municipality")
    rows = (
        SharedNeed.objects.candidates()
        .filter(region=place.region_id)
        .exclude(Q(pk__in=Need.objects.accepted().filter(municipality=place).values("shared_need")))
        .prefetch_related(
            Prefetch("needs", accepted, to_attr="behind"),
            Prefetch("co_signs", CoSign.objects.select_related("municipality"), to_attr="signed"),
        )
    )
    return [
        {
            "shared": row,
            "places": sorted(
                {need.municipality.name for need in row.behind}
                | {sign.municipality.name for sign in row.signed}
            ),
            "signed": next((s for s in row.signed if s.municipality_id == place.pk), None),
        }
        for row in rows
    ]


def _need_or_404(request: HttpRequest, pk: int) -> tuple[Need, Voice]:
    """Return a need of a municipality for which the person speaks. Raises ``Http404``."""
    by_place = {voice.municipality.pk: voice for voice in voices_of(request.user)}
    need = (
        Need.objects.filter(pk=key_or_404(pk), municipality__in=by_place)
        .exclude(state__in=[NeedState.DRAFT, NeedState.UNCONFIRMED])
        .select_related("shared_need", *TOLD)
        .first()
    )
    if need is None:
        raise Http404
    return need, by_place[need.municipality_id]


@hidden_from_others
@by_button("needs:ours")
def back(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm that a need is the municipality's own: from now on it counts."""
    need, voice = _need_or_404(request, pk)
    try:
        NEED.apply(need, "back", by=request.user)
    except RefusedError as refusal:
        need.refresh_from_db()
        if not need.backed_at:
            return _page(request, voice, refusal=refusal)
    messages.success(
        request, _("%(need)s is confirmed as yours.") % {"need": need.title or need.reference}
    )
    return redirect(_address(voice))


def _answer_form(need: Need, data: QueryDict | None = None) -> AnswerForm:
    return AnswerForm(data, auto_id=f"id_{need.pk}_%s")


@hidden_from_others
@by_button("needs:ours")
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the contact's answer to what was asked back about a need of the municipality."""
    need, voice = _need_or_404(request, pk)
    if not voice.is_contact:
        raise Http404
    form = _answer_form(need, request.POST)
    if not form.is_valid() and need.state == NeedState.RETURNED:
        return _page(request, voice, answer_form=form, at=need.pk)
    try:
        text = form.cleaned_data.get("text", "")
        NEED.apply(need, "answer", by=request.user, seen=_seen(request), text=text)
    except RefusedError as refusal:
        # What was typed stays while the need still waits for an answer.
        return _page(request, voice, refusal=refusal, answer_form=form, at=need.pk)
    messages.success(
        request, _("The answer about %(need)s is on its way.") % {"need": need.reference}
    )
    return redirect(_address(voice))


@hidden_from_others
@by_button("needs:ours")
def have_this_too(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the municipality join another's need."""
    voice = _voice(request, voices_of(request.user))
    shared = None
    if voice is not None:
        shared = SharedNeed.objects.filter(
            pk=key_or_404(pk), region=voice.municipality.region_id
        ).first()
    if shared is None:
        raise Http404
    form = HeadcountForm(request.POST)
    if not form.is_valid():
        return _page(request, voice, form=form, at=shared.pk)
    try:
        co_sign(
            shared,
            voice.municipality,
            by=request.user,
            headcount=form.cleaned_data["headcount"],
        )
    except RefusedError as refusal:
        return _page(request, voice, refusal=refusal)
    messages.success(
        request,
        _("%(place)s now stands behind “%(need)s”.")
        % {"place": voice.municipality, "need": shared.title},
    )
    return redirect(_address(voice))


@hidden_from_others
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then withdraw a need of the municipality; for its contact alone."""
    need, voice = _need_or_404(request, pk)
    if not voice.is_contact:
        raise Http404
    refusal = None
    if request.method == "POST":
        try:
            NEED.apply(need, "withdraw", by=request.user, seen=_seen(request))
        except RefusedError as error:
            refusal = error
            need.refresh_from_db()
        else:
            messages.success(request, _("%(need)s is withdrawn.") % {"need": need.reference})
            return redirect(_address(voice))
    context = {
        "need": need,
        "voice": voice,
        "lang": voice.municipality.region.foreign_language if voice else "",
        "section": "needs",
        "refusal": refusal,
        "may_withdraw": NEED.may(need, "withdraw", request.user) and withdrawable(need),
    }
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, "workspace/withdraw.html", context, status=status)


def _seen(request: HttpRequest) -> int:
    return seen_version(request.POST.get("version", ""))


def _address(voice: Voice) -> str:
    return f"{reverse('needs:ours')}?municipality={voice.municipality.slug}"
