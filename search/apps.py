"""The app of search."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Puts the listing under the catalogue's index pages, and keeps what it reads up to date."""

    name = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        """Register the listing and what may answer a need, and follow what changes."""
        from catalogue import finding
        from regions.clock import JOBS
        from regions.needs import suggestions

        from . import reconcile
        from .finder import CourseFinder
        from .suggesting import suggest
        from .sync import connect

        finding.register(CourseFinder())
        suggestions.register(suggest)
        connect()
        JOBS.append(("rows of courses", reconcile.keep_rows))
        JOBS.append(("search server", reconcile.keep_server))
