"""System checks that say at the start what would surprise later."""

from django.conf import settings
from django.core import checks


@checks.register(checks.Tags.caches)
def embedded_engine_only(app_configs: object, **kwargs: object) -> list[checks.Warning]:
    """Warn that a search server is named that this version does not use."""
    if not settings.ELASTICSEARCH_URL:
        return []
    return [
        checks.Warning(
            "ELASTICSEARCH_URL is set, but this version searches with the database only.",
            id="samkurs.W001",
        )
    ]
