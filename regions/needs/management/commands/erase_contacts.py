"""Erase by hand the contacts whose day has come, as the clock does by itself."""

from django.core.management.base import BaseCommand, CommandParser

from regions.needs.models import Need
from regions.needs.retention import due_for_erasure, erase_due

#: Needs between two lines of progress.
STRIDE = 100


class Command(BaseCommand):
    """Erases contacts that are due, or says which are."""

    help = (
        "Erases who reported the needs that were closed 24 months ago, and what they wrote; "
        "statistics stay. The clock does the same every day: this is for looking, and for a site "
        "whose clock has stood still."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the rehearsal."""
        parser.add_argument(
            "--dry-run", action="store_true", help="only tell which needs are due; erase nothing"
        )

    def handle(self, *args: object, **options: object) -> None:
        """Tell what is due, and erase it."""
        due = due_for_erasure()
        total = due.count()
        if options["dry_run"]:
            for region, reference, day in due.values_list(
                "region__slug", "reference", "erase_after"
            ):
                self.stdout.write(f"{region} {reference}: due since {day:%Y-%m-%d}")
            self.stdout.write(f"{total} due. Nothing was erased.")
            return
        done = 0

        def told(_need: Need) -> None:
            nonlocal done
            done += 1
            if done % STRIDE == 0:
                self.stdout.write(f"{done} of {total}")

        self.stdout.write(f"{erase_due(told)} erased.")
