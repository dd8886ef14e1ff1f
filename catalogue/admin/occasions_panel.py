"""The tab of a course's editor that shows its occasions."""

from django.urls import reverse
from wagtail.admin.panels import Panel

from regions.policy import Action, policy_for


class OccasionsPanel(Panel):
    """Occasions with add, edit, move and cancel; they are saved on screens of their own."""

    class BoundPanel(Panel.BoundPanel):
        """Bound to a course page; a page that is not saved yet says so."""

        template_name = "catalogue/admin/occasions_panel.html"

        def get_context_data(self, parent_context: dict | None = None) -> dict:
            """Add the occasions, states computed today, and the links."""
            from ..models import CourseOccasion  # panels are made while models load
            from .occasion_facts import where_and_when

            context = super().get_context_data(parent_context)
            source = self.instance.occasions_source if self.instance.pk else None
            policy = policy_for(CourseOccasion)
            user = self.request.user
            rows = []
            if source is not None:
                occasions = policy.narrow(source.occasions.nearest_first(), user)
                rows = [
                    {"occasion": occasion, "told": where_and_when(occasion)}
                    for occasion in occasions.select_related("course").prefetch_related("open_to")
                ]
            context.update(
                rows=rows,
                course=source,
                may_add=source is not None and policy.may(user, Action.ADD),
                add_url=reverse("occasion:add"),
            )
            return context
