"""The screens of course occasions: add, change, move, cancel, delete."""

from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.log_actions import log

from regions.admin.forms import desk_form
from regions.admin.scoped import (
    ScopedCreateView,
    ScopedDeleteView,
    ScopedEditView,
    ScopedHistoryView,
    ScopedModelViewSet,
)
from regions.policy import Action, policy_for

from ..models import CourseOccasion, CoursePage
from ..plausibility import pace_warning
from ..services import cancel_occasion, move_occasion, values_of
from ..states import OccasionState
from .occasion_facts import OccasionStatusPanel, occasion_facts
from .occasion_forms import (
    LOGGED_FIELDS,
    OCCASION_FIELDS,
    TAKEN_OVER,
    CancelForm,
    MoveForm,
    OccasionForm,
)
from .occasion_list import COLUMNS, EXPORTED, OccasionIndexView


class BackToCourse:
    """After saving: back to where one came from, else to the course's tab of occasions."""

    def get_success_url(self) -> str:
        """Return the address to go to."""
        return get_valid_next_url_from_request(self.request) or occasions_tab(self.object.course)

    def save_instance(self) -> CourseOccasion:
        """Save, then say so if the dates hardly fit the credits and the pace."""
        occasion = super().save_instance()
        if warning := pace_warning(occasion):
            messages.warning(self.request, warning)
        return occasion


class Headed:
    """The screen says in its heading, its title and its path what it is and of which course."""

    def get_page_subtitle(self) -> str:
        """Return the course's title and the occasion's code."""
        return f"{self.object.course.title} ({self.object.code})"

    def get_breadcrumbs_items(self) -> list[dict]:
        """Return the path, with this screen's heading at its end."""
        return [
            *super().get_breadcrumbs_items()[:-1],
            {"url": "", "label": self.get_header_title()},
        ]


class TellsFacts(Headed):
    """The screen of one occasion: what is stored of it, in words, before any field."""

    template_name = "catalogue/admin/occasion_edit.html"
    offers_links = False

    @cached_property
    def stored(self) -> CourseOccasion:
        """The occasion as it is stored, whatever a form has typed over it."""
        return CourseOccasion.objects.select_related("course").get(pk=self.object.pk)

    def get_context_data(self, **kwargs: object) -> dict:
        """Return the context with the occasion in words."""
        told = occasion_facts(self.stored, with_links=self.offers_links)
        return {**super().get_context_data(**kwargs), "told": told}

    def get_side_panels(self) -> MediaContainer:
        """Return the panel of the state, in place of one that calls everything live."""
        panel = OccasionStatusPanel(
            self.stored,
            self.request,
            history_url=self.get_history_url(),
            last_updated_info=self.get_last_updated_info(),
        )
        return MediaContainer([panel])

    @cached_property
    def can_delete(self) -> bool:
        """Whether to offer deletion: never of what readers have seen."""
        return not self.stored.is_published and super().can_delete


class OccasionCreateView(Headed, BackToCourse, ScopedCreateView):
    """A new occasion, of the course that the address names."""

    actions: ClassVar = ["create", "create-another"]
    template_name = "catalogue/admin/occasion_create.html"
    page_title = gettext_lazy("New occasion")

    @cached_property
    def course(self) -> CoursePage | None:
        """The course of the address, if the person may choose it."""
        key = self.request.GET.get("course", "")
        rows = policy_for(CoursePage).rows(self.request.user, Action.CHOOSE)
        return rows.filter(pk=key).first() if key.isdecimal() and len(key) < 19 else None  # noqa: PLR2004

    def get_initial_form_instance(self) -> CourseOccasion:
        """Return an occasion with what the course's last one had."""
        occasion = CourseOccasion()
        if self.course is not None:
            occasion.course = self.course.specific.occasions_source
            last = occasion.course.occasions.order_by("-pk").first()
            for name in TAKEN_OVER if last else ():
                setattr(occasion, name, getattr(last, name))
        return occasion

    def get_add_url(self) -> str:
        """Return this address with its course, so that a form with errors keeps it."""
        return self.request.get_full_path()

    def get_page_subtitle(self) -> str:
        """Return the course's title, once there is a course."""
        return self.course.title if self.course else ""

    def get_success_url(self) -> str:
        """Return the form again for one more, else the way back."""
        if self.action == "create-another":
            return f"{reverse('occasion:add')}?course={self.object.course_id}"
        return super().get_success_url()


class NoticesSecondClick:
    """A form sent twice does nothing the second time, and says so: nobody else was at work."""

    again_message = gettext_lazy("That is saved already.")

    def form_invalid(self, form: forms.ModelForm) -> HttpResponse:
        """Lead on if all that was typed is stored; else show the form with what is wrong."""
        if form.is_late and form.is_done:
            messages.info(self.request, self.again_message)
            return redirect(self.get_success_url())
        return super().form_invalid(form)


class OccasionEditView(NoticesSecondClick, TellsFacts, BackToCourse, ScopedEditView):
    """A change of an occasion; it does not touch the page's draft."""

    page_title = gettext_lazy("Occasion")
    offers_links = True

    def save_instance(self) -> CourseOccasion:
        """Save, and keep in the log what the changed fields held before and hold now."""
        names = [name for name in self.form.changed_data if name in LOGGED_FIELDS]
        before = values_of(CourseOccasion.objects.get(pk=self.object.pk), names)
        occasion = super().save_instance()
        if names:
            log(
                instance=occasion,
                action="samkurs.occasion_change",
                user=self.request.user,
                data={"before": before, "after": values_of(occasion, names)},
            )
        return occasion


class RefusedByService(NoticesSecondClick):
    """What a service refuses is said above the form, with what was typed kept."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Lead back from an occasion whose state leaves nothing to do here."""
        self.object = self.get_object()
        if refused := self.refusal():
            messages.info(request, refused)
            return redirect(self.get_success_url())
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: forms.ModelForm) -> HttpResponse:
        """Save, or show the form again with the reason."""
        try:
            return super().form_valid(form)
        except ValidationError as error:
            form.add_error(None, error.messages)
            self.produced_error_message = self.get_error_message()
            return self.form_invalid(form)


class PostsToItself:
    """The form posts to its own address; Wagtail's edit form always posts to the edit screen."""

    def get_context_data(self, **kwargs: object) -> dict:
        """Return the context with this screen's address."""
        return {**super().get_context_data(**kwargs), "action_url": self.request.get_full_path()}


class OccasionMoveView(PostsToItself, RefusedByService, TellsFacts, BackToCourse, ScopedEditView):
    """New days, logged with the old ones."""

    page_title = gettext_lazy("Move the occasion")
    again_message = gettext_lazy("The occasion is moved already.")
    success_message = gettext_lazy("The occasion is moved.")
    submit_button_label = gettext_lazy("Move")
    submit_button_active_label = gettext_lazy("Moving…")

    def refusal(self) -> str:
        """Return why there is nothing to move; empty if there is."""
        if self.object.may_move:
            return ""
        if self.object.cancelled:
            return _("A cancelled occasion is not moved: add a new one.")
        if self.object.status().state == OccasionState.FINISHED:
            return _("An occasion that is over is not moved. Correct its days where you edit it.")
        return _("It begins at any time and has no days to move. Set days where you edit it.")

    def get_form_class(self) -> type[forms.ModelForm]:
        """Return the form of the days."""
        return desk_form(CourseOccasion, MoveForm.asked, MoveForm)

    def save_instance(self) -> CourseOccasion:
        """Move through the service."""
        changes = {name: self.form.cleaned_data[name] for name in MoveForm.asked}
        occasion = move_occasion(self.object, by=self.request.user, **changes)
        if warning := pace_warning(occasion):
            messages.warning(self.request, warning)
        return occasion


class OccasionCancelView(PostsToItself, RefusedByService, TellsFacts, BackToCourse, ScopedEditView):
    """Cancelling, with the reason that readers will see."""

    page_title = gettext_lazy("Cancel the occasion")
    again_message = gettext_lazy("This occasion is cancelled already.")
    success_message = gettext_lazy("The occasion is cancelled, and the course's page says so.")
    submit_button_label = gettext_lazy("Cancel the occasion")
    submit_button_active_label = gettext_lazy("Cancelling…")

    def refusal(self) -> str:
        """Return why it cannot be cancelled; empty if it can."""
        return str(self.again_message) if self.object.cancelled else ""

    def get_form_class(self) -> type[forms.ModelForm]:
        """Return the form of the reason."""
        return desk_form(CourseOccasion, [], CancelForm)

    def save_instance(self) -> CourseOccasion:
        """Cancel through the service."""
        return cancel_occasion(
            self.object, reason=self.form.cleaned_data["reason"], by=self.request.user
        )


class OccasionDeleteView(Headed, ScopedDeleteView):
    """Deletion of an occasion that no reader has seen; a published one is cancelled."""

    page_title = gettext_lazy("Delete the occasion")

    def get_breadcrumbs_items(self) -> list[dict]:
        """Return no path: a question is answered, not walked away from."""
        return []

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Refuse for a course that is or was on the site, and lead to cancelling."""
        if self.object.is_published:
            messages.error(
                request,
                _("Readers have seen “%s”: it is cancelled with a reason, never deleted.")
                % self.object,
            )
            name = "edit" if self.object.cancelled else "cancel"
            return redirect(reverse(f"occasion:{name}", args=[self.object.pk]))
        return super().dispatch(request, *args, **kwargs)


class OccasionHistoryView(ScopedHistoryView):
    """Who changed an occasion, and when."""

    def get_page_subtitle(self) -> str:
        """Return the course's title and the occasion's code."""
        return f"{self.object.course.title} ({self.object.code})"


class OccasionViewSet(ScopedModelViewSet):
    """Occasions of one's own region's courses."""

    model = CourseOccasion
    icon = "calendar-alt"
    menu_label = gettext_lazy("Occasions")
    menu_order = 200
    add_to_admin_menu = True
    form_base = OccasionForm
    form_fields: ClassVar = OCCASION_FIELDS
    index_view_class = OccasionIndexView
    add_view_class = OccasionCreateView
    edit_view_class = OccasionEditView
    delete_view_class = OccasionDeleteView
    history_view_class = OccasionHistoryView
    index_results_template_name = "catalogue/admin/occasion_results.html"
    list_select_related = ("course",)
    list_display: ClassVar = COLUMNS
    list_export: ClassVar = EXPORTED
    search_fields: ClassVar = ["course__title", "code", "venue", "cohort"]

    @property
    def move_view(self) -> object:
        """The view that moves an occasion."""
        return self.construct_view(OccasionMoveView, **self.get_edit_view_kwargs())

    @property
    def cancel_view(self) -> object:
        """The view that cancels an occasion."""
        return self.construct_view(OccasionCancelView, **self.get_edit_view_kwargs())

    def get_urlpatterns(self) -> list:
        """Add moving and cancelling."""
        return [
            *super().get_urlpatterns(),
            path("move/<int:pk>/", self.move_view, name="move"),
            path("cancel/<int:pk>/", self.cancel_view, name="cancel"),
        ]


def occasions_tab(course: CoursePage) -> str:
    """Return the address of the tab of occasions in the course's editor."""
    return reverse("wagtailadmin_pages:edit", args=[course.pk]) + "#tab-occasions"
