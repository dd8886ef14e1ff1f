"""A region is founded whole, or not at all."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    ModelLogEntry,
    Page,
    Workflow,
    WorkflowPage,
)

from catalogue.models import CatalogueIndexPage, HomePage, RegionPage
from catalogue.services import FILE_RIGHTS, PAGE_RIGHTS
from regions.models import Forum, Region, RegionGroup, Role
from regions.services import Registry, create_region, region_created
from tests import factories

COUNTED = [
    Region,
    Forum,
    RegionGroup,
    Page,
    Collection,
    Workflow,
    WorkflowPage,
    GroupApprovalTask,
    GroupPagePermission,
    GroupCollectionPermission,
    ModelLogEntry,
]
RESERVED = [
    *("courses", "providers", "topics", "areas", "municipalities", "needs", "rounds", "forum"),
    *("account", "admin", "documents", "static", "media"),
]


def new_region(**fields: object) -> Region:
    basis = {"name": "Dalregionen", "slug": "dalregionen", "country": "NO", "currency": "NOK"}
    return Region(**{**basis, "default_language": "nb", **fields})


def counts() -> list[int]:
    return [model._default_manager.count() for model in COUNTED]


def refused(region: Region, forum_name: str = "Forum") -> dict[str, list[str]]:
    """Try to found the region; return what is said, with everything as it was."""
    before = counts()
    with pytest.raises(ValidationError) as error:
        create_region(region, forum_name=forum_name)
    assert counts() == before
    return error.value.message_dict


class TestWhatIsMade:
    def test_page_and_listing_are_published_in_its_language(self, founded: Region) -> None:
        page = RegionPage.objects.get(region=founded)
        home = HomePage.objects.get(locale__language_code="nb")
        listing = CatalogueIndexPage.objects.child_of(page).get()
        assert page.get_parent().pk == home.pk
        assert (page.live, listing.live) == (True, True)
        assert (page.slug, page.language_code, listing.slug) == ("fjellregionen", "nb", "kurs")

    def test_forum_and_log(self, db: None) -> None:
        admin = factories.make_admin()
        region = create_region(new_region(), forum_name="Kompetanseforum Dal", by=admin)
        assert region.forums.get().name == "Kompetanseforum Dal"
        entry = ModelLogEntry.objects.get(content_type__model="region")
        assert (entry.object_id, entry.user_id) == (str(region.pk), admin.pk)

    @pytest.mark.parametrize("role", [Role.COORDINATOR, Role.EDITOR, Role.RESOURCE_AUTHOR])
    def test_each_role_of_the_desk_has_its_rights(self, founded: Region, role: str) -> None:
        group = RegionGroup.objects.get(region=founded, role=role).group
        page = RegionPage.objects.get(region=founded)
        rights = GroupPagePermission.objects.filter(group=group)
        assert {right.page_id for right in rights} == {page.pk}
        names = {right.permission.codename for right in rights.select_related("permission")}
        assert names == set(PAGE_RIGHTS[role])
        files = GroupCollectionPermission.objects.filter(group=group)
        assert {right.collection.name for right in files} == {"Fjellregionen"}
        assert {right.permission.codename for right in files} == {
            f"{action}_{kind}" for action in FILE_RIGHTS[role] for kind in ("image", "document")
        }
        assert group.permissions.get().codename == "access_admin"

    def test_only_those_who_publish_approve(self, founded: Region) -> None:
        workflow = WorkflowPage.objects.get(page__regionpage__region=founded).workflow
        groups = workflow.tasks.get().specific.groups.values_list("region_group__role", flat=True)
        assert set(groups) == {Role.COORDINATOR, Role.EDITOR}
        assert "publish_page" not in PAGE_RIGHTS[Role.RESOURCE_AUTHOR]


class TestRefusals:
    @pytest.mark.parametrize("slug", [*RESERVED, "Courses", "ADMIN"])
    def test_an_address_of_our_own(self, db: None, slug: str) -> None:
        said = refused(new_region(slug=slug))
        assert said == {"slug": ["Samkurs itself uses this address. Choose another."]}

    def test_an_address_where_a_page_stands(self, founded: Region) -> None:
        home = HomePage.objects.get(locale__language_code="nb")
        home.add_child(instance=Page(title="Om oss", slug="om-oss", locale=home.locale))
        said = refused(new_region(slug="om-oss"))
        assert said == {"slug": ["A page already stands at this address. Choose another."]}
        swedish = {"country": "SE", "currency": "SEK", "default_language": "sv"}
        create_region(new_region(slug="om-oss", **swedish), forum_name="Forum")

    def test_a_name_that_is_taken(self, founded: Region) -> None:
        said = refused(new_region(name="Fjellregionen"))
        assert said == {"name": ["Region with this Name already exists."]}

    def test_the_same_region_twice(self, founded: Region) -> None:
        again = new_region(name="Fjellregionen", slug="fjellregionen")
        assert set(refused(again)) == {"name", "slug"}

    def test_a_currency_of_the_other_country(self, db: None) -> None:
        said = refused(new_region(currency="SEK"))
        assert said == {"currency": ["Norway counts in kroner, Sweden in kronor."]}

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("", "This field cannot be blank."),
            ("x" * 121, "Ensure this value has at most 120 characters (it has 121)."),
        ],
    )
    def test_a_forum_without_a_fitting_name(self, db: None, name: str, message: str) -> None:
        assert refused(new_region(), name) == {"forum_name": [message]}

    def test_what_is_missing(self, db: None) -> None:
        assert {"name", "slug", "country", "currency", "default_language"} <= set(refused(Region()))


@pytest.mark.parametrize("position", ["before", "after"])
def test_a_failure_leaves_nothing_behind(
    founded: Region, monkeypatch: pytest.MonkeyPatch, position: str
) -> None:
    def fail(region: Region) -> None:
        assert Region.objects.filter(pk=region.pk).exists()
        raise RuntimeError("no room for the pages")

    callbacks = list(region_created._callbacks)
    callbacks.insert(0 if position == "before" else len(callbacks), fail)
    monkeypatch.setattr(region_created, "_callbacks", callbacks)
    before = counts()
    with pytest.raises(RuntimeError, match="no room"):
        create_region(new_region(), forum_name="Forum")
    assert counts() == before
    monkeypatch.undo()
    assert create_region(new_region(), forum_name="Forum").pk


def test_a_callback_is_called_once_however_often_registered() -> None:
    registry, seen = Registry(), []
    for _ in range(2):
        registry.register(seen.append)
    region = new_region()
    registry(region)
    assert seen == [region]


def test_an_address_is_kept_in_small_letters(db: None) -> None:
    with override("sv"):
        region = create_region(new_region(slug="DalRegionen"), forum_name="Forum")
    assert region.slug == "dalregionen"
    assert RegionPage.objects.get(region=region).slug == "dalregionen"
