"""What mails about rounds tell."""

from collections.abc import Mapping

from django.urls import reverse

from regions import outbox
from regions.models import Notice
from regions.needs.notices import absolute

from .models import PlanningRound, RoundItem

SEAT_KINDS = (
    "round_frozen",
    "ballot_open",
    "ballot_reminder",
    "ballot_extended",
    "round_published",
)


def register() -> None:
    """Register the kinds; people are reached as ``regions.needs.notices`` says."""
    for kind in SEAT_KINDS:
        outbox.register_kind(kind, _for_seat)
    outbox.register_kind("round_cancelled", _cancelled)
    outbox.register_kind("recusal_handed_over", _handed_over)


def _for_seat(notice: Notice) -> Mapping[str, object]:
    planning_round = PlanningRound.objects.select_related("region").get(pk=notice.facts["round"])
    return {
        "round": planning_round,
        "closes": (planning_round.current_pass or planning_round).closes
        if planning_round.current_pass
        else planning_round.ballot_to,
        "workspace_url": absolute(reverse("workspace:home")),
    }


def _cancelled(notice: Notice) -> Mapping[str, object]:
    words = _for_seat(notice)
    return {**words, "reason": words["round"].log.get(action="cancel").text}


def _handed_over(notice: Notice) -> Mapping[str, object]:
    item = RoundItem.objects.get(pk=notice.facts["item"])
    return {**_for_seat(notice), "item": item}
