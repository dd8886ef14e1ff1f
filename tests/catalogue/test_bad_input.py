"""Whatever is sent to the forms of the desk: a kind word or a refusal, never an error of ours."""

from __future__ import annotations

import pytest
from django.urls import reverse

from catalogue.models import CourseModule, CourseOccasion, CoursePackagePage, CoursePage
from regions.models import Municipality, Region
from tests import factories, worlds

from .support import Form, add_url, desk_form, edit_url, occasion_rows, page_form, page_rows

pytestmark = pytest.mark.django_db

NOISE = {
    "empty": "",
    "10 kB": "x" * 10_240,
    "NUL": "a\x00b",
    "separator": "a\x1fb",
    "quote": "'",
    "emoji": "🦌",
    "negative": "-1",
    "huge": str(10**30),
    "NaN": "NaN",
    "infinite": "1e999",
    "no such day": "2026-02-30",
    "script": "<script>alert(1)</script>",
    "list": "[]",
    "object": '{"a": 1}',
    "lone surrogate": "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
}
#: What breaks most often what a database or a parser is given.
HARD = ("NUL", "huge")
#: Fields of a page whose values meet a database, a clock or an inline when all others are right.
ALONE = (
    "title",
    "slug",
    "provider",
    "topics",
    "image",
    "credits",
    "host_municipality",
    "go_live_at",
    "modules-0-id",
    "modules-0-hours",
    "links-0-ORDER",
    "loaded_revision_id",
)
#: What says how many rows a form has.
MANAGEMENT = ("-TOTAL_FORMS", "-INITIAL_FORMS", "-MIN_NUM_FORMS", "-MAX_NUM_FORMS", "-count")


def is_refused_kindly(response: object) -> bool:
    """Return whether a form was shown again or the request refused; saved is neither."""
    return response.status_code == 200 or 400 <= response.status_code < 500


def is_answered(response: object) -> bool:
    return response.status_code < 500


@worlds.layer
def offering(desk: object) -> CoursePage:
    page = factories.make_offering(desk.region)
    page.modules = [CourseModule(title="Første", hours=2)]
    page.save_revision().publish()
    return page


def full_form(client: object, page: CoursePage) -> Form:
    """Return the editor's form with a new row in every inline."""
    data = page_form(client, edit_url(page))
    for inline, fields in {
        "links": {"title": "Mer", "url": "https://mer.example/"},
        "facts": {"label": "Rom", "value": "12"},
    }.items():
        data[f"{inline}-TOTAL_FORMS"] = "1"
        rows = fields | {"id": "", "ORDER": "1", "DELETE": ""}
        data |= {f"{inline}-0-{name}": value for name, value in rows.items()}
    return data


@pytest.mark.parametrize("noise", NOISE)
def test_all_fields_of_a_page_at_once(desk: object, offering: CoursePage, noise: str) -> None:
    editor, url = desk.editor, edit_url(offering)
    data = full_form(editor, offering)
    management = {name: value for name, value in data.items() if name.endswith(MANAGEMENT)}
    before = page_rows()
    sent = dict.fromkeys(data, NOISE[noise]) | management
    for action in ({}, {"action-publish": "1"}, {"action-submit": "1"}):
        assert is_refused_kindly(editor.post(url, sent | action)), action
    assert page_rows() == before


@pytest.mark.parametrize("noise", HARD)
def test_each_field_of_a_page(desk: object, offering: CoursePage, noise: str) -> None:
    editor, url = desk.editor, edit_url(offering)
    data = full_form(editor, offering)
    live = CoursePage.objects.filter(pk=offering.pk).values_list("title", "summary", "live")
    before = list(live)
    # Boxes that are not ticked and the dialogue of the schedule are not among a form's own fields.
    assert set(ALONE) - set(data) <= {"topics", "go_live_at"}
    for name in ALONE:
        assert is_answered(editor.post(url, data | {name: NOISE[noise]})), name
    assert list(live) == before


@pytest.mark.parametrize("noise", ["NUL", "negative", "huge", "empty"])
def test_management_of_rows(desk: object, offering: CoursePage, noise: str) -> None:
    editor, url = desk.editor, edit_url(offering)
    data = full_form(editor, offering)
    management = [name for name in data if name.endswith(MANAGEMENT)]
    for name in ("modules-TOTAL_FORMS", "modules-INITIAL_FORMS", "body-count"):
        assert is_answered(editor.post(url, data | {name: NOISE[noise]})), name
    assert is_answered(editor.post(url, data | dict.fromkeys(management, NOISE[noise])))
    without = {name: value for name, value in data.items() if name not in management}
    assert is_refused_kindly(editor.post(url, without | {"action-publish": "1"}))
    page = CoursePage.objects.get(pk=offering.pk)
    assert page.title == offering.title


def test_no_body_at_all(desk: object, offering: CoursePage) -> None:
    before = page_rows()
    response = desk.editor.post(edit_url(offering), {"action-publish": "1"})
    assert is_refused_kindly(response)
    assert page_rows() == before


def _block(kind: str, value: dict[str, str], **other: str) -> Form:
    start = {"body-count": "1", "body-0-deleted": "", "body-0-order": "0", "body-0-type": kind}
    return start | {f"body-0-value{key}": text for key, text in value.items()} | other


BODIES = {
    "unknown block": _block("finnes-ikke", {"": "x"}),
    "unknown block, no value": _block("finnes-ikke", {}),
    "no count": {"body-count": None},
    "count is a word": {"body-count": "mange"},
    "count is huge": {"body-count": str(10**30)},
    "count without blocks": {"body-count": "3"},
    "order is a word": _block("text", {"": "null"}, **{"body-0-order": "først"}),
    "text is no text": _block("text", {"": "<p>Hei</p>"}),
    "text is a list": _block("text", {"": "[]"}),
    "text is a number": _block("text", {"": "1"}),
    "text of nothing": _block("text", {"": ""}),
    "text with NUL": _block(
        "text",
        {"": '{"blocks": [{"key": "a", "text": "a\\u0000b", "type": "unstyled", "depth": 0,'
         '"inlineStyleRanges": [], "entityRanges": []}], "entityMap": {}}'},
    ),
    "text with an unknown style": _block(
        "text",
        {"": '{"blocks": [{"key": "a", "text": "ab", "type": "finnes-ikke", "depth": -4,'
         '"inlineStyleRanges": [{"offset": 9, "length": 9, "style": "X"}],'
         '"entityRanges": [{"key": 7, "offset": 0, "length": 1}]}], "entityMap": {}}'},
    ),
    "picture is a word": _block("image", {"-image": "fjell", "-alt_text": "", "-decorative": "on"}),
    "picture is huge": _block("image", {"-image": str(10**30), "-alt_text": "x"}),
    "no such picture": _block("image", {"-image": "999999", "-alt_text": "x"}),
    "quote with NUL": _block("quote", {"-text": "a\x00b", "-attribution": ""}),
    "film by script": _block(
        "video_link", {"-title": "x", "-url": "javascript:alert(1)", "-length": ""}
    ),
    "no list of points": _block("key_points", {"-heading": "x"}),
    "documents, count is a word": _block("documents", {"-count": "mange"}),
    "no such document": _block(
        "documents",
        {"-count": "1", "-0-deleted": "", "-0-order": "0", "-0-type": "item", "-0-value": "999"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("body", BODIES)
def test_bodies_that_no_editor_sends(desk: object, offering: CoursePage, body: str) -> None:
    editor, url = desk.editor, edit_url(offering)
    data = page_form(editor, url) | BODIES[body]
    data = {name: value for name, value in data.items() if value is not None}
    for action in ({"action-publish": "1"}, {}):
        assert is_answered(editor.post(url, data | action))
    text = editor.get(offering.get_url()).content.decode()
    assert "javascript:" not in text
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[offering.pk])
    assert is_answered(editor.post(preview, data))
    assert is_answered(editor.get(preview))


def test_courses_of_a_package(desk: object) -> None:
    editor, url = desk.editor, add_url(CoursePackagePage, desk.region)
    form = page_form(editor, url) | {"title": "Pakke", "slug": "pakke", "summary": "Kurs."}
    rows = [f"package_courses-0-{name}" for name in ("course", "id", "ORDER", "DELETE")]
    for value in NOISE.values():
        sent = form | dict.fromkeys(rows, value) | {"action-publish": "1"}
        assert is_refused_kindly(editor.post(url, sent)), value
    assert not CoursePackagePage.objects.exists()


# Occasions ---------------------------------------------------------------------------------------
@worlds.layer
def occasion(offering: CoursePage) -> CourseOccasion:
    return factories.make_occasion(offering, seats_total=10)


@pytest.mark.parametrize("screen", ["edit", "move", "cancel"])
def test_all_fields_of_an_occasion(desk: object, occasion: CourseOccasion, screen: str) -> None:
    editor, url = desk.editor, reverse(f"occasion:{screen}", args=[occasion.pk])
    form = desk_form(editor, url) | {"open_to": "", "reason": "Snø"}
    before = occasion_rows()
    for value in NOISE.values():
        sent = dict.fromkeys(form, value)
        assert is_refused_kindly(editor.post(url, sent)), value
    assert occasion_rows() == before


@pytest.mark.parametrize("noise", HARD)
def test_each_field_of_an_occasion(desk: object, occasion: CourseOccasion, noise: str) -> None:
    editor, url = desk.editor, reverse("occasion:edit", args=[occasion.pk])
    form = desk_form(editor, url)
    for name in (*form, "open_to"):
        before = occasion_rows()
        response = editor.post(url, form | {name: NOISE[noise]})
        assert is_answered(response), name
        if response.status_code == 302:  # a text takes a long number
            form = desk_form(editor, url)
            assert "\x00" not in str(occasion_rows())
        else:
            assert occasion_rows() == before, name


def test_new_occasions(desk: object, offering: CoursePage) -> None:
    editor, url = desk.editor, reverse("occasion:add")
    form = desk_form(editor, f"{url}?course={offering.pk}")
    for value in NOISE.values():
        assert is_answered(editor.get(url, {"course": value}))
        assert is_refused_kindly(editor.post(url, dict.fromkeys((*form, "open_to"), value)))
        sent = dict.fromkeys((*form, "open_to"), value) | {"course": offering.pk}
        assert is_answered(editor.post(f"{url}?course={offering.pk}", sent))
    assert not CourseOccasion.objects.exclude(starts_on=None).exists()


@pytest.mark.parametrize("name", ["starts_on", "course", "expected_version", "seats_total"])
def test_repeated_parameters(desk: object, occasion: CourseOccasion, name: str) -> None:
    editor, url = desk.editor, reverse("occasion:edit", args=[occasion.pk])
    form = desk_form(editor, url)
    assert is_answered(editor.post(url, form | {name: ["2030-01-01", "x", ""]}))
    assert is_answered(editor.get(f"{reverse('occasion:add')}?course=1&course=x"))


@pytest.mark.parametrize("pk", ["0", str(10**18), str(10**30)])
def test_no_such_occasion(desk: object, pk: str) -> None:
    for screen in ("edit", "move", "cancel", "delete"):
        for method in (desk.editor.get, desk.editor.post):
            assert method(f"/admin/occasion/{screen}/{pk}/").status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_wrong_methods(desk: object, occasion: CourseOccasion, method: str) -> None:
    before = occasion_rows()
    for screen in ("edit", "move", "cancel", "delete"):
        url = reverse(f"occasion:{screen}", args=[occasion.pk])
        assert is_answered(getattr(desk.admin, method)(url, b"{}", "application/json"))
    assert occasion_rows() == before


def test_the_list_of_occasions(desk: object, occasion: CourseOccasion) -> None:
    editor, url = desk.editor, reverse("occasion:index")
    names = ("p", "q", "starts_on__gte", "starts_on_from", "cancelled", "ordering", "export")
    for value in NOISE.values():
        assert is_answered(editor.get(url, dict.fromkeys(names, value))), value


def test_foreign_choices_are_refused(desk: object, offering: CoursePage) -> None:
    elsewhere: Region = factories.make_region()
    foreign: Municipality = factories.make_municipality(elsewhere)
    editor, url = desk.editor, edit_url(offering)
    data = page_form(editor, url) | {"action-publish": "1"}
    before = page_rows()
    for name, value in (
        ("host_municipality", foreign.pk),
        ("participating_municipalities", [foreign.pk]),
    ):
        response = editor.post(url, data | {name: value})
        assert name in response.context["form"].errors
    assert page_rows() == before
    # Not in the editor's form: what is sent all the same is left out.
    editor.post(url, data | {"shared_with_regions": [elsewhere.pk]})
    assert not CoursePage.objects.get(pk=offering.pk).shared_with_regions.exists()
