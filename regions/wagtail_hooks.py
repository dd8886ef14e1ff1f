"""Registration of this app's screens in the admin."""

from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup

from .admin import routes  # noqa: F401  declares the rules of Wagtail's own routes
from .admin.viewsets import CHOOSERS, SCREENS


@hooks.register("register_admin_viewset")
def register_screens() -> list[ViewSet | ViewSetGroup]:
    """Register the screens and choosers."""
    return [*SCREENS, *CHOOSERS]
