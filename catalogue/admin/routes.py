"""The rules of Wagtail's routes for pages, pictures and documents."""

from dataclasses import dataclass

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from wagtail.admin.models import EditingSession
from wagtail.models import Page, TaskState
from wagtail.permissions import policy_registry

from regions.admin.guard import Both, administrators, all_in, declare, desk, row_keys
from regions.policy import Action, Standing, policy_for, standing_of

from ..models import CourseDocument, Picture, RegionPage
from ..tree import pages_of_regions
from . import files  # noqa: F401  leaves the tags of other regions out of lists of files

FILE_MODELS = {"picture": Picture, "coursedocument": CourseDocument}


def own_pages(standing: Standing) -> QuerySet:
    """Return the pages of the regions at whose desk the person works; all for administrators."""
    if standing.is_admin:
        return Page.objects.all()
    return Page.objects.filter(pages_of_regions(standing.desk_regions))


@dataclass(frozen=True)
class OwnPage:
    """The page named by any of the route's ``arguments`` is one's own.

    With ``ancestors`` the way there is open too: the front page and the root above one's region.
    """

    arguments: tuple[str, ...] = ("page_id",)
    ancestors: bool = False

    def __call__(self, request: HttpRequest, standing: Standing, kwargs: dict) -> bool:
        """Return whether the pages are own, or lead home where that is enough."""
        named = [kwargs[name] for name in self.arguments if name in kwargs]
        if all_in(own_pages(standing), named):
            return True
        return self.ancestors and all(_leads_home(standing, pk) for pk in row_keys(named) or [0])


def _leads_home(standing: Standing, page_id: int) -> bool:
    """Return whether one of the person's region pages stands below the page."""
    page = Page.objects.filter(pk=page_id).first()
    roots = RegionPage.objects.filter(region__in=standing.desk_regions)
    return page is not None and roots.filter(path__startswith=page.path).exists()


@dataclass(frozen=True)
class ListedPages:
    """All pages that the query names in ``parameter`` are own."""

    parameter: str

    def __call__(self, request: HttpRequest, standing: Standing, kwargs: dict) -> bool:
        """Return whether the pages are own."""
        return all_in(own_pages(standing), request.GET.getlist(self.parameter))


def own_task_state(request: HttpRequest, standing: Standing, kwargs: dict) -> bool:
    """Let pass who acts on a workflow step of the very page that the route names."""
    return _steps_of(kwargs["page_id"]).filter(pk=kwargs["task_state_id"]).exists()


def own_task(request: HttpRequest, standing: Standing, kwargs: dict) -> bool:
    """Let pass if the page that the route names is or was in this task: Wagtail names the task."""
    return _steps_of(kwargs["page_id"]).filter(task=kwargs["task_id"]).exists()


def _steps_of(page_id: int) -> QuerySet:
    return TaskState.objects.filter(
        workflow_state__base_content_type=ContentType.objects.get_for_model(Page),
        workflow_state__object_id=str(page_id),
    )


def start_at_home(
    request: HttpRequest, standing: Standing, kwargs: dict
) -> bool | HttpResponseRedirect:
    """Open the page chooser at one's own region.

    Wagtail starts at the common ancestor of all pages of the wanted type, which may be foreign.
    """
    if standing.is_admin:
        return True
    root = RegionPage.objects.filter(region__in=standing.desk_regions).order_by("path").first()
    if root is None:
        return False
    address = reverse("wagtailadmin_choose_page_child", args=[root.pk])
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
        """Return whether the file is own."""
        return all_in(_own_files(request, self.model), [kwargs[self.argument]])


@dataclass(frozen=True)
class ListedFiles:
    """All files that the query names are in one's own collection."""

    model: type

    def __call__(self, request: HttpRequest, standing: Standing, kwargs: dict) -> bool:
        """Return whether the files are own."""
        return all_in(_own_files(request, self.model), request.GET.getlist("id"))


def own_bulk(request: HttpRequest, standing: Standing, kwargs: dict) -> bool:
    """Let pass who acts in bulk on own pages or files only, and moves pages to own places only.

    "Everything in the list" names its parent, and that must be own too: Wagtail would name the
    pages it then refuses.
    """
    if standing.is_admin:
        return True
    ids = [value for value in request.GET.getlist("id") if value != "all"]
    if model := FILE_MODELS.get(kwargs["model_name"]):
        return all_in(_own_files(request, model), ids)
    parents = request.GET.getlist("childOf")
    pages = [*ids, *parents, *filter(None, request.POST.getlist("chooser"))]
    whole_list = len(ids) < len(request.GET.getlist("id"))
    return (
        kwargs["model_name"] == "page"
        and (bool(parents) or not whole_list)
        and all_in(own_pages(standing), pages)
    )


def own_edited_object(request: HttpRequest, standing: Standing, kwargs: dict) -> bool:
    """Let pass who says "I am editing this" of an own page or row; Wagtail answers with names."""
    try:
        model = apps.get_model(kwargs["app_label"], kwargs["model_name"])
    except LookupError:
        return False
    if issubclass(model, Page):
        rows = own_pages(standing)
    else:
        rows = policy_for(model).rows(request.user, Action.CHANGE)
    own = all_in(rows, [kwargs["object_id"]])
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


def nobody(request: HttpRequest, standing: Standing, kwargs: dict) -> bool:
    """Let nobody pass: pages are public, or not published; there is no third way."""
    return False


OWN_PAGE = OwnPage()
declare(nobody, "wagtailadmin_pages:set_privacy")

declare(
    OWN_PAGE,
    *(
        f"wagtailadmin_pages:{name}"
        for name in (
            "edit",
            "preview_on_edit",
            "view_draft",
            "delete",
            "unpublish",
            "convert_alias",
            "copy",
            "confirm_workflow_cancellation",
            "lock",
            "unlock",
            "revisions_index",
            "revisions_view",
            "revisions_revert",
            "revisions_unschedule",
            "workflow_history",
            "workflow_history_detail",
            "history",
            "history_results",
        )
    ),
)
declare(OwnPage(("pk",)), "wagtailadmin_pages:revisions_compare")
declare(Both((OWN_PAGE, own_task)), "wagtailadmin_pages:workflow_preview")
declare(
    Both((OWN_PAGE, own_task_state)),
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
declare(Both((WAY_HOME, ListedPages("target_pages[]"))), "wagtailadmin_choose_page_child")
declare(start_at_home, "wagtailadmin_choose_page")
declare(ListedPages("id"), "wagtailadmin_choose_page_chosen_multiple")
declare(own_bulk, "wagtail_bulk_action")
declare(own_edited_object, "wagtailadmin_editing_sessions:ping")

#: Wagtail narrows lists and choosers of files to the collections on which the person has rights,
#: and asks who began an upload.
declare(
    desk,
    "wagtailimages:create_multiple_from_uploaded_image",
    "wagtailimages:delete_upload_multiple",
    "wagtaildocs:create_multiple_from_uploaded_document",
    "wagtaildocs:delete_upload_multiple",
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
#: Usage counts the pages of other regions that link here; the plain interface lists every file.
declare(
    administrators,
    "wagtailadmin_pages:usage",
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
declare(OwnFile(CourseDocument, "document_id"), "wagtaildocs:edit", "wagtaildocs:delete")
declare(
    OwnFile(CourseDocument, "doc_id"), "wagtaildocs:edit_multiple", "wagtaildocs:delete_multiple"
)
declare(OwnFile(CourseDocument, "pk"), "wagtaildocs_chooser:chosen")
declare(ListedFiles(CourseDocument), "wagtaildocs_chooser:chosen_multiple")
