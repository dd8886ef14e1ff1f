"""The demo's needs and rounds: in every state, through the services, left alone by a second run."""

from __future__ import annotations

from collections import Counter

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.utils import timezone

from catalogue.demo import load
from catalogue.demo.content import REGIONS
from catalogue.demo.courses import find_page
from catalogue.demo.needs import find_need, needs_of, shared_of
from catalogue.demo.rounds import ensure_round, rounds_of
from regions.forum import counts
from regions.forum.models import Ballot, PlanningRound, Recusal, RoundState
from regions.forum.publishing import broken_results
from regions.models import Notice, Region, SeatHolder
from regions.models.log import broken_links
from regions.needs.models import Need, NeedContact, NeedState, SharedNeed, SharedNeedState
from regions.needs.similar import Corpus, text_of

from .loaded import MARKS, Demo, all_rows, quiet, region_of

pytestmark = MARKS

OURS = ("needs", "forum")
NORWAY, SWEDEN = REGIONS


def _round(slug: str, number: int) -> PlanningRound:
    region = region_of(slug)
    return PlanningRound.objects.get(region=region, slug=rounds_of(region)[number]["key"])


# A second run ------------------------------------------------------------------------------------


def test_what_people_did_is_kept() -> None:
    """An editor takes a need out of a course again: the next run does not put it back."""
    course = find_page(region_of(NORWAY), "ny-som-leder").specific
    course.answers_needs = []
    course.save_revision().publish()
    PlanningRound.objects.filter(pk=_round(NORWAY, 1).pk).update(title="Et annet navn")
    rows = all_rows()
    load(quiet)
    assert all_rows() == rows


def test_an_interrupted_run_goes_on_where_it_stopped() -> None:
    planning_round = _round(SWEDEN, 0)
    planning_round.log.all()._raw_delete(planning_round.log.db)
    planning_round.delete()
    need = find_need(region_of(SWEDEN), "nyss-inkommet")
    for rows in (need.log.all(), need.actions.all(), NeedContact.objects.filter(need=need)):
        rows._raw_delete(rows.db)
    need.delete()
    said: list[str] = []
    load(said.append)
    assert [line.strip() for line in said if "new" in line] == [
        f"Needs of {SWEDEN}: 1 new",
        f"new    {SWEDEN}/omgang-1 (round)",
    ]


def test_seats_that_were_filled_later_cast_no_ballots_in_the_past() -> None:
    """In a demo of an earlier version the forum sits since the day it was loaded."""
    region = region_of(SWEDEN)
    row = {**rounds_of(region_of(NORWAY))[1], "key": "senere"}
    SeatHolder.objects.filter(forum__region=region).update(starts_on=timezone.localdate())
    said: list[str] = []
    assert not ensure_round(region, row, said.append, today=timezone.localdate())
    assert said == ["  left  senere: the seats of the forum were filled later"]
    assert not PlanningRound.objects.filter(slug="senere").exists()


# What is there -----------------------------------------------------------------------------------


def test_needs_are_in_every_state() -> None:
    states = Counter(Need.objects.filter(region__slug=NORWAY).values_list("state", flat=True))
    assert set(states) == set(NeedState.values)
    assert states["submitted"] >= 4
    assert set(Need.objects.filter(decline_reason="spam").values_list("state", flat=True)) == {
        "declined"
    }
    reached = set(SharedNeed.objects.values_list("state", flat=True))
    assert reached >= {"open", "in_round", "prioritised", "deferred", "answered"}


def test_the_fifteen_of_the_design_are_merged_as_it_says() -> None:
    merged = {
        (NORWAY, "medisinrutine"): ["vikarer-uten-kurs", "reisen-til-kurset"],
        (NORWAY, "uro-pa-demensavdelingen"): ["utrygge-ved-atferd"],
        (NORWAY, "ny-planlov-hjartdal"): ["ny-planlov-rollag", "ny-planlov-nore"],
        (SWEDEN, "ny-socialtjanstlag"): ["enhetschefer-forvaltningsratt"],
    }
    for (slug, key), others in merged.items():
        region = region_of(slug)
        shared = shared_of(region, key)
        assert {shared_of(region, other) for other in others} == {shared}
    returned = find_need(region_of(NORWAY), "ny-planlov-hjartdal")
    assert "return" in returned.log.values_list("action", flat=True)
    assert shared_of(region_of(SWEDEN), "inkludering-i-forskolan").co_signs.count() == 1


def test_the_queue_has_needs_like_what_is_there() -> None:
    region = region_of(NORWAY)
    corpus = Corpus.of_regions([region.pk])
    found = {
        key: [match.text.settled for match in corpus.like(text_of(find_need(region, key)))]
        for key in ("ligner-brannvern", "ligner-medisinrutine")
    }
    assert found == {"ligner-brannvern": [False], "ligner-medisinrutine": [True]}


def test_the_queue_has_needs_of_every_age() -> None:
    region = region_of(NORWAY)
    days = {
        key: timezone.localdate(find_need(region, key).submitted_at)
        for key in ("over-fristen", "frist-i-dag", "frist-i-morgen", "bare-en-setning")
    }
    assert sorted(days.values()) == list(days.values())
    assert len(set(days.values())) == 4
    assert all(day.weekday() < 5 for day in days.values())


def test_a_round_is_published_one_is_open_and_one_collects() -> None:
    assert _round(NORWAY, 0).state == RoundState.PUBLISHED
    assert _round(NORWAY, 1).state == RoundState.BALLOT_OPEN
    assert _round(SWEDEN, 0).state == RoundState.COLLECTING
    assert _round(NORWAY, 1).takes_ballots()
    assert Client().get("/nb/rounds/kongsbergregionen/runde-1/").status_code == 200


def test_the_published_round_has_a_tie_a_recusal_an_override_and_a_late_ballot(
    demo: Demo,
) -> None:
    planning_round = _round(NORWAY, 0)
    outcome = counts.outcome_of(planning_round)
    scores = [outcome.result.items[ref].standing.score for ref in outcome.result.order]
    assert len(scores) == 8
    assert len(set(scores)) == 7
    assert Recusal.objects.filter(item__round=planning_round).count() == 1
    (override,) = planning_round.overrides.all()
    assert (override.from_rank, override.to_rank) == (7, 6)
    assert outcome.order.index(override.item.facts["reference"]) == 5
    late = Ballot.objects.get(round=planning_round, state="draft")
    assert late.lines.count() == 8
    assert any("late" in line and str(late.seat) in line for line in demo.said)
    assert planning_round.ballots.filter(is_current=True).count() == 8
    prioritised = planning_round.items.filter(outcome="prioritised")
    assert {item.facts["reference"] for item in prioritised} == set(outcome.order[:6])


def test_open_ballots_are_partly_sent() -> None:
    sent = Counter(Ballot.objects.filter(round=_round(NORWAY, 1)).values_list("state", flat=True))
    assert sent == {"submitted": 4, "draft": 1}


def test_courses_answer_needs_and_some_are_wanted() -> None:
    region = region_of(NORWAY)
    shared = shared_of(region, "medisinrutine")
    assert shared.state == SharedNeedState.ANSWERED
    page = Client().get(find_page(region, "legemiddelhandtering").url).content.decode()
    assert shared.title in page
    wanted = SharedNeed.objects.wanted().filter(region=region)
    assert {each.pk for each in wanted} == {
        shared_of(region, "skolefravar").pk,
        shared_of(region, "ny-planlov-hjartdal").pk,
    }


def test_nothing_of_it_waits_to_be_mailed() -> None:
    assert Notice.objects.count() > 100
    assert not Notice.objects.exclude(state=Notice.State.SENT).exists()
    assert set(NeedContact.objects.values_list("email", flat=True)) <= {
        f"hr@{place.slug}.example"
        for region in Region.objects.all()
        for place in region.municipalities.all()
    }


# Whether it is sound -----------------------------------------------------------------------------


def test_the_logs_hold_and_lie_in_the_past() -> None:
    now = timezone.now()
    for row in [*Need.objects.all(), *SharedNeed.objects.all(), *PlanningRound.objects.all()]:
        assert broken_links(row.log.all()) == [], row
        times = list(row.log.order_by("number").values_list("at", flat=True))
        assert times == sorted(times), row
        assert all(at <= now for at in times), row
    for region in Region.objects.all():
        assert broken_results(region) == []


@pytest.mark.parametrize(
    "model",
    [model for model in apps.get_models() if model._meta.app_label in OURS],
    ids=lambda model: model._meta.label,
)
def test_every_row_holds(model: type[models.Model]) -> None:
    for row in model._default_manager.all():
        # What no form shows says only that it may be null.
        fields = [each.name for each in row._meta.fields if each.null]
        empty = [name for name in fields if row.serializable_value(name) is None]
        row.full_clean(exclude=empty)


@pytest.mark.parametrize("slug", REGIONS)
def test_everything_of_the_content_is_made(slug: str) -> None:
    region = region_of(slug)
    assert region.needs.count() == len(needs_of(region))
    assert region.rounds.count() == len(rounds_of(region))
