"""Generated courses are whole: Wagtail finds no fault, editors can edit, removal leaves nothing."""

from __future__ import annotations

import json
import re
from io import StringIO

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from modelcluster.models import get_all_child_m2m_relations
from modelsearch.models import IndexEntry
from pytest_django import Settings
from wagtail.models import Locale, Page, ReferenceIndex

from catalogue.generated import writer
from catalogue.generated.keys import generated
from catalogue.models import CourseOccasion, CoursePage, DistanceCoursePage, SharedOfferingPage
from catalogue.publishing import missing
from catalogue.services import make_region_page
from regions.models import Region, Role, ServiceArea
from search.query import CourseQuery
from search.sync import engine
from tests import factories, worlds
from tests.catalogue.support import edit_url, member, page_form

pytestmark = pytest.mark.django_db

COURSES = 24


def run(*args: str) -> str:
    out = StringIO()
    call_command("generate_catalogue", *args, stdout=out)
    return out.getvalue()


@worlds.layer
def fjell(region: Region) -> Region:
    for name in ("Alvdal", "Folldal", "Tynset"):
        factories.make_municipality(region, name=name, slug=name.lower())
    return region


@worlds.layer
def courses(fjell: Region) -> list[CoursePage]:
    run("--courses", str(COURSES))
    return list(CoursePage.objects.filter(generated()).order_by("path"))


def rows_of_all_tables() -> dict[str, int]:
    """Return how many rows each table has, but for the inner ones of SQLite's text index."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        found = {}
        for name in names:
            if re.search(r"(_data|_idx|_docsize|_config|_content|sqlite_sequence)$", name):
                continue
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608
            found[name] = cursor.fetchone()[0]
    return found


def dump() -> list[tuple]:
    """Return what a reader or editor could tell courses apart by, without keys and times."""
    names = ("translation_key", "slug", "title", "url_path", "path", "numchild", "live")
    pages = CoursePage.objects.filter(generated()).order_by("translation_key")
    return [
        *pages.values_list(*names, "summary", "provider__slug", "level", "credits"),
        *((page.translation_key, str(list(page.body.raw_data))) for page in pages),
        *pages.order_by("translation_key", "topics__slug").values_list(
            "translation_key", "topics__slug"
        ),
        *CourseOccasion.objects.order_by("code").values_list(
            "code", "starts_on", "ends_on", "apply_by", "seats_taken", "cancelled"
        ),
    ]


def test_the_tree_and_its_counts_hold(courses: list[CoursePage], fjell: Region) -> None:
    assert len(courses) == COURSES
    assert Page.find_problems() == ([], [], [], [], [])
    out = StringIO()
    call_command("fixtree", "--noinput", stdout=out)
    assert out.getvalue().count("No problems found") == 2
    index = factories.index_page(fjell)
    assert index.numchild == COURSES
    assert all(page.url_path == f"{index.url_path}{page.slug}/" for page in courses)
    assert len({page.slug for page in courses}) == COURSES


def test_pages_lack_nothing_and_occasions_hold(courses: list[CoursePage]) -> None:
    for page in courses:
        assert missing(page.specific) == {}
        assert page.specific.get_latest_revision_as_object().modules.count() == (
            page.specific.modules.count()
        )
    for occasion in CourseOccasion.objects.all():
        occasion.full_clean()
    assert CourseOccasion.objects.count() > COURSES / 2
    assert {type(page.specific) for page in courses} == {DistanceCoursePage, SharedOfferingPage}


def test_references_are_those_that_wagtail_would_find(courses: list[CoursePage]) -> None:
    def of_ours() -> set[tuple]:
        keys = {str(page.pk) for page in courses}
        page_type = ContentType.objects.get_for_model(Page)
        occasion_type = ContentType.objects.get_for_model(CourseOccasion)
        rows = ReferenceIndex.objects.values_list(
            "base_content_type", "object_id", "to_content_type", "to_object_id",
            "model_path", "content_path", "content_path_hash",
        )  # fmt: skip
        return {
            row
            for row in rows
            if (row[0] == page_type.pk and row[1] in keys) or row[0] == occasion_type.pk
        }

    found = of_ours()
    assert len(found) > COURSES
    call_command("rebuild_references_index", verbosity=0)
    assert of_ours() == found


def test_they_are_found_by_readers_and_by_editors(courses: list[CoursePage]) -> None:
    query = CourseQuery(language="nb", today=timezone.localdate(), page_size=100)
    assert {hit.page_id for hit in engine.search(query).hits} == {page.pk for page in courses}
    title = courses[0].title
    assert courses[0].pk in [page.pk for page in Page.objects.search(title)]
    assert IndexEntry.objects.filter(object_id__in=[page.pk for page in courses]).exists()


def test_a_page_looks_as_if_an_editor_had_published_it(courses: list[CoursePage]) -> None:
    page = courses[3].specific
    page.save_revision().publish()
    again = type(page).objects.get(pk=page.pk)
    for name in ("title", "draft_title", "slug", "url_path", "path", "depth", "live", "numchild"):
        assert getattr(again, name) == getattr(courses[3], name), name
    assert again.first_published_at == courses[3].first_published_at
    revisions = list(again.revisions.order_by("created_at"))
    ignored = {
        "latest_revision", "live_revision", "latest_revision_created_at", "last_published_at",
        "first_published_at",
    }  # fmt: skip
    chosen = {each.name for each in get_all_child_m2m_relations(type(page))}
    first, second = (
        {
            # Choices of many have no order.
            name: sorted(value) if isinstance(value, list) and name in chosen else value
            for name, value in each.content.items()
            if name not in ignored
        }
        for each in revisions
    )
    # The order of keys within a body is the database's.
    assert json.loads(first.pop("body")) == json.loads(second.pop("body"))
    assert first == second


@pytest.mark.parametrize("kind", [DistanceCoursePage, SharedOfferingPage])
def test_an_editor_edits_and_publishes_one_again(
    courses: list[CoursePage], fjell: Region, kind: type[CoursePage]
) -> None:
    page = next(each.specific for each in courses if isinstance(each.specific, kind))
    topics = set(page.topics.all())
    editor = member(fjell, Role.EDITOR)
    data = page_form(editor, edit_url(page)) | {"title": "Skrevet om", "action-publish": "1"}
    assert editor.post(edit_url(page), data).status_code == 302
    page = kind.objects.get(pk=page.pk)
    assert (page.title, page.live, page.has_unpublished_changes) == ("Skrevet om", True, False)
    assert set(page.topics.all()) == topics
    assert page.revisions.count() == 2
    response = editor.get(page.url)
    assert response.status_code == 200
    assert "Skrevet om" in response.content.decode()


def test_the_same_seed_completes_what_is_missing(
    courses: list[CoursePage], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, titles = dump(), rows_of_all_tables()
    run("--courses", str(COURSES))
    assert dump() == whole
    assert rows_of_all_tables() == titles
    gone = courses[5]
    CourseOccasion.objects.filter(course=gone).delete()
    gone.delete()
    run("--courses", str(COURSES))
    pages = CoursePage.objects.filter(generated())
    assert pages.count() == COURSES
    assert pages.get(translation_key=gone.translation_key).title == gone.title
    run("--courses", str(COURSES), "--seed", "2")
    assert pages.count() == 2 * COURSES
    assert Page.find_problems() == ([], [], [], [], [])


def test_a_stopped_run_keeps_whole_batches_and_goes_on(
    fjell: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "BATCH", 5)
    update, calls = engine.update, []

    def stop_at_third(ids: list[int]) -> None:
        calls.append(len(ids))
        if len(calls) == 3:
            raise KeyboardInterrupt
        update(ids)

    monkeypatch.setattr(engine, "update", stop_at_third)
    with pytest.raises(CommandError, match="run it again") as stopped:
        run("--courses", "20")
    assert stopped.value.returncode == 130
    assert CoursePage.objects.filter(generated()).count() == 10
    assert Page.find_problems() == ([], [], [], [], [])
    stopped_at = dump()
    monkeypatch.setattr(engine, "update", update)
    output = run("--courses", "20")
    assert "10 courses are new" in output
    assert set(stopped_at) <= set(dump())


def test_removing_leaves_every_table_as_it_was(fjell: Region) -> None:
    mine = factories.make_offering(fjell, title="Vårt eget")
    factories.make_occasion(mine)
    engine.update([mine.pk])
    before = rows_of_all_tables()
    run("--courses", str(COURSES))
    assert rows_of_all_tables() != before
    output = run("--remove")
    assert f"{COURSES} courses are gone" in output
    after = rows_of_all_tables()
    kept = {  # the demo's own terms and providers stay: they are not ours to take
        "search_catalogueword",  # words stay known until the next rebuild
        "search_cataloguechange",  # that something changed is noted for a while
        "regions_servicearea", "regions_targetgroup", "regions_topic", "catalogue_provider",
    }  # fmt: skip
    assert {k: v for k, v in after.items() if k not in kept} == {
        k: v for k, v in before.items() if k not in kept
    }
    assert not ServiceArea.objects.filter(slug="culture-and-sport").exists()
    assert Page.find_problems() == ([], [], [], [], [])
    query = CourseQuery(language="nb", today=timezone.localdate())
    assert [hit.page_id for hit in engine.search(query).hits] == [mine.pk]
    assert "0 courses are gone" in run("--remove")


def test_the_same_seed_makes_the_same_catalogue_again(courses: list[CoursePage]) -> None:
    first = dump()
    run("--remove")
    assert dump() == []
    run("--courses", str(COURSES))
    assert dump() == first


def test_what_somebody_built_on_stays_and_is_said(courses: list[CoursePage], fjell: Region) -> None:
    packaged, dated, translated, drafted = courses[:4]
    factories.make_package(fjell, [packaged])
    package = factories.make_package(fjell, [packaged])
    package.package_courses.first().course_id = drafted.pk
    part = package.package_courses.first()
    part.course = drafted
    package.package_courses = [part]
    package.save_revision()
    factories.make_occasion(dated, code="EGEN-1")
    make_region_page(fjell, "en")
    english = Locale.objects.get(language_code="en")
    translated.specific.copy_for_translation(english)
    copy = courses[4].copy(update_attrs={"slug": "egen-kopi", "title": "Egen kopi"})
    output = run("--remove")
    left = set(CoursePage.objects.filter(generated()).values_list("pk", flat=True))
    assert left >= {packaged.pk, dated.pk, translated.pk, drafted.pk}
    assert len(left) == 5  # and the translation
    assert CoursePage.objects.filter(pk=copy.pk).exists()
    for page in (packaged, dated, translated, drafted):
        assert f"Kept: {page.title} ({page.pk})" in output
    assert f"{COURSES - 4} courses are gone" in output
    # What the rest names is there still.
    for page in CoursePage.objects.all():
        assert missing(page.specific) == {}, page


def test_it_refuses_where_the_demo_is_not_allowed(settings: Settings, fjell: Region) -> None:
    settings.DEMO_ALLOWED = False
    before = rows_of_all_tables()
    for args in ([], ["--remove"]):
        with pytest.raises(CommandError, match="DEMO_ALLOWED"):
            run(*args)
    assert rows_of_all_tables() == before


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--courses", "-1"], "not negative"),
        (["--seed", "-1"], "A seed is from 0"),
        (["--seed", str(1 << 30)], "A seed is from 0"),
        (["--region", "finnes-ikke"], "no such region"),
    ],
)
def test_it_refuses_what_makes_no_sense(fjell: Region, args: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        run(*args)
    assert not CoursePage.objects.exists()


def test_without_regions_it_makes_the_demos(db: None) -> None:
    run("--courses", "4")
    assert set(Region.objects.values_list("slug", flat=True)) == {
        "kongsbergregionen",
        "vasternorrland",
    }
    languages = CoursePage.objects.values_list("locale__language_code", flat=True)
    assert sorted(languages) == ["nb", "nb", "sv", "sv"]
