"""What tests of needs share: a place to report from, a reader who does, the coordinator's desk."""

from __future__ import annotations

import pytest

from regions.models import Municipality, Region
from tests import factories, worlds

from . import browsing, makers
from .desk import Desk


@worlds.layer
def place(region: Region) -> Municipality:
    return factories.make_municipality(
        region,
        name="Nordfjell",
        slug="nordfjell",
        contact_role="HR-rådgiver",
        contact_email="hr@nordfjell.example",
    )


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> browsing.Reader:
    browsing.patient(monkeypatch)
    return browsing.Reader()


@worlds.layer
def desk(region: Region) -> Desk:
    user = makers.coordinator_of(region)
    user.language = "en"
    user.save()
    return Desk(user)
