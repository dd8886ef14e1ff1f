"""Needs reported with retries while workers and the database are killed: none lost, none doubled.

Clients fill in the public form as browsers without script do, and send it again under the form's
own key until they are answered. A need is acknowledged when its client has received the answer.
Meanwhile workers and the whole database are killed by SIGKILL at random moments. At the end needs
are counted in the database. Run `make survive`, or `python -m benchmarks.needs_survive`.

The limits of needs an hour stay in force: each need has an e-mail address of its own and comes from
a network address of its own, as ``X-Forwarded-For`` says it behind the one trusted proxy.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from threading import Event, Lock, Thread
from urllib.parse import urlencode

from .crashing import Database, Site, kill
from .server import ROOT

REGION = "fjellregionen"
FORM = f"/nb/needs/{REGION}/report/"
#: Seconds: nobody may fill in a form faster, and nobody waits longer for an answer.
SHORTEST, PATIENCE = 3.2, 10
#: Forms that a client opens before it sends the first.
BATCH = 12
FIELD = re.compile(r'name="(csrfmiddlewaretoken|form_started)"[^>]*value="([^"]*)"')
WRITTEN = Path(__file__).with_suffix(".json")


def say(line: str = "") -> None:
    """Show ``line`` at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@dataclass
class Tally:
    """What the clients and the killer have seen. ``texts`` are challenges, each of one need."""

    sent: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    seen: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def count(self, what: str) -> None:
        """Count one more of ``what``."""
        with self.lock:
            self.seen[what] += 1


class Client(Thread):
    """Somebody who reports one need after the other, and does not give up."""

    def __init__(self, number: int, port: int, place: int, tally: Tally, stop: Event) -> None:
        super().__init__(daemon=True)
        self.number, self.port, self.place = number, port, place
        self.tally, self.stop = tally, stop
        self.chance = random.Random(number)  # noqa: S311  a seed gives the same case again
        self.cookie = ""
        self.reported = 0

    def run(self) -> None:
        """Open forms, wait as people do, and send each until it is acknowledged."""
        while not self.stop.is_set():
            forms = [self._open() for _ in range(BATCH)]
            time.sleep(SHORTEST)
            for hidden in forms:
                if hidden and not self._report(hidden):
                    return

    def _open(self) -> dict[str, str]:
        """Return the hidden fields of a fresh form; none once it is time to stop."""
        while not self.stop.is_set():
            answer = self._ask("GET")
            hidden = dict(FIELD.findall(answer[1])) if answer else {}
            if len(hidden) == 2:  # noqa: PLR2004  both of them
                return hidden
            time.sleep(0.05)
        return {}

    def _report(self, hidden: dict[str, str]) -> bool:
        """Send one need until it is acknowledged; return whether to go on."""
        self.reported += 1
        name = f"{self.number}-{self.reported}"
        text = f"Vikarene følger medisinrutinen ulikt fra vakt til vakt, sak {name}."
        said = hidden | {
            "challenge": text,
            "municipality": str(self.place),
            "contact_email": f"{name}@fjell.example",
            "website": "",
            "act": "send",
        }
        source = ".".join(str(self.chance.randrange(1, 255)) for _ in range(4))
        self.tally.sent.add(text)
        until = time.monotonic() + 120
        while time.monotonic() < until:
            answer = self._ask("POST", urlencode(said), source)
            status = answer[0] if answer else None
            self.tally.count(f"answered {status}" if status else "no answer")
            if status == HTTPStatus.FOUND:
                self.tally.acknowledged.add(text)
                return True
            time.sleep(self.chance.uniform(0.02, 0.2))
        self.tally.count("given up")
        return False

    def _ask(self, method: str, body: str = "", source: str = "10.0.0.1") -> tuple[int, str] | None:
        """Ask once; None where no whole answer came."""
        headers = {
            "Host": "localhost",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": source,
            "Referer": f"https://localhost{FORM}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": self.cookie,
        }
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, FORM, body.encode(), headers)
            response = connection.getresponse()
            text = response.read().decode()
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()
        self._keep(response)
        return response.status, text

    def _keep(self, response: HTTPResponse) -> None:
        given = response.getheader("Set-Cookie", "").partition(";")[0]
        self.cookie = given or self.cookie


def prepare() -> int:
    """Make the tables and one region with one municipality; return the municipality's key."""
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, check=True, env=os.environ)  # noqa: S603  our own command
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from regions.models import Municipality, Region
    from regions.services import create_region

    call_command("collectstatic", verbosity=0, interactive=False)
    region = create_region(
        Region(
            name="Fjellregionen",
            slug=REGION,
            country="NO",
            currency="NOK",
            default_language="nb",
        ),
        forum_name="Kompetanseforum",
    )
    place = Municipality.objects.create(region=region, name="Nordfjell", slug="nordfjell")
    connection.close()
    return place.pk


@contextmanager
def killed(site: Site, database: Database, tally: Tally, seed: int) -> Iterator[None]:
    """Kill a worker every second or so, and the database every quarter of a minute.

    Each strike waits for an acknowledgement since the one before: a slow machine, on which a worker
    takes longer to start than to be killed, would measure nothing.
    """
    stop, chance = Event(), random.Random(seed)  # noqa: S311  a seed gives the same case again

    def strike() -> None:
        crash_at = time.monotonic() + chance.uniform(5, 15)
        alive = 0
        while not stop.wait(chance.uniform(0.5, 2.5)):
            if len(tally.acknowledged) == alive:
                continue
            alive = len(tally.acknowledged)
            if time.monotonic() >= crash_at:
                database.crash()
                tally.count("database killed")
                time.sleep(chance.uniform(0.1, 1))
                database.start()
                crash_at = time.monotonic() + chance.uniform(8, 20)
            elif workers := site.workers():
                kill([chance.choice(workers)])
                tally.count("workers killed")

    killer = Thread(target=strike, daemon=True)
    killer.start()
    try:
        yield
    finally:
        stop.set()
        killer.join()


def recount(tally: Tally) -> dict[str, int]:
    """Count in the database what became of the needs that were sent."""
    from django.db import connection

    from regions.models.log import broken_links
    from regions.needs.models import Need, NeedContact

    connection.close()
    stored = Counter(Need.objects.values_list("challenge", flat=True))
    references = Counter(Need.objects.values_list("reference", flat=True))
    half = Need.objects.filter(contact__isnull=True).count()
    half += Need.objects.exclude(state="unconfirmed").count()
    broken = sum(bool(broken_links(need.log.all())) for need in Need.objects.iterator())
    return {
        "needs sent": len(tally.sent),
        "needs acknowledged": len(tally.acknowledged),
        "needs stored": sum(stored.values()),
        "lost": len(tally.acknowledged - set(stored)),
        "doubled": sum(number > 1 for number in stored.values()),
        "references given twice": sum(number > 1 for number in references.values()),
        "stored by half": half + abs(NeedContact.objects.count() - sum(stored.values())),
        "logs broken": broken,
        "nobody sent": len(set(stored) - tally.sent),
    }


def measure(seconds: float, clients: int, seed: int, folder: Path) -> dict[str, int | float]:
    """Run clients against a site that is being killed; return the figures."""
    database = Database(folder)
    database.start()
    os.environ |= {
        "BENCHMARK_FOLDER": str(folder),
        "BENCHMARK_DATABASE_URL": database.url,
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
    }
    sys.path.insert(0, str(ROOT / "site"))
    site = None
    try:
        place = prepare()
        site = Site()
        tally, stop = Tally(), Event()
        people = [Client(number, site.port, place, tally, stop) for number in range(clients)]
        begun = time.monotonic()
        for person in people:
            person.start()
        with killed(site, database, tally, seed):
            while (spent := time.monotonic() - begun) < seconds:
                time.sleep(min(10, seconds - spent + 0.1))
                say(f"{spent:4.0f} s: {len(tally.acknowledged)} acknowledged, {dict(tally.seen)}")
        stop.set()
        for person in people:
            person.join()
        return {**recount(tally), **dict(sorted(tally.seen.items())), "seconds": round(seconds)}
    finally:
        if site:
            site.stop()
        database.crash()


def main() -> int:
    """Measure; return 1 if a need was lost, doubled or stored by half."""
    parser = argparse.ArgumentParser(prog="make survive", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help=f"keep the figures in {WRITTEN.name}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="samkurs-survive-") as folder:
        found = measure(options.seconds, options.clients, options.seed, Path(folder))
    say()
    for name, value in found.items():
        say(f"{value:>8} {name}")
    if options.write:
        WRITTEN.write_text(json.dumps(found, indent=2) + "\n")
    wrong = ("lost", "doubled", "references given twice", "stored by half", "logs broken")
    return int(any(found[name] for name in wrong) or not found["needs acknowledged"])


if __name__ == "__main__":
    sys.exit(main())
