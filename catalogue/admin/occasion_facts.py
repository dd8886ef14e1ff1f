"""An occasion in words, as its screens tell it before they ask anything."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.ui.side_panels import StatusSidePanel

from ..models import CourseOccasion
from ..presenters.states import occasion_view
from ..presenters.values import Fact, OccasionView, StateView
from ..states import OccasionState


@dataclass(frozen=True)
class OccasionFacts:
    """What the box at the top of a screen shows."""

    state: StateView
    facts: list[Fact]
    #: What the state means to the editor.
    note: str
    #: Whether readers see it, in words.
    seen: str
    links: list[tuple[str, str]] = field(default_factory=list)


def occasion_facts(occasion: CourseOccasion, *, with_links: bool = False) -> OccasionFacts:
    """Return the stored ``occasion`` in words, with the ways on that its state allows."""
    view = occasion_view(occasion, occasion.course, timezone.localdate())
    facts = [
        Fact(_("Course"), occasion.course.title),
        Fact(_("Code"), occasion.code),
        Fact(_("Days"), view.dates),
        Fact(_("Time of day"), view.times),
        Fact(_("Place"), view.venue),
        Fact(_("Group"), view.cohort),
        Fact(_("Seats taken"), occasion.seats_label),
        Fact(_("Open to"), occasion.open_to_label),
        Fact(_("Reason"), view.state.reason),
        Fact(_("Readers are told"), ". ".join(notice.text for notice in view.notices)),
    ]
    return OccasionFacts(
        state=view.state,
        facts=[fact for fact in facts if fact.value],
        note=_note(occasion),
        seen=seen_by_readers(occasion),
        links=_links(occasion) if with_links else [],
    )


def where_and_when(occasion: CourseOccasion) -> OccasionView:
    """Return the occasion's days, times, place and state of today in words."""
    return occasion_view(occasion, occasion.course, timezone.localdate())


def seen_by_readers(occasion: CourseOccasion) -> str:
    """Return in words whether readers see the occasion: that hangs on its course alone."""
    if occasion.course.live:
        return _("Readers see it on the course's page.")
    if occasion.is_published:
        return _("Readers have seen it, but the course is not on the site now.")
    return _("Readers do not see it: the course is not published yet.")


class OccasionStatusPanel(StatusSidePanel):
    """The state of an occasion; Wagtail would call everything without drafts "Live"."""

    def get_status_templates(self, context: dict) -> list[str]:
        """Return our own account in place of Wagtail's."""
        kept = [name for name in super().get_status_templates(context) if "workflow" not in name]
        return ["catalogue/admin/occasion_status.html", *kept]

    def get_context_data(self, parent_context: dict) -> dict:
        """Add the state in words."""
        words = {"told": occasion_facts(self.object)} if self.object.pk else {}
        return super().get_context_data(parent_context) | words


def _note(occasion: CourseOccasion) -> str:
    state = occasion.status().state
    if state == OccasionState.CANCELLED:
        return _("Its days stay as they were. If the course is held after all, add a new occasion.")
    if state == OccasionState.FINISHED:
        return _("Nobody can apply any more. What was typed wrong can still be corrected.")
    return ""


def _links(occasion: CourseOccasion) -> list[tuple[str, str]]:
    links = []
    if occasion.may_move:
        links.append((_("Move"), reverse("occasion:move", args=[occasion.pk])))
    if occasion.cancelled:
        add = f"{reverse('occasion:add')}?course={occasion.course_id}"
        links.append((_("Add an occasion"), add))
    else:
        links.append((_("Cancel the occasion"), reverse("occasion:cancel", args=[occasion.pk])))
    return links
