"""What a form offers and takes: rows and files of one's own region, and what is there already."""

from collections.abc import Callable, Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.blocks.base import BlockField
from wagtail.models import CollectionMember, Page
from wagtail.permissions import policy_registry

from ..models import User
from ..policy import Action, declared, policy_for


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
        queryset = getattr(field, "queryset", None)
        if queryset is not None:
            field.queryset = _narrowed(queryset, user, _chosen(form, name))
        elif isinstance(field, BlockField):
            field.clean = _refusing(field, user, _references(field, form.initial.get(name)))
    for formset in getattr(form, "formsets", {}).values():
        for child in formset.forms:
            scope_choices(child, user)


def _narrowed(queryset: QuerySet, user: User, chosen: list[object]) -> QuerySet:
    own = choosable(queryset.model, user)
    if own is None:
        return queryset
    return queryset.filter(Q(pk__in=own.order_by().values("pk")) | Q(pk__in=chosen))


def _chosen(form: forms.BaseForm, name: str) -> list[object]:
    """Return the keys that the stored row of ``form`` has in the field ``name``."""
    instance = getattr(form, "instance", None)
    if instance is None or instance.pk is None:
        return []
    value = form.initial.get(name)
    values = value if isinstance(value, Iterable) and not isinstance(value, str) else [value]
    return [getattr(item, "pk", item) for item in values if item is not None]


Reference = tuple[type[Model], str]


def _references(field: BlockField, value: object) -> set[Reference]:
    """Return the rows at which the blocks of ``value`` point."""
    if not value:
        return set()
    return {(model, str(pk)) for model, pk, *_path in field.block.extract_references(value)}


def _refusing(field: BlockField, user: User, known: set[Reference]) -> Callable[[object], object]:
    """Return the field's ``clean`` that refuses to point at what ``user`` may not choose.

    The choosers in blocks take the number of any row.
    """
    clean = field.clean

    def checked(value: object) -> object:
        cleaned = clean(value)
        for model, pk in _references(field, cleaned) - known:
            own = choosable(model, user)
            if own is not None and not own.filter(pk=pk).exists():
                raise ValidationError(
                    _("This points at something of another region. Choose one of your own.")
                )
        return cleaned

    return checked
