"""A circuit breaker: who has failed some times in a row is left alone for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import StrEnum
from threading import Lock

#: Failures in a row after which nobody asks any more.
FAILURES = 3
#: Seconds until one may try again, at first; twice as long after each try that fails, up to a most.
REST, LONGEST_REST = 2.0, 30.0


class Position(StrEnum):
    """Where a breaker stands."""

    CLOSED = "closed"
    OPEN = "open"
    TRYING = "trying"


class Breaker:
    """Says whether to ask, and is told how it went. Safe between threads; one for a process."""

    def __init__(
        self, failures: int = FAILURES, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._failures = failures
        self._clock = clock
        self._lock = Lock()
        self._failed = 0
        self._rest = REST
        #: When one may try again; None while all may ask.
        self._until: float | None = None
        #: Whether somebody is trying; a try that never reports is over by the time of the next.
        self._trying = False

    @property
    def position(self) -> Position:
        """Where it stands now."""
        with self._lock:
            if self._until is None:
                return Position.CLOSED
            return Position.TRYING if self._trying else Position.OPEN

    def allows(self) -> bool:
        """Whether to ask: all may while it is closed, one at a time when the rest is over.

        Whoever is allowed has to report.
        """
        with self._lock:
            if self._until is None:
                return True
            if self._clock() < self._until:
                return False
            self._trying = True
            self._until = self._clock() + self._rest
            return True

    def succeeded(self) -> None:
        """Let all ask."""
        with self._lock:
            self._failed, self._rest, self._until, self._trying = 0, REST, None, False

    def passed(self) -> None:
        """Hand a try back that was not used: the next one may try at once."""
        with self._lock:
            if self._trying:
                self._trying, self._until = False, self._clock()

    def failed(self) -> bool:
        """Count a failure; return whether it is the one that opens."""
        with self._lock:
            self._failed += 1
            if self._until is not None:
                if self._trying:  # not one that was on its way when it opened
                    self._trying = False
                    self._rest = min(self._rest * 2, LONGEST_REST)
                    self._until = self._clock() + self._rest
                return False
            if self._failed < self._failures:
                return False
            self._until = self._clock() + self._rest
            return True
