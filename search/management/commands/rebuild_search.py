"""Rebuild what listings and search read from."""

from django.core.management.base import BaseCommand, CommandParser

from catalogue.models import CoursePage
from search.documents import BATCH
from search.models import CourseEntry
from search.sync import engine


class Command(BaseCommand):
    """Write every course anew, row by row over the old: readers always have a whole catalogue."""

    help = "Rebuild the search index from the pages. Can be interrupted and run again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the one option."""
        parser.add_argument(
            "--if-empty", action="store_true", help="Do nothing if courses can be found already."
        )

    def handle(self, *args: object, **options: object) -> None:
        """Go through the courses in batches, and through rows whose course is gone."""
        if options["if_empty"] and CourseEntry.objects.exists():
            return
        ids = set(CoursePage.objects.values_list("pk", flat=True))
        ids |= set(CourseEntry.objects.values_list("pk", flat=True))
        ordered = sorted(ids)
        for start in range(0, len(ordered), BATCH):
            engine.update(ordered[start : start + BATCH])
            done = min(start + BATCH, len(ordered))
            self.stdout.write(f"{done} of {len(ordered)} courses")
        self.stdout.write(f"{CourseEntry.objects.count()} courses can be found.")
