"""The forum's front page: what is open, until when, and for whom."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from regions.forum.lifecycle import ROUND
from regions.forum.models import PlanningRound
from regions.forum.words import deadline
from regions.models import Region, Role, SeatHolder
from tests import factories
from tests.needs import makers as needs

from . import makers
from .makers_ballots import cast, fill_in, user_on

pytestmark = pytest.mark.django_db
HOME = reverse("workspace:home")


def test_a_seat_sees_what_is_open_until_when_and_how_far_it_has_come(
    client: Client, open_round: PlanningRound
) -> None:
    seat = open_round.seats.filter(kind="municipality").first().seat
    client.force_login(user_on(seat))
    html = client.get(HOME).content.decode()
    assert f"Open for grading until {deadline(open_round.current_pass.closes)}" in html
    assert "You have answered 0 of 3" in html
    assert "Begin grading" in html
    assert f"You sit for <b>{seat}</b>" in html
    items = list(open_round.items.all())
    fill_in(open_round, seat, {items[0]: "222"})
    html = client.get(HOME).content.decode()
    assert "You have answered 1 of 3" in html
    assert "Go on grading" in html
    cast(open_round, seat, {})
    html = client.get(HOME).content.decode()
    assert "ballot was sent" in html
    assert "1 of 9 have sent it" in html


def test_past_rounds_say_their_case_and_lead_to_nothing_unpublished(
    client: Client, open_round: PlanningRound
) -> None:
    PlanningRound.objects.filter(pk=open_round.pk).update(case_no="031/26")
    user = user_on(open_round.seats.first().seat)
    ROUND.apply(
        open_round, "cancel", by=needs.coordinator_of(open_round.region), text="Feil oppsett."
    )
    waiting = makers.make_round(open_round.region, title="Våren 2028")
    client.force_login(user)
    html = client.get(HOME).content.decode()
    assert open_round.title not in html  # cancelled
    assert waiting.title not in html  # nobody but the desk knows of a draft
    ROUND.apply(waiting, "collect", by=needs.coordinator_of(open_round.region))
    html = client.get(HOME).content.decode()
    assert "Våren 2028" in html
    assert "Collecting needs" in html


def test_a_contact_sees_rounds_without_a_ballot(client: Client, open_round: PlanningRound) -> None:
    client.force_login(needs.contact_of(open_round.region.municipalities.first()))
    html = client.get(HOME).content.decode()
    assert "Open for grading until" in html
    assert "Begin grading" not in html
    assert "You speak for" in html


def test_who_sits_in_two_regions_chooses(client: Client, open_round: PlanningRound) -> None:
    user = user_on(open_round.seats.first().seat)
    elsewhere = factories.make_region(name="Kustregionen", slug="kustregionen", country="SE")
    factories.make_holder(factories.make_seat(elsewhere), user=user)
    client.force_login(user)
    html = client.get(HOME).content.decode()
    assert "?region=kustregionen" in html
    assert open_round.title in html
    other = client.get(HOME, {"region": "kustregionen"}).content.decode()
    assert open_round.title not in other
    assert "has no round yet" in other
    assert client.get(HOME, {"region": "nowhere\0"}).status_code == 404


def test_signed_out_leads_through_the_sign_in_and_back(
    client: Client, open_round: PlanningRound
) -> None:
    away = client.get(HOME)
    assert away.url == f"{reverse('account:login')}?next={HOME}"
    user = user_on(open_round.seats.first().seat)
    back = client.post(away.url, {"username": user.email, "password": factories.PASSWORD})
    assert back.url == HOME


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.EDITOR, Role.PROVIDER_CONTACT, None])
def test_without_seat_or_contact_role_the_page_says_why_not(
    client: Client, region: Region, role: Role | None
) -> None:
    client.force_login(factories.make_member(region, role) if role else factories.make_user())
    answer = client.get(HOME)
    assert answer.status_code == 403
    assert "you have no seat in a competence forum today" in answer.content.decode()


def test_a_seat_that_is_no_longer_active_opens_nothing(
    client: Client, open_round: PlanningRound
) -> None:
    seat = open_round.seats.first().seat
    client.force_login(user_on(seat))
    seat.is_active = False
    seat.save()
    assert client.get(HOME).status_code == 403
    assert client.get(reverse("workspace:ballot", args=[open_round.pk, 1])).status_code == 404


def test_signing_in_leads_members_to_the_forum(client: Client, open_round: PlanningRound) -> None:
    landing = reverse("account:landing")
    people = [
        (user_on(open_round.seats.first().seat), HOME),
        (needs.contact_of(open_round.region.municipalities.first()), HOME),
        (needs.coordinator_of(open_round.region), reverse("wagtailadmin_home")),
    ]
    for user, where in people:
        client.force_login(user)
        assert client.get(landing).url == where


def test_public_pages_lead_members_to_where_they_work(
    client: Client, open_round: PlanningRound
) -> None:
    seat = open_round.seats.filter(kind="municipality").first().seat
    people = {
        user_on(seat): {HOME},
        needs.contact_of(seat.municipality): {reverse("needs:ours")},
        factories.make_member(open_round.region, Role.EDITOR): set(),
        factories.make_user(): set(),
        None: set(),
    }
    for user, ways in people.items():
        client.logout()
        if user is not None:
            client.force_login(user)
        page = BeautifulSoup(client.get("/en/courses/").content, "html.parser")
        links = {each["href"] for each in page.select(".header a, .menu a")}
        assert links & {HOME, reverse("needs:ours")} == ways, user


def test_nothing_is_kept_by_browsers(client: Client, open_round: PlanningRound) -> None:
    client.force_login(user_on(open_round.seats.first().seat))
    assert "no-store" in client.get(HOME)["Cache-Control"]


@pytest.mark.both
def test_as_many_queries_with_ten_times_as_many_rounds_and_seats(
    client: Client, region: Region
) -> None:
    makers.make_forum(region)
    holder = SeatHolder.objects.filter(seat__kind="municipality").first()
    client.force_login(holder.user)
    by = needs.coordinator_of(region)
    counts = []
    for size in (1, 10):
        for _number in range(size):
            planning_round = makers.make_round(region)
            ROUND.apply(planning_round, "collect", by=by)
        if size == 1:
            makers.opened(region)
        client.get(HOME)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(HOME).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 20, counts
