"""The engine where a search server is named: it is asked first, and the database whenever it fails.

Both hold the same courses, so a reader loses nothing but time, and of that no more than the
deadline of ``elastic.client``. After some failures in a row the server is left alone for a while.
Changes are written to the database first; what the server could not be told waits.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from threading import Lock
from typing import TypeVar

from ..query import CourseQuery, CourseResults, Hit, LikeCourses, Likeness, Wording
from .breaker import Breaker
from .database import DatabaseEngine
from .elastic import keeping
from .elastic.client import ServerFailedError
from .elasticsearch import BehindError, ElasticsearchEngine, TooDeepError
from .entries import Progress, is_rebuilding

logger = logging.getLogger(__name__)

#: Seconds after which nothing more is told at once: one commit may have several things to tell.
SLOW = 0.3

Answer = TypeVar("Answer")


class Counts:
    """How often what happened in this process, for `/health/`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counted: Counter[str] = Counter()

    def add(self, name: str) -> None:
        """Count one."""
        with self._lock:
            self._counted[name] += 1

    def __getitem__(self, name: str) -> int:
        return self._counted[name]


class FallbackEngine:
    """Asks the server, and the database where that does not answer, is behind or left alone."""

    name = "elasticsearch"

    def __init__(self) -> None:
        self.database = DatabaseEngine()
        self.server = ElasticsearchEngine()
        self.breaker = Breaker()
        #: Of what is told to the server: one commit may tell it several times, and waits once.
        self.writing = Breaker(failures=1)
        #: Of searches, by who answered: "elasticsearch", "database"; "failed" of the server's
        #: failures, whatever it was asked or told.
        self.counts = Counts()

    def search(self, query: CourseQuery) -> CourseResults:
        """Answer a query in time. The result says who answered."""
        return self._either(lambda: self.server.search(query), lambda: self.database.search(query))

    def several(self, queries: Sequence[CourseQuery]) -> list[CourseResults]:
        """Answer queries of one day in time, all of them by one of both."""
        return self._either(
            lambda: self.server.several(queries), lambda: self.database.several(queries)
        )

    def beside(self, likeness: Likeness) -> LikeCourses:
        """Return what stands beside a course."""
        return self._either(
            lambda: self.server.beside(likeness), lambda: self.database.beside(likeness)
        )

    def about(self, wording: Wording) -> list[Hit]:
        """Return the courses that a longer text may be about. The database knows (``asides``)."""
        return self.database.about(wording)

    def update(self, page_ids: Sequence[int]) -> None:
        """Write the rows of pages, then tell the server. Never fails or waits because of it."""
        self.database.update(page_ids)
        if not self.writing.allows():
            return
        begun = time.monotonic()
        try:
            told = keeping.drain(page_ids)
        except keeping.RefusedError as error:
            self.writing.succeeded()  # it answers, and the clock looks what is at fault
            self._failed(error)
            return
        except ServerFailedError as error:
            self.writing.failed()
            self._failed(error)
            return
        if time.monotonic() - begun > SLOW:
            self.writing.failed()  # the other changes of this commit wait for the clock
        elif told:
            self.writing.succeeded()
        else:
            self.writing.passed()

    def rebuild(self, progress: Progress, *, resume: bool = False) -> None:
        """Rebuild the read model, then the server's index from it.

        Raises ``ServerFailedError``: then readers are answered by the database, which is whole.
        """
        if not (resume and _only_server_left()):
            self.database.rebuild(progress, resume=resume)
        keeping.rebuild(progress, resume=resume)
        self.breaker.succeeded()
        self.writing.succeeded()

    def _either(self, server: Callable[[], Answer], database: Callable[[], Answer]) -> Answer:
        if self.breaker.allows():
            try:
                answer = server()
            except ServerFailedError as error:
                self._failed(error)
                if self.breaker.failed():
                    # Without the error: what the server says may hold what was asked.
                    logger.error("the search server is left alone")  # noqa: TRY400
            except (BehindError, TooDeepError):
                # Nobody was asked, or it did well. Whoever was to try has tried.
                self.breaker.passed()
            else:
                self.breaker.succeeded()
                self.counts.add(ElasticsearchEngine.name)
                return answer
        self.counts.add(DatabaseEngine.name)
        return database()

    def _failed(self, error: ServerFailedError) -> None:
        """Count and log a failure, without a word of what was asked."""
        self.counts.add("failed")
        logger.warning("the search server failed: %s", error)


def _only_server_left() -> bool:
    """Whether a rebuild was interrupted when the read model was through."""
    try:
        return not is_rebuilding() and keeping.is_rebuilding()
    except ServerFailedError:
        return False
