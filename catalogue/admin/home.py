"""The admin's home: what waits for this person."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.components import Component
from wagtail.models import GroupApprovalTask, Page, TaskState

from regions.models import User
from regions.policy import Action, policy_for, standing_of

from ..models import (
    CatalogueIndexPage,
    CourseOccasion,
    DistanceCoursePage,
    SharedOfferingPage,
)
from ..tree import pages_of_regions
from .routes import own_pages

#: Rows shown of each kind; the heading says how many there are.
SHOWN = 8


def shortcuts(user: User) -> list[dict]:
    """Return links that begin a new course where the person may, without walking the tree."""
    standing = standing_of(user)
    indexes = CatalogueIndexPage.objects.filter(pages_of_regions(standing.desk_regions))
    links = []
    for index in indexes.select_related("locale").order_by("path"):
        for model in (DistanceCoursePage, SharedOfferingPage):
            if (
                not model.can_create_at(index)
                or not index.permissions_for_user(user).can_add_subpage()
            ):
                continue
            names = {"kind": model._meta.verbose_name, "place": index.get_parent().title}
            label = _("New %(kind)s") % names
            if len(indexes) > 1:
                label = _("New %(kind)s in %(place)s") % names
            address = reverse(
                "wagtailadmin_pages:add", args=["catalogue", model._meta.model_name, index.pk]
            )
            links.append({"label": label, "url": address})
    return links


class Shortcut(SummaryItem):
    """A way to begin a course, first on the page: a Tab after the skip link."""

    order = 10
    template_name = "catalogue/admin/shortcut.html"

    def __init__(self, request: HttpRequest, link: dict) -> None:
        super().__init__(request)
        self.link = link

    def get_context_data(self, parent_context: dict) -> dict:
        """Return the link."""
        return self.link


def reviews_for(user: User) -> QuerySet:
    """Return the steps that wait for ``user``; Wagtail asks once for each region's step."""
    waiting = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS)
    if standing_of(user).is_admin:
        return waiting
    mine = GroupApprovalTask.objects.filter(groups__in=user.groups.all(), active=True)
    return waiting.filter(task__in=mine.values("pk"))


class WaitingPanel(Component):
    """My drafts, what awaits review, occasions whose dates passed."""

    name = "waiting"
    order = 50
    template_name = "catalogue/admin/waiting.html"

    def get_context_data(self, parent_context: dict) -> dict:
        """Return the three lists, each narrowed to the person's own regions."""
        request: HttpRequest = parent_context["request"]
        user = request.user
        pages = own_pages(standing_of(user))
        drafts = pages.filter(owner=user, has_unpublished_changes=True)
        reviews = reviews_for(user).select_related("revision", "workflow_state__requested_by")
        own = {str(pk) for pk in pages.values_list("pk", flat=True)}
        waiting = [state for state in reviews if state.revision.object_id in own]
        passed = (
            policy_for(CourseOccasion)
            .rows(user, Action.CHANGE)
            .dates_passed()
            .select_related("course")
            .order_by("-last_day", "pk")
        )
        return {
            "request": request,
            "lists": [
                {
                    "title": _("My drafts"),
                    "empty": _("You have no unpublished drafts."),
                    "count": drafts.count(),
                    "rows": [
                        self._draft(page)
                        for page in drafts.order_by("-latest_revision_created_at")[:SHOWN]
                    ],
                },
                {
                    "title": _("Awaiting review"),
                    "empty": _("Nothing awaits your review."),
                    "count": len(waiting),
                    "rows": [self._review(state) for state in waiting[:SHOWN]],
                },
                {
                    "title": _("Occasions whose dates have passed"),
                    "empty": _("No occasion has ended in the last 60 days."),
                    "count": passed.count(),
                    "rows": [self._passed(occasion) for occasion in passed[:SHOWN]],
                },
            ],
        }

    def _draft(self, page: Page) -> dict:
        return {
            "title": page.get_admin_display_title(),
            "url": reverse("wagtailadmin_pages:edit", args=[page.pk]),
            "when": page.latest_revision_created_at,
        }

    def _review(self, state: TaskState) -> dict:
        page = state.revision.as_object()
        return {
            "title": page.get_admin_display_title(),
            "url": reverse("wagtailadmin_pages:edit", args=[page.pk]),
            "when": state.started_at,
        }

    def _passed(self, occasion: CourseOccasion) -> dict:
        return {
            "title": f"{occasion.course.title} ({occasion.code})",
            "url": reverse("occasion:edit", args=[occasion.pk]),
            "when": occasion.last_day,
        }
