"""Filters that write times in the reader's language."""

from datetime import date, datetime

from django import template
from django.utils import timezone

from .. import words

register = template.Library()


@register.filter
def moment(value: datetime | None) -> str:
    """Write a day and time; nothing for none."""
    return words.moment(value) if value else ""


@register.filter
def clock(value: datetime | None) -> str:
    """Write a time of the day; nothing for none."""
    return words.clock(value) if value else ""


@register.filter
def on_day(value: date | datetime | None) -> str:
    """Write a weekday and day, in local time; nothing for none."""
    if isinstance(value, datetime):
        value = timezone.localdate(value)
    return words.day(value) if value else ""
