"""What happens to needs as time passes: reminders, expiry, deletion, erasure."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db.models import Model
from django.utils import timezone
from wagtail.models import ModelLogEntry

from regions.clock import JOBS
from regions.lifecycle import Actor, Refusal, RefusedError
from regions.models import Notice, Region, Role
from regions.models.log import broken_links
from regions.needs import retention, services
from regions.needs.lifecycle import NEED, SHARED_NEED
from regions.needs.models import (
    Need,
    NeedAction,
    NeedContact,
    NeedLog,
    NeedToken,
    SharedNeed,
    SharedNeedLog,
    TokenPurpose,
)
from tests import factories, worlds

from . import makers

pytestmark = pytest.mark.django_db
SECRET = "Sekstiseks"
EMAIL = "turid.hemmelig@fjell.example"
EVERYWHERE = (Need, NeedAction, NeedContact, NeedLog, SharedNeed, SharedNeedLog, Notice)


@worlds.layer
def place(region: Region) -> Model:
    return factories.make_municipality(region)


def personal(place: Model, make: object = makers.make_submitted, **fields: object) -> Need:
    """Make a need whose submitter's own words and address hold what must not stay."""
    said = {
        name: f"{SECRET} er i {name}."
        for name in ("workplace", "strategic_reason", "goal_achieve", "action", "legal_reference")
    }
    challenge = f"{SECRET} er det som ikke virker hos oss."
    return make(place, email=EMAIL, challenge=challenge, **said, **fields)


def found(*words: str) -> list[str]:
    """Return the tables in which any of ``words`` stands."""
    return [
        model.__name__
        for model in (*EVERYWHERE, ModelLogEntry)
        if any(word in str(list(model._base_manager.values())) for word in words)
    ]


def reminders(need: Need) -> int:
    return Notice.objects.filter(kind="need_reminder", recipient=f"need:{need.pk}").count()


@pytest.mark.parametrize(("days", "told"), [(13, 0), (14, 1), (29, 1), (30, 1), (59, 1), (60, 0)])
def test_a_question_is_recalled(place: Model, days: int, told: int) -> None:
    need = makers.backdate(makers.make_returned(place), returned_at=days)
    retention.remind_returned()
    retention.remind_returned()
    assert reminders(need) == told


def test_a_question_is_recalled_twice_and_anew_when_it_is_asked_again(
    place: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    need = makers.make_returned(place)

    def after(days: int) -> int:
        later = SimpleNamespace(now=lambda: timezone.now() + timedelta(days=days, minutes=1))
        monkeypatch.setattr(retention, "timezone", later)
        retention.remind_returned()
        return reminders(need)

    assert [after(days) for days in (13, 14, 20, 30, 45, 61)] == [0, 1, 1, 2, 2, 2]
    by = makers.coordinator_of(place.region)
    need = NEED.apply(need, "answer", by=Actor.with_link(), text="Alle.")
    assert after(14) == 2
    need = NEED.apply(need, "claim", by=by)
    later = timezone.now() + timedelta(seconds=2)
    NEED.apply(need, "return", by=by, at=later, text="Flere?", alternative="Nei.")
    assert after(15) == 3


@pytest.mark.parametrize(
    ("make", "since", "days"),
    [
        (makers.make_returned, "returned_at", 60),
        (makers.make_unconfirmed, "created_at", 90),
    ],
)
def test_what_nobody_answers_is_withdrawn(
    place: Model, make: object, since: str, days: int
) -> None:
    need = makers.backdate(make(place), **{since: days - 1})
    state = need.state
    assert retention.expire() == 0
    need.refresh_from_db()
    assert need.state == state
    makers.backdate(need, **{since: days})
    assert retention.expire() == 1
    assert retention.expire() == 0
    need.refresh_from_db()
    assert need.state == "withdrawn"
    assert Notice.objects.filter(kind="need_expired", recipient=f"need:{need.pk}").count() == 1


def test_one_that_was_asked_anew_meanwhile_does_not_expire(place: Model) -> None:
    stale = makers.backdate(makers.make_returned(place), returned_at=70)
    Need.objects.filter(pk=stale.pk).update(returned_at=timezone.now())
    with pytest.raises(RefusedError) as refused:
        NEED.apply(stale, "expire", by=Actor.clock())
    assert refused.value.reason == Refusal.GUARD


def test_drafts_are_deleted_with_all_that_hangs_on_them(place: Model) -> None:
    old = makers.backdate(personal(place, makers.make_draft), created_at=90)
    NeedToken.mint(old, TokenPurpose.RECEIPT)
    young = makers.backdate(makers.make_draft(place), created_at=89)
    assert retention.delete_drafts() == 1
    assert list(Need.objects.all()) == [young]
    assert found(SECRET, EMAIL) == []
    assert not NeedToken.objects.filter(need=old.pk).exists()


def test_a_draft_that_was_changed_expires_and_is_erased_soon(place: Model) -> None:
    need = personal(place, makers.make_draft)
    NEED.apply(need, "edit", by=Actor.with_link(), values={"headcount": 4}, changed=["headcount"])
    makers.backdate(need, created_at=90)
    assert retention.delete_drafts() == 0
    assert retention.expire() == 1
    need.refresh_from_db()
    assert need.erase_after == timezone.localdate() + timedelta(days=14)
    Need.objects.filter(pk=need.pk).update(erase_after=timezone.localdate())
    assert retention.erase_due() == 1
    assert found(SECRET, EMAIL) == []


def closed(place: Model) -> Need:
    return personal(place, makers.make_declined)


def test_two_years_after_closing_the_contact_goes_and_statistics_stay(place: Model) -> None:
    need = closed(place)
    secret = NeedToken.mint(need, TokenPurpose.RECEIPT)
    assert need.erase_after == timezone.localdate() + timedelta(days=730)
    assert retention.erase_due() == 0
    Need.objects.filter(pk=need.pk).update(erase_after=timezone.localdate() + timedelta(days=1))
    assert retention.erase_due() == 0
    assert found(EMAIL) == ["NeedContact"]
    Need.objects.filter(pk=need.pk).update(erase_after=timezone.localdate())
    assert retention.erase_due() == 1
    assert retention.erase_due() == 0
    assert found(SECRET, EMAIL) == []
    assert not NeedToken.objects.matching(secret, TokenPurpose.RECEIPT).exists()
    after = Need.objects.get(pk=need.pk)
    kept = ("reference", "municipality_id", "service_area_id", "level", "headcount", "driver")
    kept += ("state", "decline_reason", "submitted_at", "closed_at")
    assert all(getattr(after, name) == getattr(need, name) for name in kept)
    assert broken_links(after.log.all()) == []
    assert after.log.last().action == "erase"
    assert not after.log.exclude(text="").exists()


def test_every_word_of_the_submitter_goes(place: Model) -> None:
    by = makers.coordinator_of(place.region)
    need = personal(place, makers.make_returned)
    need = NEED.apply(need, "answer", by=Actor.with_link(), text=f"{SECRET} svarer.")
    need = NEED.apply(need, "claim", by=by)
    need = makers.accept(need)
    assert "NeedLog" in found(SECRET)
    services.erase_contact(need, by=by)
    assert found(SECRET, EMAIL) == []
    need.refresh_from_db()
    assert need.state == "accepted"
    assert need.public_summary
    assert broken_links(need.log.all()) == []


def test_an_erased_need_can_be_undone_and_accepted_again(place: Model) -> None:
    by = makers.coordinator_of(place.region)
    need = personal(place, makers.make_accepted)
    services.erase_contact(need, by=by)
    need = NEED.apply(need, "reopen", by=by)
    values = {"strategic_reason": "Plan.", "goal_achieve": "Lik rutine.", "action": "Kurs."}
    need = NEED.apply(need, "accept", by=by, values=values, no_personal_data=True)
    assert need.state == "accepted"


@pytest.mark.parametrize("make", ["draft", "unconfirmed", "submitted", "claimed", "returned"])
def test_one_that_is_not_decided_is_withdrawn_and_erased_on_request(
    place: Model, make: str
) -> None:
    need = personal(place, getattr(makers, f"make_{make}"))
    erased = services.erase_contact(need, by=factories.make_admin())
    assert erased.state == "withdrawn"
    assert found(SECRET, EMAIL) == []
    assert broken_links(erased.log.all()) == []


def test_who_may_erase_on_request(region: Region, place: Model) -> None:
    need = closed(place)
    others = [factories.make_member(region, role) for role in Role if role != Role.COORDINATOR]
    others.append(factories.make_holder(factories.make_seat(region)).user)
    foreign = factories.make_region()
    others.append(makers.coordinator_of(foreign))
    for user in (*others, Actor.with_link(), Actor()):
        before = len(need.log.all())
        with pytest.raises(RefusedError) as refused:
            services.erase_contact(need, by=user)
        assert refused.value.reason == Refusal.PARTY
        assert NeedContact.objects.filter(need=need).exists()
        assert len(need.log.all()) == before
    for user in (makers.coordinator_of(region), factories.make_admin()):
        mine = closed(place)
        services.erase_contact(mine, by=user)
        assert not NeedContact.objects.filter(need=mine).exists()


def test_a_stranger_who_may_not_erase_withdraws_nothing(place: Model) -> None:
    need = makers.make_submitted(place)
    with pytest.raises(RefusedError):
        services.erase_contact(need, by=factories.make_user())
    need.refresh_from_db()
    assert need.state == "submitted"


@pytest.mark.parametrize("step", ["decline", "withdraw"])
def test_a_shared_need_that_ends_starts_the_two_years(place: Model, step: str) -> None:
    need = makers.make_accepted(place)
    following = Actor().following()
    shared = SHARED_NEED.apply(need.shared_need, "enter_round", by=following)
    SHARED_NEED.apply(shared, step, by=following, text="Etter drøfting.", alternative="Selv.")
    need.refresh_from_db()
    assert need.erase_after == timezone.localdate() + timedelta(days=730)


def test_a_need_that_is_open_again_keeps_its_contact(place: Model) -> None:
    need = makers.make_accepted(place)
    following, shared = Actor().following(), need.shared_need
    for step in ("enter_round", "prioritise", "answer"):
        shared = SHARED_NEED.apply(shared, step, by=following)
    need.refresh_from_db()
    assert need.erase_after
    SHARED_NEED.apply(shared, "unanswer", by=following)
    need.refresh_from_db()
    assert (need.erase_after, need.closed_at) == (None, None)


def test_the_command_rehearses_and_erases(place: Model) -> None:
    need = closed(place)
    Need.objects.filter(pk=need.pk).update(erase_after=timezone.localdate())
    told = StringIO()
    call_command("erase_contacts", "--dry-run", stdout=told)
    assert need.reference in told.getvalue()
    assert EMAIL not in told.getvalue()
    assert "1 due. Nothing was erased." in told.getvalue()
    assert NeedContact.objects.filter(need=need).exists()
    told = StringIO()
    call_command("erase_contacts", stdout=told)
    assert "1 erased." in told.getvalue()
    assert not NeedContact.objects.filter(need=need).exists()


def test_the_clock_does_it_all() -> None:
    assert set(retention.JOBS) <= set(JOBS)
    done = {job for _name, job in retention.JOBS}
    assert done == {
        retention.remind_returned,
        retention.expire,
        retention.delete_drafts,
        retention.erase_due,
    }
