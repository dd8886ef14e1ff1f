"""The table of rights around needs and rounds: who may do what, in one place.

This is the specification, and nothing asks it while the site runs: who may do what is decided by
the lifecycles, the policies and the routes. The tests read it (``tests/rights``) and hold every
line of a lifecycle, every policy and every route of needs and rounds against it. Rights of the
admin's other models are in ``regions.policies`` and ``catalogue.policies``.

It says what the design says, but for this:

- Providers and steering groups may report a need: the form asks for no account, so that signing in
  would only take away what everybody has.
- Contacts and seats do not propose that needs are merged: they say that they have one too, which
  counts at once.
- A steering group signs nothing off yet, and providers see shared needs where everybody does: the
  design gives them more once there are plans.
- Coordinators see who has sent a ballot, and no ballot: so nobody has the right to see others'.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class As(StrEnum):
    """As what somebody comes. A technical administrator decides nothing."""

    PUBLIC = "public"
    #: With the secret link of a need.
    SUBMITTER = "submitter"
    CONTACT = "contact"
    EDITOR = "editor"
    COORDINATOR = "coordinator"
    #: A seat in the forum: of a municipality, of an employees' organisation.
    SEAT = "seat"
    UNION = "union"
    PROVIDER = "provider"
    STEERING = "steering"
    ADMIN = "admin"


class Right(StrEnum):
    """How far a right goes. What is missing from a row is ``NO``."""

    YES = "yes"
    #: Of the own municipality, the own seat, or the need that the link is of.
    OWN = "own"
    NO = "no"


class Deed(StrEnum):
    """What can be done."""

    REPORT = "report a need"
    KEEP_OWN = "confirm and change a need that one has reported"
    ANSWER = "answer a question, withdraw a need"
    BACK = "confirm that a need is the municipality's; say that it has it too"
    READ_NEED = "read a need with its contact"
    READ_SHARED = "read shared needs before their round is published"
    MODERATE = "claim, return, accept, decline, merge, move, undo"
    VOTE = "fill in a ballot"
    SEE_BALLOTS = "see others' ballots before the close"
    ARRANGE = "arrange a round: phases, items, publishing"
    OBJECT = "send a round back, extend it"
    TAKE_OUT = "take a need out while ballots are open"
    DECIDE = "record departures and the decision"
    ERASE = "erase who reported a need"


_EVERYBODY = dict.fromkeys(As, Right.YES)

RIGHTS: Mapping[Deed, Mapping[As, Right]] = {
    Deed.REPORT: _EVERYBODY,
    Deed.KEEP_OWN: {As.SUBMITTER: Right.OWN},
    Deed.ANSWER: {As.SUBMITTER: Right.OWN, As.CONTACT: Right.OWN},
    Deed.BACK: {As.CONTACT: Right.OWN, As.SEAT: Right.OWN},
    Deed.READ_NEED: {
        As.SUBMITTER: Right.OWN,
        As.CONTACT: Right.OWN,
        As.SEAT: Right.OWN,
        As.COORDINATOR: Right.YES,
        As.ADMIN: Right.YES,
    },
    Deed.READ_SHARED: {
        As.SUBMITTER: Right.OWN,
        **dict.fromkeys(
            (As.CONTACT, As.EDITOR, As.COORDINATOR, As.SEAT, As.UNION, As.STEERING, As.ADMIN),
            Right.YES,
        ),
    },
    Deed.MODERATE: {As.COORDINATOR: Right.YES},
    Deed.VOTE: {As.SEAT: Right.OWN, As.UNION: Right.OWN},
    Deed.SEE_BALLOTS: {},
    Deed.ARRANGE: {As.COORDINATOR: Right.YES},
    # Of the seats the chair alone.
    Deed.OBJECT: {As.COORDINATOR: Right.YES, As.SEAT: Right.YES},
    Deed.TAKE_OUT: {As.SEAT: Right.YES},
    Deed.DECIDE: {As.COORDINATOR: Right.YES, As.SEAT: Right.YES},
    Deed.ERASE: {As.COORDINATOR: Right.YES, As.ADMIN: Right.YES},
}


def right(who: As, deed: Deed) -> Right:
    """Return how far ``who`` may do ``deed``."""
    return RIGHTS[deed].get(who, Right.NO)
