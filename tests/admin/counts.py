"""What a person reads on every screen of one's own, to be compared when more is there."""

from __future__ import annotations

import re
from dataclasses import replace

from django.db import connection
from django.test.utils import CaptureQueriesContext

from .growth import grow
from .routes import addresses
from .walker import Finding, Walker, named_routes
from .world import World

#: What differs from one request to the next by itself.
_PASSING = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|"CSRF_TOKEN": "[^"]*"|\d\d:\d\d(:\d\d)?'
    r"|editing-sessions/(ping|release)/[\w/]*|[0-9a-f]{8}-[0-9a-f-]{27,}|_[A-Za-z0-9]{7}\b"
    r"|<time\b[^>]*>[^<]*</time>"  # "a minute ago"
    r"|key\\+&quot;: \\+&quot;\w{5}"  # of a line of text in its editor
)


def own_screens(walker: Walker, only: tuple[str, ...] = ()) -> dict[str, str]:
    """Return what the person reads at each address that names no foreign row."""
    mirrored = replace(walker.world, other=walker.world.own)
    found = {}
    for route in named_routes(only):
        for address in addresses(route, mirrored):
            answer = walker.ask("GET", address.url)
            if answer.status == 200:
                found[address.url] = _PASSING.sub("", answer.text)
    return found


def compare_when_more_is_there(walker: Walker, only: tuple[str, ...] = ()) -> list[Finding]:
    """Note each own screen that reads otherwise when the other region has more of everything."""
    own_screens(walker, only)
    before = own_screens(walker, only)
    grow(walker.world.other, walker.world.shared)
    walker.look_again()
    after = own_screens(walker, only)
    for url in before:
        if before[url] != after.get(url):
            walker.note(f"GET {url}", f"tells how much there is: {_difference(before, after, url)}")
    return walker.findings


def _difference(before: dict[str, str], after: dict[str, str], url: str) -> str:
    old, new = before[url], after.get(url, "")
    at = next((at for at, two in enumerate(zip(old, new, strict=False)) if two[0] != two[1]), 0)
    return f"{old[at - 40 : at + 40]!r} / {new[at - 40 : at + 40]!r}"


def query_counts(walker: Walker, urls: list[str]) -> dict[str, int]:
    """Return how many questions the database is asked for each address."""
    found = {}
    for url in urls:
        with CaptureQueriesContext(connection) as queries:
            walker.ask("GET", url)
        found[url] = len(queries)
    return found


def grown_queries(walker: Walker, world: World, urls: list[str]) -> dict[str, tuple[int, int]]:
    """Return the addresses that ask more when one's own region is ten times as large."""
    query_counts(walker, urls)
    before = query_counts(walker, urls)
    grow(world.own, world.shared)
    walker.look_again()
    after = query_counts(walker, urls)
    return {url: (before[url], after[url]) for url in urls if after[url] > before[url]}
