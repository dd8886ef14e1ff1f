"""Forms of the desk: choices of one's own region only, and no silent overwriting."""

from collections.abc import Iterable

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from ..models import Municipality, MunicipalityCode, Region, User, VersionedModel
from ..models.vocabulary import reader_first
from .choices import scope_choices
from .naming import nameable, taken_by


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

    def _update_errors(self, errors: ValidationError) -> None:
        """Say who has what must be once, and above the form what it shows no field for."""
        if hasattr(errors, "error_dict"):
            for name, said in errors.error_dict.items():
                errors.error_dict[name] = [self._named(name, error) for error in said]
            elsewhere = [
                error
                for name in list(errors.error_dict)
                if name != NON_FIELD_ERRORS and name not in self.fields
                for error in errors.error_dict.pop(name)
            ]
            if elsewhere:
                errors.error_dict.setdefault(NON_FIELD_ERRORS, []).extend(elsewhere)
        super()._update_errors(errors)

    def _named(self, field: str, error: ValidationError) -> ValidationError:
        """Return ``error``, with the row that has the value already if it says it is taken."""
        if error.code != "unique" or len(error.params["unique_check"]) != 1:
            return error
        rows = error.params["model_class"]._default_manager.exclude(pk=self.instance.pk)
        rows = rows.filter(**{field: getattr(self.instance, field)})
        return ValidationError(taken_by(rows, self.for_user), code=error.code)

    def clean(self) -> dict:
        """Refuse to write over a version that the person has not seen."""
        cleaned = super().clean()
        if "expected_version" in self.fields:
            # Without the joins that some managers add: PostgreSQL cannot lock their empty side.
            rows = type(self.instance)._base_manager.select_for_update(of=("self",))
            stored = rows.filter(pk=self.instance.pk)
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


class RegionForm(DeskForm):
    """Founds a region, with the name of its forum."""

    forum_name = forms.CharField(
        label=_("name of the competence forum"),
        max_length=120,
        help_text=_("For example “Kompetanseforum Fjellregionen”."),
    )

    def _save_m2m(self) -> None:
        """Leave everything to the service that creates the region."""


class VocabularyForm(DeskForm):
    """A term in each language, that of the reader first: the one they think of it in."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([*reader_first("name"), "slug", *reader_first("introduction")])


class MunicipalityForm(DeskForm):
    """A municipality with codes and figures that do not contradict each other."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for row in self.formsets["codes"].forms if "codes" in self.formsets else ():
            row.instance.saved_with = self.instance.pk

    def clean(self) -> dict:
        """Check codes and figures against each other, as they will be after the save."""
        cleaned = super().clean()
        self._check_codes()
        self._check_figures()
        return cleaned

    def _check_codes(self) -> None:
        formset = self.formsets.get("codes")
        if formset is not None and not formset.is_valid():
            self._name_who_has_the_code(formset)
        rows = _kept(formset, "code", "valid_from")
        region = self.cleaned_data.get("region") or (self.instance.pk and self.instance.region)
        for position, row in enumerate(rows):
            if region:
                _check_country(row, region)
            for other in rows[:position]:
                if _overlap(row.instance, other.instance):
                    row.add_error(
                        "valid_from", _("Another code is valid in a part of this period.")
                    )

    def _name_who_has_the_code(self, formset: forms.BaseFormSet) -> None:
        """Say whose code it is: by name if it is a municipality of the person's own."""
        for row in formset.forms:
            if not row.has_error("valid_from", "overlap"):
                continue
            code = row.instance
            taken = code.others_at_the_time().filter(country=code.country, code=code.code)
            taken = taken.exclude(municipality=self.instance.pk)
            holders = Municipality.objects.filter(codes__in=taken)
            del row.errors["valid_from"]
            row.errors["code"] = row.error_class([_who_has(holders, self.for_user)])

    def _check_figures(self) -> None:
        years: set[int] = set()
        for row in _kept(self.formsets.get("figures"), "year"):
            year = row.cleaned_data["year"]
            if year in years:
                row.add_error("year", _("There is already a figure for this year."))
            years.add(year)


def _kept(formset: forms.BaseFormSet | None, *needed: str) -> list[forms.ModelForm]:
    """Return the child forms that are not deleted and have the ``needed`` values."""
    if formset is None or not formset.is_valid():
        return []
    return [
        form
        for form in formset.forms
        if not formset._should_delete_form(form)  # noqa: SLF001  Django's own name for it
        and all(form.cleaned_data.get(name) for name in needed)
    ]


def _who_has(holders: QuerySet, user: User | None) -> str:
    """Return the refusal of a code that a municipality has, by name if it is the person's own."""
    own = nameable(holders, user).first() if user is not None else None
    if own is None:
        return gettext("Another municipality has this code in a part of the period.")
    return gettext("“%(row)s” has this code in a part of the period.") % {"row": own}


def _check_country(row: forms.ModelForm, region: Region) -> None:
    """Say at the row's field if its code is of another country than the region."""
    try:
        row.instance.check_country(region)
    except ValidationError as error:
        if not row.has_error("country"):
            row.add_error(None, error)


def _overlap(one: MunicipalityCode, other: MunicipalityCode) -> bool:
    """Return whether two codes of one municipality are valid on a same day."""
    return (one.valid_to is None or other.valid_from <= one.valid_to) and (
        other.valid_to is None or one.valid_from <= other.valid_to
    )


def desk_form(model: type[Model], fields: Iterable[str], base: type[DeskForm] = DeskForm) -> type:
    """Return the form class of ``model`` with ``fields``, with Wagtail's widgets."""
    return forms.modelform_factory(model, form=base, fields=[*fields])
