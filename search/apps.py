"""The app of search."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Puts the listing under the catalogue's index pages, and keeps what it reads up to date."""

    name = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        """Register the listing and what may answer a need, and follow what changes."""
        from django.db.models.signals import post_delete, post_save

        from catalogue import finding
        from catalogue.above import add_to_demo
        from regions import clock
        from regions.admin.wagtail_policy import register_declared_policies
        from regions.needs import suggestions

        from . import policies, reconcile  # noqa: F401  imported for what it registers
        from .asked.counting import JOBS
        from .asked.demo import ensure_searches
        from .finder import CourseFinder
        from .saved import daily, news, retention
        from .suggesting import suggest
        from .sync import connect
        from .synonyms.models import Synonym, on_change

        register_declared_policies(self.name)
        finding.register(CourseFinder())
        suggestions.register(suggest)
        connect()
        news.register()
        jobs = [
            *JOBS,
            ("news of saved searches", daily.tell_what_is_new),
            ("erasure of saved searches", retention.erase_old),
            ("rows of courses", reconcile.keep_rows),
            ("search server", reconcile.keep_server),
        ]
        clock.JOBS.extend(job for job in jobs if job not in clock.JOBS)
        add_to_demo("Searches", ensure_searches)
        for signal in (post_save, post_delete):
            signal.connect(on_change, sender=Synonym)
