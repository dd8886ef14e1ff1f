"""The load: so many readers at once, each asking again when answered, for a bounded time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from itertools import count
from threading import Lock, Thread

#: Seconds after which nobody waits any longer.
PATIENCE = 120


@dataclass(frozen=True)
class Answer:
    """What came back, from which worker, after how many milliseconds."""

    status: int
    worker: str
    body: bytes
    taken: float


@dataclass(frozen=True)
class Slice:
    """A stretch of load: requests a second, and the milliseconds of each answer."""

    rate: float
    times: list[float]

    @property
    def median(self) -> float:
        """What half of the answers stay within."""
        return statistics.median(self.times)

    def within(self, hundredths: int) -> float:
        """Return what so many in 100 answers stay within."""
        if len(self.times) == 1:
            return self.times[0]
        return statistics.quantiles(self.times, n=100, method="inclusive")[hundredths - 1]


def ask(port: int, path: str, patience: float = PATIENCE) -> Answer:
    """Ask once, as a proxy does that ends TLS. Raises ``TimeoutError`` when patience ends."""
    begun = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", port, timeout=patience)
    try:
        connection.request("GET", path, headers={"Host": "localhost", "X-Forwarded-Proto": "https"})
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    taken = (time.perf_counter() - begun) * 1000
    return Answer(response.status, response.getheader("X-Worker", ""), body, taken)


def load(
    port: int, paths: Sequence[str], *, readers: int, seconds: float, most: int = 20_000
) -> Slice:
    """Ask for ``paths`` in turn until the time or the number of requests is up.

    Who has asked is waited for; raises ``RuntimeError`` where an answer is not 200.
    """
    times: list[float] = []
    faults: list[str] = []
    lock, numbers = Lock(), count()
    begun = time.perf_counter()

    def reader() -> None:
        while time.perf_counter() - begun < seconds and not faults:
            with lock:
                number = next(numbers)
            if number >= most:
                return
            path = paths[number % len(paths)]
            try:
                answer = ask(port, path)
            except OSError as error:
                faults.append(f"{path}: {error}")
                return
            if answer.status != HTTPStatus.OK:
                faults.append(f"{path} answered {answer.status}")
            times.append(answer.taken)

    threads = [Thread(target=reader) for _ in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise RuntimeError(faults[0])
    return Slice(len(times) / (time.perf_counter() - begun), times)
