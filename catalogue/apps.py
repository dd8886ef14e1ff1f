"""The app of pages, occasions and providers."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def follow_the_reader() -> None:
    """Let texts that Wagtail translates once, when it starts, follow the reader's language."""
    from wagtail.admin.viewsets.chooser import ChooserViewSet
    from wagtail.forms import TaskStateCommentForm

    ChooserViewSet.search_tab_label = _("Search")
    TaskStateCommentForm.base_fields["comment"].label = _("Comment")


class CatalogueConfig(AppConfig):
    """Declares policies and makes the front pages."""

    name = "catalogue"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        """Register what the floors below call, and keep the front pages in place."""
        from regions import clock
        from regions.admin.wagtail_policy import register_declared_policies
        from regions.needs import answers as registry
        from regions.services import region_created

        from . import answers, policies, signals  # noqa: F401  imported for what they register
        from .services import make_region_site
        from .tree import ensure_home_pages_after_migrate

        register_declared_policies(self.name)
        follow_the_reader()
        region_created.register(make_region_site)
        signals.connect()
        registry.register(answers.answers)
        clock.JOBS.extend(job for job in answers.JOBS if job not in clock.JOBS)
        post_migrate.connect(
            ensure_home_pages_after_migrate, sender=self, dispatch_uid="catalogue.homes"
        )
