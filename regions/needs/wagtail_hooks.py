"""Registration of this app's screens in the admin."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet

from .admin.home import NeedsPanel
from .admin.viewsets import NeedViewSet, SharedNeedViewSet


@hooks.register("register_admin_viewset")
def register_screens() -> list[ViewSet]:
    """Register the screens."""
    return [NeedViewSet("need_desk"), SharedNeedViewSet("shared_need_desk")]


# After the catalogue's own panel has taken the place of Wagtail's.
@hooks.register("construct_homepage_panels", order=200)
def show_needs(request: HttpRequest, panels: list) -> None:
    """Show coordinators what waits for them."""
    if NeedsPanel.is_for(request):
        panels.insert(0, NeedsPanel())


@hooks.register("insert_global_admin_css")
def admin_css() -> str:
    """Give the queue its look."""
    return format_html('<link rel="stylesheet" href="{}">', static("samkurs/admin/needs.css"))
