"""What all regions share: vocabularies and providers."""

from django.db import models
from django.db.models import Q

from catalogue.models import Provider
from regions.models import ServiceArea, TargetGroup, Topic, VocabularyTerm

from .content import one_line, read

VOCABULARIES: dict[str, type[VocabularyTerm]] = {
    "service_areas": ServiceArea,
    "target_groups": TargetGroup,
    "topics": Topic,
}
LANGUAGES = ("en", "nb", "sv")


def ensure_vocabularies(content: dict | None = None) -> int:
    """Make the terms that are missing, those of the demo or of ``content``; return how many."""
    content = content or read("vocabulary")
    return sum(
        _ensure_term(model, row) for name, model in VOCABULARIES.items() for row in content[name]
    )


def terms(name: str, slugs: list[str]) -> list[VocabularyTerm]:
    """Return the terms of a vocabulary by the addresses the content gives them.

    A term that someone had made under another address, by the same name, stands in for it. Raises
    ``LookupError`` where there is none yet, which SQLite would pass over in silence.
    """
    model = VOCABULARIES[name]
    rows = {row["slug"]: row for row in read("vocabulary")[name]}
    found = {slug: known_term(model, rows[slug]) for slug in slugs}
    if missing := [slug for slug, term in found.items() if term is None]:
        raise LookupError(f"no {name} yet: {', '.join(missing)}")
    return list(found.values())


def ensure_providers(content: dict | None = None) -> int:
    """Make the providers that are missing, those of the demo or of ``content``; return how many."""
    content = content or read("providers")
    return sum(_ensure_provider(row) for row in content["providers"])


def provider(slug: str) -> Provider:
    """Return the provider by the address the content gives it."""
    row = next(row for row in read("providers")["providers"] if row["slug"] == slug)
    return known_provider(row)


def known_term(model: type[VocabularyTerm], row: dict) -> VocabularyTerm | None:
    """Return the term of a row of content: that of its address, else one of the same name."""
    by_name = Q()
    for code in LANGUAGES:
        by_name |= Q(**{f"name_{code}__iexact": row[code][0]})
    return _slug_first(model, row["slug"], by_name)


def known_provider(row: dict) -> Provider | None:
    """Return the provider of a row of content: that of its address, else one of its name."""
    return _slug_first(Provider, row["slug"], Q(name__iexact=row["name"], country=row["country"]))


def _slug_first(model: type[models.Model], slug: str, otherwise: Q) -> models.Model | None:
    return model.objects.filter(slug=slug).first() or model.objects.filter(otherwise).first()


def _ensure_term(model: type[VocabularyTerm], row: dict) -> bool:
    if known_term(model, row):
        return False
    term = model(slug=row["slug"])
    for code in LANGUAGES:
        name, introduction = row[code]
        setattr(term, f"name_{code}", name)
        setattr(term, f"introduction_{code}", introduction)
    term.full_clean()
    term.save()
    return True


def _ensure_provider(row: dict) -> bool:
    if known_provider(row):
        return False
    new = Provider(**{**row, "introduction": one_line(row.get("introduction", ""))})
    new.full_clean()
    new.save()
    return True
