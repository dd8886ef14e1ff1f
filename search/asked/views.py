"""What a page sends when a reader opens a course that it found."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from regions.account import network_address
from regions.throttle import count_attempt

from .counting import count_click, read_click

#: Bytes: the longest text, and two addresses, each letter as an escape.
MOST_BYTES = 2_000
#: A town hall has one address.
WINDOW = timedelta(minutes=5)
MOST_CLICKS = 300


@csrf_exempt  # a beacon has no token; it changes nothing but a number that nobody owns
@require_POST
def opened(request: HttpRequest) -> HttpResponse:
    """Count that a search led to a course. It can only count up what was searched for.

    Whatever is sent, the answer says nothing of what is there.
    """
    try:
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        length = MOST_BYTES + 1
    if length > MOST_BYTES:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    search = read_click(request.POST, get_language() or "")
    if search is not None:
        tried = count_attempt("search-clicks", network_address(request), window=WINDOW)
        if tried > MOST_CLICKS:
            return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
        count_click(search)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
