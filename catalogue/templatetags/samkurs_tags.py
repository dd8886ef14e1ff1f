"""Filters that write dates and numbers in the reader's language, and the metadata of a page."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from .. import formats
from ..meta import Meta, head

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    """Write a day; nothing for no day."""
    return formats.day(value) if value else ""


@register.filter
def weekday_day(value: date | None) -> str:
    """Write a day with its weekday; nothing for no day."""
    return formats.weekday_day(value) if value else ""


@register.filter
def decimal_local(value: Decimal | int | None) -> str:
    """Write a number; nothing for none."""
    return "" if value is None else formats.decimal_local(value)


@register.filter
def hours(value: Decimal | None) -> str:
    """Write a number of hours with its word; nothing for none."""
    return "" if value is None else formats.hours(value)


@register.inclusion_tag("components/meta.html", takes_context=True)
def page_meta(context: Context) -> dict:
    """Show what the view said of its page (``meta``) to machines."""
    if not context.get("meta"):
        return {}
    nav = context.get("nav")
    return head(context["meta"], nav.languages if nav else (), context.get("crumbs") or ())


@register.inclusion_tag("components/meta.html", takes_context=True)
def outside_meta(context: Context, title: str, url: str, description: str = "") -> dict:
    """Show what a page outside the tree says of itself, whose view knows nothing of metadata."""
    meta = Meta(title=title, url=url, description=description)
    return head(meta, context["nav"].languages, context["crumbs"])


@register.simple_tag
def remembered(component: str, **values: object) -> SafeString:
    """Show a component that says the same for the same values, in one language.

    The values are all that it reads, and are compared, not told apart by when they were made: a
    changed card is another card. For what stands on a page twenty times and on the next one again.
    """
    # The day too: a date of this year is written without it.
    today = timezone.localdate()
    return _remembered(component, get_language(), today, tuple(sorted(values.items())))


@lru_cache(maxsize=4000)
def _remembered(component: str, _language: str | None, _today: date, values: tuple) -> SafeString:
    return get_template(component).render(dict(values))


@register.simple_tag
@lru_cache(maxsize=500)
def icon(name: str, css: str = "", size: int = 18) -> SafeString:
    """Draw an icon (``components/icon.html``). A page has dozens, all alike in every language."""
    values = {"name": name, "css": css, "size": size}
    return get_template("components/icon.html").render(values)


@register.filter
def total(values: Iterable[object], name: str) -> int:
    """Add up the number that each of the values has by that name."""
    return sum(getattr(value, name) for value in values)


@register.filter
def weight_of(criteria: Iterable[object], by_members: bool) -> int:
    """Add up the weights of the questions that members answer, or that they do not."""
    return sum(each.weight for each in criteria if each.by_members == by_members)


@register.filter
def weight_classes(weight: int) -> str:
    """Return the classes that make a part of a hundred as wide as it weighs."""
    tens, units = divmod(weight, 10)
    return f"weights__tens--{tens} weights__units--{units}"
