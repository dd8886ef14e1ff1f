"""A place to report from, and a reader who does."""

from __future__ import annotations

import pytest

from regions.models import Municipality, Region
from tests import factories

from . import browsing


@pytest.fixture
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
