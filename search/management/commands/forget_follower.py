"""Erase a reader who asked to be forgotten."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.saved.models import Follower
from search.saved.services import stop_all


class Command(BaseCommand):
    """Stops all saved searches of an e-mail, and erases it with them."""

    help = "Stops all saved searches of an e-mail and erases everything that is stored of them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the e-mail."""
        parser.add_argument("email")

    def handle(self, *args: object, **options: object) -> None:
        """Erase. Fails where nobody has the e-mail."""
        follower = Follower.objects.with_email(options["email"].strip()).first()
        if follower is None:
            raise CommandError("Nobody follows a search with this address.")
        stop_all(follower)
        self.stdout.write("Erased.")
