"""What no client of Django can send, sent to a server of the kind that a site runs on."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests import factories
from tests.services import missing

from . import hostile

HEAD = b"Host: localhost\r\nConnection: close\r\n"
#: Whatever is in them is up to the server: it may close without a word, but not fail.
ODD = {
    "nothing": b"",
    "no line": b"\r\n\r\n",
    "no version": b"GET /nb/\r\n\r\n",
    "old version": b"GET /nb/ HTTP/0.9\r\n\r\n",
    "new version": b"GET /nb/ HTTP/9.9\r\n" + HEAD + b"\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200,
    "no host": b"GET /nb/ HTTP/1.1\r\nConnection: close\r\n\r\n",
    "two hosts": b"GET /nb/ HTTP/1.1\r\nHost: evil.example\r\n" + HEAD + b"\r\n",
    "absolute": b"GET http://localhost/nb/ HTTP/1.1\r\n" + HEAD + b"\r\n",
    "absolute, of another": b"GET http://evil.example/nb/ HTTP/1.1\r\n" + HEAD + b"\r\n",
    "authority": b"CONNECT evil.example:443 HTTP/1.1\r\n" + HEAD + b"\r\n",
    "star": b"OPTIONS * HTTP/1.1\r\n" + HEAD + b"\r\n",
    "no slash": b"GET nb/ HTTP/1.1\r\n" + HEAD + b"\r\n",
    "many slashes": b"GET //evil.example//nb/ HTTP/1.1\r\n" + HEAD + b"\r\n",
    "fragment": b"GET /nb/?q=a#b HTTP/1.1\r\n" + HEAD + b"\r\n",
    "space": b"GET /nb/ a HTTP/1.1\r\n" + HEAD + b"\r\n",
    "raw bytes": b"GET /nb/\xff\xfe\x00\x01?q=\xed\xa0\x80 HTTP/1.1\r\n" + HEAD + b"\r\n",
    "long line": b"GET /nb/" + b"x" * 20_000 + b" HTTP/1.1\r\n" + HEAD + b"\r\n",
    "long header": b"GET /nb/ HTTP/1.1\r\n" + HEAD + b"X: " + b"x" * 20_000 + b"\r\n\r\n",
    "many headers": b"GET /nb/ HTTP/1.1\r\n" + HEAD + b"X: y\r\n" * 500 + b"\r\n",
    "no colon": b"GET /nb/ HTTP/1.1\r\n" + HEAD + b"nonsense\r\n\r\n",
    "folded": b"GET /nb/ HTTP/1.1\r\n" + HEAD + b"X: a\r\n b\r\n\r\n",
    "NUL": b"GET /nb/ HTTP/1.1\r\n" + HEAD + b"X: a\x00b\r\n\r\n",
    "lone LF": b"GET /nb/ HTTP/1.1\nHost: localhost\nConnection: close\n\n",
    "underscores": b"GET /nb/ HTTP/1.1\r\n" + HEAD + b"Content_Length: x\r\nX_Y: z\r\n\r\n",
    "no name": b"GET /nb/ HTTP/1.1\r\n" + HEAD + b": x\r\n\r\n",
    "odd method": b"B@D /nb/ HTTP/1.1\r\n" + HEAD + b"\r\n",
    "lower method": b"get /nb/ HTTP/1.1\r\n" + HEAD + b"\r\n",
}
#: The first figure of what is no failure; the server may also close without a word.
OURS = {"", "1", "2", "3", "4"}
POST = b"POST /en/account/sign-in/ HTTP/1.1\r\n" + HEAD
POST += b"Content-Type: application/x-www-form-urlencoded\r\n"
ODD |= {
    f"length {value!r}": POST + b"Content-Length: " + value + b"\r\n\r\nusername=a"
    for value in (b"-1", b"x", b"", b"\xb2", b"1e1", b"9" * 30, b"10, 10", b"+10", b"0x10", b"0")
}
ODD |= {
    "two lengths": POST + b"Content-Length: 10\r\nContent-Length: 3\r\n\r\nusername=a",
    "length and chunks": POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks": POST + b"Transfer-Encoding: chunked\r\n\r\na\r\nusername=a\r\n0\r\n\r\n",
    "odd chunk": POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nusername=a\r\n0\r\n\r\n",
    "huge chunk": POST + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nusername=a",
    "half a chunk": POST + b"Transfer-Encoding: chunked\r\n\r\na\r\nuser",
    "gzip": POST + b"Transfer-Encoding: gzip\r\n\r\nusername=a",
    "half a body": POST + b"Content-Length: 100\r\n\r\nusername=a",
    "expects": POST + b"Expect: 100-continue\r\nContent-Length: 10\r\n\r\nusername=a",
    "expects what is odd": POST + b"Expect: x\r\nContent-Length: 10\r\n\r\nusername=a",
}


def _as_sent(noise: bytes) -> bytes:
    """Return bytes as they can stand in a request line: only what would end it is left out."""
    return noise.translate(None, b" \r\n")[:2_000]


ODD |= {
    f"noise {number}": b"GET /nb/%s?q=%s&page=%s HTTP/1.1\r\nAccept-Language: %s\r\n%s\r\n"
    % (*(_as_sent(noise),) * 4, HEAD)
    for number, noise in enumerate(hostile.NOISE)
}


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[int]:
    """Start gunicorn on the test's database, with a region in it; yield the port."""
    if find_spec("gunicorn") is None:
        missing("gunicorn", "is sent what no client sends")
    factories.make_offering(factories.make_region(name="Fjell", slug="fjell"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [
        "--chdir",
        "site",
        "--bind",
        f"127.0.0.1:{port}",
        "--threads",
        "4",
        "--timeout",
        "20",
    ]
    log = tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603  our own command
            [sys.executable, "-m", "gunicorn", "samkurs.wsgi", *options],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "samkurs.settings.test",
                "DATABASE_URL": _address_of_database(),
            },
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(port, process, log)
            yield port
        finally:
            process.terminate()
            process.wait(30)


def _address_of_database() -> str:
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    return f"postgres://{given['USER']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"


def _wait(port: int, process: subprocess.Popen, log: Path) -> None:
    for _attempt in range(600):
        assert process.poll() is None, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())


def say(port: int, data: bytes) -> bytes:
    """Send ``data`` and no more, and return what comes until the server closes."""
    heard = b""
    with socket.create_connection(("127.0.0.1", port), 30) as line:
        try:
            line.sendall(data)
            line.shutdown(socket.SHUT_WR)
            while part := line.recv(65_536):
                heard += part
        except OSError as error:
            # Closed without reading on: a refusal as well.
            if error.errno not in {errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN}:
                raise
    return heard


def test_nothing_sent_makes_it_fail(server: int) -> None:
    good = b"GET /nb/fjell/ HTTP/1.1\r\n" + HEAD + b"\r\n"
    assert say(server, good).startswith(b"HTTP/1.1 200 ")
    statuses: dict[str, str] = {}
    for name, data in ODD.items():
        answer = say(server, data)
        line = answer.split(b"\r\n", 1)[0].decode("latin-1")
        statuses[name] = line.removeprefix("HTTP/1.1 ").removeprefix("HTTP/1.0 ")
    failed = {name: line for name, line in statuses.items() if line[:1] not in OURS}
    assert failed == {}
    # It looks at what it is sent: some is refused, some is a page, and it is still there.
    assert statuses["NUL"].startswith("400")
    assert statuses["two lengths"].startswith("400")
    assert statuses["chunks"].startswith(("200", "403"))
    assert len(ODD) >= 100
    assert say(server, good).startswith(b"HTTP/1.1 200 ")
