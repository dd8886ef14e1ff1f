"""The least rights that work: what each role can do at its own desk, and no more than that."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse

from regions.admin.guard import desk, rule_for
from regions.policy import Action, policy_for

from .finders import MakeWalker
from .forms import things_of
from .routes import addresses
from .walker import Walker, form_data, named_routes
from .world import World

ROLES = ("resource_author", "editor", "coordinator", "admin")
NOBODY: frozenset[str] = frozenset()
ADMINS = frozenset({"admin"})
COORDINATOR = frozenset({"coordinator"})
COORDINATORS = ADMINS | COORDINATOR
EDITORS = COORDINATORS | {"editor"}
DESK = EDITORS | {"resource_author"}

#: Who reads the list, adds, changes and deletes, by the namespace of the screens.
SCREEN_RIGHTS = {
    "region": (COORDINATORS, ADMINS, COORDINATORS, NOBODY),
    "municipality": (EDITORS, COORDINATORS, COORDINATORS, COORDINATORS),
    "forum": (COORDINATORS, COORDINATORS, COORDINATORS, NOBODY),
    "forum_seat": (COORDINATORS, COORDINATORS, COORDINATORS, COORDINATORS),
    "seat_holder": (COORDINATORS, COORDINATORS, COORDINATORS, NOBODY),
    "network": (EDITORS, COORDINATORS, COORDINATORS, COORDINATORS),
    "membership": (ADMINS, ADMINS, ADMINS, ADMINS),
    "service_area": (EDITORS, COORDINATORS, COORDINATORS, COORDINATORS),
    "target_group": (EDITORS, COORDINATORS, COORDINATORS, COORDINATORS),
    "topic": (EDITORS, COORDINATORS, COORDINATORS, COORDINATORS),
    "provider": (EDITORS, COORDINATORS, COORDINATORS, COORDINATORS),
    "synonym": (EDITORS, EDITORS, EDITORS, EDITORS),
    "occasion": (EDITORS, EDITORS, EDITORS, EDITORS),
    # An administrator sees how far a round is, and arranges none.
    "round_desk": (COORDINATORS, COORDINATOR, COORDINATOR, NOBODY),
    "shared_need_desk": (EDITORS, NOBODY, COORDINATOR, NOBODY),
}
#: Who finds an own page, file or dialog at the route.
ROUTE_RIGHTS = {
    "wagtailadmin_home": DESK,
    "wagtailadmin_account": DESK,
    "wagtailadmin_explore": DESK,
    "wagtailadmin_pages:search": DESK,
    "wagtailadmin_pages:add": DESK,
    "wagtailadmin_pages:add_subpage": DESK,
    "wagtailadmin_pages:edit": EDITORS,
    "wagtailadmin_pages:history": EDITORS,
    "wagtailadmin_pages:unpublish": EDITORS,
    "wagtailadmin_pages:move": EDITORS,
    "wagtailadmin_pages:set_privacy": NOBODY,
    "wagtailadmin_pages:usage": ADMINS,
    "wagtailadmin_choose_page_child": DESK,
    "wagtailadmin_choose_page_search": DESK,
    "wagtailadmin_choose_page_external_link": DESK,
    "wagtailadmin_choose_page_email_link": DESK,
    "wagtailimages:index": DESK,
    "wagtailimages:add_multiple": DESK,
    "wagtailimages:edit": EDITORS,
    "wagtailimages_chooser:choose": DESK,
    "wagtailimages_chooser:chosen": DESK,
    "wagtaildocs:index": DESK,
    "wagtaildocs:add_multiple": DESK,
    "wagtaildocs:edit": EDITORS,
    "wagtaildocs_chooser:choose": DESK,
    "wagtaildocs_chooser:chosen": DESK,
    "municipality_chooser:choose": DESK,
    "municipality_chooser:chosen": DESK,
    "person_chooser:chosen": COORDINATORS,
    "round_desk:show": COORDINATORS,
    "round_desk:step": COORDINATOR,
    "wagtailadmin_workflows:index": ADMINS,
    "wagtailadmin_reports:site_history": ADMINS,
    "wagtailadmin_collections:index": ADMINS,
    "wagtailredirects:index": ADMINS,
    "wagtailsites:index": ADMINS,
    "wagtailusers_users:index": ADMINS,
    "wagtailusers_groups:index": ADMINS,
    "reader_searches": EDITORS,
    "need_desk:index": COORDINATORS,
    "need_desk:inspect": COORDINATORS,
    "need_desk:report": COORDINATOR,
    "need_desk:erase": COORDINATORS,
    "need_desk:release": COORDINATOR,
    "need_desk:return": COORDINATOR,
    "need_desk:accept": COORDINATOR,
    "need_desk:decline": COORDINATOR,
    "shared_need_desk:inspect": EDITORS,
    "shared_need_desk:absorb": COORDINATOR,
}


def _opens(walker: Walker, url: str) -> bool:
    """Return whether the screen is there; a refusal to delete what is in use counts as there."""
    answer = walker.ask("GET", url)
    told = answer.status == 302 and ("in use" in answer.text or "i bruk" in answer.text)
    return answer.status == 200 or told


def _rows(world: World) -> dict[str, object]:
    names = ("service_area", "target_group", "topic", "provider", "synonym")
    return things_of(world.own) | {name: world.shared[name] for name in names}


@pytest.mark.parametrize("who", ROLES)
def test_each_role_has_its_screens(who: str, walker: MakeWalker, world: World) -> None:
    person, rows = walker(who), _rows(world)
    expected, found = {}, {}
    for namespace, (read, add, change, delete) in SCREEN_RIGHTS.items():
        row = rows[namespace]
        screens = {"index": (read, ()), "edit": (change, (row.pk,))}
        if add:
            screens["add"] = (add, ())
        if delete:
            # What readers have seen is cancelled, not deleted.
            gone = world.own.unseen_occasion if namespace == "occasion" else row
            screens["delete"] = (delete, (gone.pk,))
        for name, (roles, arguments) in screens.items():
            route = f"{namespace}:{name}"
            expected[route] = who in roles
            found[route] = _opens(person, reverse(route, args=arguments))
    assert found == expected


@pytest.mark.parametrize("who", ROLES)
def test_each_role_has_its_pages_files_and_dialogs(
    who: str, walker: MakeWalker, world: World
) -> None:
    person = walker(who)
    mirrored = replace(world, other=world.own)
    routes = {route.name: route for route in named_routes() if route.name in ROUTE_RIGHTS}
    assert set(routes) == set(ROUTE_RIGHTS)
    found = {
        name: _opens(person, addresses(route, mirrored)[0].url) for name, route in routes.items()
    }
    assert found == {name: who in roles for name, roles in ROUTE_RIGHTS.items()}


def test_the_table_is_the_policies(world: World) -> None:
    """Every screen of ours is in it, and shows what the one policy says, action by action."""
    ours = {
        route.name.partition(":")[0]
        for route in named_routes()
        if route.name.endswith(":edit") and rule_for(route.name) is desk
    }
    assert ours == set(SCREEN_RIGHTS)
    rows = _rows(world)
    actions = (Action.VIEW, Action.ADD, Action.CHANGE, Action.DELETE)
    for namespace, rights in SCREEN_RIGHTS.items():
        policy = policy_for(type(rows[namespace]))
        declared = tuple({str(role) for role in policy.rights.get(each, ())} for each in actions)
        assert declared == rights, namespace


def test_an_author_drafts_and_an_editor_publishes(walker: MakeWalker, world: World) -> None:
    own = world.own
    add = reverse("wagtailadmin_pages:add", args=["catalogue", "distancecoursepage", own.index.pk])
    author = walker("resource_author")
    fields = {
        "title": "Et nytt kurs",
        "slug": "et-nytt-kurs",
        "summary": "For deg.",
        "provider": world.shared["provider"].pk,
        "target_groups": [world.shared["target_group"].pk],
        "service_areas": [world.shared["service_area"].pk],
        "pace_percent": "25",
        "body-count": "0",
    }
    data = form_data(author.ask("GET", add).text) | fields
    drafted = author.ask("POST", add, data)
    assert (drafted.status, drafted.wrote) == (302, True)
    edit = reverse("wagtailadmin_pages:edit", args=[own.draft.pk])
    assert author.ask("GET", edit).status == 200
    editor = walker("editor")
    published = editor.ask("POST", add, data | {"action-publish": "1"})
    assert (published.status, published.wrote) == (302, True)
    step = reverse(
        "wagtailadmin_pages:workflow_action", args=[own.draft.pk, "approve", own.task_state.pk]
    )
    approved = editor.ask("POST", step, {})
    assert (approved.status, approved.wrote) == (302, True)
    assert author.ask("POST", step, {}).wrote is False
