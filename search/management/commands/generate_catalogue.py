"""Make as many plausible courses as one asks for, or take them away again."""

from argparse import ArgumentParser
from time import monotonic

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalogue.generated.keys import MAX_SEED
from catalogue.generated.removal import built_on, remove, remove_unused
from catalogue.generated.surroundings import prepare
from catalogue.generated.writer import Writer
from catalogue.models import CoursePage
from search.sync import engine

#: What a shell says of a command that was stopped by Ctrl-C.
STOPPED = 130


class Command(BaseCommand):
    """Here and not in ``catalogue``, since the courses are to be found at once."""

    help = (
        "Make generated courses with occasions, to measure and to try things with. Can be "
        "interrupted and run again: the same seed completes what is missing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say how many, of which seed and where; or that they shall go."""
        parser.add_argument("--courses", type=int, default=1000, help="How many there shall be.")
        parser.add_argument("--seed", type=int, default=1, help="The same seed, the same courses.")
        parser.add_argument(
            "--region",
            action="append",
            help="Address of a region; can be given again. Otherwise the demo's, else every one.",
        )
        parser.add_argument(
            "--remove",
            action="store_true",
            help="Take the generated courses of every seed away, and nothing else.",
        )

    def handle(self, *args: object, **options: object) -> None:
        """Write batch by batch."""
        if not getattr(settings, "DEMO_ALLOWED", False):
            raise CommandError(
                "Generated courses are not for readers, and DEMO_ALLOWED is off here: "
                "nothing was done."
            )
        try:
            self._remove() if options["remove"] else self._generate(**options)
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped. What was done so far is whole; run it again to go on.", returncode=STOPPED
            ) from None

    def _generate(self, *, courses: int, seed: int, region: list[str] | None, **_: object) -> None:
        if courses < 0 or not 0 <= seed <= MAX_SEED:
            raise CommandError(f"A seed is from 0 to {MAX_SEED}, and courses are not negative.")
        around = prepare(region)
        if not around.homes:
            raise CommandError("There is no such region.")
        started, done = monotonic(), 0
        for done in Writer(seed, around, timezone.localdate(), engine.update).write(courses):
            self._say(f"{done} courses, {monotonic() - started:.0f} s")
        self._say(f"{done} courses are new; seed {seed} has {courses} or more.")

    def _remove(self) -> None:
        kept, started, done = built_on(), monotonic(), 0
        for done in remove(engine.update, kept):
            self._say(f"{done} courses gone, {monotonic() - started:.0f} s")
        for page in CoursePage.objects.filter(pk__in=kept).order_by("pk"):
            self._say(f"Kept: {page.title} ({page.pk}), since {kept[page.pk]}.")
        self._say(f"{done} courses are gone, {remove_unused()} terms and providers with them.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
