"""How a server writes its log: JSON, a line for each record, with the id of its request.

The web server's own lines look the same: `deploy/gunicorn.conf.py` reads this module before there
are settings, so it imports nothing of Django.
"""

import logging
from contextvars import ContextVar
from http import HTTPStatus
from typing import Protocol

#: The id of the request that is being answered; empty outside of one.
request_id: ContextVar[str] = ContextVar("request_id", default="")

ACCESS = "samkurs.access"
#: Answers that only a static file has where no view was asked.
_FILE = frozenset({HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.NOT_MODIFIED})


class Match(Protocol):
    """What Django found an address to be."""

    route: str
    url_name: str | None


class Asked(Protocol):
    """What is read of a request."""

    path: str
    resolver_match: Match | None


def place(request: Asked, status: int) -> str:
    """Return where a request went, without what only its reader may know.

    Addresses hold keys: the link in a mail that sets a password is one. So an address is told as
    its pattern, and in full only where a page or a static file answered, whose address is public.
    Where nothing was found it may be a key with a letter missing: that is not told at all.
    """
    match = request.resolver_match
    if match is None:
        return request.path if status in _FILE else ""
    if match.url_name == "wagtail_serve":
        return "" if status == HTTPStatus.NOT_FOUND else request.path
    return f"/{match.route}"


class RequestFilter(logging.Filter):
    """Puts the request's id on a record, and takes the request itself off.

    Django hands its requests along with errors, and words them with their address.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, without address and query string."""
        request = record.__dict__.pop("request", None)
        # What Django says of an answer it says when our middleware is through with it.
        record.request_id = request_id.get() or getattr(request, "request_id", "")
        path = getattr(request, "path", None)
        if path and isinstance(record.args, tuple):
            told = place(request, getattr(record, "status_code", HTTPStatus.OK)) or "-"
            record.args = tuple(told if value == path else value for value in record.args)
        return True


def logging_config(level: str) -> dict:
    """Return the settings of logging: everything to standard error, as JSON."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request": {"()": f"{__name__}.RequestFilter"}},
        "formatters": {
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "fmt": "%(levelname)s %(name)s %(message)s",
                "rename_fields": {"levelname": "level", "name": "logger"},
                "timestamp": "time",
                "json_ensure_ascii": False,
            }
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "filters": ["request"],
                "formatter": "json",
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Not found, not allowed: the line of the request says so already.
            "django.request": {"level": "ERROR"},
            # Whatever the level: a line for each question, and at the lowest what was asked.
            "elastic_transport": {"level": "WARNING"},
            "elasticsearch": {"level": "WARNING"},
        },
    }


def server_logging_config(level: str) -> dict:
    """Return the same for gunicorn, whose loggers do not pass theirs on.

    Its access lines hold the caller's address and the query string: ours take their place.
    """
    config = logging_config(level)
    return {
        **config,
        "loggers": {
            **config["loggers"],
            "gunicorn.error": {"handlers": ["console"], "level": level, "propagate": False},
            "gunicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
        },
    }
