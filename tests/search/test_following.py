"""A worker's snapshot that follows the catalogue is the one that reading everything gives."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from wagtail.models import Locale

from catalogue.models import CourseOccasion, CoursePage
from catalogue.services import make_region_page
from regions.models import Region
from search import reconcile
from search.engines import entries, following
from search.engines.following import Snapshots
from search.engines.snapshot import Snapshot, build
from search.models import CatalogueChange, CatalogueVersion
from tests import factories, worlds

pytestmark = pytest.mark.django_db

#: What a snapshot remembers of questions; all else must be as if everything had been read.
REMEMBERED = {"postings", "counted", "summaries", "followed_runs"}
WORDS = ("Hygiene", "Demens", "Årsregnskap", "språk", "Ledelse")


@worlds.layer
def courses(region: Region) -> list[CoursePage]:
    """Eight courses, one of them in two languages."""
    found = [factories.make_offering(region, title=f"{word} 1") for word in WORDS]
    found += [factories.make_distance_course(region, title=f"{word} 2") for word in WORDS[:2]]
    make_region_page(region, "sv")
    found.append(found[0].copy_for_translation(Locale.objects.get(language_code="sv")))
    found[-1].save_revision().publish()
    return found


@pytest.fixture
def snapshots(courses: list[CoursePage]) -> Snapshots:
    entries.update([course.pk for course in courses])
    kept = Snapshots()
    kept.get(timezone.localdate())
    return kept


@pytest.fixture
def only_following(snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_today: object) -> Snapshot:
        raise AssertionError("everything was read")

    monkeypatch.setattr(following, "build", refuse)


def same(one: Snapshot, other: Snapshot) -> bool:
    """Whether two snapshots say the same, and in the same order."""
    names = {field.name for field in fields(Snapshot)} - REMEMBERED - {"visible"}
    for name in sorted(names):
        first, second = getattr(one, name), getattr(other, name)
        assert first == second, name
        if isinstance(first, dict):
            assert {key: list(each) for key, each in first.items()} == {
                key: list(each) for key, each in second.items()
            }, name
    for language in ("nb", "sv", "en"):
        assert one.in_language(language) == other.in_language(language), language
    assert (one.newest, one.positions) == (other.newest, other.positions)
    assert one.runs == other.runs
    assert one.known_runs is one.runs
    return True


def change(page: CoursePage, pick: random.Random) -> None:
    """Do something that an editor does, so that the course stands elsewhere, or nowhere."""
    page.refresh_from_db()
    deed = pick.choice(["title", "summary", "down", "up", "occasion", "cancel"])
    if deed == "title":
        page.title = f"{pick.choice(WORDS)} {pick.randint(1, 30)}"
    elif deed == "summary":
        page.summary = f"Om {pick.randint(1, 1000)}"
    elif deed == "occasion" and page.locale.language_code == "nb":  # those of the source page
        first = factories.in_days(pick.randint(-60, 60))
        factories.make_occasion(
            page.specific,
            starts_on=first,
            ends_on=first + timedelta(days=3),
            apply_by=first - timedelta(days=pick.randint(1, 20)),
        )
    elif deed == "cancel":
        CourseOccasion.objects.filter(course=page).update(
            cancelled=True, cancel_reason="Få påmeldt"
        )
    page.live = deed != "down"
    page.save(clean=False)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.usefixtures("only_following")
def test_following_is_as_reading_everything(
    snapshots: Snapshots, courses: list[CoursePage], seed: int
) -> None:
    pick, today = random.Random(seed), timezone.localdate()
    for step in range(8):
        changed = pick.sample(courses, pick.randint(1, 3))
        for page in changed:
            change(page, pick)
        for page in changed:  # each a version of its own: several are followed at once
            entries.update([page.pk])
        looked_at = snapshots.get(today).known_runs is not None
        assert looked_at == (step > 0)  # once made they are followed too
        assert same(snapshots.get(today), build(today))


def test_a_page_more_and_a_page_less(
    snapshots: Snapshots, courses: list[CoursePage], region: Region, only_following: None
) -> None:
    today = timezone.localdate()
    new = factories.make_offering(region, title="Ny")
    entries.update([new.pk])
    assert same(snapshots.get(today), build(today))
    translated, source = courses[-1], courses[0]
    gone = source.pk
    source.live = False
    source.save()
    entries.update([gone])
    after = snapshots.get(today)
    assert same(after, build(today))
    # The translation stands for the course now, for readers of any language.
    shown = [key // 2 for key in after.ids if after.in_language("nb") >> after.positions[key] & 1]
    assert translated.pk in shown
    assert gone not in shown


def test_a_deletion_that_nobody_could_tell_of_is_learnt_with_the_next_change(
    snapshots: Snapshots,
    courses: list[CoursePage],
    only_following: None,
    django_capture_on_commit_callbacks: Callable,
) -> None:
    """The process that deleted a page died before it could note that the catalogue is another."""
    today, lost = timezone.localdate(), courses[2].pk
    courses[2].delete()
    entries.update([courses[3].pk])
    assert same(snapshots.get(today), build(today))
    assert CatalogueChange.untold() == [lost]
    with django_capture_on_commit_callbacks(execute=True):
        courses[4].delete()
    assert same(snapshots.get(today), build(today))
    # What a version tells of need not be told twice; of the other the clock tells.
    assert CatalogueChange.untold() == [lost]
    reconcile.keep_rows()
    assert CatalogueChange.untold() == []
    assert same(snapshots.get(today), build(today))


def test_few_statements_and_none_of_every_row(
    snapshots: Snapshots, courses: list[CoursePage], django_assert_num_queries: Callable
) -> None:
    entries.update([courses[2].pk])
    with django_assert_num_queries(4):
        snapshots.get(timezone.localdate())
    with django_assert_num_queries(1):
        snapshots.get(timezone.localdate())


def test_what_cards_say_is_read_anew_of_what_changed(
    snapshots: Snapshots, courses: list[CoursePage]
) -> None:
    today = timezone.localdate()
    kept = snapshots.get(today)
    kept.keep_summaries(dict.fromkeys(kept.ids, "kept"))
    entries.update([courses[2].pk])
    after = snapshots.get(today)
    assert courses[2].pk * 2 not in after.summaries
    assert after.summaries[courses[3].pk * 2] == "kept"
    assert len(kept.summaries) == len(kept.ids)


def test_with_too_many_changes_everything_is_read(
    snapshots: Snapshots, courses: list[CoursePage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "MOST_FOLLOWED", 2)
    monkeypatch.setattr(following, "follow", lambda *_args: pytest.fail("followed"))
    entries.update([course.pk for course in courses[:3]])
    today = timezone.localdate()
    assert same(snapshots.get(today), build(today))


def test_after_a_rebuild_everything_is_read(
    snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "follow", lambda *_args: pytest.fail("followed"))
    entries.rebuild(lambda _done, _total: None)
    today = timezone.localdate()
    assert same(snapshots.get(today), build(today))


def test_no_way_leads_on_from_a_version_that_was_undone(courses: list[CoursePage]) -> None:
    entries.update([courses[0].pk])
    first = CatalogueVersion.read()
    entries.update([courses[1].pk])
    assert CatalogueChange.between(first, CatalogueVersion.read()) == {courses[1].pk}
    assert CatalogueChange.between(uuid4(), CatalogueVersion.read()) is None
    assert CatalogueChange.between(first, uuid4()) is None


def test_only_the_last_changes_are_kept(
    courses: list[CoursePage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CatalogueChange, "KEPT", 5)
    for _time in range(12):
        entries.update([])
    assert CatalogueChange.objects.count() == 5
