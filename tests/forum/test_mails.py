"""What mails about rounds say, and where they lead."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from regions.forum.lifecycle import ROUND
from regions.forum.models import PlanningRound
from regions.forum.words import deadline
from regions.models import Region, User
from regions.outbox import send_due
from tests import worlds
from tests.needs.makers import coordinator_of

from . import makers
from . import makers_results as results
from .makers_ballots import cast

pytestmark = pytest.mark.django_db

FEW = "Too few municipalities had sent their ballots"
LATE = "An employees’ seat was invited"


@worlds.layer
def forum(region: Region) -> Region:
    makers.make_forum(region)
    # The makers of seats make a municipality too many each.
    region.municipalities.exclude(seats__isnull=False).delete()
    User.objects.update(language="en")
    return region


def mailed() -> str:
    """Send what is due and return one of the mails, on one line."""
    mail.outbox.clear()
    send_due()
    message = mail.outbox[-1]
    return " ".join(f"{message.subject} {message.body}".split())


def extended(planning_round: PlanningRound) -> str:
    mail.outbox.clear()
    send_due()
    by = coordinator_of(planning_round.region)
    ROUND.apply(planning_round, "extend", by=by)
    return mailed()


def test_an_extension_for_want_of_ballots_says_so(forum: Region) -> None:
    row = makers.end_pass(makers.opened(forum))
    text = extended(row)
    assert FEW in text
    assert LATE not in text
    row.refresh_from_db()
    assert " ".join(deadline(row.current_pass.closes).split()) in text


def test_an_extension_for_a_late_invitation_says_so(forum: Region) -> None:
    row = makers.opened(forum)
    for each in row.seats.filter(kind="municipality"):
        cast(row, each.seat, {})
    makers.let_time_run_out(row)
    late = timezone.now() - timedelta(days=2)
    row.seats.filter(kind="employee_org").update(invited_at=late)
    row = ROUND.apply(row, "close", by=coordinator_of(forum))
    text = extended(row)
    assert LATE in text
    assert FEW not in text


def test_the_mail_of_the_freeze_names_the_needs_and_leads_to_them(forum: Region) -> None:
    row = makers.frozen(forum)
    text = mailed()
    for item in row.items.all():
        assert item.title in text
    assert f"/en/forum/rounds/{row.pk}/ballot/" in text
    assert "You may object until" in text


def test_the_mail_of_the_result_leads_to_it(region: Region) -> None:
    row = results.published(region)
    mail.outbox.clear()
    send_due()
    address = f"/rounds/{region.slug}/{row.slug}/"
    found = [each.body for each in mail.outbox if address in each.body]
    assert len(found) == 9
    url = next(word for word in found[0].split() if address in word)
    assert Client().get(urlsplit(url).path).status_code == 200
