"""What strangers could ask in the query of an address, and what nobody would."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from .routes import Address, is_key
from .world import MARK, WORD, World

#: In bulk, "everything" names no row: it must be one's own everything.
EVERYTHING = ("page", "picture", "coursedocument")


def everything_in_bulk(model: str, action: str) -> str:
    """Return the address that acts on the whole list of ``model``."""
    app = "wagtailcore" if model == "page" else "catalogue"
    return reverse("wagtail_bulk_action", args=[app, model, action]) + "?id=all"


def queries(address: Address, body: str, world: World) -> list[str]:
    """Return query strings for a list that answered with ``body``, naming foreign rows.

    A search for what is foreign, every filter that the list shows, and what the route reads.
    """
    other = world.other
    values = {
        "region": other.region.pk,
        "municipality": other.municipality.pk,
        "forum": other.forum.pk,
        "seat": other.seat.pk,
        "collection_id": other.collection.pk,
        "tag": f"{WORD} {MARK} merkelapp"[: -len("merkelapp")].strip(),
        "course": other.course.pk,
        "owner": other.editor.pk,
        "edited_by": other.editor.pk,
        "user": other.editor.pk,
    }
    found = [{"q": WORD}]
    found += [{name: value} for name, value in values.items() if f'name="{name}"' in body]
    if "export=" in body:
        found += [{"export": "csv"}, {"export": "xlsx"}, {"export": "csv", "q": WORD}]
    found += [{name: value} for name, value in _READ.get(address.route, lambda w: [])(world)]
    return [urlencode(query) for query in found]


def _page_types(world: World) -> list[tuple[str, object]]:
    names = ("DistanceCoursePage", "RegionPage", "HomePage")
    return [("page_type", f"catalogue.{name}") for name in names]


#: What routes read from the query beside searches and filters.
_READ: dict[str, Callable[[World], list[tuple[str, object]]]] = {
    "wagtailadmin_api:pages:listing": lambda world: [
        ("child_of", world.other.index.pk),
        ("descendant_of", world.other.region_page.pk),
        ("ancestor_of", world.other.course.pk),
        ("translation_of", world.other.region_page.pk),
        ("id", world.other.course.pk),
        ("search", WORD),
        ("for_explorer", 1),
        ("fields", "*"),
    ],
    "wagtailadmin_api:pages:find": lambda world: [
        ("id", world.other.course.pk),
        ("html_path", world.other.course.get_url_parts()[2]),
    ],
    "wagtailadmin_choose_page": _page_types,
    "wagtailadmin_choose_page_child": lambda world: [
        *_page_types(world),
        ("target_pages[]", world.other.course.pk),
        ("user_perms", "copy_to"),
    ],
    "wagtailadmin_choose_page_chosen_multiple": lambda world: [("id", world.other.course.pk)],
    "wagtailimages_chooser:chosen_multiple": lambda world: [("id", world.other.picture.pk)],
    "wagtaildocs_chooser:chosen_multiple": lambda world: [("id", world.other.document.pk)],
    "municipality_chooser:chosen_multiple": lambda world: [("id", world.other.municipality.pk)],
    "person_chooser:chosen_multiple": lambda world: [("id", world.other.editor.pk)],
    "wagtailimages:index": lambda world: [("layout", "list"), ("usage_count_min", 1)],
    "wagtailadmin_pages:search": lambda world: [("content_type", "catalogue.distancecoursepage")],
    "occasion:add": lambda world: [("course", world.other.course.pk)],
    "round_desk:add": lambda world: [("after", world.other.round.pk)],
    "wagtailadmin_tag_autocomplete": lambda world: [("term", WORD)],
}


def hostile(address: Address) -> list[str]:
    """Return addresses of the same route with values that nobody's browser would send."""
    given = dict(address.values)
    changes = [
        {name: odd for name, value in given.items() if is_key(value)} for odd in (10**30, "٣", "x")
    ]
    for names in _KINDS:
        if set(names) <= set(given):
            kinds = (("regions", "user"), ("nothing", "nothing"))
            changes += [dict(zip(names, kind, strict=True)) for kind in kinds]
    found = set()
    for change in filter(None, changes):
        with suppress(NoReverseMatch):  # the route takes no such value: nothing to ask
            found.add(reverse(address.route, kwargs=given | change))
    return sorted(found)


#: Arguments that together name a model.
_KINDS = (
    ("app_label", "model_name"),
    ("app_name", "model_name"),
    ("content_type_app_name", "content_type_model_name"),
)
