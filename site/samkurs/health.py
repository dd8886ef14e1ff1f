"""What a probe is told: whether the parts that the site stands on answer.

Public and cheap: no secret, no text of an error, a handful of small statements. Why something is
down stands in the log, under the id of the probe's request.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from django_tasks import task_backends
from django_tasks_db import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from catalogue.models import CoursePage
from regions.clock import LEASE
from regions.models import ClockLease
from search.engines.elastic import index
from search.engines.elastic.client import ServerFailedError, ask
from search.engines.text import text_index
from search.models import CatalogueVersion, CourseEntry
from search.pending import backlog
from search.sync import engine

logger = logging.getLogger(__name__)

OK, LATE, EMPTY, DOWN, UNKNOWN = "ok", "late", "empty", "down", "unknown"
INCOMPLETE = "incomplete"
#: Without these no page is answered, and a server that lacks one should get no readers.
NEEDED = ("database", "cache", "search")
#: The clock ticks every minute and a worker asks every second; a tick of much work takes longer.
PATIENCE = timedelta(minutes=10)
#: Matches nothing, and asks the text index all the same.
NO_WORD = "qzxqzxqzx"

Part = dict[str, object]


def database() -> Part:
    """Ask for one row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return {"status": OK, "kind": connection.vendor}


def shared_cache() -> Part:
    """Ask for a key; nothing need be there."""
    cache.get("samkurs.health")
    return {"status": OK}


def search() -> Part:
    """Ask the text index, and for the version of the read model.

    A read model without rows beside courses that readers may see was never built, or not since the
    upgrade that changed its form.
    """
    text_index().postings([(NO_WORD,)])
    version = CatalogueVersion.current()
    unbuilt = not CourseEntry.objects.read().exists() and CoursePage.objects.live().exists()
    return {
        "status": EMPTY if unbuilt else OK,
        "engine": engine.name,
        "version": version,
    }


def search_server() -> Part:
    """Ask the search server, and tell what waits for it and how this process has fared with it.

    It is ``late`` while changes wait too long: until it has them, the database answers. It is
    ``incomplete`` while it refuses a course: what that may be an answer to, the database answers.
    """
    waiting, since, refused = backlog()
    waited = _seconds_since(since)
    told = {
        "breaker": str(engine.breaker.position),
        "waiting": waiting,
        "refused": refused,
        "oldest_waiting_seconds": waited,
        "answered": engine.counts["elasticsearch"],
        "answered_by_database": engine.counts["database"],
        "failed": engine.counts["failed"],
    }
    try:
        cluster, indexed = ask(index.state)
    except ServerFailedError as error:
        logger.warning("health: the search server is down: %s", error)
        return {"status": DOWN, **told}
    late = waited is not None and waited > PATIENCE.total_seconds()
    usual = INCOMPLETE if refused else OK
    status = EMPTY if indexed is None else LATE if late else usual
    return {"status": status, "cluster": cluster, "courses": indexed, **told}


def tasks() -> Part:
    """Tell how long the oldest task has waited, and how many failed since the last tidying."""
    if not isinstance(task_backends["default"], DatabaseBackend):
        return {"status": OK, "backend": "immediate"}
    oldest = (
        DBTaskResult.objects.ready()
        .order_by("enqueued_at")
        .values_list("enqueued_at", flat=True)
        .first()
    )
    waited = _seconds_since(oldest)
    return {
        "status": LATE if waited is not None and waited > PATIENCE.total_seconds() else OK,
        "backend": "database",
        "oldest_waiting_seconds": waited,
        "failed": DBTaskResult.objects.failed().count(),
    }


def clock() -> Part:
    """Tell when `manage.py tick` last came to its end."""
    last = ClockLease.objects.filter(name=LEASE).values_list("last_run", flat=True).first()
    since = _seconds_since(last)
    return {
        "status": LATE if since is None or since > PATIENCE.total_seconds() else OK,
        "last_run": last,
        "seconds_since": since,
    }


def _seconds_since(moment: datetime | None) -> int | None:
    return None if moment is None else max(int((timezone.now() - moment).total_seconds()), 0)


def _ask(name: str, part: Callable[[], Part]) -> Part:
    """Ask a part; whatever goes wrong is its answer."""
    try:
        return part()
    except Exception:
        logger.exception("health: %s is down", name)
        return {"status": DOWN}


def report() -> dict[str, object]:
    """Ask every part. What stands on the database is not asked when that is gone: it would wait."""
    parts = {"database": _ask("database", database), "cache": _ask("cache", shared_cache)}
    others = [("search", search), ("tasks", tasks), ("clock", clock)]
    if settings.ELASTICSEARCH:
        others.insert(1, ("search_server", search_server))
    for name, part in others:
        gone = parts["database"]["status"] == DOWN
        parts[name] = {"status": UNKNOWN} if gone else _ask(name, part)
    if any(parts[name]["status"] == DOWN for name in NEEDED):
        status = DOWN
    elif all(part["status"] == OK for part in parts.values()):
        status = OK
    else:
        status = "degraded"
    return {"status": status, "version": settings.VERSION, **parts}


@cache_control(no_store=True)
@csrf_exempt
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 when all that pages need is well, else 503."""
    told = report()
    down = told["status"] == DOWN
    return JsonResponse(told, status=HTTPStatus.SERVICE_UNAVAILABLE if down else HTTPStatus.OK)
