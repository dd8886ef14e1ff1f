"""How pages are listed, and what may not happen to them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin.views.pages.listing import ExplorableIndexView, GenericPageFilterSet, PageFilterSet
from wagtail.admin.views.pages.usage import ContentTypeUseView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page

from ..models import (
    CatalogueIndexPage,
    CourseOccasion,
    CoursePage,
    HomePage,
    PackageCourse,
    RegionPage,
)
from .occasions import occasions_tab

#: How many occasions a refusal names before it only counts.
NAMED = 5


class OwnPageFilterSet(GenericPageFilterSet):
    """Filters without people and sites: those lists would name people of every region."""

    owner = None
    edited_by = None
    site = None


class OwnTypeFilterSet(PageFilterSet):
    """The same for the list of one page type."""

    owner = None
    edited_by = None
    site = None


class OwnExplorerView(ExplorableIndexView):
    """The page explorer."""

    base_filterset_class = OwnPageFilterSet


class OwnTypeView(ContentTypeUseView):
    """The list of pages of one type."""

    base_filterset_class = OwnTypeFilterSet


class CataloguePageViewSet(PageViewSet):
    """Wagtail's page screens with our filters."""

    model = Page
    index_view_class = OwnExplorerView
    content_type_use_view_class = OwnTypeView
    filterset_class = OwnPageFilterSet


def deletion_refusal(page: Page) -> str | None:
    """Return why ``page`` and what is below it cannot be deleted, or None if they can."""
    below = {"course__path__startswith": page.path}
    occasions = CourseOccasion.objects.filter(**below).select_related("course")
    if first := list(occasions[: NAMED + 1]):
        names = ", ".join(f"{occasion.code} ({occasion.course.title})" for occasion in first[:NAMED])
        if len(first) > NAMED:
            names += " …"
        return _(
            "“%(title)s” has course occasions and is not deleted: %(occasions)s. Unpublish the page "
            "to hide it, or cancel the occasions so that people know."
        ) % {"title": page.get_admin_display_title(), "occasions": names}
    packages = PackageCourse.objects.filter(**below).exclude(page__path__startswith=page.path)
    if titles := sorted({part.page.title for part in packages.select_related("page")}):
        return _(
            "“%(title)s” is part of a package: %(packages)s. Take it out there first."
        ) % {"title": page.get_admin_display_title(), "packages": ", ".join(titles)}
    if page.specific_class in {HomePage, RegionPage} or (
        page.specific_class is CatalogueIndexPage and page.numchild
    ):
        return _("“%(title)s” carries the region's pages and is not deleted.") % {
            "title": page.get_admin_display_title()
        }
    return None


def refuse_deletion(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse to delete a page that others need, with a word on what to do instead."""
    if reason := deletion_refusal(page):
        messages.error(request, reason)
        return redirect("wagtailadmin_pages:edit", page.pk)
    return None


def refuse_bulk_deletion(
    request: HttpRequest, action_type: str, objects: list, action: object
) -> HttpResponse | None:
    """Refuse the whole of a bulk deletion if one page in it cannot go."""
    if action_type != "delete":
        return None
    reasons = [
        reason for page in objects if isinstance(page, Page) and (reason := deletion_refusal(page))
    ]
    if not reasons:
        return None
    for reason in reasons:
        messages.error(request, reason)
    return redirect(action.next_url)


def refuse_structure_copy(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse to copy the pages that exist once for each region."""
    if page.specific_class in {HomePage, RegionPage, CatalogueIndexPage}:
        messages.error(
            request, _("“%s” exists once for each region and is not copied.") % page.title
        )
        return redirect("wagtailadmin_explore", page.pk)
    return None


def publish_first(items: list, request: HttpRequest, context: dict) -> None:
    """Make "Publish" the button for those who may: drafts save themselves while one types."""
    items.sort(key=lambda item: item.name != "action-publish")


def go_on_to_occasions(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Lead an editor who publishes a course without dates to where dates are added."""
    if "action-publish" not in request.POST or not isinstance(page.specific, CoursePage):
        return None
    if not page.live or page.specific.occasions_source.occasions.exists():
        return None
    messages.success(request, _("“%s” is published. Now add when it is held.") % page.title)
    return redirect(occasions_tab(page.specific.occasions_source))
