"""When an answer is due: what stops the five days, what starts them anew, and who comes first."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from regions.lifecycle import Actor
from regions.models import Municipality
from regions.needs.admin.queue import Show, condition_of
from regions.needs.days import answer_due, in_words
from regions.needs.deadlines import LONGEST_WAITING, Urgency, first_answer_of
from regions.needs.lifecycle import NEED
from regions.needs.models import Need, NeedState
from regions.needs.path import path_of

from . import makers
from .desk import Desk, text_of

pytestmark = pytest.mark.django_db


def urgency_of(need: Need) -> str:
    return first_answer_of(Need.objects.get(pk=need.pk), timezone.localdate()).urgency


def test_whoever_claims_has_not_answered(desk: Desk, place: Municipality) -> None:
    need = makers.make_claimed(place)
    assert (need.answered_at, urgency_of(need)) == (None, Urgency.IN_TIME)
    late = makers.backdate(need, submitted_at=30, waiting_since=30)
    assert urgency_of(late) == Urgency.LATE
    page = text_of(desk.queue(show="late"))
    assert need.reference in page
    assert "over the deadline" in page
    assert "Answered" not in page


@pytest.mark.parametrize("make", ["make_returned", "make_accepted", "make_declined"])
def test_a_word_of_substance_is_the_first_answer(place: Municipality, make: str) -> None:
    need = getattr(makers, make)(place)
    assert need.answered_at is not None
    assert (need.waiting_since, urgency_of(need)) == (None, Urgency.ANSWERED)


def test_an_answer_starts_five_days_of_its_own(desk: Desk, place: Municipality) -> None:
    need = makers.backdate(makers.make_returned(place), submitted_at=40, answered_at=39)
    first = need.answered_at
    need = NEED.apply(need, "answer", by=Actor.with_link(), text="Hele avdelingen.")
    assert urgency_of(need) == Urgency.IN_TIME
    page = text_of(desk.queue())
    assert "5 working days left" in page
    assert "they answered today" in page
    promised = in_words(answer_due(need.waiting_since))
    assert any(promised in step.text for step in path_of(need))
    late = makers.backdate(need, waiting_since=12)
    assert urgency_of(late) == Urgency.LATE
    assert late.reference in text_of(desk.queue(show="late"))
    by = makers.coordinator_of(place.region)
    claimed = NEED.apply(late, "claim", by=by)
    assert in_words(answer_due(late.waiting_since)) in path_of(claimed)[1].text
    again = NEED.apply(claimed, "return", by=by, text="Og hvor?", alternative="Vent.")
    assert (again.answered_at, again.waiting_since) == (first, None)


def test_nobody_waits_for_what_is_withdrawn(place: Municipality) -> None:
    assert urgency_of(makers.make_withdrawn(place)) == Urgency.NOT_DUE
    by = Actor.with_link()
    answered = NEED.apply(makers.make_returned(place), "answer", by=by, text="Alle.")
    assert urgency_of(NEED.apply(answered, "withdraw", by=by)) == Urgency.ANSWERED


def test_what_is_undone_is_waited_for_again(place: Municipality) -> None:
    need = NEED.apply(makers.make_accepted(place), "reopen", by=makers.coordinator_of(place.region))
    assert urgency_of(need) == Urgency.IN_TIME


def test_the_queue_orders_and_counts_as_the_days_say(place: Municipality) -> None:
    """The database and Python agree on who waits, who is late and who comes first."""
    today, by = timezone.localdate(), Actor.with_link()
    for days in (0, 3, 8, 20):
        makers.backdate(makers.make_submitted(place), submitted_at=days, waiting_since=days)
        makers.backdate(makers.make_claimed(place), submitted_at=days + 1, waiting_since=days + 1)
        answered = NEED.apply(makers.make_returned(place), "answer", by=by, text="Alle.")
        makers.backdate(answered, submitted_at=60, answered_at=50, waiting_since=days)
        makers.backdate(makers.make_returned(place), submitted_at=days)
    rows = list(Need.objects.order_by(*LONGEST_WAITING))
    far = timezone.now() + timedelta(days=1)
    due = sorted(rows, key=lambda need: (need.waiting_since or far, need.submitted_at, need.pk))
    assert rows == due
    queue = (NeedState.SUBMITTED, NeedState.IN_MODERATION)
    late = {
        need
        for need in rows
        if need.state in queue and first_answer_of(need, today).urgency == Urgency.LATE
    }
    assert late == set(Need.objects.filter(condition_of(Show.LATE)))
    assert len(late) >= 6


def test_what_was_counted_before_is_counted_anew(place: Municipality) -> None:
    """A claim stood for an answer: the log knows what was one, and since when somebody waits."""
    link = Actor.with_link()
    rows = [
        makers.make_submitted(place),
        makers.make_claimed(place),
        makers.make_returned(place),
        NEED.apply(makers.make_returned(place), "answer", by=link, text="Alle."),
        makers.make_accepted(place),
        makers.make_declined(place),
        makers.make_withdrawn(place),
        makers.make_draft(place),
    ]
    due = list(Need.objects.order_by("pk").values("pk", "answered_at", "waiting_since"))
    assert len(due) == len(rows)
    Need.objects.exclude(state="draft").update(answered_at=timezone.now(), waiting_since=None)
    migration = import_module("regions.needs.migrations.0003_need_waiting_since")
    migration.from_the_log(apps, None)
    assert list(Need.objects.order_by("pk").values("pk", "answered_at", "waiting_since")) == due
