"""Rebuild what listings and search read from."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.engines.entries import RebuildTakenOverError
from search.models import CourseEntry
from search.sync import engine


class Command(BaseCommand):
    """Build the index anew beside the one that readers use, then put it in its place."""

    help = "Rebuild the search index from the pages, beside the one in use. Can be interrupted."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the options."""
        parser.add_argument(
            "--if-empty", action="store_true", help="Do nothing if courses can be found already."
        )
        parser.add_argument(
            "--resume", action="store_true", help="Go on where an interrupted rebuild stopped."
        )

    def handle(self, *args: object, **options: object) -> None:
        """Rebuild, and say how far it is."""
        if options["if_empty"] and CourseEntry.objects.read().exists():
            return
        try:
            engine.rebuild(self._say, resume=bool(options.get("resume")))
        except KeyboardInterrupt:
            raise CommandError(
                "Interrupted. Readers keep the index they had; "
                "“rebuild_search --resume” goes on from here."
            ) from None
        except RebuildTakenOverError:
            raise CommandError("Another rebuild has begun; it goes on alone.") from None
        self.stdout.write(f"{CourseEntry.objects.read().count()} courses can be found.")

    def _say(self, done: int, total: int) -> None:
        self.stdout.write(f"{done} of {total} courses")
