"""How pages are listed, and what may not happen to them."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import FormView
from wagtail.admin.site_summary import PagesSummaryItem
from wagtail.admin.views.pages.copy import CopyView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.listing import GenericPageFilterSet
from wagtail.admin.views.pages.move import MoveChooseDestinationView
from wagtail.admin.views.pages.search import SearchView
from wagtail.admin.views.pages.usage import ContentTypeUseView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page

from regions.admin.choices import narrow
from regions.policy import standing_of

from ..models import (
    CatalogueIndexPage,
    CourseOccasion,
    CoursePage,
    HomePage,
    PackageCourse,
    RegionPage,
)
from ..plausibility import pace_warning
from .occasions import occasions_tab
from .routes import own_pages
from .wanted import NeedAddView

#: The report above the list of a page type: it counts pages of every region.
REPORT = "wagtailadmin_reports:page_types_usage"
#: How many occasions a refusal names before it only counts.
NAMED = 5


class OwnPageFilterSet(GenericPageFilterSet):
    """Filters without people and sites: those lists would name people of every region."""

    owner = None
    edited_by = None
    site = None


class OwnCopyView(CopyView):
    """Copies to places of one's own region; Wagtail's refusal of others names them."""

    def get_form(self, form_class: type | None = None) -> forms.Form:
        """Return the form that takes only own pages as the new parent."""
        form = super().get_form(form_class)
        narrow(form.fields["new_parent_page"], own_pages(standing_of(self.request.user)))
        return form

    def post(self, request: HttpRequest, page_id: int, **kwargs: object) -> HttpResponse:
        """Let the form say that a parent is missing: Wagtail fails on it first."""
        return FormView.post(self, request, page_id, **kwargs)


class OwnMoveView(MoveChooseDestinationView):
    """Moves to places of one's own region."""

    def get_form(self, form_class: type | None = None) -> forms.Form:
        """Return the form that takes only own pages as the new parent."""
        form = super().get_form(form_class)
        narrow(form.fields["new_parent_page"], own_pages(standing_of(self.request.user)))
        return form


class OwnEditView(EditView):
    """The editor of a page."""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Say why a draft came back, to whoever opens it."""
        state = self.page.current_workflow_state
        if state and state.status == state.STATUS_NEEDS_CHANGES:
            comment = state.current_task_state.comment
            messages.warning(
                request,
                _("Sent back for changes: “%s”. Submit it again when it is done.") % comment
                if comment
                else _("Sent back for changes. Submit it again when it is done."),
            )
        return super().get(request, *args, **kwargs)


class NamedSearchView(SearchView):
    """The search of pages, which says of what it found so many: Wagtail's says "None"."""

    verbose_name_plural = Page._meta.verbose_name_plural


class TypeListView(ContentTypeUseView):
    """The pages of a type; the way up leads to a report for administrators only."""

    def get_breadcrumbs_items(self) -> list[dict]:
        """Return the way here, without the report for those to whom it is closed."""
        items = super().get_breadcrumbs_items()
        if self.request.user.is_superuser:
            return items
        return [item for item in items if item["url"] != reverse(REPORT)]


class OwnPagesSummaryItem(PagesSummaryItem):
    """How many pages there are: of one's own regions, not below the place above them all."""

    def get_context_data(self, parent_context: dict) -> dict:
        """Return the count, and where the link goes: to one's own region's page."""
        pages = own_pages(standing_of(self.request.user)).order_by("path")
        context = super().get_context_data(parent_context)
        return context | {"total_pages": pages.count(), "root_page": pages.first()}


def count_own_pages(request: HttpRequest, items: list) -> None:
    """Let the home count pages of one's own regions."""
    if not standing_of(request.user).is_admin:
        items[:] = [
            OwnPagesSummaryItem(request) if type(item) is PagesSummaryItem else item
            for item in items
        ]


class CataloguePageViewSet(PageViewSet):
    """Wagtail's page screens, kept to one's own region where they look further."""

    model = Page
    filterset_class = OwnPageFilterSet
    copy_view_class = OwnCopyView
    move_view_class = OwnMoveView
    content_type_use_view_class = TypeListView
    add_view_class = NeedAddView
    edit_view_class = OwnEditView
    search_view_class = NamedSearchView


def deletion_refusal(page: Page) -> str | None:
    """Return why ``page`` and what is below it cannot be deleted, or None if they can."""
    below = {"course__path__startswith": page.path}
    occasions = CourseOccasion.objects.filter(**below).select_related("course")
    if first := list(occasions[: NAMED + 1]):
        names = ", ".join(
            f"{occasion.code} ({occasion.course.title})" for occasion in first[:NAMED]
        )
        if len(first) > NAMED:
            names += " …"
        return _(
            "“%(title)s” has course occasions and is not deleted: %(occasions)s. Unpublish the "
            "page to hide it, or cancel the occasions so that people know."
        ) % {"title": page.get_admin_display_title(), "occasions": names}
    packages = PackageCourse.objects.filter(**below).exclude(page__path__startswith=page.path)
    if titles := sorted({part.page.title for part in packages.select_related("page")}):
        return _("“%(title)s” is part of a package: %(packages)s. Take it out there first.") % {
            "title": page.get_admin_display_title(),
            "packages": ", ".join(titles),
        }
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


#: The button shown first is the first of these that there is; the rest are in its menu.
LIKELIEST = ("approve", "reject", "action-publish", "action-submit")


def likeliest_first(items: list, request: HttpRequest, context: dict) -> None:
    """Make the likeliest step the button: answer a review, publish, or else submit.

    Drafts save themselves while one types.
    """
    rank = {name: position for position, name in enumerate(LIKELIEST)}
    items.sort(key=lambda item: rank.get(item.name, len(LIKELIEST)))


def warn_of_pace(request: HttpRequest, page: Page) -> None:
    """Say, to whoever publishes a course, which of its dates hardly fit credits and pace."""
    course = page.specific
    if not isinstance(course, CoursePage):
        return
    today = timezone.localdate()
    for occasion in course.occasions_source.occasions.filter(cancelled=False, ends_on__gte=today):
        if warning := pace_warning(occasion):
            messages.warning(request, f"{occasion.code}: {warning}")


def go_on_to_occasions(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Lead an editor who publishes a course without dates to where dates are added."""
    if "action-publish" not in request.POST or not isinstance(page.specific, CoursePage):
        return None
    if not page.live or page.specific.occasions_source.occasions.exists():
        return None
    messages.info(request, _("Now add when the course is held."))
    return redirect(occasions_tab(page.specific.occasions_source))
