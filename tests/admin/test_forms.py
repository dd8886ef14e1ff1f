"""No form takes a row of the other region, and no page goes there."""

from __future__ import annotations

from django.urls import reverse

from .finders import MakeWalker, add_up_rights
from .forms import move_and_copy_abroad, post_foreign_choices, post_foreign_choices_on_pages
from .walker import form_data, report
from .world import World


def test_forms_of_the_desk_take_ones_own_rows_only(walker: MakeWalker) -> None:
    assert report(post_foreign_choices(walker("coordinator"))) == ""


def test_an_editor_has_fewer_forms_and_no_more_choices(walker: MakeWalker) -> None:
    assert report(post_foreign_choices(walker("editor"), ("occasion",))) == ""


def test_pages_take_ones_own_rows_pictures_and_links_only(walker: MakeWalker) -> None:
    assert report(post_foreign_choices_on_pages(walker("editor"))) == ""


def test_pages_stay_in_their_region(walker: MakeWalker) -> None:
    assert report(move_and_copy_abroad(walker("coordinator"))) == ""


def test_a_right_here_and_a_lesser_one_there_do_not_add_up(walker: MakeWalker) -> None:
    """A coordinator who also edits in the other region may choose it, and coordinates only here."""
    assert report(add_up_rights(walker("coordinator"))) == ""


def test_what_an_administrator_chose_survives_an_editors_saving(
    walker: MakeWalker, world: World
) -> None:
    """An offering in which a municipality of the other region takes part is edited here."""
    offering = world.own.offering
    offering.participating_municipalities.add(world.other.municipality)
    offering.save_revision().publish()
    editor = walker("editor")
    url = reverse("wagtailadmin_pages:edit", args=[offering.pk])
    data = form_data(editor.ask("GET", url).text) | {"body-count": "0"}
    assert str(world.other.municipality.pk) in data["participating_municipalities"]
    assert editor.ask("POST", url, data).status == 302
    data["participating_municipalities"].append(str(world.other.second_municipality.pk))
    assert editor.ask("POST", url, data).status == 200
