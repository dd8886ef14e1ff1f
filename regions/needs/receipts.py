"""Pages behind the links that a submitter has: confirming, the receipt, and what one can do there.

Opening a link never acts: mail programs follow links. Each step is a form with a button.
"""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from regions.account import network_address, too_many
from regions.lifecycle import Actor, Refusal, RefusedError

from .answers import Answer, answers_of_many
from .forms import AnswerForm, ChangeForm, DescribeForm
from .lifecycle import NEED, withdrawable
from .links import behind_link
from .models import Need, NeedState, TokenPurpose
from .path import ENDS, path_of
from .reporting import (
    WINDOW,
    TooManyLinksError,
    count_links,
    receipt_secret,
    send_link_again,
)
from .status import PublicStatus, decision_on, public_status

_form = require_http_methods(["GET", "HEAD", "POST"])


@_form
@behind_link(TokenPurpose.CONFIRM)
def confirm(request: HttpRequest, need: Need, secret: str) -> HttpResponse:
    """Ask whether the e-mail is theirs, and, on the button, confirm it."""
    if need.state == NeedState.UNCONFIRMED and request.method != "POST":
        return render(request, "needs/confirm.html", {"need": need, "region": need.region})
    if need.state == NeedState.UNCONFIRMED:
        try:
            need = NEED.apply(need, "confirm", by=Actor.with_link())
        except RefusedError:
            need.refresh_from_db()
    if request.method == "POST" and need.submitted_at is not None:
        # Pressed twice, or opened once more: it leads to the same receipt.
        return redirect("needs:receipt", receipt_secret(need))
    return render(request, "needs/confirmed.html", {"need": need, "region": need.region})


@require_safe
@behind_link(TokenPurpose.RECEIPT)
def receipt(request: HttpRequest, need: Need, secret: str) -> HttpResponse:
    """Show where a need is, what happens next, and what its submitter can do."""
    page = _receipt_context(need, secret, mailed="mailed" in request.GET)
    return render(request, "needs/receipt.html", page)


@_form
@behind_link(TokenPurpose.RECEIPT)
def describe(request: HttpRequest, need: Need, secret: str) -> HttpResponse:
    """Let the submitter tell more: the second page."""
    return _edit(request, need, secret, DescribeForm, "needs/describe.html")


@_form
@behind_link(TokenPurpose.RECEIPT)
def change(request: HttpRequest, need: Need, secret: str) -> HttpResponse:
    """Let the submitter change everything that was told."""
    return _edit(request, need, secret, ChangeForm, "needs/change.html")


@_form
@behind_link(TokenPurpose.RECEIPT)
def answer(request: HttpRequest, need: Need, secret: str) -> HttpResponse:
    """Take the answer to what was asked back."""
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            NEED.apply(need, "answer", by=Actor.with_link(), text=form.cleaned_data["text"])
        except RefusedError as refused:
            need.refresh_from_db()
            form.add_error(None, _in_public(refused, need))
        else:
            return redirect("needs:receipt", secret)
    elif need.state != NeedState.RETURNED:
        return redirect("needs:receipt", secret)
    return render(request, "needs/answer.html", _context(need, secret, form=form))


@_form
@behind_link(TokenPurpose.RECEIPT)
def withdraw(request: HttpRequest, need: Need, secret: str) -> HttpResponse:
    """Ask once more, and, on the button, withdraw the need."""
    if request.method == "POST" and need.state != NeedState.WITHDRAWN:
        try:
            NEED.apply(need, "withdraw", by=Actor.with_link())
        except RefusedError as refused:
            return _refused(request, need, secret, refused)
    elif request.method != "POST" and withdrawable(need):
        return render(request, "needs/withdraw.html", _context(need, secret))
    return redirect("needs:receipt", secret)


@_form
@behind_link(TokenPurpose.RECEIPT)
def send(request: HttpRequest, need: Need, secret: str) -> HttpResponse:
    """Send a draft."""
    if request.method == "POST" and need.state == NeedState.DRAFT:
        try:
            NEED.apply(need, "send", by=Actor.with_link())
        except RefusedError as refused:
            return _refused(request, need, secret, refused)
    return redirect("needs:receipt", secret)


@_form
@behind_link(TokenPurpose.RECEIPT)
def resend(request: HttpRequest, need: Need, secret: str) -> HttpResponse:
    """Mail a fresh link to the address that was given, and to no other."""
    if request.method != "POST":
        return redirect("needs:receipt", secret)
    try:
        count_links(need, need.contact.email, network_address(request))
    except TooManyLinksError:
        return too_many(request, window=WINDOW)
    send_link_again(need)
    return redirect(f"{reverse('needs:receipt', args=[secret])}?mailed=1")


def _refused(request: HttpRequest, need: Need, secret: str, refused: RefusedError) -> HttpResponse:
    """Show the receipt as it is now, and why the step was not taken."""
    need.refresh_from_db()
    page = _receipt_context(need, secret, refused=_in_public(refused, need))
    return render(request, "needs/receipt.html", page, status=HTTPStatus.CONFLICT)


def _receipt_context(need: Need, secret: str, **more: object) -> dict:
    status = public_status(need)
    answered = status == PublicStatus.ANSWERED
    answered_back = need.state == NeedState.SUBMITTED and bool(need.answer)
    return _context(
        need,
        secret,
        status=status,
        over=status in {*ENDS, PublicStatus.ANSWERED},
        answered_back=answered_back,
        steps=path_of(need),
        decision=decision_on(need),
        answers=_answers_to(need) if answered else [],
        actions=list(need.actions.all()),
        form=AnswerForm() if need.state == NeedState.RETURNED else None,
        **more,
    )


def _answers_to(need: Need) -> list[Answer]:
    """Return the courses that answer the need's shared need."""
    return answers_of_many([need.shared_need_id])[need.shared_need_id]


def _context(need: Need, secret: str, **more: object) -> dict:
    """Return what every page behind a receipt's link shows."""
    steps = {each.name for each in NEED.allowed(need, Actor.with_link())}
    if not withdrawable(need):
        steps.discard("withdraw")
    return {"need": need, "region": need.region, "secret": secret, "may": steps, **more}


def _edit(
    request: HttpRequest, need: Need, secret: str, form_class: type, template: str
) -> HttpResponse:
    """Show or take a form about the need; what was typed stays, whoever was faster."""
    if request.method != "POST":
        if not NEED.may(need, "edit", Actor.with_link()):
            return redirect("needs:receipt", secret)
        return render(request, template, _context(need, secret, form=form_class(need)))
    data = request.POST.copy()
    form = form_class(need, data)
    status = HTTPStatus.OK
    differs: list[tuple[str, str]] = []
    if form.is_valid():
        try:
            need = _take(need, form)
            if data.get("act") == "send" and need.state == NeedState.DRAFT:
                NEED.apply(need, "send", by=Actor.with_link())
        except RefusedError as refused:
            status = HTTPStatus.CONFLICT if refused.reason != Refusal.GUARD else HTTPStatus.OK
            need.refresh_from_db()
            if refused.reason == Refusal.CHANGED:
                data["version"] = str(need.version)  # sent once more, it stands
                differs = form.differences(need)
            _put(form, refused, need)
        else:
            return redirect("needs:receipt", secret)
    context = _context(need, secret, form=form, differs=differs)
    return render(request, template, context, status=status)


def _take(need: Need, form: DescribeForm) -> Need:
    if not form.changed:
        return need
    return NEED.apply(
        need,
        "edit",
        by=Actor.with_link(),
        seen=form.seen,
        values=form.values,
        action=form.cleaned_data["action"],
        changed=form.changed,
    )


def _in_public(refused: RefusedError, need: Need) -> str:
    """Return why a step was not taken, in words that name no state but the public ones."""
    if refused.reason != Refusal.STATE:
        return str(refused.message)
    return _(
        "This is no longer possible: the need is “%(status)s” now. Anything you wrote is still "
        "here, to copy. The receipt says whom to ask."
    ) % {"status": public_status(need).label}


def _put(form: DescribeForm, refused: RefusedError, need: Need) -> None:
    """Put a refusal where it is mended: at its fields, else above the form."""
    at_fields = {name: texts for name, texts in refused.errors.items() if name in form.fields}
    for name, texts in at_fields.items():
        for text in texts:
            form.add_error(name, text)
    if refused.reason == Refusal.CHANGED:
        form.add_error(
            None,
            _(
                "Somebody has changed this since you opened it. What you wrote is still here: "
                "send it once more if it is to stand."
            ),
        )
    elif not at_fields:
        form.add_error(None, _in_public(refused, need))
