"""Every route of the admin, asked by everyone who should find nothing of the other region there."""

from __future__ import annotations

import pytest

from regions.admin.guard import rule_for

from .finders import MakeWalker
from .queries import EVERYTHING, everything_in_bulk
from .routes import addresses, admin_routes
from .walker import knock, named_routes, report, visit, walk
from .world import MARK, World

#: Who has no desk: other roles, a stranger, whose time is over or has not begun, who has no role
#: but Wagtail's key.
OUTSIDERS = (
    "contact",
    "submitter",
    "steering",
    "provider_contact",
    "forum",
    "ended",
    "later",
    "keyed",
    "stranger",
)


def test_every_route_says_whose_rows_it_may_touch() -> None:
    undeclared = [route.name for route in named_routes() if rule_for(route.name) is None]
    assert undeclared == []


def test_routes_without_a_name_are_known_and_closed(walker: MakeWalker) -> None:
    """Nobody can declare them: the error page's own address, and whatever is not there."""
    assert {route.pattern for route in admin_routes() if not route.name} == {
        "test404/",
        "^.*/$",
    }
    for who in ("admin", "coordinator", "stranger"):
        for url in ("/admin/test404/", "/admin/nothing/here/"):
            assert walker(who).ask("GET", url).status == 404


def test_the_mark_is_there_to_be_found(walker: MakeWalker) -> None:
    """An administrator reads it on nearly every list: otherwise a walk would prove nothing."""
    admin = walker("admin")
    lists = [route for route in named_routes() if route.name.endswith(":index")]
    urls = [admin.ask("GET", f"/admin/{route.pattern}").text for route in lists]
    assert sum(MARK in text for text in urls) >= 14


@pytest.mark.parametrize(
    ("who", "extra"),
    [
        ("coordinator", ("GET", "twin")),
        ("editor", ("HEAD", "DELETE")),
        ("resource_author", ("PUT",)),
        ("moved", ()),
    ],
)
def test_the_desk_finds_nothing_of_the_other_region(
    who: str, extra: tuple[str, ...], walker: MakeWalker
) -> None:
    assert report(walk(walker(who), extra=extra)) == ""


@pytest.mark.parametrize(("turn", "who"), list(enumerate(OUTSIDERS)))
def test_who_has_no_desk_is_sent_away_everywhere(turn: int, who: str, walker: MakeWalker) -> None:
    assert report(knock(walker(who), turn)) == ""


def test_everything_in_bulk_is_ones_own_everything(walker: MakeWalker) -> None:
    editor = walker("editor")
    for model in EVERYTHING:
        for action in ("delete", "publish", "unpublish", "move", "add_tags", "add_to_collection"):
            editor.ask("GET", everything_in_bulk(model, action))
            editor.ask("POST", everything_in_bulk(model, action), {"next": "/admin/"})
    assert report(editor.findings) == ""


@pytest.mark.both
def test_an_administrator_meets_no_error(walker: MakeWalker, world: World) -> None:
    """Both regions are open to them, and every screen of either works."""
    admin = walker("admin")
    for route in named_routes():
        if route.name != "wagtailadmin_error_test":  # is made to fail
            visit(admin, addresses(route, world)[0])
    assert report(admin.findings) == ""
