"""What mails about rounds tell."""

from collections.abc import Mapping

from django.urls import reverse

from regions import outbox
from regions.models import Notice
from regions.needs.notices import absolute

from .models import PlanningRound, Recusal, RoundItem

SEAT_KINDS = ("ballot_open", "ballot_reminder")


def register() -> None:
    """Register the kinds; people are reached as ``regions.needs.notices`` says."""
    for kind in SEAT_KINDS:
        outbox.register_kind(kind, _for_seat)
    outbox.register_kind("round_frozen", _frozen)
    outbox.register_kind("ballot_extended", _extended)
    outbox.register_kind("round_published", _published)
    outbox.register_kind("round_cancelled", _cancelled)
    outbox.register_kind("recusal_handed_over", _handed_over)
    outbox.register_kind("recusal_declared", _declared)


def _for_seat(notice: Notice) -> Mapping[str, object]:
    planning_round = PlanningRound.objects.select_related("region").get(pk=notice.facts["round"])
    current = planning_round.current_pass
    return {
        "round": planning_round,
        "closes": current.closes if current else planning_round.ballot_to,
        "workspace_url": absolute(reverse("workspace:home")),
    }


def _frozen(notice: Notice) -> Mapping[str, object]:
    words = _for_seat(notice)
    planning_round = words["round"]
    return {
        **words,
        "titles": planning_round.items.order_by("title").values_list("title", flat=True),
        "needs_url": absolute(reverse("workspace:overview", args=[planning_round.pk])),
    }


def _extended(notice: Notice) -> Mapping[str, object]:
    """Say why: too few ballots, or employees' seats that were invited too late."""
    return {**_for_seat(notice), "few": notice.facts.get("few", True)}


def _published(notice: Notice) -> Mapping[str, object]:
    words = _for_seat(notice)
    place = [words["round"].region.slug, words["round"].slug]
    return {**words, "result_url": absolute(reverse("rounds:result", args=place))}


def _cancelled(notice: Notice) -> Mapping[str, object]:
    words = _for_seat(notice)
    return {**words, "reason": words["round"].log.get(action="cancel").text}


def _handed_over(notice: Notice) -> Mapping[str, object]:
    item = RoundItem.objects.get(pk=notice.facts["item"])
    return {**_for_seat(notice), "item": item}


def _declared(notice: Notice) -> Mapping[str, object]:
    recusal = Recusal.objects.select_related("item__round", "seat").get(pk=notice.facts["recusal"])
    seat = recusal.item.round.seats.filter(seat=recusal.seat_id).first()
    return {
        "round": recusal.item.round,
        "item": recusal.item,
        "seat": seat or recusal.seat,
        "kind": recusal.get_kind_display(),
    }
