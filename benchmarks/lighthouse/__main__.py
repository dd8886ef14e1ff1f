"""Rate the demo's pages as Lighthouse does on a phone: `make lighthouse`.

Against gunicorn on a server's settings, with pages compressed as the proxy does; the median of
five. Needs Node and Chromium (`CHROME_PATH`).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from ..catalogue import machine, say, set_up
from ..figures import table
from ..report import processor, replace_part

HOME = Path(__file__).resolve().parent
PROGRAM = HOME / "node_modules" / "lighthouse" / "cli" / "index.js"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
#: What is wanted in each; a noisy machine counts for the first.
WANTED = {"performance": 0.95, "accessibility": 0.99, "best-practices": 0.99, "seo": 0.99}
ROUNDS = 5
PATIENCE = 180
Ratings = dict[str, list[float]]


class LighthouseError(Exception):
    """A page could not be rated."""


def browser() -> str:
    """Return the path of Chromium. Raises ``LighthouseError`` where there is none."""
    found = os.environ.get("CHROME_PATH") or next(filter(None, map(shutil.which, BROWSERS)), "")
    if not found:
        raise LighthouseError("There is no Chromium: install one, or set CHROME_PATH")
    return found


def rate(address: str, folder: Path) -> dict:
    """Return Lighthouse's report on a page."""
    out = folder / "report.json"
    command = [
        *("node", str(PROGRAM), address, "--quiet", "--output=json", f"--output-path={out}"),
        "--only-categories=" + ",".join(CATEGORIES),
        "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage",
    ]
    environment = os.environ | {"CHROME_PATH": browser()}
    done = subprocess.run(  # noqa: S603  our own command
        command, env=environment, timeout=PATIENCE, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise LighthouseError(f"{address}: {done.stderr.strip()[-500:]}")
    report = json.loads(out.read_text())
    if report.get("runtimeError"):
        raise LighthouseError(f"{address}: {report['runtimeError']['message']}")
    for name in CATEGORIES:
        if report["categories"][name]["score"] is None:
            raise LighthouseError(f"{address}: no rating in {name}: {_errors(report)}")
    return report


def _errors(report: dict) -> str:
    audits = report["audits"].values()
    return "; ".join(each["errorMessage"] for each in audits if each.get("errorMessage"))


def losses(report: dict) -> list[str]:
    """Return what cost points, by category."""
    found = []
    for name in CATEGORIES:
        for part in report["categories"][name]["auditRefs"]:
            audit = report["audits"][part["id"]]
            score = audit["score"]
            if part["weight"] and score is not None and score < WANTED[name]:
                value = audit.get("displayValue", "")
                found.append(f"{name}: {audit['title']} {value} ({score:.2f})".replace("  ", " "))
    return found


def measure(port: int, pages: dict[str, str], rounds: int) -> tuple[dict[str, Ratings], set[str]]:
    """Rate every page so many times, in turn; return the ratings and what cost points."""
    ratings = {name: {category: [] for category in CATEGORIES} for name in pages}
    lost: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1, rounds + 1):
            for name, path in pages.items():
                report = rate(f"http://localhost:{port}{path}", Path(folder))
                for category in CATEGORIES:
                    score = report["categories"][category]["score"]
                    ratings[name][category].append(score)
                lost |= {f"{name}: {loss}" for loss in losses(report)}
            say(f"round {number} of {rounds}")
    return ratings, lost


def main() -> int:
    """Rate, show, and return 1 where a rating is below what is wanted."""
    parser = argparse.ArgumentParser(prog="make lighthouse", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--write", action="store_true", help="put the figures into the docs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="samkurs-lighthouse-") as folder:
        os.environ |= {"BENCHMARK_FOLDER": folder, "BENCHMARK_AS_BEHIND_PROXY": "1"}
        set_up()
        from ..pages import prepare
        from ..server import served

        say("Loading the demo into a throw-away database")
        asked = ("front page", "region", "listing", "course")
        pages = {page.name: page.path for page in prepare() if page.name in asked}
        with served() as port:
            ratings, lost = measure(port, pages, options.rounds)
        programs = machine()
    rows = [
        (name, *(f"{statistics.median(found[category]):.2f}" for category in CATEGORIES))
        for name, found in ratings.items()
    ]
    sys.stdout.write(f"\n{table([('page', *CATEGORIES), *rows])}\n\n")
    for loss in sorted(lost):
        sys.stdout.write(f"{loss}\n")
    if options.write:
        write_docs(rows, options.rounds, programs)
    low = [
        f"{name}: {category} {statistics.median(found[category]):.2f}"
        for name, found in ratings.items()
        for category in CATEGORIES
        if statistics.median(found[category]) < WANTED[category]
    ]
    sys.stdout.write("\n".join(["Below what is wanted:", *low] if low else ["All as wanted."]))
    sys.stdout.write("\n")
    return int(bool(low))


def write_docs(rows: list[tuple[str, ...]], rounds: int, programs: str) -> None:
    """Put the ratings into the docs."""
    package = json.loads((HOME / "package.json").read_text())
    version = package["dependencies"]["lighthouse"]
    today = datetime.now(tz=UTC).date().isoformat()
    lines = [
        f"Rated on {today} by Lighthouse {version}, as a phone, the median of {rounds}; "
        f"{processor()}; {programs}.",
        "",
        "| page | performance | accessibility | best practices | SEO |",
        "|---|---:|---:|---:|---:|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    replace_part("lighthouse", "\n".join(lines))


if __name__ == "__main__":
    sys.exit(main())
