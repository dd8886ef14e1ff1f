"""What a worker reads before its first reader comes, so that nobody waits for it."""

from __future__ import annotations

import logging

from django.conf import settings
from django.db import connections
from django.utils import timezone

from .query import CourseQuery
from .sync import engine

logger = logging.getLogger(__name__)

#: A word that no course has: then what is near to it is looked for as well.
_UNKNOWN = "oppvarmingg"


def warm() -> None:
    """Search once: the courses, their words and the synonyms are in memory from then on.

    A server starts whatever goes wrong here; who searches is told if it still does.
    """
    query = CourseQuery(settings.LANGUAGE_CODE, timezone.localdate(), text=_UNKNOWN)
    try:
        engine.search(query)
    except Exception as error:  # noqa: BLE001  no database, no tables, no server, no memory
        logger.warning("nothing was read ahead of the first reader: %s", type(error).__name__)
    finally:
        connections.close_all()
