"""What the embedded engine's hits show: read for a whole page at once, kept with the snapshot."""

from __future__ import annotations

from dataclasses import replace

from catalogue.presenters.values import CourseSummary

from ..documents import read_summary
from ..models import CourseEntry, page_of
from ..query import Hit
from ..runs import Beginning, runs_of
from .begun import Placed
from .snapshot import Snapshot


class RowsGoneError(Exception):
    """A rebuild has taken the rows away that the snapshot knows."""


def placed_hits(
    placed: list[Placed],
    snapshot: Snapshot,
    asked: Beginning,
    summaries: dict[int, CourseSummary],
) -> list[Hit]:
    """Return hits with the day they stand by, and the state of what meets the days."""
    days = {page_of(snapshot.ids[position]): (position, day) for position, day in placed}
    hits = []
    for hit in hits_at([position for position, _day in placed], snapshot, summaries):
        position, day = days[hit.page_id]
        text = snapshot.run_texts[position] if asked.is_dated else ""
        best = asked.best(runs_of("", (), text), snapshot.today) if text else None
        status = best.status if best else hit.status
        hits.append(replace(hit, status=status, sorted_day=day))
    return hits


def summaries_at(positions: list[int], snapshot: Snapshot) -> dict[int, CourseSummary]:
    """Return what the rows at ``positions`` show. One query, where any was not shown before."""
    kept = snapshot.summaries
    keys = {snapshot.ids[position]: position for position in positions}
    found = {key: summary for key in keys if (summary := kept.get(key)) is not None}
    new = [key for key in keys if key not in found]
    if new:
        rows = CourseEntry.objects.filter(pk__in=new).values_list("pk", "summary")
        read = {key: read_summary(summary) for key, summary in rows}
        if not read:
            raise RowsGoneError
        snapshot.keep_summaries(read)
        found |= read
    return {keys[key]: summary for key, summary in found.items()}


def hits_at(
    positions: list[int], snapshot: Snapshot, summaries: dict[int, CourseSummary]
) -> list[Hit]:
    """Return the hits at ``positions`` whose rows are still there."""
    return [hit_at(snapshot, each, summaries[each]) for each in positions if each in summaries]


def hit_at(snapshot: Snapshot, position: int, summary: CourseSummary) -> Hit:
    """Return what stands at ``position``, in its state of the day."""
    return Hit(
        page_id=page_of(snapshot.ids[position]),
        summary=summary,
        status=snapshot.moments[position].status,
        reason=snapshot.moments[position].reason,
    )
