"""Registration of this app's screens in the admin."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from .admin.searches import SEARCHES, GapsPanel, GapView, SearchesMenuItem
from .admin.synonyms import SynonymViewSet


@hooks.register("register_admin_viewset")
def register_screens() -> list[ViewSet]:
    """Register the screens."""
    return [SynonymViewSet("synonym")]


@hooks.register("register_admin_urls")
def searches_address() -> list[URLPattern]:
    """Register the list of what readers search for."""
    return [path("searches/", GapView.as_view(), name=SEARCHES)]


@hooks.register("register_admin_menu_item")
def searches_item() -> MenuItem:
    """Lead to the list of what readers search for."""
    return SearchesMenuItem(
        _("Readers’ searches"), reverse(SEARCHES), name="searches", icon_name="search", order=206
    )


# After the catalogue's own panel has taken the place of Wagtail's.
@hooks.register("construct_homepage_panels", order=210)
def show_searches(request: HttpRequest, panels: list) -> None:
    """Show editors what readers do not find."""
    if GapsPanel.is_for(request):
        panels.append(GapsPanel())
