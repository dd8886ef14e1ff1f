"""Registration of this app's screens and refusals in the admin."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.log_actions import LogActionRegistry

from regions.policy import standing_of

from .admin import pages
from .admin.home import Shortcut, shortcuts
from .admin.log import CancelFormatter, MoveFormatter
from .admin.occasions import OccasionViewSet
from .admin.providers import ProviderViewSet
from .admin.publishing import (
    KindDeletion,
    PageScreens,
    ReadingPagesAPI,
    refuse_incomplete_in_bulk,
)
from .admin.routes import only_own_pages
from .admin.waiting import WaitingPanel
from .admin.wanted import WANTED, WantedPanel, WantedView

hooks.register("construct_page_chooser_queryset", only_own_pages)
hooks.register("construct_homepage_summary_items", pages.count_own_pages, order=100)
hooks.register("before_delete_page", pages.refuse_deletion)
hooks.register("before_bulk_action", pages.refuse_bulk_deletion)
hooks.register("before_bulk_action", refuse_incomplete_in_bulk)
hooks.register("register_bulk_action", KindDeletion, order=100)
hooks.register("before_copy_page", pages.refuse_structure_copy)
hooks.register("construct_page_action_menu", pages.likeliest_first)
hooks.register("after_publish_page", pages.warn_of_pace)
hooks.register("after_create_page", pages.go_on_to_occasions)
hooks.register("after_edit_page", pages.go_on_to_occasions)


@hooks.register("register_admin_viewset", order=100)
def register_screens() -> list[ViewSet]:
    """Register the screens, and our page screens after Wagtail's own."""
    return [
        OccasionViewSet("occasion"),
        ProviderViewSet("provider"),
        PageScreens(),
    ]


@hooks.register("construct_homepage_summary_items")
def offer_shortcuts(request: HttpRequest, items: list) -> None:
    """Offer to begin a course before anything else."""
    items += [Shortcut(request, link) for link in shortcuts(request.user)]


@hooks.register("construct_admin_api")
def read_only_interface(router: WagtailAPIRouter) -> None:
    """Let the explorer read pages, and change none."""
    router.register_endpoint("pages", ReadingPagesAPI)


@hooks.register("construct_homepage_panels")
def show_what_waits(request: HttpRequest, panels: list) -> None:
    """Show what waits, in place of Wagtail's panels, which know nothing of regions."""
    panels[:] = [WaitingPanel(), WantedPanel()]


@hooks.register("register_admin_urls")
def wanted_address() -> list[URLPattern]:
    """Register the list of what no course answers yet."""
    return [path("wanted/", WantedView.as_view(), name=WANTED)]


@hooks.register("register_admin_menu_item")
def wanted_item() -> MenuItem:
    """Lead to the list of what no course answers yet."""
    return MenuItem(
        _("Wanted courses"), reverse(WANTED), name="wanted", icon_name="circle-plus", order=205
    )


@hooks.register("construct_main_menu")
def hide_closed_doors(request: HttpRequest, items: list) -> None:
    """Show reports and settings to administrators only: the guard opens them to nobody else."""
    if not standing_of(request.user).is_admin:
        items[:] = [item for item in items if item.name not in {"reports", "settings"}]


@hooks.register("construct_help_menu")
def keep_own_help(request: HttpRequest, items: list) -> None:
    """Keep the keyboard shortcuts; news of Wagtail's releases help no editor of ours."""
    items[:] = [item for item in items if item.name == "keyboard-shortcuts-trigger"]


@hooks.register("insert_global_admin_css")
def admin_css() -> str:
    """Give the admin the product's colours."""
    return format_html('<link rel="stylesheet" href="{}">', static("samkurs/admin/admin.css"))


@hooks.register("insert_global_admin_js")
def dates_js() -> str:
    """Leave typed dates alone."""
    return format_html('<script src="{}"></script>', static("samkurs/admin/dates.js"))


@hooks.register("insert_editor_js")
def editor_js() -> str:
    """Put the cursor where an editor begins to write."""
    return format_html('<script src="{}"></script>', static("samkurs/admin/desk.js"))


@hooks.register("register_log_actions")
def register_actions(actions: LogActionRegistry) -> None:
    """Name the actions that the log keeps of occasions."""
    actions.register_action("samkurs.occasion_cancel")(CancelFormatter)
    actions.register_action("samkurs.occasion_change", _("Change"), _("Occasion changed"))
    actions.register_action("samkurs.occasion_move")(MoveFormatter)
