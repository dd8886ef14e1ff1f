"""Fixtures of the ground floor: regions without pages. Where pages matter, ``founded`` has them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation

from regions.models import Region
from tests import factories

from .bare import Pair, bare_pair, bare_region


@pytest.fixture
def region(db: None) -> Region:
    """Return a region without pages."""
    return bare_region()


@pytest.fixture
def two_regions(db: None) -> Pair:
    """Return two regions without pages."""
    return bare_pair()


@pytest.fixture
def founded(db: None) -> Region:
    """Return a region with all that founding makes."""
    return factories.make_region(name="Fjellregionen", slug="fjellregionen")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Begin in English: the last request of a test leaves its language behind."""
    with translation.override("en"):
        yield
