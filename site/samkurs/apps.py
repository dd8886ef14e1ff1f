"""The wiring app: templates tags, commands and translations of the whole site."""

from django.apps import AppConfig


class SamkursConfig(AppConfig):
    """Imports all floors; nothing imports it."""

    name = "samkurs"

    def ready(self) -> None:
        """Let the clock tidy what workers leave, and follow what makes kept pages old."""
        from regions.clock import JOBS

        from . import pagecache
        from .tidying import prune_task_results

        JOBS.append(("results of tasks", prune_task_results))
        pagecache.connect()
