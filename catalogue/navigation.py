"""The header, footer and crumbs of every public page."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from wagtail.models import Page

from regions.models import Role, User
from regions.place import Standing
from regions.policy import standing_of

from .presenters.states import interface_language
from .tree import readable
from .trunk import Branch, Trunk, trunk_of

#: Where "Report a need" is where one is.
REPORT_VIEWS = frozenset({"needs:start", "needs:report", "needs:suggest"})
#: Letters of an address that is carried to another language whole.
LONGEST_CARRIED = 1000
LANGUAGE_NAMES = {"nb": "Norsk", "sv": "Svenska", "en": "English"}


@dataclass(frozen=True)
class Link:
    """A name with an address."""

    name: str
    url: str

    @property
    def title(self) -> str:
        """The name, as crumbs call it."""
        return self.name


@dataclass(frozen=True)
class LanguageLink:
    """A choice of language; ``translated`` where it leads to this very page in that language."""

    code: str
    name: str
    url: str
    current: bool
    translated: bool


@dataclass(frozen=True)
class Navigation:
    """What the header and the footer show."""

    home_url: str
    regions: list[Link]
    region: Link | None
    courses_url: str | None
    courses_current: bool
    rounds_url: str | None
    rounds_current: bool
    languages: list[LanguageLink]
    sign_in_url: str | None
    sign_out_url: str | None
    admin_url: str | None
    #: Where somebody works who has a seat in a forum or answers for a municipality.
    workplace: Link | None
    #: Where a need is reported: in the region one is in, the only one, or first chosen.
    report_url: str
    report_current: bool


def navigation(request: HttpRequest) -> dict:
    """Provide ``nav`` and ``crumbs``, computed only where a template asks for them.

    The page that is served leaves itself on the request (``CataloguePageMixin``). One statement
    for both, where nothing else has read the trunk; one more for the languages of a page that
    nobody has looked up (``samkurs_translations``).
    """
    page = getattr(request, "samkurs_page", None)
    return {
        "nav": SimpleLazyObject(lambda: _navigation(request, page)),
        "crumbs": SimpleLazyObject(lambda: _crumbs(request, page)),
    }


def _crumbs(request: HttpRequest, page: Page | None) -> list[Link]:
    if _is_translated(request):
        home = Link("Samkurs", f"/{interface_language()}/")
        return [home, *_crumbs_below(request)]
    if page is None or not page.path:
        return []
    return [
        Link("Samkurs" if branch.is_home else branch.title, branch.url)
        for branch in trunk_of(request).above(page.path)
        if branch.readable
    ]


def _crumbs_below(request: HttpRequest) -> list[Link]:
    """Return the way from the region to a page outside the tree that said where it stands."""
    standing = _standing(request)
    if standing is None:
        return []
    region = _region_outside(standing, trunk_of(request))
    above = [Link(region.title, region.url)] if region else []
    return [*above, *(Link(*crumb) for crumb in standing.crumbs)]


def _standing(request: HttpRequest) -> Standing | None:
    """Return what the view said of its place (``regions.place``)."""
    return getattr(request, "samkurs_standing", None)


def _region_outside(standing: Standing, trunk: Trunk) -> Branch | None:
    """Return the region's page in the reader's language, else in its own."""
    pages = trunk.regions(interface_language())
    return next((each for each in pages if each.region_id == standing.region_id), None)


def _is_translated(request: HttpRequest) -> bool:
    """Whether the view said that its address stands in every language."""
    return getattr(request, "samkurs_translated", False)


def _report_url(region: Branch | None, regions: list[Branch]) -> str:
    only = regions[0] if len(regions) == 1 else None
    at = region or only
    return reverse("needs:report", args=[at.region_slug]) if at else reverse("needs:start")


def _workplace(user: User) -> Link | None:
    standing = standing_of(user)
    if standing.seat_regions:
        return Link(_("Competence forum"), reverse("workspace:home"))
    if standing.regions({Role.CONTACT}):
        return Link(_("Our needs"), reverse("needs:ours"))
    return None


def _navigation(request: HttpRequest, page: Page | None) -> Navigation:
    user = request.user if hasattr(request, "user") else None
    signed_in = user is not None and user.is_authenticated
    trunk = trunk_of(request)
    language = interface_language()
    regions = trunk.regions(language)
    in_tree = page is not None and page.path
    region = trunk.region_of(page.path) if in_tree else None
    if region and not region.readable:
        region = None  # its own page leads nowhere, though what stands below may be read
    standing = _standing(request)
    if standing:
        region = _region_outside(standing, trunk)
    index = trunk.index_below(region) if region else None
    return Navigation(
        home_url=f"/{language}/",
        regions=[Link(each.title, each.url) for each in regions],
        region=Link(region.title, region.url) if region else None,
        courses_url=index.url if index else None,
        courses_current=bool(index and in_tree and page.path.startswith(index.path)),
        rounds_url=reverse("rounds:method", args=[region.region_slug]) if region else None,
        rounds_current=standing is not None and standing.section == "rounds",
        languages=_languages(request, page, trunk, language),
        sign_in_url=None if signed_in else reverse("account:login"),
        sign_out_url=reverse("account:logout") if signed_in else None,
        admin_url=settings.ADMIN_PATH if signed_in and standing_of(user).may_enter_admin else None,
        workplace=_workplace(user) if signed_in else None,
        report_url=_report_url(region, regions),
        report_current=bool(request.resolver_match)
        and request.resolver_match.view_name in REPORT_VIEWS,
    )


def _languages(
    request: HttpRequest, page: Page | None, trunk: Trunk, current: str
) -> list[LanguageLink]:
    """Return a link to the translation where there is one, else to that language's front page."""
    translations = {}
    if _is_translated(request):
        here = _here(request)
        translations = {code: _in_language(code, here) for code in LANGUAGE_NAMES}
    elif page is not None and page.pk:
        translations = _translations(request, page, trunk.branch(page.path), trunk)
    return [
        LanguageLink(
            code,
            name,
            translations.get(code) or f"/{code}/",
            code == current,
            translated=code in translations,
        )
        for code, name in LANGUAGE_NAMES.items()
    ]


def _in_language(code: str, address: str) -> str:
    """Return an address of ours in another language: the first step is all that differs."""
    _slash, _language, rest = address.split("/", 2)
    return f"/{code}/{rest}"


def _here(request: HttpRequest) -> str:
    """Return the one address of what is shown, where the view said it (``samkurs_address``).

    Else what was asked for; a very long query is left out, as it would stand in many links.
    """
    asked = request.get_full_path()
    short = asked if len(asked) <= LONGEST_CARRIED else request.path
    return getattr(request, "samkurs_address", short)


def _translations(
    request: HttpRequest, page: Page, branch: Branch | None, trunk: Trunk
) -> dict[str, str]:
    """Return the page's address in each language that it is readable in."""
    if branch:
        return {each.language: each.url for each in trunk.translations(branch)}
    known = getattr(request, "samkurs_translations", None)
    if known is not None:
        return dict(known)
    rows = readable(page.get_translations(inclusive=True)).select_related("locale")
    return {each.locale.language_code: each.url for each in rows}
