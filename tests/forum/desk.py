"""What tests of the rounds' screens share: the coordinator's desk, and what is typed there."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from regions.forum.models import PlanningRound
from regions.models import Region, User
from tests.admin.walker import form_data
from tests.needs import makers as needs


class Desk:
    """A person at the admin's desk."""

    def __init__(self, user: User) -> None:
        self.user, self.client = user, Client()
        self.client.force_login(user)

    @classmethod
    def of(cls, region: Region) -> Desk:
        """Return the desk of the region's coordinator, who reads English."""
        user = needs.coordinator_of(region)
        user.language = "en"
        user.save()
        return cls(user)

    def show(self, planning_round: PlanningRound) -> HttpResponse:
        return self.client.get(reverse("round_desk:show", args=[planning_round.pk]))

    def open_step(self, planning_round: PlanningRound, step: str, **query: object) -> HttpResponse:
        url = reverse("round_desk:step", args=[planning_round.pk, step])
        return self.client.get(f"{url}?{urlencode(query, doseq=True)}" if query else url)

    def take(self, planning_round: PlanningRound, step: str, **said: object) -> HttpResponse:
        """Open a step's form, fill it in and send it."""
        page = self.open_step(planning_round, step)
        typed = form_data(page.content.decode()) if page.status_code == 200 else {}
        return self.send(planning_round, step, {**typed, **said})

    def send(self, planning_round: PlanningRound, step: str, data: dict) -> HttpResponse:
        return self.client.post(reverse("round_desk:step", args=[planning_round.pk, step]), data)


def typed_round(region: Region, **fields: object) -> dict[str, object]:
    """Return what a coordinator types for a new round."""
    now = timezone.localtime()
    return {
        "region": region.pk,
        "title": "Høsten 2027",
        "slug": "",
        "year_from": 2027,
        "year_to": 2028,
        "ballot_from": (now + timedelta(days=5)).strftime("%Y-%m-%d %H:%M"),
        "ballot_to": (now + timedelta(days=20)).strftime("%Y-%m-%d %H:%M"),
        "places": 4,
        "envelope_amount": "",
        "weight_benefit": 30,
        "weight_urgency": 20,
        "weight_regional": 20,
        "weight_statutory": 15,
        "weight_reach": 15,
        "trim": 1,
        "union_vote": "full",
        "passes": 1,
        **fields,
    }
