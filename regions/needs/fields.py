"""Fields of the public forms: what people type, kept as they mean it."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

#: No need is older than the site, and no plan reaches further.
FIRST_YEAR, LAST_YEAR = 2000, 2100


class Prose(forms.CharField):
    """A longer text. The browser does not cut what is pasted; we say if it is too long.

    Line ends count as one letter, as in the browser.
    """

    def __init__(self, *, rows: int = 4, **kwargs: object) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value: object) -> str:
        """Return the text with plain line ends."""
        return super().to_python(str(value).replace("\r\n", "\n") if value else value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, str]:
        """Leave out the limits that a browser would keep by cutting."""
        return {}


class Choices(forms.RadioSelect):
    """Radio buttons; a link to the field leads to the first of them."""

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """Return the id of a button: without an index, of the first."""
        return super().id_for_label(id_, "0" if index is None else index)


class Day(forms.DateField):
    """A day from the browser's own calendar, in a year that people mean."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def to_python(self, value: object) -> date | None:
        """Return the day. Raises ``ValidationError`` for a year like 0001."""
        day = super().to_python(value)
        if day is not None and not FIRST_YEAR <= day.year < LAST_YEAR:
            raise ValidationError(_("Check the year: write it with four digits, like 2027."))
        return day


class Count(forms.IntegerField):
    """A number of people, typed on the phone's digits."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def widget_attrs(self, widget: forms.Widget) -> dict[str, str]:
        """Leave out the limits, which a text field does not have."""
        return {}
