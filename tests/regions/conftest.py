"""Fixtures of the ground floor: regions without pages. Where pages matter, ``founded`` has them."""

from __future__ import annotations

from regions.models import Region
from tests import factories, worlds

from .bare import Pair, bare_pair, bare_region


@worlds.layer
def region() -> Region:
    """Return a region without pages."""
    return bare_region()


@worlds.layer
def two_regions() -> Pair:
    """Return two regions without pages."""
    return bare_pair()


@worlds.layer
def founded() -> Region:
    """Return a region with all that founding makes."""
    return factories.make_region(name="Fjellregionen", slug="fjellregionen")
