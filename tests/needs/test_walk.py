"""A need's way through its states, and what its log and the outbox hold afterwards."""

from __future__ import annotations

import pytest

from regions.lifecycle import Refusal, RefusedError
from regions.models import Notice, Region, StateWriteError
from regions.models.log import broken_links
from regions.needs import services
from regions.needs.lifecycle import NEED
from regions.needs.models import Need, SharedNeedState, co_signing
from regions.needs.status import public_status
from tests import factories

from . import makers

pytestmark = pytest.mark.django_db


def test_accepting_makes_a_shared_need_and_confirming_makes_it_count(region: Region) -> None:
    place = factories.make_municipality(region)
    need = makers.make_accepted(place)
    assert need.shared_need.state == SharedNeedState.OPEN
    assert not co_signing(need.shared_need).exists()
    need = NEED.apply(need, "back", by=makers.contact_of(place))
    assert list(co_signing(need.shared_need)) == [place]
    assert [entry.action for entry in need.log.all()] == [
        "send",
        "confirm",
        "claim",
        "accept",
        "back",
    ]
    assert broken_links(need.log.all()) == []
    assert Notice.objects.filter(recipient=f"need:{need.pk}").count() == 5


def test_merging_and_unmerging_leaves_both_as_they_were(region: Region) -> None:
    first, second = (makers.make_accepted(factories.make_municipality(region)) for _ in range(2))
    a, b = first.shared_need, second.shared_need
    by = makers.coordinator_of(region)
    services.merge(a, b, by=by)
    a.refresh_from_db()
    first.refresh_from_db()
    assert (a.state, a.merged_into, first.shared_need) == ("absorbed", b, b)
    assert services.resolve(a) == b
    first = NEED.apply(first, "move", by=by, into=None)
    a.refresh_from_db()
    assert (a.state, a.merged_into, first.shared_need) == ("open", None, a)
    assert list(b.accepted_needs()) == [second]


def test_the_second_to_claim_is_told(region: Region) -> None:
    need = makers.make_submitted(factories.make_municipality(region))
    by = makers.coordinator_of(region)
    NEED.apply(need, "claim", by=by)
    with pytest.raises(RefusedError) as refused:
        NEED.apply(need, "claim", by=by)
    assert refused.value.reason == Refusal.STATE


def test_no_state_is_written_past_the_table(region: Region) -> None:
    need = makers.make_submitted(factories.make_municipality(region))
    need.state = "accepted"
    with pytest.raises(StateWriteError):
        need.save()
    with pytest.raises(StateWriteError):
        Need.objects.update(state="declined")
    need.refresh_from_db()
    assert need.state == "submitted"
    assert public_status(need) == "received"


def test_the_last_to_withdraw_leaves_the_shared_need_empty(region: Region) -> None:
    need = makers.make_accepted(factories.make_municipality(region))
    shared = need.shared_need
    NEED.apply(need, "withdraw", by=makers.contact_of(need.municipality))
    shared.refresh_from_db()
    assert shared.state == SharedNeedState.VOID
