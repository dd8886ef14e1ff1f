"""Which steps a screen offers: those that can be taken, and why not for those that cannot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _

from regions.lifecycle import Actor, Lifecycle, Transition
from regions.models import User
from regions.policy import colleagues

from .step_forms import StepForm
from .words import name_of

#: Steps that ask nothing: one button takes them.
AT_ONCE = frozenset({"claim", "release"})
#: Steps whose screen has another name than the step.
SCREENS = {"change": "edit"}

Forms = Mapping[str, type[StepForm] | None]


@dataclass(frozen=True)
class StepLink:
    """A step from here; ``why_not`` says what refuses it, whatever is typed."""

    name: str
    label: str
    url: str
    at_once: bool
    first: bool
    why_not: str = ""


def step_links(
    lifecycle: Lifecycle,
    row: Model,
    user: User,
    forms: Forms,
    *,
    namespace: str,
    first: Iterable[str] = (),
) -> list[StepLink]:
    """Return the steps that ``user`` may take from here, those that have a screen of ``forms``."""
    # Asked once as what the person comes, not once for each step.
    actor = Actor(user, lifecycle.parties_of(user, row))
    anothers = bool(claimed_by_another(row, user))
    return [
        StepLink(
            each.name,
            str(each.label),
            reverse(f"{namespace}:{SCREENS.get(each.name, each.name)}", args=[row.pk]),
            # What is another's is not taken out of their hands by one click.
            each.name in AT_ONCE and not anothers,
            each.name in first,
            why_not(lifecycle, row, each, actor, forms[each.name]),
        )
        for each in lifecycle.allowed(row, actor)
        if each.name in forms
    ]


def why_not(
    lifecycle: Lifecycle,
    row: Model,
    step: Transition,
    by: User | Actor,
    form: type[StepForm] | None,
) -> str:
    """Return why the step is refused whatever is typed; empty where something can be."""
    asked = {*step.asks, *(form.base_fields if form else ())}
    lacks = lifecycle.lacks(row, step.name, by=by)
    said = [text for name, texts in lacks.items() if name not in asked for text in texts]
    if said:
        return str(said[0])
    return form.hindrance(row) if form else ""


def claimed_by_another(row: Model, user: User) -> str:
    """Return the name of whoever else deals with ``row``; empty for nobody, and for oneself."""
    other = getattr(row, "claimed_by", None)
    if other is None or other.pk == user.pk:
        return ""
    known = colleagues(user).filter(pk=other.pk).exists()
    return name_of(other) if known else _("Somebody in another region")
