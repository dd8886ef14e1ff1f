"""What a page must have before readers may see it, whichever way it is published.

The editor's form asks for the same at the fields. A workflow's approval and an action in bulk go
past the form: they publish what was saved, and a draft is saved without required fields.
"""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import get_all_child_relations
from wagtail.blocks import StreamBlock
from wagtail.fields import StreamField
from wagtail.models import Page

#: Inlines of other apps (Wagtail's comments) say nothing to readers.
OWN_APP = "catalogue"


def missing(page: Page) -> dict[str, list[str]]:
    """Return what ``page`` lacks, as it is in memory: messages by field name."""
    errors: dict[str, list[str]] = {}
    try:
        page.full_clean()
    except ValidationError as error:
        errors.update(error.message_dict)
    for field in page._meta.get_fields():
        if message := _missing_in_field(page, field):
            errors.setdefault(field.name, [message])
    for relation in get_all_child_relations(page):
        if relation.related_model._meta.app_label == OWN_APP:
            messages = _missing_in_parts(page, relation)
            if messages:
                errors.setdefault(relation.get_accessor_name(), messages)
    if hasattr(page, "publish_errors"):
        for name, message in page.publish_errors().items():
            errors.setdefault(name, [str(message)])
    return errors


def refuse_incomplete(page: Page) -> None:
    """Raise ``ValidationError`` with everything that ``page`` lacks."""
    if errors := missing(page):
        raise ValidationError(errors)


def refusal(page: Page, error: ValidationError) -> str:
    """Return why ``page`` was not published, in a sentence with the fields' own names."""
    reasons = "; ".join(
        f"{label}: {' '.join(map(str, messages))}" if label else " ".join(map(str, messages))
        for label, messages in _by_label(page, error)
    )
    return _("“%(title)s” is not published. %(reasons)s") % {
        "title": page.get_admin_display_title(),
        "reasons": reasons,
    }


def _by_label(page: Page, error: ValidationError) -> list[tuple[str, list[str]]]:
    labels = {
        field.name: capfirst(str(field.verbose_name))
        for field in page._meta.get_fields()
        if hasattr(field, "verbose_name")
    }
    labels |= {
        relation.get_accessor_name(): capfirst(
            str(relation.related_model._meta.verbose_name_plural)
        )
        for relation in get_all_child_relations(page)
    }
    found = (
        error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    )
    return [(labels.get(name, ""), messages) for name, messages in found.items()]


def _missing_in_field(page: Page, field: object) -> str:
    """Return what ``full_clean`` does not see: choices of many, and blocks within a text."""
    if isinstance(field, ParentalManyToManyField):
        empty = not field.blank and not getattr(page, field.name).all()
        return str(field.error_messages["blank"]) if empty else ""
    if isinstance(field, StreamField):
        block: StreamBlock = field.stream_block
        try:
            block.clean(getattr(page, field.name))
        except ValidationError:
            return _("A part of the text is not filled in.")
    return ""


def _missing_in_parts(page: Page, relation: object) -> list[str]:
    """Return the messages of the rows of one inline, without repeating them."""
    messages: list[str] = []
    for part in getattr(page, relation.get_accessor_name()).all():
        try:
            part.full_clean(
                exclude=[relation.field.name], validate_unique=False, validate_constraints=False
            )
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                label = "" if name == NON_FIELD_ERRORS else _label(part, name)
                messages += [f"{label}{text}" for text in texts]
    return list(dict.fromkeys(messages))


def _label(part: object, name: str) -> str:
    return f"{capfirst(str(part._meta.get_field(name).verbose_name))}: "
