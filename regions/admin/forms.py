"""Forms of the desk: choices of one's own region only, and no silent overwriting."""

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from ..models import User, VersionedModel
from ..policy import Action, declared, policy_for


def scope_choices(form: forms.BaseForm, user: User) -> None:
    """Narrow every choice of rows that have a policy to those ``user`` may choose."""
    for field in form.fields.values():
        queryset = getattr(field, "queryset", None)
        if queryset is not None and queryset.model in declared():
            field.queryset = policy_for(queryset.model).narrow(queryset, user, Action.CHOOSE)
    for formset in getattr(form, "formsets", {}).values():
        for child in formset.forms:
            scope_choices(child, user)


class DeskForm(WagtailAdminModelForm):
    """The form of every model with a screen of its own.

    Choices are narrowed to the person's own; a hidden version tells if somebody else saved in the
    meantime, and keeps what was typed.
    """

    expected_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user is not None:
            scope_choices(self, self.for_user)
        if isinstance(self.instance, VersionedModel) and self.instance.pk:
            self.initial["expected_version"] = self.instance.version
        else:
            del self.fields["expected_version"]

    def clean(self) -> dict:
        """Refuse to write over a version that the person has not seen."""
        cleaned = super().clean()
        if "expected_version" in self.fields:
            stored = type(self.instance).objects.select_for_update().filter(pk=self.instance.pk)
            version = stored.values_list("version", flat=True).first()
            if version != cleaned.get("expected_version"):
                raise ValidationError(
                    _(
                        "Somebody else saved this while you had it open. Your text is still here: "
                        "open the page in a new tab to compare, then save there."
                    ),
                    code="stale",
                )
        return cleaned


def desk_form(model: type[Model], fields: Iterable[str], base: type[DeskForm] = DeskForm) -> type:
    """Return the form class of ``model`` with ``fields``, with Wagtail's widgets."""
    return forms.modelform_factory(model, form=base, fields=[*fields])
