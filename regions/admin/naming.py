"""Naming the rows that are in the way: one's own by name, those of others not at all."""

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail.permissions import policy_registry

from ..models import User
from ..policy import Action, policy_for

#: How many rows a refusal names before it only counts.
NAMED = 3


def nameable(rows: QuerySet, user: User) -> QuerySet:
    """Return those of ``rows`` that ``user`` may see named."""
    if issubclass(rows.model, Page):
        seen = policy_registry.get_by_type(Page).explorable_instances(user)
        return rows.filter(pk__in=seen.order_by().values("pk"))
    own = policy_for(rows.model).rows(user, Action.VIEW)
    return rows.filter(pk__in=own.order_by().values("pk"))


def taken_by(rows: QuerySet, user: User | None) -> str:
    """Return the refusal of a value that one of ``rows`` has already."""
    row = nameable(rows, user).first() if user is not None else None
    if row is None:
        return _("This is taken already. Choose another.")
    return _("“%(row)s” has this already. Choose another.") % {"row": _title(row)}


def used_by(instance: Model, user: User) -> list[str]:
    """Return what refers to ``instance`` and would break or lose a tie: "networks (A, B)".

    Rows of other regions are told by their kind only. Rows that are deleted with it (its own
    parts) do not count.
    """
    uses: dict[str, list[Model]] = {}
    for relation in instance._meta.related_objects:
        if relation.one_to_many and relation.on_delete.__name__ == "CASCADE":
            continue
        rows = relation.related_model._base_manager.filter(**{relation.field.name: instance.pk})
        if rows.exists():
            kind = str(relation.related_model._meta.verbose_name_plural)
            own = nameable(rows, user).distinct().order_by("pk")
            uses.setdefault(kind, []).extend(own)
    return [_with_names(kind, rows) for kind, rows in sorted(uses.items())]


def _with_names(kind: str, rows: list[Model]) -> str:
    return f"{kind} ({few_names(rows)})" if rows else kind


def few_names(rows: list[Model]) -> str:
    """Return the names of the first few of ``rows``, and how many more there are."""
    names = ", ".join(_title(row) for row in rows[:NAMED])
    if len(rows) > NAMED:
        names = _("%(names)s and %(count)s more") % {"names": names, "count": len(rows) - NAMED}
    return names


def _title(row: Model) -> str:
    return row.get_admin_display_title() if isinstance(row, Page) else str(row)
