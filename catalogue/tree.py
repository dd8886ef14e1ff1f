"""Where pages stand: front pages, the region above a page, the source of a translation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connections, transaction
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from wagtail.models import Collection, Locale, Page, PageViewRestriction, Site

from regions.models import Region
from regions.policy import any_of

if TYPE_CHECKING:
    from .models import CoursePage, HomePage

HOME_TITLES = {
    "en": "Courses that municipalities have ordered together",
    "nb": "Kurs kommunene har bestilt sammen",
    "sv": "Kurser som kommunerna har beställt tillsammans",
}
HOME_LEADS = {
    "en": "Municipalities say what they need to be better at, and decide together what to do. "
    "Here are the courses that come of it.",
    "nb": "Ansatte og ledere melder hva de trenger å bli bedre på. Kompetanseforumet velger hva "
    "kommunene skal gjøre sammen. Her er kursene det blir til.",
    "sv": "Medarbetare och chefer säger vad de behöver bli bättre på. Kompetensforumet väljer vad "
    "kommunerna ska göra tillsammans. Här är kurserna det blir.",
}


def owning_region(page: Page) -> Region | None:
    """Return the region of the nearest region page at or above ``page``; None outside regions.

    One query. A page that is not in the tree yet has no region.
    """
    if not page.path:
        return None
    region_page = (
        apps.get_model("catalogue", "RegionPage")
        .objects.filter(path__in=_ancestor_paths(page.path))
        .select_related("region")
        .order_by("-depth")
        .first()
    )
    return region_page.region if region_page else None


def pages_of_regions(region_ids: frozenset[int], prefix: str = "") -> Q:
    """Return the filter for pages at or below the region pages of ``region_ids``.

    ``prefix`` is the lookup from the filtered model to its page, for example ``course__``. One
    query for the region pages' paths.
    """
    paths = (
        apps.get_model("catalogue", "RegionPage")
        .objects.filter(region__in=region_ids)
        .values_list("path", flat=True)
    )
    return any_of(Q(**{f"{prefix}path__startswith": path}) for path in paths)


def readable(pages: QuerySet) -> QuerySet:
    """Keep what every reader may see: published, and in no private section. Adds no query.

    The few restrictions are looked through for each page, and the page of each by its key. Joined,
    SQLite looks through every page of the site instead.
    """
    here = ExpressionWrapper(OuterRef(OuterRef("path")), output_field=CharField())
    above = Page.objects.order_by().annotate(here=here)
    closed = PageViewRestriction.objects.filter(
        Exists(above.filter(pk=OuterRef("page_id"), here__startswith=F("path")))
    )
    return pages.filter(~Exists(closed), live=True)


def source_course(course: CoursePage) -> CoursePage:
    """Return the course page that holds the occasions of ``course``.

    That is the page of the same translation key in the region's own language, or the course
    itself where there is none.
    """
    region = owning_region(course)
    if region is None or course.locale.language_code == region.default_language:
        return course
    source = (
        apps.get_model("catalogue", "CoursePage")
        .objects.filter(
            translation_key=course.translation_key, locale__language_code=region.default_language
        )
        .first()
    )
    return source or course


@transaction.atomic
def ensure_home_pages() -> dict[str, HomePage]:
    """Make the roots, the locales and the front pages where missing; return these by language.

    Idempotent. Removes the page that Wagtail puts there to say welcome.
    """
    home_model = apps.get_model("catalogue", "HomePage")
    if Collection.get_first_root_node() is None:
        Collection.add_root(name="Root")
    root = Page.get_first_root_node()
    if root is None:
        locale, _ = Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
        root = Page.add_root(instance=Page(title="Root", slug="root", locale=locale))
    homes = {home.locale.language_code: home for home in home_model.objects.all()}
    key = next((home.translation_key for home in homes.values()), None)
    for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES:
        locale, _ = Locale.objects.get_or_create(language_code=code)
        if code in homes:
            continue
        home = home_model(
            title=HOME_TITLES[code], lead=HOME_LEADS[code], slug=f"home-{code}", locale=locale
        )
        if key:
            home.translation_key = key
        root.add_child(instance=home)
        root.refresh_from_db()
        key = home.translation_key
        homes[code] = home
    _point_site_at(homes[settings.LANGUAGE_CODE])
    return homes


def ensure_home_pages_after_migrate(
    plan: list | None = None, using: str = "default", **kwargs: object
) -> None:
    """Make the front pages when this app's tables are in place; nothing on the way back.

    After ``migrate regions`` on a new database they are not yet.
    """
    if any(backwards for _migration, backwards in plan or ()):
        return
    table = apps.get_model("catalogue", "HomePage")._meta.db_table
    if table not in connections[using].introspection.table_names():
        return
    ContentType.objects.clear_cache()  # a flush gives every model another row
    ensure_home_pages()


def _ancestor_paths(path: str) -> list[str]:
    step = Page.steplen
    return [path[:end] for end in range(step, len(path) + 1, step)]


def _point_site_at(home: HomePage) -> None:
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        Site.objects.create(
            hostname="localhost", root_page=home, is_default_site=True, site_name="Samkurs"
        )
        return
    welcome = site.root_page
    if welcome.pk == home.pk:
        return
    if welcome.specific_class is Page and welcome.depth == 2 and not welcome.get_children():  # noqa: PLR2004
        site.root_page = home
        site.site_name = "Samkurs"
        site.save()
        Page.objects.get(pk=welcome.pk).delete()
