"""Registration of the rounds' screens in the admin."""

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet

from .admin.panel import RoundsPanel
from .admin.rounds import RoundViewSet


@hooks.register("register_admin_viewset")
def register_screens() -> list[ViewSet]:
    """Register the screens of rounds."""
    return [RoundViewSet("round_desk")]


# After the catalogue has put its own panel in the place of Wagtail's.
@hooks.register("construct_homepage_panels", order=200)
def show_rounds(request: HttpRequest, panels: list) -> None:
    """Show what the rounds under way wait for."""
    panels.append(RoundsPanel())
