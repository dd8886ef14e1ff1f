"""What stands in the way of a deletion, for Wagtail's own questions before it."""

from django import template
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.template.context import Context
from django.utils.translation import gettext as _
from wagtail.models import Page, ReferenceIndex

from regions.admin.naming import few_names, nameable

from ..admin.pages import deletion_refusal

register = template.Library()

#: Under which names Wagtail's templates hold what is to be deleted; in bulk it lies in a dict.
NAMES = ("page", "image", "document", "object")


def _thing(context: Context) -> Model | None:
    for name in NAMES:
        value = context.get(name)
        value = value.get("item") if isinstance(value, dict) else value
        if isinstance(value, Model) and value.pk:
            return value
    return None


@register.simple_tag(takes_context=True)
def deletion_reason(context: Context) -> str:
    """Return why the page is not deleted, empty if it can be or is none."""
    thing = _thing(context)
    return (deletion_refusal(thing) or "") if isinstance(thing, Page) else ""


@register.simple_tag
def any_refused(items: list[dict]) -> bool:
    """Return whether one of the pages that are to be deleted at once cannot be."""
    return any(deletion_refusal(each["item"]) for each in items or ())


@register.simple_tag(takes_context=True)
def own_uses(context: Context) -> str:
    """Return on which own pages the thing is used: they lose it. Others are not named."""
    thing = _thing(context)
    if thing is None:
        return ""
    uses = ReferenceIndex.get_references_to(thing).filter(
        base_content_type=ContentType.objects.get_for_model(Page)
    )
    keys = [int(key) for key in uses.values_list("object_id", flat=True)]
    pages = nameable(Page.objects.filter(pk__in=keys), context["request"].user)
    if isinstance(thing, Page):
        pages = pages.exclude(pk=thing.pk)
    rows = list(pages.order_by("title", "pk").specific())
    return _("Used on: %(pages)s.") % {"pages": few_names(rows)} if rows else ""
