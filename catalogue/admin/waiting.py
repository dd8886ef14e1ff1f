"""The admin's home: what waits for this person, and what they wait for."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component
from wagtail.models import GroupApprovalTask, Page, TaskState, WorkflowState

from regions.models import Role, User
from regions.policy import Action, policy_for, standing_of

from ..models import CourseOccasion
from .routes import own_pages

#: Rows shown of each kind; the heading says how many there are.
SHOWN = 8
REVIEWERS = frozenset({Role.COORDINATOR, Role.EDITOR})


def reviews_for(user: User) -> QuerySet:
    """Return the steps that wait for ``user``; Wagtail asks once for each region's step."""
    waiting = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS)
    if standing_of(user).is_admin:
        return waiting
    mine = GroupApprovalTask.objects.filter(groups__in=user.groups.all(), active=True)
    return waiting.filter(task__in=mine.values("pk"))


def submitted_by(user: User) -> dict[int, WorkflowState]:
    """Return what ``user`` submitted and nobody has approved yet, by page."""
    states = WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        requested_by=user,
        status__in=(WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES),
    )
    return {int(state.object_id): state for state in states.select_related("current_task_state")}


class WaitingPanel(Component):
    """My drafts, what came back, what awaits review, occasions whose dates passed.

    A list that is not this person's work is left out; so is an empty one of what came back.
    """

    name = "waiting"
    order = 50
    template_name = "catalogue/admin/waiting.html"

    def get_context_data(self, parent_context: dict) -> dict:
        """Return the lists, each narrowed to the person's own regions."""
        request: HttpRequest = parent_context["request"]
        user = request.user
        standing = standing_of(user)
        reviewer = standing.is_admin or bool(standing.regions(REVIEWERS))
        lists = self._of_author(user, always=not reviewer)
        if reviewer:
            lists += [self._reviews(user), self._passed(user)]
        return {"request": request, "lists": lists}

    def _of_author(self, user: User, *, always: bool) -> list[dict]:
        """Return the lists of what ``user`` writes; ``always`` shows the submitted if empty."""
        pages = own_pages(standing_of(user))
        states = submitted_by(user)
        back = {pk for pk, state in states.items() if state.status == state.STATUS_NEEDS_CHANGES}
        submitted = list(pages.filter(pk__in=states).order_by("-latest_revision_created_at"))
        returned = [page for page in submitted if page.pk in back]
        waiting = [page for page in submitted if page.pk not in back]
        drafts = (
            pages.filter(Q(owner=user) | Q(latest_revision__user=user))
            .filter(has_unpublished_changes=True)
            .exclude(pk__in=states)
        )
        lists = [
            {
                "title": _("My drafts"),
                "empty": _("You have no unpublished drafts."),
                "count": drafts.count(),
                "rows": [
                    _page_row(page)
                    for page in drafts.order_by("-latest_revision_created_at")[:SHOWN]
                ],
            }
        ]
        if returned:
            lists.insert(
                0,
                {
                    "title": _("Sent back to me"),
                    "count": len(returned),
                    "rows": [
                        _page_row(page, states[page.pk].current_task_state.comment)
                        for page in returned[:SHOWN]
                    ],
                },
            )
        if waiting or always:
            lists.append(
                {
                    "title": _("Submitted by me"),
                    "empty": _("Nothing of yours waits for an editor."),
                    "count": len(waiting),
                    "rows": [_page_row(page) for page in waiting[:SHOWN]],
                }
            )
        return lists

    def _reviews(self, user: User) -> dict:
        reviews = reviews_for(user).select_related("revision").order_by("started_at")
        own = {str(pk) for pk in own_pages(standing_of(user)).values_list("pk", flat=True)}
        waiting = [state for state in reviews if state.revision.object_id in own]
        return {
            "title": _("Awaiting review"),
            "empty": _("Nothing awaits your review."),
            "count": len(waiting),
            "rows": [
                _page_row(state.revision.as_object()) | {"when": state.started_at}
                for state in waiting[:SHOWN]
            ],
        }

    def _passed(self, user: User) -> dict:
        passed = (
            policy_for(CourseOccasion)
            .rows(user, Action.CHANGE)
            .dates_passed()
            .select_related("course")
            .order_by("-last_day", "pk")
        )
        return {
            "title": _("Occasions whose dates have passed"),
            "empty": _("No occasion has ended in the last 60 days."),
            "count": passed.count(),
            "rows": [
                {
                    "title": f"{occasion.course.title} ({occasion.code})",
                    "url": reverse("occasion:edit", args=[occasion.pk]),
                    "when": occasion.last_day,
                }
                for occasion in passed[:SHOWN]
            ],
        }


def _page_row(page: Page, note: str = "") -> dict:
    return {
        "title": page.get_admin_display_title(),
        "url": reverse("wagtailadmin_pages:edit", args=[page.pk]),
        "when": page.latest_revision_created_at,
        "note": note,
    }
