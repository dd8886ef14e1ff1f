"""The wiring app: templates tags, commands and translations of the whole site."""

from django.apps import AppConfig


class SamkursConfig(AppConfig):
    """Imports all floors; nothing imports it."""

    name = "samkurs"
