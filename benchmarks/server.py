"""gunicorn with two workers on a server's settings, for the length of a measurement."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .load import ask

ROOT = Path(__file__).resolve().parents[1]
WORKERS = 2
#: Seconds a start may take, and an answer of stock before the worker is ended.
START, ANSWER = 60, 300


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(*, keep_pages: bool = True) -> Iterator[int]:
    """Start the site with the settings in the environment and yield its port.

    ``keep_pages`` says whether whole pages may be kept; without, each is made anew.
    """
    port = free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "benchmarks.wsgi:application"),
        *("--workers", str(WORKERS), "--bind", f"127.0.0.1:{port}"),
        *("--timeout", str(ANSWER), "--graceful-timeout", "1", "--log-level", "error"),
        *("--chdir", str(ROOT), "--pythonpath", str(ROOT / "site")),
    ]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "KEEP_PAGES": str(keep_pages),
    }
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(  # noqa: S603  our own command
            command, cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            _wait(port, process)
            yield port
        finally:
            process.terminate()
            process.wait()
            log.seek(0)
            sys.stderr.write(log.read())


def _wait(port: int, process: subprocess.Popen) -> None:
    """Wait until every worker has answered. Raises ``RuntimeError`` if that takes too long."""
    until = time.monotonic() + START
    seen: set[str] = set()
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("gunicorn ended at once")
        try:
            seen.add(ask(port, "/nb/bench/hello/").worker)
        except OSError:
            time.sleep(0.1)
        if len(seen) == WORKERS:
            return
    raise RuntimeError(f"{len(seen)} of {WORKERS} workers answered in {START} s")
