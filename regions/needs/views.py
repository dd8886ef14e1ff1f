"""Reporting a need without an account: the form, what may answer it already, and lost links."""

from __future__ import annotations

from http import HTTPStatus
from math import ceil

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from regions.account import network_address, too_many
from regions.lifecycle import RefusedError
from regions.models import Municipality, Region
from regions.place import stand
from regions.throttle import seconds_left

from .forms import LinkForm, ReportForm, by_domain
from .models import NeedState
from .models.need import CHALLENGE_MAX
from .ours import voices_of
from .reporting import (
    WINDOW,
    Started,
    Told,
    TooManyError,
    TooManyLinksError,
    count_links,
    keep,
    read_start,
    receipt_secret,
    send_links_again,
    start_form,
)
from .suggestions import suggest

#: "Back" shows the form as it was left, with the key it had; others get a fresh one.
_own_copy = cache_control(private=True, no_cache=True)
_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Lead to the one region there is, or to that of a municipality, or let the reader choose."""
    stand(request, None)
    slug = _plain(request.GET.get("municipality", ""), 60)
    regions = list(Region.objects.filter(municipalities__slug=slug)) if slug else []
    regions = regions or list(Region.objects.order_by("name"))
    query = request.GET.urlencode()
    tail = f"?{query}" if query else ""
    if len(regions) == 1:
        return redirect(f"{reverse('needs:report', args=[regions[0].slug])}{tail}")
    return render(request, "needs/regions.html", {"regions": regions, "tail": tail})


@_form
@_own_copy
def report(request: HttpRequest, region: str) -> HttpResponse:
    """Show the form, or keep what it says and lead to the receipt, or to telling more."""
    where = get_object_or_404(Region, slug=region)
    stand(request, where.pk)
    if request.method == "POST":
        return _posted(request, where)
    return _show(request, where, ReportForm(where, initial=_initial(request, where)))


@_form
@_own_copy
def suggestions(request: HttpRequest, region: str) -> HttpResponse:
    """Show courses that may answer what is being written: a fragment for htmx, else a page.

    It takes the form by POST, so that what people write stands in no address, and acts on nothing.
    """
    where = get_object_or_404(Region, slug=region)
    stand(request, where.pk)
    if request.method != "POST":
        return redirect("needs:report", where.slug)
    text = _plain(request.POST.get("challenge", ""), CHALLENGE_MAX)
    found = {"suggestions": suggest(text, where), "asked": bool(text.strip())}
    if request.htmx:
        return render(request, "components/suggest.html", found)
    form = ReportForm(where, *_bound(request, where)[:1])
    return render(request, "needs/suggestions.html", {"region": where, "form": form, **found})


@_form
@never_cache
def links(request: HttpRequest) -> HttpResponse:
    """Mail somebody the links to their needs; say the same whether there are any."""
    stand(request, None)
    form = LinkForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "needs/links.html", {"form": form})
    email = form.cleaned_data["email"]
    try:
        count_links(None, email, network_address(request))
    except TooManyLinksError:
        return too_many(request, window=WINDOW)
    send_links_again(email, form.cleaned_data["reference"].strip())
    return redirect("needs:links_sent")


@require_safe
def links_sent(request: HttpRequest) -> HttpResponse:
    """Say that the links are on their way, if there are any."""
    stand(request, None)
    return render(request, "needs/links_sent.html")


def _posted(request: HttpRequest, region: Region) -> HttpResponse:
    data, started = _bound(request, region)
    form = ReportForm(region, data, started=started)
    if data.get("act") == "change":  # from the page of suggestions, back to what was typed
        return _show(request, region, ReportForm(region, initial=_typed(data)))
    if not form.is_valid() or started is None:
        data["website"] = ""
        return _show(request, region, form)
    told = Told(
        region=region,
        key=started.key,
        language=get_language() or region.default_language,
        values=form.values,
        contact=form.contact,
        send=data.get("act") != "describe",
    )
    try:
        need = keep(told, network_address(request))
    except TooManyError as refused:
        return _too_many(request, region, form, links=isinstance(refused, TooManyLinksError))
    except RefusedError as refused:
        form.add_error(None, str(refused.message))
        return _show(request, region, form)
    page = "describe" if need.state == NeedState.DRAFT or not told.send else "receipt"
    return redirect(f"needs:{page}", receipt_secret(need))


def _bound(request: HttpRequest, region: Region) -> tuple[QueryDict, Started | None]:
    """Return what was sent, and its start; one that cannot be read is replaced for the next try."""
    data = request.POST.copy()
    started = read_start(data.get("form_started", ""), region)
    if started is None:
        data["form_started"] = start_form(region)
    return data, started


def _typed(data: QueryDict) -> dict[str, str]:
    """Return what was typed as a fresh form's beginning: nothing is complained about yet."""
    names = (name for name in ReportForm.base_fields if name != "website")
    return {name: _plain(data.get(name, ""), CHALLENGE_MAX) for name in names}


def _initial(request: HttpRequest, region: Region) -> dict[str, object]:
    email = request.user.email if request.user.is_authenticated else ""
    places = list(Municipality.objects.filter(region=region))
    slug = request.GET.get("municipality", "")
    named = next((each for each in places if each.slug == slug), None) or _spoken_for(
        request, places
    )
    return {
        "challenge": _plain(request.GET.get("challenge", ""), CHALLENGE_MAX),
        "municipality": named or by_domain(places, email),
        "contact_email": email,
        "form_started": start_form(region),
    }


def _spoken_for(request: HttpRequest, places: list[Municipality]) -> Municipality | None:
    """Return the one of ``places`` for which whoever is signed in speaks, if it is one."""
    if not request.user.is_authenticated:
        return None
    keys = {voice.municipality.pk for voice in voices_of(request.user)}
    found = [each for each in places if each.pk in keys]
    return found[0] if len(found) == 1 else None


def _plain(text: str, longest: int) -> str:
    """Return a text from an address without what no database takes."""
    return text.replace("\0", "")[:longest]


def _show(request: HttpRequest, region: Region, form: ReportForm, **more: object) -> HttpResponse:
    return render(request, "needs/report.html", {"region": region, "form": form, **more})


def _too_many(
    request: HttpRequest, region: Region, form: ReportForm, *, links: bool
) -> HttpResponse:
    """Answer 429 with all that was typed, and whom to ask meanwhile; ``links``: of mails."""
    seconds = seconds_left(WINDOW)
    page = render(
        request,
        "needs/report.html",
        {
            "region": region,
            "form": form,
            "wait_minutes": ceil(seconds / 60),
            "links": links,
            "contact": form.cleaned_data["municipality"],
        },
        status=HTTPStatus.TOO_MANY_REQUESTS,
    )
    page["Retry-After"] = str(seconds)
    return page
