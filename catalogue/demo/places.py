"""The regions: municipalities with codes and figures, forum with seats, networks."""

from datetime import date
from typing import TypeVar

from django.db.models import Model
from wagtail.models import Collection

from catalogue.models import CatalogueIndexPage, RegionPage
from regions.models import (
    Forum,
    ForumSeat,
    Municipality,
    MunicipalityCode,
    MunicipalityFigure,
    ProfessionalNetwork,
    Region,
)
from regions.services import create_region

from .content import one_line, read
from .shared import terms

Row = TypeVar("Row", bound=Model)


def ensure_region(slug: str) -> bool:
    """Make the region with everything that belongs to it; False if it is there already."""
    if Region.objects.filter(slug=slug).exists():
        return False
    content = read(f"{slug}/region")
    region = create_region(
        Region(
            slug=slug,
            name=content["name"],
            country=content["country"],
            currency=content["currency"],
            default_language=content["language"],
            timezone=content["timezone"],
            employee_seats=len(content["organisations"]),
        ),
        forum_name=content["forum"],
    )
    for row in content["municipalities"]:
        _make_municipality(region, row, content)
    for organisation in content["organisations"]:
        _save(
            ForumSeat(
                forum=_forum(region),
                kind=ForumSeat.Kind.EMPLOYEE_ORG,
                organisation=organisation,
            )
        )
    for row in content["networks"]:
        _make_network(region, row)
    _write_leads(region, content)
    return True


def index_page(region: Region) -> CatalogueIndexPage:
    """Return the listing of the region in its own language."""
    page = RegionPage.objects.get(region=region, language_code=region.default_language)
    return CatalogueIndexPage.objects.child_of(page).get()


def collection_of(region: Region) -> Collection:
    """Return the collection of the region's files, whatever it is called by now."""
    return (
        Collection.objects.filter(group_permissions__group__region_group__region=region)
        .distinct()
        .get()
    )


def _forum(region: Region) -> Forum:
    return region.forums.get(is_active=True)


def _make_municipality(region: Region, row: dict, content: dict) -> None:
    municipality = _save(
        Municipality(
            region=region,
            slug=row["slug"],
            name=row["name"],
            contact_role=row["contact_role"],
            contact_email=f"hr@{row['slug']}.example",
        )
    )
    periods = content["periods"]["codes"]
    for code, (first, last) in zip(row["codes"], periods, strict=True):
        _save(
            MunicipalityCode(
                municipality=municipality,
                country=region.country,
                code=code,
                valid_from=date.fromisoformat(first),
                valid_to=date.fromisoformat(last) if last else None,
            )
        )
    year, population = row["population"]
    _save(
        MunicipalityFigure(
            municipality=municipality,
            year=year,
            population=population,
            source=content["figure_source"],
        )
    )
    _save(
        ForumSeat(
            forum=_forum(region),
            kind=ForumSeat.Kind.MUNICIPALITY,
            municipality=municipality,
            is_chair=row.get("chair", False),
        )
    )


def _make_network(region: Region, row: dict) -> None:
    network = _save(ProfessionalNetwork(region=region, name=row["name"], contact=row["contact"]))
    network.service_areas.set(terms("service_areas", row["service_areas"]))
    network.municipalities.set(region.municipalities.filter(slug__in=row["municipalities"]))


def _write_leads(region: Region, content: dict) -> None:
    index = index_page(region)
    page = index.get_parent().specific
    for target, lead in ((page, content["lead"]), (index, content["index_lead"])):
        target.lead = one_line(lead)
        target.full_clean()
        target.save_revision().publish()


def _save(row: Row) -> Row:
    row.full_clean()
    row.save()
    return row
