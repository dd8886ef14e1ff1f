"""The ballot: one need a page, an overview before sending, and the receipt."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from regions.buttons import by_button
from regions.lifecycle import Refusal, RefusedError
from regions.members import for_members
from regions.versions import seen_version

from . import ballots
from .forms import EntryForm, RecusalForm
from .models import Ballot, BallotLine, RoundItem, RoundState
from .models.ballot import COMMENT_MAX
from .papers import Line, Paper, paper_of
from .questions import QUESTIONS
from .recusals import recuse
from .sittings import Sitting, sitting_or_404
from .words import clock

#: What a refusal is to a browser.
STATUS = {
    Refusal.PARTY: HTTPStatus.FORBIDDEN,
    Refusal.STATE: HTTPStatus.CONFLICT,
    Refusal.CHANGED: HTTPStatus.CONFLICT,
    Refusal.GUARD: HTTPStatus.UNPROCESSABLE_ENTITY,
}


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def ballot(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show one need with its three questions; a POST saves what is filled in and goes on."""
    sitting = sitting_or_404(request.user, pk)
    paper = paper_of(sitting)
    line = _line(request, paper, number)
    if line is None:
        return _gone(request, paper)
    if request.method == "POST":
        return _save(request, paper, line)
    if not (sitting.is_open and paper.is_filled_in):
        return redirect("workspace:overview", pk=pk)
    return _page(request, paper, line, EntryForm.of(line.entry))


def _line(request: HttpRequest, paper: Paper, number: int) -> Line | None:
    """Return the need that is meant; None for one that a POST names and that is not on the paper.

    The number is a place in the seat's order, and what stands there changes when a need is taken
    out: it says nothing once the need itself is named. Raises ``Http404`` for a place beyond.
    """
    key = request.POST.get("item")
    if key is not None:
        return paper.line_of(key)
    line = paper.line(number)
    if line is None:
        raise Http404
    return line


def _gone(request: HttpRequest, paper: Paper) -> HttpResponse:
    """Refuse what was sent for a need that is not on the paper; what was typed can be copied."""
    if _wants_json(request):
        return JsonResponse({"message": str(ballots.NOT_IN_ROUND)}, status=HTTPStatus.CONFLICT)
    form = EntryForm(request.POST)
    form.is_valid()
    grades = [
        (each.label, form.cleaned_data[each.name], each.meaning(form.cleaned_data[each.name]))
        for each in QUESTIONS
        if form.cleaned_data.get(each.name) is not None
    ]
    context = {
        **_common(paper),
        "message": ballots.NOT_IN_ROUND,
        "item": paper.taken_out(request.POST.get("item", "")),
        "grades": grades,
        "no_opinion": bool(form["no_opinion"].value()),
        "comment": str(form["comment"].value() or "").replace("\0", "")[:COMMENT_MAX],
    }
    return render(request, "workspace/need_gone.html", context, status=HTTPStatus.CONFLICT)


def _save(request: HttpRequest, paper: Paper, line: Line) -> HttpResponse:
    sitting = paper.sitting
    form = EntryForm(request.POST)
    refusal = None
    if line.is_mine_to_leave:
        return _go_on(request, paper, line)  # there is nothing to save, only a way on
    if form.is_valid():
        try:
            kept = ballots.save_line(
                sitting.round,
                sitting.seat,
                request.user,
                line.item,
                form.entry(),
                seen=request.POST.get("seen", ""),
            )
        except RefusedError as error:
            refusal = error
        else:
            if _wants_json(request):
                answered = paper_of(sitting).answered
                return JsonResponse(
                    {
                        "seen": kept.mark,
                        "saved": _("Saved at %(time)s") % {"time": clock(timezone.now())},
                        "answered": _answered(answered, len(paper.lines)),
                    }
                )
            request.session["ballot_saved"] = clock(timezone.now())
            return _go_on(request, paper, line)
    if _wants_json(request):
        message = refusal.message if refusal else next(iter(form.errors.values()))[0]
        if refusal and refusal.reason == Refusal.CHANGED and _is_own_change(sitting, line.item):
            message = _("This need was changed in another window since you opened it.")
        status = STATUS[refusal.reason if refusal else Refusal.GUARD]
        return JsonResponse({"message": str(message)}, status=status)
    if refusal:
        # What the seat's other holder entered meanwhile is shown beside what was typed.
        paper = paper_of(sitting)
        line = paper.line_of(line.item.pk)
        if line is None:
            return _gone(request, paper)
    return _page(request, paper, line, form, refusal)


def _is_own_change(sitting: Sitting, item: RoundItem) -> bool:
    """Return whether what stands there is the person's own: of another window, not of another."""
    rows = BallotLine.objects.filter(
        item=item, ballot__seat=sitting.seat, ballot__state=Ballot.State.DRAFT
    )
    by = rows.values_list("graded_by", flat=True).first()
    return not sitting.others or by == sitting.user.pk


def _go_on(request: HttpRequest, paper: Paper, line: Line) -> HttpResponse:
    """Lead where the button that was pressed says."""
    pk, wish = paper.sitting.round.pk, request.POST.get("go", "next")
    place = {"next": line.number + 1, "previous": line.number - 1, "stay": line.number}.get(wish)
    if place is None and wish.isdecimal() and len(wish) < 4:  # noqa: PLR2004  of 25 at most
        place = int(wish)
    if place is None or paper.line(place) is None:
        return redirect("workspace:overview", pk=pk)
    return redirect("workspace:ballot", pk=pk, number=place)


def _page(
    request: HttpRequest,
    paper: Paper,
    line: Line,
    form: EntryForm,
    refusal: RefusedError | None = None,
) -> HttpResponse:
    following = paper.line(line.number + 1)
    changed = refusal is not None and refusal.reason == Refusal.CHANGED
    questions = [
        {
            "name": each.name,
            "label": each.label,
            "words": each.words_by_grade(),
            "chosen": str(value) if (value := form[each.name].value()) is not None else "",
            "errors": form[each.name].errors,
        }
        for each in QUESTIONS
    ]
    context = {
        **_common(paper),
        "line": line,
        "form": form,
        "questions": questions,
        "refusal": refusal,
        "seen": request.POST.get("seen", ""),
        "theirs": line.entry if changed else None,
        "own_window": changed and _is_own_change(paper.sitting, line.item),
        "following": following,
        "ticks": [
            place < line.signing for place in range(paper.sitting.round.municipalities_total)
        ],
        "saved_at": request.session.pop("ballot_saved", ""),
        "others": [each for each in paper.sitting.others if each.user_id not in line.recused],
    }
    status = HTTPStatus.OK
    if refusal or form.errors:
        status = STATUS[refusal.reason if refusal else Refusal.GUARD]
    return render(request, "workspace/ballot.html", context, status=status)


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def recused(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Ask why somebody is recused on a need, and hand it to the seat's other holder."""
    paper = paper_of(sitting_or_404(request.user, pk))
    sitting = paper.sitting
    line = _line(request, paper, number)
    if line is None:
        return _gone(request, paper)
    if request.method != "POST" and not sitting.is_open:
        return redirect("workspace:overview", pk=pk)  # nothing is handed over any more, or not yet
    form = RecusalForm(request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            recuse(sitting.round, sitting.seat, request.user, line.item, form.cleaned_data["kind"])
        except RefusedError as error:
            refusal = error
        else:
            messages.success(request, _("You are recused on this need and do not grade it."))
            return redirect("workspace:ballot", pk=pk, number=line.number)
    status = HTTPStatus.OK
    if refusal or form.errors:
        status = STATUS[refusal.reason if refusal else Refusal.GUARD]
    context = {
        **_common(paper),
        "line": line,
        "form": form,
        "refusal": refusal,
        "others": [each for each in sitting.others if each.user_id not in line.recused],
    }
    return render(request, "workspace/recused.html", context, status=status)


@for_members
@require_safe
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every need with what is filled in, before sending."""
    paper = paper_of(sitting_or_404(request.user, pk))
    if paper.sitting.round.state == RoundState.FROZEN:
        contact = paper.sitting.seat.municipality
        return render(request, "workspace/frozen.html", {**_common(paper), "contact": contact})
    return _overview(request, paper)


def _overview(
    request: HttpRequest, paper: Paper, refusal: RefusedError | None = None
) -> HttpResponse:
    if refusal is None and not paper.is_filled_in:
        return redirect("workspace:sent", pk=paper.sitting.round.pk)
    sitting = paper.sitting
    context = {
        **_common(paper),
        "refusal": refusal,
        "closed": "" if sitting.is_open else ballots.closed_words(sitting.round, timezone.now()),
        "questions": QUESTIONS,
        "edits": paper.draft.edits if paper.draft else 0,
    }
    status = STATUS[refusal.reason] if refusal else HTTPStatus.OK
    return render(request, "workspace/overview.html", context, status=status)


@for_members
@by_button("workspace:overview", "pk")
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the seat's ballot."""
    sitting = sitting_or_404(request.user, pk)
    seen = seen_version(request.POST.get("seen", ""))
    try:
        ballots.submit(sitting.round, sitting.seat, request.user, seen=seen)
    except RefusedError as refusal:
        return _overview(request, paper_of(sitting), refusal)
    return redirect("workspace:sent", pk=pk)


@for_members
@by_button("workspace:sent", "pk")
def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a new ballot with what the sent one says; that one stands until the new one is sent."""
    sitting = sitting_or_404(request.user, pk)
    try:
        ballots.open_draft(sitting.round, sitting.seat, request.user)
    except RefusedError as refusal:
        messages.error(request, str(refusal.message))
        return redirect("workspace:sent", pk=pk)
    return redirect("workspace:overview", pk=pk)


@for_members
@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the seat has sent, when, and until when it can be replaced."""
    paper = paper_of(sitting_or_404(request.user, pk))
    if paper.is_filled_in:
        return redirect("workspace:overview", pk=pk)
    return render(request, "workspace/sent.html", {**_common(paper), "questions": QUESTIONS})


def _common(paper: Paper) -> dict[str, object]:
    """Return what every page of the ballot shows."""
    sitting: Sitting = paper.sitting
    current = sitting.current_pass
    return {
        "paper": paper,
        "round": sitting.round,
        "sitting": sitting,
        "closes": current.closes if current else sitting.round.ballot_to,
        "answered": _answered(paper.answered, len(paper.lines)),
        "region": sitting.round.region,
        "lang": sitting.round.region.foreign_language,
        "section": "rounds",
    }


def _answered(number: int, of: int) -> str:
    return _("%(number)d of %(of)d answered") % {"number": number, "of": of}


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")
