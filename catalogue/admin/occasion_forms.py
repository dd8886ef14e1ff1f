"""The forms of course occasions: what is asked in which state."""

from typing import ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regions.admin.forms import DeskForm

from ..models import CourseOccasion
from ..odd_input import refuse_odd_keys
from ..states import OccasionState
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
    "notice",
    "code",
]
#: What the log keeps of a change.
LOGGED_FIELDS = [*OCCASION_FIELDS, "cancel_reason"]
#: What a new occasion takes over from the course's last one, so that nobody types it twice.
TAKEN_OVER = ["apply_url", "venue", "seats_total", "min_seats", "price_per_seat"]
#: Two occasions of a course that agree in these are the same one.
SAME = [*DATE_FIELDS, "continuous", "venue", "cohort"]
#: What a cancelled occasion is no longer asked for.
NOT_WHEN_CANCELLED = [
    *DATE_FIELDS,
    "continuous",
    *APPLY_FIELDS,
    "apply_url",
    "min_seats",
    "notice",
]
#: What is not begun any more when an occasion is over; what was typed before can be corrected.
NOT_BEGUN_WHEN_FINISHED = [*APPLY_FIELDS, "apply_url", "min_seats", "notice"]


def reason_field(**kwargs: object) -> forms.CharField:
    """Return the field of the reason that readers see.

    It takes no focus by itself: that would scroll past what the screen says of the occasion.
    """
    return forms.CharField(
        label=gettext_lazy("Why is it cancelled?"),
        max_length=CourseOccasion._meta.get_field("cancel_reason").max_length,
        help_text=gettext_lazy("Shown on the course's page."),
        **kwargs,
    )


class SentAgainForm(DeskForm):
    """Knows when a form that comes too late asks for what is there already: a second click."""

    @property
    def is_late(self) -> bool:
        """Whether somebody saved the row after this form was opened."""
        return self.has_error(NON_FIELD_ERRORS, "stale")

    @property
    def is_done(self) -> bool:
        """Whether everything typed is right and stored already."""
        if set(self.errors) != {NON_FIELD_ERRORS}:
            return False
        stored = CourseOccasion.objects.filter(pk=self.instance.pk).first()
        return stored is not None and all(
            _same(getattr(stored, name), self.cleaned_data[name])
            for name in self.cleaned_data
            if name != "expected_version"
        )


class NoticeForm(SentAgainForm):
    """Dates the notice: its day is that on which the words changed."""

    def clean_notice(self) -> str:
        """Hand the words to the occasion, which knows those it had; one line, however typed."""
        text = " ".join(self.cleaned_data["notice"].split())
        self.instance.write_notice(text, timezone.localdate())
        return text


class OccasionForm(NoticeForm):
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
        self._fit_to_state()

    def _fit_to_state(self) -> None:
        """Ask only for what still makes sense; a reason that readers see can be corrected."""
        self.not_asked: list[str] = []
        if self.instance.pk is None:
            self.not_asked = ["notice"]  # nobody has read anything that could be new
            del self.fields["notice"]
            return
        state = self.instance.status().state
        if state == OccasionState.CANCELLED:
            self.not_asked = NOT_WHEN_CANCELLED
            self.fields["cancel_reason"] = reason_field(initial=self.instance.cancel_reason)
            self.order_fields(["cancel_reason"])
        elif state == OccasionState.FINISHED:
            self.not_asked = [
                name for name in NOT_BEGUN_WHEN_FINISHED if not getattr(self.instance, name)
            ]
        for name in self.not_asked:
            del self.fields[name]

    def _update_errors(self, errors: ValidationError) -> None:
        """Leave out what a cancelled occasion cannot be changed in: nobody could mend it."""
        if self.instance.cancelled and hasattr(errors, "error_dict"):
            for name in self.not_asked:
                errors.error_dict.pop(name, None)
        super()._update_errors(errors)

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

    def clean_cancel_reason(self) -> str:
        """Hand the reason to the occasion: the model's field is not for forms in general."""
        self.instance.cancel_reason = self.cleaned_data["cancel_reason"]
        return self.instance.cancel_reason

    def clean_open_to(self) -> QuerySet:
        """Refuse municipalities of another region than the course's."""
        chosen = self.cleaned_data["open_to"]
        course = self.cleaned_data.get("course")
        if course is None:
            return chosen  # the field of the course says what is wrong
        region = owning_region(course)
        if any(municipality.region_id != getattr(region, "pk", None) for municipality in chosen):
            raise ValidationError(_("Choose among the municipalities of the course's region."))
        return chosen


class MoveForm(NoticeForm):
    """New days for an occasion; a day that falls away is no move, nor are the days it has."""

    moved: ClassVar = [*DATE_FIELDS, *APPLY_FIELDS]
    asked: ClassVar = [*moved, "notice"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        first = self.fields["starts_on"]
        first.required = not self.instance.continuous
        first.help_text = ""
        self.fields["notice"].help_text = _(
            "The course's page says by itself that the start is moved. Is there more to know, or "
            "does an older notice no longer hold? Write it here."
        )

    def clean(self) -> dict:
        """Refuse a move to where it is."""
        cleaned = super().clean()
        if not self.errors and not set(self.moved) & set(self.changed_data):
            raise ValidationError(
                _("These are the days and times it has already: type the new ones."), code="unmoved"
            )
        return cleaned


class CancelForm(SentAgainForm):
    """Why an occasion is not held."""

    reason = reason_field()

    @property
    def is_done(self) -> bool:
        """Whether it is cancelled already."""
        return CourseOccasion.objects.filter(pk=self.instance.pk, cancelled=True).exists()


def _same(stored: object, typed: object) -> bool:
    if hasattr(stored, "all"):
        return {row.pk for row in stored.all()} == {row.pk for row in typed}
    return stored == typed
