"""P6 and P7: what the demo's public pages weigh, and what they ask of the database.

Each page is asked for as an anonymous reader does, in turn with the others, so that a slow moment
of the machine falls on all of them alike. Everything is kept in a throw-away folder.
"""

from __future__ import annotations

import argparse
import io
import json
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from .catalogue import machine, say, set_up
from .figures import Figure, stored, table
from .weight import TEXT, fetched_by_css, links_of, packed

ROUNDS = 30
#: Rounds that are not measured: templates are read, pictures scaled.
WARM_UP = 2
#: Bytes. A browser's first answer holds about 14 kB before it must say "go on".
MAX_HTML = 14_000
MAX_TOTAL = 60_000
#: Where htmx is: on listings.
MAX_TOTAL_HTMX = 70_000
MAX_REQUESTS = 8
#: SQL statements of a request (P6), warm.
MAX_STATEMENTS = {"listing": 5, "listing, filtered": 5, "course": 7, "search": 6, "region": 8}


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

    @property
    def most(self) -> int:
        """The bytes that the page may weigh with its files."""
        return MAX_TOTAL_HTMX if b"htmx" in self.html else MAX_TOTAL

    def figures(self) -> list[Figure]:
        """Return the weights with their limits."""
        return [
            _limited(f"{self.name}: HTML", self.packed_html / 1000, MAX_HTML / 1000, " kB"),
            _limited(
                f"{self.name}: in all without photographs",
                self.total / 1000,
                self.most / 1000,
                " kB",
            ),
            _limited(f"{self.name}: requests", self.requests, MAX_REQUESTS, ""),
        ]


def _limited(what: str, value: float, most: float, unit: str) -> Figure:
    return Figure(
        "P7", what, f"{value:.3g}{unit}", f"≤ {most:g}{unit}", value <= most, binding=True
    )


def prepare() -> list[Measured]:
    """Fill the database with the demo and return the pages to measure."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("load_demo", stdout=io.StringIO())
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
        Measured("every region", "/nb/courses/"),
        Measured("course", course.url),
        Measured("package", package.url),
        Measured("sign-in", "/nb/account/sign-in/"),
    ]


def statement_figures() -> list[Figure]:
    """P6, in whatever catalogue is there: the course with the most occasions of those at hand."""
    from django.db.models import Count

    from catalogue.models import CatalogueIndexPage, CoursePage

    from .statements import statements_of

    course = (
        CoursePage.objects.live()
        .filter(locale__language_code="nb")
        .annotate(held=Count("occasions"))
        .order_by("-held", "pk")[0]
    )
    index = CatalogueIndexPage.objects.live().ancestor_of(course).get()
    asked = {
        "listing": index.url,
        "listing, filtered": f"{index.url}?place=distance&credits=none&credits=7.5&state=open",
        "course": course.url,
        "search": f"{index.url}?q=ledelse",
        "region": index.get_parent().url,
    }
    figures = []
    for name, path in asked.items():
        number, most = len(statements_of(path)), MAX_STATEMENTS[name]
        figures.append(
            Figure(
                "P6",
                f"statements: {name}",
                str(number),
                f"≤ {most}",
                number <= most,
                binding=True,
            )
        )
    return figures


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


def overview(pages: list[Measured]) -> str:
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
    return table([head, *rows])


def main() -> int:
    """Measure, show, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    set_up()
    say("Loading the demo into a throw-away database")
    pages = prepare()
    measure(pages)
    say(f"{ROUNDS} rounds, milliseconds in the process without a network; kB as sent:")
    sys.stdout.write(f"\n{overview(pages)}\n\n")
    figures = [*statement_figures(), *(figure for page in pages for figure in page.figures())]
    options.out.write_text(
        json.dumps(
            {
                "database": "demo",
                "courses": 0,
                "machine": machine(),
                "figures": stored(figures),
                "overview": overview(pages),
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
