"""Every link that the admin shows to those who work there leads somewhere."""

from __future__ import annotations

import json
import re
from collections import deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve
from pytest_django.asserts import assertContains
from wagtail.models import Page

from .world import World

HOME = "/admin/"
#: Buttons whose address a script completes with what is ticked: without it there is nothing there.
COMPLETED_BY_SCRIPT = "/admin/bulk/"
#: Signs out, and files of the site's own.
LEFT_OUT = ("/admin/logout/", "/static/", "/media/", COMPLETED_BY_SCRIPT)
#: The menu is drawn by a script from what stands in the page.
MENU_URL = re.compile(r'"url": "(/admin/[^"]*)"')
#: What only orders a list, turns its page or remembers the way back: the same screen.
SAME_SCREEN = {"ordering", "p", "next"}


class Links(HTMLParser):
    """Collects where the links of a page lead."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = f"http://testserver{base}"
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        given = {name: value or "" for name, value in attrs}
        address = given.get("href", "") if tag == "a" else ""
        parts = urlsplit(urljoin(self.base, address))
        if address and not address.startswith("#") and parts.netloc == "testserver":
            self.found.add(parts._replace(scheme="", netloc="", fragment="").geturl())


@dataclass
class Crawl:
    """Follows every link from the home on, to one screen of each kind."""

    client: Client
    answers: dict[str, int] = field(default_factory=dict)
    led_by: dict[str, str] = field(default_factory=dict)

    def run(self, *begin: str) -> list[str]:
        """Return the dead links, each with the page that shows it."""
        kinds = {page.pk: page.specific_class for page in Page.objects.all()}
        queue = deque(begin)
        known = {_kind(url, kinds) for url in begin}
        while queue:
            url = queue.popleft()
            response = self.client.get(url)
            self.answers[url] = response.status_code
            for link in sorted(links_of(url, response)):
                kind = _kind(link, kinds)
                if kind in known or link.startswith(LEFT_OUT):
                    continue
                known.add(kind)
                self.led_by[link] = url
                queue.append(link)
        return [
            f"{status} {url} (on {self.led_by.get(url)})"
            for url, status in self.answers.items()
            if status >= 400
        ]


def _kind(url: str, kinds: dict[int, type]) -> tuple:
    """Return what makes a screen another one: its route, the type of its page, what it asks."""
    parts = urlsplit(url)
    asked = frozenset(name for name, _ in parse_qsl(parts.query)) - SAME_SCREEN
    try:
        match = resolve(parts.path)
    except Resolver404:
        return parts.path, asked
    arguments = tuple(
        (str(kinds.get(value)) if "page" in name else "") if isinstance(value, int) else value
        for name, value in match.kwargs.items()
    )
    return match.view_name, arguments, asked


def links_of(url: str, response: HttpResponse) -> set[str]:
    """Return where a page's links, its menu and its way on lead."""
    if response.status_code in {301, 302}:
        target = urljoin(url, response["Location"])
        return {target} if target.startswith("/") else set()
    kind = response.headers.get("Content-Type", "")
    if response.streaming:
        list(response.streaming_content)  # to its end, so that the file is closed
        return set()
    if not url.startswith(HOME) or not kind.startswith(("text/html", "application/json")):
        return set()
    text = response.content.decode()
    if "json" in kind:
        text = json.loads(text).get("html") or ""
    reader = Links(url)
    reader.feed(text)
    return reader.found | set(MENU_URL.findall(text))


def beginnings(world: World) -> list[str]:
    """Return the home, and screens to which a script or a form leads: lists, dialogs, bulk."""
    own = world.own
    confirm = [
        f"{COMPLETED_BY_SCRIPT}{model}/delete/?next={HOME}&id={row.pk}"
        for model, row in (
            ("wagtailcore/page", own.offering),
            ("catalogue/picture", own.picture),
            ("catalogue/coursedocument", own.document),
        )
    ]
    lists = ["images/?layout=list", "images/?q=eget", "documents/?q=eget"]
    dialogs = [f"images/chooser/{part}?layout=list" for part in ("", "results/")] + [
        "documents/chooser/"
    ]
    return [HOME, *(f"{HOME}{each}" for each in lists + dialogs), *confirm]


@pytest.mark.parametrize(
    ("who", "fewest"), [("editor", 100), ("coordinator", 140), ("resource_author", 50)]
)
def test_no_link_is_dead(who: str, fewest: int, world: World) -> None:
    """Wagtail's own screens link to counts of all regions, which are for administrators."""
    crawl = Crawl(signed_in(world, who))
    assert crawl.run(*beginnings(world)) == []
    assert len(crawl.answers) >= fewest


USES = {
    "images/?layout=list": "images/usage/{picture}/",
    "images/{picture}/": "images/usage/{picture}/",
    "images/chooser/?layout=list": "images/usage/{picture}/",
    "documents/": "documents/usage/{document}/",
    "documents/edit/{document}/": "documents/usage/{document}/",
    "pages/{course}/": "pages/{course}/usage/",
    "pages/usage/catalogue/distancecoursepage/": "reports/page-types-usage/",
}


@pytest.mark.parametrize(("screen", "uses"), USES.items())
@pytest.mark.both
def test_how_often_something_is_used_is_for_administrators(
    screen: str, uses: str, world: World
) -> None:
    keys = {name: getattr(world.own, name).pk for name in ("picture", "document", "course")}
    url, address = HOME + screen.format(**keys), HOME + uses.format(**keys)
    asked = {who: signed_in(world, who).get(url) for who in ("admin", "coordinator")}
    found = {who: links_of(url, answer) for who, answer in asked.items()}
    assert {answer.status_code for answer in asked.values()} == {200}
    assert address in found["admin"]
    assert address not in found["coordinator"]


@pytest.mark.parametrize("screen", ["images", "documents"])
def test_counts_of_uses_are_no_filter_and_no_order(screen: str, world: World) -> None:
    """Else one could ask which of two files another region uses."""
    url = f"{HOME}{screen}/?ordering=-usage_count"
    for who, count in {"admin": 1, "coordinator": 0}.items():
        response = signed_in(world, who).get(url)
        assertContains(response, 'name="usage_count_min"', count)
        orders = response.context["view"].get_valid_orderings()
        assert ("-usage_count" in orders) == bool(count)


def signed_in(world: World, who: str) -> Client:
    """Return a client of the person."""
    client = Client(raise_request_exception=False)
    client.force_login(world.people[who])
    return client
