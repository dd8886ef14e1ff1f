"""Sealing a round's result, and showing that no sealed result was changed afterwards.

What is hashed is exactly what is published. Each result carries the hash of the region's result
before it, so that one cannot be changed, dropped or put between others unseen.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from regions.models import Region

from . import counts, scoring
from .departures import Move, final_order
from .handed_over import graded_by_the_other
from .models import BallotLine, PlanningRound, Recusal, RoundItem, RoundResult
from .result_reader import Reader
from .snapshot import NO_PREVIOUS, SnapshotError, build_snapshot, canonical, digest, parse

#: Shuffles the lines without a name. What the machine gives cannot be guessed from an earlier one.
_SHUFFLE = random.SystemRandom()


@transaction.atomic
def seal(planning_round: PlanningRound, *, at: datetime) -> RoundResult:
    """Compute and keep the result of ``planning_round``, chained to the region's one before.

    The region's row is locked: of two rounds that are published at once the second waits, and the
    chain cannot fork. Raises ``ValidationError`` for a round whose rows contradict each other, so
    that nothing wrong is ever published.
    """
    region = Region.objects.select_for_update().get(pk=planning_round.region_id)
    last = RoundResult.objects.filter(region=region).order_by("-number").first()
    previous = last.sha256 if last else NO_PREVIOUS
    try:
        inputs = counts.inputs_of(planning_round)
        facts = facts_of(planning_round, region, inputs, at=at)
        text = canonical(build_snapshot(inputs, rng=_SHUFFLE, facts=facts, previous=previous))
    except scoring.CountingError as error:
        message = _("The round cannot be counted, so it is not published: %(reason)s.")
        raise ValidationError(message % {"reason": error}) from error
    return RoundResult.objects.create(
        region=region,
        round=planning_round,
        number=last.number + 1 if last else 1,
        snapshot=text,
        sha256=digest(text, previous),
        previous_hash=previous,
    )


def places_of(planning_round: PlanningRound) -> dict[str, str]:
    """Return the places of the sealed result by reference, as they are published."""
    result = RoundResult.objects.filter(round=planning_round).first()
    return Reader(parse(result.snapshot)).places() if result else {}


def facts_of(
    planning_round: PlanningRound, region: Region, inputs: scoring.RoundInputs, *, at: datetime
) -> dict[str, object]:
    """Return what is published beside the figures. No name of a person, no contact data.

    Comments are published only where who wrote them has said so, and then without their seat.
    """
    items = list(planning_round.items.order_by("pk"))
    gone = _why_withdrawn(planning_round)
    seats = list(planning_round.seats.order_by("-is_chair", "-kind", "name"))
    result = scoring.compute(inputs)
    order, moves = final_order(result.order, counts.wishes_of(planning_round, result.withdrawn))
    return {
        "region": {
            "slug": region.slug,
            "name": region.name,
            "country": region.country,
            "currency": region.currency,
            "language": region.default_language,
        },
        "round": {
            "slug": planning_round.slug,
            "title": planning_round.title,
            "year_from": planning_round.year_from,
            "year_to": planning_round.year_to,
        },
        "decision": {
            "case_no": planning_round.case_no,
            # Not decided yet: the meeting looks at what would be published.
            "decided_on": (planning_round.decided_on or timezone.localdate(at)).isoformat(),
        },
        "times": {"frozen": planning_round.frozen_at, "published": at},
        "passes": [
            {"opens": each.opens, "closes": each.closes, "extended": each.extended}
            for each in planning_round.round_passes.order_by("pass_no")
        ],
        "members": [
            {"name": seat.name, "kind": seat.kind, "chair": seat.is_chair} for seat in seats
        ],
        "turnout": _turnout(inputs),
        "municipalities": _names(planning_round, items),
        "items": {item.facts["reference"]: _item_facts(item, gone) for item in items},
        "departures": _departures(planning_round, moves),
        "order": order,
        "recusals": _recusals(planning_round),
        "comments": _comments(planning_round),
        "code_version": settings.VERSION,
    }


def _turnout(inputs: scoring.RoundInputs) -> dict[str, dict[str, int]]:
    """Return for each kind of seat how many there are, and how many have a ballot that counts."""
    sent = scoring.ballots_that_count(inputs)
    return {
        kind.value: {
            "seats": sum(seat.kind is kind for seat in inputs.seats),
            "ballots": sum(seat.kind is kind and seat.ref in sent for seat in inputs.seats),
        }
        for kind in scoring.SeatKind
    }


def _names(planning_round: PlanningRound, items: Sequence[RoundItem]) -> dict[str, str]:
    """Return the names of municipalities by code, as far as the round names any."""
    codes = counts.Codes(planning_round, items)
    places = planning_round.region.municipalities.prefetch_related("codes")
    names = {codes.of(place): place.name for place in places}
    for item in items:
        names |= item.facts["places"]
    return dict(sorted(names.items()))


def _why_withdrawn(planning_round: PlanningRound) -> dict[str, str]:
    """Return why needs were taken out, by the key of the item as text."""
    rows = planning_round.log.filter(action="withdraw_item")
    return {str(facts["item"]): text.strip() for facts, text in rows.values_list("facts", "text")}


def _item_facts(item: RoundItem, gone: Mapping[str, str]) -> dict[str, object]:
    facts = item.facts
    why = gone.get(str(item.pk), "")
    return {
        "title": item.title,
        "summary": item.summary,
        "statutory_reference": facts["statutory_reference"],
        "headcount": facts["headcount"],
        "headcount_of": facts["headcount_of"],
        "supplements": facts["supplements"],
        "outcome": item.outcome,
        "reason": item.reason,
        "alternative": item.alternative,
        # Only where there is one: what was sealed without it stays as it was.
        **({"withdrawn": why} if why else {}),
    }


def _departures(planning_round: PlanningRound, moves: Sequence[Move]) -> list[dict[str, object]]:
    """Return what the forum moved; places are those that the need left and came to.

    One that left its need where it stood has changed nothing, and is no departure.
    """
    rows = planning_round.overrides.filter(item__withdrawn_at__isnull=True)
    return [
        {
            "item": move.ref,
            "from": move.from_place,
            "to": move.to_place,
            "reason": row.reason,
            "votes_for": row.votes_for,
            "votes_against": row.votes_against,
            "case_no": row.case_no,
        }
        for row, move in zip(rows.order_by("pk"), moves, strict=True)
        if move.from_place != move.to_place
    ]


def _recusals(planning_round: PlanningRound) -> list[dict[str, object]]:
    """Return seat and kind of each recusal, never the person; whether the seat graded even so."""
    names = dict(planning_round.seats.values_list("seat", "name"))
    rows = Recusal.objects.filter(item__round=planning_round).select_related("item")
    graded = graded_by_the_other(planning_round)
    found = [
        {
            "item": row.item.facts["reference"],
            "seat": names[row.seat_id],
            "kind": row.kind,
            # Said only where it is so: what was sealed without it stays as it was.
            **({"graded": True} if (row.item_id, row.seat_id) in graded else {}),
        }
        for row in rows
    ]
    return sorted(found, key=lambda each: (each["item"], each["seat"], each["kind"]))


def _comments(planning_round: PlanningRound) -> list[dict[str, str]]:
    """Return the comments that may be published, by their own text: no order gives away a seat.

    Only those on lines that can count: of the seat's last pass, and without a hand of who is
    recused.
    """
    lines = BallotLine.objects.filter(ballot__round=planning_round, ballot__is_current=True)
    rows = lines.order_by("ballot__pass_no").select_related("ballot", "item")
    last = {row.ballot.seat_id: row.ballot.pass_no for row in rows}
    unheard = set(lines.of_recused().values_list("pk", flat=True))
    found = {
        (row.item.facts["reference"], row.comment.strip())
        for row in rows
        if row.comment_public
        and row.ballot.pass_no == last[row.ballot.seat_id]
        and row.pk not in unheard
    }
    return [{"item": ref, "text": text} for ref, text in sorted(found) if text]


class Fault(StrEnum):
    """What is wrong with a result in a region's chain."""

    #: A result is missing before this one, or its number was changed.
    NUMBER = "number"
    #: It does not carry the hash of the one before.
    LINK = "link"
    #: Text and hash do not belong together.
    HASH = "hash"
    #: The text is of another round or region.
    SUBJECT = "subject"
    #: A published round has no result.
    MISSING = "missing"


@dataclass(frozen=True)
class Broken:
    """A round whose result is not as it was sealed."""

    round_id: int
    fault: Fault


def broken_results(region: Region) -> list[Broken]:
    """Return what was changed in the region's chain of results, empty if nothing was."""
    rows = RoundResult.objects.filter(region=region).order_by("number", "pk")
    broken, previous, number = [], NO_PREVIOUS, 0
    seen = set()
    for row in rows.select_related("round"):
        number += 1
        seen.add(row.round_id)
        if fault := _fault(row, region, previous, number):
            broken.append(Broken(row.round_id, fault))
        previous, number = row.sha256, row.number
    published = PlanningRound.objects.filter(region=region).published().exclude(pk__in=seen)
    broken += [Broken(key, Fault.MISSING) for key in published.values_list("pk", flat=True)]
    return broken


def broken_seals() -> Iterator[str]:
    """Yield a line for each result of any region that is not as it was sealed."""
    for region in Region.objects.order_by("pk"):
        for each in broken_results(region):
            yield f"{RoundResult._meta.label}: of round {each.round_id}, {each.fault}"


def _fault(row: RoundResult, region: Region, previous: str, number: int) -> Fault | None:
    if row.number != number:
        return Fault.NUMBER
    if row.previous_hash != previous:
        return Fault.LINK
    if row.sha256 != digest(row.snapshot, row.previous_hash):
        return Fault.HASH
    return None if _is_about(row, region) else Fault.SUBJECT


def _is_about(row: RoundResult, region: Region) -> bool:
    try:
        found = parse(row.snapshot)
    except SnapshotError:
        return False
    facts = found["facts"]
    if found["previous"] != row.previous_hash or not isinstance(facts, Mapping):
        return False
    names = [facts.get(each) for each in ("region", "round")]
    slugs = [each.get("slug") if isinstance(each, Mapping) else None for each in names]
    return slugs == [region.slug, row.round.slug]
