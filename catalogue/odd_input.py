"""What no form of ours can have sent, refused before Django and Wagtail stumble over it.

Both take the numbers of rows and of lines in an inline on trust: a word or thirty digits in their
place end in an error of the server. People who type never meet this.
"""

import re
from collections.abc import Iterable

from django import forms
from django.core.exceptions import BadRequest

#: A number of a row fits the database's largest whole number.
KEY = re.compile(r"\d{1,18}", re.ASCII)
#: Lines of an inline beyond its greatest number that are still drawn, with what is wrong.
ROWS_BEYOND = 50
#: Formsets without a greatest number of their own (Wagtail's comments) have this one.
NO_LIMIT = 1000


def refuse_odd_keys(form: forms.BaseForm) -> None:
    """Raise ``BadRequest`` if a number of a row, or of rows, is none."""
    if not form.is_bound:
        return
    for name in _choices(form.fields):
        _whole(_sent(form, form.add_prefix(name)))
    for formset in getattr(form, "formsets", {}).values():
        _check_rows(form, formset)


def _check_rows(form: forms.BaseForm, formset: forms.BaseFormSet) -> None:
    prefix = re.escape(formset.prefix)
    names = "|".join(("id", "ORDER", *_choices(formset.form.base_fields)))
    numbered = re.compile(rf"{prefix}-\d+-(.+-)?({names})")
    for key in form.data:
        if numbered.fullmatch(key):
            _whole(_sent(form, key))
    total = _sent(form, f"{formset.prefix}-TOTAL_FORMS")
    _whole(total)
    limit = formset.max_num + ROWS_BEYOND
    if formset.max_num < NO_LIMIT and any(int(number or 0) > limit for number in total):
        raise BadRequest("More lines than a form has")


def _choices(fields: dict[str, forms.Field]) -> list[str]:
    return [name for name, field in fields.items() if isinstance(field, forms.ModelChoiceField)]


def _sent(form: forms.BaseForm, key: str) -> list[str]:
    if hasattr(form.data, "getlist"):
        return form.data.getlist(key)
    return [form.data[key]] if key in form.data else []


def _whole(values: Iterable[object]) -> None:
    if not all(value in {"", None} or KEY.fullmatch(str(value)) for value in values):
        raise BadRequest("This is not the number of a row")
