"""What the screens of occasions tell, offer and refuse, state by state."""

from __future__ import annotations

from datetime import date, time

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from catalogue.admin.log import MoveFormatter
from catalogue.models import CourseOccasion, CoursePage
from tests import factories
from tests.factories import in_days

from .support import (
    LIST,
    NO_DAYS,
    cancel,
    desk_form,
    form_errors,
    messages_of,
    occasion_rows,
    page_of,
    with_values,
)

pytestmark = pytest.mark.django_db


def address(name: str, occasion: CourseOccasion) -> str:
    return reverse(f"occasion:{name}", args=[occasion.pk])


def told(client: Client, url: str) -> str:
    """Return what the screen says of the occasion before its fields."""
    page = page_of(client.get(url))
    box = page.select_one(".desk-told")
    assert box.find_next("form", id="w-editor-form") is not None
    return " ".join(box.get_text(" ").replace("\xa0", " ").split())


def log_of(occasion: CourseOccasion) -> list[str]:
    entries = ModelLogEntry.objects.filter(object_id=str(occasion.pk))
    return [entry.action for entry in entries.order_by("pk")]


# Days and hours ----------------------------------------------------------------------------------
def test_several_days_may_end_at_an_earlier_hour(desk: object, course: CoursePage) -> None:
    url = f"{reverse('occasion:add')}?course={course.pk}"
    days = {"starts_on": "2030-03-04", "ends_on": "2030-03-05"}
    hours = {"start_time": "12:00", "end_time": "09:00"}
    editor = desk.editor
    data = with_values(desk_form(editor, url), **days, **hours)
    assert editor.post(url, data).status_code == 302
    page = Client(headers={"accept-language": "nb"}).get(course.get_url()).content.decode()
    assert "9.00" in page
    assert "12.00–9.00" not in page  # that would read as a slip


@pytest.mark.parametrize("last", [None, date(2030, 3, 4)])
def test_the_database_refuses_one_day_that_ends_before_it_begins(
    course: CoursePage, last: date | None
) -> None:
    made = factories.make_occasion(course, starts_on=date(2030, 3, 4), ends_on=last, apply_by=None)
    rows = CourseOccasion.objects.filter(pk=made.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(start_time=time(12), end_time=time(9))
    assert rows.get().start_time is None
    rows.update(ends_on=date(2030, 3, 5), start_time=time(12), end_time=time(9))
    assert rows.get().end_time == time(9)


@pytest.mark.parametrize(
    "days",
    [
        {"starts_on": "2030-03-04", "ends_on": "2030-05-05"},
        {"starts_on": "2030-03-04"},
        {"ends_on": "2030-05-05"},
    ],
)
def test_a_distance_course_has_fixed_days_or_begins_at_any_time(desk: object, days: dict) -> None:
    course = factories.make_distance_course(desk.region)
    url, editor, before = f"{reverse('occasion:add')}?course={course.pk}", desk.editor, []
    form = with_values(desk_form(editor, url), continuous="on", **days)
    errors = form_errors(editor.post(url, form))
    assert set(errors) == {"continuous"}
    assert "untick “at any time”, or empty the first and the last day" in errors["continuous"][0]
    assert occasion_rows() == before
    mended = with_values(form, starts_on="", ends_on="")
    assert editor.post(url, mended).status_code == 302


def test_another_course_may_begin_at_any_time_in_a_period(desk: object, course: CoursePage) -> None:
    url, editor = f"{reverse('occasion:add')}?course={course.pk}", desk.editor
    days = {"starts_on": "2030-03-04", "ends_on": "2030-05-05"}
    data = with_values(desk_form(editor, url), continuous="on", **days)
    assert editor.post(url, data).status_code == 302


# What the screens tell ---------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["edit", "move", "cancel"])
def test_the_screen_says_which_occasion_it_is_before_it_asks(
    desk: object, occasion: CourseOccasion, name: str
) -> None:
    occasion.open_to.set(desk.municipalities[:2])
    words = told(desk.editor, address(name, occasion))
    for part in ("Open", "Brannvern", "BRA-1", "at 9:00–12:30", "Teams", "Alvdal, Folldal"):
        assert part in words
    assert f"{occasion.starts_on:%-d %B}" in words
    assert "Readers see it on the course's page." in words


def test_a_move_begins_with_what_is_there(desk: object, occasion: CourseOccasion) -> None:
    form = desk_form(desk.editor, address("move", occasion))
    assert form["starts_on"] == [occasion.starts_on.isoformat()]
    assert form["ends_on"] == [occasion.ends_on.isoformat()]
    assert (form["start_time"], form["end_time"]) == (["09:00"], ["12:30"])


HEADINGS = {
    "edit": "Occasion: Brannvern (BRA-1)",
    "move": "Move the occasion: Brannvern (BRA-1)",
    "cancel": "Cancel the occasion: Brannvern (BRA-1)",
}


@pytest.mark.parametrize("name", HEADINGS)
def test_headings(desk: object, occasion: CourseOccasion, name: str) -> None:
    page = page_of(desk.editor.get(address(name, occasion)))
    assert page.select_one("#header-title").get_text(strip=True) == HEADINGS[name]
    assert page.title.get_text(strip=True).startswith(HEADINGS[name])


def test_the_heading_of_a_new_one(desk: object, course: CoursePage) -> None:
    page = page_of(desk.editor.get(reverse("occasion:add"), {"course": course.pk}))
    heading = "New occasion: Brannvern"
    assert page.select_one("#header-title").get_text(strip=True) == heading
    assert page.title.get_text(strip=True).startswith(heading)
    assert "New: " not in page.get_text()


# Cancelled and finished --------------------------------------------------------------------------
def test_the_reason_of_a_cancelled_one_is_read_and_corrected(
    desk: object, occasion: CourseOccasion
) -> None:
    cancel(occasion)
    url, editor = address("edit", occasion), desk.editor
    words = told(editor, url)
    assert words.startswith("Cancelled")
    assert "Snø" in words
    form = desk_form(editor, url)
    assert form["cancel_reason"] == ["Snø"]
    for name in ("starts_on", "apply_from", "apply_by", "late_apply_by", "apply_url", "continuous"):
        assert name not in form
    assert editor.post(url, with_values(form, cancel_reason="Mye snø")).status_code == 302
    occasion.refresh_from_db()
    assert (occasion.cancelled, occasion.cancel_reason) == (True, "Mye snø")
    entry = ModelLogEntry.objects.get(action="samkurs.occasion_change")
    assert entry.data == {"before": {"cancel_reason": "Snø"}, "after": {"cancel_reason": "Mye snø"}}


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201])
def test_a_cancelled_one_keeps_a_reason(
    desk: object, occasion: CourseOccasion, reason: str
) -> None:
    cancel(occasion)
    before, editor, url = occasion_rows(), desk.editor, address("edit", occasion)
    data = with_values(desk_form(editor, url), cancel_reason=reason)
    assert set(form_errors(editor.post(url, data))) == {"cancel_reason"}
    assert occasion_rows() == before


def test_a_reason_is_corrected_whatever_rule_came_later(
    desk: object, occasion: CourseOccasion
) -> None:
    cancel(occasion)
    CourseOccasion.objects.update(starts_on=date(1999, 1, 1))  # a year refused by now
    editor, url = desk.editor, address("edit", occasion)
    data = with_values(desk_form(editor, url), cancel_reason="Mye snø")
    assert editor.post(url, data).status_code == 302
    occasion.refresh_from_db()
    assert occasion.cancel_reason == "Mye snø"


def test_the_reason_is_not_asked_of_one_that_is_held(
    desk: object, occasion: CourseOccasion
) -> None:
    editor, url = desk.editor, address("edit", occasion)
    form = desk_form(editor, url)
    assert "cancel_reason" not in form
    editor.post(url, form | {"cancel_reason": "Snø"})
    occasion.refresh_from_db()
    assert (occasion.cancelled, occasion.cancel_reason) == (False, "")


def offered(client: Client, occasion: CourseOccasion) -> list[set[str]]:
    """Return what is offered for an occasion on its screen, in the list and in the course's tab."""
    ways = {address(name, occasion): name for name in ("move", "cancel", "delete")}
    tab = reverse("wagtailadmin_pages:edit", args=[occasion.course_id])
    pages = [page_of(client.get(url)) for url in (address("edit", occasion), LIST, tab)]
    return [
        {ways[link["href"]] for link in page.select("a[href]") if link["href"] in ways}
        for page in pages
    ]


def test_what_is_offered(desk: object, occasion: CourseOccasion, finished: CourseOccasion) -> None:
    editor = desk.editor
    assert offered(editor, occasion) == [{"move", "cancel"}] * 3
    assert offered(editor, finished) == [{"cancel"}] * 3
    cancel(occasion)
    assert offered(editor, occasion) == [set()] * 3


def test_a_finished_one_is_corrected_but_not_moved_nor_opened(
    desk: object, finished: CourseOccasion
) -> None:
    editor, url = desk.editor, address("edit", finished)
    assert told(editor, url).startswith("Finished")
    form = desk_form(editor, url)
    for name in ("apply_from", "late_apply_by", "apply_url"):
        assert name not in form
    before = occasion_rows()
    response = editor.post(address("move", finished), form, follow=True)
    assert "An occasion that is over is not moved." in messages_of(response)
    assert occasion_rows() == before
    assert editor.post(url, with_values(form, seats_taken="7")).status_code == 302
    finished.refresh_from_db()
    assert finished.seats_taken == 7


def test_what_begins_at_any_time_has_nothing_to_move(desk: object, course: CoursePage) -> None:
    occasion = factories.make_occasion(course, **NO_DAYS, continuous=True)
    response = desk.editor.get(address("move", occasion), follow=True)
    assert "It begins at any time and has no days to move." in messages_of(response)
    assert offered(desk.editor, occasion) == [{"cancel"}] * 3


# Deletion ----------------------------------------------------------------------------------------
def test_only_an_unseen_one_can_be_deleted(desk: object) -> None:
    draft = factories.make_offering(desk.region, live=False)
    occasion = factories.make_occasion(draft)
    editor = desk.editor
    on_screen, in_list, _in_tab = offered(editor, occasion)
    assert "delete" in on_screen
    assert "delete" in in_list
    assert "Readers do not see it" in told(editor, address("edit", occasion))


@pytest.mark.parametrize("live", [True, False])
def test_the_side_panel_does_not_call_an_occasion_live(desk: object, live: bool) -> None:
    occasion = factories.make_occasion(factories.make_offering(desk.region, live=live))
    panel = page_of(desk.editor.get(address("edit", occasion))).select_one(
        "[data-side-panel=status]"
    )
    words = " ".join(panel.get_text(" ").split())
    assert "Live" not in words
    assert "Open" in words
    assert ("Readers do not see it" in words) is not live


# Sent twice --------------------------------------------------------------------------------------
def test_a_second_click_on_move_does_nothing_and_says_so(
    desk: object, occasion: CourseOccasion
) -> None:
    editor, url = desk.editor, address("move", occasion)
    days = {"starts_on": in_days(40).isoformat(), "ends_on": in_days(41).isoformat()}
    data = with_values(desk_form(editor, url), **days)
    editor.post(url, data, follow=True)
    before = occasion_rows()
    response = editor.post(url, data, follow=True)
    assert messages_of(response).strip() == "The occasion is moved already."
    assert occasion_rows() == before
    assert log_of(occasion).count("samkurs.occasion_move") == 1


def test_a_second_click_on_cancel_does_nothing_and_says_so(
    desk: object, occasion: CourseOccasion
) -> None:
    editor, url = desk.editor, address("cancel", occasion)
    data = with_values(desk_form(editor, url), reason="Snø")
    editor.post(url, data, follow=True)
    before = occasion_rows()
    response = editor.post(url, data, follow=True)
    assert messages_of(response).strip() == "This occasion is cancelled already."
    assert occasion_rows() == before
    assert log_of(occasion).count("samkurs.occasion_cancel") == 1


def test_a_second_click_on_save_is_not_called_somebody_elses(
    desk: object, occasion: CourseOccasion
) -> None:
    editor, url = desk.editor, address("edit", occasion)
    data = with_values(desk_form(editor, url), venue="Zoom")
    assert messages_of(editor.post(url, data, follow=True)).count("updated") == 1
    before = occasion_rows()
    response = editor.post(url, data, follow=True)
    assert messages_of(response).strip() == "That is saved already."
    assert occasion_rows() == before
    wrong = with_values(data, seats_total="-1")
    assert "seats_total" in form_errors(editor.post(url, wrong))


def test_a_move_to_where_it_is_is_refused(desk: object, occasion: CourseOccasion) -> None:
    before, logged = occasion_rows(), log_of(occasion)
    editor, url = desk.editor, address("move", occasion)
    errors = form_errors(editor.post(url, desk_form(editor, url)))
    assert errors == {
        "__all__": ["These are the days and times it has already: type the new ones."]
    }
    assert occasion_rows() == before
    assert log_of(occasion) == logged


def test_the_log_of_a_move_by_hours_alone_says_the_hours() -> None:
    day = {"starts_on": "2030-03-04", "ends_on": None}
    before = day | {"start_time": "09:00:00", "end_time": "12:00:00"}
    after = day | {"start_time": "13:00:00", "end_time": None}
    entry = ModelLogEntry(data={"before": before, "after": after})
    message = MoveFormatter().format_message(entry).replace("\xa0", " ")
    assert message == "Occasion moved from 4 March 2030 at 9:00–12:00 to 4 March 2030 at 13:00"
