"""One world for each module; each test is undone."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.test import override_settings

from .walker import Walker
from .world import World, make_world


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Make both regions once: a walk undoes each of its requests."""
    files = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with files, django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def db(world: World) -> Iterator[None]:
    """Undo each test inside the module's transaction, in place of a transaction of its own."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def walker(world: World) -> Callable[[str], Walker]:
    """Return a maker of walkers by the name of the person; a stranger has none."""

    def make(who: str) -> Walker:
        return Walker(world, who, world.people.get(who))

    return make


@pytest.fixture(autouse=True, scope="module")
def _quiet() -> Iterator[None]:
    """Leave thousands of expected refusals out of the log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
