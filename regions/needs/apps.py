"""The app of training needs."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NeedsConfig(AppConfig):
    """Registers policies, notices and what the clock does."""

    name = "regions.needs"
    label = "needs"
    verbose_name = _("Needs")

    def ready(self) -> None:
        """Say how submitters are reached, what mails tell, and what happens by the clock."""
        from regions import clock
        from regions.admin.wagtail_policy import register_declared_policies

        from . import notices, policies, retention  # noqa: F401  policies declare themselves

        register_declared_policies(self.label)
        notices.register()
        clock.JOBS.extend(job for job in retention.JOBS if job not in clock.JOBS)
