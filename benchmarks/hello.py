"""The least a view can do: what is left is the middleware, the server and the client."""

from django.http import HttpRequest, HttpResponse


def hello(request: HttpRequest) -> HttpResponse:
    """Answer with a word."""
    return HttpResponse("hello", content_type="text/plain")
