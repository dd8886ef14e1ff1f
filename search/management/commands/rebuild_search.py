"""Rebuild what listings and search read from, or compare it with what it stems from."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import reconcile
from search.engines.elastic.client import ServerFailedError
from search.engines.elastic.keeping import RebuildTakenOverError as ServerTakenOverError
from search.engines.entries import RebuildTakenOverError
from search.models import CourseEntry
from search.sync import engine

#: Pages that are named of many.
NAMED = 20
_DATABASE_ANSWERS = "Readers are answered by the database, and the clock tries again."


@contextmanager
def _in_words() -> Iterator[None]:
    """Say in words what ends a rebuild early."""
    try:
        yield
    except (RebuildTakenOverError, ServerTakenOverError):
        raise CommandError("Another rebuild has begun; it goes on alone.") from None
    except ServerFailedError as error:
        raise CommandError(f"The search server failed: {error}. {_DATABASE_ANSWERS}") from None


class Command(BaseCommand):
    """Build the index anew beside the one that readers use, then put it in its place."""

    help = "Rebuild the search index from the pages, beside the one in use. Can be interrupted."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the options."""
        one = parser.add_mutually_exclusive_group()
        one.add_argument(
            "--if-empty", action="store_true", help="Do nothing if courses can be found already."
        )
        one.add_argument(
            "--resume", action="store_true", help="Go on where an interrupted rebuild stopped."
        )
        one.add_argument(
            "--check",
            action="store_true",
            help="Change nothing: say which pages differ, and end with status 1 if any does.",
        )
        one.add_argument("--repair", action="store_true", help="Mend what differs, and only that.")

    def handle(self, *args: object, **options: object) -> None:
        """Rebuild, and say how far it is."""
        if options.get("if_empty") and CourseEntry.objects.read().exists():
            return
        if options.get("check") or options.get("repair"):
            self._compare(repair=bool(options.get("repair")))
            return
        try:
            with _in_words():
                engine.rebuild(self._say, resume=bool(options.get("resume")))
        except KeyboardInterrupt:
            raise CommandError(
                "Interrupted. Readers keep the index they had; "
                "“rebuild_search --resume” goes on from here."
            ) from None
        self.stdout.write(f"{CourseEntry.objects.read().count()} courses can be found.")

    def _compare(self, *, repair: bool) -> None:
        found = reconcile.check()
        self._tell(found)
        if repair and not found.well:
            with _in_words():
                reconcile.repair(found)
            found = reconcile.check()
        if not found.well:
            raise CommandError("It differs." if not repair else "It still differs.")
        self.stdout.write("All is as it should be.")

    def _tell(self, found: reconcile.Findings) -> None:
        self._name("rows differ from their pages", found.rows)
        if found.failure:
            self.stdout.write(f"The search server could not be compared: {found.failure}.")
        if found.server:
            self._name("documents are missing on the search server", found.server.missing)
            self._name("documents on the search server differ from their rows", found.server.other)
            self._name("documents on the search server are needless", found.server.needless)
        self._name("documents are refused by the search server", list(found.refused))
        for error in sorted(set(found.refused.values())):
            self.stdout.write(f"It said: {error}")

    def _name(self, what: str, pages: Sequence[int]) -> None:
        if pages:
            named = ", ".join(map(str, pages[:NAMED])) + (" …" if len(pages) > NAMED else "")
            self.stdout.write(f"{len(pages)} {what}: pages {named}")

    def _say(self, done: int, total: int) -> None:
        self.stdout.write(f"{done} of {total} courses")
