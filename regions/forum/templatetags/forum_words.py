"""Filters that write times in the reader's language."""

from datetime import datetime

from django import template

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
