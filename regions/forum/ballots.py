"""Filling in, sending and replacing ballots: one draft a seat and pass, shared by its holders.

Everything that writes a ballot locks the row of the round first, so that a close and a ballot
cannot cross: what is on time is decided by the pass under that lock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from regions.lifecycle import Actor, Party, Refusal, RefusedError, Step, line, refused
from regions.models import ForumSeat, SeatHolder, User

from .entries import FIELDS, Entry
from .lifecycle import ROUND
from .models import Ballot, BallotLine, PlanningRound, Recusal, RoundItem, RoundState
from .words import moment, moments_apart

NOT_IN_ROUND = _("This need is not in the round any more.")


def holders_of(seat: ForumSeat) -> models.QuerySet:
    """Return who sits on the seat today; nobody where seat or forum is no longer active."""
    return SeatHolder.objects.in_force().filter(
        seat=seat, seat__is_active=True, forum__is_active=True
    )


def holds(seat: ForumSeat, user: User) -> bool:
    """Return whether ``user`` sits on the seat today, as holder or deputy."""
    return user.is_active and holders_of(seat).filter(user=user).exists()


def shuffled(
    planning_round: PlanningRound, seat_id: int, items: Iterable[RoundItem]
) -> list[RoundItem]:
    """Return the items in the seat's own order, always the same, against order bias.

    One that is taken out leaves the others in their order.
    """

    def place(item: RoundItem) -> str:
        said = f"{planning_round.secret}:{seat_id}:{item.pk}"
        return hashlib.sha256(said.encode()).hexdigest()

    return sorted(items, key=place)


def draft_of(planning_round: PlanningRound, seat: ForumSeat, pass_no: int) -> Ballot | None:
    """Return the ballot that the seat is filling in."""
    return _versions(planning_round, seat, pass_no).drafts().first()


def sent_of(planning_round: PlanningRound, seat: ForumSeat, pass_no: int) -> Ballot | None:
    """Return the ballot that the seat has sent in this pass, and that stands."""
    return _versions(planning_round, seat, pass_no).current().first()


@transaction.atomic
def open_draft(planning_round: PlanningRound, seat: ForumSeat, user: User) -> Ballot:
    """Return the seat's draft; a new one says what the ballot sent before says.

    What was sent stands until the draft is sent. Raises ``RefusedError``.
    """
    row = take(planning_round, seat, user)
    return _draft(row, seat)


@transaction.atomic
def save_line(
    planning_round: PlanningRound,
    seat: ForumSeat,
    user: User,
    item: RoundItem,
    entry: Entry,
    *,
    seen: str | None = None,
) -> Entry:
    """Keep an entry in the seat's draft; return what is kept.

    ``seen`` is the mark of the entry that the person saw there: if the seat's other holder has
    entered something else since, the save is refused, and nothing of theirs is lost. Raises
    ``RefusedError``.
    """
    row = take(planning_round, seat, user)
    check_item(row, item)
    if Recusal.objects.filter(item=item, user=user).exists():
        raise RefusedError(Refusal.PARTY, _("You are recused on this need and do not grade it."))
    try:
        entry.check()
    except ValidationError as error:
        raise refused(error.message_dict) from error
    pass_no = row.current_pass.pass_no
    draft = draft_of(row, seat, pass_no)
    if draft is None and sent_of(row, seat, pass_no):
        raise RefusedError(
            Refusal.STATE,
            _("The ballot of this seat is sent. Replace it if you want to change something."),
        )
    draft = draft or _draft(row, seat)
    stored = draft.lines.filter(item=item).first()
    before = Entry.of(stored)
    entry = entry.settled(before)
    if entry == before:
        return entry
    if seen is not None and seen != before.mark:
        raise RefusedError(
            Refusal.CHANGED,
            _("Somebody else on this seat has filled in this need since you opened it."),
        )
    grader = {} if stored and entry.answers_like(before) else {"graded_by": user}
    kept, _made = BallotLine.objects.update_or_create(
        ballot=draft,
        item=item,
        defaults={**{name: getattr(entry, name) for name in FIELDS}, **grader},
    )
    kept.hands.add(user)
    count_edit(draft)
    return entry


@transaction.atomic
def submit(
    planning_round: PlanningRound, seat: ForumSeat, user: User, *, seen: int | None = None
) -> Ballot:
    """Send the draft: it stands from now on, and the one before is kept.

    Sending twice is sending once. ``seen`` counts the saves (``Ballot.edits``) that the person has
    looked at. Raises ``RefusedError``; ``errors`` then name each unanswered item by its key.
    """
    current_pass = lock(planning_round).current_pass
    now = timezone.now()
    if current_pass and holds(seat, user):
        sent = sent_of(planning_round, seat, current_pass.pass_no)
        if sent and draft_of(planning_round, seat, current_pass.pass_no) is None:
            return sent
    row = take(planning_round, seat, user, at=now)
    draft = _draft(row, seat)
    if seen is not None and seen != draft.edits:
        raise RefusedError(
            Refusal.CHANGED,
            _("Somebody has changed this ballot since you opened it. Look at it again."),
        )
    missing = unanswered(row, seat, draft)
    if missing:
        words = _("Not answered yet: %(need)s")
        raise refused({str(item.pk): [words % {"need": item.title}] for item in missing})
    make_current(draft, by=user, at=now)
    note(row, seat, user, "ballot", at=now, version=draft.number)
    return draft


def unanswered(
    planning_round: PlanningRound, seat: ForumSeat, draft: Ballot | None
) -> list[RoundItem]:
    """Return the items that keep a ballot from being sent.

    Each needs three grades or "no opinion". One on which somebody of the seat is recused may be
    left empty for the other; begun it has to be finished.
    """
    entries = {row.item_id: Entry.of(row) for row in draft.lines.all()} if draft else {}
    handed = set(
        Recusal.objects.filter(item__round=planning_round, seat=seat).values_list("item", flat=True)
    )
    missing = []
    for item in planning_round.items.filter(withdrawn_at__isnull=True):
        entry = entries.get(item.pk, Entry())
        if not entry.may_be_sent(handed_over=item.pk in handed):
            missing.append(item)
    return missing


def lock(planning_round: PlanningRound) -> PlanningRound:
    """Lock the round, before anything of its ballots, and return it as it is now."""
    return PlanningRound.objects.select_for_update(of=("self",)).get(pk=planning_round.pk)


def take(
    planning_round: PlanningRound, seat: ForumSeat, user: User, *, at: datetime | None = None
) -> PlanningRound:
    """Lock the round and return it, if ``user`` may fill in the seat's ballot at ``at`` (now).

    Raises ``RefusedError``: not on this seat, too early, too late.
    """
    row = lock(planning_round)
    if not (holds(seat, user) and row.seats.filter(seat=seat).exists()):
        raise RefusedError(Refusal.PARTY, _("You have no seat in this round."))
    at = at or timezone.now()
    if not row.takes_ballots(at):
        raise RefusedError(Refusal.STATE, closed_words(row, at))
    return row


def closed_words(planning_round: PlanningRound, at: datetime) -> object:
    """Return why a ballot is not taken at ``at``, with the time."""
    current = planning_round.current_pass
    if planning_round.state == RoundState.CANCELLED:
        return _("The round is cancelled. Nothing was sent.")
    if current is None:
        if planning_round.ballot_from is None:
            return _("The ballots are not open yet.")
        return _("The ballots are not open yet. They open %(time)s.") % {
            "time": moment(planning_round.ballot_from)
        }
    closed, now = moments_apart(current.closes, at)
    return _(
        "Too late: the ballots closed %(closed)s, and it is %(now)s now. Nothing was sent."
    ) % {"closed": closed, "now": now}


def check_item(planning_round: PlanningRound, item: RoundItem) -> None:
    """Refuse an item that is not, or no longer, in the round."""
    if not planning_round.items.filter(pk=item.pk, withdrawn_at__isnull=True).exists():
        raise RefusedError(Refusal.STATE, NOT_IN_ROUND)


def make_current(ballot: Ballot, *, by: User, at: datetime) -> None:
    """Let ``ballot`` stand instead of the one before it, which is kept."""
    versions = Ballot.objects.filter(
        round=ballot.round_id, seat=ballot.seat_id, pass_no=ballot.pass_no
    )
    versions.current().update(is_current=False)
    ballot.state, ballot.is_current = Ballot.State.SUBMITTED, True
    ballot.cast_by, ballot.submitted_at = by, at
    ballot.save()


def new_version(ballot: Ballot) -> Ballot:
    """Return the next version of ``ballot``, unsaved."""
    last = Ballot.objects.filter(
        round=ballot.round_id, seat=ballot.seat_id, pass_no=ballot.pass_no
    ).aggregate(last=models.Max("number"))["last"]
    return Ballot(
        round_id=ballot.round_id,
        seat_id=ballot.seat_id,
        pass_no=ballot.pass_no,
        number=(last or 0) + 1,
    )


def copy_lines(source: Ballot, target: Ballot) -> None:
    """Give ``target`` what ``source`` says, but no line on which a recused person had a hand."""
    kept = source.lines.filter(item__withdrawn_at__isnull=True)
    kept = list(kept.exclude(pk__in=source.lines.of_recused().values("pk")))
    copies = BallotLine.objects.bulk_create(
        BallotLine(
            ballot=target,
            item_id=row.item_id,
            graded_by_id=row.graded_by_id,
            **{name: getattr(row, name) for name in FIELDS},
        )
        for row in kept
    )
    copy_of = {row.pk: copy.pk for row, copy in zip(kept, copies, strict=True)}
    hands = BallotLine.hands.through.objects
    hands.bulk_create(
        hands.model(ballotline_id=copy_of[line], user_id=user)
        for line, user in hands.filter(ballotline__in=copy_of).values_list("ballotline", "user")
    )


def count_edit(ballot: Ballot) -> None:
    """Note that a line of the draft has changed."""
    Ballot.objects.filter(pk=ballot.pk).update(edits=models.F("edits") + 1)


def note(
    planning_round: PlanningRound,
    seat: ForumSeat,
    user: User,
    action: str,
    *,
    at: datetime,
    **facts: object,
) -> None:
    """Write into the round's log that something was done with a seat's ballot: never what."""
    actor = Actor.of(user)
    said = {"seat": seat.pk, **facts}
    step = Step(
        line(action, "", "", (), "", asks=tuple(said)),
        actor,
        min(ROUND.parties_of(actor, planning_round) & {Party.SEAT, Party.UNION}),
        at,
        planning_round.state,
        said,
    )
    ROUND.write(planning_round, step)


def _draft(planning_round: PlanningRound, seat: ForumSeat) -> Ballot:
    """Return the seat's draft, begun with what its ballot sent before says."""
    pass_no = planning_round.current_pass.pass_no
    draft = draft_of(planning_round, seat, pass_no)
    if draft:
        return draft
    draft = new_version(Ballot(round=planning_round, seat=seat, pass_no=pass_no))
    draft.save()
    sent = basis_of(planning_round, seat)
    if sent:
        copy_lines(sent, draft)
    return draft


def basis_of(planning_round: PlanningRound, seat: ForumSeat) -> Ballot | None:
    """Return the sent ballot that a new one begins with: this pass's, or the one before it."""
    sent = Ballot.objects.current().filter(round=planning_round, seat=seat)
    return sent.order_by("-pass_no").first()


def _versions(planning_round: PlanningRound, seat: ForumSeat, pass_no: int) -> models.QuerySet:
    return Ballot.objects.filter(round=planning_round, seat=seat, pass_no=pass_no)
