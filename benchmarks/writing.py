"""P8 and P4: what it costs to rebuild the index, to publish, and until every worker shows it."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from uuid import uuid4

from django.utils import timezone

from catalogue.models import CoursePage
from search.query import CourseQuery, Sort
from search.sync import engine

from .figures import Figure, at_least, at_most
from .load import ask
from .server import ROOT, WORKERS, served
from .timing import Say

#: The page that shows the newest course first.
NEWEST = "/nb/courses/?sort=newest"
PUBLISHED = 7
#: Seconds after which a rebuild is given up.
PATIENCE = 900
#: Seconds within which every worker must show what was published, and how long is waited.
VISIBLE, WAITED = 1.0, 60


def timed(command: str) -> float | None:
    """Return the seconds that a command of `manage.py` takes; None where it takes too long."""
    begun = time.perf_counter()
    try:
        subprocess.run(  # noqa: S603  our own command
            [sys.executable, "manage.py", command],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=True,
        )
    except subprocess.TimeoutExpired:
        return None
    return time.perf_counter() - begun


def rebuilding(vendor: str, say: Say) -> tuple[list[Figure], bool]:
    """P8: the whole index anew, ours and stock's. Return whether stock has one now as well."""
    ours = timed("rebuild_search")
    if ours is None:
        raise TimeoutError(f"rebuild_search took more than {PATIENCE} s")
    say(f"  ours in {ours:.1f} s")
    stock = timed("rebuild_modelsearch_index")
    taken = f"{stock:.1f} s" if stock else f"more than {PATIENCE} s, given up"
    say(f"  stock in {taken}")
    what = "rebuild, times stock" if stock else "rebuild, times stock: at least"
    wanted = 10 if vendor == "sqlite" else 40
    return [
        Figure("P8", "rebuild of search and facets", f"ours {ours:.1f} s, stock {taken}"),
        at_least("P8", what, (stock or PATIENCE) / ours, wanted, "×"),
    ], stock is not None


def publishing(say: Say) -> tuple[list[Figure], float]:
    """P8: a publish is visible to every worker. Return the median cost of one as well, in ms."""
    newest = engine.search(CourseQuery("nb", timezone.localdate(), sort=Sort.NEWEST)).hits[0]
    page = CoursePage.objects.get(pk=newest.page_id).specific
    costs, delays = [], []
    with served() as port:
        for _ in range(PUBLISHED):
            page.title = f"Kurs {uuid4().hex[:12]}"
            begun = time.perf_counter()
            page.save_revision().publish()
            costs.append((time.perf_counter() - begun) * 1000)
            delays.append(_until_shown(port, page.title))
    say(f"  published {PUBLISHED} times, old page given for {max(delays):.2f} s at most")
    return [
        Figure("P4", "publishing a course, median", f"{statistics.median(costs):.0f} ms"),
        at_most("P8", "old page still given after a publish, at most", max(delays), VISIBLE, " s"),
    ], statistics.median(costs)


def _until_shown(port: int, title: str) -> float:
    """Return how long after publishing a reader could still ask and be given the old page.

    Asks until every worker has shown ``title``, and none the page before it after that. What an
    answer itself takes does not count: that is the machine's. Raises ``TimeoutError``.
    """
    begun = time.perf_counter()
    showing: set[str] = set()
    latest_old = 0.0
    while len(showing) < WORKERS:
        asked = time.perf_counter() - begun
        if asked > WAITED:
            raise TimeoutError(f"{len(showing)} of {WORKERS} workers show what was published")
        answer = ask(port, NEWEST)
        if title.encode() in answer.body:
            showing.add(answer.worker)
        else:
            showing.discard(answer.worker)
            latest_old = asked
    return latest_old
