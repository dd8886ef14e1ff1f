"""Is it HTML? Two readers that are not ours: html5lib's strict parser and the Nu Html Checker."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import html5lib
from django.conf import settings
from html5lib.constants import E

from .services import missing, require

#: The checker as npm brings it. Another version: its number here, and the sum of `vnu.jar` in it.
VERSION = "26.9.27"
SHA256 = "22f15dd39a33bed929d2a5c0cddf5946849a647eca9272bf4d5d00bc7e7a4d47"
CACHE = settings.VAR_DIR / "tools" / f"vnu-{VERSION}"
REASON = "checks that pages are valid HTML"
#: The downloader of the package's own Java is not run: Java is here, or the test says so.
INSTALL = ("install", "--ignore-scripts", "--no-save", "--no-audit", "--no-fund", "--prefix")


def parse_errors(html: bytes) -> list[str]:
    """Return what the parser of the standard stumbles over, with the place."""
    parser = html5lib.HTMLParser()
    parser.parse(html, transport_encoding="utf-8")
    return [f"{line}:{column} {E[code] % data}" for (line, column), code, data in parser.errors]


def nu_errors(pages: dict[str, bytes]) -> list[str]:
    """Return all that the Nu Html Checker says of ``pages``, errors and warnings, by page."""
    java, jar = require("java", REASON), _jar()
    with tempfile.TemporaryDirectory(prefix="samkurs-html-") as folder:
        names = {}
        for number, (name, html) in enumerate(pages.items()):
            file = Path(folder) / f"{number:03}.html"
            file.write_bytes(html)
            names[file.name] = name
        options = ["--stdout", "--exit-zero-always", "--format", "json"]
        command = [java, "-jar", str(jar), *options, *(f"{folder}/{name}" for name in names)]
        said = subprocess.run(command, capture_output=True, check=True, timeout=300)  # noqa: S603
    return [
        f"{names[message['url'].rpartition('/')[2]]}:{message.get('lastLine')} "
        f"{message['message']} {message.get('extract', '')!r}"
        for message in json.loads(said.stdout)["messages"]
    ]


def _jar() -> Path:
    """Return the checker: the one that `VNU_JAR` names, else the pinned one, from npm once."""
    if named := os.environ.get("VNU_JAR"):
        return Path(named)
    jar = CACHE / "vnu.jar"
    if not jar.exists():
        _install(jar)
    if hashlib.sha256(jar.read_bytes()).hexdigest() != SHA256:
        raise RuntimeError(f"{jar} is not the checker of version {VERSION}: remove it")
    return jar


def _install(jar: Path) -> None:
    npm = require("npm", f"{REASON}; or let VNU_JAR name the checker")
    with tempfile.TemporaryDirectory(prefix="samkurs-vnu-") as folder:
        command = [npm, *INSTALL, folder, f"vnu-jar@{VERSION}"]
        said = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if said.returncode:
            missing("vnu-jar", f"{REASON}; npm: {said.stderr.strip()[-200:]}")
        jar.parent.mkdir(parents=True, exist_ok=True)
        # Renamed when whole: another process may look for it at the same time.
        part = jar.with_suffix(f".{os.getpid()}")
        shutil.copyfile(f"{folder}/node_modules/vnu-jar/build/dist/vnu.jar", part)
        part.replace(jar)
