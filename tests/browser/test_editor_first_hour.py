"""The editor's first hour: from nothing to a published course, by keyboard alone."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from catalogue.models import CourseOccasion, DistanceCoursePage
from tests import factories

from .conftest import Site
from .keyboard import Keyboard

TITLE = "Velferdsteknologi i praksis"
SUMMARY = "For deg som tar i bruk velferdsteknologi. Du prøver ut løsninger i egen tjeneste."

#: What the hour takes at most, without the text itself. Raise these only with a reason.
MOST_MOVES = 150
#: Milliseconds until a draft has been saved by itself.
AUTOSAVED = 2500
MOST_SCREENS = 8


def _picture() -> dict:
    buffer = io.BytesIO()
    Image.new("RGB", (1600, 900), "#EFF5F7").save(buffer, "PNG")
    return {"name": "linjer.png", "mimeType": "image/png", "buffer": buffer.getvalue()}


def _add_picture(keys: Keyboard) -> None:
    """Upload a picture in the chooser and say what it shows."""
    page = keys.page
    keys.go_to("[data-chooser-action-choose]")
    keys.press("Enter")
    page.wait_for_selector(".modal-content #tab-label-search")
    keys.go_to("#tab-label-search")
    keys.press("ArrowRight")
    keys.go_to("input[type=file]")
    # The system's own file dialog is outside the page: the file is handed in where it opens.
    page.locator(".modal-content input[type=file]").set_input_files(_picture())
    # The title follows the file's name, a moment later.
    expect(page.locator(".modal-content [name=image-chooser-upload-title]")).to_have_value("linjer")
    keys.go_to(".modal-content button[type=submit]")
    keys.press("Enter")
    page.wait_for_selector(".modal-content", state="detached")
    keys.go_to("[name=image_alt]")
    keys.type("Tynne linjer som møtes i ett punkt")


def _dates(keys: Keyboard, first: int, last: int, deadline: int) -> None:
    """Fill in the days of an occasion; the date picker opens beside and asks for nothing."""
    for name, days in (("starts_on", first), ("ends_on", last), ("apply_by", deadline)):
        keys.go_to(f"[name={name}]")
        keys.type(factories.in_days(days).isoformat())


def test_a_distance_course_from_nothing_to_published_by_keyboard(
    site: Site, new_context: object
) -> None:
    page = new_context().new_page()
    keys = Keyboard(page)
    page.goto(f"{site.url}/nb/account/sign-in/")
    keys.screens += 1
    keys.go_to("[name=username]")
    keys.type(site.people["editor"].email)
    keys.press("Tab")
    keys.type(factories.PASSWORD)
    with page.expect_navigation(url="**/admin/"):
        keys.press("Enter")
    keys.screens += 1
    page.wait_for_load_state("networkidle")

    keys.press("Tab")
    keys.press("Enter")  # past the menu
    keys.follow(".desk-shortcut a")

    # Wagtail makes the address from the title, once its scripts are there.
    page.wait_for_load_state("networkidle")
    keys.go_to("[name=title]")
    keys.type(TITLE)
    expect(page.locator("[name=slug]")).to_have_value("velferdsteknologi-i-praksis")
    keys.go_to("[name=summary]")
    keys.type(SUMMARY)
    keys.go_to("[name=provider]")
    keys.type("Uni")
    for name in ("target_groups", "service_areas"):
        keys.go_to(f"[name={name}]")
        keys.press("Space")
    keys.go_to("[name=pace_percent]")
    keys.type("25")
    _add_picture(keys)
    # Wagtail saves a draft half a second after the last key: whoever publishes within that moment
    # is told that the address is taken, by the draft.
    page.wait_for_timeout(AUTOSAVED)
    page.wait_for_load_state("networkidle")
    keys.follow("[name=action-publish]")

    expect(page).to_have_url(re.compile("#tab-occasions"))
    course = DistanceCoursePage.objects.get(title=TITLE)
    assert course.live
    assert course.image.width == 1600
    assert course.image_alt

    keys.follow("a[href*='/admin/occasion/new/']")
    _dates(keys, 30, 85, 10)
    keys.enter_screen("Control+Shift+S")  # save, and one more
    _dates(keys, 210, 265, 190)
    keys.enter_screen("Control+s")

    assert CourseOccasion.objects.filter(course=course).count() == 2
    print(f"\nfirst hour: {keys.moves} moves, {keys.typed} letters, {keys.screens} screens")  # noqa: T201
    assert keys.moves <= MOST_MOVES
    assert keys.screens <= MOST_SCREENS

    _reader_opens(site, course, new_context().new_page())
    _stranger_finds_nothing(site, course, new_context().new_page())


def _reader_opens(site: Site, course: DistanceCoursePage, reader: Page) -> None:
    answer = reader.goto(f"{site.url}{course.get_url()}")
    assert answer is not None
    assert answer.status == 200
    expect(reader.locator("h1")).to_have_text(TITLE)
    expect(reader.locator(".occasion")).to_have_count(2)
    expect(reader.locator("picture img")).to_have_attribute("alt", course.image_alt)


def _stranger_finds_nothing(site: Site, course: DistanceCoursePage, stranger: Page) -> None:
    site.sign_in(stranger, site.people["other_coordinator"])
    for path in (
        "/admin/",
        "/admin/pages/",
        "/admin/occasion/",
        "/admin/pages/search/?q=Velferdsteknologi",
        f"/admin/pages/{course.pk}/edit/",
        f"/admin/images/{course.image_id}/",
        "/admin/images/",
    ):
        stranger.goto(f"{site.url}{path}")
        assert TITLE not in stranger.content(), path
        assert "linjer" not in stranger.content(), path


@pytest.fixture
def course_with_occasion(site: Site) -> tuple[DistanceCoursePage, CourseOccasion]:
    course = factories.make_distance_course(site.own, title="Klarspråk i vedtak")
    return course, factories.make_occasion(course)


def test_what_a_publish_lacks_is_said_at_the_field_in_the_editors_language(
    site: Site, new_context: object
) -> None:
    page = new_context().new_page()
    site.sign_in(page, site.people["editor"])
    index = factories.index_page(site.own)
    page.goto(f"{site.url}/admin/pages/add/catalogue/distancecoursepage/{index.pk}/")
    page.fill("[name=title]", "Uten resten")
    page.click("[name=action-publish]")
    page.wait_for_load_state("networkidle")
    message = page.locator("#panel-child-content-child-summary-errors").first
    expect(message).to_be_visible()
    assert not DistanceCoursePage.objects.filter(title="Uten resten", live=True).exists()
    expect(page.locator("[name=title]")).to_have_value("Uten resten")


def test_an_occasion_is_cancelled_in_two_clicks_beside_the_draft(
    site: Site, new_context: object, course_with_occasion: tuple
) -> None:
    course, occasion = course_with_occasion
    course.summary = "Et utkast som ikke er ferdig."
    draft = course.save_revision()
    page = new_context().new_page()
    site.sign_in(page, site.people["editor"])
    page.goto(f"{site.url}/admin/pages/{course.pk}/edit/#tab-occasions")
    page.click(f"a[href='/admin/occasion/cancel/{occasion.pk}/']")
    page.fill("[name=reason]", "For få påmeldte")
    with page.expect_navigation():
        page.click("form[data-edit-form] button[type=submit]")
    occasion.refresh_from_db()
    course.refresh_from_db()
    assert occasion.cancelled
    assert occasion.cancel_reason == "For få påmeldte"
    assert course.latest_revision_id == draft.pk
    assert course.has_unpublished_changes
    reader = new_context().new_page()
    reader.goto(f"{site.url}{course.get_url()}")
    expect(reader.locator("main")).to_contain_text("For få påmeldte")


def test_an_occasion_is_moved_in_two_clicks(
    site: Site, new_context: object, course_with_occasion: tuple
) -> None:
    course, occasion = course_with_occasion
    page = new_context().new_page()
    site.sign_in(page, site.people["editor"])
    page.goto(f"{site.url}/admin/pages/{course.pk}/edit/#tab-occasions")
    page.click(f"a[href='/admin/occasion/move/{occasion.pk}/']")
    page.fill("[name=starts_on]", factories.in_days(40).isoformat())
    page.fill("[name=ends_on]", factories.in_days(96).isoformat())
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.click("form[data-edit-form] button[type=submit]")
    occasion.refresh_from_db()
    assert occasion.starts_on == factories.in_days(40)


def test_what_is_typed_as_a_day_stays_as_typed(
    site: Site, new_context: object, course_with_occasion: tuple
) -> None:
    """The calendar would put today in place of whatever it cannot read."""
    course, _occasion = course_with_occasion
    page = new_context().new_page()
    site.sign_in(page, site.people["editor"])
    page.goto(f"{site.url}/admin/occasion/new/?course={course.pk}")
    page.wait_for_load_state("networkidle")
    for typed in ("31.2.2027", "i morgen", "1.5.2027"):
        page.fill("[name=starts_on]", "")
        page.focus("[name=starts_on]")
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
        expect(page.locator("[name=starts_on]")).to_have_value(typed)
