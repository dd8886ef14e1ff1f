"""What the front page and a region's page show."""

from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from regions.models import Municipality, ProfessionalNetwork, Region

from ..figures import flow
from ..models import CatalogueIndexPage, CoursePage, HomePage, RegionPage
from ..states import OccasionState
from ..tree import readable
from .courses import Ranked, cards, rank
from .states import APPLICABLE, foreign, interface_language
from .values import RegionCard

OPEN_SHOWN = 4
NEXT_SHOWN = 3


def region_pages_to_show() -> list[RegionPage]:
    """Return one live page of each region: the reader's language, else the region's own.

    One query.
    """
    language = interface_language()
    chosen: dict[int, RegionPage] = {}
    for page in readable(RegionPage.objects.select_related("region", "locale")).order_by("title"):
        known = chosen.get(page.region_id)
        own = page.language_code == page.region.default_language
        if (
            known is None
            or page.language_code == language
            or (own and known.language_code != language)
        ):
            chosen[page.region_id] = page
    return sorted(chosen.values(), key=lambda page: page.title)


def home_context(page: HomePage, request: HttpRequest) -> dict:
    """Return the context of a front page: the regions, and what is open now in any of them."""
    today = timezone.localdate()
    pages = region_pages_to_show()
    municipalities: dict[int, list[Municipality]] = {}
    for municipality in Municipality.objects.with_latest_figure():
        municipalities.setdefault(municipality.region_id, []).append(municipality)
    ranked = rank(readable(CoursePage.objects.all()), today)
    regions, shown = [], []
    for region_page in pages:
        mine = [row for row in ranked if row.path.startswith(region_page.path)]
        shown += mine
        regions.append(
            _region_card(region_page, mine, municipalities.get(region_page.region_id, []))
        )
    best = sorted((row for row in shown if is_open(row)), key=lambda row: row.sort_key)
    return {"regions": regions, "open_now": cards(best[:OPEN_SHOWN])}


def region_context(page: RegionPage, request: HttpRequest) -> dict:
    """Return the context of a region's page."""
    today = timezone.localdate()
    ranked = rank(readable(CoursePage.objects.descendant_of(page)), today)
    municipalities = list(Municipality.objects.filter(region=page.region_id).with_latest_figure())
    index = readable(CatalogueIndexPage.objects.child_of(page)).first()
    return {
        "region": _region_card(page, ranked, municipalities),
        "open_now": cards(
            [row for row in ranked if is_open(row)][:OPEN_SHOWN], last_fact="provider"
        ),
        "starting_next": cards(starting_next(ranked, today)[:NEXT_SHOWN], last_fact="provider"),
        "courses_url": index.url if index else None,
        "municipalities": municipalities,
        "networks": ProfessionalNetwork.objects.filter(region=page.region_id),
    }


def is_open(row: Ranked) -> bool:
    """Return whether one can apply."""
    return row.status.state in APPLICABLE


def starting_next(ranked: list[Ranked], today: date) -> list[Ranked]:
    """Return what is announced, full or closed and still to come, nearest first."""
    coming = {OccasionState.ANNOUNCED, OccasionState.FULL, OccasionState.CLOSED}
    rows = [row for row in ranked if row.status.state in coming and row.status.day]
    return sorted(rows, key=lambda row: (row.status.day, row.title))


def _region_card(
    page: RegionPage, ranked: list[Ranked], municipalities: list[Municipality]
) -> RegionCard:
    region: Region = page.region
    lang, _note = foreign(page.locale.language_code)
    notes = {"nb": _("Content in Norwegian"), "sv": _("Content in Swedish")}
    by_size = sorted(municipalities, key=lambda each: -(each.population or 0))
    return RegionCard(
        name=region.name,
        url=page.url or "",
        flow=flow([municipality.name for municipality in by_size]),
        course_count=len(ranked),
        open_count=sum(map(is_open, ranked)),
        lang=lang,
        language_note=notes.get(lang, ""),
        municipality_count=len(municipalities),
        population=sum(each.population or 0 for each in municipalities),
    )
