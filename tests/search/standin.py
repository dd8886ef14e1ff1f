"""A search server that misbehaves, in every way that one was seen to."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

MISSING = {"type": "index_not_found_exception", "reason": "no such index"}
REFUSED = {"type": "search_phase_execution_exception", "reason": "all shards failed"}
STRICT = {"type": "strict_dynamic_mapping_exception", "reason": "not allowed"}
EMPTY = {
    "timed_out": False,
    "_shards": {"failed": 0},
    "status": 200,
    "hits": {"hits": []},
    "aggregations": {
        "found": {"doc_count": 9},
        "all": {
            "doc_count": 3,
            "state": {"day": {"values": {"sum_other_doc_count": 0, "buckets": []}}},
        },
    },
}


class StandIn:
    """Listens on a port of its own and answers as ``mode`` says."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.mode = "hanging"
        self.asked = 0
        #: The head of the last request.
        self.head = ""
        self._ended = Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        # Nobody listens on port 1.
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{1 if self.mode == 'refused' else self.port}"

    def serve(self) -> None:
        """Answer until it is closed, each connection in a thread."""
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            Thread(target=self._one, args=(connection,), daemon=True).start()

    def close(self) -> None:
        self._ended.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _one(self, connection: socket.socket) -> None:
        with suppress(OSError), connection, self._secured(connection) as secured:
            while head := _request(secured):
                self.asked, self.head = self.asked + 1, head
                path = head.split(" ")[1]
                (MODES | OTHERS)[self.mode](self, secured, path)

    def _secured(self, connection: socket.socket) -> socket.socket:
        return self._tls.wrap_socket(connection, server_side=True) if self._tls else connection

    def _wait(self, connection: socket.socket, path: str) -> None:
        self._ended.wait(20)

    def _slow(self, connection: socket.socket, path: str) -> None:
        self._ended.wait(1.5)
        connection.sendall(_answer(200, {"responses": [EMPTY] * 2}))

    def _drip(self, connection: socket.socket, path: str) -> None:
        whole = _answer(200, {"took": 1, "responses": [EMPTY] * 50})
        for number in range(len(whole)):
            connection.sendall(whole[number : number + 1])
            if self._ended.wait(0.02):
                return

    def _reset(self, connection: socket.socket, path: str) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()


def _request(connection: socket.socket) -> str:
    """Read one request and return its head, nothing when the other side has left."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            return ""
        data += chunk
    head, _blank, body = data.partition(b"\r\n\r\n")
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ),
        0,
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head.decode()


def _answer(status: int, value: object, *, product: bool = True) -> bytes:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    head = [
        f"HTTP/1.1 {status} Said",
        "Content-Type: application/vnd.elasticsearch+json;compatible-with=8",
        f"Content-Length: {len(body)}",
        *(["X-Elastic-Product: Elasticsearch"] if product else []),
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def _saying(status: int, value: object, **options: bool) -> Callable:
    def say(server: StandIn, connection: socket.socket, path: str) -> None:
        connection.sendall(_answer(status, value, **options))

    return say


def _erring(status: int, error: dict, of_bulk: dict) -> Callable:
    """Answer as a real server does where an index is not there, or is another."""

    def say(server: StandIn, connection: socket.socket, path: str) -> None:
        if "_msearch" in path:
            said = _answer(200, {"responses": [{"error": error, "status": status}] * 2})
        elif "_bulk" in path:
            item = {"index": {"status": status, "error": of_bulk}}
            said = _answer(200, {"errors": True, "items": [item] * 2})
        else:
            said = _answer(status, {"error": error, "status": status})
        connection.sendall(said)

    return say


def _cut(server: StandIn, connection: socket.socket, path: str) -> None:
    connection.sendall(_answer(200, {"responses": [EMPTY] * 9})[:-30])
    time.sleep(0.01)
    connection.close()


MODES: dict[str, Callable] = {
    "refused": StandIn._wait,
    "hanging": StandIn._wait,
    "slow": StandIn._slow,
    "dripping": StandIn._drip,
    "reset": StandIn._reset,
    "429": _saying(429, {"error": {"type": "es_rejected_execution_exception"}, "status": 429}),
    "503": _saying(503, b"<html>unavailable</html>"),
    "malformed": _saying(200, b'{"responses": [{"hits": '),
    "cut": _cut,
    "nothing of use": _saying(200, {}),
    "no Elasticsearch": _saying(200, b"<html>Welcome</html>", product=False),
    "index missing": _erring(404, MISSING, MISSING),
    "mapping wrong": _erring(400, REFUSED, STRICT),
    "counts wrong": _saying(200, {"responses": [EMPTY] * 2}),
}


#: Of a server that is well, but does not know who asks, or not for this; and of one that does.
OTHERS = {
    "401": _saying(401, {"error": {"type": "security_exception"}, "status": 401}),
    "403": _erring(403, {"type": "security_exception"}, {"type": "security_exception"}),
    "well": _saying(200, {"status": "green", "count": 2}),
}


@contextmanager
def standing_in(tls: ssl.SSLContext | None = None) -> Iterator[StandIn]:
    """Yield one that answers, by HTTPS with the certificate of ``tls``."""
    server = StandIn(tls)
    thread = Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join(5)
