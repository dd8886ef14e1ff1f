"""A round's screen: where it stands, what can be done next and what that lacks."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from regions.lifecycle import Actor
from regions.models import User

from ..guards import quorum_of
from ..lifecycle import ROUND
from ..models import PlanningRound, RoundPass, RoundState
from ..progress import SeatProgress, who_has_submitted
from ..results import PUBLISHED
from ..scoring import Quorum
from ..standing import may_be_counted
from ..steps import DOES, what_is_missing
from ..timetable import next_date, path_of, written
from .base import RoundPage
from .log import log_lines
from .round_form import BEFORE_FREEZE, OVER

#: Steps that lead the round on; the others stand below them.
ASIDE = frozenset({"unfreeze", "extend", "cancel", "archive"})


@dataclass(frozen=True)
class OfferedStep:
    """A step that the person may take from here, and what it lacks."""

    name: str
    label: object
    does: object
    missing: tuple[str, ...]
    url: str
    #: Whether it leads the round on.
    onward: bool


@dataclass(frozen=True)
class Progress:
    """Who has sent a ballot, and how far the quorum is. What they say is not in here."""

    rows: list[SeatProgress]
    sent: int
    filled: int
    quorum: Quorum


def offered_steps(planning_round: PlanningRound, user: User) -> list[OfferedStep]:
    """Return the steps that ``user`` may take, each with what its guards miss beforehand."""
    # Asked once: what the person is towards the round is the same for every step.
    actor = Actor(user, ROUND.parties_of(user, planning_round))
    if not actor.given:
        return []
    return [
        OfferedStep(
            name=step.name,
            label=step.label,
            does=DOES[step.name],
            missing=what_is_missing(planning_round, step, actor),
            url=reverse("round_desk:step", args=[planning_round.pk, step.name]),
            onward=step.name not in ASIDE,
        )
        for step in ROUND.allowed(planning_round, actor)
    ]


def progress_of(planning_round: PlanningRound, rows: list[SeatProgress]) -> Progress:
    """Return who of ``rows`` has sent a ballot in the pass in force, and the quorum so far."""
    return Progress(
        rows=rows,
        sent=sum(row.has_submitted for row in rows),
        filled=sum(row.seat.was_filled for row in rows),
        quorum=quorum_of(planning_round),
    )


def rules_of(planning_round: PlanningRound) -> list[tuple[str, str]]:
    """Return the round's rules as pairs of words."""
    row = planning_round
    room = ""
    if row.places:
        room = _("%(number)d places") % {"number": row.places}
    elif row.envelope_amount is not None:
        room = f"{row.envelope_amount} {row.region.currency}"
    weights = "–".join(str(value) for value in row.member_weights.values())
    facts = "–".join(str(value) for value in row.secretariat_weights.values())
    return [
        (_("Plan for"), f"{row.year_from}–{row.year_to}"),
        (_("Meeting"), written(row.meeting_on)),
        (_("Room for"), room or _("not set")),
        (_("Weights of benefit, urgency, regional gain"), weights),
        (_("Weights of legal requirement and reach"), facts),
        (_("Ballots struck at each end"), str(row.trim)),
        (_("Employees' ballots"), row.get_union_vote_display()),
        (_("Passes"), str(row.passes)),
        (_("Grades by municipality"), _("published") if row.publish_names else _("not published")),
    ]


class RoundScreen(RoundPage):
    """Everything about one round, on one page."""

    template_name = "forum/admin/round.html"

    def get_page_title(self) -> str:
        """Return nothing: the round's title is the heading."""
        return ""

    def get_header_title(self) -> str:
        """Return the round's title."""
        return self.round.title

    def get_context_data(self, **kwargs: object) -> dict:
        """Return the context: path, steps, progress, items, rules, log."""
        row = self.round
        current: RoundPass | None = row.current_pass
        was_frozen = row.frozen_at is not None
        cancelled_from = ""
        if row.state == RoundState.CANCELLED:
            cancelled_from = row.log.filter(action="cancel").values_list("from_state").last()[0]
        steps = offered_steps(row, self.request.user) if self.may_arrange else []
        seats = who_has_submitted(row) if was_frozen else []
        items = list(row.items.all()) if was_frozen else []
        may_see_order = self.may_arrange and may_be_counted(row)
        return {
            **super().get_context_data(**kwargs),
            "stations": path_of(row, current, state=cancelled_from),
            "next": next_date(row, current.closes if current else None),
            "onward": [step for step in steps if step.onward],
            "aside": [step for step in steps if not step.onward],
            "progress": progress_of(row, seats) if current else None,
            "current": current,
            "is_open": row.state == RoundState.BALLOT_OPEN,
            "items": items,
            "rules": rules_of(row),
            "log": log_lines(
                row,
                self.request.user,
                seats={each.seat.seat_id: each.seat.name for each in seats},
                items={str(item.pk): str(item) for item in items},
            ),
            "may_arrange": self.may_arrange,
            "rules_free": row.state in BEFORE_FREEZE,
            "edit_url": self._edit_url(),
            "meeting_url": reverse("round_desk:meeting", args=[row.pk]) if may_see_order else "",
            "again_url": self._again_url(),
            "result_url": self._result_url(),
        }

    def _edit_url(self) -> str:
        """Return where the rules are changed; empty where nothing of them changes any more."""
        if not self.may_arrange or self.round.state in OVER:
            return ""
        return reverse("round_desk:edit", args=[self.round.pk])

    def _result_url(self) -> str:
        """Return where everybody sees the result; empty before it is published."""
        if self.round.state not in PUBLISHED:
            return ""
        return reverse("rounds:result", args=[self.round.region.slug, self.round.slug])

    def _again_url(self) -> str:
        """Return where a cancelled round is begun anew with its rules."""
        if not self.may_arrange or self.round.state != RoundState.CANCELLED:
            return ""
        return f"{reverse('round_desk:add')}?after={self.round.pk}"
