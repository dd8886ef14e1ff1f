"""Filters that write times in the reader's language."""

from datetime import date, datetime

from django import template
from django.utils import timezone

from .. import words
from ..guards import OBJECTION_TIME
from ..models import PlanningRound

register = template.Library()


@register.filter
def moment(value: datetime | None) -> str:
    """Write a day and time; nothing for none."""
    return words.moment(value) if value else ""


@register.filter
def deadline(value: datetime | None) -> str:
    """Write a time by which somebody must have acted, with its weekday; nothing for none."""
    return words.deadline(value) if value else ""


@register.filter
def objections_until(planning_round: PlanningRound) -> datetime | None:
    """Return until when the seats may object to what was frozen."""
    frozen = planning_round.frozen_at
    return frozen + OBJECTION_TIME if frozen else None


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
