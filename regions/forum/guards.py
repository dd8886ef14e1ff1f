"""What must hold before a round goes on."""

from datetime import date, timedelta
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from regions.lifecycle import Guard, Party, Step
from regions.models import SeatHolder
from regions.needs.models import Level, SharedNeed, SharedNeedState

from . import scoring
from .models import ITEMS_MAX, Ballot, Outcome, PlanningRound, RoundItem
from .words import deadline

#: Time to object after the freeze.
OBJECTION_TIME = timedelta(days=3)
EXTENSION = timedelta(days=7)
#: More votes than any forum has: it only keeps the column from running over.
VOTES_MAX = 999


def due(field: str) -> Guard:
    """Return the guard that the clock waits for a day; people may be earlier."""

    def guard(planning_round: PlanningRound, step: Step) -> None:
        day: date | None = getattr(planning_round, field)
        if step.party == Party.CLOCK and (day is None or timezone.localdate(step.at) < day):
            raise ValidationError(_("It is too early."))

    return guard


def due_after(field: str) -> Guard:
    """Return the guard that the clock waits until a day is over; people may be earlier."""

    def guard(planning_round: PlanningRound, step: Step) -> None:
        day: date | None = getattr(planning_round, field)
        if step.party == Party.CLOCK and (day is None or timezone.localdate(step.at) <= day):
            raise ValidationError(_("It is too early."))

    return guard


def filled_seats(planning_round: PlanningRound) -> int:
    """Return how many active seats somebody holds and whose ballot counts in the ranking.

    The count knows the same as the electorate of a tally, but from the seats of the round, which
    are made by the freeze that this is asked for.
    """
    held = SeatHolder.objects.in_force().filter(
        forum__region=planning_round.region_id, forum__is_active=True, seat__is_active=True
    )
    if planning_round.union_vote == "advisory":
        held = held.filter(seat__kind="municipality")
    return held.values("seat").distinct().count()


def can_be_frozen(planning_round: PlanningRound, step: Step) -> None:
    """Ask for items that are ready, the time of the ballots and enough seats."""
    errors: dict[str, object] = {}
    items: list[SharedNeed] = list(step["items"] or ())
    if not items:
        errors["items"] = _("Choose the needs that the forum ranks.")
    elif len(items) > ITEMS_MAX:
        errors["items"] = _("At most %(number)d needs in a round. The forum shortlists first.") % {
            "number": ITEMS_MAX
        }
    else:
        errors |= _items_errors(planning_round, items)
    if not (planning_round.ballot_from and planning_round.ballot_to):
        errors["ballot_to"] = _("Say when ballots open and close.")
    elif planning_round.ballot_to < (
        first := max(planning_round.ballot_from, step.at + OBJECTION_TIME) + scoring.NOTICE
    ):
        errors["ballot_to"] = _(
            "Ballots close too soon: the seats have three days to object and then at least seven "
            "days to grade. They can close %(time)s or later."
        ) % {"time": deadline(first)}
    seats = filled_seats(planning_round)
    # Those of now: the freeze takes them over from the region.
    least = scoring.least_lines(planning_round.region.min_gradings, planning_round.trim)
    if seats < least:
        errors["trim"] = _(
            "Only %(seats)d seats are filled, and %(least)d are needed. "
            "Fill seats, or strike fewer ballots at each end."
        ) % {"seats": seats, "least": least}
    if errors:
        raise ValidationError(errors)


def _items_errors(planning_round: PlanningRound, items: list[SharedNeed]) -> dict[str, object]:
    fresh = SharedNeed.objects.filter(
        pk__in=[each.pk for each in items], region=planning_round.region_id
    )
    fresh = fresh.prefetch_related("needs")
    if len(fresh) != len({each.pk for each in items}):
        return {"items": _("One of these needs belongs to another region.")}
    for shared in fresh:
        needs = [need for need in shared.needs.all() if need.state == "accepted"]
        if shared.state != SharedNeedState.OPEN or not needs:
            return {
                "items": _("%(reference)s is “%(state)s” and cannot enter a round.")
                % {"reference": shared.reference, "state": shared.get_state_display()}
            }
        if len(needs) == 1 and needs[0].level == Level.INDIVIDUAL:
            return {
                "items": _(
                    "%(reference)s concerns single people. Merge it with its neighbours' first."
                )
                % {"reference": shared.reference}
            }
    return {}


def can_be_unfrozen(planning_round: PlanningRound, step: Step) -> None:
    """Allow the way back once."""
    if planning_round.was_unfrozen:
        raise ValidationError(_("A round goes back to screening once. Cancel it instead."))


def can_open(planning_round: PlanningRound, step: Step) -> None:
    """Ask for the time to object, and for the day."""
    if step.at < planning_round.frozen_at + OBJECTION_TIME:
        until = planning_round.frozen_at + OBJECTION_TIME
        raise ValidationError(_("The seats may object until %(time)s.") % {"time": deadline(until)})
    if step.at < planning_round.ballot_from:
        raise ValidationError(_("It is too early. Ballots open at the time that was announced."))
    # A close that has become too near is moved; a time that went by unopened was told to nobody.
    if planning_round.ballot_to <= step.at:
        raise ValidationError(_("The time of these ballots is over. Cancel the round."))


def can_close(planning_round: PlanningRound, step: Step) -> None:
    """Close when the time is over; by hand also when every seat has sent its ballot.

    But never before the notice of the employees' seats has run out: closing would else undo the
    quorum, and a ballot that is sent may be replaced until then.
    """
    if step.at > planning_round.current_pass.closes:
        return
    if step.party == Party.CLOCK or _missing(planning_round):
        raise ValidationError(_("Ballots are still open, and not every seat has sent its ballot."))
    invited = _employee_seats(planning_round).aggregate(last=Max("invited_at"))["last"]
    if invited and step.at < invited + scoring.NOTICE:
        raise ValidationError(
            _(
                "Every seat has sent its ballot, but may replace it for seven days from the "
                "invitation. You can close from %(time)s."
            )
            % {"time": deadline(invited + scoring.NOTICE)}
        )


def _missing(planning_round: PlanningRound) -> int:
    """Return how many filled seats have not sent a ballot in this pass."""
    sent = Ballot.objects.current().filter(
        round=planning_round, pass_no=planning_round.current_pass.pass_no
    )
    return (
        planning_round.seats.filter(was_filled=True).exclude(seat__in=sent.values("seat")).count()
    )


def _employee_seats(planning_round: PlanningRound) -> QuerySet:
    """Return the employees' seats that somebody fills: whoever has sent a ballot does, too."""
    sent = Ballot.objects.current().filter(round=planning_round)
    return planning_round.seats.filter(kind="employee_org").filter(
        Q(was_filled=True) | Q(seat__in=sent.values("seat"))
    )


def quorum_of(planning_round: PlanningRound) -> scoring.Quorum:
    """Return the quorum so far, by the rules of the count.

    Only who has sent is asked of the rows: what ballots say is not read before the close, so the
    count itself (``counts.inputs_of``) cannot be asked. A ballot that is late is never stored, so
    none of them needs to be left out here.
    """
    sent = Ballot.objects.current().filter(round=planning_round, seat__kind="municipality")
    invited = _employee_seats(planning_round).values_list("invited_at", flat=True)
    share = Fraction(planning_round.quorum_num, planning_round.quorum_den)
    return scoring.Quorum(
        needed=scoring.ballots_needed(share, planning_round.municipalities_total),
        submitted=sent.values("seat").distinct().count(),
        employee_seats_invited=scoring.invited_in_time(
            invited, planning_round.round_passes.get(pass_no=1).closes
        ),
    )


def has_quorum(planning_round: PlanningRound) -> bool:
    """Return whether the ballots can decide."""
    return quorum_of(planning_round).met


def may_yet_be_extended(planning_round: PlanningRound) -> bool:
    """Return whether closed ballots may open once more: what they say stays unseen until then."""
    current = planning_round.current_pass
    return not current.extended and current.pass_no == 1 and not has_quorum(planning_round)


def can_be_extended(planning_round: PlanningRound, step: Step) -> None:
    """Extend once, and only for want of a quorum."""
    current = planning_round.current_pass
    if current.extended:
        raise ValidationError(_("The ballots were extended once already."))
    if current.pass_no != 1 or has_quorum(planning_round):
        raise ValidationError(_("The round has its quorum: there is nothing to wait for."))


def may_meet(planning_round: PlanningRound, step: Step) -> None:
    """Extend before meeting without a quorum; after that the result is advisory."""
    if not has_quorum(planning_round) and not planning_round.round_passes.get(pass_no=1).extended:
        raise ValidationError(_("There is no quorum. Extend the ballots by seven days first."))


def has_pass_ahead(planning_round: PlanningRound) -> bool:
    """Return whether the round's second pass is still to come."""
    return planning_round.passes > planning_round.current_pass.pass_no


def can_open_again(planning_round: PlanningRound, step: Step) -> None:
    """Open a second pass only where the round has one, once."""
    if not has_pass_ahead(planning_round):
        raise ValidationError(_("This round has no further pass."))
    if not step["closes"] or step["closes"] <= step.at:
        raise ValidationError({"closes": _("Say when the second pass closes.")})


def item_of(planning_round: PlanningRound, key: object) -> RoundItem:
    """Return the round's item of this key. Raises ``ValidationError`` for another's."""
    number = int(key) if str(key).isdecimal() and len(str(key)) <= 18 else 0  # noqa: PLR2004
    item = planning_round.items.filter(pk=number).first()
    if item is None:
        raise ValidationError({"item": _("This need is not in the round.")})
    return item


def still_in(planning_round: PlanningRound, step: Step) -> None:
    """Refuse an item that was taken out."""
    if item_of(planning_round, step["item"]).withdrawn_at:
        raise ValidationError({"item": _("This need was taken out of the round.")})


def override_holds(planning_round: PlanningRound, step: Step) -> None:
    """Ask for two places, reason, votes and case number."""
    item_of(planning_round, step["item"])
    errors = {
        name: _("Write something here.")
        for name in ("text", "case_no")
        if not str(step[name] or "").strip()
    }
    last = planning_round.items.filter(withdrawn_at__isnull=True).count()
    for name in ("from_rank", "to_rank"):
        if not isinstance(step[name], int) or not 1 <= step[name] <= last:
            errors[name] = _("A place from 1 to %(last)d.") % {"last": last}
    if not errors and step["from_rank"] == step["to_rank"]:
        errors["to_rank"] = _("It stands there already.")
    for name in ("votes_for", "votes_against"):
        if not isinstance(step[name], int) or not 0 <= step[name] <= VOTES_MAX:
            errors[name] = _("Give the number of votes.")
    if errors:
        raise ValidationError(errors)


def outcomes_hold(planning_round: PlanningRound, step: Step) -> None:
    """Ask for known outcomes of the round's needs; what is not taken up has words for why.

    ``outcomes`` are pairs of item and outcome, ``words`` the reason and the alternative by item.
    """
    items = set(planning_round.items.filter(withdrawn_at__isnull=True).values_list("pk", flat=True))
    errors: dict[str, object] = {}
    for item, outcome in step["outcomes"] or ():
        if item not in items or (outcome and outcome not in Outcome.values):
            raise ValidationError(_("This need is not in the round."))
        words = (step["words"] or {}).get(item, ("", ""))
        if outcome == Outcome.DECLINED:
            for name, text in zip(("reason", "alternative"), words, strict=True):
                if not text.strip():
                    errors[f"{name}_{item}"] = _("Say why, and what they can do instead.")
    if errors:
        raise ValidationError(errors)


def can_be_decided(planning_round: PlanningRound, step: Step) -> None:
    """Ask for a case number."""
    errors: dict[str, object] = {}
    if not str(step["case_no"] or "").strip():
        errors["case_no"] = _("Write the case number of the decision.")
    if errors:
        raise ValidationError(errors)


def all_have_outcome(planning_round: PlanningRound, step: Step) -> None:
    """Ask for an outcome for every need that is still in the round."""
    open_items = planning_round.items.filter(withdrawn_at__isnull=True, outcome="")
    if open_items.exists():
        raise ValidationError({"items": _("Say for every need what the forum decided.")})
