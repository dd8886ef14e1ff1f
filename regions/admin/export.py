"""Lists as files for a spreadsheet: what the list shows, in words, in the reader's language."""

import csv
from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Manager, Model, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.formats import get_format
from django.utils.functional import Promise, cached_property
from django.utils.http import content_disposition_header
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.mixins import Echo, SpreadsheetExportMixin
from wagtail.coreutils import multigetattr

from ..models import User

#: Excel reads a file as UTF-8 only if it begins with this mark; without it æ, ø, å, ä and ö come
#: out as two odd characters each.
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}".encode()
#: A text that begins like this is a formula to a spreadsheet that opens a CSV file.
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")


class ReadableExport(SpreadsheetExportMixin):
    """Exports the columns of the list, or those of ``list_export``, as a person would write them.

    A heading is the label of the column or the name of the field, a choice is its label, and a
    person is a name, never an e-mail address.
    """

    @cached_property
    def list_export(self) -> list[str]:
        """What is exported if the screen does not say: what the list shows."""
        return [column.accessor for column in self._readable_columns]

    @property
    def _readable_columns(self) -> list[Column]:
        return [
            column
            for column in self.columns
            if isinstance(column, Column) and isinstance(column.accessor, str)
        ]

    @cached_property
    def _labels(self) -> dict[str, str]:
        labels: dict[str, str] = {}
        for column in self._readable_columns:
            labels[column.accessor] = labels[column.name] = force_str(column.label)
        return labels

    def get_filename(self) -> str:
        """Return the name of the rows, without an extension, in the reader's language."""
        name = slugify(self.model._meta.verbose_name_plural, allow_unicode=True)
        return name or super().get_filename()

    def get_base_queryset(self) -> QuerySet:
        """Return the rows, with what their cells name beside them."""
        rows = super().get_base_queryset()
        if not self.is_export:
            return rows
        fields = [field for name in self.list_export if (field := self._field(name))]
        many = [field.name for field in fields if field.many_to_many]
        one = [field.name for field in fields if field.many_to_one]
        rows = rows.prefetch_related(*many) if many else rows
        return rows.select_related(*one) if one else rows

    def get_heading(self, queryset: QuerySet, field: str) -> str:
        """Return the label of the column, or the name of the field at the end of the path."""
        heading = self.export_headings.get(field) or self._labels.get(field)
        if heading is None:
            stored = self._field(field)
            heading = stored.verbose_name if stored else super().get_heading(queryset, field)
        return capfirst(force_str(heading))

    def _field(self, path: str) -> Field | None:
        """Return the field at the end of a dotted path, None if it is a property."""
        model, field = self.model, None
        for name in path.split("."):
            try:
                field = model._meta.get_field(name) if model else None
            except FieldDoesNotExist:
                return None
            model = getattr(field, "related_model", None)
        return field if isinstance(field, Field) else None

    def to_row_dict(self, item: Model) -> dict[str, object]:
        """Return the cells of a row by the path of their column."""
        return {path: self._cell(item, path) for path in self.list_export}

    def _cell(self, item: Model, path: str) -> object:
        field = self._field(path)
        if field is not None and field.choices:
            owner, _dot, name = path.rpartition(".")
            row = multigetattr(item, owner) if owner else item
            return force_str(getattr(row, f"get_{name}_display")())
        # A manager is left alone: called, it would want a class.
        value = getattr(item, path) if field and field.many_to_many else multigetattr(item, path)
        if isinstance(value, datetime):
            return _on_their_clock(value, item)
        return _in_words(value)

    def write_csv_row(self, writer: object, row_dict: dict[str, object]) -> object:
        """Write a row whose texts stay texts."""
        return super().write_csv_row(
            writer, {path: no_formula(value) for path, value in row_dict.items()}
        )

    def stream_csv(self, queryset: QuerySet) -> Iterator[bytes]:
        """Give the file piece by piece, the mark of its encoding first.

        Where a comma is the decimal sign, a spreadsheet splits at semicolons: a file with commas
        would open as one column.
        """
        comma = get_format("DECIMAL_SEPARATOR") == ","
        writer = csv.DictWriter(Echo(), self.list_export, delimiter=";" if comma else ",")
        yield BYTE_ORDER_MARK
        yield writer.writerow({path: self.get_heading(queryset, path) for path in self.list_export})
        for item in queryset:
            yield self.write_csv_row(writer, self.to_row_dict(item))

    def write_csv_response(self, queryset: QuerySet) -> HttpResponse:
        """Return the whole file at once: what streams is written after the language is put away."""
        lines = b"".join(self.stream_csv(queryset))
        response = HttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = content_disposition_header(
            as_attachment=True, filename=f"{self.get_filename()}.csv"
        )
        return response


def _on_their_clock(moment: datetime, row: Model) -> datetime:
    """Return a moment as the clocks of the row's region show it, to the second."""
    region = getattr(row, "region", None)
    zone = ZoneInfo(region.timezone) if region else timezone.get_default_timezone()
    return moment.astimezone(zone).replace(tzinfo=None, microsecond=0)


def _in_words(value: object) -> object:
    """Return a value as it is to stand in a cell: numbers and days stay what they are."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, int | float | date | datetime | time):
        return value
    if isinstance(value, Manager):
        return ", ".join(str(_in_words(row)) for row in value.all())
    if isinstance(value, User):
        return value.get_full_name() or _("A person without a name")
    text = force_str(value) if isinstance(value, str | Promise | Model) else str(value)
    return ILLEGAL_CHARACTERS_RE.sub("", text)


def no_formula(value: object) -> object:
    """Return a text that a spreadsheet does not take for a formula; an apostrophe keeps it one."""
    risky = isinstance(value, str) and value.startswith(FORMULA_BEGINS)
    return f"'{value}" if risky else value
