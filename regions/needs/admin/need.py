"""The screen of one need: all that was said, what it is like, and the steps that are open."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from wagtail.admin.views import generic

from regions.admin.scoped import ScopedRows
from regions.models import User
from regions.policy import colleagues

from ..lifecycle import NEED
from ..models import Need, NeedContact, NeedState, SharedNeed, SharedNeedState
from ..similar import Corpus, Match, marked, side_by_side, text_of
from ..suggestions import suggest
from .checklist import checklist
from .step_forms import NEED_FORMS
from .step_links import StepLink, claimed_by_another, step_links
from .words import answers_of, heading_of, log_of, moderation_of, reach_of, urgency_view

#: Courses that are suggested to look at.
COURSES = 3


@dataclass(frozen=True)
class Beside:
    """A need or shared need that is like this one, with the words they share marked."""

    reference: str
    title: str
    is_shared: bool
    url: str
    pieces: list[tuple[str, bool]]
    facts: list[str]
    #: Where a button puts this need into the shared one; empty if that cannot be done now.
    into_url: str = ""
    #: How it was settled, if it is: there is nothing to merge with.
    settled: str = ""


class NeedScreen(ScopedRows, generic.InspectView):
    """One need, for those who may read needs with their contact."""

    page_title = gettext_lazy("Need")
    template_name = "needs/admin/need.html"

    def get_fields(self) -> list[str]:
        """Return nothing: the template tells the need itself."""
        return []

    def scoped(self) -> QuerySet:
        """Return the own region's needs that were sent."""
        rows = super().scoped().exclude(state=NeedState.DRAFT)
        return rows.select_related(
            "region",
            "municipality",
            "service_area",
            "network",
            "claimed_by",
            "backed_by",
            "shared_need",
            "contact",
        ).prefetch_related("actions")

    def get_object(self, queryset: QuerySet | None = None) -> Need:
        """Return the need, if it is of one's own region."""
        return get_object_or_404(self.scoped(), pk=self.pk)

    @cached_property
    def matches(self) -> list[Match]:
        """What is like it, likest first."""
        return Corpus.of_regions([self.object.region_id]).like(text_of(self.object))

    def get_context_data(self, **kwargs: object) -> dict:
        """Return the need in words."""
        need, user = self.object, self.request.user
        words = f"{need.title} {need.challenge}"
        shown = side_by_side(self.matches)
        tokens = frozenset().union(*(match.shared for match in shown))
        context = super().get_context_data(**kwargs)
        steps = step_links(
            NEED, need, user, NEED_FORMS, namespace="need_desk", first=("claim", "accept")
        )
        return context | {
            "need": need,
            "heading": heading_of(need),
            "contact": contact_of(need),
            "erase_url": reverse("need_desk:erase", args=[need.pk])
            if may_erase(need, user)
            else "",
            "urgency": urgency_view(need, timezone.localdate()),
            "answers": answers_of(need),
            "moderation": moderation_of(need),
            "challenge": marked(need.challenge, tokens),
            "beside": beside(need, shown, can_join=_can_join(steps)),
            "points": checklist(need, self.matches, suggest(words, need.region, COURSES)),
            "steps": steps,
            "anothers": claimed_by_another(need, user),
            "log": log_of(need.log.all(), NEED, colleagues(user).values_list("pk", flat=True)),
        }


def may_erase(need: Need, user: User) -> bool:
    """Return whether ``user`` may erase who reported ``need``, and there is anybody to erase."""
    asked = NEED.lines["erase"].who
    return contact_of(need) is not None and bool(NEED.parties_of(user, need) & asked)


def contact_of(need: Need) -> NeedContact | None:
    """Return who reported it; None once that is erased."""
    return getattr(need, "contact", None)


def _can_join(steps: list[StepLink]) -> bool:
    return any(each.name in {"accept", "move"} and not each.why_not for each in steps)


def beside(need: Need, matches: list[Match], *, can_join: bool) -> list[Beside]:
    """Return the ``matches`` as they stand beside ``need``, in two statements."""
    keys = {
        kind: [m.text.pk for m in matches if m.text.kind == kind] for kind in ("need", "shared")
    }
    needs = Need.objects.select_related("municipality").in_bulk(keys["need"])
    shared = SharedNeed.objects.prefetch_related("needs__municipality").in_bulk(keys["shared"])
    step = "accept" if need.state == NeedState.IN_MODERATION else "move"
    found = []
    for match in matches:
        if match.text.kind == "need":
            other = needs[match.text.pk]
            facts = [other.municipality.name, reach_of(other), str(other.get_driver_display())]
            settled = str(other.get_state_display()) if match.text.settled else ""
            facts += [] if settled else [str(other.get_state_display())]
            url = reverse("need_desk:inspect", args=[other.pk])
            found.append(
                Beside(
                    reference=other.reference,
                    title=heading_of(other),
                    is_shared=False,
                    url=url,
                    pieces=marked(other.challenge, match.shared),
                    facts=[fact for fact in facts if fact],
                    settled=settled,
                )
            )
            continue
        other = shared[match.text.pk]
        places = {
            each.municipality.name for each in other.needs.all() if each.state == NeedState.ACCEPTED
        }
        into = reverse(f"need_desk:{step}", args=[need.pk]) + f"?into={other.pk}"
        found.append(
            Beside(
                reference=other.reference,
                title=other.title,
                is_shared=True,
                url=reverse("shared_need_desk:inspect", args=[other.pk]),
                pieces=marked(other.public_summary, match.shared),
                facts=sorted(places),
                into_url=into if can_join and other.state == SharedNeedState.OPEN else "",
                settled=str(other.get_state_display()) if match.text.settled else "",
            )
        )
    return found
