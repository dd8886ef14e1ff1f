"""Look whether anything sealed was changed since."""

from django.core.management.base import BaseCommand, CommandError

from regions.seals import broken_seals


class Command(BaseCommand):
    """Names every log entry and result that is not as it was sealed."""

    help = (
        "Checks the seals of every log and every published result: names what was changed or "
        "taken out afterwards, and ends with 1 if there is any. Changes nothing."
    )

    def handle(self, *args: object, **options: object) -> None:
        """Tell each broken seal."""
        broken = 0
        for line in broken_seals():
            broken += 1
            self.stdout.write(line)
        if broken:
            raise CommandError(f"{broken} not as sealed.")
        self.stdout.write("Everything is as it was sealed.")
