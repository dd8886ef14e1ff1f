"""What the front page and a region's page show."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.translation import gettext as _

from regions.models import Municipality, ProfessionalNetwork

from ..figures import flow
from ..finding import Numbers, finder
from ..models import HomePage, RegionPage
from ..trunk import Branch, trunk_of
from .loop import forum_year, loop_view
from .states import foreign, interface_language
from .values import RegionCard


def home_context(page: HomePage, request: HttpRequest) -> dict:
    """Return the context of a front page: the regions, and what is open now in any of them."""
    municipalities: dict[int, list[Municipality]] = {}
    for municipality in Municipality.objects.with_latest_figure():
        municipalities.setdefault(municipality.region_id, []).append(municipality)
    overview = finder().overview(None)
    regions = [
        _region_card(
            branch,
            overview.numbers.get(branch.region_slug, Numbers()),
            municipalities.get(branch.region_id, []),
        )
        for branch in trunk_of(request).regions(interface_language())
    ]
    return {"regions": regions, "open_now": overview.open_now, "turning": loop_view(None)}


def region_context(page: RegionPage, request: HttpRequest) -> dict:
    """Return the context of a region's page."""
    trunk = trunk_of(request)
    branch = trunk.branch(page.path)
    municipalities = list(Municipality.objects.filter(region=page.region_id).with_latest_figure())
    overview = finder().overview(branch.region_slug)
    numbers = overview.numbers.get(branch.region_slug, Numbers())
    index = trunk.index_below(branch)
    return {
        "region": _region_card(branch, numbers, municipalities),
        "open_now": overview.open_now,
        "starting_next": overview.starting_next,
        "courses_url": index.url if index else None,
        "region_slug": branch.region_slug,
        "turning": loop_view(page.region_id),
        "forum": forum_year(page.region_id, branch.region_slug),
        "municipalities": municipalities,
        "networks": ProfessionalNetwork.objects.filter(region=page.region_id),
    }


def _region_card(
    branch: Branch, numbers: Numbers, municipalities: Iterable[Municipality]
) -> RegionCard:
    lang, _note = foreign(branch.language)
    notes = {"nb": _("Content in Norwegian"), "sv": _("Content in Swedish")}
    by_size = sorted(municipalities, key=lambda each: -(each.population or 0))
    return RegionCard(
        name=branch.region_name,
        url=branch.url,
        flow=flow([municipality.name for municipality in by_size]),
        course_count=numbers.courses,
        open_count=numbers.open,
        lang=lang,
        language_note=notes.get(lang, ""),
        municipality_count=len(by_size),
        population=sum(each.population or 0 for each in by_size),
    )
