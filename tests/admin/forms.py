"""Posts foreign rows into every choice of every form, and says which forms took one."""

from __future__ import annotations

import json

from django.db.models import Model
from django.forms import BaseForm
from django.urls import reverse
from wagtail.models import Page

from catalogue.models import (
    CourseDocument,
    CourseFact,
    CourseLink,
    CourseModule,
    CoursePage,
    PackageCourse,
    Picture,
    Provider,
)
from regions.models import (
    Forum,
    ForumSeat,
    Municipality,
    Region,
    ServiceArea,
    TargetGroup,
    Topic,
    User,
)
from regions.needs.models import SharedNeed
from tests.factories import in_days

from .sides import Side
from .walker import Answer, Finding, Walker, form_data
from .world import World

Data = dict[str, object]
#: Models whose rows are anybody's choice.
SHARED = {Provider, ServiceArea, TargetGroup, Topic}
#: What a choice of these models is called on a side of the world.
CHOICES: dict[type[Model], str] = {
    Municipality: "municipality",
    Forum: "forum",
    ForumSeat: "seat",
    User: "editor",
    CoursePage: "course",
    Page: "index",
    Picture: "picture",
    CourseDocument: "document",
    SharedNeed: "other_shared_need",
}
#: Where the parts of a page or a municipality hang on their whole.
PARTS: dict[type[Model], tuple[str, str]] = {
    CourseModule: ("course", "modules"),
    CourseLink: ("course", "links"),
    CourseFact: ("course", "facts"),
    PackageCourse: ("package", "package_courses"),
}


def foreign_row(world: World, model: type[Model]) -> Model | None:
    """Return a row of ``model`` that is the other region's; None if all regions share the rows."""
    if model is Region:
        return world.other.region
    if model in SHARED:
        return None
    if model in PARTS:
        whole, parts = PARTS[model]
        return getattr(world.other.things[whole], parts).first()
    if model not in CHOICES:
        raise AssertionError(f"A form offers {model.__name__}: what is a foreign one?")
    return world.other.things[CHOICES[model]]


def new_rows(world: World) -> dict[str, Data]:
    """Return what makes a new row of one's own, by the namespace of the screens."""
    own, shared = world.own, world.shared
    region = own.region.pk
    return {
        "municipality": {"region": region, "name": "Ny kommune", "slug": "ny-kommune"},
        "forum": {"region": region, "name": "Forum for unge", "is_active": ""},
        "forum_seat": {
            "forum": own.forum.pk,
            "kind": "municipality",
            "municipality": own.second_municipality.pk,
            "organisation": "",
            "is_active": "on",
        },
        "seat_holder": {
            "seat": own.union_seat.pk,
            "user": own.contact.pk,
            "kind": "holder",
            "starts_on": in_days(0).isoformat(),
        },
        "network": {
            "region": region,
            "name": "Fagnettverk",
            "municipalities": [own.municipality.pk],
            "service_areas": [shared["service_area"].pk],
        },
        "membership": {"user": own.contact.pk, "region": region, "role": "submitter"},
        "round_desk": {"region": region, "title": "Ny runde", "slug": "", "year_from": 2027}
        | {"year_to": 2028},
        "occasion": {
            "course": own.course.pk,
            "starts_on": in_days(60).isoformat(),
            "ends_on": in_days(90).isoformat(),
            "seats_taken": 0,
            "open_to": [own.municipality.pk],
        },
    }


def things_of(side: Side) -> dict[str, Model]:
    """Return a row of the side for each namespace of scoped screens that hang on a region."""
    names = ("municipality", "forum", "network", "membership", "occasion")
    rows = {name: side.things[name] for name in names}
    rows["round_desk"] = side.round
    rows["shared_need_desk"] = side.shared_need
    return rows | {"forum_seat": side.seat, "seat_holder": side.holder, "region": side.region}


def steps_of(side: Side) -> list[tuple[str, Data]]:
    """Return the screens of steps that choose a row, with what takes the step."""
    accept = {"title": "Tittel", "public_summary": "Sammendrag", "no_personal_data": "on"}
    target = {"into": side.other_shared_need.pk}
    steps = [
        ("need_desk:accept", side.need, accept),
        ("need_desk:move", side.accepted_need, target),
        ("shared_need_desk:absorb", side.shared_need, target),
        ("shared_need_desk:edit", side.shared_need, {}),
    ]
    return [(reverse(route, args=[row.pk]), data) for route, row, data in steps]


def post_foreign_choices(walker: Walker, only: tuple[str, ...] = ()) -> list[Finding]:
    """Post foreign rows into every choice of the forms that the person has."""
    world = walker.world
    tried = 0
    for namespace, data in new_rows(world).items():
        if only and namespace not in only:
            continue
        tried += _try_form(walker, reverse(f"{namespace}:add"), data)
        row = things_of(world.own)[namespace]
        tried += _try_form(walker, reverse(f"{namespace}:edit", args=[row.pk]), {})
    for url, data in () if only else steps_of(world.own):
        tried += _try_form(walker, url, data)
    if not tried:
        walker.note("all forms", "none could be tried")
    return walker.findings


def _try_form(walker: Walker, url: str, data: Data) -> int:
    """Post foreign rows into each choice of one form; return how many were tried."""
    page = walker.ask("GET", url)
    if page.status != 200:
        return 0
    base = form_data(page.text) | data
    accepted = walker.ask("POST", url, base)
    if accepted.status != 302:
        walker.note(f"POST {url}", f"refuses one's own: {_errors(accepted)}")
    choices = foreign_choices(walker.world, page.form)
    for name, row in choices.items():
        answer = walker.ask("POST", url, base | {name: [row.pk]})
        if page.form.fields[name.rpartition("-")[2]].disabled:
            continue  # what is posted is not read; the rows are compared all the same
        must_be_refused(walker, f"POST {url} with {name} of the other region", answer, name)
    return len(choices)


def foreign_choices(world: World, form: BaseForm) -> dict[str, Model]:
    """Return a foreign row for each choice that a form offers, by the field's name."""
    found = {}
    for name, field in form.fields.items():
        queryset = getattr(field, "queryset", None)
        row = foreign_row(world, queryset.model) if queryset is not None else None
        if row is not None:
            found[form.add_prefix(name)] = row
    return found


def must_be_refused(walker: Walker, request: str, answer: Answer, field: str) -> None:
    """Note a form that did not come back with an error at ``field``.

    A foreign part may also make a part of one's own, or a form that is none: the rows tell.
    """
    if field.endswith("-id") and answer.status in {302, 400}:
        return
    if answer.status != 200 or field not in _errors(answer):
        walker.note(request, f"answers {answer.status} with errors at {sorted(_errors(answer))}")


def _errors(answer: Answer) -> dict:
    form = answer.form
    if form is None:
        return {}
    found = dict(form.errors)
    for formset in getattr(form, "formsets", {}).values():
        for child in formset.forms:
            found |= {child.add_prefix(name): error for name, error in child.errors.items()}
    return found


def post_foreign_choices_on_pages(walker: Walker) -> list[Finding]:
    """Post foreign rows into every choice, block and link of the page editor."""
    world, own = walker.world, walker.world.own
    for page in (own.course, own.offering, own.package):
        url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        opened = walker.ask("GET", url)
        base = form_data(opened.text) | {"body-count": "0", "action-publish": "1"}
        accepted = walker.ask("POST", url, base)
        if accepted.status != 302:
            walker.note(f"POST {url}", f"refuses one's own: {_errors(accepted)}")
        choices = foreign_choices(world, opened.form)
        for formset in opened.form.formsets.values():
            for child in formset.forms:
                choices |= foreign_choices(world, child)
        for name, row in choices.items():
            answer = walker.ask("POST", url, base | {name: [row.pk]})
            must_be_refused(walker, f"POST {url} with {name} of the other region", answer, name)
    _try_bodies(walker, reverse("wagtailadmin_pages:edit", args=[own.course.pk]))
    return walker.findings


def _try_bodies(walker: Walker, url: str) -> None:
    base = form_data(walker.ask("GET", url).text)
    for side in (walker.world.own, walker.world.other):
        for kind, body in _bodies(side).items():
            answer = walker.ask("POST", url, base | body)
            if side is walker.world.other:
                request = f"POST {url} with a foreign {kind} in the text"
                must_be_refused(walker, request, answer, "body")
            elif answer.status != 302:
                walker.note(f"POST {url}", f"refuses an own {kind}: {_errors(answer)}")


def _bodies(side: Side) -> dict[str, Data]:
    """Return texts of a page that point at a picture, a document, and a page nobody reads yet."""
    link = {
        "blocks": [
            {
                "key": "00000",
                "text": "her",
                "type": "unstyled",
                "depth": 0,
                "inlineStyleRanges": [],
                "entityRanges": [{"offset": 0, "length": 3, "key": 0}],
            }
        ],
        "entityMap": {
            "0": {"type": "LINK", "mutability": "MUTABLE", "data": {"id": side.scheduled.pk}}
        },
    }
    block = {"body-count": "1", "body-0-deleted": "", "body-0-order": "0"}
    return {
        "picture": block
        | {
            "body-0-type": "image",
            "body-0-value-image": side.picture.pk,
            "body-0-value-decorative": "on",
        },
        "document": block
        | {
            "body-0-type": "documents",
            "body-0-value-count": "1",
            "body-0-value-0-deleted": "",
            "body-0-value-0-order": "0",
            "body-0-value-0-value": side.document.pk,
        },
        "draft": block | {"body-0-type": "text", "body-0-value": json.dumps(link)},
    }


def move_and_copy_abroad(walker: Walker) -> list[Finding]:
    """Try to bring an own page under the other region's tree."""
    own, other = walker.world.own, walker.world.other
    copy = reverse("wagtailadmin_pages:copy", args=[own.course.pk])
    base = {"new_title": "Kopi", "new_slug": "kopi", "copy_subpages": ""}
    for extra in ({}, {"alias": "on"}, {"publish_copies": "on"}):
        answer = walker.ask("POST", copy, base | extra | {"new_parent_page": other.index.pk})
        must_be_refused(walker, f"POST {copy} {extra}", answer, "new_parent_page")
    for target in (10**30, "x", ""):
        walker.ask("POST", copy, base | {"new_parent_page": target})
    answer = walker.ask("POST", copy, base | {"new_parent_page": own.index.pk})
    if answer.status != 302:
        walker.note(f"POST {copy}", f"refuses one's own: {_errors(answer)}")
    move = reverse("wagtailadmin_pages:move", args=[own.course.pk])
    for target in (other.index.pk, 10**30, "x", ""):
        answer = walker.ask("POST", move, {"new_parent_page": target})
        if answer.status == 302:
            walker.note(f"POST {move}", f"goes on to {answer.location}")
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"])
    url = f"{bulk}?id={own.course.pk}&next=/admin/"
    answer = walker.ask("POST", url, {"chooser": other.index.pk})
    if answer.status not in {200, 404}:
        walker.note(f"POST {url}", f"answers {answer.status}")
    return walker.findings
