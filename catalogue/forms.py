"""The form of every page: what must hold before a page is published, said at the field."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from regions.admin.forms import scope_choices

from .choices import LearningForm


class CataloguePageForm(WagtailAdminPageForm):
    """Asks the page for its ``publish_errors`` unless only a draft is saved.

    Choices of rows that belong to a region are narrowed to the editor's own.
    """

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user is not None:
            scope_choices(self, self.for_user)

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.is_deferred_validation or not hasattr(self.instance, "publish_errors"):
            return
        for name, message in self.instance.publish_errors(self).items():
            if name in self.fields:
                if name not in self.errors:
                    self.add_error(name, message)
            else:
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
