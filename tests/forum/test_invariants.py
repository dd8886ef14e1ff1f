"""What always holds, whatever path leads there."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone as clock
from django.utils import translation

from regions.forum.lifecycle import ROUND
from regions.forum.models import (
    Ballot,
    FrozenItemError,
    FrozenRoundError,
    PlanningRound,
    Recusal,
    RoundItem,
)
from regions.lifecycle import Actor, RefusedError
from regions.models import AppendOnlyError, Membership, Region, Role, StateWriteError
from regions.models.log import broken_links
from regions.needs.lifecycle import NEED
from regions.needs.models import Need, NeedLog, NeedState, SharedNeed, SharedNeedState
from regions.needs.status import PublicStatus, public_status
from tests import factories
from tests.lifecycles import put
from tests.needs import makers as needs

from . import makers

pytestmark = pytest.mark.django_db
EMAIL = "turid.hemmelig@fjell.example"


def test_a_seat_has_one_ballot_that_counts_in_a_pass(region: Region) -> None:
    makers.make_forum(region)
    planning_round = makers.opened(region)
    seat = planning_round.seats.first().seat
    sent = {"round": planning_round, "seat": seat, "state": "submitted", "is_current": True}
    Ballot.objects.create(**sent, submitted_at=clock.now())
    for number, wrong in enumerate(
        (
            {**sent, "submitted_at": clock.now()},
            {**sent, "is_current": False},
            {**sent, "state": "draft"},
        ),
        start=2,
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Ballot.objects.create(**wrong, number=number)
    Ballot.objects.create(**{**sent, "submitted_at": clock.now(), "pass_no": 2})


def test_nobody_moderates_and_votes_in_one_region(region: Region) -> None:
    member = factories.make_holder(factories.make_seat(region)).user
    with pytest.raises(ValidationError):
        Membership(user=member, region=region, role=Role.COORDINATOR).full_clean()
    assert "coordinator" not in ROUND.parties_of(member, makers.make_round(region))


@pytest.mark.parametrize("name", ["title", "summary", "facts", "shared_need", "round"])
def test_what_is_frozen_stays(region: Region, name: str) -> None:
    makers.make_forum(region)
    planning_round = makers.frozen(region)
    other = makers.make_items(region, 1)[0]
    item = planning_round.items.first()
    value = {"shared_need": other, "round": makers.make_round(region), "facts": {}}.get(name, "X")
    before = RoundItem.objects.filter(pk=item.pk).values().get()
    setattr(item, name, value)
    with pytest.raises(FrozenItemError):
        item.save()
    with pytest.raises(FrozenItemError):
        planning_round.items.update(**{name: value})
    item.refresh_from_db()
    setattr(item, name, value)
    with pytest.raises(FrozenItemError), transaction.atomic():
        RoundItem.objects.bulk_update([item], [name])
    assert RoundItem.objects.filter(pk=item.pk).values().get() == before


def test_what_the_forum_decides_about_a_frozen_item_can_be_written(region: Region) -> None:
    makers.make_forum(region)
    item = makers.frozen(region).items.first()
    item.outcome = "reserve"
    item.save()
    assert RoundItem.objects.get(pk=item.pk).outcome == "reserve"


@pytest.mark.parametrize(
    "changed",
    [{"trim": 0}, {"union_vote": "advisory"}, {"weight_benefit": 31, "weight_urgency": 19}],
)
def test_the_rules_of_a_frozen_round_stay(region: Region, changed: dict[str, object]) -> None:
    makers.make_forum(region)
    planning_round = makers.frozen(region)
    for name, value in changed.items():
        setattr(planning_round, name, value)
    with pytest.raises(FrozenRoundError):
        planning_round.save()
    by = needs.coordinator_of(region)
    planning_round = ROUND.apply(planning_round, "unfreeze", by=by, text="Et sete sa imot.")
    for name, value in changed.items():
        setattr(planning_round, name, value)
    planning_round.save()


def test_a_freeze_keeps_the_words_of_now(region: Region) -> None:
    makers.make_forum(region)
    items = makers.make_items(region, 2)
    SharedNeed.objects.filter(pk=items[0].pk).update(title="Rettet i mellomtiden")
    planning_round = makers.frozen(region, items)
    assert planning_round.items.get(shared_need=items[0]).title == "Rettet i mellomtiden"


def test_a_round_with_recusals_can_go_back(region: Region) -> None:
    makers.make_forum(region)
    planning_round = makers.frozen(region)
    seat = planning_round.seats.first().seat
    user = seat.holders.first().user
    Recusal.objects.create(item=planning_round.items.first(), seat=seat, user=user, kind="family")
    by = needs.coordinator_of(region)
    assert ROUND.apply(planning_round, "unfreeze", by=by, text="Imot.").state == "screening"


def test_a_round_that_fails_keeps_no_other_from_moving(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    from regions.forum import phases

    makers.make_forum(region)
    yesterday = clock.localdate() - timedelta(days=1)
    first, second = (makers.make_round(region, collecting_from=yesterday) for _ in range(2))
    real = ROUND.apply
    broken = max(first.pk, second.pk)  # the one that is met first

    def fail(row: PlanningRound, *args: object, **said: object) -> object:
        if row.pk == broken:
            raise ZeroDivisionError
        return real(row, *args, **said)

    monkeypatch.setattr(ROUND, "apply", fail)
    assert phases.move_phases() == 1


def test_a_decline_or_a_question_without_words_cannot_be_stored(region: Region) -> None:
    need = needs.make_submitted(factories.make_municipality(region))
    for fields in ({"decline_reason": ""}, {"decline_reason": "solve_locally", "alternative": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            put(need, "declined", **fields)
    assert put(need, "declined", decline_reason="spam").state == "declined"


def test_contact_data_stands_in_one_table_alone(region: Region) -> None:
    makers.make_forum(region)
    place = region.municipalities.first()
    need = needs.make_accepted(place, email=EMAIL, backed=True)
    planning_round = makers.opened(region, [need.shared_need])
    ROUND.apply(planning_round, "cancel", by=needs.coordinator_of(region), text="Feil.")
    holding = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.managed and EMAIL in str(list(model._base_manager.values()))
    }
    assert holding == {"needs.NeedContact"}


def test_public_words_are_the_public_ones(region: Region) -> None:
    need = needs.make_accepted(factories.make_municipality(region))
    shared, target = need.shared_need, needs.make_accepted(need.municipality).shared_need
    words = {public_status(put(need, state)) for state in NeedState.values if state != "declined"}
    put(need, "accepted")
    for state in SharedNeedState.values:
        put(shared, state, merged_into=target if state == "absorbed" else None)
        need.refresh_from_db()
        words.add(public_status(Need.objects.get(pk=need.pk)))
    assert words <= set(PublicStatus)
    with translation.override("en"):
        said = {str(each.label).lower() for each in words}
    assert said.isdisjoint({"in_moderation", "in_round", "in a round", "accepted", "deferred"})


def test_logs_only_grow_and_every_change_shows(region: Region) -> None:
    need = needs.make_returned(factories.make_municipality(region))
    entry = need.log.get(action="return")
    for change in (entry.save, entry.delete, NeedLog.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            change()
    with pytest.raises(AppendOnlyError):
        need.log.update(action="accept")
    with pytest.raises(AppendOnlyError):
        NeedLog.objects.bulk_create([NeedLog(need=need)])
    rows = NeedLog._base_manager.filter(pk=entry.pk)
    stored = rows.values().get()
    for name, value in (
        *(("action", "accept"), ("party", "seat"), ("from_state", "x"), ("to_state", "x")),
        *(("facts", {"a": 1}), ("text", "Noe annet."), ("text_hash", "0"), ("number", 77)),
        *(("at", clock.now()), ("previous_hash", "0"), ("entry_hash", "0")),
    ):
        rows.update(**{name: value})
        assert broken_links(need.log.all()), name
        rows.update(**{name: stored[name]})
    assert broken_links(need.log.all()) == []


def test_a_time_in_another_zone_is_the_same_time(region: Region) -> None:
    need = needs.make_submitted(factories.make_municipality(region))
    there = clock.now().astimezone(timezone(timedelta(hours=5)))
    NEED.apply(need, "claim", by=needs.coordinator_of(region), at=there)
    assert broken_links(need.log.all()) == []


def test_no_row_begins_in_a_later_state(region: Region) -> None:
    wrong = SharedNeed(region=region, reference="F-1", title="T", public_summary="S", state="void")
    with pytest.raises(StateWriteError):
        SharedNeed.objects.bulk_create([wrong])
    with pytest.raises(StateWriteError):
        wrong.save()


def test_a_step_of_what_is_gone_is_refused(region: Region) -> None:
    draft = needs.make_draft(factories.make_municipality(region))
    stale = Need.objects.get(pk=draft.pk)
    draft.delete()
    with pytest.raises(RefusedError):
        NEED.apply(stale, "send", by=Actor.with_link())
