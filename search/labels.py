"""What the values of facets are called, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext

from catalogue.choices import ContentLanguage, Level, Place
from catalogue.formats import decimal_local, percent
from catalogue.models import Provider
from catalogue.states import OccasionState
from regions.models import Municipality, Region, ServiceArea, TargetGroup, Topic

from .facets import NO_CREDITS, NO_PACE
from .query import FacetKey

Labels = dict[FacetKey, dict[str, str]]


_TITLES = {
    FacetKey.STATE: gettext_lazy("Status"),
    FacetKey.AREA: gettext_lazy("Service area"),
    FacetKey.TARGET: gettext_lazy("For whom"),
    FacetKey.TOPIC: gettext_lazy("Topic"),
    FacetKey.PLACE: gettext_lazy("Form"),
    FacetKey.CREDITS: gettext_lazy("Credits"),
    FacetKey.PACE: gettext_lazy("Pace"),
    FacetKey.START: gettext_lazy("Start"),
    FacetKey.REGION: gettext_lazy("Region"),
    FacetKey.MUNICIPALITY: gettext_lazy("Municipality"),
    FacetKey.LEVEL: gettext_lazy("Level"),
    FacetKey.LANGUAGE: gettext_lazy("Language"),
    FacetKey.TYPE: gettext_lazy("Type of course"),
    FacetKey.PROVIDER: gettext_lazy("Provider"),
}


def facet_title(key: FacetKey) -> str:
    """Return the heading of a facet."""
    return str(_TITLES[key])


@lru_cache(maxsize=16)
def labels(language: str, version: UUID | None) -> Labels:
    """Return the labels of every value but months. Six queries once for a catalogue version.

    ``version`` is only there so that a renamed term is read anew.
    """
    with override(language):
        found: Labels = {
            FacetKey.AREA: {term.slug: term.name for term in ServiceArea.objects.all()},
            FacetKey.TARGET: {term.slug: term.name for term in TargetGroup.objects.all()},
            FacetKey.TOPIC: {term.slug: term.name for term in Topic.objects.all()},
            FacetKey.REGION: dict(Region.objects.values_list("slug", "name")),
            FacetKey.MUNICIPALITY: dict(Municipality.objects.values_list("slug", "name")),
            FacetKey.PROVIDER: dict(Provider.objects.values_list("slug", "name")),
            FacetKey.STATE: _capitalised(OccasionState.choices),
            FacetKey.PLACE: _capitalised(Place.choices),
            FacetKey.LEVEL: _capitalised(Level.choices),
            FacetKey.LANGUAGE: _capitalised(ContentLanguage.choices),
            FacetKey.CREDITS: {
                NO_CREDITS: pgettext("credits", "None"),
                "3": _("Up to %(number)s") % {"number": 3},
                "7.5": f"{decimal_local(Decimal('3.5'))}–{decimal_local(Decimal('7.5'))}",
                "more": _("Over %(number)s") % {"number": decimal_local(Decimal("7.5"))},
            },
            FacetKey.PACE: {
                NO_PACE: _("Short course"),
                "25": _("Up to %(number)s") % {"number": percent(25)},
                "50": f"26–{percent(50)}",
                "100": _("Over %(number)s") % {"number": percent(50)},
            },
            FacetKey.TYPE: {
                "distance": _("Distance course"),
                "offering": _("Shared offering"),
            },
        }
    return found


def label(language: str, version: UUID | None, key: FacetKey, value: str) -> str | None:
    """Return what a value is called, None if there is no such value."""
    if key == FacetKey.START:
        return _month_in(language, value)
    return labels(language, version)[key].get(value)


def labels_of(
    language: str, version: UUID | None, key: FacetKey, values: Iterable[str]
) -> dict[str, str]:
    """Return what values of a facet are called, without those that there are not."""
    if key == FacetKey.START:
        named = {value: _month_in(language, value) for value in values}
        return {value: name for value, name in named.items() if name is not None}
    known = labels(language, version)[key]
    return {value: known[value] for value in values if value in known}


@lru_cache(maxsize=500)
def _month_in(language: str, value: str) -> str | None:
    """Return what a month is called in a language, whichever is active; remembered."""
    with override(language):
        return _month(value)


def _month(value: str) -> str | None:
    try:
        day = date.fromisoformat(f"{value}-01")
    except ValueError:
        return None
    return date_format(day, "F Y").capitalize()


def _capitalised(choices: list[tuple[str, object]]) -> dict[str, str]:
    return {str(value): str(name)[:1].upper() + str(name)[1:] for value, name in choices}
