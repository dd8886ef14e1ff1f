"""Registration of this app's screens in the admin."""

from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet

from .admin.synonyms import SynonymViewSet


@hooks.register("register_admin_viewset")
def register_screens() -> list[ViewSet]:
    """Register the screens."""
    return [SynonymViewSet("synonym")]
