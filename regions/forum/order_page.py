"""What the forum sees between the close and the publication: the order, and how the votes lie.

It is made as the published result is, from a snapshot without names, so that no member learns more
of another seat than everybody will.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.translation import gettext as _

from . import counts, publishing
from . import result_words as words
from .models import PlanningRound, RoundState
from .result_page import explained, head_facts, is_quorate, unranked_row
from .result_reader import Reader
from .result_rows import Row, rows_of
from .snapshot import build_snapshot

#: The order of votes without a name says nothing, whoever asks how often.
_SHUFFLE = random.SystemRandom()
_DECIDED = frozenset({RoundState.DECIDED, RoundState.PUBLISHED, RoundState.ARCHIVED})


@dataclass(frozen=True)
class OrderPage:
    """Everything that the page shows. ``discuss``: why the meeting must speak of which needs."""

    facts: tuple[tuple[str, str], ...]
    advisory: bool
    most: int
    explained: str
    discuss: tuple[tuple[str, str, tuple[str, ...]], ...]
    rows: tuple[Row, ...]
    unranked: tuple[Row, ...]
    withdrawn: tuple[tuple[str, str], ...]
    tie_rules: tuple[str, ...]
    is_decided: bool


def order_page(planning_round: PlanningRound) -> OrderPage:
    """Count the round and return its page. Ask ``standing.may_be_counted`` first."""
    reader = _reader(planning_round)
    is_decided = planning_round.state in _DECIDED
    without = [ref for ref in reader.results["insufficient"] if ref not in reader.order]
    why = {ref: tuple(_why(reader, ref)) for ref in (*reader.order, *without)}
    rows = rows_of(reader, {})
    return OrderPage(
        facts=tuple(head_facts(reader)),
        advisory=not is_quorate(reader),
        most=reader.most,
        explained=explained(reader),
        discuss=tuple((ref, reader.title(ref), texts) for ref, texts in why.items() if texts),
        rows=tuple(row if is_decided else _undecided(row) for row in rows),
        unranked=tuple(unranked_row(reader, ref, {}) for ref in without),
        withdrawn=reader.withdrawn(),
        tie_rules=tuple(words.tie_rules(reader.most)),
        is_decided=is_decided,
    )


def _reader(planning_round: PlanningRound) -> Reader:
    inputs = counts.inputs_of(planning_round)
    # Named grades are published with the decision at the earliest, whatever the round says.
    inputs = replace(inputs, settings=replace(inputs.settings, publish_names=False))
    region = planning_round.region
    facts = publishing.facts_of(planning_round, region, inputs, at=timezone.now())
    facts["comments"] = []  # internal until then, too
    return Reader(build_snapshot(inputs, rng=_SHUFFLE, facts=facts))


def _undecided(row: Row) -> Row:
    """Return a row without what the forum has only begun to decide."""
    return replace(row, outcome="", reason="", alternative="", cut="")


def _why(reader: Reader, ref: str) -> list[str]:
    """Return why the meeting must speak of a need."""
    result, selection = reader.results["items"][ref], reader.results["selection"]
    found = []
    if result["standing"] is None:
        found.append(_("Too few grades for a place"))
    if result["parts"]["flag"]:
        found.append(_("Employees and municipalities grade it very differently"))
    if any(ref in tie["refs"] for tie in selection["cut_ties"]):
        found.append(_("Equal across the line of what there is room for"))
    if ref in selection["meeting"]:
        found.append(_("The cost is unknown"))
    return found
