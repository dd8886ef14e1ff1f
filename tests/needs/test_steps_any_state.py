"""Every step's form at the desk × every state: whoever was faster, nobody meets a broken page."""

from __future__ import annotations

import pytest
from django.db import models, transaction

from regions.models import Municipality
from regions.needs.admin.step_forms import NEED_FORMS
from regions.needs.admin.steps import SharedStepScreen
from regions.needs.models import Need, NeedState, SharedNeedState
from tests.lifecycles import put

from . import makers
from .desk import Desk

pytestmark = pytest.mark.django_db

SAID = {
    "title": "Medisinrutiner",
    "public_summary": "Ansatte følger rutinen ulikt.",
    "size": "ordinary",
    "no_personal_data": "on",
    "text": "Hvem gjelder det?",
    "alternative": "Spør nettverket.",
    "reason": "solve_locally",
}


def asked(desk: Desk, row: models.Model, step: str, into: object) -> list[int]:
    """Return the answers to what can be sent to a step's screen, each undone."""
    answers = []
    for said in ({}, {**SAID, "into": into}):
        with transaction.atomic():
            answers.append(desk.take(row, step, **said).status_code)
            transaction.set_rollback(True)
    return answers


def in_state(need: Need, state: str) -> Need:
    accepted = state == NeedState.ACCEPTED
    return put(
        need,
        state,
        shared_need=need.own_shared_need if accepted else None,
        decline_reason="solve_locally" if state == NeedState.DECLINED else "",
        alternative="Ta det i ledermøtet." if state == NeedState.DECLINED else "",
    )


@pytest.mark.parametrize("step", [*NEED_FORMS, "erase"])
def test_no_step_of_a_need_breaks(desk: Desk, place: Municipality, step: str) -> None:
    target, need = makers.make_accepted(place).shared_need, makers.make_accepted(place)
    for state in NeedState.values:
        answers = asked(desk, in_state(need, state), step, target.pk)
        assert max(answers) < 500, (state, answers)


@pytest.mark.parametrize("step", [*SharedStepScreen.forms, "edit"])
def test_no_step_of_a_shared_need_breaks(desk: Desk, place: Municipality, step: str) -> None:
    target, shared = (makers.make_accepted(place).shared_need for _ in range(2))
    for state in SharedNeedState.values:
        into = target if state == SharedNeedState.ABSORBED else None
        answers = asked(desk, put(shared, state, merged_into=into), step, target.pk)
        assert max(answers) < 500, (state, answers)


@pytest.mark.parametrize("into", [True, False])
def test_a_move_after_the_acceptance_was_undone_is_told(
    desk: Desk, place: Municipality, *, into: bool
) -> None:
    need, target = makers.make_accepted(place), makers.make_accepted(place).shared_need
    assert desk.ask(need, "move").status_code == 200
    makers.NEED.apply(need, "reopen", by=makers.coordinator_of(place.region))
    answer = desk.take(need, "move", **({"into": target.pk} if into else {}))
    assert answer.status_code == 409
    assert "no longer possible" in answer.content.decode()
    need.refresh_from_db()
    assert (need.state, need.shared_need) == ("in_moderation", None)
