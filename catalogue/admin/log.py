"""How the log reads: what changed about an occasion, from what to what."""

from datetime import date, time

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.log_actions import LogFormatter
from wagtail.models import BaseLogEntry

from .. import formats


class CancelFormatter(LogFormatter):
    """A cancellation with its reason."""

    label = pgettext_lazy("occasion", "Cancel")
    message = gettext_lazy("Occasion cancelled")

    def format_message(self, log_entry: BaseLogEntry) -> str:
        """Return the message with the reason that readers saw."""
        reason = log_entry.data.get("reason")
        return _("Occasion cancelled: %(reason)s") % {"reason": reason} if reason else self.message


class MoveFormatter(LogFormatter):
    """A move with the days before and after."""

    label = gettext_lazy("Move")
    message = gettext_lazy("Occasion moved")

    def format_message(self, log_entry: BaseLogEntry) -> str:
        """Return the message with the days before and after; the hours if only they changed."""
        before, after = log_entry.data.get("before", {}), log_entry.data.get("after", {})
        if not _days(before) or not _days(after):
            return self.message
        days = {"before": _days(before), "after": _days(after)}
        if days["before"] == days["after"] and (_hours(before) or _hours(after)):
            days = {"before": _with_hours(before), "after": _with_hours(after)}
        return _("Occasion moved from %(before)s to %(after)s") % days


def _days(values: dict[str, str | None]) -> str:
    """Return the period that logged values give, in words; empty without a first day."""
    first, last = values.get("starts_on"), values.get("ends_on")
    if not first:
        return ""
    return formats.day_range(date.fromisoformat(first), date.fromisoformat(last) if last else None)


def _hours(values: dict[str, str | None]) -> str:
    """Return the hours that logged values give, in words; empty without a beginning."""
    start, end = values.get("start_time"), values.get("end_time")
    if not start:
        return ""
    return formats.time_range(time.fromisoformat(start), time.fromisoformat(end) if end else None)


def _with_hours(values: dict[str, str | None]) -> str:
    return f"{_days(values)} {_hours(values)}".strip()
