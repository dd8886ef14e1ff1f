"""The forms of saved searches: an e-mail, and nothing else."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from regions.open_forms import ADDRESS_ERRORS, Address, TrappedForm

_ERRORS = {
    **ADDRESS_ERRORS,
    "invalid": _("Write the address like this: name@mail.example"),
}


class FollowForm(TrappedForm):
    """Asks where to mail what is new."""

    email = Address(
        label=_("Your e-mail"),
        help_text=_("It is used for these mails alone, and erased when you stop them."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages=_ERRORS,
    )


class LinkForm(TrappedForm):
    """Asks for the link to one's saved searches."""

    email = Address(
        label=_("The e-mail you get the mails at"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages=_ERRORS,
    )
