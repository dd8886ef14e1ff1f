"""The screens of occasions: add, change, move, cancel, delete."""

from __future__ import annotations

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from catalogue.models import CourseOccasion, CoursePage
from catalogue.states import OccasionState
from regions.models import Role, User
from tests import factories, worlds

from .support import desk_form, form_errors, member, messages_of, occasion_rows, with_values

pytestmark = pytest.mark.django_db

DAYS = {"starts_on": "2030-03-04", "ends_on": "2030-05-05"}


@worlds.layer
def course(desk: object) -> CoursePage:
    return factories.make_distance_course(desk.region, title="Demens i hverdagen")


@worlds.layer
def occasion(course: CoursePage) -> CourseOccasion:
    return factories.make_occasion(course, code="DEM-1", venue="Teams")


def address(name: str, occasion: CourseOccasion) -> str:
    return reverse(f"occasion:{name}", args=[occasion.pk])


def add_address(course: CoursePage) -> str:
    return f"{reverse('occasion:add')}?course={course.pk}"


def logged(occasion: CourseOccasion, action: str) -> list[dict]:
    entries = ModelLogEntry.objects.filter(object_id=str(occasion.pk), action=action)
    return [entry.data for entry in entries.order_by("pk")]


def test_add(desk: object, course: CoursePage) -> None:
    editor, url = desk.editor, add_address(course)
    chosen = [each.pk for each in desk.municipalities[:2]]
    typed = DAYS | {"apply_by": "2030-02-01", "seats_total": "24", "open_to": chosen}
    response = editor.post(url, with_values(desk_form(editor, url), **typed))
    assert response.status_code == 302
    assert response.url.endswith(f"/pages/{course.pk}/edit/#tab-occasions")
    made = CourseOccasion.objects.get()
    assert (str(made.starts_on), str(made.ends_on), str(made.apply_by)) == (
        *DAYS.values(),
        "2030-02-01",
    )
    assert (made.seats_total, made.seats_taken, made.cancelled) == (24, 0, False)
    assert {each.pk for each in made.open_to.all()} == set(chosen)
    assert made.code == f"{course.pk}-1"
    assert logged(made, "wagtail.create") == [{}] or logged(made, "wagtail.create")


def test_the_next_one_takes_over_what_seldom_changes(
    desk: object, occasion: CourseOccasion
) -> None:
    editor, url = desk.editor, add_address(occasion.course)
    form = desk_form(editor, url)
    assert (form["venue"], form["starts_on"], form["code"]) == (["Teams"], [""], [""])
    again = with_values(form, **DAYS, **{"action-create-another": "1"})
    response = editor.post(url, again)
    assert response.url == add_address(occasion.course)
    assert CourseOccasion.objects.count() == 2


ONE_FIELD = [
    ({"starts_on": "2030-03-04"}, "ends_on", "A distance course has a fixed last day: fill it in."),
    (
        {"starts_on": "2030-03-04", "ends_on": "2030-03-04"},
        "ends_on",
        "A distance course ends after the day it starts.",
    ),
    (
        {"starts_on": "2030-03-04", "ends_on": "2030-03-03"},
        "ends_on",
        "The last day cannot be before the first day.",
    ),
    ({"ends_on": "2030-03-03"}, "starts_on", "There is a last day but no first day."),
    ({"start_time": "09:00"}, "starts_on", "A time needs a day."),
    (
        DAYS | {"apply_from": "2030-02-02", "apply_by": "2030-02-01"},
        "apply_by",
        "The deadline is before applications open.",
    ),
    (DAYS | {"apply_from": "2030-03-05"}, "apply_from", "Applications open after the first day."),
    (DAYS | {"apply_by": "2030-05-06"}, "apply_by", "The deadline is after the last day."),
    (
        DAYS | {"late_apply_by": "2030-02-01"},
        "apply_by",
        "Late applications need an ordinary deadline first.",
    ),
    (
        DAYS | {"apply_by": "2030-02-02", "late_apply_by": "2030-02-01"},
        "late_apply_by",
        "This is before the ordinary deadline.",
    ),
    (
        DAYS | {"seats_total": "5", "seats_taken": "6"},
        "seats_taken",
        "More seats are taken than there are.",
    ),
    (
        DAYS | {"seats_total": "5", "min_seats": "6"},
        "min_seats",
        "There are fewer seats than that.",
    ),
    (DAYS | {"seats_total": "-1"}, "seats_total", "greater than or equal to 0"),
    (DAYS | {"seats_total": "100001"}, "seats_total", "less than or equal to 100000"),
    (DAYS | {"price_per_seat": "-1"}, "price_per_seat", "greater than or equal to 0"),
    (DAYS | {"apply_url": "javascript:alert(1)"}, "apply_url", "Enter a valid URL."),
    (DAYS | {"starts_on": "2030-02-30"}, "starts_on", "Enter a valid date."),
    (DAYS | {"venue": "x" * 161}, "venue", "at most 160 characters"),
    (DAYS | {"code": "DEM-1"}, "code", "has this already. Choose another."),
]


@pytest.mark.parametrize(("typed", "field", "message"), ONE_FIELD)
def test_an_error_stands_at_its_field_and_what_was_typed_is_kept(
    desk: object, occasion: CourseOccasion, typed: dict, field: str, message: str
) -> None:
    before = occasion_rows()
    editor, url = desk.editor, add_address(occasion.course)
    response = editor.post(url, with_values(desk_form(editor, url), **typed, cohort="gruppe 7"))
    errors = form_errors(response)
    assert set(errors) == {field}
    assert message in errors[field][0]
    form = response.context["form"]
    for name, value in (typed | {"cohort": "gruppe 7"}).items():
        assert form[name].value() == value
    assert "gruppe 7" in response.content.decode()
    assert occasion_rows() == before


def test_one_day_ends_after_it_begins(desk: object) -> None:
    course = factories.make_offering(desk.region)
    editor, url = desk.editor, add_address(course)
    times = {"starts_on": "2030-03-04", "start_time": "12:30", "end_time": "09:00"}
    errors = form_errors(editor.post(url, with_values(desk_form(editor, url), **times)))
    assert errors == {"end_time": ["It ends before it begins."]}
    times["end_time"] = "15:00"
    assert editor.post(url, with_values(desk_form(editor, url), **times)).status_code == 302


def test_a_second_click_adds_nothing(desk: object, course: CoursePage) -> None:
    editor, url = desk.editor, add_address(course)
    data = with_values(desk_form(editor, url), **DAYS)
    assert editor.post(url, data).status_code == 302
    before = occasion_rows()
    errors = form_errors(editor.post(url, data))
    assert "has an occasion like this already" in errors["__all__"][0]
    assert occasion_rows() == before
    assert editor.post(url, with_values(data, cohort="gruppe 2")).status_code == 302
    assert CourseOccasion.objects.count() == 2


def test_without_a_course_one_chooses_it(desk: object, course: CoursePage) -> None:
    editor, url = desk.editor, reverse("occasion:add")
    form = desk_form(editor, url)
    chosen = desk.municipalities[0].pk
    errors = form_errors(editor.post(url, with_values(form, **DAYS, open_to=[chosen])))
    assert errors == {"course": ["This field is required."]}
    made = editor.post(url, with_values(form, **DAYS, course=course.pk, open_to=[chosen]))
    assert made.status_code == 302


def test_a_municipality_of_another_region_is_refused(desk: object, course: CoursePage) -> None:
    foreign = factories.make_municipality(factories.make_region())
    before = occasion_rows()
    for client in (desk.editor, desk.admin):
        url = add_address(course)
        data = with_values(desk_form(client, url), **DAYS, open_to=[foreign.pk])
        assert set(form_errors(client.post(url, data))) == {"open_to"}
    assert occasion_rows() == before


def test_change_is_logged_with_what_was_before(desk: object, occasion: CourseOccasion) -> None:
    editor, url = desk.editor, address("edit", occasion)
    data = with_values(desk_form(editor, url), seats_total="12", seats_taken="3", venue="Zoom")
    assert editor.post(url, data).status_code == 302
    occasion.refresh_from_db()
    assert (occasion.seats_total, occasion.seats_taken, occasion.venue) == (12, 3, "Zoom")
    assert logged(occasion, "samkurs.occasion_change") == [
        {
            "before": {"venue": "Teams", "seats_total": None, "seats_taken": 0},
            "after": {"venue": "Zoom", "seats_total": 12, "seats_taken": 3},
        }
    ]


def test_a_change_that_changes_nothing_logs_nothing_of_ours(
    desk: object, occasion: CourseOccasion
) -> None:
    editor, url = desk.editor, address("edit", occasion)
    assert editor.post(url, desk_form(editor, url)).status_code == 302
    assert logged(occasion, "samkurs.occasion_change") == []


def test_move(desk: object, occasion: CourseOccasion) -> None:
    editor, url = desk.editor, address("move", occasion)
    old = occasion.starts_on.isoformat()
    data = with_values(desk_form(editor, url), **DAYS, start_time="09:00")
    assert editor.post(url, data).status_code == 302
    occasion.refresh_from_db()
    assert str(occasion.starts_on) == "2030-03-04"
    (entry,) = logged(occasion, "samkurs.occasion_move")
    assert entry["before"]["starts_on"] == old
    assert entry["after"]["starts_on"] == "2030-03-04"
    assert (entry["before"]["start_time"], entry["after"]["start_time"]) == (None, "09:00:00")


def test_cancel(desk: object, occasion: CourseOccasion) -> None:
    editor, url = desk.editor, address("cancel", occasion)
    data = with_values(desk_form(editor, url), reason="  For få påmeldte  ")
    assert editor.post(url, data).status_code == 302
    occasion.refresh_from_db()
    assert (occasion.cancelled, occasion.cancel_reason) == (True, "For få påmeldte")
    assert occasion.status().state == OccasionState.CANCELLED
    assert logged(occasion, "samkurs.occasion_cancel") == [{"reason": "For få påmeldte"}]


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201, "a\x00b"])
def test_cancelling_needs_a_reason(desk: object, occasion: CourseOccasion, reason: str) -> None:
    before = occasion_rows()
    editor, url = desk.editor, address("cancel", occasion)
    data = with_values(desk_form(editor, url), reason=reason)
    assert set(form_errors(editor.post(url, data))) == {"reason"}
    assert occasion_rows() == before


def test_a_cancelled_one_is_neither_cancelled_again_nor_moved(
    desk: object, occasion: CourseOccasion
) -> None:
    editor = desk.editor
    forms = {name: desk_form(editor, address(name, occasion)) for name in ("cancel", "move")}
    CourseOccasion.objects.filter(pk=occasion.pk).update(cancelled=True, cancel_reason="Snø")
    before = occasion_rows()
    data = forms["cancel"] | {"reason": "Noe annet"}
    response = editor.post(address("cancel", occasion), data, follow=True)
    assert "This occasion is cancelled already." in messages_of(response)
    response = editor.post(address("move", occasion), forms["move"] | DAYS, follow=True)
    assert "A cancelled occasion is not moved: add a new one." in messages_of(response)
    for name in ("cancel", "move"):
        response = editor.get(address(name, occasion), follow=True)
        assert "cancelled" in messages_of(response)
    assert occasion_rows() == before


def test_the_days_of_a_cancelled_one_stay_in_its_edit_form_too(
    desk: object, occasion: CourseOccasion
) -> None:
    CourseOccasion.objects.filter(pk=occasion.pk).update(cancelled=True, cancel_reason="Snø")
    editor, url = desk.editor, address("edit", occasion)
    data = with_values(desk_form(editor, url), **DAYS, venue="Zoom")
    assert editor.post(url, data).status_code == 302
    days = occasion.starts_on, occasion.ends_on
    occasion.refresh_from_db()
    assert ((occasion.starts_on, occasion.ends_on), occasion.venue) == (days, "Zoom")


@pytest.mark.parametrize("name", ["edit", "move", "cancel"])
def test_whoever_saves_later_is_told(desk: object, occasion: CourseOccasion, name: str) -> None:
    editor, url = desk.editor, address(name, occasion)
    form = with_values(desk_form(editor, url), reason="Snø") | DAYS | {"apply_by": ""}
    occasion.seats_taken = 1
    occasion.save()
    before = occasion_rows()
    response = editor.post(url, form)
    errors = form_errors(response)
    assert "Somebody else saved this while you had it open" in errors["__all__"][0]
    assert occasion_rows() == before


@pytest.mark.parametrize("name", ["edit", "move", "cancel", "delete"])
def test_opening_a_screen_changes_nothing(
    desk: object, occasion: CourseOccasion, name: str
) -> None:
    before = occasion_rows()
    for client in (desk.editor, desk.admin):
        response = client.get(address(name, occasion), {"reason": "Snø", **DAYS})
        assert response.status_code in {200, 302}
    assert occasion_rows() == before


def test_one_that_readers_have_seen_is_not_deleted(desk: object, occasion: CourseOccasion) -> None:
    occasion.course.unpublish()
    before = occasion_rows()
    for client in (desk.editor, desk.admin):
        response = client.post(address("delete", occasion), follow=True)
        assert "cancelled with a reason, never deleted" in messages_of(response)
        assert response.redirect_chain[-1][0] == address("cancel", occasion)
    assert occasion_rows() == before


def test_one_that_nobody_has_seen_is_deleted(desk: object) -> None:
    draft = factories.make_offering(desk.region, live=False)
    occasion = factories.make_occasion(draft)
    response = desk.editor.post(address("delete", occasion), follow=True)
    assert "deleted" in messages_of(response)
    assert not CourseOccasion.objects.exists()


@pytest.mark.parametrize("name", ["edit", "move", "cancel", "delete"])
def test_those_who_may_not_find_nothing(desk: object, occasion: CourseOccasion, name: str) -> None:
    before = occasion_rows()
    elsewhere = member(factories.make_region(), Role.EDITOR)
    for client in (desk.author, elsewhere):
        for method in (client.get, client.post):
            response = method(address(name, occasion), {"reason": "Snø", **DAYS})
            assert response.status_code in {302, 403, 404}
    assert occasion_rows() == before


def test_a_warning_where_the_dates_hardly_fit(desk: object, course: CoursePage) -> None:
    course.credits, course.credit_system = 3, "hp"
    course.save_revision().publish()
    editor, url = desk.editor, add_address(course)
    data = with_values(desk_form(editor, url), starts_on="2030-03-04", ends_on="2030-03-10")
    response = editor.post(url, data, follow=True)
    assert "about 1 week, but the credits at this pace take about 8 weeks" in messages_of(response)
    assert CourseOccasion.objects.count() == 1


@pytest.mark.parametrize("language", ["nb", "sv", "en"])
@pytest.mark.parametrize("typed", ["2030-03-04", "4.3.2030", "04.03.2030", "4/3/2030", "4.3.30"])
def test_a_day_is_typed_as_people_write_it(
    desk: object, course: CoursePage, language: str, typed: str
) -> None:
    person = member(desk.region, Role.EDITOR)
    user = User.objects.get(pk=person.session["_auth_user_id"])
    user.language = language
    user.save()
    url = add_address(course)
    data = with_values(desk_form(person, url), starts_on=typed, ends_on="2030-05-05")
    assert person.post(url, data).status_code == 302
    assert str(CourseOccasion.objects.get().starts_on) == "2030-03-04"


@pytest.mark.parametrize("typed", ["31.2.2030", "2030-02-31", "i morgen", "1.5", "0001-13-01"])
def test_what_is_no_day_is_refused_and_stays(desk: object, course: CoursePage, typed: str) -> None:
    url = add_address(course)
    data = with_values(desk_form(desk.editor, url), starts_on=typed, ends_on="2030-05-05")
    response = desk.editor.post(url, data)
    assert "starts_on" in form_errors(response)
    assert f'value="{typed}"' in response.content.decode()
    assert not CourseOccasion.objects.exists()
