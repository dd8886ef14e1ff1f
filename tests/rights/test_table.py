"""The table of rights, held against who may take each step and who finds each screen."""

from __future__ import annotations

import pytest

from regions.forum.lifecycle import ROUND
from regions.forum.models import Ballot, BallotLine, PlanningRound, Recusal
from regions.lifecycle import Lifecycle, Party
from regions.models import Role
from regions.needs.lifecycle import NEED, SHARED_NEED
from regions.needs.models import Need, NeedContact, NeedToken, SharedNeed
from regions.policy import ADMIN, Action, policy_for
from regions.rights import RIGHTS, As, Deed, Right, right

AS_PARTY = {
    Party.SUBMITTER: As.SUBMITTER,
    Party.CONTACT: As.CONTACT,
    Party.COORDINATOR: As.COORDINATOR,
    Party.SEAT: As.SEAT,
    Party.CHAIR: As.SEAT,
    Party.UNION: As.UNION,
    Party.ADMIN: As.ADMIN,
}
AS_ROLE = {
    Role.COORDINATOR: As.COORDINATOR,
    Role.EDITOR: As.EDITOR,
    Role.CONTACT: As.CONTACT,
    Role.PROVIDER_CONTACT: As.PROVIDER,
    Role.STEERING: As.STEERING,
    ADMIN: As.ADMIN,
}
#: Steps that nobody takes: they follow from others, or time takes them.
NOBODYS = None
STEPS: dict[str, dict[str, Deed | None]] = {
    "needs.Need": {
        "send": Deed.REPORT,
        **dict.fromkeys(("confirm", "edit"), Deed.KEEP_OWN),
        **dict.fromkeys(
            ("claim", "release", "return", "accept", "reopen", "move", "decline", "take_up"),
            Deed.MODERATE,
        ),
        **dict.fromkeys(("answer", "withdraw"), Deed.ANSWER),
        "back": Deed.BACK,
        "expire": NOBODYS,
        "erase": Deed.ERASE,
    },
    "needs.SharedNeed": {
        **dict.fromkeys(("change", "absorb", "restore", "reopen"), Deed.MODERATE),
        "co_sign": Deed.BACK,
        **dict.fromkeys(
            (
                *("join", "leave", "void", "enter_round", "leave_round", "withdraw"),
                *("prioritise", "defer", "decline", "answer", "unanswer"),
            ),
            NOBODYS,
        ),
    },
    "forum.PlanningRound": {
        **dict.fromkeys(
            (
                *("collect", "screen", "freeze", "open", "close", "deliberate"),
                *("second_pass", "publish", "archive", "cancel"),
            ),
            Deed.ARRANGE,
        ),
        **dict.fromkeys(("unfreeze", "extend"), Deed.OBJECT),
        "withdraw_item": Deed.TAKE_OUT,
        **dict.fromkeys(("override", "settle", "decide"), Deed.DECIDE),
    },
}
LIFECYCLES = [NEED, SHARED_NEED, ROUND]


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda each: each.model.__name__)
def test_every_step_is_taken_by_whom_the_table_says(lifecycle: Lifecycle) -> None:
    steps = STEPS[lifecycle.model._meta.label]
    assert set(lifecycle.lines) - set(steps) == set(), "say in the table whose step this is"
    for name, each in lifecycle.lines.items():
        people = {AS_PARTY[party] for party in each.who if party in AS_PARTY}
        deed = steps[name]
        if deed is NOBODYS:
            assert people == set(), name
            continue
        due = {who for who in As if right(who, deed) != Right.NO}
        if deed == Deed.REPORT:  # the form is open to all; what is sent is sent by its link
            assert people == {As.SUBMITTER, As.COORDINATOR} <= due
        else:
            assert people == due, name


def test_whatever_is_one_s_own_is_given_to_those_who_have_something() -> None:
    own = {who for row in RIGHTS.values() for who, how in row.items() if how == Right.OWN}
    assert own <= {As.SUBMITTER, As.CONTACT, As.SEAT, As.UNION}


def test_administrators_decide_nothing() -> None:
    may = {deed for deed in Deed if right(As.ADMIN, deed) != Right.NO}
    assert may == {Deed.REPORT, Deed.READ_NEED, Deed.READ_SHARED, Deed.ERASE}


def test_nobody_sees_ballots_before_the_close() -> None:
    assert RIGHTS[Deed.SEE_BALLOTS] == {}


def desk(model: type, action: str) -> set[As]:
    return {AS_ROLE[role] for role in policy_for(model).rights.get(action, ())}


def test_screens_are_found_by_whom_the_table_says() -> None:
    everyone = set(AS_ROLE.values())
    for who in everyone & {As.COORDINATOR, As.EDITOR, As.ADMIN}:
        assert (who in desk(Need, Action.VIEW)) == (right(who, Deed.READ_NEED) == Right.YES)
        assert (who in desk(SharedNeed, Action.VIEW)) == (right(who, Deed.READ_SHARED) == Right.YES)
    # Contacts, steering groups and providers do not work in the admin.
    for model in (Need, SharedNeed):
        assert desk(model, Action.VIEW) <= {As.COORDINATOR, As.EDITOR, As.ADMIN}
        assert desk(model, Action.CHANGE) == {As.COORDINATOR}
        assert desk(model, Action.DELETE) == set()
    assert desk(PlanningRound, Action.CHANGE) == {As.COORDINATOR}
    assert desk(PlanningRound, Action.VIEW) == {As.COORDINATOR, As.ADMIN}
    assert desk(PlanningRound, Action.DELETE) == set()


@pytest.mark.parametrize("model", [Ballot, BallotLine, Recusal, NeedContact, NeedToken])
def test_no_screen_opens_what_is_secret(model: type) -> None:
    assert policy_for(model).rights == {}
