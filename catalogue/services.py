"""What makes and changes the things on offer."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from regions.models import Region, RegionGroup, Role, User

from .models import CatalogueIndexPage, CourseOccasion, RegionPage
from .tree import ensure_home_pages

#: Wagtail's page rights of each role; a resource author drafts and submits, editors publish.
PAGE_RIGHTS = {
    Role.COORDINATOR: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
    Role.EDITOR: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
    Role.RESOURCE_AUTHOR: ("add_page",),
}
#: Rights to pictures and documents of the region's collection.
FILE_RIGHTS = {
    Role.COORDINATOR: ("add", "change", "choose"),
    Role.EDITOR: ("add", "change", "choose"),
    Role.RESOURCE_AUTHOR: ("add", "choose"),
}
#: Titles and addresses of the listing, by content language.
INDEX_NAMES = {"en": ("Courses", "courses"), "nb": ("Kurs", "kurs"), "sv": ("Kurser", "kurser")}


@transaction.atomic
def make_region_site(region: Region) -> RegionPage:
    """Make the page, listing, groups, page rights, collection and workflow of a new region.

    Called for each region that is created (see ``regions.services.region_created``).
    """
    page = make_region_page(region, region.default_language)
    collection = Collection.get_first_root_node().add_child(name=region.name)
    groups = {role: _make_group(region, role) for role in PAGE_RIGHTS}
    for role, group in groups.items():
        _grant_page_rights(group, page, PAGE_RIGHTS[role])
        _grant_file_rights(group, collection, FILE_RIGHTS[role])
    _make_workflow(region, page, [groups[Role.COORDINATOR], groups[Role.EDITOR]])
    return page


@transaction.atomic
def make_region_page(region: Region, language: str) -> RegionPage:
    """Make the region's page and listing in the tree of ``language``, both published.

    A second language makes translations of the first's pages, never aliases, with the same
    rights and workflow. Raises ``ValidationError`` where there is one already.
    """
    home = ensure_home_pages()[language]
    title, slug = INDEX_NAMES[language]
    page = RegionPage(title=region.name, slug=region.slug, region=region, locale=home.locale)
    index = CatalogueIndexPage(title=title, slug=slug, locale=home.locale)
    first = RegionPage.objects.filter(region=region).first()
    if first:
        page.translation_key = first.translation_key
        if first_index := CatalogueIndexPage.objects.child_of(first).first():
            index.translation_key = first_index.translation_key
    home.add_child(instance=page)
    page.add_child(instance=index)
    for new in (page, index):
        new.save_revision().publish()
    if first:
        for right in GroupPagePermission.objects.filter(page_id=first.pk):
            GroupPagePermission.objects.create(
                group=right.group, page_id=page.pk, permission=right.permission
            )
        for assigned in WorkflowPage.objects.filter(page_id=first.pk):
            WorkflowPage.objects.create(workflow=assigned.workflow, page_id=page.pk)
    return page


@transaction.atomic
def cancel_occasion(occasion: CourseOccasion, *, reason: str, by: User | None) -> CourseOccasion:
    """Cancel an occasion with the reason readers will see. Cancelling twice is refused.

    Nothing else of it is checked: what stands there since before a rule can be cancelled too.
    """
    occasion = CourseOccasion.objects.select_for_update().get(pk=occasion.pk)
    if occasion.cancelled:
        raise ValidationError(_("This occasion is cancelled already."))
    occasion.cancelled = True
    occasion.cancel_reason = reason.strip()
    if not occasion.cancel_reason:
        raise ValidationError({"cancel_reason": _("Say why it is cancelled.")})
    CourseOccasion._meta.get_field("cancel_reason").clean(occasion.cancel_reason, occasion)
    occasion.save()
    log(
        instance=occasion,
        action="samkurs.occasion_cancel",
        user=by,
        data={"reason": occasion.cancel_reason},
    )
    return occasion


@transaction.atomic
def move_occasion(
    occasion: CourseOccasion,
    *,
    by: User | None,
    **changes: object,
) -> CourseOccasion:
    """Move an occasion to other days; ``changes`` are its date and time fields.

    The log keeps the days before and after, and the occasion its first day of before if readers
    could have seen that: the course's page says so (decision 24). ``changes`` may bring a
    ``notice``. A cancelled occasion is not moved: make a new one.
    """
    occasion = CourseOccasion.objects.select_for_update().get(pk=occasion.pk)
    if occasion.cancelled:
        raise ValidationError(_("A cancelled occasion is not moved: add a new one."))
    before, first, today = values_of(occasion, changes), occasion.starts_on, timezone.localdate()
    occasion.write_notice(str(changes.get("notice", occasion.notice)).strip(), today)
    for name, value in changes.items():
        if name != "notice":
            setattr(occasion, name, value)
    if occasion.is_published:
        occasion.note_move(first, today)
    occasion.full_clean()
    occasion.save()
    log(
        instance=occasion,
        action="samkurs.occasion_move",
        user=by,
        data={"before": before, "after": values_of(occasion, changes)},
    )
    return occasion


def values_of(occasion: CourseOccasion, names: Iterable[str]) -> dict[str, object]:
    """Return the values of some fields as the log keeps them."""
    values: dict[str, object] = {}
    for name in names:
        value = getattr(occasion, name)
        if hasattr(value, "all"):
            value = sorted(str(row) for row in value.all())
        elif not isinstance(value, str | int | bool | None):
            value = value.isoformat() if hasattr(value, "isoformat") else str(value)
        values[name] = value
    return values


def _make_group(region: Region, role: Role) -> Group:
    group = Group.objects.create(name=f"{region.slug}: {role.value}")
    group.permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    RegionGroup.objects.create(region=region, role=role, group=group)
    return group


def _grant_page_rights(group: Group, page: RegionPage, codenames: tuple[str, ...]) -> None:
    rights = Permission.objects.filter(
        content_type__app_label="wagtailcore", codename__in=codenames
    )
    for right in rights:
        GroupPagePermission.objects.create(group=group, page_id=page.pk, permission=right)


def _grant_file_rights(group: Group, collection: Collection, actions: tuple[str, ...]) -> None:
    # Wagtail asks for the permissions of its own image and document models, whatever ours are.
    names = [f"{action}_{model}" for action in actions for model in ("image", "document")]
    rights = Permission.objects.filter(
        content_type__app_label__in=("wagtailimages", "wagtaildocs"), codename__in=names
    )
    for right in rights:
        GroupCollectionPermission.objects.create(
            group=group, collection=collection, permission=right
        )


def _make_workflow(region: Region, page: RegionPage, approvers: list[Group]) -> None:
    with override(region.default_language):  # stored, and read by the region's own people
        name = gettext("%(region)s: approval") % {"region": region.name}
    task = GroupApprovalTask.objects.create(name=name)
    task.groups.set(approvers)
    workflow = Workflow.objects.create(name=region.name)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.create(workflow=workflow, page_id=page.pk)
