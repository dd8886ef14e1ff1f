"""Walks routes as a person and says what that person should not have found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import ForeignKey, Model
from django.http import HttpResponse
from django.test import Client
from openpyxl import load_workbook
from wagtail.models import Page, Site

from regions.admin.guard import anyone, rule_for
from regions.models import User

from .queries import queries
from .routes import Address, Route, addresses, admin_routes
from .world import MARK, Key, Rows, World, all_rows

READ = ("GET", "HEAD", "OPTIONS")
XHR = {"X-Requested-With": "XMLHttpRequest"}


@dataclass(frozen=True)
class Answer:
    """What came back, with everything in it that can be read, and whether rows were written."""

    status: int
    text: str
    location: str = ""
    wrote: bool = False
    error: str = ""
    form: object = None


@dataclass(frozen=True)
class Finding:
    """Something that a person should not have found or done."""

    who: str
    request: str
    what: str

    def __str__(self) -> str:
        return f"{self.who}: {self.request}: {self.what}"


@dataclass
class Walker:
    """A person at the admin's door. Each request is undone before the next one."""

    world: World
    who: str
    user: User | None
    findings: list[Finding] = field(default_factory=list)
    _client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def __post_init__(self) -> None:
        if self.user is not None:
            self._client.force_login(self.user)
        self.look_again()

    def look_again(self) -> None:
        """Take the rows as they are now for those that may not change."""
        self._before = all_rows()

    @property
    def is_admin(self) -> bool:
        """Whether this is a technical administrator, who may see both regions."""
        return self.user is not None and self.user.is_superuser

    def ask(self, method: str, url: str, data: object = None, **headers: str) -> Answer:
        """Send a request, note what is wrong with the answer, and undo what it did.

        ``data`` is sent as a form, or as it stands if it is a text.
        """
        with _undone(), _watched(self.user) as written:
            response = self._send(method, url, data, headers)
            answer = Answer(
                response.status_code,
                _readable(response),
                response.headers.get("Location", ""),
                bool(written),
                repr(response.exc_info[1]) if response.exc_info else "",
                (response.context or {}).get("form"),
            )
            self._judge(f"{method} {url}", answer)
        return answer

    def _send(self, method: str, url: str, data: object, headers: dict) -> HttpResponse:
        morsels = dict(self._client.cookies)
        kind = {"content_type": "application/json"} if isinstance(data, str) else {}
        try:
            return (
                self._client.generic(method, url, headers=headers)
                if data is None
                else (getattr(self._client, method.lower())(url, data, headers=headers, **kind))
            )
        finally:
            self._client.cookies.clear()
            self._client.cookies.update(morsels)

    def tampering(self) -> list[str]:
        """Return what is wrong with the other region's rows now."""
        return tampered(self.world, self._before, all_rows())

    def note(self, request: str, what: str) -> None:
        """Keep a finding."""
        self.findings.append(Finding(self.who, request, what))

    def _judge(self, request: str, answer: Answer) -> None:
        if answer.status >= 500:
            self.note(request, f"status {answer.status} {answer.error}")
        if self.is_admin:
            return
        if (at := answer.text.lower().find(MARK)) >= 0:
            self.note(request, f"reads “{answer.text[max(0, at - 60) : at + 40]!r}”")
        if answer.wrote:
            for what in self.tampering():
                self.note(request, what)


@contextmanager
def _undone() -> Iterator[None]:
    """Take back what was written inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    cache.clear()
    Site.clear_site_root_paths_cache()


@contextmanager
def _watched(user: User | None) -> Iterator[list[str]]:
    """Collect the statements that write rows: not signing in, nor putting ``user`` into groups."""
    written: list[str] = []

    def watch(execute: object, sql: str, params: object, many: bool, context: dict) -> object:
        own = "django_session" in sql or (
            "regions_user_groups" in sql and user is not None and user.pk in (params or ())
        )
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and not own:
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield written


def _readable(response: HttpResponse) -> str:
    """Return everything in a response that a person or a script can read."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    kind = response.headers.get("Content-Type", "")
    if "spreadsheet" in kind:
        rows = load_workbook(BytesIO(body)).active.iter_rows(values_only=True)
        text = "\n".join(str(row) for row in rows)
    elif "json" in kind:
        text = _flat(json.loads(body or b"null"))
    else:
        text = body.decode(errors="replace")
    if "site-footer" in text or "footer__link" in text:
        # Previews and refusals are pages of the public site: its frame leads to every region.
        text = re.sub(r"<(header|footer).*?</\1>", "", text, flags=re.DOTALL)
    told = [str(message) for message in get_messages(response.wsgi_request)._queued_messages]
    return "\n".join([text, response.headers.get("Location", ""), *told])


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return "\n".join(f"{key}: {_flat(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return "\n".join(map(_flat, value))
    return str(value)


def tampered(world: World, before: Rows, after: Rows) -> list[str]:
    """Return what changed of the other region's rows, and rows that now hang on them."""
    found = [
        f"{label} {pk} of the other region is {'changed' if (label, pk) in after else 'gone'}"
        for label, pk in world.foreign
        if after.get((label, pk)) != before[label, pk]
    ]
    for key in after.keys() - world.foreign:
        if before.get(key) == after[key]:
            continue
        held = _foreign_references(world, key, before.get(key), after[key])
        found += [f"{key[0]} {key[1]} now hangs on {target}" for target in held]
    return found


def _foreign_references(world: World, key: Key, old: tuple | None, new: tuple) -> list[str]:
    model = apps.get_model(key[0])
    names = [field.attname for field in model._meta.concrete_fields]
    values, olds = dict(zip(names, new, strict=True)), dict(zip(names, old or new, strict=True))
    found = []
    for item in model._meta.concrete_fields:
        value = values[item.attname]
        changed = old is None or olds[item.attname] != value
        if (
            changed
            and isinstance(item, ForeignKey)
            and _is_foreign(world, item.related_model, value)
        ):
            found.append(f"{item.related_model._meta.label} {value}")
    if issubclass(model, Page) and (old is None or olds.get("path") != values.get("path")):
        roots = (world.other.region_page.path, world.other.second_page.path)
        if str(values.get("path", "")).startswith(roots):
            found.append("the other region's tree")
    for item in model._meta.private_fields:
        if isinstance(item, GenericForeignKey):
            kind = ContentType.objects.get_for_id(values[f"{item.ct_field}_id"]).model_class()
            if kind and _is_foreign(world, kind, _number(values[item.fk_field])):
                found.append(f"{kind._meta.label} {values[item.fk_field]}")
    return found


def _number(value: object) -> object:
    return int(value) if str(value).isdecimal() else value


def _is_foreign(world: World, model: type[Model], pk: object) -> bool:
    return (model._meta.label, pk) in world.foreign


def report(findings: list[Finding]) -> str:
    """Return the findings, a line each: an empty text if there are none."""
    return "\n".join(map(str, findings))


class _Form(HTMLParser):
    """Reads what a browser would send from the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.data: dict[str, list[str]] = {}
        self._area = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "input" and name and given.get("type") not in {"file", "submit", "button"}:
            chosen = given.get("type") not in {"checkbox", "radio"} or "checked" in given
            if chosen:
                value = given.get("value", "on" if "checked" in given else "")
                self.data.setdefault(name, []).append(value)
        elif tag == "textarea":
            self._area = name
            self.data.setdefault(name, [""])
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.data.setdefault(self._select, []).append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            text = self.data[self._area][0] + data
            self.data[self._area] = [text.removeprefix("\n")]  # as browsers do


def form_data(text: str) -> dict[str, list[str]]:
    """Return what the forms in ``text`` would send, without tokens and templates of new rows."""
    reader = _Form()
    reader.feed(text)
    return {
        name: values
        for name, values in reader.data.items()
        if "__prefix__" not in name and name not in {"csrfmiddlewaretoken", "q", ""}
    }


def may_only_be_refused(walker: Walker, request: str, answer: Answer) -> None:
    """Note an answer to an address with a foreign row that says more than "nothing here"."""
    refused = answer.status in {403, 404, 405} or (
        answer.status == 302 and ("sign-in" in answer.location or answer.location == "/admin/")
    )
    if not refused:
        walker.note(request, f"answers {answer.status} {answer.location}")


def walk(walker: Walker, only: tuple[str, ...] = (), extra: tuple[str, ...] = ()) -> list[Finding]:
    """Ask every route (or those of ``only``) to read and to write; return what was found.

    ``extra`` names methods in which the first address of each route is asked as well; ``twin``
    is not one, but asks whether a foreign row is told from one that nobody has.
    """
    for route in named_routes(only):
        for position, address in enumerate(addresses(route, walker.world)):
            visit(walker, address, extra if position == 0 else ())
    return walker.findings


def knock(walker: Walker, turn: int, only: tuple[str, ...] = ()) -> list[Finding]:
    """Ask every route as somebody who has no desk: by turns to read and to write."""
    for position, route in enumerate(named_routes(only), turn):
        address = addresses(route, walker.world)[0]
        method = ("GET", "POST")[position % 2]
        answer = walker.ask(method, address.url)
        if rule_for(route.name) is not anyone:
            may_only_be_refused(walker, f"{method} {address.url}", answer)
    return walker.findings


def named_routes(only: tuple[str, ...] = ()) -> list[Route]:
    """Return the routes that have a name: those without one are closed to everyone."""
    return [route for route in admin_routes() if route.name and (not only or route.name in only)]


def visit(walker: Walker, address: Address, extra: tuple[str, ...] = ()) -> None:
    """Ask one address: read it, write to it, search and filter it.

    Some ask as a script does: Wagtail refuses those differently.
    """
    first = walker.ask("GET", address.url)
    ways = [("GET", first), ("POST", walker.ask("POST", address.url, {}, **XHR))]
    for way in extra:
        if way == "twin":
            _compare_with_nobodys(walker, address, first)
        else:
            ways.append((way, walker.ask(way, address.url, **(XHR if way == "GET" else {}))))
    if address.foreign and not walker.is_admin:
        for way, answer in ways:
            may_only_be_refused(walker, f"{way} {address.url}", answer)
    elif first.status in {200, 302} and "?" not in address.url:
        for query in queries(address, first.text, walker.world):
            walker.ask("GET", f"{address.url}?{query}", **XHR)


def _compare_with_nobodys(walker: Walker, address: Address, answer: Answer) -> None:
    """Note if a foreign row is told from one that nobody has."""
    if not address.twin:
        return
    answers = {
        "GET": (answer, walker.ask("GET", address.twin)),
        "POST": (walker.ask("POST", address.url, {}), walker.ask("POST", address.twin, {})),
    }
    for method, (theirs, nobodys) in answers.items():
        if (theirs.status, theirs.location) != (nobodys.status, nobodys.location):
            walker.note(f"{method} {address.url}", f"differs from no row: {nobodys.status}")
