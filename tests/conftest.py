"""Fixtures of the whole suite."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from pytest_django import DjangoDbBlocker
from pytest_django.plugin import blocking_manager_key

from regions.models import Region, Role, User

from . import factories, groups, once, worlds


@dataclass
class TwoRegions:
    """Two regions with someone in each role, and what only the other one may know."""

    own: Region
    other: Region
    people: dict[tuple[str, str], User]

    def person(self, role: str, where: str = "own") -> User:
        return self.people[where, role]


#: Fixtures by which a test reaches a database.
_DATABASE = {"db", "transactional_db", "django_db_setup", "live_server"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what need not run on each database."""
    for item in items:
        asks = item.get_closest_marker("django_db") or _DATABASE & set(item.fixturenames)
        if not asks or once.runs_once(item):
            item.add_marker(pytest.mark.once)
    worlds.gather(items)
    groups.keep_together(config, items)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave the layers before a browser starts: its event loop sees other connections."""
    if worlds.commits(item):
        with item.config.stash[blocking_manager_key].unblock():
            worlds.leave()


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef, request: pytest.FixtureRequest
) -> Iterator[object]:
    """Put the layers of a test below its own transaction.

    There are none below what a module or class has, or where another ``db`` is in its place.
    """
    own_transaction = fixturedef.argname == "_django_db_helper"
    shared = fixturedef.scope == "module" or (fixturedef.scope == "class" and request.cls)
    another = fixturedef.argname == "db" and "_django_db_helper" not in fixturedef.argnames
    if not own_transaction and not shared and not another:
        return (yield)
    blocker = request.getfixturevalue("django_db_blocker")
    with blocker.unblock():
        worlds.enter(request.node) if own_transaction else worlds.leave()
    result = yield
    if own_transaction:
        with blocker.unblock():
            worlds.freshen(request.node)
    elif shared:
        fixturedef.addfinalizer(_leave(blocker))
    return result


def _leave(blocker: DjangoDbBlocker) -> Callable[[], None]:
    def leave() -> None:
        with blocker.unblock():
            worlds.leave()

    return leave


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Leave the layers before the database goes."""
    yield
    _leave(django_db_blocker)()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where services are required, a skipped test is a failed suite: nothing goes untested."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("REQUIRE_SERVICES") == "1" and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: object) -> None:
    """Tell what the generated requests were answered with, and which took longest."""
    reports = [*terminalreporter.stats.get("passed", ()), *terminalreporter.stats.get("failed", ())]
    texts = [v for each in reports for name, v in each.user_properties if name == "hostile texts"]
    for engine, seconds, text in texts:
        terminalreporter.section(f"hostile texts: {engine}")
        terminalreporter.line(f"slowest {seconds * 1000:.0f} ms: {text!r}")
    told = [value for each in reports for name, value in each.user_properties if name == "hostile"]
    if not told:
        return
    statuses: Counter[int] = Counter()
    for each in told:
        statuses.update(dict(each["statuses"]))
    seconds, request = max(tuple(each["slowest"]) for each in told)
    terminalreporter.section("hostile requests")
    counts = ", ".join(f"{number} × {status}" for status, number in sorted(statuses.items()))
    terminalreporter.line(f"{statuses.total()} requests: {counts}")
    terminalreporter.line(f"slowest {seconds * 1000:.0f} ms: {request}")


@pytest.fixture(scope="session", autouse=True)
def _media() -> object:
    """Keep files that tests make apart, and take them away."""
    yield
    shutil.rmtree(Path(settings.MEDIA_ROOT), ignore_errors=True)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Begin in English: the last request of a test leaves its language behind."""
    with translation.override("en"):
        yield


@worlds.layer
def region() -> Region:
    return factories.make_region(name="Fjellregionen", slug="fjellregionen")


@worlds.layer
def two_regions() -> TwoRegions:
    own = factories.make_region(name="Fjellregionen", slug="fjellregionen")
    other = factories.make_region(name="Kustregionen", slug="kustregionen", country="SE")
    people = {}
    for where, region in (("own", own), ("other", other)):
        for role in Role:
            people[where, role.value] = factories.make_member(region, role)
        people[where, "forum"] = factories.make_holder(factories.make_seat(region)).user
    people["own", "admin"] = factories.make_admin()
    return TwoRegions(own, other, people)
