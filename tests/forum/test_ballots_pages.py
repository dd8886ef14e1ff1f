"""The ballot's pages: one need at a time, saved as one goes, looked through, sent, replaced."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from regions.forum import ballots
from regions.forum.lifecycle import ROUND
from regions.forum.models import Ballot, BallotLine, PlanningRound, Recusal, RoundItem
from regions.models import ForumSeat, Region, SeatHolder, User
from tests import factories
from tests.needs import makers as needs

from . import makers
from .makers_ballots import cast, entry, fill_in, page, user_on

pytestmark = pytest.mark.django_db


def in_order(planning_round: PlanningRound, seat: ForumSeat) -> list[RoundItem]:
    return ballots.shuffled(planning_round, seat.pk, planning_round.items.all())


def typed(item: RoundItem, grades: str = "", **more: str) -> dict[str, str]:
    names = dict(zip(("benefit", "urgency", "regional"), grades, strict=False))
    return {"item": str(item.pk), "seen": ballots.Entry().mark, "go": "next", **names, **more}


def test_each_next_saves_and_the_last_leads_to_the_overview(
    client: Client, member: User, open_round: PlanningRound, seat: ForumSeat
) -> None:
    items = in_order(open_round, seat)
    first = client.get(page(open_round))
    assert items[0].title in first.content.decode()
    assert not Ballot.objects.exists()  # looking begins nothing
    answer = client.post(page(open_round), typed(items[0], "433"))
    assert answer.url == page(open_round, number=2)
    second = client.get(answer.url)
    assert items[1].title in second.content.decode()
    assert "Saved at" in second.content.decode()
    assert "1 of 3 answered" in second.content.decode()
    client.post(page(open_round, number=2), typed(items[1], no_opinion="on", comment="Usikker."))
    answer = client.post(page(open_round, number=3), typed(items[2], "0"))
    assert answer.url == page(open_round, "overview")
    lines = {row.item_id: row for row in BallotLine.objects.all()}
    assert lines[items[0].pk].grades == (4, 3, 3)
    assert lines[items[1].pk].no_opinion
    assert lines[items[1].pk].comment == "Usikker."
    assert lines[items[2].pk].grades == (0, None, None)
    assert {row.graded_by for row in lines.values()} == {member}
    overview = client.get(answer.url).content.decode()
    assert "Still to answer" in overview
    # Among what is missing, in the list, and on the paper.
    assert overview.count(items[2].title) == 3


def test_all_five_grades_have_words_and_what_is_chosen_is_checked(
    client: Client, member: User, open_round: PlanningRound, seat: ForumSeat
) -> None:
    items = in_order(open_round, seat)
    ballots.save_line(open_round, seat, member, items[0], entry("321", "Til møtet.", public=True))
    html = client.get(page(open_round)).content.decode()
    for words in (
        "Noticeable in one service",
        "between “None” and “Noticeable in one service”",
        "between “Cheaper together” and “Only possible together”",
        "Harm or standstill now",
        "access to documents",
        "Til møtet.",
    ):
        assert words in html.replace("&quot;", '"')
    for field, grade in {"benefit": 3, "urgency": 2, "regional": 1}.items():
        assert f'name="{field}" value="{grade}" id="id_{field}_{grade}" checked' in html
    assert 'name="comment_public" id="id_comment_public" checked' in html


def test_the_page_says_what_the_secretariat_found(region: Region, client: Client) -> None:
    makers.make_forum(region)
    shared = makers.make_items(region, 1, headcount=48, headcount_of=66)[0]
    shared.statutory_points, shared.statutory_reference = 2, "Rammeplan for barnehagen"
    shared.est_cost_total, shared.est_seats = 30_000, 40
    shared.save()
    planning_round = makers.opened(region, [shared])
    own = planning_round.items.get().shared_need.needs.get().municipality
    client.force_login(user_on(planning_round.seats.get(municipality=own).seat))
    html = client.get(page(planning_round)).content.decode()
    for words in ("48 of 66 employees", "A guideline", "Rammeplan", "1 of 7", "NOK 750", own.name):
        assert words in html
    assert "Own municipality" in html
    other = planning_round.seats.filter(kind="municipality").exclude(municipality=own).first()
    client.force_login(user_on(other.seat))
    assert "Own municipality" not in client.get(page(planning_round)).content.decode()


def test_a_script_is_told_what_was_kept_or_why_not(
    client: Client, member: User, open_round: PlanningRound, seat: ForumSeat
) -> None:
    item = in_order(open_round, seat)[0]
    ask = {"headers": {"Accept": "application/json"}}
    told = client.post(page(open_round), typed(item, "433"), **ask).json()
    assert told["seen"] == entry("433").mark
    assert told["answered"] == "1 of 3 answered"
    assert "Saved at" in told["saved"]
    stale = client.post(page(open_round), typed(item, "000"), **ask)
    assert stale.status_code == 409
    assert "changed in another window" in stale.json()["message"]  # nobody else is on the seat
    wrong = client.post(page(open_round), typed(item, "9"), **ask)
    assert wrong.status_code == 422
    assert BallotLine.objects.get().grades == (4, 3, 3)


def test_the_others_entry_is_shown_and_ones_own_is_kept_until_saved_again(
    client: Client, member: User, open_round: PlanningRound, seat: ForumSeat
) -> None:
    item = in_order(open_round, seat)[0]
    deputy = factories.make_holder(seat, kind=SeatHolder.Kind.DEPUTY).user
    ballots.save_line(open_round, seat, deputy, item, entry("111", "Fra vara."))
    refused = client.post(page(open_round), typed(item, "444", comment="Fra fast."))
    assert refused.status_code == 409
    html = refused.content.decode()
    assert "What the other person on your seat entered" in html
    assert "Fra vara." in html
    assert "Fra fast." in html
    assert 'value="4" id="id_benefit_4" checked' in html
    assert BallotLine.objects.get().grades == (1, 1, 1)
    again = typed(item, "444", comment="Fra fast.", seen=entry("111", "Fra vara.").mark)
    assert client.post(page(open_round), again).status_code == 302
    assert BallotLine.objects.get().grades == (4, 4, 4)


@pytest.mark.parametrize(
    "wrong",
    [
        {"benefit": "7"},
        {"benefit": "\0"},
        {"urgency": "9" * 5000},
        {"comment": "x" * 1001},
        {"comment": "a\0b"},
    ],
)
def test_what_cannot_be_saved_is_said_and_what_was_typed_is_kept(
    client: Client, member: User, open_round: PlanningRound, seat: ForumSeat, wrong: dict[str, str]
) -> None:
    item = in_order(open_round, seat)[0]
    answer = client.post(page(open_round), typed(item, regional="3", **wrong))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "field__error" in html
    assert 'value="3" id="id_regional_3" checked' in html
    assert not Ballot.objects.exists()


@pytest.mark.parametrize("go", ["\0", "x" * 9999, "-1", "99", "²", "overview"])
def test_a_strange_way_on_leads_to_the_overview_and_loses_nothing(
    client: Client, member: User, open_round: PlanningRound, seat: ForumSeat, go: str
) -> None:
    item = in_order(open_round, seat)[0]
    answer = client.post(page(open_round), typed(item, "222", go=go))
    assert answer.url == page(open_round, "overview")
    assert BallotLine.objects.get().grades == (2, 2, 2)


def test_sending_leads_to_a_receipt_and_the_ballot_can_be_replaced(
    client: Client, member: User, open_round: PlanningRound, seat: ForumSeat
) -> None:
    items = in_order(open_round, seat)
    fill_in(open_round, seat, dict.fromkeys(items, "222"))
    overview = client.get(page(open_round, "overview"))
    seen = overview.context["edits"]
    answer = client.post(page(open_round, "send"), {"seen": seen})
    assert answer.url == page(open_round, "sent")
    again = client.post(page(open_round, "send"), {"seen": seen})  # a double click
    assert again.url == page(open_round, "sent")
    assert Ballot.objects.get().is_current
    html = client.get(answer.url).content.decode()
    assert "Received" in html
    assert "You can replace it until" in html
    # What is sent is not changed by going back to a need.
    assert client.get(page(open_round)).url == page(open_round, "overview")
    late = client.post(page(open_round), typed(items[0], "000"))
    assert late.status_code == 409
    assert "is sent" in late.content.decode()
    assert client.post(page(open_round, "replace")).url == page(open_round, "overview")
    assert (
        "stands until you send this one"
        in client.get(page(open_round, "overview")).content.decode()
    )
    assert Ballot.objects.current().get().number == 1


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 400, "\0"])
def test_sending_unseen_is_refused(
    client: Client, member: User, open_round: PlanningRound, seat: ForumSeat, seen: str
) -> None:
    fill_in(open_round, seat, dict.fromkeys(open_round.items.all(), "222"))
    answer = client.post(page(open_round, "send"), {"seen": seen})
    assert answer.status_code == 409
    assert "Look at it again" in answer.content.decode()
    assert not Ballot.objects.current().exists()


def test_sending_unfinished_names_what_is_missing(
    client: Client, member: User, open_round: PlanningRound, seat: ForumSeat
) -> None:
    items = in_order(open_round, seat)
    fill_in(open_round, seat, {items[0]: "222"})
    answer = client.post(page(open_round, "send"), {"seen": 1})
    assert answer.status_code == 422
    assert "Not answered yet" in answer.content.decode()
    assert not Ballot.objects.current().exists()


def test_late_is_refused_with_the_time_and_everything_typed_is_still_there(
    client: Client,
    member: User,
    open_round: PlanningRound,
    seat: ForumSeat,
) -> None:
    items = in_order(open_round, seat)
    fill_in(open_round, seat, dict.fromkeys(items, "222"))
    now = timezone.now()
    open_round.round_passes.update(opens=now - timedelta(days=1), closes=now - timedelta(seconds=1))
    late = client.post(page(open_round, "send"), {"seen": 3})
    assert late.status_code == 409
    assert "Too late: the ballots closed" in late.content.decode()
    late = client.post(page(open_round), typed(items[0], "000", comment="For sent"))
    assert late.status_code == 409
    assert "For sent" in late.content.decode()
    overview = client.get(page(open_round, "overview"))
    assert "Too late" in overview.content.decode()
    assert "Send the ballot" not in overview.content.decode()
    assert not Ballot.objects.current().exists()
    assert client.post(page(open_round, "replace")).status_code == 302
    assert Ballot.objects.count() == 1


def test_saying_that_one_is_recused_hands_the_need_over(
    client: Client, member: User, open_round: PlanningRound, seat: ForumSeat
) -> None:
    item = in_order(open_round, seat)[0]
    deputy = factories.make_holder(seat, kind=SeatHolder.Kind.DEPUTY).user
    ask = client.get(page(open_round, "recused")).content.decode()
    assert str(deputy) in ask
    assert not Recusal.objects.exists()
    without = client.post(page(open_round, "recused"), {"item": item.pk})
    assert without.status_code == 422
    assert "Choose why" in without.content.decode()
    done = client.post(page(open_round, "recused"), {"item": item.pk, "kind": "provider"})
    assert done.url == page(open_round)
    html = client.get(done.url).content.decode()
    assert "You are recused on this need" in html
    assert 'name="benefit"' not in html
    # Going on from there saves nothing and refuses nothing.
    on = client.post(page(open_round), typed(item, "444"))
    assert on.url == page(open_round, number=2)
    assert not BallotLine.objects.exists()
    client.force_login(deputy)
    html = client.get(page(open_round)).content.decode()
    assert "it is yours to grade" in html
    assert client.post(page(open_round), typed(item, "321")).status_code == 302
    assert BallotLine.objects.get().grades == (3, 2, 1)


def test_nobody_sees_another_seat_or_another_regions_round(
    client: Client, member: User, open_round: PlanningRound, seat: ForumSeat, region: Region
) -> None:
    other_seat = open_round.seats.exclude(seat=seat).first().seat
    cast(
        open_round,
        other_seat,
        dict.fromkeys(open_round.items.all(), "404"),
    )
    for name in ("ballot", "overview"):
        html = client.get(page(open_round, name)).content.decode()
        assert " checked" not in html
        assert "0 of 3 answered" in html
    elsewhere = factories.make_region(name="Kustregionen", slug="kustregionen", country="SE")
    makers.make_forum(elsewhere)
    foreign = makers.opened(elsewhere)
    for name in ("ballot", "recused", "overview", "sent"):
        assert client.get(page(foreign, name)).status_code == 404
    for name in ("ballot", "recused", "send", "replace"):
        assert client.post(page(foreign, name), {"seen": "0"}).status_code == 404
    assert Ballot.objects.filter(round=foreign).count() == 0
    huge = reverse("workspace:ballot", args=[10**30, 1])
    assert client.get(huge).status_code == 404
    assert client.get(page(open_round, number=99)).status_code == 404


def test_coordinators_and_strangers_have_no_ballot(
    client: Client, open_round: PlanningRound
) -> None:
    away = client.get(page(open_round))
    assert away.status_code == 302
    assert away.url.endswith(f"?next={page(open_round)}")
    for user in (needs.coordinator_of(open_round.region), factories.make_admin()):
        client.force_login(user)
        answer = client.get(page(open_round))
        assert answer.status_code == 403
        assert "members of the forum" in answer.content.decode()
    client.force_login(needs.contact_of(open_round.region.municipalities.first()))
    assert client.get(page(open_round)).status_code == 404


def test_before_the_opening_there_is_nothing_to_fill_in(region: Region, client: Client) -> None:
    makers.make_forum(region)
    planning_round = makers.frozen(region)
    client.force_login(user_on(planning_round.seats.first().seat))
    answer = client.get(page(planning_round), follow=True)
    assert "not open yet" in answer.content.decode()
    assert "Send the ballot" not in answer.content.decode()


def test_a_need_that_is_taken_out_is_gone_and_the_numbers_close_up(
    client: Client, member: User, open_round: PlanningRound, seat: ForumSeat
) -> None:
    items = in_order(open_round, seat)
    chair = makers.chair_of(open_round.region)
    ROUND.apply(open_round, "withdraw_item", by=chair, item=str(items[0].pk), text="Trukket.")
    html = client.get(page(open_round)).content.decode()
    assert items[0].title not in html
    assert "Need 1 of 2" in html
    # A page that was opened before saves what it shows, whatever its number is now.
    client.post(page(open_round, number=3), typed(items[2], "333"))
    assert BallotLine.objects.get().item == items[2]


def test_what_is_sent_for_a_need_that_is_gone_lands_on_no_other(
    client: Client, member: User, open_round: PlanningRound, seat: ForumSeat
) -> None:
    items = in_order(open_round, seat)
    chair = makers.chair_of(open_round.region)
    ROUND.apply(open_round, "withdraw_item", by=chair, item=str(items[0].pk), text="Trukket.")
    refused = client.post(page(open_round), typed(items[0], "431", comment="Skrevet lenge på."))
    assert refused.status_code == 409
    html = refused.content.decode()
    assert "This need is not in the round any more." in html
    assert items[0].title in html
    assert items[1].title not in html
    for words in ("<b>4</b>", "<b>3</b>", "<b>1</b>", "Skrevet lenge på."):
        assert words in html
    ask = {"headers": {"Accept": "application/json"}}
    told = client.post(page(open_round), typed(items[0], "431"), **ask)
    assert told.status_code == 409
    assert "not in the round any more" in told.json()["message"]
    for odd in ("", "x", "\0", "9" * 5000):
        assert (
            client.post(page(open_round), {**typed(items[1], "4"), "item": odd}).status_code == 409
        )
    said = {"item": items[0].pk, "kind": "provider"}
    assert client.post(page(open_round, "recused"), said).status_code == 409
    assert not BallotLine.objects.exists()
    assert not Recusal.objects.exists()
    # Without a name the place is meant.
    bare = {name: each for name, each in typed(items[1], "222").items() if name != "item"}
    client.post(page(open_round), bare)
    assert BallotLine.objects.get().item == items[1]


@pytest.mark.both
def test_the_ballot_asks_as_many_queries_with_ten_times_as_much(
    client: Client, region: Region
) -> None:
    makers.make_forum(region, municipalities=5, unions=0)
    counts = {}
    planning_round = None
    for size in (2, 20):
        if planning_round is not None:
            ROUND.apply(planning_round, "cancel", by=needs.coordinator_of(region), text="Større.")
            for _number in range(20):
                place = factories.make_municipality(region)
                factories.make_holder(factories.make_seat(region, municipality=place))
        planning_round = makers.opened(region, makers.make_items(region, size))
        seat = planning_round.seats.order_by("pk").first().seat
        user = fill_in(planning_round, seat, dict.fromkeys(planning_round.items.all(), "222"))
        client.force_login(user)
        for name in ("ballot", "overview"):
            client.get(page(planning_round, name))
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(page(planning_round, name)).status_code == 200
            counts.setdefault(name, []).append(len(queries))
    assert {name: len(set(each)) for name, each in counts.items()} == {"ballot": 1, "overview": 1}
    assert max(counts["ballot"] + counts["overview"]) <= 12, counts
