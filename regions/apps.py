"""The app of regions, municipalities, forum and people."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegionsConfig(AppConfig):
    """Registers policies and keeps groups in step with memberships."""

    name = "regions"
    verbose_name = _("Regions")

    def ready(self) -> None:
        """Connect signals and declare who may do what with the models of this app."""
        from . import checks, policies, signals  # noqa: F401  imported for what they register
        from .admin.wagtail_policy import register_declared_policies

        register_declared_policies(self.name)
