"""What is said before something is deleted: one's own uses by name, and why a page has to stay."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.html import escape
from pytest_django.asserts import assertContains, assertNotContains
from wagtail.models import Page

from .world import MARK, World


@pytest.fixture
def coordinator(world: World) -> Client:
    """Return a client of the own region's coordinator, who reads English."""
    user = world.people["coordinator"]
    user.language = "en"
    user.save()
    client = Client()
    client.force_login(user)
    return client


def in_bulk(kind: str, *rows: object) -> str:
    """Return the address of the question before ``rows`` are deleted at once."""
    return f"/admin/bulk/{kind}/delete/?next=/admin/" + "".join(f"&id={row.pk}" for row in rows)


def test_pages_that_have_to_stay_say_why(world: World, coordinator: Client) -> None:
    own = world.own
    response = coordinator.get(in_bulk("wagtailcore/page", own.course, own.offering))
    assertContains(response, "Some of these pages cannot be deleted, so none of them is.")
    assertContains(response, "has course occasions and is not deleted")
    assertNotContains(response, "Yes, delete")
    assertNotContains(response, "This is still in use by something else")


def test_pages_that_carry_others_are_not_asked_about(world: World, coordinator: Client) -> None:
    response = coordinator.get(in_bulk("wagtailcore/page", world.own.region_page))
    assertNotContains(response, "Yes, delete")


def test_pages_that_can_go_are_asked_about(world: World, coordinator: Client) -> None:
    response = coordinator.get(in_bulk("wagtailcore/page", world.own.offering))
    assertContains(response, "Are you sure you want to delete these pages?")
    assertContains(response, "Yes, delete")
    assertNotContains(response, "Some of these pages")


def test_a_picture_names_the_own_pages_that_show_it(world: World, coordinator: Client) -> None:
    picture, course = world.own.picture, Page.objects.get(pk=world.own.course.pk)
    for url in (in_bulk("catalogue/picture", picture), f"/admin/images/{picture.pk}/delete/"):
        response = coordinator.get(url)
        assertContains(response, f"Used on: {escape(course.get_admin_display_title())}.")
        assertContains(response, "Yes, delete")


def test_links_from_another_region_are_not_named(world: World, coordinator: Client) -> None:
    """A page of the other region links to the own course."""
    for url in (
        f"/admin/pages/{world.own.course.pk}/unpublish/",
        in_bulk("wagtailcore/page", world.own.course),
    ):
        text = coordinator.get(url).content.decode()
        assert MARK not in text.lower()
        assert "Used 1 time" not in text


def test_unpublishing_says_nothing_of_deletion(world: World, coordinator: Client) -> None:
    response = coordinator.get(f"/admin/pages/{world.own.course.pk}/unpublish/")
    assertContains(response, "unpublish")
    assertNotContains(response, "is not deleted")
