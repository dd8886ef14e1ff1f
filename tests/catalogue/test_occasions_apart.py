"""Occasions stand apart from drafts: nothing that happens to a page's text touches them."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse
from wagtail.models import Locale, Page

from catalogue.models import CourseOccasion, CoursePackagePage, CoursePage, DistanceCoursePage
from catalogue.services import make_region_page
from tests import factories, worlds

from .support import (
    desk_form,
    edit_url,
    messages_of,
    occasion_rows,
    page_form,
    page_rows,
    with_values,
)

pytestmark = pytest.mark.django_db


@worlds.layer
def course(desk: object) -> DistanceCoursePage:
    page = factories.make_distance_course(desk.region, title="Demens i hverdagen")
    occasion = factories.make_occasion(page, code="DEM-1")
    occasion.open_to.set(desk.municipalities[:2])
    factories.make_occasion(page, code="DEM-2", cohort="gruppe 2")
    return page


def test_a_copy_has_none_and_the_original_keeps_its_own(desk: object, course: CoursePage) -> None:
    before = occasion_rows()
    url = reverse("wagtailadmin_pages:copy", args=[course.pk])
    data = {
        "new_title": "Kopi",
        "new_slug": "kopi",
        "new_parent_page": course.get_parent().pk,
        "publish_copies": "on",
    }
    assert desk.editor.post(url, data).status_code == 302
    copy = CoursePage.objects.get(title="Kopi")
    assert copy.live
    assert not copy.occasions.exists()
    assert occasion_rows() == before
    assert {each.pk for each in copy.target_groups.all()} == {
        each.pk for each in course.target_groups.all()
    }


def test_an_alias_takes_none(desk: object, course: CoursePage) -> None:
    before = occasion_rows()
    alias = course.create_alias(update_slug="alias")
    assert not alias.occasions.exists()
    assert occasion_rows() == before
    assert desk.editor.get(alias.get_url()).status_code == 200


def test_a_translation_shows_those_of_the_source(desk: object, course: CoursePage) -> None:
    before = occasion_rows()
    make_region_page(desk.region, "sv")
    translation = course.copy_for_translation(Locale.objects.get(language_code="sv"))
    translation.title = "Demens i vardagen"
    translation.save_revision().publish()
    translation = translation.specific_class.objects.get(pk=translation.pk)
    assert translation.occasions_source.pk == course.pk
    response = desk.editor.get(translation.get_url())
    assert response.status_code == 200
    assert [each.cohort for each in response.context["occasions"]] == ["", "gruppe 2"]
    assert occasion_rows() == before


def test_the_editor_of_a_translation_shows_and_adds_to_the_source(
    desk: object, course: CoursePage
) -> None:
    make_region_page(desk.region, "sv")
    translation = course.copy_for_translation(Locale.objects.get(language_code="sv"))
    editor = desk.editor
    response = editor.get(edit_url(translation))
    assert "DEM-1" in response.content.decode()
    assert f"{reverse('occasion:add')}?course={course.pk}" in response.content.decode()
    url = f"{reverse('occasion:add')}?course={translation.pk}"
    data = with_values(desk_form(editor, url), starts_on="2030-03-04", ends_on="2030-05-05")
    assert editor.post(url, data).status_code == 302
    assert CourseOccasion.objects.latest("pk").course_id == course.pk


def test_an_occasion_never_hangs_on_a_translation(desk: object, course: CoursePage) -> None:
    make_region_page(desk.region, "sv")
    translation = course.copy_for_translation(Locale.objects.get(language_code="sv"))
    before = occasion_rows()
    editor, url = desk.editor, reverse("occasion:add")
    data = {"course": translation.pk, "starts_on": "2030-03-04", "ends_on": "2030-05-05"}
    response = editor.post(url, data)
    assert response.status_code == 200
    assert response.context["form"].errors["course"] == [
        "Choose the page in the region's own language."
    ]
    assert occasion_rows() == before


def test_moving_unpublishing_and_republishing_lose_nothing(
    desk: object, course: CoursePage
) -> None:
    before = occasion_rows()
    old = course.get_latest_revision()
    course.title = "Nytt"
    course.save_revision().publish()
    other = factories.make_region()
    course.move(factories.index_page(other), pos="last-child")
    course.refresh_from_db()
    course.move(factories.index_page(desk.region), pos="first-child")
    course.refresh_from_db()
    course.unpublish()
    assert occasion_rows() == before
    old.publish()
    course.refresh_from_db()
    assert (course.live, course.title) == (True, "Demens i hverdagen")
    assert occasion_rows() == before


# Deleting is refused -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "what"),
    [("editor", "course"), ("admin", "course"), ("admin", "index"), ("admin", "region page")],
)
def test_deleting_a_course_or_what_is_above_it_is_refused(
    desk: object, course: CoursePage, role: str, what: str
) -> None:
    page = {
        "course": course,
        "index": course.get_parent(),
        "region page": factories.region_page(desk.region),
    }[what]
    pages, occasions = page_rows(), occasion_rows()
    client, url = getattr(desk, role), reverse("wagtailadmin_pages:delete", args=[page.pk])
    for response in (client.get(url, follow=True), client.post(url, follow=True)):
        text = messages_of(response)
        assert "DEM-1 (Demens i hverdagen)" in text
        assert "DEM-2" in text
        assert "cancel the occasions" in text
    assert (page_rows(), occasion_rows()) == (pages, occasions)


@pytest.mark.parametrize("role", ["editor", "admin"])
def test_deleting_in_bulk_is_refused_as_a_whole(
    desk: object, course: CoursePage, role: str
) -> None:
    free = factories.make_offering(desk.region)
    pages, occasions = page_rows(), occasion_rows()
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    home = reverse("wagtailadmin_home")
    address = f"{url}?id={free.pk}&id={course.pk}&next={home}"
    response = getattr(desk, role).post(address, follow=True)
    assert "DEM-1 (Demens i hverdagen)" in messages_of(response)
    assert (page_rows(), occasion_rows()) == (pages, occasions)


@pytest.mark.parametrize("role", ["editor", "admin"])
def test_deleting_by_the_interface_for_programs_is_refused(
    desk: object, course: CoursePage, role: str
) -> None:
    pages, occasions = page_rows(), occasion_rows()
    url = reverse("wagtailadmin_api:pages:action", args=[course.pk, "delete"])
    response = getattr(desk, role).post(url, headers={"accept": "application/json"})
    assert response.status_code == 404
    assert (page_rows(), occasion_rows()) == (pages, occasions)


def test_a_course_of_a_package_is_not_deleted(desk: object) -> None:
    course = factories.make_offering(desk.region)
    package = factories.make_package(desk.region, [course], title="Ledelse i praksis")
    pages = page_rows()
    url = reverse("wagtailadmin_pages:delete", args=[course.pk])
    response = desk.editor.post(url, follow=True)
    assert "Ledelse i praksis" in messages_of(response)
    assert page_rows() == pages
    assert CoursePackagePage.objects.get(pk=package.pk).package_courses.count() == 1


def test_a_course_without_occasions_is_deleted(desk: object) -> None:
    course = factories.make_offering(desk.region)
    url = reverse("wagtailadmin_pages:delete", args=[course.pk])
    assert desk.editor.post(url).status_code == 302
    assert not Page.objects.filter(pk=course.pk).exists()


# A draft is untouched ----------------------------------------------------------------------------
def test_changing_an_occasion_neither_publishes_nor_changes_a_draft(
    desk: object, course: CoursePage
) -> None:
    editor = desk.editor
    draft = with_values(page_form(editor, edit_url(course)), title="Utkast til noe annet")
    assert editor.post(edit_url(course), draft).status_code == 302
    pages = page_rows()
    occasion = CourseOccasion.objects.get(code="DEM-1")
    move = reverse("occasion:move", args=[occasion.pk])
    data = with_values(desk_form(editor, move), starts_on="2030-03-04", ends_on="2030-05-05")
    assert editor.post(move, data | {"apply_by": ""}).status_code == 302
    cancel = reverse("occasion:cancel", args=[occasion.pk])
    data = with_values(desk_form(editor, cancel), reason="For få påmeldte")
    assert editor.post(cancel, data).status_code == 302
    assert page_rows() == pages
    content = course.revisions.latest("pk").content
    assert content["title"] == "Utkast til noe annet"
    reader = editor.get(course.get_url()).content.decode()
    assert "Utkast til noe annet" not in reader
    assert "For få påmeldte" in reader


def test_saving_a_page_leaves_its_occasions_alone(desk: object, course: CoursePage) -> None:
    before = occasion_rows()
    editor, url = desk.editor, edit_url(course)
    for extra in ({}, {"action__publish": "1"}):
        assert editor.post(url, with_values(page_form(editor, url), **extra)).status_code == 302
    assert occasion_rows() == before
    assert course.revisions.count() == 3
    assert "DEM-1" not in json.dumps(course.revisions.latest("pk").content)
