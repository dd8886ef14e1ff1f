"""What generated courses stand among: regions with their listings, terms and providers."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Model
from django.utils import translation

from catalogue.models import CatalogueIndexPage, Provider, RegionPage
from regions.models import Region, VocabularyTerm

from ..demo import content as demo
from ..demo.content import REGIONS
from ..demo.places import ensure_region
from ..demo.shared import (
    VOCABULARIES,
    ensure_providers,
    ensure_vocabularies,
    known_provider,
    known_term,
)
from .content import providers, read, vocabulary
from .values import Place


@dataclass
class Home:
    """A region's listing, and what its courses may name."""

    index: CatalogueIndexPage
    place: Place
    municipalities: dict[str, Model]


@dataclass
class Surroundings:
    """Everything generated courses point at, by address."""

    homes: list[Home]
    terms: dict[str, dict[str, VocabularyTerm]]
    providers: dict[str, Provider]


def prepare(slugs: list[str] | None = None) -> Surroundings:
    """Return what courses stand among; make terms, providers and, where there is none, regions.

    ``slugs`` chooses regions. Otherwise courses go to the demo's regions, without these to all.
    """
    for content in (None, read("vocabulary")):
        ensure_vocabularies(content)
    for content in (None, read("providers")):
        ensure_providers(content)
    if not Region.objects.exists():
        for slug in REGIONS:
            with translation.override(demo.read(f"{slug}/region")["language"]):
                ensure_region(slug)
    return Surroundings(
        homes=[_home(region) for region in _chosen(slugs)],
        terms={
            name: {slug: known_term(VOCABULARIES[name], row) for slug, row in rows.items()}
            for name, rows in vocabulary().items()
        },
        providers={slug: known_provider(row) for slug, row in providers().items()},
    )


def _chosen(slugs: list[str] | None) -> list[Region]:
    regions = Region.objects.order_by("pk")
    if slugs:
        return list(regions.filter(slug__in=slugs))
    return list(regions.filter(slug__in=REGIONS)) or list(regions)


def _home(region: Region) -> Home:
    page = RegionPage.objects.get(region=region, language_code=region.default_language)
    rows = {row.slug: row for row in region.municipalities.order_by("slug")}
    return Home(
        index=CatalogueIndexPage.objects.child_of(page).get(),
        place=Place(
            language=region.default_language,
            country=region.country,
            municipalities=tuple((slug, row.name) for slug, row in rows.items()),
        ),
        municipalities=rows,
    )
