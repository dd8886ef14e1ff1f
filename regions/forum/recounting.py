"""Checking a published result from its file alone. Pure: no database, no clock.

`regions.forum.snapshot` counts the figures; here the forum's departures are put on top, so that
the order that was published is checked, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .departures import final_order
from .snapshot import Difference, Recomputation, SnapshotError, parse, recompute


@dataclass(frozen=True)
class Check:
    """What a file says, and what follows from it."""

    facts: Mapping[str, object]
    recomputed: Recomputation
    #: The order after the departures, as it follows from the file.
    order: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def previous(self) -> str:
        """The hash of the region's result before this one, empty in the first."""
        return str(self.facts["previous"])


def check(text: str, *, sha256: str | None = None, previous: str | None = None) -> Check:
    """Count a published result again and list every difference.

    ``sha256`` and ``previous`` are the hashes to compare with, where the reader has them from
    elsewhere. Raises ``SnapshotError`` where the file cannot be counted at all.
    """
    recomputed = recompute(text, sha256)
    found = parse(text)
    facts = found["facts"]
    if not isinstance(facts, dict):
        raise SnapshotError("the facts are missing")
    departures = _departures(facts)
    unknown = [ref for ref, _to in departures if ref not in recomputed.result.items]
    if unknown:
        raise SnapshotError(f"the forum moved what was not ranked: {unknown[0]}")
    order, moves = final_order(recomputed.result.order, departures)
    differences = list(recomputed.differences)
    if previous is not None and found["previous"] != previous:
        differences.append(Difference("previous", found["previous"], previous))
    if facts.get("order") != list(order):
        differences.append(Difference("facts.order", facts.get("order"), list(order)))
    for number, (said, move) in enumerate(zip(facts["departures"], moves, strict=True)):
        differences += _place(f"facts.departures.{number}.from", said.get("from"), move.from_place)
        differences += _place(f"facts.departures.{number}.to", said["to"], move.to_place)
    named = facts.get("items")
    refs = sorted([*recomputed.result.items, *recomputed.result.withdrawn])
    if not isinstance(named, dict) or sorted(named) != refs:
        stored = sorted(named) if isinstance(named, dict) else named
        differences.append(Difference("facts.items", stored, refs))
    return Check({**facts, "previous": found["previous"]}, recomputed, order, tuple(differences))


def _departures(facts: Mapping[str, object]) -> list[tuple[str, int]]:
    rows = facts.get("departures")
    if not isinstance(rows, list):
        raise SnapshotError("the list of departures is missing")
    found = []
    for row in rows:
        ref, to = (row.get("item"), row.get("to")) if isinstance(row, dict) else (None, None)
        if not isinstance(ref, str) or type(to) is not int:
            raise SnapshotError("a departure names a need and the place it came to")
        found.append((ref, to))
    return found


def _place(path: str, stored: object, computed: object) -> Iterator[Difference]:
    if type(stored) is not type(computed) or stored != computed:
        yield Difference(path, stored, computed)
