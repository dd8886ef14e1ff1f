"""A PostgreSQL and a gunicorn that are killed and come back, for one measurement."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from tests.postgres import find_programs

from .server import ROOT, WORKERS, free_port

#: Seconds within which a killed database has to be back.
BACK = 60


def children(pid: int) -> list[int]:
    """Return the processes that ``pid`` started and that still live."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(each) for each in listed.split()]


def kill(pids: list[int]) -> None:
    """Kill at once, without a chance to tidy up."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


class Database:
    """A PostgreSQL that forgets nothing it has acknowledged: ``fsync`` is on."""

    def __init__(self, folder: Path) -> None:
        self._programs = find_programs()
        self._port = free_port()
        self._as_owner = [] if os.geteuid() else ["runuser", "-u", "postgres", "--"]
        folder.chmod(0o755)
        home = folder / "home"
        home.mkdir()
        self._data = home / "data"
        self._log = home / "log"
        if self._as_owner:
            subprocess.run(["chown", "postgres", str(home)], check=True)  # noqa: S603, S607
        initdb = [str(self._programs / "initdb"), "-D", str(self._data), "-U", "samkurs"]
        self._run([*initdb, "-A", "trust", "-E", "UTF8"])
        self.url = f"postgres://samkurs@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Start, and recover what a crash left. Raises ``RuntimeError`` if it does not come back.

        The processes of the crash may hold its memory for a moment.
        """
        options = f"-p {self._port} -k {self._data} -c listen_addresses=127.0.0.1"
        until = time.monotonic() + BACK
        while time.monotonic() < until:
            control = [str(self._programs / "pg_ctl"), "-D", str(self._data), "-w"]
            with suppress(subprocess.CalledProcessError):
                self._run([*control, "-l", str(self._log), "-o", options, "start"])
                return
            time.sleep(0.2)
        raise RuntimeError("the database does not come back")

    def crash(self) -> None:
        """Kill the server with every process it started."""
        first = (self._data / "postmaster.pid").read_text().splitlines()[0]
        kill([int(first), *children(int(first))])

    def _run(self, command: list[str]) -> None:
        subprocess.run(  # noqa: S603  our own command
            [*self._as_owner, *command],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


class Site:
    """gunicorn, whose workers are killed and started again by their master."""

    def __init__(self) -> None:
        self.port = free_port()
        command = [
            *(sys.executable, "-m", "gunicorn", "benchmarks.wsgi:application"),
            *("--workers", str(WORKERS), "--bind", f"127.0.0.1:{self.port}"),
            *("--timeout", "30", "--graceful-timeout", "1", "--log-level", "critical"),
            *("--chdir", str(ROOT), "--pythonpath", str(ROOT / "site")),
        ]
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
        self._master = subprocess.Popen(  # noqa: S603  our own command
            command,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def workers(self) -> list[int]:
        """Return the workers that live."""
        return children(self._master.pid)

    def stop(self) -> None:
        """End the master and its workers."""
        self._master.terminate()
        self._master.wait()
