"""The app of the competence forum's rounds."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ForumConfig(AppConfig):
    """Registers notices and what the clock does with rounds and who checks its seals."""

    name = "regions.forum"
    label = "forum"
    verbose_name = _("Competence forum")

    def ready(self) -> None:
        """Declare rights, say what mails tell, and let the clock move phases."""
        from regions import clock, seals
        from regions.admin.wagtail_policy import register_declared_policies

        from . import notices, phases, policies, publishing  # noqa: F401  imported for what it declares

        register_declared_policies(self.label)
        notices.register()
        clock.JOBS.extend(job for job in phases.JOBS if job not in clock.JOBS)
        if publishing.broken_seals not in seals.CHECKS:
            seals.CHECKS.append(publishing.broken_seals)
