"""Actions at the same time, each with a connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Barrier, Thread

from django.db import connection

from regions.lifecycle import RefusedError

PATIENCE = 30


def together(*actions: Callable[[], object]) -> list[object]:
    """Run ``actions`` at once; return what each came to, its refusal included.

    Anything else that goes wrong, a deadlock for one, is raised.
    """
    barrier = Barrier(len(actions))
    results: list[object] = [None] * len(actions)

    def run(position: int) -> None:
        barrier.wait(timeout=PATIENCE)
        try:
            results[position] = actions[position]()
        except Exception as error:  # noqa: BLE001  told to the test below
            results[position] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=[position]) for position in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE)
        assert not thread.is_alive(), "somebody waits for ever"
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, RefusedError):
            raise result
    return results


def taken(results: Iterable[object]) -> int:
    """Return how many were not refused."""
    return sum(not isinstance(result, RefusedError) for result in results)
