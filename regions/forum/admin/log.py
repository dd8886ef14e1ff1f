"""A round's log in words: who did what, when, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regions.lifecycle import Party
from regions.models import User
from regions.policy import colleagues

from ..lifecycle import ROUND
from ..models import PlanningRound, RoundLog, RoundState
from ..timetable import written

#: How many entries are shown, the newest first.
SHOWN = 40
#: Entries that are no steps of the table.
_OTHER_ACTIONS: dict[str, object] = {
    "begin": gettext_lazy("Write the round down"),
    "ballot": gettext_lazy("Send a ballot"),
    "recuse": gettext_lazy("Say that one is recused"),
    "paper": gettext_lazy("Enter a ballot from paper"),
}
_PARTIES: dict[str, object] = {
    Party.COORDINATOR: gettext_lazy("coordinator"),
    Party.CHAIR: gettext_lazy("chair of the forum"),
    Party.SEAT: gettext_lazy("seat of a municipality"),
    Party.UNION: gettext_lazy("seat of an employees' organisation"),
    Party.CLOCK: gettext_lazy("the clock"),
    Party.CONSEQUENCE: gettext_lazy("follows from another step"),
}


@dataclass(frozen=True)
class LogLine:
    """An entry in words."""

    at: datetime
    action: object
    who: str
    phase: str
    details: tuple[str, ...]
    text: str


def log_lines(
    planning_round: PlanningRound,
    reader: User,
    *,
    seats: Mapping[int, str],
    items: Mapping[str, str],
) -> list[LogLine]:
    """Return the newest entries in words, with the names of people whom ``reader`` may see.

    ``seats`` and ``items`` name the round's by their keys.
    """
    entries = list(planning_round.log.select_related("actor").order_by("-number")[:SHOWN])
    actors = {entry.actor_id for entry in entries if entry.actor_id}
    named = set(colleagues(reader).filter(pk__in=actors).values_list("pk", flat=True))
    return [_line(entry, named, seats, items) for entry in entries]


def _line(
    entry: RoundLog, named: set[int], seats: Mapping[int, str], items: Mapping[str, str]
) -> LogLine:
    step = ROUND.lines.get(entry.action)
    party = str(_PARTIES.get(entry.party, entry.party))
    name = str(entry.actor) if entry.actor_id in named else ""
    moved = entry.to_state != entry.from_state
    return LogLine(
        at=entry.at,
        action=step.label if step else _OTHER_ACTIONS.get(entry.action, entry.action),
        who=f"{name}, {party}" if name else party,
        phase=str(RoundState(entry.to_state).label) if moved else "",
        details=tuple(_details(entry, seats, items)),
        text=entry.text,
    )


def _details(entry: RoundLog, seats: Mapping[int, str], items: Mapping[str, str]) -> list[str]:
    """Return what the facts say. Of a ballot only whose it is; of a recusal only the seat's."""
    facts = entry.facts
    if entry.action == "override":
        return [
            _("%(need)s from place %(from)s to place %(to)s")
            % {
                "need": items.get(str(facts["item"]), ""),
                "from": facts["from_rank"],
                "to": facts["to_rank"],
            },
            _("%(for)s votes for, %(against)s against")
            % {"for": facts["votes_for"], "against": facts["votes_against"]},
        ]
    if entry.action == "withdraw_item":
        return [items.get(str(facts["item"]), "")]
    if entry.action == "second_pass" and "departures" in facts:
        return [
            _("Cleared: %(departures)d departures, %(outcomes)d outcomes")
            % {"departures": facts["departures"], "outcomes": facts["outcomes"]}
        ]
    if "announced" in facts:
        closes = written(datetime.fromisoformat(facts["closes"]))
        return [
            _("The close was moved to %(time)s, seven days after the opening.") % {"time": closes}
        ]
    if entry.action == "freeze":
        return [_("Needs: %(number)d") % {"number": len(facts["items"])}]
    if entry.action == "decide":
        day = facts.get("decided_on")
        return [
            facts["case_no"],
            *([written(date.fromisoformat(day))] if day else []),
        ]
    if "seat" in facts:
        return [seats.get(facts["seat"], "")]
    return []
