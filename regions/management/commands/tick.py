"""Run what happens by the clock."""

import logging
import time

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections

from regions.clock import ClockBusyError, tick

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Runs every job once, or again and again."""

    help = (
        "Runs what happens by the clock: scheduled publishing, memberships that begin or end, "
        "tidying. Idempotent, and one at a time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the interval."""
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="keep running, with this pause"
        )

    def handle(self, *args: object, **options: object) -> None:
        """Tick; with --every until interrupted."""
        pause = options["every"]
        if pause is None:
            self._once()
            return
        if pause < 1:
            raise CommandError("--every takes at least one second.")
        try:
            while True:
                self._once_again()
                time.sleep(pause)
        except KeyboardInterrupt:
            return

    def _once_again(self) -> None:
        """Tick, and survive what fails: a database that restarts is back at the next tick."""
        close_old_connections()
        try:
            self._once()
        except CommandError as error:
            self.stderr.write(str(error))
        except Exception:
            logger.exception("the clock could not tick")
            self.stderr.write("The clock could not tick. The log says why.")

    def _once(self) -> None:
        try:
            failed = tick()
        except ClockBusyError:
            self.stdout.write("Another clock is ticking.")
            return
        if failed:
            raise CommandError(f"Failed: {', '.join(failed)}. The log says why.")
