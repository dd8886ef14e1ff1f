"""Counts a search once its page has been sent: nobody waits for it, and no page fails by it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .counting import count


class CountSearchesMiddleware:
    """Count what the view noted, when the server closes the response."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and count afterwards."""
        response = self.get_response(request)
        asked = getattr(request, "samkurs_asked", None)
        if asked is None or response.status_code != 200:  # noqa: PLR2004  a page
            return response
        close = response.close

        def count_and_close() -> None:
            response.close = close  # closed again, it is not counted again
            try:
                count(asked)
            finally:
                close()

        response.close = count_and_close
        return response
