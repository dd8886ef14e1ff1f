"""What was typed into a form that was not taken, given back to be copied: nothing typed is lost."""

from dataclasses import dataclass

from django import forms
from django.http import QueryDict

from .forms import AnswerForm, ChangeForm, ReportForm

#: Nobody types more.
LONGEST = 20_000


@dataclass(frozen=True)
class Typed:
    """One text, under the question that it answers."""

    label: str
    text: str


def typed_in(data: QueryDict) -> list[Typed]:
    """Return the texts that ``data`` holds of any public form, in the forms' order."""
    return [
        Typed(str(label), data[name].replace("\0", "")[:LONGEST])
        for name, label in _questions().items()
        if data.get(name, "").strip()
    ]


def _questions() -> dict[str, object]:
    """Return the label of each field into which people write, by its name."""
    found: dict[str, object] = {}
    for form in (ReportForm, ChangeForm, AnswerForm):
        for name, field in form.base_fields.items():
            if isinstance(field, forms.CharField) and not field.widget.is_hidden:
                found.setdefault(name, field.label)
    del found["website"]
    return found
