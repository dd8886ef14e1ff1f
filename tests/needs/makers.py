"""Makers of needs in any state, each by the steps that lead there."""

from __future__ import annotations

import itertools
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from regions.lifecycle import Actor
from regions.models import Membership, Municipality, Region, Role, ServiceArea, User
from regions.needs.lifecycle import NEED
from regions.needs.models import Need, SharedNeed
from regions.needs.services import Contact, report
from tests import factories

_number = itertools.count(1)


def coordinator_of(region: Region) -> User:
    """Return the region's coordinator, made where there is none."""
    active = Membership.objects.in_force().filter(user__is_active=True).order_by("pk")
    found = active.filter(region=region, role=Role.COORDINATOR).first()
    return found.user if found else factories.make_member(region, Role.COORDINATOR)


def contact_of(municipality: Municipality) -> User:
    contacts = Membership.objects.in_force().filter(municipality=municipality, role=Role.CONTACT)
    found = contacts.order_by("pk").first()
    if found:
        return found.user
    return factories.make_member(municipality.region, Role.CONTACT, municipality=municipality)


def values_of(municipality: Municipality, **fields: object) -> dict[str, object]:
    """Return what a full need says."""
    return {
        "municipality": municipality,
        "challenge": f"Vikarene følger medisinrutinen ulikt, nummer {next(_number)}.",
        "service_area": ServiceArea.objects.first() or factories.make_term(ServiceArea),
        "level": "unit",
        "headcount": 12,
        "headcount_of": 14,
        "driver": "quality",
        "strategic_reason": "Står i plan for helse og omsorg.",
        "goal_achieve": "Alle følger samme rutine.",
        "action": "Et felles kurs på arbeidsplassen.",
        **fields,
    }


def make_draft(municipality: Municipality, **fields: object) -> Need:
    email = fields.pop("email", "leder@samkurs.example")
    key = fields.pop("key", None) or uuid4()
    language = fields.pop("language", "nb")
    need, _new = report(
        municipality.region,
        key=key,
        language=language,
        values=values_of(municipality, **fields),
        contact=Contact(email),
        send=False,
    )
    return need


def make_unconfirmed(municipality: Municipality, **fields: object) -> Need:
    return NEED.apply(make_draft(municipality, **fields), "send", by=Actor.with_link())


def make_submitted(municipality: Municipality, **fields: object) -> Need:
    return NEED.apply(make_unconfirmed(municipality, **fields), "confirm", by=Actor.with_link())


def make_claimed(municipality: Municipality, **fields: object) -> Need:
    by = coordinator_of(municipality.region)
    return NEED.apply(make_submitted(municipality, **fields), "claim", by=by)


def make_returned(municipality: Municipality, **fields: object) -> Need:
    by = coordinator_of(municipality.region)
    need = make_claimed(municipality, **fields)
    return NEED.apply(
        need, "return", by=by, text="Hvem gjelder det?", alternative="Spør nettverket."
    )


def accept(
    need: Need, *, into: SharedNeed | None = None, title: str = "", summary: str = ""
) -> Need:
    """Accept a claimed need."""
    return NEED.apply(
        need,
        "accept",
        by=coordinator_of(need.region),
        into=into,
        no_personal_data=True,
        values={
            "title": title or f"Behov {need.reference}",
            "public_summary": summary or "Ansatte trenger et felles kurs.",
        },
    )


def make_accepted(
    municipality: Municipality,
    *,
    into: SharedNeed | None = None,
    backed: bool = False,
    **fields: object,
) -> Need:
    words = {name: fields.pop(name, "") for name in ("title", "summary")}
    need = accept(make_claimed(municipality, **fields), into=into, **words)
    if backed:
        need = NEED.apply(need, "back", by=contact_of(municipality))
    return need


def make_declined(municipality: Municipality, **fields: object) -> Need:
    return NEED.apply(
        make_claimed(municipality, **fields),
        "decline",
        by=coordinator_of(municipality.region),
        reason="solve_locally",
        text="Ta det opp i ledermøtet.",
    )


def make_withdrawn(municipality: Municipality, **fields: object) -> Need:
    return NEED.apply(make_submitted(municipality, **fields), "withdraw", by=Actor.with_link())


def backdate(need: Need, **days: int) -> Need:
    """Set times of a need back by days, as if it had waited."""
    now = timezone.now()
    Need.objects.filter(pk=need.pk).update(
        **{name: now - timedelta(days=count) for name, count in days.items()}
    )
    need.refresh_from_db()
    return need
