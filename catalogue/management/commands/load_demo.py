"""Loads the demo: two regions with people, courses and dates."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from catalogue.demo import DEMO_PASSWORD, DemoError, is_loaded, load, sign_ins


class Command(BaseCommand):
    """Makes what is missing of the demo; never changes what is there."""

    help = "Make the demo's regions, people, courses and dates where they are missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the flag for a quick second start."""
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="Do nothing but show the sign-ins if the demo is loaded already.",
        )

    def handle(self, *args: object, if_empty: bool, **options: object) -> None:
        """Load, then show how one signs in."""
        if not getattr(settings, "DEMO_ALLOWED", False):
            raise CommandError(
                "The demo's password is public, and DEMO_ALLOWED is off here: nothing was loaded."
            )
        if if_empty and is_loaded():
            self.stdout.write("The demo is loaded already.")
        else:
            try:
                load(self._say)
            except DemoError as error:
                raise CommandError(str(error)) from error
        self._show_sign_ins()

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _show_sign_ins(self) -> None:
        rows = [row for row in sign_ins() if not row.is_spare]
        width = max(len(row.email) for row in rows)
        self.stdout.write("")
        self.stdout.write(f"Sign-ins, all with the password {DEMO_PASSWORD}:")
        for row in rows:
            self.stdout.write(f"  {row.email:<{width}}  {row.person}, {row.place}")
        self.stdout.write("  The other seats: forum-<municipality>@… and union-2@… of each region.")
