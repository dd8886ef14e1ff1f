"""The settings of the search server, read and judged: a wrong one stops the start by its name."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.core.exceptions import ImproperlyConfigured

PORTS = {"http": 80, "https": 443}
_PREFIX = re.compile(r"[a-z][a-z0-9_-]{0,49}")
_REFRESH = re.compile(r"[1-9][0-9]{0,4}(?:ms|s|m)")
#: More than a catalogue of any country needs.
MOST_SHARDS, MOST_REPLICAS = 64, 16


def elasticsearch(urls: list[str], variables: dict[str, str]) -> dict | None:
    """Return what the engine is given; None without an address: then the database alone answers.

    ``variables`` are the values by the rest of their names. Raises ``ImproperlyConfigured``.
    """
    hosts = [_host(url.strip()) for url in urls if url.strip()]
    if not hosts:
        return None
    if len({urlsplit(host).scheme for host in hosts}) > 1:
        raise ImproperlyConfigured("ELASTICSEARCH_URL names servers with TLS and without")
    authority = variables["CA"]
    if authority and not Path(authority).is_file():
        raise ImproperlyConfigured(f"ELASTICSEARCH_CA is no file: {authority}")
    if authority and hosts[0].startswith("http:"):
        raise ImproperlyConfigured("ELASTICSEARCH_CA is of no use with http://")
    if not _PREFIX.fullmatch(variables["PREFIX"]):
        raise ImproperlyConfigured(
            "ELASTICSEARCH_PREFIX is a lower-case letter, then letters, digits, - or _"
        )
    if not _REFRESH.fullmatch(variables["REFRESH"]):
        raise ImproperlyConfigured("ELASTICSEARCH_REFRESH is a time such as 500ms or 1s")
    return {
        "hosts": hosts,
        "api_key": variables["API_KEY"] or None,
        "ca_certs": authority or None,
        "prefix": variables["PREFIX"],
        "shards": _number("SHARDS", variables, 1, MOST_SHARDS),
        "replicas": _number("REPLICAS", variables, 0, MOST_REPLICAS),
        "refresh": variables["REFRESH"],
    }


def _host(url: str) -> str:
    """Return an address as the client takes it: with its port."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError:
        # Without what it says: of a password with odd signs it may hold a part.
        raise ImproperlyConfigured("ELASTICSEARCH_URL cannot be read: a port is a number") from None
    if parts.scheme not in PORTS or not parts.hostname or parts.query or parts.fragment:
        raise ImproperlyConfigured(
            "ELASTICSEARCH_URL holds addresses such as https://search.example:9200, with commas"
        )
    if parts.username or parts.password:
        raise ImproperlyConfigured(
            "ELASTICSEARCH_URL holds no password: addresses are logged. Use ELASTICSEARCH_API_KEY"
        )
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return urlunsplit((parts.scheme, f"{name}:{port}", parts.path.rstrip("/"), "", ""))


def _number(name: str, variables: dict[str, str], least: int, most: int) -> int:
    text = variables[name]
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ImproperlyConfigured(f"ELASTICSEARCH_{name} is a number from {least} to {most}")
    return int(text)
