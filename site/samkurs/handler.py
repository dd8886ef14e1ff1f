"""How requests come in: one that cannot be read is still a request, and gets an answer."""

from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest


class Request(WSGIRequest):
    """A request that can always be made.

    Django reads the query string already here if the Content-Type names a charset. What goes wrong
    then happens outside of all middleware, so that the server itself would answer 500.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        """Leave the complaint to those who read: the middleware on charsets, and the view."""
        self.content_type, self.content_params = "", {}
        try:
            super()._set_content_type_params(meta)
        except (LookupError, ValueError, SuspiciousOperation):
            # A codec that refuses or does not decode text, a header or a query that is too long.
            return


class Handler(WSGIHandler):
    """Django's handler, with our request."""

    request_class = Request
