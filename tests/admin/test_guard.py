"""The guard itself: what is not declared is closed, odd input is refused, time is kept."""

from __future__ import annotations

from unittest import mock

import pytest
from django.db import connection
from django.db.models import ProtectedError
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from regions.admin import guard
from regions.admin.guard import AdminGuardMiddleware
from regions.models import Membership, Role
from tests.factories import in_days

from .finders import (
    MakeWalker,
    choose_a_kind_of_page_that_only_they_have,
    send_odd_input,
    type_a_foreign_address,
)
from .growth import grow
from .walker import report
from .world import World


@pytest.mark.both
def test_odd_input_never_fails(walker: MakeWalker) -> None:
    assert report(send_odd_input(walker("coordinator"))) == ""


def test_a_route_that_is_not_declared_is_closed_to_everyone(
    walker: MakeWalker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(guard._rules, "occasion:index")
    for who in ("admin", "coordinator", "stranger"):
        assert walker(who).ask("GET", reverse("occasion:index")).status == 404


def test_a_route_has_one_rule() -> None:
    with pytest.raises(ValueError, match="declared already"):
        guard.declare(guard.anyone, "occasion:index")


def test_the_guard_knows_the_admin_under_a_prefix(world: World) -> None:
    """A server may mount the site below a path: the guard asks for the path inside."""
    request = RequestFactory(SCRIPT_NAME="/samkurs").get("/admin/sites/")
    request.user = world.own.coordinator
    request.resolver_match = mock.Mock(view_name="wagtailsites:index")
    assert request.path == "/samkurs/admin/sites/"
    answer = AdminGuardMiddleware(mock.Mock()).process_view(request, mock.Mock(), (), {})
    assert answer is not None
    assert answer.status_code == 404


def test_what_is_still_in_use_is_refused_kindly(world: World, walker: MakeWalker) -> None:
    """Some of Wagtail's own screens let the error through."""
    admin = walker("admin")
    in_use = mock.patch(
        "wagtail.contrib.redirects.models.Redirect.delete",
        side_effect=ProtectedError("in use", set()),
    )
    url = reverse("wagtailredirects:delete", args=[world.other.redirect.pk])
    with in_use:
        page = admin.ask("POST", url)
        script = admin.ask("POST", url, accept="application/json")
    assert (page.status, page.location) == (302, "/admin/")
    assert "still in use" in page.text or "fortsatt i bruk" in page.text
    assert script.status == 409
    public = RequestFactory().post("/nb/")
    middleware = AdminGuardMiddleware(mock.Mock())
    assert middleware.process_exception(public, ProtectedError("in use", set())) is None


def test_the_door_opens_and_closes_by_date(walker: MakeWalker, world: World) -> None:
    """No clock has ticked: the groups of yesterday, and those of tomorrow, do not matter."""
    home = reverse("wagtailadmin_home")
    user = world.people["editor"]
    assert walker("editor").ask("GET", home).status == 200
    Membership.objects.filter(user=user).update(ends_on=in_days(-1))
    assert user.groups.exists()
    assert walker("editor").ask("GET", home).status == 403
    later = world.people["later"]
    assert walker("later").ask("GET", home).status == 403
    Membership.objects.filter(user=later).update(starts_on=in_days(0))
    later.groups.clear()
    begun = walker("later")
    edit = reverse("wagtailadmin_pages:edit", args=[world.own.course.pk])
    assert begun.ask("GET", edit).status == 200
    assert begun.ask("GET", edit.replace(str(world.own.course.pk), "1")).status == 404


def test_someone_whose_account_is_closed_is_a_stranger(walker: MakeWalker, world: World) -> None:
    coordinator = walker("coordinator")
    type(world.own.coordinator).objects.filter(pk=world.own.coordinator.pk).update(is_active=False)
    answer = coordinator.ask("GET", reverse("wagtailadmin_home"))
    assert (answer.status, "sign-in" in answer.location) == (302, True)


@pytest.mark.both
def test_the_guard_asks_as_much_however_much_there_is(walker: MakeWalker, world: World) -> None:
    editor = walker("editor")
    own = reverse("wagtailadmin_pages:lock", args=[world.own.course.pk])
    foreign = reverse("wagtailadmin_pages:lock", args=[world.other.course.pk])

    def asked() -> list[int]:
        numbers = []
        for url in (own, foreign):
            with CaptureQueriesContext(connection) as queries:
                editor.ask("GET", url)
            numbers.append(len(queries))
        return numbers

    asked()
    before = asked()
    for side in (world.own, world.other):
        grow(side, world.shared)
    for _turn in range(10):
        user = world.people["editor"]
        role = Role.SUBMITTER
        Membership.objects.create(
            user=user, region=world.own.region, role=role, ends_on=in_days(-3), starts_on=None
        )
    assert asked() == before


def test_a_typed_address_stays_as_typed(walker: MakeWalker) -> None:
    assert report(type_a_foreign_address(walker("editor"))) == ""


def test_a_page_chooser_starts_at_home(walker: MakeWalker) -> None:
    assert report(choose_a_kind_of_page_that_only_they_have(walker("editor"))) == ""
