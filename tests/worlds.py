"""Worlds that tests begin in, made once for all tests that begin alike.

``@layer`` makes a fixture of a function that makes rows. It is run once, in a savepoint of its own
that stays open until a test begins elsewhere; each test gets copies of what it returned, and what
the test does is undone down to there. Layers that ask for other layers lie on top of them, so that
a region is there for all who have a forum in it. Tests of a module that begin alike are run
together.

A layer may ask for other layers only. It is made before anything else of a test, with the clock as
it is, and not by patched code: mails that it sends and what it leaves for after a commit are gone.
In a test that commits, and where a fixture ``db`` of its own takes the place of pytest-django's, a
layer is made anew as any fixture is.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from django.core import mail
from django.core.cache import caches
from django.db import connection, transaction
from django.utils import translation
from wagtail.models import Site

from search.models import CatalogueVersion

Make = Callable[..., object]
#: Where a fixture's function keeps what makes its world.
_MAKES = "makes_world"


@dataclass
class _Level:
    """A layer that is there, and what it and those below it returned."""

    make: Make
    atomic: transaction.Atomic
    values: dict[Make, object] = field(default_factory=dict)


class _Stack:
    """The layers that lie on each other in this worker's database."""

    def __init__(self) -> None:
        self._levels: list[_Level] = []
        self._copies: dict[Make, object] | None = None

    def stand(self, chain: Chain) -> None:
        """Take away what does not belong to ``chain``, and make what is missing."""
        keep = 0
        for level, make in zip(self._levels, chain, strict=False):
            if level.make is not make:
                break
            keep += 1
        self.leave(keep)
        for make in tuple(chain)[keep:]:
            self._make(make, chain[make])
        self._copies = deepcopy(self._levels[-1].values) if chain else None

    def value(self, make: Make, parents: dict[str, object]) -> object:
        """Return the running test's copy of what ``make`` returned."""
        if self._copies is None:
            return make(**parents)
        return self._copies[make]

    def leave(self, keep: int = 0) -> None:
        """Undo all layers but the ``keep`` lowest."""
        self._copies = None
        while len(self._levels) > keep:
            self._undo(self._levels.pop().atomic)

    def _make(self, make: Make, parents: dict[str, Make]) -> None:
        below = deepcopy(self._levels[-1].values) if self._levels else {}
        sent, waiting = len(getattr(mail, "outbox", ())), len(connection.run_on_commit)
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            with translation.override("en"):
                value = make(**{name: below[each] for name, each in parents.items()})
            values = {**below, make: value}
            deepcopy(values)  # what cannot be copied fails here, and leaves nothing
            connection.check_constraints()
        except BaseException:
            self._undo(atomic)
            raise
        del mail.outbox[sent:], connection.run_on_commit[waiting:]
        self._levels.append(_Level(make, atomic, values))

    @staticmethod
    def _undo(atomic: transaction.Atomic) -> None:
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


#: What makes each layer of a test, lowest first, with those that it asks for by its own names.
Chain = dict[Make, dict[str, Make]]
_stack = _Stack()
_CHAIN = pytest.StashKey[Chain]()


def layer(make: Make) -> object:
    """Return a fixture that gives each test a copy of the world that ``make`` made once."""
    asked = inspect.signature(make)

    def given(**fixtures: object) -> object:
        fixtures.pop("db")
        return _stack.value(make, fixtures)

    own = inspect.Parameter("db", inspect.Parameter.KEYWORD_ONLY)
    given.__signature__ = asked.replace(parameters=[*asked.parameters.values(), own])
    given.__name__, given.__doc__, given.__module__ = make.__name__, make.__doc__, make.__module__
    setattr(given, _MAKES, make)
    return pytest.fixture(given)


def _chain(item: pytest.Item) -> Chain:
    """Return the layers that a test asks for, in an order that is the same for all tests."""
    fixtures = item._fixtureinfo.name2fixturedefs
    found: dict[Make, dict[str, Make]] = {}
    depths: dict[Make, int] = {}

    def visit(name: str) -> Make | None:
        make = getattr(fixtures[name][-1].func, _MAKES, None) if name in fixtures else None
        if make is not None and make not in found:
            parents = {each: visit(each) for each in inspect.signature(make).parameters}
            strange = [each for each, parent in parents.items() if parent is None]
            if strange:
                raise pytest.UsageError(f"{make.__module__}.{name} asks for {strange}: no layers")
            found[make] = parents
            depths[make] = 1 + max((depths[each] for each in parents.values()), default=0)
        return make

    for name in item.fixturenames:
        visit(name)
    order = sorted(found, key=lambda make: (depths[make], _name(make)))
    return {make: found[make] for make in order}


def _name(make: Make) -> tuple[int, str, str]:
    """What many share lies lower: the fewer folders deep, the more share it."""
    return make.__module__.count("."), make.__module__, make.__qualname__


def gather(items: list[pytest.Item]) -> None:
    """Put those tests of a module side by side that begin alike, and remember how they begin."""
    places: dict[object, int] = {}
    for item in items:
        places.setdefault((item.path, commits(item)), len(places))
        item.stash[_CHAIN] = {} if commits(item) else _chain(item)
    items.sort(
        key=lambda item: (
            places[item.path, commits(item)],
            [_name(make) for make in item.stash[_CHAIN]],
        )
    )


def commits(item: pytest.Item) -> bool:
    """Return whether a test writes for good, and so wants no layers below it."""
    marker = item.get_closest_marker("django_db")
    asked = {"transaction", "reset_sequences"} & set(marker.kwargs if marker else ())
    return bool(asked or {"transactional_db", "live_server"} & set(item.fixturenames))


def enter(item: pytest.Item) -> None:
    """Let the database be as the test wants it before it opens a transaction of its own."""
    _stack.stand(item.stash.get(_CHAIN, {}))


def freshen(item: pytest.Item) -> None:
    """Let nothing be known of the same rows from the test before."""
    if item.stash.get(_CHAIN, {}):
        for cache in caches.all():
            cache.clear()
        Site.clear_site_root_paths_cache()
        CatalogueVersion.objects.update(token=uuid4())


def leave() -> None:
    """Undo all layers."""
    _stack.leave()
