"""Compares what readers are answered from with what it stems from, and mends what differs.

Everything follows each change by itself. This is for what nobody foresees: a row that was edited by
hand, a signal that a new feature forgot, a server that lost its disk.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from math import ceil
from zlib import crc32

from django.conf import settings
from django.core.cache import cache
from django.db.models import F

from catalogue.models import CoursePage

from . import pending
from .engines import entries
from .engines.elastic import index, keeping, mapping
from .engines.elastic.client import UNHURRIED, ServerFailedError, ask
from .engines.elastic.keeping import Differences
from .models import CatalogueChange, CatalogueVersion

logger = logging.getLogger(__name__)

#: Pages that one tick compares with their rows: some tenths of a second. All have their turn.
A_SLICE = 100


@dataclass(frozen=True)
class Findings:
    """What differs: rows from their pages, and documents on the server from the rows."""

    rows: list[int] = field(default_factory=list)
    #: None where no server is named.
    server: Differences | None = None
    #: Pages whose documents the server refuses, by what it said.
    refused: dict[int, str] = field(default_factory=dict)
    #: Why the server could not be compared.
    failure: str = ""

    @property
    def well(self) -> bool:
        """Whether everything was compared and nothing differs."""
        differs = self.rows or self.refused or (self.server and self.server.pages)
        return not (self.failure or differs)


def check() -> Findings:
    """Compare everything, and change nothing."""
    pages = set(CoursePage.objects.values_list("pk", flat=True))
    rows = entries.stale(pages)
    if not settings.ELASTICSEARCH:
        return Findings(rows)
    try:
        if not ask(index.is_right, UNHURRIED):
            return Findings(rows, failure="it has no index of this form")
        return Findings(rows, keeping.differences(), pending.refused())
    except ServerFailedError as error:
        return Findings(rows, failure=str(error))


def repair(findings: Findings) -> None:
    """Mend what ``check`` found. Raises ``ServerFailedError`` if the server does not answer."""
    if findings.rows:
        entries.update(findings.rows)
    if settings.ELASTICSEARCH:
        _server(thorough=True)


def keep_rows() -> None:
    """Compare a slice of the pages with their rows, another with each minute; mend what differs.

    What was deleted is no page any more: if nobody could tell of it, it is told now.
    """
    if gone := CatalogueChange.untold():
        entries.update(gone)
    slices = max(ceil(CoursePage.objects.count() / A_SLICE), 1)
    turn = int(time.time() // 60) % slices
    pages = CoursePage.objects.alias(part=F("pk") % slices).filter(part=turn)
    if wrong := entries.stale(pages.values_list("pk", flat=True)):
        logger.warning("the rows of %s pages were mended: %s", len(wrong), wrong)
        entries.update(wrong)


def keep_server() -> None:
    """Tell the server what waits, and mend what differs. That it is down is no failure of ours."""
    if not settings.ELASTICSEARCH:
        return
    try:
        _server(thorough=False)
    except ServerFailedError as error:
        logger.warning("the search server could not be brought up to date: %s", error)
    except keeping.RebuildTakenOverError:
        logger.info("another process rebuilds the index of the search server")


def _server(*, thorough: bool) -> None:
    if not ask(index.is_right, UNHURRIED):
        logger.warning("the search server has no index of this form: it is built")
        keeping.rebuild(_silent, resume=True)
        return
    if thorough:
        pending.try_again()
    keeping.drain_all()
    if not thorough and ask(index.fingerprint, UNHURRIED) == _fingerprint():
        return
    wrong = keeping.differences()
    if wrong.pages:
        logger.warning("%s documents of the search server were mended", len(wrong.pages))
        keeping.mend(wrong.pages)


def _fingerprint() -> index.Fingerprint:
    """Return what the server's should be; kept for as long as the catalogue is the same."""
    refused = pending.refused().keys()
    aside = crc32(str(sorted(refused)).encode())
    key = f"search.fingerprint.{mapping.version()}.{CatalogueVersion.current()}.{aside}"
    kept = cache.get(key)
    if kept is None:
        digests = [each for page, each in keeping.expected().items() if page not in refused]
        kept = (len(digests), sum(map(mapping.check_of, digests)))
        cache.set(key, kept)
    return index.Fingerprint(*kept)


def _silent(done: int, total: int) -> None:
    """Say nothing of how far it is."""
