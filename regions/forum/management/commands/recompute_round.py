"""Counts a published result again from its file alone."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from regions.forum.counting.results import two_decimals
from regions.forum.recounting import Check, check
from regions.forum.snapshot import HASH, Difference, SnapshotError

#: Letters of the largest file that is read. A round of 25 needs and 30 seats takes about a
#: tenth of a million.
LARGEST = 4_000_000
#: Letters of a value that are shown.
SHOWN = 120
DIFFERENT, UNREADABLE = 1, 2


def sha256(text: str) -> str:
    """Return a hash as it is written in a result. Raises ``ArgumentTypeError`` for anything else.

    Spaces and capitals are forgiven: a reader may have typed it from paper.
    """
    found = "".join(text.split()).lower()
    if found and not HASH.fullmatch(found):
        raise ArgumentTypeError("a SHA-256 has 64 digits from 0 to 9 and a to f")
    return found


class Command(BaseCommand):
    """Says whether scores, order and hash of a published result follow from its ballots.

    It needs no database: whoever has the file and this code can check it.
    """

    help = (
        "Count a published result (result.json) again from the file alone, without the database: "
        "scores, order and hash. Ends with 1 if anything differs, with 2 if the file cannot be "
        "counted."
    )
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the file, and the hashes to compare with."""
        parser.add_argument("file", type=Path, help="The file, as downloaded from the result page.")
        parser.add_argument(
            "--sha256",
            type=sha256,
            help="The hash that the result page or the minutes show, to compare with.",
        )
        parser.add_argument(
            "--previous",
            type=sha256,
            help="The hash of the region's result before this one, to check the chain.",
        )

    def handle(self, *args: object, file: Path, **options: object) -> None:
        """Count, and say what agrees or every difference."""
        try:
            text = read(file)
            found = check(text, sha256=options["sha256"], previous=options["previous"])
        except SnapshotError as error:
            raise CommandError(f"{file}: {error}", returncode=UNREADABLE) from error
        self._show(found)
        for difference in found.differences:
            self.stdout.write(_in_words(difference))
        if found.differences:
            count = len(found.differences)
            word = "difference" if count == 1 else "differences"
            raise CommandError(f"{count} {word}.", returncode=DIFFERENT)
        self.stdout.write("Scores, order and departures agree with the ballots in the file.")

    def _show(self, found: Check) -> None:
        items = found.recomputed.result.items
        for place, ref in enumerate(found.order, start=1):
            standing = items[ref].standing
            score = two_decimals(standing.score) if standing else "–"
            exact = f" = {standing.score}" if standing else ""
            self.stdout.write(f"{place:>3}  {ref:<14} {score:>6}{exact}")
        self.stdout.write(f"SHA-256  {found.recomputed.digest}")
        self.stdout.write(f"Previous {found.previous or '(none: the first of the region)'}")
        unchecked = len(found.recomputed.unchecked)
        if unchecked:
            self.stdout.write(
                f"{unchecked} ranges of places need whole ballots, which are not published."
            )


def read(path: Path) -> str:
    """Return the text of a file. Raises ``SnapshotError`` for what is no such file."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SnapshotError(f"cannot be read: {reason}") from error
    if len(data) > LARGEST:
        raise SnapshotError(f"larger than {LARGEST:,} bytes: no result is")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise SnapshotError("this is no text in UTF-8") from error


def _in_words(difference: Difference) -> str:
    stored, computed = (
        text if len(text) <= SHOWN else f"{text[:SHOWN]} …"
        for text in (repr(difference.stored), repr(difference.computed))
    )
    return f"{difference.path}: the file says {stored}, counted again it is {computed}"
