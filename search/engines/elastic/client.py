"""The connection to the search server: one client for a process, and an end to every wait.

A time limit of a socket begins anew with every byte, so that a server which drips would hold a
reader up for good. Here two limits bound the whole of a call. The caller waits for a thread no
longer than its deadline, whatever happens there, names that are not resolved included. And the
thread's own reading has an end too, so that threads come back.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTimeError
from http.client import HTTPResponse
from socket import socket
from threading import Lock
from typing import TypeVar

from django.conf import settings
from elastic_transport import NodeConfig, TransportError, Urllib3HttpNode
from elasticsearch import ApiError, Elasticsearch
from urllib3.connection import HTTPConnection, HTTPSConnection

#: Seconds that a reader, or an editor who publishes, waits for the server in all.
PATIENCE = 0.6
#: Seconds for what nobody waits for: a small question of the clock, a batch of a rebuild.
UNHURRIED, LONG = 5.0, 30.0
#: Calls at once in a process, and connections to each node: more than it has threads for readers.
CALLS = 16

Answer = TypeVar("Answer")


class ServerFailedError(Exception):
    """The server gave no answer that can be used. The message holds nothing of the question."""


class _TimedReader(io.RawIOBase):
    """Reads from a socket until a moment, however the bytes come."""

    def __init__(self, raw: io.RawIOBase, sock: socket, seconds: float) -> None:
        self._raw, self._sock = raw, sock
        self._until = time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer was not there in time")
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(HTTPResponse):
    """An answer whose head and body have to be there in the time of one read."""

    def __init__(self, sock: socket, *args: object, **kwargs: object) -> None:
        super().__init__(sock, *args, **kwargs)
        if (seconds := sock.gettimeout()) is not None:
            self.fp = io.BufferedReader(_TimedReader(self.fp.detach(), sock, seconds))


class _TimedConnection(HTTPConnection):
    response_class = _TimedResponse


class _TimedTlsConnection(HTTPSConnection):
    response_class = _TimedResponse


class _TimedNode(Urllib3HttpNode):
    """A node whose connections keep to the time."""

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        tls = config.scheme == "https"
        self.pool.ConnectionCls = _TimedTlsConnection if tls else _TimedConnection


def connect(server: Mapping[str, object]) -> Elasticsearch:
    """Return a client for the settings of a server. It connects when it is first asked."""
    return Elasticsearch(
        server["hosts"],
        api_key=server["api_key"],
        **({"ca_certs": server["ca_certs"]} if server["ca_certs"] else {}),
        node_class=_TimedNode,
        connections_per_node=CALLS,
        request_timeout=PATIENCE,
        max_retries=0,
        retry_on_timeout=False,
        # A node that failed is asked again soon: who decides to leave the server alone is the
        # breaker.
        dead_node_backoff_factor=0.5,
        max_dead_node_backoff=5,
    )


_lock = Lock()
_clients: dict[str, Elasticsearch] = {}
_threads = ThreadPoolExecutor(CALLS, thread_name_prefix="elasticsearch")


def client() -> Elasticsearch:
    """Return the client of this process for the server of the settings."""
    key = repr(settings.ELASTICSEARCH)
    with _lock:
        if key not in _clients:
            for old in _clients.values():
                old.close()
            _clients.clear()
            _clients[key] = connect(settings.ELASTICSEARCH)
        return _clients[key]


def ask(call: Callable[[Elasticsearch], Answer], seconds: float | None = None) -> Answer:
    """Return what ``call`` gets from the server. Raises ``ServerFailedError``, in time.

    ``call`` runs in a thread: it must not touch the database. Usually it has ``PATIENCE``, and one
    node is asked once. With other ``seconds`` nobody waits, and other nodes are asked too.
    """
    tries = 0 if seconds is None else len(settings.ELASTICSEARCH["hosts"])
    seconds = PATIENCE if seconds is None else seconds
    timed = client().options(request_timeout=seconds, max_retries=tries)
    future = _threads.submit(call, timed)
    try:
        return future.result(seconds)
    except NotInTimeError as error:
        future.cancel()
        raise ServerFailedError("it did not answer in time") from error
    except ServerFailedError:
        raise
    except ApiError as error:
        raise ServerFailedError(f"it answered with {error.status_code}") from error
    except TransportError as error:
        raise ServerFailedError(type(error).__name__) from error
    except Exception as error:
        # What answers there is no Elasticsearch, or does not say what one says.
        raise ServerFailedError(f"it said nothing of use ({type(error).__name__})") from error
