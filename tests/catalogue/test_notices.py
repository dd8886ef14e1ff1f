"""What is new of an occasion: who writes it, how it is dated, and how long readers see it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import ModelLogEntry

from catalogue.models import CourseOccasion, CoursePage
from catalogue.presenters.course_page import CoursePresenter
from catalogue.presenters.states import occasion_view
from catalogue.services import move_occasion
from tests import factories, worlds
from tests.factories import in_days

from .support import cancel, desk_form, form_errors, with_values

pytestmark = pytest.mark.django_db

NBSP = "\u00a0"


def address(name: str, occasion: CourseOccasion) -> str:
    return reverse(f"occasion:{name}", args=[occasion.pk])


def texts(occasion: CourseOccasion, today: date | None = None) -> list[tuple[str, date]]:
    occasion.refresh_from_db()
    view = occasion_view(occasion, occasion.course, today or in_days(0))
    return [(notice.text.replace(NBSP, " "), notice.day) for notice in view.notices]


def moved(before: date, after: date) -> str:
    with translation.override("en"):
        from catalogue.formats import day

        return f"Start moved from {day(before)} to {day(after)}".replace(NBSP, " ")


def with_notice(occasion: CourseOccasion, text: str, on: date) -> CourseOccasion:
    occasion.write_notice(text, on)
    occasion.full_clean()
    occasion.save()
    return occasion


def move(occasion: CourseOccasion, to: date, **more: object) -> CourseOccasion:
    return move_occasion(occasion, by=None, starts_on=to, ends_on=None, **more)


# At the desk -------------------------------------------------------------------------------------
def test_an_editor_writes_a_notice_and_it_is_dated_and_logged(
    desk: object, occasion: CourseOccasion
) -> None:
    editor, url = desk.editor, address("edit", occasion)
    form = desk_form(editor, url)
    assert editor.post(url, with_values(form, notice=" Nytt rom:\u00a0 B12 ")).status_code == 302
    occasion.refresh_from_db()
    assert (occasion.notice, occasion.notice_on) == ("Nytt rom: B12", in_days(0))
    entry = ModelLogEntry.objects.get(action="samkurs.occasion_change")
    assert entry.data == {"before": {"notice": ""}, "after": {"notice": "Nytt rom: B12"}}


def test_the_same_words_keep_their_day_and_none_have_none(
    desk: object, occasion: CourseOccasion
) -> None:
    with_notice(occasion, "Nytt rom", in_days(-4))
    editor, url = desk.editor, address("edit", occasion)
    editor.post(url, with_values(desk_form(editor, url), venue="Teams 2"))
    occasion.refresh_from_db()
    assert (occasion.venue, occasion.notice_on) == ("Teams 2", in_days(-4))
    editor.post(url, with_values(desk_form(editor, url), notice="Nytt rom likevel"))
    occasion.refresh_from_db()
    assert occasion.notice_on == in_days(0)
    editor.post(url, with_values(desk_form(editor, url), notice=""))
    occasion.refresh_from_db()
    assert (occasion.notice, occasion.notice_on) == ("", None)


def test_a_long_notice_is_refused(desk: object, occasion: CourseOccasion) -> None:
    editor, url = desk.editor, address("edit", occasion)
    answer = editor.post(url, with_values(desk_form(editor, url), notice="x" * 161))
    errors = form_errors(answer)
    assert set(errors) == {"notice"}
    assert "160" in errors["notice"][0]
    occasion.refresh_from_db()
    assert (occasion.notice, occasion.notice_on) == ("", None)


def test_two_who_write_at_once_are_told(desk: object, occasion: CourseOccasion) -> None:
    editor, url = desk.editor, address("edit", occasion)
    form = desk_form(editor, url)
    editor.post(url, with_values(form, notice="Den første"))
    answer = editor.post(url, with_values(form, notice="Den andre"))
    assert answer.status_code == 200
    assert "__all__" in form_errors(answer)
    occasion.refresh_from_db()
    assert occasion.notice == "Den første"


def test_only_who_may_change_the_occasion_writes(desk: object, occasion: CourseOccasion) -> None:
    url = address("edit", occasion)
    form = with_values(desk_form(desk.editor, url), notice="Fra noen andre")
    elsewhere = factories.make_member(factories.make_region(), factories.Role.EDITOR)
    stranger = Client()
    stranger.force_login(elsewhere)
    for client in (desk.author, desk.client("contact"), stranger, Client()):
        assert client.post(url, form).status_code in {302, 403, 404}
        occasion.refresh_from_db()
        assert (occasion.notice, occasion.notice_on) == ("", None)


def test_it_is_asked_for_where_somebody_can_still_read_it(
    desk: object, course: CoursePage, occasion: CourseOccasion, finished: CourseOccasion
) -> None:
    editor = desk.editor
    assert "notice" in desk_form(editor, address("move", occasion))
    assert "notice" not in desk_form(editor, f"{reverse('occasion:add')}?course={course.pk}")
    assert "notice" not in desk_form(editor, address("edit", finished))
    cancel(occasion)
    assert "notice" not in desk_form(editor, address("edit", occasion))


def test_a_move_brings_a_notice_along(desk: object, occasion: CourseOccasion) -> None:
    editor, url, first = desk.editor, address("move", occasion), occasion.starts_on
    days = {"starts_on": in_days(37).isoformat(), "notice": "Læreren er syk"}
    assert editor.post(url, with_values(desk_form(editor, url), **days)).status_code == 302
    today = in_days(0)
    assert sorted(texts(occasion)) == [
        ("Læreren er syk", today),
        (moved(first, in_days(37)), today),
    ]
    entry = ModelLogEntry.objects.get(action="samkurs.occasion_move")
    assert (entry.data["before"]["notice"], entry.data["after"]["notice"]) == ("", "Læreren er syk")


def test_a_notice_alone_moves_nothing(desk: object, occasion: CourseOccasion) -> None:
    editor, url = desk.editor, address("move", occasion)
    answer = editor.post(url, with_values(desk_form(editor, url), notice="Bare ord"))
    assert "type the new ones" in form_errors(answer)["__all__"][0]
    assert texts(occasion) == []


# Moves -------------------------------------------------------------------------------------------
@worlds.layer
def single(course: CoursePage) -> CourseOccasion:
    return factories.make_occasion(course, ends_on=None)


def test_a_move_says_from_where_and_when(single: CourseOccasion) -> None:
    move(single, in_days(37))
    assert texts(single) == [(moved(in_days(30), in_days(37)), in_days(0))]


def test_the_last_move_counts_and_those_of_one_day_are_one(single: CourseOccasion) -> None:
    move(single, in_days(73))  # a slip
    move(single, in_days(37))
    assert texts(single) == [(moved(in_days(30), in_days(37)), in_days(0))]
    CourseOccasion.objects.filter(pk=single.pk).update(moved_on=in_days(-2))
    move(single, in_days(44))
    assert texts(single) == [(moved(in_days(37), in_days(44)), in_days(0))]
    move(single, in_days(37))
    assert texts(single) == []
    single.refresh_from_db()
    assert (single.moved_from, single.moved_on) == (None, None)


def test_no_move_without_two_different_days(single: CourseOccasion, course: CoursePage) -> None:
    move(single, single.starts_on, venue="Teams")
    assert texts(single) == []
    without = factories.make_occasion(course, starts_on=None, ends_on=None, apply_by=None)
    move(without, in_days(37))
    assert texts(without) == []


def test_nobody_is_told_of_what_nobody_could_read(desk: object) -> None:
    draft = factories.make_offering(desk.region, live=False)
    occasion = factories.make_occasion(draft, ends_on=None)
    move(occasion, in_days(37))
    assert texts(occasion) == []


def test_a_refused_move_announces_nothing(single: CourseOccasion) -> None:
    with pytest.raises(ValidationError):
        move(single, date(1900, 1, 1), notice="Flyttet")
    assert texts(single) == []


def test_a_first_day_corrected_back_is_no_move(single: CourseOccasion) -> None:
    move(single, in_days(37))
    CourseOccasion.objects.filter(pk=single.pk).update(starts_on=in_days(30))
    assert texts(single) == []


# What readers see --------------------------------------------------------------------------------
def test_it_goes_when_the_occasion_is_over_or_cancelled(single: CourseOccasion) -> None:
    with_notice(single, "Nytt rom", in_days(-1))
    assert texts(single, single.starts_on) == [("Nytt rom", in_days(-1))]
    assert texts(single, single.starts_on + timedelta(days=1)) == []
    cancel(single)
    assert texts(single) == []


def test_the_page_shows_it_above_the_facts_and_at_its_date(
    course: CoursePage, single: CourseOccasion
) -> None:
    with_notice(single, "Nytt rom <b>B12</b>", in_days(-1))
    reader = Client(headers={"accept-language": "nb"})
    page = BeautifulSoup(reader.get(course.get_url()).content, "html.parser")
    above = page.select(".course-notices .notice")
    assert [each.select_one(".notice__title") for each in above] == [None]
    at_date = page.select(".occasion .notice--plain")
    for notice in (*above, *at_date):
        assert "Nytt rom <b>B12</b>" in notice.get_text()  # as typed, never as markup
        assert notice.time["datetime"] == in_days(-1).isoformat()
    assert len(at_date) == 1


def test_of_several_dates_each_notice_names_its_own(course: CoursePage) -> None:
    for number in range(4):
        occasion = factories.make_occasion(course, cohort=str(number), ends_on=None)
        with_notice(occasion, f"Nytt {number}", in_days(-number))
    context = CoursePresenter(course).context()
    above = context["notices"]
    assert [notice.text for notice in above] == ["Nytt 0", "Nytt 1", "Nytt 2"]
    assert {notice.about for notice in above} == {context["occasions"][0].dates}
    assert all(view.notices for view in context["occasions"])


def test_an_editors_words_have_their_language(course: CoursePage, single: CourseOccasion) -> None:
    with_notice(single, "Nytt rom", in_days(-1))
    move(single, in_days(37))
    for reader, own in (("nb", ""), ("sv", "nb")):
        with translation.override(reader):
            langs = {n.day: n.lang for n in CoursePresenter(course).context()["notices"]}
        assert langs == {in_days(0): "", in_days(-1): own}


# The database ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "fields",
    [
        {"notice": "Udatert"},
        {"notice_on": date(2030, 1, 1)},
        {"moved_from": date(2030, 1, 1)},
        {"moved_on": date(2030, 1, 1)},
    ],
)
def test_the_database_refuses_what_is_not_dated(occasion: CourseOccasion, fields: dict) -> None:
    rows = CourseOccasion.objects.filter(pk=occasion.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**fields)
    assert rows.filter(notice="", notice_on=None, moved_from=None, moved_on=None).exists()


def test_today_is_the_regions_day(occasion: CourseOccasion) -> None:
    occasion.write_notice("Nytt", timezone.localdate())
    assert occasion.notice_on == in_days(0)
