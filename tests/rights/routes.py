"""Every route of needs, rounds and saved searches with what each person is answered: the one table.

A row says the arguments and, for GET and for an empty POST, the answer by person; ``"*"`` stands
for whoever is not named. ``"sign in"`` leads to the sign-in page, ``"away"`` to the admin's home
with a word on why. A new route gets a row, or the walk fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from django.urls import URLPattern, URLResolver, get_resolver

from regions.needs.models import TokenPurpose
from search.saved.models import FollowLink

from .world import World

Answer = int | str
Answers = Mapping[str, Answer]
#: Whose routes are walked here. The admin's other routes are walked in ``tests/admin``.
NAMESPACES = (
    *("needs", "workspace", "rounds", "need_desk", "shared_need_desk", "round_desk"),
    "saved",
)


@dataclass(frozen=True)
class Row:
    """A route with its arguments, and who is answered what."""

    name: str
    get: Answers
    post: Answers
    args: Callable[[World], tuple] = field(default=lambda world: ())

    def due(self, method: str, who: str) -> Answer:
        answers = self.get if method == "get" else self.post
        return next((said for names, said in answers.items() if who in names.split()), answers["*"])


def names() -> list[str]:
    """Return the routes of ``NAMESPACES``, as the resolver knows them."""
    return sorted(set(_names(get_resolver(), ())))


def _names(resolver: URLResolver, within: tuple[str, ...]) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            if within and within[-1] in NAMESPACES:
                yield ":".join((*within, str(pattern.name)))
        else:
            inner = (*within, pattern.namespace) if pattern.namespace else within
            yield from _names(pattern, inner)


def region(world: World) -> tuple:
    return (world.region.slug,)


def receipt(world: World) -> tuple:
    return (world.secret(),)


def confirm(world: World) -> tuple:
    return (world.secret(TokenPurpose.CONFIRM),)


def confirm_search(world: World) -> tuple:
    return (FollowLink.to_confirm(world.saved),)


def followed(world: World) -> tuple:
    return (FollowLink.to_manage(world.saved.follower_id),)


def followed_one(world: World) -> tuple:
    return (*followed(world), world.saved.pk)


def wrong(_world: World) -> tuple:
    return ("x" * 43,)


def need(world: World) -> tuple:
    return (world.need.pk,)


def shared(world: World) -> tuple:
    return (world.shared.pk,)


def planning_round(world: World) -> tuple:
    return (world.planning_round.pk,)


def item(world: World) -> tuple:
    return (world.planning_round.pk, 1)


def result(world: World) -> tuple:
    return (world.region.slug, world.planning_round.slug)


def step(world: World) -> tuple:
    return (world.planning_round.pk, "cancel")


#: At the desk: who does not work there is refused at the door.
_DOOR = {"nobody": "sign in", "*": 403}
#: Needs are not there for whoever may not read them: a refusal would say that they are.
_HIDDEN = {"nobody": "sign in", "*": 404}
_NO_NEEDS = "editor resource_author"
#: Lists of needs are the coordinators' and administrators', rows of other regions are not there.
_NEEDS_LIST = {"coordinator admin other_coordinator": 200, **_HIDDEN}
_NEEDS_LIST_SENT = {**_NEEDS_LIST, "coordinator admin other_coordinator": 405}
_ROUNDS_LIST = {"coordinator admin other_coordinator": 200, _NO_NEEDS: "away", **_DOOR}
_ROUNDS_LIST_SENT = {**_ROUNDS_LIST, "coordinator admin other_coordinator": 405}
_ADD = {"coordinator other_coordinator": 200, f"{_NO_NEEDS} admin": "away", **_DOOR}
_STRANGERS = f"{_NO_NEEDS} other_coordinator"


def _step_of_need(name: str, get: int, post: int) -> Row:
    """A step of one need: the region's coordinators alone find it."""
    others = {f"{_STRANGERS} admin": 404, **_HIDDEN}
    return Row(
        f"need_desk:{name}", {"coordinator": get, **others}, {"coordinator": post, **others}, need
    )


def _step_of_shared(name: str, get: int, post: int) -> Row:
    others = {f"{_STRANGERS} admin": 404, **_HIDDEN}
    return Row(
        f"shared_need_desk:{name}",
        {"coordinator": get, **others},
        {"coordinator": post, **others},
        shared,
    )


_REPORT = {"coordinator other_coordinator": 200, f"{_NO_NEEDS} admin": 404, **_HIDDEN}
NEED_DESK = [
    Row("need_desk:index", _NEEDS_LIST, _NEEDS_LIST_SENT),
    Row("need_desk:index_results", _NEEDS_LIST, _NEEDS_LIST_SENT),
    Row(
        "need_desk:inspect",
        {"coordinator admin": 200, _STRANGERS: 404, **_HIDDEN},
        {"coordinator admin": 405, _STRANGERS: 404, **_HIDDEN},
        need,
    ),
    # An administrator may forget people too.
    Row(
        "need_desk:erase",
        {"coordinator admin": 200, _STRANGERS: 404, **_HIDDEN},
        {"coordinator admin": 200, _STRANGERS: 404, **_HIDDEN},
        need,
    ),
    # On behalf of somebody.
    Row("need_desk:report", _REPORT, _REPORT),
    # The need is accepted: what cannot be done with it any more leads back to it.
    _step_of_need("accept", 302, 200),
    _step_of_need("claim", 302, 302),
    _step_of_need("decline", 302, 200),
    # It stands alone, and there is no other shared need to go to.
    _step_of_need("move", 302, 200),
    _step_of_need("release", 302, 302),
    _step_of_need("reopen", 200, 200),
    _step_of_need("return", 302, 200),
    _step_of_need("take_up", 302, 200),
]
_SHARED_LIST = {
    "editor coordinator admin other_coordinator": 200,
    **_HIDDEN,
}
_SHARED_LIST_SENT = {**_SHARED_LIST, "editor coordinator admin other_coordinator": 405}
_SHARED_EDIT = {
    "coordinator": 200,
    "other_coordinator": 404,
    "editor admin": "away",
    **_HIDDEN,
}
SHARED_NEED_DESK = [
    Row("shared_need_desk:index", _SHARED_LIST, _SHARED_LIST_SENT),
    Row("shared_need_desk:index_results", _SHARED_LIST, _SHARED_LIST_SENT),
    Row(
        "shared_need_desk:inspect",
        {"editor coordinator admin": 200, "resource_author other_coordinator": 404, **_HIDDEN},
        {"editor coordinator admin": 405, "resource_author other_coordinator": 404, **_HIDDEN},
        shared,
    ),
    Row("shared_need_desk:edit", _SHARED_EDIT, _SHARED_EDIT, shared),
    _step_of_shared("absorb", 302, 200),
    _step_of_shared("reopen", 302, 200),
    _step_of_shared("restore", 302, 200),
]
_ROUND_STEP = {"coordinator": 200, f"{_STRANGERS} admin": 404, **_DOOR}
_ROUND_HISTORY = {"coordinator": 200, _STRANGERS: 404, "admin": "away", **_DOOR}
ROUND_DESK = [
    Row("round_desk:index", _ROUNDS_LIST, _ROUNDS_LIST_SENT),
    Row("round_desk:index_results", _ROUNDS_LIST, _ROUNDS_LIST_SENT),
    Row("round_desk:add", _ADD, _ADD),
    Row("round_desk:edit", _ROUND_STEP, _ROUND_STEP, planning_round),
    *(
        Row(
            f"round_desk:{name}",
            _ROUND_HISTORY,
            {**_ROUND_HISTORY, "coordinator": 405},
            planning_round,
        )
        for name in ("history", "history_results")
    ),
    Row(
        "round_desk:show",
        {"coordinator admin": 200, _STRANGERS: 404, **_DOOR},
        {"coordinator admin": 405, _STRANGERS: 404, **_DOOR},
        planning_round,
    ),
    Row("round_desk:step", _ROUND_STEP, _ROUND_STEP, step),
    # Ballots are open: there is no meeting yet, and nothing to reopen.
    Row(
        "round_desk:reopen",
        {**_ROUND_STEP, "coordinator": 302},
        {**_ROUND_STEP, "coordinator": 302},
        planning_round,
    ),
    Row(
        "round_desk:meeting",
        {**_ROUND_STEP, "coordinator": 302},
        {**_ROUND_STEP, "coordinator": 405},
        planning_round,
    ),
]

#: In the workspace: who speaks for a municipality or holds a seat somewhere has a door to it, but
#: what is another's is not there.
_VOICES = "contact neighbour_contact other_contact other_seat"
_SEATS = "seat union chair"
_CLOSED = {"nobody": "sign in", "*": 403}


def _of_seat(name: str, args: Callable[[World], tuple], get: int, post: int) -> Row:
    """A page of a seat's own ballot: those of the round's seats find theirs, nobody another's.

    A method that the page does not know is refused to whoever has the door.
    """

    def due(said: int) -> Answers:
        voices = 405 if said == 405 else 404
        return {_SEATS: said, _VOICES: voices, **_CLOSED}

    return Row(f"workspace:{name}", due(get), due(post), args)


WORKSPACE = [
    _of_seat("ballot", item, 200, 302),
    _of_seat("recused", item, 200, 200),
    _of_seat("overview", planning_round, 200, 405),
    # Opened without its button a step leads to the page that has it.
    *(
        Row(
            f"workspace:{name}",
            {f"{_SEATS} {_VOICES}": 302, **_CLOSED},
            {_SEATS: said, _VOICES: 404, **_CLOSED},
            planning_round,
        )
        for name, said in {"send": 409, "replace": 302}.items()
    ),
    _of_seat("sent", planning_round, 302, 405),
    # The ballots are open: who has a seat is led home with a word, nobody sees an order.
    _of_seat("order", planning_round, 302, 405),
    Row(
        "workspace:home",
        {f"{_SEATS} {_VOICES}": 200, **_CLOSED},
        {f"{_SEATS} {_VOICES}": 405, **_CLOSED},
    ),
    Row(
        "workspace:chair",
        {"chair": 200, f"seat union {_VOICES}": 404, **_CLOSED},
        {f"{_SEATS} {_VOICES}": 404, **_CLOSED},
        planning_round,
    ),
]

#: A round that is not published is not there, for whomever asks.
_NOT_YET, _READ_ONLY = {"*": 404}, {"*": 405}
ROUNDS = [
    Row("rounds:method", {"*": 200}, _READ_ONLY, region),
    Row("rounds:result", _NOT_YET, _READ_ONLY, result),
    Row("rounds:result_json", _NOT_YET, _READ_ONLY, result),
    Row("rounds:result_csv", _NOT_YET, _READ_ONLY, result),
]

_ALL: Answers = {"*": 200}
_LEADS: Answers = {"*": 302}
_GONE: Answers = {"*": 404}


def _by_link(name: str, get: int, post: int) -> list[Row]:
    """A page behind a secret link: whoever holds it is answered, whoever guesses is not."""
    return [
        Row(f"needs:{name}", {"*": get}, {"*": post}, receipt),
        Row(f"needs:{name}", _GONE, _READ_ONLY if post == 405 else _GONE, wrong),
    ]


NEEDS = [
    Row("needs:start", _ALL, _READ_ONLY),
    Row("needs:report", _ALL, _ALL, region),
    Row("needs:suggest", _LEADS, _ALL, region),
    Row("needs:links", _ALL, _ALL),
    Row("needs:links_sent", _ALL, _READ_ONLY),
    # The e-mail is confirmed already: the link says so, and leads to the receipt.
    Row("needs:confirm", _ALL, _LEADS, confirm),
    Row("needs:confirm", _GONE, _GONE, wrong),
    *_by_link("receipt", 200, 405),
    # The need is accepted: what can be done only before leads back to the receipt.
    *_by_link("describe", 302, 409),
    *_by_link("change", 302, 200),
    *_by_link("answer", 302, 302),
    *_by_link("withdraw", 200, 302),
    *_by_link("send", 302, 302),
    *_by_link("resend", 302, 302),
    # A municipality's own: its contact, and whoever sits for it, confirm; its contact
    # answers and withdraws.
    Row(
        "needs:ours",
        {f"{_SEATS} {_VOICES}": 200, **_HIDDEN},
        {f"{_SEATS} {_VOICES}": 405, **_HIDDEN},
    ),
    Row(
        "needs:back",
        {f"{_SEATS} {_VOICES}": 302, **_HIDDEN},
        {"contact seat": 302, f"union chair {_VOICES}": 404, **_HIDDEN},
        need,
    ),
    # The need is accepted: nothing is asked any more.
    Row(
        "needs:ours_answer",
        {f"{_SEATS} {_VOICES}": 302, **_HIDDEN},
        {"contact": 409, f"{_SEATS} {_VOICES}": 404, **_HIDDEN},
        need,
    ),
    Row(
        "needs:ours_withdraw",
        {"contact": 200, f"{_SEATS} {_VOICES}": 404, **_HIDDEN},
        {"contact": 409, f"{_SEATS} {_VOICES}": 404, **_HIDDEN},
        need,
    ),
    # Who speaks for the need's own municipality is told that it stands there already.
    Row(
        "needs:co_sign",
        {f"{_SEATS} {_VOICES}": 302, **_HIDDEN},
        {
            "contact seat": 409,
            "neighbour_contact chair": 302,
            "union other_contact other_seat": 404,
            **_HIDDEN,
        },
        shared,
    ),
]

#: Without an account: whoever holds the link is answered, whoever guesses is not.
SAVED = [
    # Nothing is chosen in the bare address: the page says so, and a form is not taken.
    Row("search:saved:save", _ALL, _ALL),
    Row("search:saved:sent", _ALL, _READ_ONLY),
    Row("search:saved:links", _ALL, _ALL),
    Row("search:saved:link_sent", _ALL, _READ_ONLY),
    Row("search:saved:confirm", _ALL, _LEADS, confirm_search),
    Row("search:saved:confirm", _GONE, _GONE, wrong),
    # Sent without a button it stops nothing, and leads back.
    Row("search:saved:mine", _ALL, _LEADS, followed),
    # To stop by a link that opens nothing is done already: mail programs must not ask again.
    Row("search:saved:mine", _GONE, _ALL, wrong),
    Row("search:saved:one", _ALL, _READ_ONLY, followed_one),
    Row("search:saved:one", _GONE, _READ_ONLY, lambda world: ("x" * 43, 1)),
]

ROWS: list[Row] = [*NEEDS, *SAVED, *WORKSPACE, *ROUNDS, *NEED_DESK, *SHARED_NEED_DESK, *ROUND_DESK]
