"""The loaded demo is left alone by a second run, which makes what is missing."""

from collections import Counter
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils import timezone

from catalogue.demo import DemoError, is_loaded, load, loader
from catalogue.demo.courses import find_page
from catalogue.models import (
    CourseOccasion,
    CoursePage,
    Provider,
)
from catalogue.states import OccasionState
from regions.models import (
    Region,
    Topic,
    User,
)

from .loaded import MARKS, Demo, all_rows, quiet, region_of

pytestmark = MARKS


def _counts() -> Counter:
    return Counter(
        {model._meta.label: model._default_manager.count() for model in apps.get_models()}
    )


@pytest.mark.parametrize("days", [0, 200])
def test_a_second_run_changes_nothing(days: int) -> None:
    counts, rows = _counts(), all_rows()
    assert counts["catalogue.CourseOccasion"] > 40
    assert counts["needs.Need"] > 35
    load(quiet, today=timezone.localdate() + timedelta(days=days))
    assert _counts() == counts
    assert all_rows() == rows


def test_what_people_edited_is_kept() -> None:
    region = region_of("kongsbergregionen")
    course = find_page(region, "legemiddelhandtering").specific
    course.title, course.slug = "Et annet navn", "et-annet-navn"
    course.save_revision().publish()
    region.name = "Et annet regionnavn"
    region.save()
    Topic.objects.filter(slug="medication").update(name_nb="Medisiner")
    Provider.objects.filter(slug="ks-laering").update(name="Noe annet")
    User.objects.filter(email="editor@kongsbergregionen.example").update(first_name="Ny")
    CourseOccasion.objects.filter(code="KR-LEGEMIDDEL-1").update(seats_taken=23, venue="Tinn")
    counts, rows = _counts(), all_rows()
    load(quiet)
    assert _counts() == counts
    assert all_rows() == rows


def test_only_a_missing_occasion_is_made_again() -> None:
    lost = CourseOccasion.objects.filter(code="KR-VOLD-2")
    others = list(CourseOccasion.objects.exclude(code="KR-VOLD-2").order_by("pk").values())
    lost.delete()
    load(quiet)
    assert lost.get().status().state == OccasionState.UNSCHEDULED
    assert list(CourseOccasion.objects.exclude(code="KR-VOLD-2").order_by("pk").values()) == others


def test_an_interrupted_run_goes_on_where_it_stopped() -> None:
    """What a first run would not have reached is taken away; the next run makes it."""
    counts = _counts()
    package = find_page(region_of("vasternorrland"), "juridik-for-socialtjansten")
    package.specific.delete()
    User.objects.filter(is_superuser=True).delete()
    assert not is_loaded()
    said: list[str] = []
    load(said.append)
    assert is_loaded()
    assert [line for line in said if "new" in line] == [
        "  new    Juridik för socialtjänsten",
        "Administrator: new",
    ]
    after = _counts()
    for label in ("wagtailcore.Page", "catalogue.CourseOccasion", "regions.User"):
        assert after[label] == counts[label]


def test_a_step_that_does_not_hold_leaves_nothing_half_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    region = region_of("kongsbergregionen")
    page = find_page(region, "vold-i-nere-relasjoner").specific
    page.occasions.all().delete()
    page.delete()
    real = loader.ensure_course

    def breaks(region: Region, key: str, **options: object) -> tuple[bool, int]:
        made = real(region, key, **options)
        if key == "vold-i-nere-relasjoner":
            raise ValidationError({"title": "What somebody else has done stands in the way."})
        return made

    monkeypatch.setattr(loader, "ensure_course", breaks)
    with pytest.raises(DemoError, match=r"^kongsbergregionen/vold-i-nere-relasjoner: title: What"):
        load(quiet)
    assert find_page(region, "vold-i-nere-relasjoner") is None
    assert not CourseOccasion.objects.filter(code__startswith="KR-VOLD").exists()


def test_it_says_every_step(demo: Demo) -> None:
    text = "\n".join(demo.said)
    for page in CoursePage.objects.all():
        assert page.title in text


def test_nobody_is_mailed(demo: Demo) -> None:
    assert demo.mails == 0
