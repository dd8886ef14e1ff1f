"""The header, footer and crumbs of every public page."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.functional import SimpleLazyObject
from wagtail.models import Page

from regions.policy import standing_of

from .models import CatalogueIndexPage, HomePage, RegionPage
from .presenters.regions import region_pages_to_show
from .presenters.states import interface_language
from .tree import readable

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
    languages: list[LanguageLink]
    sign_in_url: str | None
    sign_out_url: str | None
    admin_url: str | None


def navigation(request: HttpRequest) -> dict:
    """Provide ``nav`` and ``crumbs``, computed only where a template asks for them.

    The page that is served leaves itself on the request (``CataloguePageMixin``).
    """
    page = getattr(request, "samkurs_page", None)
    above = SimpleLazyObject(lambda: _above(request, page))
    return {
        "nav": SimpleLazyObject(lambda: _navigation(request, page, above)),
        "crumbs": SimpleLazyObject(lambda: _crumbs(request, above)),
    }


def _above(request: HttpRequest, page: Page | None) -> list[Page]:
    """Return the page's ancestors from the front page down. No query where routing found them."""
    if page is None or not page.path:
        return []
    trail = getattr(request, "samkurs_trail", None)
    if trail is not None and [each.path for each in trail] == [
        page.path[:end] for end in range(2 * Page.steplen, len(page.path), Page.steplen)
    ]:
        return trail
    return list(page.get_ancestors().filter(depth__gt=1).select_related("locale"))


def _crumbs(request: HttpRequest, above: list[Page]) -> list[Link]:
    if _is_translated(request):
        return [Link("Samkurs", f"/{interface_language()}/")]
    return [
        Link("Samkurs" if page.specific_class is HomePage else page.title, page.url or "")
        for page in above
    ]


def _is_translated(request: HttpRequest) -> bool:
    """Whether the view said that its address stands in every language."""
    return getattr(request, "samkurs_translated", False)


def _navigation(request: HttpRequest, page: Page | None, above: list[Page]) -> Navigation:
    user = request.user if hasattr(request, "user") else None
    signed_in = user is not None and user.is_authenticated
    trail = [*above, page] if page is not None else []
    region = next((each for each in trail if each.specific_class is RegionPage), None)
    index = next((each for each in trail if each.specific_class is CatalogueIndexPage), None)
    if index is None and region is not None:
        index = readable(CatalogueIndexPage.objects.child_of(region)).first()
    language = interface_language()
    return Navigation(
        home_url=f"/{language}/",
        regions=[Link(each.title, each.url or "") for each in region_pages_to_show()],
        region=Link(region.title, region.url or "") if region else None,
        courses_url=index.url if index else None,
        courses_current=index is not None and index in trail,
        languages=_languages(request, page, language),
        sign_in_url=None if signed_in else reverse("account:login"),
        sign_out_url=reverse("account:logout") if signed_in else None,
        admin_url=settings.ADMIN_PATH if signed_in and standing_of(user).may_enter_admin else None,
    )


def _languages(request: HttpRequest, page: Page | None, current: str) -> list[LanguageLink]:
    """Return a link to the translation where there is one, else to that language's front page."""
    translations = {}
    if _is_translated(request):
        here = request.get_full_path()
        translations = {code: translate_url(here, code) for code in LANGUAGE_NAMES}
    elif page is not None and page.pk:
        rows = readable(page.get_translations(inclusive=True)).select_related("locale")
        translations = {each.locale.language_code: each.url for each in rows}
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
