"""The screens of course occasions: dates, seats, moving and cancelling."""

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
from wagtail.admin.ui.tables import Column
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.log_actions import log

from regions.admin.forms import DeskForm, desk_form
from regions.admin.scoped import (
    ScopedCreateView,
    ScopedDeleteView,
    ScopedEditView,
    ScopedIndexView,
    ScopedModelViewSet,
)
from regions.policy import Action, policy_for

from .. import formats
from ..models import CourseOccasion, CoursePage
from ..odd_input import refuse_odd_keys
from ..plausibility import pace_warning
from ..services import cancel_occasion, move_occasion, values_of
from ..tree import owning_region

DATE_FIELDS = ["starts_on", "ends_on", "start_time", "end_time"]
APPLY_FIELDS = ["apply_from", "apply_by", "late_apply_by"]
OCCASION_FIELDS = [
    "course",
    "starts_on",
    "ends_on",
    "apply_by",
    "start_time",
    "end_time",
    "continuous",
    "apply_from",
    "late_apply_by",
    "apply_url",
    "venue",
    "cohort",
    "seats_total",
    "seats_taken",
    "min_seats",
    "price_per_seat",
    "open_to",
    "code",
]
#: What a new occasion takes over from the course's last one, so that nobody types it twice.
TAKEN_OVER = ["apply_url", "venue", "seats_total", "min_seats", "price_per_seat"]
#: Two occasions of a course that agree in these are the same one.
SAME = [*DATE_FIELDS, "continuous", "venue", "cohort"]


class DayColumn(Column):
    """A day as readers see it; Wagtail's own column says how long ago it was entered."""

    def get_value(self, instance: CourseOccasion) -> str:
        """Return the day in words."""
        value = super().get_value(instance)
        return formats.day(value) if value else "–"


class OccasionForm(DeskForm):
    """An occasion of a course; the course is fixed once it is there."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        refuse_odd_keys(self)
        course = self.instance.course if self.instance.course_id else None
        if course is not None:
            self.fields["course"].disabled = self.instance.pk is not None
            self.fields["course"].widget = forms.HiddenInput()
            region = owning_region(course)
            self.fields["open_to"].queryset = self.fields["open_to"].queryset.filter(region=region)
        else:
            self.fields["course"].widget = forms.Select(choices=self.fields["course"].choices)
        if self.instance.pk is None:
            self.fields["starts_on"].widget.attrs["autofocus"] = True
        self.fields["open_to"].widget = forms.CheckboxSelectMultiple(
            choices=self.fields["open_to"].choices
        )
        if self.instance.cancelled:
            for name in (*DATE_FIELDS, "continuous", *APPLY_FIELDS):
                self.fields[name].disabled = True

    def clean(self) -> dict:
        """Refuse the same occasion once more, as a second click on the button would send it."""
        cleaned = super().clean()
        course = cleaned.get("course")
        if self.instance.pk is None and course is not None and not self.errors:
            same = {name: cleaned.get(name) for name in SAME}
            if course.occasions.filter(cancelled=False, **same).exists():
                raise ValidationError(
                    _(
                        "The course has an occasion like this already. Name the group if it is "
                        "another one."
                    ),
                    code="again",
                )
        return cleaned

    def clean_open_to(self) -> object:
        """Refuse municipalities of another region than the course's."""
        chosen = self.cleaned_data["open_to"]
        course = self.cleaned_data.get("course")
        if course is None:
            return chosen  # the field of the course says what is wrong
        region = owning_region(course)
        if any(municipality.region_id != getattr(region, "pk", None) for municipality in chosen):
            raise ValidationError(_("Choose among the municipalities of the course's region."))
        return chosen


class MoveForm(DeskForm):
    """New days for an occasion; a day that falls away is no move."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].required = not self.instance.continuous


class CancelForm(DeskForm):
    """Why an occasion is not held."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it cancelled?"),
        max_length=200,
        help_text=gettext_lazy("Shown on the course's page."),
        widget=forms.TextInput(attrs={"autofocus": True}),
    )


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


class OccasionIndexView(ScopedIndexView):
    """Occasions with the state of today."""

    def get_base_queryset(self) -> object:
        """Return the scoped rows with their courses, in one query."""
        return super().get_base_queryset().select_related("course")


class OccasionCreateView(BackToCourse, ScopedCreateView):
    """A new occasion, of the course that the address names."""

    actions: ClassVar = ["create", "create-another"]
    template_name = "catalogue/admin/occasion_create.html"

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
        """Return the course's title."""
        return self.course.title if self.course else super().get_page_subtitle()

    def get_success_url(self) -> str:
        """Return the form again for one more, else the way back."""
        if self.action == "create-another":
            return f"{reverse('occasion:add')}?course={self.object.course_id}"
        return super().get_success_url()


class NamesItsCourse:
    """The heading says which course the occasion is of."""

    def get_page_subtitle(self) -> str:
        """Return the course's title and the occasion's code."""
        return f"{self.object.course.title} ({self.object.code})"


class OccasionEditView(NamesItsCourse, BackToCourse, ScopedEditView):
    """A change of an occasion; it does not touch the page's draft."""

    def save_instance(self) -> CourseOccasion:
        """Save, and keep in the log what the changed fields held before and hold now."""
        names = [name for name in self.form.changed_data if name in OCCASION_FIELDS]
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


class RefusedByService:
    """What a service refuses is said above the form, with what was typed kept."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Lead back from an occasion that is cancelled already: there is nothing to do here."""
        self.object = self.get_object()
        if self.object.cancelled:
            messages.error(request, self.cancelled_message)
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


class OccasionMoveView(
    NamesItsCourse, PostsToItself, RefusedByService, BackToCourse, ScopedEditView
):
    """New days, logged with the old ones."""

    page_title = gettext_lazy("Move")
    cancelled_message = gettext_lazy("A cancelled occasion is not moved: add a new one.")
    success_message = gettext_lazy("The occasion is moved.")
    submit_button_label = gettext_lazy("Move")
    submit_button_active_label = gettext_lazy("Moving…")

    def get_form_class(self) -> type[forms.ModelForm]:
        """Return the form of the days."""
        return desk_form(CourseOccasion, [*DATE_FIELDS, *APPLY_FIELDS], MoveForm)

    def save_instance(self) -> CourseOccasion:
        """Move through the service."""
        changes = {name: self.form.cleaned_data[name] for name in (*DATE_FIELDS, *APPLY_FIELDS)}
        occasion = move_occasion(self.object, by=self.request.user, **changes)
        if warning := pace_warning(occasion):
            messages.warning(self.request, warning)
        return occasion


class OccasionCancelView(
    NamesItsCourse, PostsToItself, RefusedByService, BackToCourse, ScopedEditView
):
    """Cancelling, with the reason that readers will see."""

    page_title = gettext_lazy("Cancel the occasion")
    cancelled_message = gettext_lazy("This occasion is cancelled already.")
    success_message = gettext_lazy("The occasion is cancelled, and the course's page says so.")
    submit_button_label = gettext_lazy("Cancel the occasion")
    submit_button_active_label = gettext_lazy("Cancelling…")

    def get_form_class(self) -> type[forms.ModelForm]:
        """Return the form of the reason."""
        return desk_form(CourseOccasion, [], CancelForm)

    def save_instance(self) -> CourseOccasion:
        """Cancel through the service."""
        return cancel_occasion(
            self.object, reason=self.form.cleaned_data["reason"], by=self.request.user
        )


class OccasionDeleteView(ScopedDeleteView):
    """Deletion of an occasion that no reader has seen; a published one is cancelled."""

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
    list_display: ClassVar = [
        "code",
        Column(
            "course",
            label=gettext_lazy("Course"),
            accessor="course.title",
            sort_key="course__title",
        ),
        DayColumn("starts_on", label=gettext_lazy("First day"), sort_key="starts_on"),
        DayColumn("ends_on", label=gettext_lazy("Last day"), sort_key="ends_on"),
        Column("state", label=gettext_lazy("State"), accessor="state_label"),
        Column("seats", label=gettext_lazy("Seats"), accessor="seats_label"),
    ]
    list_filter: ClassVar = {"starts_on": ["gte", "lte"], "cancelled": ["exact"]}
    list_export: ClassVar = [
        "code",
        "course.title",
        "starts_on",
        "ends_on",
        "state_label",
        "seats_total",
        "seats_taken",
    ]
    search_fields: ClassVar = ["code", "course__title", "venue"]

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
