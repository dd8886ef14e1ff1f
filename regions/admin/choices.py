"""What a form offers and takes: rows and files of one's own region, and what is there already."""

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.widgets import BaseChooser
from wagtail.blocks import StreamValue
from wagtail.blocks.base import BlockField
from wagtail.models import CollectionMember, Page
from wagtail.permissions import policy_registry

from ..models import User
from ..models.vocabulary import in_reading_order
from ..policy import Action, declared, policy_for
from .guard import all_in


def choosable(model: type[Model], user: User) -> QuerySet | None:
    """Return the rows of ``model`` that ``user`` may point at; None if it is anybody's choice."""
    if model in declared():
        return policy_for(model).rows(user, Action.CHOOSE)
    if issubclass(model, CollectionMember):
        policy = policy_registry.get_by_type(model)
        return policy.instances_user_has_permission_for(user, "choose")
    if issubclass(model, Page):
        # Anyone may link to what readers see; drafts and their addresses stay in their region.
        seen = policy_registry.get_by_type(Page).explorable_instances(user)
        return model.objects.filter(Q(live=True) | Q(pk__in=seen.order_by().values("pk")))
    return None


def scope_choices(form: forms.BaseForm, user: User) -> None:
    """Narrow every choice of ``form`` to what ``user`` may choose and what is chosen already.

    What an administrator chose for a region must survive that the region's editor saves the rest.
    """
    for name, field in form.fields.items():
        if isinstance(field.widget, BaseChooser):
            _link_to_own(field.widget, user)
        queryset = getattr(field, "queryset", None)
        if queryset is not None:
            own = choosable(queryset.model, user)
            if own is not None:
                chosen = Q(pk__in=_chosen(form, name))
                offered = queryset.filter(Q(pk__in=own.order_by().values("pk")) | chosen)
                narrow(field, in_reading_order(offered))
        elif isinstance(field, BlockField):
            _refuse_foreign_blocks(field, user, form.initial.get(name))
    for formset in getattr(form, "formsets", {}).values():
        for child in formset.forms:
            scope_choices(child, user)


def _link_to_own(widget: BaseChooser, user: User) -> None:
    """Let a chooser link to what is chosen only if it opens: Wagtail's widget knows no person."""
    read = widget.get_value_data_from_instance

    def read_own(instance: Model) -> dict | None:
        data = read(instance)
        if data and data.get("edit_url"):
            data["edit_url"] = AdminURLFinder(user).get_edit_url(instance) or ""
        return data

    widget.get_value_data_from_instance = read_own


def narrow(field: forms.ModelChoiceField, queryset: QuerySet) -> None:
    """Let ``field`` take only rows of ``queryset``, and name no others.

    Wagtail's choosers name whatever row was posted when they come back with errors.
    """
    field.queryset = queryset
    if not isinstance(field.widget, BaseChooser):
        return
    find = field.widget.get_instance

    def find_own(value: object) -> Model | None:
        if value is None or isinstance(value, Model):
            return find(value)
        return find(value) if all_in(queryset, [value]) else None

    field.widget.get_instance = find_own


def _chosen(form: forms.BaseForm, name: str) -> list[object]:
    """Return the keys that the stored row of ``form`` has in the field ``name``."""
    instance = getattr(form, "instance", None)
    if instance is None or instance.pk is None:
        return []
    value = form.initial.get(name)
    values = value if isinstance(value, Iterable) and not isinstance(value, str) else [value]
    return [getattr(item, "pk", item) for item in values if item is not None]


def _refuse_foreign_blocks(field: BlockField, user: User, stored: StreamValue | None) -> None:
    """Let the blocks of ``field`` point only at what ``user`` may choose or what is there already.

    The choosers in blocks take the number of any row, and name it when the form comes back: so a
    block that points abroad is left out, and the field says so.
    """
    known = set(field.block.extract_references(stored)) if stored else set()
    known = {reference[:2] for reference in known}
    take, clean = field.widget.value_from_datadict, field.clean
    refused = False

    def points_abroad(block: object) -> bool:
        for reference in block.block.extract_references(block.value):
            model, pk = reference[:2]
            own = None if (model, pk) in known else choosable(model, user)
            if own is not None and not all_in(own, [pk]):
                return True
        return False

    def take_own(data: dict, files: dict, name: str) -> StreamValue:
        nonlocal refused
        value = take(data, files, name)
        for position in reversed(range(len(value))):
            if points_abroad(value[position]):
                del value[position]
                refused = True
        return value

    def clean_own(value: StreamValue) -> StreamValue:
        if refused:
            raise ValidationError(
                _("A part pointed at something of another region and was left out.")
            )
        return clean(value)

    field.widget.value_from_datadict, field.clean = take_own, clean_own
