"""The place that the forum gave a need stands in the need's own log."""

from __future__ import annotations

import pytest

from regions.models import Region
from tests.needs.desk import Desk, text_of
from tests.needs.makers import coordinator_of

from . import makers_results as results

pytestmark = pytest.mark.django_db


def test_a_prioritised_need_says_its_place(region: Region) -> None:
    results.make_forum(region)
    planning_round = results.published(region, places=2)
    shared = [item.shared_need for item in planning_round.items.select_related("shared_need")]
    ranks = {each.title: each.log.get(action="prioritise").facts["rank"] for each in shared}
    assert ranks == {"Første": "1", "Andre": "3", "Tredje": "2"}
    coordinator = coordinator_of(region)
    coordinator.language = "en"
    coordinator.save()
    last = next(each for each in shared if each.title == "Andre")
    assert "Place: 3" in text_of(Desk(coordinator).read(last))
