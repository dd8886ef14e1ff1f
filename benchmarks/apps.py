"""What the benchmark adds to the site: the baseline's search fields."""

from django.apps import AppConfig


class BenchmarksConfig(AppConfig):
    """Loaded by ``benchmarks.settings`` alone: the site knows nothing of it."""

    name = "benchmarks"

    def ready(self) -> None:
        """Give courses the search fields that stock searches."""
        from .stock import declare_search_fields

        declare_search_fields()
