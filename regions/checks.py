"""System checks that say at the start what would surprise later."""

from django.conf import settings
from django.core import checks


@checks.register(checks.Tags.security, deploy=True)
def key_without_tls(app_configs: object, **kwargs: object) -> list[checks.Warning]:
    """Warn that the key of the search server travels for everybody to read."""
    server = settings.ELASTICSEARCH
    if not server or not server["api_key"] or server["hosts"][0].startswith("https:"):
        return []
    return [
        checks.Warning(
            "ELASTICSEARCH_API_KEY is sent without TLS: ELASTICSEARCH_URL begins with http://.",
            id="samkurs.W001",
        )
    ]
