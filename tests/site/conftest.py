"""Fixtures of the whole site: a region with its pages, made once a module and only read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction

from regions.models import Region
from tests import factories


@pytest.fixture(scope="module")
def module_region(django_db_setup: None, django_db_blocker: object) -> Iterator[Region]:
    """Make one region for all tests of a module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield factories.make_region(name="Fjellregionen", slug="fjellregionen")
        transaction.set_rollback(True)


@pytest.fixture
def region(db: None, module_region: Region) -> Region:
    """Return the module's region; what a test does to it is undone."""
    return module_region
