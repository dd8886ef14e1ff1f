"""The rules of Wagtail's routes for pages, pictures and documents."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from wagtail.admin.models import EditingSession
from wagtail.models import Page, TaskState, UploadedFile
from wagtail.permissions import policy_registry

from regions.admin.guard import Both, administrators, declare, desk
from regions.policy import Action, Standing, policy_for, standing_of

from ..models import CourseDocument, Picture, RegionPage
from ..tree import pages_of_regions

FILE_MODELS = {"picture": Picture, "coursedocument": CourseDocument}


def own_pages(standing: Standing) -> QuerySet:
    """Return the pages of the regions at whose desk the person works; all for administrators."""
    if standing.is_admin:
        return Page.objects.all()
    return Page.objects.filter(pages_of_regions(standing.desk_regions))


def _whole(values: Iterable[object]) -> list[int]:
    return [int(value) for value in values if str(value).isdecimal() and len(str(value)) < 19]  # noqa: PLR2004


def _all_own(standing: Standing, ids: list[int]) -> bool:
    return own_pages(standing).filter(pk__in=ids).count() == len(set(ids))


@dataclass(frozen=True)
class OwnPage:
    """The page named by any of the route's ``arguments`` is one's own.

    With ``ancestors`` the way there is open too: the front page and the root above one's region.
    """

    arguments: tuple[str, ...] = ("page_id",)
    ancestors: bool = False

    def __call__(self, request: HttpRequest, standing: Standing, kwargs: dict) -> bool:
        ids = _whole(kwargs[name] for name in self.arguments if name in kwargs)
        if _all_own(standing, ids):
            return True
        return self.ancestors and all(_leads_home(standing, pk) for pk in ids)


def _leads_home(standing: Standing, page_id: int) -> bool:
    """Return whether one of the person's region pages stands below the page."""
    page = Page.objects.filter(pk=page_id).first()
    roots = RegionPage.objects.filter(region__in=standing.desk_regions)
    return page is not None and roots.filter(path__startswith=page.path).exists()


def listed_pages(request: HttpRequest, standing: Standing, kwargs: dict) -> bool:
    """Let pass who names only own pages in the query."""
    ids = request.GET.getlist("id")
    return len(_whole(ids)) == len(ids) and _all_own(standing, _whole(ids))


def own_task(request: HttpRequest, standing: Standing, kwargs: dict) -> bool:
    """Let pass who acts on a workflow step of the very page that the route names."""
    step = TaskState.objects.filter(pk=kwargs["task_state_id"]).select_related("workflow_state")
    state = step.first()
    return state is not None and state.workflow_state.object_id == str(kwargs["page_id"])


def start_at_home(
    request: HttpRequest, standing: Standing, kwargs: dict
) -> bool | HttpResponseRedirect:
    """Open the page chooser at one's own region.

    Wagtail starts at the common ancestor of all pages of the wanted type, which may be foreign.
    """
    roots = RegionPage.objects.filter(region__in=standing.desk_regions).order_by("path")
    if standing.is_admin or not standing.may_enter_admin:
        return standing.is_admin
    address = reverse("wagtailadmin_choose_page_child", args=[roots.first().pk])
    return HttpResponseRedirect(f"{address}?{request.META['QUERY_STRING']}")


def _own_files(request: HttpRequest, model: type) -> QuerySet:
    policy = policy_registry.get_by_type(model)
    return policy.instances_user_has_any_permission_for(
        request.user, ["add", "change", "delete", "choose"]
    )


@dataclass(frozen=True)
class OwnFile:
    """The picture or document that the route names is in one's own collection."""

    model: type
    argument: str

    def __call__(self, request: HttpRequest, standing: Standing, kwargs: dict) -> bool:
        ids = _whole([kwargs[self.argument]])
        return _own_files(request, self.model).filter(pk__in=ids).exists()


@dataclass(frozen=True)
class ListedFiles:
    """All files that the query names are in one's own collection."""

    model: type

    def __call__(self, request: HttpRequest, standing: Standing, kwargs: dict) -> bool:
        ids = _whole(request.GET.getlist("id"))
        return _own_files(request, self.model).filter(pk__in=ids).count() == len(set(ids))


def own_upload(request: HttpRequest, standing: Standing, kwargs: dict) -> bool:
    """Let pass whoever began the upload that the route names."""
    uploads = UploadedFile.objects.filter(pk=kwargs["uploaded_file_id"])
    return uploads.filter(uploaded_by_user=standing.user_id).exists()


def own_bulk(request: HttpRequest, standing: Standing, kwargs: dict) -> bool:
    """Let pass who acts in bulk on own pages or files only.

    "Everything in the list" names its parent, and that must be own too: Wagtail would name the
    pages it then refuses.
    """
    if standing.is_admin:
        return True
    ids = request.GET.getlist("id")
    if "all" in ids:
        parents = _whole(request.GET.getlist("childOf"))
        ids = [value for value in ids if value != "all"]
        if kwargs["model_name"] == "page" and not (parents and _all_own(standing, parents)):
            return False
    if len(_whole(ids)) != len(ids):
        return False
    model = FILE_MODELS.get(kwargs["model_name"])
    if model is not None:
        return _own_files(request, model).filter(pk__in=ids).count() == len(set(ids))
    return kwargs["model_name"] == "page" and _all_own(standing, _whole(ids))


def own_edited_object(request: HttpRequest, standing: Standing, kwargs: dict) -> bool:
    """Let pass who says "I am editing this" of an own page or row; Wagtail answers with names."""
    try:
        model = apps.get_model(kwargs["app_label"], kwargs["model_name"])
    except LookupError:
        return False
    if issubclass(model, Page):
        own = _all_own(standing, _whole([kwargs["object_id"]]) or [0])
    else:
        rows = policy_for(model).rows(request.user, Action.CHANGE)
        own = rows.filter(pk__in=_whole([kwargs["object_id"]])).exists()
    session = EditingSession.objects.filter(pk=kwargs["session_id"])
    return own and not session.exclude(user=standing.user_id).exists()


def only_own_pages(pages: QuerySet, request: HttpRequest) -> QuerySet:
    """Narrow what a page chooser lists: own pages, and the way down to them."""
    standing = standing_of(request.user)
    if standing.is_admin:
        return pages
    roots = RegionPage.objects.filter(region__in=standing.desk_regions).values_list(
        "path", flat=True
    )
    above = [path[:end] for path in roots for end in range(Page.steplen, len(path), Page.steplen)]
    return pages.filter(pages_of_regions(standing.desk_regions) | Q(path__in=above))


OWN_PAGE = OwnPage()

declare(
    OWN_PAGE,
    *(
        f"wagtailadmin_pages:{name}"
        for name in (
            "usage",
            "edit",
            "preview_on_edit",
            "view_draft",
            "delete",
            "unpublish",
            "convert_alias",
            "copy",
            "confirm_workflow_cancellation",
            "set_privacy",
            "lock",
            "unlock",
            "revisions_index",
            "revisions_view",
            "revisions_revert",
            "revisions_unschedule",
            "workflow_history",
            "workflow_history_detail",
            "workflow_preview",
            "history",
            "history_results",
        )
    ),
)
declare(OwnPage(("pk",)), "wagtailadmin_pages:revisions_compare")
declare(
    Both((OWN_PAGE, own_task)),
    "wagtailadmin_pages:workflow_action",
    "wagtailadmin_pages:collect_workflow_action_data",
)
declare(
    OwnPage(("parent_page_id",)),
    "wagtailadmin_pages:add",
    "wagtailadmin_pages:preview_on_add",
    "wagtailadmin_pages:add_subpage",
)
declare(
    OwnPage(("page_to_move_id", "destination_id")),
    "wagtailadmin_pages:move",
    "wagtailadmin_pages:move_confirm",
    "wagtailadmin_pages:set_page_position",
)
#: Wagtail narrows these to the pages on which the person has rights.
declare(
    desk,
    "wagtailadmin_explore_root",
    "wagtailadmin_pages:search",
    "wagtailadmin_pages:search_results",
    "wagtailadmin_pages:choose_parent",
    "wagtailadmin_pages:type_use",
    "wagtailadmin_pages:type_use_results",
    "wagtailadmin_api:pages:listing",
    "wagtailadmin_api:pages:find",
    "wagtailadmin_choose_page_search",
)
declare(OwnPage(("pk",)), "wagtailadmin_api:pages:detail", "wagtailadmin_api:pages:action")
WAY_HOME = OwnPage(("parent_page_id",), ancestors=True)
declare(WAY_HOME, "wagtailadmin_explore", "wagtailadmin_explore_results")
declare(WAY_HOME, "wagtailadmin_choose_page_child")
declare(start_at_home, "wagtailadmin_choose_page")
declare(listed_pages, "wagtailadmin_choose_page_chosen_multiple")
declare(own_bulk, "wagtail_bulk_action")
declare(own_edited_object, "wagtailadmin_editing_sessions:ping")

#: Wagtail narrows lists and choosers of files to the collections on which the person has rights.
declare(
    desk,
    "wagtailimages:index",
    "wagtailimages:index_results",
    "wagtailimages:add",
    "wagtailimages:add_multiple",
    "wagtailimages_chooser:choose",
    "wagtailimages_chooser:choose_results",
    "wagtailimages_chooser:create",
    "wagtaildocs:index",
    "wagtaildocs:index_results",
    "wagtaildocs:add",
    "wagtaildocs:add_multiple",
    "wagtaildocs_chooser:choose",
    "wagtaildocs_chooser:choose_results",
    "wagtaildocs_chooser:create",
)
#: Usage names the pages of other regions that show a file; the plain interface lists every file.
declare(
    administrators,
    "wagtailimages:image_usage",
    "wagtaildocs:document_usage",
    *(
        f"wagtailadmin_api:{kind}:{name}"
        for kind in ("documents", "images")
        for name in ("listing", "detail", "find")
    ),
)
declare(
    OwnFile(Picture, "image_id"),
    "wagtailimages:edit",
    "wagtailimages:delete",
    "wagtailimages:url_generator",
    "wagtailimages:url_generator_output",
    "wagtailimages:preview",
    "wagtailimages:edit_multiple",
    "wagtailimages:delete_multiple",
    "wagtailimages_chooser:select_format",
)
declare(OwnFile(Picture, "pk"), "wagtailimages_chooser:chosen")
declare(ListedFiles(Picture), "wagtailimages_chooser:chosen_multiple")
declare(
    own_upload,
    "wagtailimages:create_multiple_from_uploaded_image",
    "wagtailimages:delete_upload_multiple",
)
declare(OwnFile(CourseDocument, "document_id"), "wagtaildocs:edit", "wagtaildocs:delete")
declare(
    OwnFile(CourseDocument, "doc_id"), "wagtaildocs:edit_multiple", "wagtaildocs:delete_multiple"
)
declare(OwnFile(CourseDocument, "pk"), "wagtaildocs_chooser:chosen")
declare(ListedFiles(CourseDocument), "wagtaildocs_chooser:chosen_multiple")
declare(
    own_upload,
    "wagtaildocs:create_multiple_from_uploaded_document",
    "wagtaildocs:delete_upload_multiple",
)
