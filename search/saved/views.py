"""Pages of saved searches: saving one, confirming it by mail, and stopping it.

Opening a link never acts: mail programs follow links. Each step is a form with a button.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from regions.account import network_address, too_many
from regions.place import stand
from regions.secret_links import DeadLinkError, View, behind_secret, hash_of, opened

from ..listing import ask
from .forms import FollowForm, LinkForm
from .matching import MOST_COURSES
from .models import LONGEST_QUERY, FollowLink, LinkPurpose
from .services import (
    MOST_SEARCHES,
    WINDOW,
    NotNowError,
    TooManyMailsError,
    ask_to_confirm,
    confirm,
    count_mail,
    send_link,
    stop,
    stop_all,
    too_wide,
)
from .wording import (
    canonical,
    conditions,
    current_version,
    in_a_row,
    listing_of,
    name_of,
    query_of,
)

_form = require_http_methods(["GET", "HEAD", "POST"])


@_form
@never_cache
def save(request: HttpRequest) -> HttpResponse:
    """Say what of the address would be saved, and mail whoever wants it a link to confirm it."""
    stand(request, None, (_("Courses in every region"), reverse("search:courses")))
    asked, results = ask(request, {}, strict=True, page=1)
    query = canonical(asked.query)
    if not query:
        hindrance = _("Choose something or search for something first: then you can save it.")
    elif len(query) > LONGEST_QUERY:
        hindrance = _("This is too much to save: choose fewer filters, or fewer words.")
    else:
        hindrance = too_wide() if results.total >= MOST_COURSES else ""
    context = {
        "conditions": conditions(asked.query, results.version),
        "notes": asked.notes,
        "total": results.total,
        "hindrance": hindrance,
        "listing_url": listing_of(query) if query else reverse("search:courses"),
        "most": MOST_SEARCHES,
    }
    own = request.user.email if request.user.is_authenticated else ""
    form = FollowForm(request.POST if request.method == "POST" else None, initial={"email": own})
    if hindrance or not form.is_valid():
        return render(request, "saved/save.html", {**context, "form": form})
    try:
        count_mail(form.cleaned_data["email"], network_address(request))
    except TooManyMailsError:
        back = (_("Back to your search"), context["listing_url"])
        return too_many(request, window=WINDOW, back=back)
    ask_to_confirm(
        form.cleaned_data["email"],
        language=get_language() or "en",
        query=query,
        words=in_a_row(context["conditions"]),
    )
    return redirect("search:saved:sent")


@require_safe
@never_cache
def sent(request: HttpRequest) -> HttpResponse:
    """Say that the mail to confirm is on its way: the same for every address."""
    stand(request, None)
    return render(request, "saved/sent.html")


@_form
@never_cache
def links(request: HttpRequest) -> HttpResponse:
    """Mail somebody the link to their searches; say the same whether there are any."""
    stand(request, None)
    form = LinkForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "saved/links.html", {"form": form})
    email = form.cleaned_data["email"]
    try:
        count_mail(email, network_address(request))
    except TooManyMailsError:
        back = (_("To the courses"), reverse("search:courses"))
        return too_many(request, window=WINDOW, back=back)
    send_link(email)
    return redirect("search:saved:link_sent")


@require_safe
@never_cache
def link_sent(request: HttpRequest) -> HttpResponse:
    """Say that the link is on its way, if there are any searches."""
    stand(request, None)
    return render(request, "saved/link_sent.html")


def _behind(purpose: str) -> Callable[[View], View]:
    """Hand a view the link that its secret is; see ``behind_secret``."""
    return behind_secret(
        lambda request, secret: _open(secret, purpose),
        lambda request, dead: _closed(request, dead, purpose),
    )


def _closed(request: HttpRequest, dead: DeadLinkError, purpose: str) -> HttpResponse:
    """Answer for a link that opens nothing.

    To stop is done once it is done: a mail program that asks again, or by an old mail, must not
    take it for failed. It gets the same words for any secret.
    """
    if request.method == "POST" and purpose == LinkPurpose.MANAGE:
        return render(request, "saved/nothing_sent.html")
    context = {"reason": dead.message, "purpose": purpose}
    return render(request, "saved/dead_link.html", context, status=dead.status)


def _open(secret: str, purpose: str) -> FollowLink:
    rows = FollowLink.objects.filter(token_hash=hash_of(secret), purpose=purpose)
    return opened(
        rows.select_related("follower", "search").first(),
        _("The address may have been cut off in the mail, or what it led to was stopped."),
    )


@_form
@_behind(LinkPurpose.CONFIRM)
def confirm_search(request: HttpRequest, link: FollowLink, secret: str) -> HttpResponse:
    """Ask whether they want it, and, on the button, begin."""
    search, refused = link.search, ""
    if request.method == "POST":
        try:
            confirm(search)
        except NotNowError as reason:
            refused = str(reason)
        except ObjectDoesNotExist:  # stopped meanwhile
            return redirect("search:saved:links")
        else:
            # Pressed twice, or opened once more: it leads to the same list.
            mine = reverse("search:saved:mine", args=[FollowLink.to_manage(link.follower_id)])
            return redirect(f"{mine}?saved={search.pk}")
    query = query_of(search, timezone.localdate())
    context = {
        "search": search,
        "conditions": conditions(query, current_version()),
        "refused": refused,
        "secret": secret,
    }
    status = HTTPStatus.CONFLICT if refused else HTTPStatus.OK
    return render(request, "saved/confirm.html", context, status=status)


# The secret in the address is what lets one act, and nothing else does: no cookie is asked. So a
# mail program may post here by itself (RFC 8058), and another site's form can do no harm.
@csrf_exempt
@_form
@_behind(LinkPurpose.MANAGE)
def mine(request: HttpRequest, link: FollowLink, secret: str) -> HttpResponse:
    """Show what a reader follows; on a button stop one of them, or all, as mail programs do."""
    if request.method == "POST":
        return _stop(request, link, secret)
    today, version = timezone.localdate(), current_version()
    searches = link.follower.searches.running().order_by("-confirmed_at", "pk")
    rows = [
        {
            "search": search,
            "name": name_of(search, today, version),
            "url": listing_of(search.query),
        }
        for search in searches
    ]
    saved = any(str(row["search"].pk) == request.GET.get("saved") for row in rows)
    context = {
        "follower": link.follower,
        "rows": rows,
        "saved": saved,
        "stopped": not saved and "stopped" in request.GET,
        "secret": secret,
    }
    return render(request, "saved/mine.html", context)


@require_safe
@_behind(LinkPurpose.MANAGE)
def one(request: HttpRequest, link: FollowLink, secret: str, key: int) -> HttpResponse:
    """Ask whether one search, all, or none shall stop; the buttons lead to ``mine``."""
    search = link.follower.searches.running().filter(pk=key).first()
    if search is None:  # stopped already: what is left stands there
        return redirect("search:saved:mine", secret)
    query = query_of(search, timezone.localdate())
    context = {
        "search": search,
        "conditions": conditions(query, current_version()),
        "others": link.follower.searches.running().count() - 1,
        "secret": secret,
    }
    return render(request, "saved/one.html", context)


def _stop(request: HttpRequest, link: FollowLink, secret: str) -> HttpResponse:
    """Stop one search where one is named, all where that is said, nothing else."""
    named = request.POST.get("search", "")
    if named.isascii() and named.isdecimal() and len(named) < len(str(2**63)):
        if stop(link.follower, int(named)):
            return redirect(reverse("search:saved:mine", args=[secret]) + "?stopped=1")
    elif "List-Unsubscribe" in request.POST or request.POST.get("act") == "all":
        stop_all(link.follower)
    else:
        return redirect("search:saved:mine", secret)
    return render(request, "saved/stopped.html")
