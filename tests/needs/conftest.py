"""What tests at the desk share."""

from __future__ import annotations

import pytest

from regions.models import Municipality, Region
from tests import factories

from . import makers
from .desk import Desk


@pytest.fixture
def place(region: Region) -> Municipality:
    return factories.make_municipality(region)


@pytest.fixture
def desk(region: Region) -> Desk:
    user = makers.coordinator_of(region)
    user.language = "en"
    user.save()
    return Desk(user)
