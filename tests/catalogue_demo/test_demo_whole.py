"""The loaded demo: whole and sound."""

from collections import Counter
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, TaskState

from catalogue.demo import DEMO_PASSWORD, sign_ins
from catalogue.demo.content import REGIONS, read
from catalogue.demo.courses import find_page
from catalogue.models import (
    CourseOccasion,
    CoursePackagePage,
    CoursePage,
    DistanceCoursePage,
    Picture,
    SharedOfferingPage,
)
from catalogue.states import OccasionState
from regions.models import (
    Forum,
    ForumSeat,
    Membership,
    Municipality,
    Region,
    Role,
    SeatHolder,
    ServiceArea,
    TargetGroup,
    Topic,
    User,
)

from .loaded import MARKS, region_of

pytestmark = MARKS

OURS = ("regions", "catalogue")
#: The offerings of the design's list, by region; others are there for realism.
SEEDS = {
    "kongsbergregionen": [
        "legemiddelhandtering",
        "demens-og-utfordrende-atferd",
        "samtykkekompetanse-og-tvang",
        "forvaltningslov-og-klarsprak",
        "ny-som-leder",
        "velferdsteknologi-i-praksis",
        "digital-basiskompetanse",
    ],
    "vasternorrland": [
        "psykologiska-principer",
        "klinisk-psykologi",
        "samtalsmetodik",
        "stress-och-stresshantering",
        "forvaltningsratt-och-socialratt",
        "juridisk-metod",
        "fordjupningskurs-i-socialratt",
        "strategisk-ekonomistyrning",
        "strategiskt-styrd-kompetensutveckling",
        "kurs-for-controllers",
    ],
}


def _courses(slug: str) -> models.QuerySet:
    return CoursePage.objects.descendant_of(region_of(slug).pages.get())


# What is there -----------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", REGIONS)
def test_every_state_occurs_in_eachregion_of(slug: str) -> None:
    occasions = CourseOccasion.objects.of_courses(_courses(slug))
    assert {occasion.status().state for occasion in occasions} == set(OccasionState)


@pytest.mark.parametrize("slug", REGIONS)
def test_some_dates_have_just_passed(slug: str) -> None:
    assert CourseOccasion.objects.of_courses(_courses(slug)).dates_passed().exists()


def test_the_offerings_of_the_design_are_published() -> None:
    assert sum(len(keys) for keys in SEEDS.values()) == 17
    for slug, keys in SEEDS.items():
        for key in keys:
            page = find_page(region_of(slug), key).specific
            assert page.live, key
            assert page.first_published_at, key
            assert page.occasions.exists(), key
            kind = DistanceCoursePage if page.provider.is_higher_education else SharedOfferingPage
            assert isinstance(page, kind), key


def test_the_four_dates_of_the_pictured_course() -> None:
    course = find_page(region_of("kongsbergregionen"), "legemiddelhandtering")
    states = [
        occasion.status().state
        for occasion in CourseOccasion.objects.filter(course=course.pk).order_by("code")
    ]
    assert states == ["open", "full", "announced", "finished"]


def test_credits_of_packages_and_of_the_seed_set() -> None:
    for key in ("psykologi-i-arbetslivet", "juridik-for-socialtjansten"):
        package = find_page(region_of("vasternorrland"), key).specific
        assert package.live
        assert package.credit_totals == {"hp": Decimal(12)}
    credit = [
        find_page(region_of("vasternorrland"), key).specific.credits
        for key in SEEDS["vasternorrland"]
    ]
    assert sum(filter(None, credit)) == Decimal(27)
    assert credit.count(None) == 2


@pytest.mark.parametrize(
    ("slug", "codes"),
    [
        ("kongsbergregionen", {2019: "0604", 2023: "3006", 2024: "3303"}),
        ("vasternorrland", {1974: "2281", 2024: "2281"}),
    ],
)
def test_codes_of_the_periods(slug: str, codes: dict[int, str]) -> None:
    first = Municipality.objects.get(slug={"k": "kongsberg", "v": "sundsvall"}[slug[0]])
    for year, code in codes.items():
        assert first.code_on(timezone.datetime(year, 6, 1).date()) == code
    today = timezone.localdate()
    for municipality in region_of(slug).municipalities.all():
        assert municipality.code_on(today)
        assert municipality.figures.get().source


@pytest.mark.parametrize("slug", REGIONS)
def test_seats_and_who_sits_on_them(slug: str) -> None:
    seats = ForumSeat.objects.filter(forum__region__slug=slug)
    assert Counter(seats.values_list("kind", flat=True)) == {"municipality": 7, "employee_org": 2}
    assert seats.filter(is_chair=True).count() == 1
    assert SeatHolder.objects.current().filter(seat__in=seats).count() == 9
    coordinators = Membership.objects.filter(region__slug=slug, role=Role.COORDINATOR)
    assert coordinators.exists()
    assert not SeatHolder.objects.filter(user__memberships__in=coordinators).exists()


def test_one_can_sign_in_everywhere() -> None:
    assert User.objects.count() == len(sign_ins())
    for row in sign_ins():
        assert Client().login(username=row.email, password=DEMO_PASSWORD), row.email
    for slug in REGIONS:
        roles = set(Membership.objects.filter(region__slug=slug).values_list("role", flat=True))
        assert roles == set(Role) - {Role.SUBMITTER}
        editor = User.objects.get(memberships__region__slug=slug, memberships__role=Role.EDITOR)
        assert editor.groups.exists()
        assert editor.language == region_of(slug).default_language


@pytest.mark.parametrize("slug", REGIONS)
def test_work_waits_in_the_admin(slug: str) -> None:
    content = read(f"{slug}/region")
    region = region_of(slug)
    submitted = find_page(region, content["draft_submitted"]).specific
    own = find_page(region, content["draft_own"]).specific
    assert not submitted.live
    assert not own.live
    assert submitted.current_workflow_task_state.status == TaskState.STATUS_IN_PROGRESS
    assert own.current_workflow_state is None
    assert submitted.owner.memberships.get().role == Role.RESOURCE_AUTHOR
    assert own.owner.memberships.get().role == Role.EDITOR


# Whether it is sound -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "model",
    [model for model in apps.get_models() if model._meta.app_label in OURS],
    ids=lambda model: model._meta.label,
)
def test_every_row_holds(model: type[models.Model]) -> None:
    for row in model._default_manager.all():
        (row.specific if isinstance(row, Page) else row).full_clean()


def test_the_tree_is_sound() -> None:
    assert not any(Page.find_problems())


def test_what_is_published_lacks_nothing() -> None:
    for page in CoursePage.objects.live().specific():
        assert page.publish_errors() == {}, page.title
        assert page.target_groups.exists(), page.title
        assert page.service_areas.exists(), page.title
        assert page.topics.exists(), page.title
        assert 2 <= len(page.outcome_lines) <= 5, page.title
        assert page.owner.memberships.get().role == Role.EDITOR
        page.body.stream_block.clean(page.body)
    for package in CoursePackagePage.objects.live():
        package.body.stream_block.clean(package.body)
    for offering in SharedOfferingPage.objects.live():
        assert offering.participating_municipalities.count() >= 2
        assert offering.host_municipality in offering.participating_municipalities.all()


def test_texts_fit_their_fields() -> None:
    """Django checks the length of a text field only in forms."""
    for model in apps.get_models():
        if model._meta.app_label not in OURS:
            continue
        fields = [
            field
            for field in model._meta.fields
            if isinstance(field, (models.CharField, models.TextField)) and field.max_length
        ]
        for row in model._default_manager.all():
            for field in fields:
                value = getattr(row, field.attname) or ""
                assert len(str(value)) <= field.max_length, (model, row.pk, field.name)


def test_pictures_are_described_or_decorative() -> None:
    pages = list(CoursePage.objects.live().exclude(image=None))
    assert len(pages) >= 5
    assert any(page.image_decorative for page in pages)
    assert any(page.image_alt for page in pages)
    in_text = {
        block.value.pk
        for page in CoursePage.objects.live()
        for block in page.body
        if block.block_type == "image"
    }
    assert in_text
    assert Picture.objects.count() == len(in_text) + len({page.image_id for page in pages})
    for picture in Picture.objects.all():
        assert (picture.width, picture.height) == (1600, 900)
        assert picture.collection.name in set(Region.objects.values_list("name", flat=True))


def test_vocabularies_are_used_and_introduced() -> None:
    assert 10 <= ServiceArea.objects.count() <= 12
    assert 12 <= TargetGroup.objects.count() <= 14
    assert 25 <= Topic.objects.count() <= 30
    for term in [*ServiceArea.objects.all(), *TargetGroup.objects.all(), *Topic.objects.all()]:
        for code in ("en", "nb", "sv"):
            assert getattr(term, f"introduction_{code}").endswith("."), term.slug


def test_each_region_has_one_active_forum() -> None:
    assert Forum.objects.filter(is_active=True).count() == len(REGIONS)


def test_pages_answer(client: Client) -> None:
    cache.clear()
    for page in Page.objects.live().filter(depth__gte=3).specific():
        response = client.get(page.url)
        assert response.status_code == 200, page.url


def test_an_editor_opens_their_course_in_the_admin(client: Client) -> None:
    region = region_of("vasternorrland")
    client.force_login(User.objects.get(email="editor@vasternorrland.example"))
    page = find_page(region, "klinisk-psykologi")
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200


def test_publishing_is_logged_with_the_editor() -> None:
    page = find_page(region_of("vasternorrland"), "klinisk-psykologi")
    entry = PageLogEntry.objects.filter(page=page.pk, action="wagtail.publish").get()
    assert entry.user.email == "editor@vasternorrland.example"
