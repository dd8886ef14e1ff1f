"""The form of every page: what must hold before a page is published, said at the field."""

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import ORDERING_FIELD_NAME
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from regions.admin.forms import scope_choices

from .choices import LearningForm
from .demand import demands, offered
from .odd_input import refuse_odd_keys
from .tree import owning_region


class CataloguePageForm(WagtailAdminPageForm):
    """Asks the page for its ``publish_errors`` unless only a draft is saved.

    Choices of rows that belong to a region are narrowed to the editor's own.
    """

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        refuse_odd_keys(self)
        if self.for_user is not None:
            scope_choices(self, self.for_user)
        if self.instance.pk is None and "title" in self.fields:
            # A new page begins with its title: no walk through the menu first (see desk.js).
            self.fields["title"].widget.attrs["autofocus"] = True
        if "slug" in self.fields:
            # An address left empty is made from the title; a quick hand is not sent back for it.
            self.fields["slug"].required = False

    def is_valid(self) -> bool:
        """Give empty rows of an inline a place: Wagtail sorts by it when it shows them again."""
        valid = super().is_valid()
        for formset in self.formsets.values() if self.is_bound else ():
            formset.is_valid()  # those after the first with an error were not looked at yet
            for form in formset.forms if formset.can_order else ():
                if hasattr(form, "cleaned_data"):
                    form.cleaned_data.setdefault(ORDERING_FIELD_NAME, None)
        return valid

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.is_deferred_validation or not hasattr(self.instance, "publish_errors"):
            return
        # The rules look at many-to-many choices too, which a form sets only when it saves.
        self.save_cluster_m2m()
        for name, message in self.instance.publish_errors().items():
            if name in self.fields:
                if name not in self.errors:
                    self.add_error(name, message)
            elif name not in self.formsets:
                self.add_error(None, ValidationError(message))


class CourseForm(CataloguePageForm):
    """The form of every kind of course."""

    learning_forms = forms.MultipleChoiceField(
        choices=LearningForm.choices,
        required=False,
        label=_("Ways of learning"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        language = getattr(self.parent_page, "locale", None)
        if self.instance.pk is None and language is not None:
            self.initial["language"] = language.language_code
        if self.instance.pk and self.instance.occasions_source.pk != self.instance.pk:
            # A translation carries texts: what the course answers is said by its original.
            self.fields.pop("answers_needs", None)
        if "answers_needs" in self.fields:
            self._offer_needs(self.fields["answers_needs"])

    def _offer_needs(self, field: forms.ModelMultipleChoiceField) -> None:
        """Offer what waits for a course in the page's region, each with the demand for it."""
        chosen = [getattr(each, "pk", each) for each in self.initial.get("answers_needs") or ()]
        region = owning_region(self.instance) or owning_region(self.parent_page)
        field.queryset = offered(region, self.for_user, chosen)
        rows = list(field.queryset)
        known = demands(rows)
        field.label_from_instance = lambda shared: (
            _("%(title)s – wanted: %(demand)s")
            % {
                "title": shared.title,
                "demand": known[shared.pk].words,
            }
        )
        if not rows:
            field.help_text = _("No prioritised need of the region waits for a course.")


def _never() -> bool:
    return False


class PackageForm(CataloguePageForm):
    """The form of a package: its courses are checked as they were typed, not as they are stored."""

    def defer_required_fields(self) -> None:
        """Let a draft be saved with the empty row that the editor shows for the first course."""
        super().defer_required_fields()
        formset = self.formsets.get("package_courses")
        for form in formset.extra_forms if formset is not None else ():
            if not form["course"].value():
                form.empty_permitted = True
                form.has_changed = _never

    def is_valid(self) -> bool:
        """Say at the course what is wrong with it, in a draft too."""
        valid = super().is_valid()
        formset = self.formsets.get("package_courses")
        if formset is None or not self.is_bound:
            return valid
        region = owning_region(self.instance) or owning_region(self.parent_page)
        seen: set[int] = set()
        for form in formset.forms:
            course = getattr(form, "cleaned_data", {}).get("course")
            if course is None or form in formset.deleted_forms:
                continue
            if course.pk in seen:
                form.add_error("course", _("This course stands in the package already."))
            elif not course.may_stand_in(region):
                form.add_error("course", _("This course belongs to another region."))
            else:
                seen.add(course.pk)
                continue
            valid = False
        return valid
