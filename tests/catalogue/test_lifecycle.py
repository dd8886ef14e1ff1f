"""What becomes of a page: review, the clock, a changed address."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Locale, Page, TaskState, WorkflowState

from catalogue.models import CourseOccasion, SharedOfferingPage
from catalogue.services import make_region_page
from regions.models import Role
from tests import factories, worlds

from .support import (
    add_url,
    edit_url,
    member,
    messages_of,
    page_form,
    page_rows,
    signed_in,
    with_values,
)

pytestmark = pytest.mark.django_db


# Review ------------------------------------------------------------------------------------------
@worlds.layer
def drafted(desk: object) -> tuple[Client, SharedOfferingPage]:
    """A whole draft that a resource author made by the form, with the author's browser."""
    author, url = desk.author, add_url(SharedOfferingPage, desk.region)
    hosts = [each.pk for each in desk.municipalities[:2]]
    typed = {
        "title": "Klart språk",
        "slug": "klart-sprak",
        "summary": "For deg som skriver brev.",
        "provider": factories.make_provider().pk,
        "target_groups": [factories.make_term(factories.TargetGroup).pk],
        "service_areas": [factories.make_term(factories.ServiceArea).pk],
        "host_municipality": hosts[0],
        "participating_municipalities": hosts,
    }
    assert author.post(url, with_values(page_form(author, url), **typed)).status_code == 302
    return author, SharedOfferingPage.objects.get(slug="klart-sprak")


def submit(author: Client, page: Page) -> TaskState:
    response = author.post(edit_url(page), page_form(author, edit_url(page)) | {"action-submit": 1})
    assert response.status_code == 302
    return TaskState.objects.latest("pk")


def decide(client: Client, state: TaskState, action: str, comment: str = "") -> object:
    page = state.workflow_state.object_id
    url = reverse("wagtailadmin_pages:workflow_action", args=[page, action, state.pk])
    return client.post(url, {"comment": comment})


def test_an_author_drafts_but_does_not_publish(drafted: tuple) -> None:
    author, page = drafted
    data = page_form(author, edit_url(page)) | {"title": "Nytt", "action-publish": "1"}
    assert author.post(edit_url(page), data).status_code == 302
    page.refresh_from_db()
    assert not page.live
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    author.post(f"{bulk}?id={page.pk}&next=/admin/")
    page.refresh_from_db()
    assert not page.live
    assert Client().get("/nb/fjellregionen/kurs/klart-sprak/").status_code == 404


def test_an_editor_approves_and_readers_see_it(desk: object, drafted: tuple) -> None:
    author, page = drafted
    state = submit(author, page)
    assert Client().get("/nb/fjellregionen/kurs/klart-sprak/").status_code == 404
    editor = desk.editor
    assert "Klart språk" in editor.get(reverse("wagtailadmin_home")).content.decode()
    assert decide(editor, state, "approve").status_code == 302
    page.refresh_from_db()
    assert page.live
    assert Client().get("/nb/fjellregionen/kurs/klart-sprak/").status_code == 200
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_APPROVED


def test_an_author_does_not_approve(drafted: tuple) -> None:
    author, page = drafted
    state = submit(author, page)
    decide(author, state, "approve")
    page.refresh_from_db()
    assert not page.live
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_IN_PROGRESS


def test_what_is_sent_back_is_seen_and_sent_again(desk: object, drafted: tuple) -> None:
    author, page = drafted
    state = submit(author, page)
    assert decide(desk.editor, state, "reject", "Skriv kortere").status_code == 302
    page.refresh_from_db()
    assert not page.live
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_NEEDS_CHANGES
    assert "Skriv kortere" in author.get(edit_url(page)).content.decode()
    shorter = page_form(author, edit_url(page)) | {"summary": "Kort.", "action-submit": "1"}
    assert author.post(edit_url(page), shorter).status_code == 302
    assert decide(desk.editor, TaskState.objects.latest("pk"), "approve").status_code == 302
    page = SharedOfferingPage.objects.get(pk=page.pk)
    assert (page.live, page.summary) == (True, "Kort.")


def actions_of(client: Client, url: str) -> list[str]:
    """Return the names of the steps that the editor of a page offers, the button first."""
    names = r'data-workflow-action-name="([a-z]+)"|<button[^>]+name="(action-[a-z-]+)"'
    return [one or other for one, other in re.findall(names, client.get(url).content.decode())]


def test_the_likeliest_step_is_the_button(desk: object, drafted: tuple) -> None:
    author, page = drafted
    add = add_url(SharedOfferingPage, desk.region)
    assert actions_of(author, add)[0] == actions_of(author, edit_url(page))[0] == "action-submit"
    assert actions_of(desk.editor, add)[0] == "action-publish"
    assert actions_of(desk.editor, edit_url(page))[0] == "action-publish"
    submit(author, page)
    # The second one approves with a comment.
    assert actions_of(desk.editor, edit_url(page))[:3] == ["approve", "approve", "reject"]


def lists_of(client: Client) -> dict[str, list[str]]:
    """Return the lists on the admin's home, by heading without its count."""
    panel = next(
        panel
        for panel in client.get(reverse("wagtailadmin_home")).context["panels"]
        if panel.name == "waiting"
    )
    request = client.get(reverse("wagtailadmin_home")).wsgi_request
    lists = panel.get_context_data({"request": request})["lists"]
    return {each["title"]: [row["title"] for row in each["rows"]] for each in lists}


def test_the_home_follows_a_draft_from_hand_to_hand(desk: object, drafted: tuple) -> None:
    author, page = drafted
    with translation.override("en"):
        assert lists_of(author) == {"My drafts": ["Klart språk"], "Submitted by me": []}
        state = submit(author, page)
        assert lists_of(author) == {"My drafts": [], "Submitted by me": ["Klart språk"]}
        assert lists_of(desk.editor)["Awaiting review"] == ["Klart språk"]
        decide(desk.editor, state, "reject", "Skriv <b>kortere</b>")
        assert lists_of(author) == {
            "Sent back to me": ["Klart språk"],
            "My drafts": [],
            "Submitted by me": [],
        }
    home = author.get(reverse("wagtailadmin_home")).content.decode()
    assert "Skriv &lt;b&gt;kortere&lt;/b&gt;" in home
    assert "Skriv <b>kortere</b>" not in author.get(edit_url(page)).content.decode()


def test_an_author_changes_no_page_of_others(desk: object) -> None:
    page = factories.make_offering(desk.region, title="Ikke ditt")
    author, before = desk.author, page_rows()
    assert author.get(edit_url(page)).status_code in {302, 403, 404}
    response = author.post(edit_url(page), {"title": "Mitt", "slug": "mitt"}, follow=True)
    assert response.status_code in {200, 403, 404}
    for name in ("delete", "unpublish"):
        author.post(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]))
    assert page_rows() == before


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_an_editor_of_another_region_decides_nothing(drafted: tuple, action: str) -> None:
    author, page = drafted
    state = submit(author, page)
    stranger = member(factories.make_region(), Role.EDITOR)
    assert decide(stranger, state, action).status_code == 404
    page.refresh_from_db()
    state.refresh_from_db()
    assert (page.live, state.status) == (False, TaskState.STATUS_IN_PROGRESS)


def test_a_second_language_has_the_same_workflow(desk: object) -> None:
    page = factories.make_offering(desk.region)
    make_region_page(desk.region, "sv")
    translation = page.copy_for_translation(Locale.objects.get(language_code="sv"))
    assert translation.get_workflow() == page.get_workflow() is not None
    assert translation.permissions_for_user(
        factories.make_member(desk.region, Role.EDITOR)
    ).can_publish()


# The clock ---------------------------------------------------------------------------------------
def scheduled(desk: object, field: str) -> SharedOfferingPage:
    """Return a page with a day on which it goes live or expires, typed into its form."""
    page = factories.make_offering(desk.region, live=field == "expire_at", slug="senere")
    editor = desk.editor
    soon = timezone.localtime() + timedelta(days=3)
    data = page_form(editor, edit_url(page))
    data[field] = f"{soon:%Y-%m-%d %H:%M}"
    assert editor.post(edit_url(page), data | {"action-publish": "1"}).status_code == 302
    return page


def pass_the_time(page: Page, field: str) -> None:
    past = timezone.now() - timedelta(minutes=1)
    if field == "go_live_at":
        page.revisions.filter(approved_go_live_at__isnull=False).update(approved_go_live_at=past)
        revision = page.revisions.latest("pk")
        revision.content |= {"go_live_at": past.isoformat()}
        revision.save(update_fields=["content"])
    else:
        Page.objects.filter(pk=page.pk).update(expire_at=past)


def test_a_page_goes_live_by_the_clock(desk: object) -> None:
    page = scheduled(desk, "go_live_at")
    address = "/nb/fjellregionen/kurs/senere/"
    call_command("tick")
    assert Client().get(address).status_code == 404
    pass_the_time(page, "go_live_at")
    call_command("tick")
    assert Client().get(address).status_code == 200
    before = page_rows()
    call_command("tick")
    assert page_rows() == before


def test_what_was_whole_when_it_was_scheduled_goes_out(desk: object) -> None:
    page = scheduled(desk, "go_live_at")
    page = SharedOfferingPage.objects.get(pk=page.pk)
    revision = page.revisions.latest("pk")
    revision.content |= {"participating_municipalities": []}
    revision.save(update_fields=["content"])
    pass_the_time(page, "go_live_at")
    call_command("tick")
    page.refresh_from_db()
    assert page.live


def test_a_page_expires_by_the_clock_and_keeps_its_occasions(desk: object) -> None:
    page = scheduled(desk, "expire_at")
    factories.make_occasion(page)
    call_command("tick")
    assert Client().get(page.get_url()).status_code == 200
    pass_the_time(page, "expire_at")
    call_command("tick")
    page.refresh_from_db()
    assert (page.live, page.expired) == (False, True)
    assert Client().get("/nb/fjellregionen/kurs/senere/").status_code == 404
    assert CourseOccasion.objects.filter(course=page.pk).count() == 1


# Addresses ---------------------------------------------------------------------------------------
def test_an_old_address_leads_to_the_new_one(
    desk: object, django_capture_on_commit_callbacks: object
) -> None:
    page = factories.make_offering(desk.region, slug="gammel")
    editor = desk.editor
    data = page_form(editor, edit_url(page)) | {"slug": "ny", "action-publish": "1"}
    with django_capture_on_commit_callbacks(execute=True):
        assert editor.post(edit_url(page), data).status_code == 302
    assert Client().get("/nb/fjellregionen/kurs/ny/").status_code == 200
    response = Client().get("/nb/fjellregionen/kurs/gammel/")
    assert response.status_code == 301
    assert response.headers["Location"].endswith("/nb/fjellregionen/kurs/ny/")
    assert Redirect.objects.get().automatically_created


def test_an_address_that_is_taken_is_refused_at_its_field(desk: object) -> None:
    factories.make_offering(desk.region, slug="opptatt")
    page = factories.make_offering(desk.region, slug="eget")
    editor, before = desk.editor, page_rows()
    for extra in ({}, {"action-publish": "1"}):
        data = page_form(editor, edit_url(page)) | {"slug": "opptatt"} | extra
        response = editor.post(edit_url(page), data)
        assert "already in use" in response.context["form"].errors["slug"][0]
    assert page_rows() == before


def test_a_locked_page_keeps_what_it_has(desk: object) -> None:
    page = factories.make_offering(desk.region, title="Låst")
    admin = signed_in(factories.make_admin())
    admin.post(reverse("wagtailadmin_pages:lock", args=[page.pk]))
    data = page_form(admin, edit_url(page)) | {"title": "Endret", "action-publish": "1"}
    response = desk.editor.post(edit_url(page), data)
    assert "locked" in messages_of(response)
    assert SharedOfferingPage.objects.get(pk=page.pk).title == "Låst"
