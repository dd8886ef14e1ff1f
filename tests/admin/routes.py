"""Every route of the admin, as the resolver knows them, with addresses that name foreign rows."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.admin.views.bulk_action.registry import bulk_action_registry

from .world import WORD, World

#: A number that no row has.
NOBODY = 987_654_321


@dataclass(frozen=True)
class Route:
    """A route by its name with namespaces (empty: it has none) and the arguments it takes."""

    name: str
    arguments: tuple[str, ...]
    pattern: str


@dataclass(frozen=True)
class Choice:
    """A value for arguments of a route: one's own row, a foreign one, or no row at all."""

    values: dict[str, object]
    foreign: bool = False
    query: str = ""


@dataclass(frozen=True)
class Address:
    """An address of a route; ``twin`` is the same with a row that nobody has."""

    route: str
    url: str
    foreign: bool
    twin: str = ""
    values: tuple[tuple[str, object], ...] = ()


def admin_routes() -> list[Route]:
    """Return every route under the admin's path."""
    prefix = settings.ADMIN_PATH.lstrip("/")
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and str(resolver.pattern) == prefix:
            return list(_routes(resolver, [], ()))
    raise AssertionError("The admin has no place in the resolver")


def _routes(
    resolver: URLResolver, namespaces: list[str], arguments: tuple[str, ...], way: str = ""
) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        taken = (*arguments, *_arguments(pattern))
        here = f"{way}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            inner = [*namespaces, pattern.namespace] if pattern.namespace else namespaces
            yield from _routes(pattern, inner, taken, here)
        else:
            name = ":".join([*namespaces, pattern.name]) if pattern.name else ""
            yield Route(name, taken, here)


def _arguments(pattern: URLPattern | URLResolver) -> tuple[str, ...]:
    expression = pattern.pattern.regex
    if expression.groups != len(expression.groupindex):
        raise AssertionError(f"{pattern.pattern} takes arguments without names")
    return tuple(expression.groupindex)


def addresses(route: Route, world: World) -> list[Address]:
    """Return addresses of ``route``: all that mix own and foreign rows, or one that names none.

    Raises ``AssertionError`` for an argument whose meaning is unknown here: whoever adds a route
    says what a stranger could put there.
    """
    groups, rest = [], route.arguments
    for names, fill in _JOINT.items():
        if set(names) <= set(rest):
            groups.append(fill(world, route))
            rest = tuple(name for name in rest if name not in names)
    for name in rest:
        fill = _SINGLE.get(name)
        if fill is None:
            raise AssertionError(f"{route.name}: what is a foreign “{name}”?")
        groups.append([Choice({name: value}, foreign) for value, foreign in fill(world, route)])
    found = [_address(route, combination) for combination in itertools.product(*groups)]
    named = any(choice.foreign for group in groups for choice in group)
    return [address for address in found if address.foreign] if named else found


def _address(route: Route, choices: tuple[Choice, ...]) -> Address:
    values: dict[str, object] = {}
    missing: dict[str, object] = {}
    for choice in choices:
        values |= choice.values
        missing |= {
            name: NOBODY if choice.foreign and is_key(value) else value
            for name, value in choice.values.items()
        }
    query = "".join(choice.query for choice in choices)
    twin = reverse(route.name, kwargs=missing) + query
    url = reverse(route.name, kwargs=values) + query
    foreign = any(choice.foreign for choice in choices)
    named = foreign and twin != url
    return Address(route.name, url, foreign, twin if named else "", tuple(values.items()))


def is_key(value: object) -> bool:
    """Return whether ``value`` is the number of a row."""
    return str(value).isdecimal()


Values = list[tuple[object, bool]]
Fill = Callable[[World, Route], Values]

#: The row that ``pk`` means, by the namespace of the route.
_ROWS = {
    "wagtailadmin_api:pages": "course",
    "wagtailadmin_api:documents": "document",
    "wagtailadmin_api:images": "picture",
    "wagtailadmin_pages": "course",
    "wagtailadmin_collections": "collection",
    "wagtailimages_chooser": "picture",
    "wagtaildocs_chooser": "document",
    "wagtailusers_users": "editor",
    "wagtailusers_groups": "group",
    "region": "region",
    "municipality": "municipality",
    "municipality_chooser": "municipality",
    "person_chooser": "editor",
    "forum": "forum",
    "forum_seat": "seat",
    "seat_holder": "holder",
    "network": "network",
    "membership": "membership",
    "occasion": "occasion",
    "round_desk": "round",
    "need_desk": "need",
    "shared_need_desk": "shared_need",
}
#: Where ``pk`` means a row that all regions share.
_SHARED_ROWS = {
    "provider": "provider",
    "service_area": "service_area",
    "target_group": "target_group",
    "topic": "topic",
    "synonym": "synonym",
}
#: A page with everything, and one in review.
_PAGES = ("course", "draft")


def _pk(world: World, route: Route) -> Values:
    namespace, _, name = route.name.rpartition(":")
    if namespace in _SHARED_ROWS:
        return [(world.shared[_SHARED_ROWS[namespace]].pk, False)]
    if namespace == "wagtailsites":
        return [(1, False)]
    if namespace == "wagtailadmin_workflows":
        return [(world.other.things["task" if "task" in name else "workflow"].pk, True)]
    if namespace not in _ROWS:
        raise AssertionError(f"{route.name}: which row is its pk?")
    attribute = _ROWS[namespace]
    if attribute == "region":
        return [(world.other.region.pk, True)]
    return [(world.other.things[attribute].pk, True)]


def _both(attribute: str) -> Fill:
    """Return a fill with one's own row and the foreign one, to be mixed with other arguments."""

    def fill(world: World, route: Route) -> Values:
        rows = [(world.other.things[attribute].pk, True)]
        if len(route.arguments) > 1:
            rows.append((world.own.things[attribute].pk, False))
        return rows

    return fill


def _page(world: World, route: Route) -> Values:
    if len(route.arguments) == 1:
        return [(world.other.things[name].pk, True) for name in _PAGES]
    # The pages that the workflow states, tasks and revisions of both sides belong to.
    name = "course" if any("revision" in argument for argument in route.arguments) else "draft"
    return [(side.things[name].pk, side is world.other) for side in (world.other, world.own)]


def _words(*words: str) -> Fill:
    return lambda world, route: [(word, False) for word in words]


_SINGLE: dict[str, Fill] = {
    "pk": _pk,
    "page_id": _page,
    "page_pk": _both("course"),
    "parent_page_id": _both("index"),
    "page_to_move_id": _both("course"),
    "destination_id": _both("index"),
    "image_id": _both("picture"),
    "document_id": _both("document"),
    "doc_id": _both("document"),
    "uploaded_file_id": _both("upload"),
    "collection_id": _both("collection"),
    "redirect_id": _both("redirect"),
    "session_id": _both("session"),
    "task_id": _both("task"),
    "task_state_id": _both("task_state"),
    "workflow_pk": _both("workflow"),
    "workflow_state_id": _both("workflow_state"),
    "revision_id": _both("revision"),
    "revision_id_a": _both("revision"),
    "revision_id_b": lambda world, route: [("live", False), (world.other.revision.pk, True)],
    "action_name": lambda world, route: [
        (name, False)
        for name in (
            PagesAdminAPIViewSet.actions
            if route.name.startswith("wagtailadmin_api:")
            else ("approve", "reject", "cancel")
        )
    ],
    "filter_spec": _words("max-165x165"),
    # The steps of a round: one that is to be taken next, one for the end, one that is none.
    "step": _words("freeze", "cancel", "decide", "nothing"),
}


def _types(*names: str) -> Callable[[World, Route], list[Choice]]:
    def fill(world: World, route: Route) -> list[Choice]:
        models = ("distancecoursepage", "sharedofferingpage", "coursepackagepage", "regionpage")
        if route.name.endswith("choose_parent"):
            models = models[:3]  # the last one is made by a service only
        return [Choice(dict(zip(names, ("catalogue", model), strict=True))) for model in models]

    return fill


def _task_types(world: World, route: Route) -> list[Choice]:
    return [Choice({"app_label": "wagtailcore", "model_name": "groupapprovaltask"})]


def _edited(world: World, route: Route) -> list[Choice]:
    other, own = world.other, world.own
    rows = [("wagtailcore", "page", other.course), ("catalogue", "courseoccasion", other.occasion)]
    rows += [("catalogue", "picture", other.picture), ("regions", "user", other.editor)]
    found = [
        Choice(
            {
                "app_label": app,
                "model_name": model,
                "object_id": row.pk,
                "session_id": session.pk,
            },
            foreign=True,
        )
        for app, model, row in rows
        for session in (own.session, other.session)
    ]
    names = {"app_label": "wagtailcore", "model_name": "page", "object_id": own.course.pk}
    return [*found, Choice({**names, "session_id": other.session.pk}, foreign=True)]


def _bulk(world: World, route: Route) -> list[Choice]:
    """Return every registered action in bulk: on foreign rows, on both sides' rows, on all."""
    bulk_action_registry.get_bulk_actions_for_model("", "")
    things = {"page": "course", "picture": "picture", "coursedocument": "document", "user": "user"}
    found = []
    for app, models in bulk_action_registry.actions.items():
        for model, actions in models.items():
            if model not in things:
                raise AssertionError(f"bulk actions on {app}.{model}: what is a foreign one?")
            own, other = (side.things[things[model]].pk for side in (world.own, world.other))
            index = world.other.index.pk
            named = [[("id", other)], [("id", own), ("id", other)]]
            if model == "page":
                named.append([("id", "all"), ("childOf", index)])
            for action, ids in itertools.product(actions, named):
                names = {"app_label": app, "model_name": model, "action": action}
                found.append(Choice(names, foreign=True, query=f"?{urlencode(ids)}"))
    return found


def _tag_models(world: World, route: Route) -> list[Choice]:
    return [Choice({"app_name": "taggit", "model_name": "tag"}, query=f"?term={WORD}")]


def _token(world: World, route: Route) -> list[Choice]:
    return [Choice({"uidb64": "MQ", "token": "a-b"})]


#: Arguments that only mean something together; the longest come first.
_JOINT: dict[tuple[str, ...], Callable[[World, Route], list[Choice]]] = {
    ("app_label", "model_name", "object_id", "session_id"): _edited,
    ("app_label", "model_name", "action"): _bulk,
    ("content_type_app_name", "content_type_model_name"): _types(
        "content_type_app_name", "content_type_model_name"
    ),
    ("app_label", "model_name"): lambda world, route: (
        _task_types(world, route)
        if route.name.startswith("wagtailadmin_workflows:")
        else _types("app_label", "model_name")(world, route)
    ),
    ("app_name", "model_name"): _tag_models,
    ("uidb64", "token"): _token,
}
