"""What forms for people without an account share: an address that a mail reaches, and a trap."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

#: What is said of an address that cannot be one.
ADDRESS_ERRORS = {
    "required": _("Write your e-mail address."),
    "invalid": _("Write the address like this: role@municipality.example"),
    "max_length": _("This address is too long."),
}
_TRAPPED = _(
    "A field that people do not see was filled in. Everything you wrote is still here: "
    "send it once more."
)


class Address(forms.EmailField):
    """An e-mail address that a mail can reach from here: none of this very machine."""

    default_validators = (EmailValidator(allowlist=[]),)

    def run_validators(self, value: str) -> None:
        """Say one thing that is wrong, not everything."""
        try:
            super().run_validators(value)
        except ValidationError as error:
            raise ValidationError(error.error_list[:1]) from error


class TrappedForm(forms.Form):
    """A form with a field that people do not see: what is in it was filled in by a program.

    Its template shows the field in the class ``trap``.
    """

    website = forms.CharField(label=_("Leave this empty"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["website"].widget.attrs.update(autocomplete="off", tabindex="-1")

    def clean(self) -> dict:
        """Turn programs away that fill in everything."""
        said = super().clean()
        if said.get("website"):
            self.add_error(None, _TRAPPED)
        return said
