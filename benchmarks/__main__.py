"""Measure the demo's public pages as a server would give them, and check their weight.

Each page is asked for as an anonymous reader does, in turn with the others, so that a slow moment
of the machine falls on all of them alike. Everything is kept in a throw-away folder.
"""

from __future__ import annotations

import io
import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from .weight import TEXT, fetched_by_css, links_of, packed

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 30
#: Rounds that are not measured: templates are read, pictures scaled.
WARM_UP = 2
#: Bytes. A browser's first answer holds about 14 kB before it must say "go on".
MAX_HTML = 14_000
MAX_TOTAL = 60_000
#: Where htmx is: on listings.
MAX_TOTAL_HTMX = 70_000
MAX_REQUESTS = 8


@dataclass
class Measured:
    """A page and what it cost."""

    name: str
    path: str
    html: bytes = b""
    files: int = 0
    requests: int = 1
    photographs: int = 0
    statements: int = 0
    times: list[float] = field(default_factory=list)

    @property
    def packed_html(self) -> int:
        """Bytes of the page as it is sent."""
        return packed(self.html)

    @property
    def total(self) -> int:
        """Bytes of the page and all its files but photographs, as they are sent."""
        return self.packed_html + self.files

    @property
    def p95(self) -> float:
        """The time that 95 in 100 answers stay within."""
        return statistics.quantiles(self.times, n=20)[-1]

    def faults(self) -> list[str]:
        """Return what is over its limit."""
        limits = (
            ("HTML", self.packed_html, MAX_HTML),
            ("weight", self.total, MAX_TOTAL_HTMX if b"htmx" in self.html else MAX_TOTAL),
            ("requests", self.requests, MAX_REQUESTS),
        )
        return [
            f"{self.name}: {what} {is_} > {limit}" for what, is_, limit in limits if is_ > limit
        ]


def prepare(folder: Path) -> list[Measured]:
    """Fill a database in ``folder`` with the demo and return the pages to measure."""
    os.environ["BENCHMARK_FOLDER"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    sys.path[:0] = [str(ROOT), str(ROOT / "site")]
    import django  # the settings read the environment set above

    django.setup()
    from django.core.management import call_command

    silent = io.StringIO()
    call_command("migrate", verbosity=0)
    call_command("load_demo", stdout=silent)
    call_command("collectstatic", interactive=False, verbosity=0)
    from catalogue.models import CatalogueIndexPage, CoursePackagePage, CoursePage, RegionPage

    region = RegionPage.objects.get(slug="kongsbergregionen")
    index = CatalogueIndexPage.objects.child_of(region).get()
    course = CoursePage.objects.child_of(index).live().exclude(image=None).order_by("pk")[0]
    package = CoursePackagePage.objects.live().order_by("pk")[0]
    return [
        Measured("front page", "/nb/"),
        Measured("region", region.url),
        Measured("listing", index.url),
        Measured("course", course.url),
        Measured("package", package.url),
        Measured("sign-in", "/nb/account/sign-in/"),
    ]


def weigh(page: Measured) -> None:
    """Note what the page and its files weigh, and how many requests they take."""
    links = links_of(page.html.decode())
    contents = {address: read_static(address) for address in links.files}
    for address in [each for each in contents if each.endswith(".css")]:
        for more in fetched_by_css(address, contents[address].decode()):
            contents.setdefault(more, read_static(more))
    page.files = sum(
        packed(content) if address.endswith(TEXT) else len(content)
        for address, content in contents.items()
    )
    page.photographs = len(links.photographs)
    page.requests = 1 + len(contents) + page.photographs


def read_static(address: str) -> bytes:
    """Return the file at ``address``. Raises ``ValueError`` if it is not one of ours."""
    from django.conf import settings

    if not address.startswith(settings.STATIC_URL):
        raise ValueError(f"A page fetches {address}, which is no static file of ours")
    return (Path(settings.STATIC_ROOT) / address.removeprefix(settings.STATIC_URL)).read_bytes()


def measure(pages: list[Measured]) -> None:
    """Ask for every page in turn, and note times and statements."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    def ask(page: Measured) -> float:
        client = Client(headers={"host": "localhost"})
        begun = time.perf_counter()
        response = client.get(page.path, secure=True)
        taken = time.perf_counter() - begun
        if response.status_code != 200:  # noqa: PLR2004  OK
            raise RuntimeError(f"{page.path} answered {response.status_code}")
        page.html = response.content
        return taken * 1000

    for _ in range(WARM_UP):
        for page in pages:
            ask(page)
    for page in pages:
        with CaptureQueriesContext(connection) as queries:
            ask(page)
        page.statements = len(queries)
        weigh(page)
    for number in range(1, ROUNDS + 1):
        for page in pages:
            page.times.append(ask(page))
        if sys.stderr.isatty():
            sys.stderr.write(f"\rround {number} of {ROUNDS}")
    if sys.stderr.isatty():
        sys.stderr.write("\r" + " " * 20 + "\r")


def table(pages: list[Measured]) -> str:
    """Return the figures as a table. Weights in kB of 1,000 bytes, times in milliseconds."""
    head = ("page", "HTML", "gzip", "files", "in all", "requests", "photos", "SQL", "median", "p95")
    rows = [
        (
            page.name,
            f"{len(page.html) / 1000:.1f}",
            f"{page.packed_html / 1000:.1f}",
            f"{page.files / 1000:.1f}",
            f"{page.total / 1000:.1f}",
            str(page.requests),
            str(page.photographs),
            str(page.statements),
            f"{statistics.median(page.times):.1f}",
            f"{page.p95:.1f}",
        )
        for page in pages
    ]
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = []
    for row in (head, *rows):
        first, *numbers = (
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("  ".join((first, *numbers)))
    return "\n".join(lines)


def say(line: str = "") -> None:
    """Show ``line`` at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Measure and show; return 1 if a page is over its limits."""
    with tempfile.TemporaryDirectory(prefix="samkurs-bench-") as folder:
        say("Loading the demo into a throw-away database …")
        pages = prepare(Path(folder))
        measure(pages)
        from django.db import connections

        connections.close_all()
    say(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {ROUNDS} rounds.")
    say("kB as sent, photographs apart; milliseconds in the process, without a network.")
    say()
    say(table(pages))
    say()
    faults = [fault for page in pages for fault in page.faults()]
    limits = (
        f"HTML {MAX_HTML / 1000:.0f} kB, in all {MAX_TOTAL / 1000:.0f} kB, {MAX_REQUESTS} requests"
    )
    say("\n".join(faults) if faults else f"Every page is within its limits: {limits}.")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
