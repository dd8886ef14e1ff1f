"""Publishing and deleting past the editor's form: refused with a word where something is wrong."""

from typing import ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.admin.modal_workflow import render_modal_workflow
from wagtail.admin.views.pages.bulk_actions.delete import DeleteBulkAction
from wagtail.admin.views.pages.workflow import WorkflowActionView
from wagtail.models import Page

from ..publishing import refusal, refuse_incomplete
from .pages import CataloguePageViewSet, refuse_bulk_deletion


class ReadingPagesAPI(PagesAdminAPIViewSet):
    """What the explorer reads of pages, without actions.

    No screen uses them, and they go past the rules of ours: a deletion that is refused half-way
    would leave the tree counting wrong.
    """

    actions: ClassVar = {}


class CompleteWorkflowActionView(WorkflowActionView):
    """Approval of a draft: one that lacks something stays in review, and the editor opens."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Act, or say what is missing and lead to the page's editor."""
        try:
            with transaction.atomic():
                return super().post(request, *args, **kwargs)
        except ValidationError as error:
            messages.error(request, refusal(self.object.specific, error))
        address = reverse("wagtailadmin_pages:edit", args=[self.object.pk])
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            step = {"step": "success", "redirect": address}
            return render_modal_workflow(request, "", None, {}, json_data=step)
        return redirect(address)


class PageScreens(CataloguePageViewSet):
    """Wagtail's page screens with our filters, and with approval that checks the page."""

    workflow_action_view_class = CompleteWorkflowActionView


class KindDeletion(DeleteBulkAction):
    """Deletion in bulk that names what is in the way; Wagtail only says one may not."""

    def prepare_action(self, objects: list, objects_without_access: dict) -> HttpResponse | None:
        """Refuse before Wagtail finds in its index of references that others need a page."""
        refused = refuse_bulk_deletion(self.request, self.action_type, objects, self)
        return refused or super().prepare_action(objects, objects_without_access)


def refuse_incomplete_in_bulk(
    request: HttpRequest, action_type: str, objects: list, action: object
) -> HttpResponse | None:
    """Refuse the whole of a bulk publication if one page in it lacks something."""
    if action_type != "publish":
        return None
    pages = [each for each in objects if isinstance(each, Page)]
    if action.cleaned_form.cleaned_data.get("include_descendants"):
        pages += [child for page in pages for child in page.get_descendants().not_live()]
    refused = False
    for page in pages:
        draft = page.get_latest_revision_as_object()
        try:
            refuse_incomplete(draft)
        except ValidationError as error:
            refused = True
            messages.error(request, refusal(draft, error))
    return redirect(action.next_url) if refused else None
