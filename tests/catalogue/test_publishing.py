"""What publishing asks for, wherever it is asked; a draft is saved without."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.functional import Promise
from wagtail.models import Page, WorkflowState
from wagtail.test.utils.form_data import rich_text

from catalogue.models import (
    CourseModule,
    CoursePackagePage,
    CoursePage,
    DistanceCoursePage,
    PackageCourse,
    SharedOfferingPage,
)
from catalogue.presenters.courses import credit_fact, summary_of
from regions.models import Region
from tests import factories

from .support import (
    add_url,
    body_of,
    edit_url,
    form_errors,
    make_picture,
    messages_of,
    page_form,
    page_rows,
    with_values,
)

pytestmark = pytest.mark.django_db

REQUIRED = "This field is required."
LACKING = [
    ("offering", {"summary": ""}, "summary", REQUIRED),
    ("offering", {"provider": ""}, "provider", REQUIRED),
    ("offering", {"target_groups": []}, "target_groups", REQUIRED),
    ("offering", {"service_areas": []}, "service_areas", REQUIRED),
    ("offering", {"host_municipality": ""}, "host_municipality", REQUIRED),
    (
        "offering",
        {"participating_municipalities": []},
        "participating_municipalities",
        REQUIRED,
    ),
    ("distance", {"pace_percent": ""}, "pace_percent", REQUIRED),
    (
        "offering",
        {"byod": "on", "byod_instructions": ""},
        "byod_instructions",
        "Say what to bring, without personal data.",
    ),
]


def make(kind: str, region: Region) -> CoursePage:
    maker = {"offering": factories.make_offering, "distance": factories.make_distance_course}
    return maker[kind](region)


@pytest.mark.parametrize(("kind", "typed", "field", "message"), LACKING)
def test_what_is_missing_is_said_at_its_field_and_a_draft_is_saved(
    desk: object, kind: str, typed: dict, field: str, message: str
) -> None:
    page = make(kind, desk.region)
    editor, url = desk.editor, edit_url(page)
    data = with_values(page_form(editor, url), **typed)
    pages = page_rows()
    errors = form_errors(editor.post(url, data | {"action-publish": "1"}))
    assert errors == {field: [message]}
    assert page_rows() == pages
    assert editor.post(url, data).status_code == 302
    assert page_rows() != pages
    assert Page.objects.get(pk=page.pk).has_unpublished_changes


def test_one_municipality_is_not_shared(desk: object) -> None:
    page = factories.make_offering(desk.region)
    editor, url = desk.editor, edit_url(page)
    one = [desk.municipalities[0].pk]
    data = with_values(page_form(editor, url), participating_municipalities=one)
    errors = form_errors(editor.post(url, data | {"action-publish": "1"}))
    assert errors == {"participating_municipalities": ["Choose at least two municipalities."]}
    assert editor.post(url, data).status_code == 302
    stored = SharedOfferingPage.objects.get(pk=page.pk)
    assert stored.participating_municipalities.count() == 2


def test_credits_need_their_kind_in_a_draft_too(desk: object) -> None:
    page = factories.make_distance_course(desk.region)
    editor, url = desk.editor, edit_url(page)
    pages = page_rows()
    data = with_values(page_form(editor, url), credits="3", credit_system="none")
    for extra in ({}, {"action-publish": "1"}):
        errors = form_errors(editor.post(url, data | extra))
        assert errors["credit_system"] == ["Say which kind of credits these are."]
    assert page_rows() == pages


@pytest.mark.parametrize("value", ["", "0"])
def test_without_credits_no_kind_is_needed(desk: object, value: str) -> None:
    page = factories.make_distance_course(desk.region)
    editor, url = desk.editor, edit_url(page)
    data = with_values(page_form(editor, url), credits=value, action__publish="1")
    assert editor.post(url, data).status_code == 302


def test_only_higher_education_gives_credits(desk: object) -> None:
    company = factories.make_provider(is_higher_education=False, kind="private")
    page = factories.make_distance_course(desk.region)
    editor, url = desk.editor, edit_url(page)
    typed = {"credits": "3", "credit_system": "stp", "provider": company.pk}
    data = with_values(page_form(editor, url), **typed)
    errors = form_errors(editor.post(url, data | {"action-publish": "1"}))
    assert errors == {
        "credits": ["Only a university or college gives credits. Check the provider."]
    }
    assert editor.post(url, data).status_code == 302


def test_a_picture_is_described_or_decorative(desk: object) -> None:
    page = factories.make_offering(desk.region)
    page.image = make_picture()
    page.save_revision()
    editor, url = desk.editor, edit_url(page)
    data = page_form(editor, url)
    data["image"] = page.image.pk
    publish = data | {"action-publish": "1"}
    message = "Describe the picture, or tick that it is decorative."
    assert form_errors(desk.admin.post(url, publish)) == {"image_alt": [message]}
    assert not CoursePage.objects.get(pk=page.pk).image
    assert desk.admin.post(url, data).status_code == 302
    for typed in ({"image_alt": "Fjell"}, {"image_decorative": "on"}):
        assert desk.admin.post(url, publish | typed).status_code == 302
    assert CoursePage.objects.get(pk=page.pk).image_decorative


def test_messages_are_in_the_language_of_whoever_reads_them(desk: object) -> None:
    page = factories.make_offering(desk.region)
    page.byod = True
    page.participating_municipalities.clear()
    page.image = make_picture()
    errors = page.publish_errors()
    assert set(errors) == {"byod_instructions", "participating_municipalities", "image_alt"}
    assert all(isinstance(message, Promise) for message in errors.values())


# Packages ----------------------------------------------------------------------------------------
def package_rows(*courses: CoursePage) -> dict[str, object]:
    rows: dict[str, object] = {"package_courses-TOTAL_FORMS": len(courses)}
    for number, course in enumerate(courses):
        rows |= {
            f"package_courses-{number}-course": course.pk,
            f"package_courses-{number}-required": "on",
            f"package_courses-{number}-ORDER": number + 1,
            f"package_courses-{number}-id": "",
        }
    return rows


def new_package(desk: object, client: object, *courses: CoursePage) -> dict[str, object]:
    data = page_form(client, add_url(CoursePackagePage, desk.region))
    typed = {"title": "Pakke", "slug": "pakke", "summary": "Kurs som hører sammen."}
    return with_values(data, **typed, **package_rows(*courses))


@pytest.mark.parametrize("extra", [{}, {"action-publish": "1"}])
def test_a_course_stands_in_a_package_once(desk: object, extra: dict) -> None:
    course = factories.make_offering(desk.region)
    editor, url = desk.editor, add_url(CoursePackagePage, desk.region)
    response = editor.post(url, new_package(desk, editor, course, course) | extra)
    first, second = response.context["form"].formsets["package_courses"].errors
    assert first == {}
    assert second == {"course": ["This course stands in the package already."]}
    assert not CoursePackagePage.objects.exists()


@pytest.mark.parametrize("extra", [{}, {"action-publish": "1"}])
@pytest.mark.parametrize("role", ["editor", "admin"])
def test_a_foreign_course_is_refused_in_a_package(desk: object, role: str, extra: dict) -> None:
    course = factories.make_offering(factories.make_region())
    client, url = getattr(desk, role), add_url(CoursePackagePage, desk.region)
    response = client.post(url, new_package(desk, client, course) | extra)
    (errors,) = response.context["form"].formsets["package_courses"].errors
    assert set(errors) == {"course"}
    assert not CoursePackagePage.objects.exists()


def test_a_course_that_is_shared_with_the_region_may_stand_in_its_package(desk: object) -> None:
    course = factories.make_offering(factories.make_region())
    course.shared_with_regions.set([desk.region])
    course.save_revision().publish()
    client, url = desk.admin, add_url(CoursePackagePage, desk.region)
    data = new_package(desk, client, course) | {"action-publish": "1"}
    assert client.post(url, data).status_code == 302
    assert CoursePackagePage.objects.get().live


def test_a_package_needs_a_course(desk: object) -> None:
    package = factories.make_package(desk.region, [factories.make_offering(desk.region)])
    PackageCourse.objects.all().delete()
    package = CoursePackagePage.objects.get(pk=package.pk)
    with pytest.raises(ValidationError) as refused:
        package.save_revision().publish()
    assert refused.value.message_dict == {"package_courses": ["Choose at least one course."]}


# Ways past the form ------------------------------------------------------------------------------
def incomplete(region: Region) -> SharedOfferingPage:
    """Return a draft that lacks things of every sort."""
    page = factories.make_offering(region, live=False, title="Halvferdig")
    page.summary = ""
    page.topics.clear()
    page.target_groups.clear()
    page.participating_municipalities.set([page.host_municipality])
    page.modules = [CourseModule(title="")]
    page.body = [("quote", {"text": "", "attribution": ""})]
    page.save_revision(clean=False)
    return SharedOfferingPage.objects.get(pk=page.pk)


LACKS = ("Summary", "Target groups", "at least two municipalities", "Modules", "Text")


def test_publishing_a_revision_says_everything_it_lacks(desk: object) -> None:
    page = incomplete(desk.region)
    with pytest.raises(ValidationError) as refused:
        page.get_latest_revision().publish()
    assert set(refused.value.message_dict) == {
        "summary",
        "target_groups",
        "participating_municipalities",
        "modules",
        "body",
    }
    page.refresh_from_db()
    assert not page.live


def in_review(desk: object, page: Page) -> object:
    author = factories.make_member(desk.region, factories.Role.RESOURCE_AUTHOR)
    return page.get_workflow().start(page, author).current_task_state


@pytest.mark.parametrize("modal", [False, True])
def test_approval_of_an_incomplete_draft_is_refused(desk: object, *, modal: bool) -> None:
    page = incomplete(desk.region)
    state = in_review(desk, page)
    pages = page_rows()
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    editor = desk.editor
    headers = {"x-requested-with": "XMLHttpRequest"} if modal else {}
    response = editor.post(url, {"comment": ""}, headers=headers)
    if modal:
        assert json.loads(response.content)["redirect"] == edit_url(page)
    else:
        assert response.url == edit_url(page)
    text = messages_of(editor.get(edit_url(page)))
    assert "“Halvferdig” is not published." in text
    assert all(word in text for word in LACKS)
    assert page_rows() == pages
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_IN_PROGRESS


def test_submitting_an_incomplete_draft_is_refused_at_the_fields(desk: object) -> None:
    page = incomplete(desk.region)
    editor, url = desk.editor, edit_url(page)
    errors = form_errors(editor.post(url, page_form(editor, url) | {"action-submit": "1"}))
    assert {"summary", "target_groups", "participating_municipalities"} <= set(errors)
    assert not WorkflowState.objects.exists()


@pytest.mark.parametrize("below", [False, True])
def test_bulk_publishing_refuses_the_whole(desk: object, *, below: bool) -> None:
    page = incomplete(desk.region)
    fine = factories.make_offering(desk.region, live=False)
    pages = page_rows()
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    chosen = f"id={factories.index_page(desk.region).pk}" if below else f"id={fine.pk}&id={page.pk}"
    address = f"{url}?{chosen}&next={reverse('wagtailadmin_home')}"
    data = {"include_descendants": "on"} if below else {}
    response = desk.editor.post(address, data, follow=True)
    text = messages_of(response)
    assert "“Halvferdig” is not published." in text
    assert all(word in text for word in LACKS)
    assert page_rows() == pages


def test_bulk_publishing_takes_what_is_whole(desk: object) -> None:
    fine = factories.make_offering(desk.region, live=False)
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    assert desk.editor.post(f"{url}?id={fine.pk}&next=/admin/").status_code == 302
    assert Page.objects.get(pk=fine.pk).live


@pytest.mark.parametrize("role", ["editor", "admin"])
@pytest.mark.parametrize("action", ["publish", "create_alias", "copy", "move", "unpublish"])
def test_the_interface_for_programs_changes_nothing(desk: object, role: str, action: str) -> None:
    page = incomplete(desk.region)
    pages = page_rows()
    url = reverse("wagtailadmin_api:pages:action", args=[page.pk, action])
    assert getattr(desk, role).post(url, {}).status_code == 404
    assert page_rows() == pages


def test_an_empty_part_of_the_text_waits_for_publishing(desk: object) -> None:
    page = factories.make_offering(desk.region)
    editor, url = desk.editor, edit_url(page)
    body = body_of(("quote", {"text": "", "attribution": ""}), ("text", rich_text("<p>A</p>")))
    data = page_form(editor, url) | body
    assert set(form_errors(editor.post(url, data | {"action-publish": "1"}))) == {"body"}
    assert editor.post(url, data).status_code == 302


# Invariants of the models ------------------------------------------------------------------------
def test_a_distance_course_is_at_a_distance(desk: object) -> None:
    page = factories.make_distance_course(desk.region)
    page.place = "onsite"
    with pytest.raises(ValidationError, match="happens at a distance"):
        page.full_clean()
    assert DistanceCoursePage().place == "distance"


def test_whoever_publishes_is_told_of_dates_that_hardly_fit(desk: object) -> None:
    course = make("distance", desk.region)
    for code, days in (("FIT", 56), ("SHORT", 7), ("GONE", -7)):
        first = factories.in_days(-20 if days < 0 else 5)
        factories.make_occasion(
            course,
            code=code,
            starts_on=first,
            ends_on=first + timedelta(days=abs(days)),
            apply_by=None,
        )
    typed = {
        "provider": factories.make_provider(is_higher_education=True).pk,
        "credits": "3",
        "credit_system": "stp",
        "pace_percent": "25",
        "action-publish": "1",
    }
    data = with_values(page_form(desk.editor, edit_url(course)), **typed)
    told = messages_of(desk.editor.post(edit_url(course), data, follow=True))
    assert "SHORT: " in told
    assert "FIT: " not in told
    assert "GONE: " not in told


@pytest.mark.parametrize(
    ("university", "stated", "shown"),
    [
        (True, {}, "Not stated"),
        (True, {"credits": 0}, "None"),
        (False, {}, "None"),
        (False, {"credit_system": "stp"}, "Not stated"),
        (True, {"credits": Decimal("7.5"), "credit_system": "stp"}, "7.5"),
    ],
)
def test_untouched_credits_say_nothing_of_a_university(
    region: object, university: bool, stated: dict, shown: str
) -> None:
    provider = factories.make_provider(is_higher_education=university)
    course = factories.make_distance_course(region, provider=provider, **stated)
    fact = credit_fact(summary_of(course))
    assert fact.value.startswith(shown)
    # On phones "Not stated" would not say what: it brings its label.
    assert fact.labelled == (shown == "Not stated")


@pytest.mark.parametrize("pace", [0, 101, -1])
def test_the_pace_is_per_cent(desk: object, pace: int) -> None:
    page = factories.make_distance_course(desk.region)
    page.pace_percent = pace
    with pytest.raises(ValidationError) as refused:
        page.full_clean()
    assert "pace_percent" in refused.value.message_dict


def test_the_database_knows_the_rule_of_credits(desk: object) -> None:
    page = factories.make_distance_course(desk.region)
    for values in ({"credits": Decimal(3)}, {"credits": Decimal(-1), "credit_system": "hp"}):
        page.refresh_from_db()
        for name, value in values.items():
            setattr(page, name, value)
        with pytest.raises(ValidationError):
            page.full_clean()
