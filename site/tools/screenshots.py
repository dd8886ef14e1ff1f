"""Make the pictures of the docs: `make screenshots`.

Loads the demo into a throw-away database, serves it on a free port, takes the pictures with
Chromium and ends everything. Names are fixed, so a run replaces the pictures of the last one.
``CHROMIUM`` names another browser than Debian's. With names behind it, only those pictures are
taken: ``.venv/bin/python site/tools/screenshots.py home desk``.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "images"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PASSWORD = "samkurs-demo"  # noqa: S105  the demo's, no secret
EDITOR = "editor@kongsbergregionen.example"
AUTHOR = "author@kongsbergregionen.example"
#: Width and height of the window, and how many pixels there are to one.
WIDE, PHONE = (1280, 880, 1), (360, 740, 2)
COLOURS = 128
START_SECONDS = 60

Prepare = Callable[[Page], object]


def nothing(page: Page) -> None:
    """Take the page as it is."""


@dataclass(frozen=True)
class Shot:
    """A picture: its name, the address, who looks, and what to do before it is taken."""

    name: str
    path: str
    who: str = ""
    prepare: Prepare = nothing
    sizes: tuple[tuple[int, int, int], ...] = (WIDE,)
    height: int | None = None


@dataclass
class Places:
    """Addresses that depend on the demo's keys, asked of the database once."""

    courses: dict[str, int] = field(default_factory=dict)
    occasions: dict[str, int] = field(default_factory=dict)
    package: int = 0
    index: int = 0


def show_tab(number: int) -> Prepare:
    """Return what opens the tab ``number`` (from 0) of a page's editor."""
    return lambda page: page.locator("[role=tab]").nth(number).click()


def open_actions(page: Page) -> None:
    """Open the menu beside the editor's button."""
    page.locator("footer .w-dropdown__toggle").click()


def try_to_publish(page: Page) -> None:
    """Publish a course that has a title and a pace, and nothing else."""
    page.locator("#id_title").press_sequentially("Veiledning av nyansatte", delay=20)
    # The address follows the title a moment later, as it does for somebody who types.
    page.wait_for_function("document.querySelector('#id_slug').value")
    page.fill("#id_pace_percent", "25")
    page.click("button[name=action-publish]")
    page.wait_for_load_state("networkidle")


def try_a_pair(page: Page) -> None:
    """Write a pair of words, try a search with it, and go where that says what it finds."""
    page.fill("#id_words", "klagesak")
    page.fill("#id_other_words", "forvaltningslov")
    page.fill("#id_try_text", "klagesak")
    page.click(".try__button")
    page.wait_for_load_state("networkidle")
    page.locator(".try").first.evaluate("each => each.scrollIntoView({block: 'center'})")


def leave_field(page: Page) -> None:
    """Leave the field that has the cursor, so that no calendar covers the form."""
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(300)


def scroll_to(selector: str) -> Prepare:
    """Return what brings ``selector`` below the editor's header."""

    def scroll(page: Page) -> None:
        page.locator(selector).first.evaluate("each => each.scrollIntoView({block: 'center'})")

    return scroll


def plan_publishing(page: Page) -> None:
    """Open the dialog that sets when a page is published and taken down."""
    page.locator("[data-side-panel-toggle=status]").click()
    page.wait_for_timeout(400)
    page.locator("[data-a11y-dialog-show=schedule-publishing-dialog]").first.click()


def shots(at: Places) -> list[Shot]:
    """Return every picture of the docs, in the order in which they are taken."""
    both = (WIDE, PHONE)
    edit = {slug: f"/admin/pages/{pk}/edit/" for slug, pk in at.courses.items()}
    new = f"/admin/pages/add/catalogue/distancecoursepage/{at.index}/"
    region = "/nb/kongsbergregionen/"
    return [
        Shot("home", "/nb/", sizes=both, height=1180),
        Shot("region", region, sizes=both),
        Shot("listing", f"{region}kurs/", sizes=both),
        Shot("search", "/nb/courses/?q=psykolgi+våren+2027"),
        Shot("course", f"{region}kurs/legemiddelhandtering/", sizes=both, height=1000),
        Shot("package", "/sv/vasternorrland/kurser/psykologi-i-arbetslivet/", sizes=both),
        Shot("sign-in", "/nb/account/sign-in/", sizes=both),
        Shot("desk", "/admin/", EDITOR, sizes=both),
        Shot("occasions", "/admin/occasion/", EDITOR),
        Shot("new-course", new, EDITOR),
        Shot(
            "picture",
            edit["legemiddelhandtering"],
            EDITOR,
            scroll_to("#id_image_alt"),
        ),
        Shot("occasions-tab", edit["legemiddelhandtering"], EDITOR, show_tab(2)),
        Shot(
            "new-occasion",
            f"/admin/occasion/new/?course={at.courses['legemiddelhandtering']}",
            EDITOR,
            leave_field,
        ),
        Shot("move", f"/admin/occasion/move/{at.occasions['KR-LEGEMIDDEL-1']}/", EDITOR),
        Shot("cancel", f"/admin/occasion/cancel/{at.occasions['KR-LEGEMIDDEL-1']}/", EDITOR),
        Shot("review", edit["hms-for-verneombud"], EDITOR, open_actions),
        Shot("schedule", edit["ki-i-saksbehandlingen"], EDITOR, plan_publishing),
        Shot("new-package", f"/admin/pages/add/catalogue/coursepackagepage/{at.index}/", EDITOR),
        Shot("synonym", "/admin/synonym/new/", EDITOR, try_a_pair),
        Shot("submit", new, AUTHOR, open_actions),
        # Last: drafts save themselves, so this one leaves a page behind.
        Shot("missing", new, EDITOR, try_to_publish),
    ]


@contextmanager
def demo_site() -> Iterator[tuple[str, Places]]:
    """Serve the demo from a throw-away folder; yield the address and where things are."""
    with tempfile.TemporaryDirectory(prefix="samkurs-pictures-") as folder:
        environment = {
            "DATABASE_URL": f"sqlite:///{folder}/samkurs.db",
            "MEDIA_ROOT": f"{folder}/media",
            "DJANGO_SETTINGS_MODULE": "samkurs.settings.dev",
        }
        os.environ.update(environment)
        say("Loading the demo")
        places = load_demo()
        port = free_port()
        address = f"http://localhost:{port}"
        command = [sys.executable, "manage.py", "runserver", "--noreload", f"localhost:{port}"]
        log = Path(folder) / "server.log"
        with log.open("w") as out:
            server = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out)  # noqa: S603  our own command
            try:
                wait_for(f"{address}/nb/", server, log)
                yield address, places
            finally:
                server.terminate()
                server.wait(timeout=20)


def load_demo() -> Places:
    """Fill the database that the environment names, and return where things are in it."""
    sys.path[:0] = [str(ROOT), str(ROOT / "site")]
    import django  # the settings read the environment set above

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", verbosity=0)
    call_command("load_demo", stdout=StringSink())
    from catalogue.models import CatalogueIndexPage, CourseOccasion, CoursePackagePage, CoursePage

    places = Places(
        courses=dict(CoursePage.objects.values_list("slug", "pk")),
        occasions=dict(CourseOccasion.objects.values_list("code", "pk")),
        package=CoursePackagePage.objects.order_by("pk").values_list("pk", flat=True)[0],
        index=CatalogueIndexPage.objects.get(slug="kurs").pk,
    )
    connections.close_all()
    return places


class StringSink:
    """Takes what a command says and keeps none of it."""

    def write(self, text: str) -> int:
        """Forget ``text``."""
        return len(text)

    def flush(self) -> None:
        """Nothing is kept, so nothing is left to write."""


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]


def wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    """Wait until ``address`` answers. Raises ``RuntimeError`` with the server's last words."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=10).close()  # noqa: S310  our own address
        except urllib.error.URLError:
            time.sleep(0.3)
        else:
            return
    raise RuntimeError(f"The server did not start:\n{log.read_text()[-2000:]}")


def sign_in(context: BrowserContext, address: str, email: str) -> None:
    """Sign ``email`` in within ``context``."""
    page = context.new_page()
    page.goto(f"{address}/nb/account/sign-in/")
    page.fill("input[name=username]", email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/admin/")
    page.close()


def take(browser: Browser, address: str, shot: Shot, sessions: dict[str, object]) -> int:
    """Take ``shot`` in each of its sizes; return the bytes written."""
    written = 0
    for width, height, scale in shot.sizes:
        context = browser.new_context(
            viewport={"width": width, "height": (shot.height if width > PHONE[0] else 0) or height},
            device_scale_factor=scale,
            locale="nb-NO",
            timezone_id="Europe/Oslo",
            reduced_motion="reduce",
            storage_state=sessions.get(shot.who),
        )
        if shot.who and shot.who not in sessions:
            sign_in(context, address, shot.who)
            sessions[shot.who] = context.storage_state()
        page = context.new_page()
        response = page.goto(f"{address}{shot.path}", wait_until="networkidle")
        if response is None or not response.ok:
            raise RuntimeError(f"{shot.path} answered {response and response.status}")
        shot.prepare(page)
        page.evaluate("document.fonts.ready")
        page.wait_for_timeout(600)
        picture = page.screenshot(animations="disabled", caret="hide")
        written += save(picture, TARGET / f"{shot.name}-{width}.png")
        context.close()
    return written


def save(picture: bytes, path: Path) -> int:
    """Save ``picture`` with few colours; return the bytes written."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    few = image.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    return path.stat().st_size


def say(line: str) -> None:
    """Show ``line`` at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(names: list[str]) -> int:
    """Take the pictures of these names, all if there are none; return 1 if that cannot be."""
    if not Path(CHROMIUM).exists():
        say(f"There is no Chromium at {CHROMIUM}: install it, or name another with CHROMIUM.")
        return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with demo_site() as (address, places), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=sandbox)
        sessions: dict[str, object] = {}
        todo = [shot for shot in shots(places) if not names or shot.name in names]
        if unknown := set(names) - {shot.name for shot in todo}:
            say(f"There is no picture of this name: {', '.join(sorted(unknown))}")
            return 1
        total = 0
        for number, shot in enumerate(todo, start=1):
            written = take(browser, address, shot, sessions)
            total += written
            say(f"{number:>2}/{len(todo)}  {shot.name:<14} {written / 1000:6.0f} kB")
        browser.close()
    say(f"{TARGET.relative_to(ROOT)}: {total / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
