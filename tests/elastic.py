"""A real Elasticsearch of our own for tests and benchmarks: `python -m tests.elastic` starts one.

The server is published to Maven Central as a distribution archive. It is fetched by Maven, unpacked
and kept in a cache by its version; a node then runs from there on free ports, in a throw-away
folder, as a user without privileges, and is ended by its process id. Where ``ELASTICSEARCH_URL``
names a server, that one is used and nothing is started. ``ELASTICSEARCH_VERSION`` names another
version than the usual one, ``ES_JAVA_HOME`` another Java than the one on the path.
"""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.postgres import _free_port

VERSION = os.environ.get("ELASTICSEARCH_VERSION") or "8.19.21"
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
FETCH = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
#: The oldest Java that the server runs on.
JAVA = 17 if VERSION.startswith("8.") else 21
#: Seconds that fetching, starting and ending may take; a slow machine starts a node in a minute.
FETCHING, STARTING, ENDING = 600, 180, 30
#: Java's options: of a node that is up soon, and of one that is measured.
QUICK, LASTING = "-Xms400m -Xmx400m -XX:TieredStopAtLevel=1", "-Xms1g -Xmx1g"
#: Who runs a node that root starts: the server refuses to be root.
NOBODY = "nobody"


#: Java's options that write beside the server, where a user without privileges may not.
_LOGS = re.compile(r"gc\.log|hs_err_|HeapDumpPath")


class ElasticsearchMissingError(Exception):
    """No node can be started on this machine; the message says what it lacks."""


def cache_folder() -> Path:
    """Return where unpacked servers are kept; a user without privileges must be able to read it."""
    if os.geteuid() == 0:
        return Path("/var/cache/samkurs")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "samkurs"


def java_home() -> Path:
    """Return the home of a Java that is new enough. Raises ``ElasticsearchMissingError``."""
    home = os.environ.get("ES_JAVA_HOME")
    program = f"{home}/bin/java" if home else shutil.which("java")
    if not program:
        raise ElasticsearchMissingError(f"Java {JAVA} or newer is not installed")
    told = subprocess.run(  # noqa: S603  the Java that the machine's owner chose
        [program, "-version"], capture_output=True, text=True, check=False
    )
    found = re.search(r'version "(\d+)', told.stderr)
    if not found or int(found[1]) < JAVA:
        raise ElasticsearchMissingError(f"Java {JAVA} or newer is not installed")
    return Path(program).resolve().parents[1]


def distribution() -> Path:
    """Return the unpacked server, fetched if need be. Raises ``ElasticsearchMissingError``.

    Several processes may ask at once: one fetches, the others wait.
    """
    java_home()
    folder = cache_folder()
    home = folder / f"elasticsearch-{VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"elasticsearch-{VERSION}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            _fetch(home)
    return home


def _fetch(home: Path) -> None:
    maven = shutil.which("mvn")
    if not maven:
        raise ElasticsearchMissingError("Maven is not installed")
    with tempfile.TemporaryDirectory(dir=home.parent) as folder:
        command = [maven, "-q", FETCH, f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={folder}"]
        try:
            done = subprocess.run(  # noqa: S603  our own command
                command, capture_output=True, text=True, check=False, timeout=FETCHING
            )
        except subprocess.TimeoutExpired:
            raise ElasticsearchMissingError("Maven did not fetch it in time") from None
        archives = list(Path(folder).glob("*.zip"))
        if done.returncode or not archives:
            raise ElasticsearchMissingError(f"Maven could not fetch it: {done.stdout[-300:]}")
        with zipfile.ZipFile(archives[0]) as archive:
            archive.extractall(folder)
        unpacked = Path(folder) / home.name
        for program in (unpacked / "bin").iterdir():
            program.chmod(0o755)
        unpacked.chmod(0o755)
        unpacked.rename(home)


class Node:
    """A node that can be ended and started again with its data."""

    def __init__(self, folder: Path, name: str = "one", **settings: object) -> None:
        self.port = _free_port()
        self.folder = folder / name
        self.java = QUICK
        self._process: subprocess.Popen | None = None
        configuration = self.folder / "config"
        shutil.copytree(distribution() / "config", configuration)
        own = {
            "node.name": name,
            "network.host": "127.0.0.1",
            "http.port": self.port,
            "path.data": str(self.folder / "data"),
            "path.logs": str(self.folder / "logs"),
            "xpack.security.enabled": False,
            "cluster.routing.allocation.disk.threshold_enabled": False,
            **(settings or {"discovery.type": "single-node"}),
        }
        text = "".join(f"{key}: {json.dumps(value)}\n" for key, value in own.items())
        (configuration / "elasticsearch.yml").write_text(text, encoding="utf-8")
        options = configuration / "jvm.options"
        kept = [each for each in options.read_text("utf-8").splitlines() if not _LOGS.search(each)]
        options.write_text("\n".join(kept) + "\n", encoding="utf-8")
        (self.folder / "tmp").mkdir()
        if os.geteuid() == 0:
            who = pwd.getpwnam(NOBODY)
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, who.pw_uid, who.pw_gid)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, *, wait: bool = True) -> None:
        """Start it, and wait until it answers. Raises ``ElasticsearchMissingError`` if it ends."""
        user: dict[str, object] = {}
        if os.geteuid() == 0:
            who = pwd.getpwnam(NOBODY)
            user = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
        with (self.folder / "said").open("ab") as said:
            self._process = subprocess.Popen(  # noqa: S603  our own command
                [str(distribution() / "bin" / "elasticsearch")],
                env={
                    "PATH": os.environ["PATH"],
                    "HOME": str(self.folder),
                    "ES_JAVA_HOME": str(java_home()),
                    "ES_JAVA_OPTS": self.java,
                    "ES_PATH_CONF": str(self.folder / "config"),
                    "ES_TMPDIR": str(self.folder / "tmp"),
                },
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **user,
            )
        if wait:
            self.wait()

    def wait(self) -> None:
        """Wait until it answers."""
        until = time.monotonic() + STARTING
        while not _answers(self.url):
            if self._process is None or self._process.poll() is not None:
                said = (self.folder / "said").read_text("utf-8", "replace")
                raise ElasticsearchMissingError(f"the node ended: {said[-800:]}")
            if time.monotonic() > until:
                self.stop()
                raise ElasticsearchMissingError("the node did not start in time")
            time.sleep(0.25)

    def stop(self) -> None:
        """End it with what it started; its data stays."""
        process, self._process = self._process, None
        if process is None:
            return
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, sign)  # its own session: the launcher and the server
            with suppress(subprocess.TimeoutExpired):
                process.wait(ENDING)
                break
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _answers(url: str) -> bool:
    path = f"{url}/_cluster/health?wait_for_status=yellow&timeout=5s"
    try:
        with urllib.request.urlopen(path, timeout=10) as response:  # noqa: S310  ours
            return response.status == 200
    except (OSError, urllib.error.URLError):
        return False


@contextmanager
def nodes(count: int = 1, java: str = QUICK) -> Iterator[list[Node]]:
    """Start so many nodes as one cluster for the duration. Raises ``ElasticsearchMissingError``."""
    distribution()
    with tempfile.TemporaryDirectory(prefix="samkurs-es-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        started = _prepare(Path(folder), count)
        try:
            for node in started:
                node.java = java
                node.start(wait=False)
            for node in started:
                node.wait()
            yield started
        finally:
            for node in started:
                node.stop()


def _prepare(folder: Path, count: int) -> list[Node]:
    if count == 1:
        return [Node(folder)]
    ports = [_free_port() for _number in range(count)]
    names = [f"node-{number}" for number in range(count)]
    shared = {
        "cluster.name": "samkurs-tests",
        "discovery.seed_hosts": [f"127.0.0.1:{port}" for port in ports],
        "cluster.initial_master_nodes": names,
    }
    return [
        Node(folder, name, **shared, **{"transport.port": port})
        for name, port in zip(names, ports, strict=True)
    ]


@contextmanager
def server(java: str = QUICK) -> Iterator[str]:
    """Yield the address of a server: the one that is named, else a node of our own."""
    if named := os.environ.get("ELASTICSEARCH_URL"):
        yield named
        return
    with nodes(java=java) as (node,):
        yield node.url


def main(arguments: Sequence[str]) -> int:
    """Start as many nodes as the first argument says and keep them until interrupted."""
    try:
        with nodes(int(arguments[0]) if arguments else 1) as started:
            print(",".join(node.url for node in started), flush=True)  # noqa: T201  a command speaks
            with suppress(KeyboardInterrupt):
                signal.signal(signal.SIGTERM, signal.default_int_handler)
                signal.pause()
    except ElasticsearchMissingError as missing:
        print(missing, file=sys.stderr)  # noqa: T201  a command speaks
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
