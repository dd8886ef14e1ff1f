"""The app of the competence forum's rounds."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ForumConfig(AppConfig):
    """Registers notices and what the clock does with rounds."""

    name = "regions.forum"
    label = "forum"
    verbose_name = _("Competence forum")

    def ready(self) -> None:
        """Declare rights, say what mails tell, and let the clock move phases."""
        from regions import clock
        from regions.admin.wagtail_policy import register_declared_policies

        from . import notices, phases, policies  # noqa: F401  imported for what it declares

        register_declared_policies(self.label)
        notices.register()
        clock.JOBS.extend(job for job in phases.JOBS if job not in clock.JOBS)
