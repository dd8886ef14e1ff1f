"""A PostgreSQL of our own for the tests: a free port, a throw-away directory, no privileges."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Where Debian and others put the server's programs, newest version last.
HOMES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")


class PostgresMissingError(Exception):
    """There is no PostgreSQL server program on this machine."""


def find_programs() -> Path:
    """Return the directory of `initdb` and `pg_ctl`. Raises ``PostgresMissingError``."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    for pattern in HOMES:
        for home in sorted(Path("/").glob(pattern.lstrip("/")), reverse=True):
            if (home / "initdb").exists():
                return home
    raise PostgresMissingError("PostgreSQL is not installed")


@contextmanager
def temporary_postgres() -> Iterator[str]:
    """Start a server for the duration and yield its ``DATABASE_URL``.

    PostgreSQL refuses to run as root, so root starts it as `postgres`, the user that the
    package brings.
    """
    programs = find_programs()
    with tempfile.TemporaryDirectory(prefix="samkurs-pg-") as folder:
        owner = []
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
            owner = ["runuser", "-u", "postgres", "--"]
            pwd.getpwnam("postgres")
        data = Path(folder) / "data"
        port = _free_port()
        initdb = [*owner, str(programs / "initdb"), "-D", str(data), "-U", "samkurs"]
        _quietly([*initdb, "-A", "trust", "-E", "UTF8", "--no-sync"])
        options = f"-p {port} -k {folder} -c fsync=off -c listen_addresses=127.0.0.1"
        control = [*owner, str(programs / "pg_ctl"), "-D", str(data), "-w"]
        log = Path(folder) / "log"
        _quietly([*control, "-l", str(log), "-o", options, "start"])
        try:
            yield f"postgres://samkurs@127.0.0.1:{port}/postgres"
        finally:
            _quietly([*control, "-m", "immediate", "stop"])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _quietly(command: list[str]) -> None:
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)  # noqa: S603  our own command
