"""Every route of needs, rounds, saved searches × person × method is answered as the table says."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse

from . import routes
from .routes import ROWS, Answer, Row
from .world import WHO, World, make_world


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Make the world once: each request is undone."""
    files = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with files, django_db_blocker.unblock(), transaction.atomic():
        logging.disable(logging.CRITICAL)
        yield make_world()
        logging.disable(logging.NOTSET)
        transaction.set_rollback(True)


@pytest.fixture
def db(world: World) -> Iterator[None]:
    """Undo each test inside the module's transaction."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def sessions(world: World, django_db_blocker: object) -> dict[str, str]:
    """Sign everyone in once; return their cookies."""
    found = {}
    with django_db_blocker.unblock():
        for who, user in world.people.items():
            if user:
                client = Client()
                client.force_login(user)
                found[who] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return found


def answered(world: World, row: Row, method: str, session: str | None) -> Answer:
    """Return what is answered to who has ``session``, or to a stranger."""
    client = Client()
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    with transaction.atomic():
        address = reverse(row.name, args=row.args(world))
        response = getattr(client, method)(address)
        transaction.set_rollback(True)
    to = response.headers.get("Location", "")
    if to.startswith(reverse("account:login")) or "/login/" in to:
        return "sign in"
    if to == settings.ADMIN_PATH:
        return "away"
    return response.status_code


def test_every_route_is_in_the_table() -> None:
    rows = {row.name for row in ROWS}
    assert set(routes.names()) - rows == set(), "say in tests/rights/routes.py who finds these"
    assert rows - set(routes.names()) == set(), "these are no routes any more"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name}-{row.args.__name__}")
def test_everyone_is_answered_as_the_table_says(
    row: Row, world: World, sessions: dict[str, str], db: None
) -> None:
    found = {
        (method, who): answered(world, row, method, sessions.get(who))
        for method in ("get", "post")
        for who in WHO
    }
    due = {(method, who): row.due(method, who) for method, who in found}
    wrong = {case: said for case, said in found.items() if said != due[case]}
    assert wrong == {}
