"""From the ballots to the decision: progress, the order, departures, outcomes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from regions.forum import standing
from regions.forum.lifecycle import ROUND
from regions.forum.models import Outcome, PlanningRound, RoundItem
from regions.lifecycle import Actor
from regions.models import Region, SeatHolder
from regions.needs.models import SharedNeed
from tests import worlds
from tests.needs import makers as needs

from . import makers
from .desk import Desk
from .makers_ballots import RECUSED, cast, fill_in

pytestmark = pytest.mark.django_db

#: What nobody at the desk may read before the close.
SECRET = "Hemmelig kommentar"


@worlds.layer
def holders(region: Region) -> list[SeatHolder]:
    found = makers.make_forum(region)
    # The makers of seats make a municipality too many each.
    region.municipalities.exclude(seats__isnull=False).delete()
    return found


@worlds.layer
def desk(region: Region, holders: list[SeatHolder]) -> Desk:
    return Desk.of(region)


def _text(response: object) -> str:
    return " ".join(response.content.decode().split())


def _graded(
    region: Region, holders: list[SeatHolder], grades: list[list], **fields: object
) -> PlanningRound:
    """Return a round with open ballots, in which the first seats gave each need its grades."""
    row = makers.opened(region, makers.make_items(region, len(grades)), **fields)
    items = list(row.items.all())
    for number in range(len(grades[0])):
        given = {item: grades[place][number] for place, item in enumerate(items)}
        cast(row, holders[number].seat, given)
    row.refresh_from_db()
    return row


HIGH, MIDDLE, LOW = ["433"] * 9, ["333"] * 9, ["111"] * 9


def _to_meeting(row: PlanningRound, desk: Desk) -> PlanningRound:
    row = makers.end_pass(row, at=timezone.now())
    return ROUND.apply(row, "deliberate", by=desk.user)


def test_open_ballots_show_who_has_sent_and_never_what(
    region: Region, holders: list[SeatHolder], desk: Desk
) -> None:
    row = makers.opened(region, makers.make_items(region, 2))
    first, second = row.items.all()
    cast(row, holders[0].seat, {first: "404", second: RECUSED})
    fill_in(row, holders[1].seat, {first: "123"})
    ballot = row.ballots.get(is_current=True)
    ballot.lines.update(comment=SECRET)
    page = _text(desk.show(row))
    assert "<strong>1 of 9</strong> seats have sent their ballot" in page
    assert "Quorum: 1 of 5 municipal ballots" in page
    assert page.count("not sent yet") == 8
    listed = desk.client.get(reverse("round_desk:index"))
    assert "1 of 9" in _text(listed)
    exported = desk.client.get(reverse("round_desk:index"), {"export": "csv"})
    exported = exported.getvalue().decode()
    history = _text(desk.client.get(reverse("round_desk:history", args=[row.pk])))
    meeting = desk.client.get(reverse("round_desk:meeting", args=[row.pk]), follow=True)
    assert "Nobody sees the order as long as ballots can change." in _text(meeting)
    for text in (page, _text(listed), exported, history, _text(meeting)):
        assert SECRET not in text
        assert "404" not in text
        assert "Score" not in text
        assert "Tie to a provider" not in text


def test_closed_ballots_without_a_quorum_stay_unseen_as_they_may_open_again(
    region: Region, holders: list[SeatHolder], desk: Desk
) -> None:
    row = makers.opened(region, makers.make_items(region, 1))
    cast(row, holders[0].seat, {row.items.get(): "404"})
    row = makers.end_pass(row, at=timezone.now())
    assert not standing.may_be_counted(row)
    answer = desk.client.get(reverse("round_desk:meeting", args=[row.pk]))
    assert answer["Location"] == reverse("round_desk:show", args=[row.pk])
    assert desk.take(row, "extend").status_code == 302
    row.refresh_from_db()
    row = makers.end_pass(row, at=timezone.now())
    assert standing.may_be_counted(row)
    assert "There was no quorum: the order is advice" in _text(
        desk.client.get(reverse("round_desk:meeting", args=[row.pk]))
    )


def test_the_order_shows_scores_flags_and_who_is_recused(
    region: Region, holders: list[SeatHolder], desk: Desk
) -> None:
    few = ["333"] * 3 + [None] * 6
    split = ["111"] * 7 + ["444"] * 2
    row = _graded(region, holders, [LOW, HIGH, few, split])
    items = list(row.items.all())
    row = makers.end_pass(row, at=timezone.now())
    recused = items[1].recusals.create(
        seat=holders[4].seat, user=holders[4].user, kind="family", decided_by=holders[4].user
    )
    found = standing.how_it_stands(row)
    assert [line.item for line in found.lines] == [items[1], items[3], items[0], items[2]]
    lines = {line.item: line for line in found.lines}
    assert lines[items[2]].flags == ("Too few grades for a place",)
    assert lines[items[3]].flags == ("Employees and municipalities grade it very differently",)
    assert lines[items[1]].recused == (f"{recused.seat} (Family)",)
    assert (lines[items[1]].counted, lines[items[0]].counted) == (8, 9)
    page = _text(desk.client.get(reverse("round_desk:meeting", args=[row.pk])))
    # 30·4/4 + 20·3/4 + 20·3/4 = 60 points from the members.
    assert "<strong>60.00</strong>" in page
    assert "members 60.00, facts 0.00" in page
    assert "Must be discussed:</strong> Too few grades for a place" in page


def test_a_tie_across_the_cut_and_an_unknown_cost_are_flagged(
    region: Region, holders: list[SeatHolder], desk: Desk
) -> None:
    row = _graded(region, holders, [HIGH, HIGH], places=1)
    row = makers.end_pass(row, at=timezone.now())
    flags = [line.flags for line in standing.how_it_stands(row).lines]
    assert flags == [("Equal across the line of what there is room for",)] * 2
    PlanningRound.objects.filter(pk=row.pk).update(places=None, envelope_amount=1000)
    row.refresh_from_db()
    found = standing.how_it_stands(row)
    assert [line.flags for line in found.lines] == [("The cost is unknown",)] * 2
    assert [line.proposed for line in found.lines] == ["", ""]


def test_a_departure_is_computed_from_the_order_of_now(
    region: Region, holders: list[SeatHolder], desk: Desk
) -> None:
    row = _to_meeting(_graded(region, holders, [HIGH, MIDDLE, LOW]), desk)
    high, middle, low = row.items.all()
    said = {"to_rank": 1, "votes_for": 6, "votes_against": 3, "case_no": "031/27"}
    refused = desk.take(row, "override", item=low.pk, **(said | {"text": "", "to_rank": 9}))
    text = _text(refused)
    assert "A place from 1 to 3." in text
    assert "Say why." in text
    assert 'value="031/27"' in text
    assert not row.overrides.exists()
    assert desk.take(row, "override", item=low.pk, text="Haster.", **said).status_code == 302
    row.refresh_from_db()
    assert (row.overrides.get().from_rank, row.overrides.get().to_rank) == (3, 1)
    again = said | {"to_rank": 2}
    assert desk.take(row, "override", item=middle.pk, text="Etter.", **again).status_code == 302
    assert row.overrides.last().from_rank == 3
    found = standing.how_it_stands(row)
    assert found.order == [low, middle, high]
    assert [line.computed for line in found.lines] == ["3", "2", "1"]
    page = _text(desk.client.get(reverse("round_desk:meeting", args=[row.pk])))
    assert "Moved from 3 to 1, 6 for and 3 against, case 031/27: Haster." in page
    assert "“Haster.”" in _text(desk.show(row))


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("item", "", "Choose the need."),
        ("item", 10**30, "This need is not in the round."),
        ("to_rank", 10**30, "A place from 1 to 2."),
        ("to_rank", 1, "It stands there already."),
        ("votes_for", "", "Give the number of votes."),
        ("votes_for", -1, "greater than or equal to 0"),
        ("case_no", "a\x00", "Null characters are not allowed."),
        ("case_no", "x" * 41, "at most 40 characters"),
        ("text", "x" * 1001, "at most 1000 characters"),
    ],
)
def test_a_wrong_departure_is_refused(
    region: Region, holders: list[SeatHolder], desk: Desk, field: str, value: object, words: str
) -> None:
    row = _to_meeting(_graded(region, holders, [HIGH, LOW]), desk)
    said = {"to_rank": 2, "votes_for": 6, "votes_against": 3, "case_no": "1", "text": "Haster."}
    answer = desk.take(row, "override", **{"item": row.items.first().pk, **said, field: value})
    assert answer.status_code == 200
    assert words in str(answer.context["form"].errors)
    assert not row.overrides.exists()


def test_outcomes_are_proposed_kept_and_asked_for_before_the_decision(
    region: Region, holders: list[SeatHolder], desk: Desk
) -> None:
    row = _to_meeting(_graded(region, holders, [MIDDLE, HIGH, LOW], places=1), desk)
    middle, high, low = row.items.all()
    page = desk.open_step(row, "settle")
    form = page.context["form"]
    assert [form[f"outcome_{item.pk}"].value() for item in (middle, high, low)] == [
        "reserve",
        "prioritised",
        "reserve",
    ]
    decide = desk.take(row, "decide", case_no="031/27", decided_on="")
    assert "Say for every need what the forum decided." in _text(decide)
    assert 'value="031/27"' in _text(decide)
    refused = desk.take(
        row, "settle", **{f"outcome_{low.pk}": "declined", f"reason_{low.pk}": "Egen regi."}
    )
    assert "Say why, and what they can do instead." in _text(refused)
    assert "Egen regi." in _text(refused)
    assert not RoundItem.objects.exclude(outcome="").exists()
    said = {
        f"outcome_{low.pk}": "declined",
        f"reason_{low.pk}": "Egen regi.",
        f"alternative_{low.pk}": "Ta det i ledermøtet.",
    }
    assert desk.take(row, "settle", **said).status_code == 302
    low.refresh_from_db()
    assert (low.outcome, low.alternative) == (Outcome.DECLINED, "Ta det i ledermøtet.")
    row.refresh_from_db()
    early = desk.take(row, "decide", case_no="031/27", decided_on="2999-01-01")
    assert "This day is still to come." in _text(early)
    assert desk.take(row, "decide", case_no="031/27", decided_on="").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.case_no) == ("decided", "031/27")
    assert row.decided_on == timezone.localdate()
    assert desk.take(row, "publish").status_code == 302
    states = dict(SharedNeed.objects.values_list("pk", "state"))
    assert states[high.shared_need_id] == "prioritised"
    assert states[middle.shared_need_id] == "deferred"
    assert states[low.shared_need_id] == "declined"


def test_a_second_pass_is_opened_until_a_time_and_hides_the_order_again(
    region: Region, holders: list[SeatHolder], desk: Desk
) -> None:
    row = _to_meeting(_graded(region, holders, [HIGH], passes=2), desk)
    refused = desk.take(row, "second_pass", closes="2020-01-01T10:00")
    assert "Say when the second pass closes." in _text(refused)
    closes = timezone.localtime() + timedelta(days=8)
    answer = desk.take(row, "second_pass", closes=closes.strftime("%Y-%m-%dT%H:%M"))
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.state, row.current_pass.pass_no) == ("ballot_open", 2)
    assert not standing.may_be_counted(row)
    assert "<strong>0 of 9</strong>" in _text(desk.show(row))


def test_a_second_pass_clears_what_was_decided_on_the_first(
    region: Region, holders: list[SeatHolder], desk: Desk
) -> None:
    row = _to_meeting(_graded(region, holders, [HIGH, LOW], passes=2), desk)
    meeting = reverse("round_desk:meeting", args=[row.pk])
    chair = Desk(makers.chair_of(region))
    asked = chair.client.get(reverse("workspace:chair", args=[row.pk]))
    assert asked.context["standing"].pass_ahead
    assert "This round has a second pass." in _text(desk.client.get(meeting))
    assert "recorded by then are cleared" in _text(desk.open_step(row, "second_pass"))
    said = {"votes_for": 6, "votes_against": 3, "case_no": "031/27", "text": "Haster."}
    row = ROUND.apply(
        row, "override", by=desk.user, item=row.items.last().pk, from_rank=2, to_rank=1, **said
    )
    assert desk.take(row, "settle").status_code == 302
    row.items.update(reason="Fordi.", alternative="Alene.")
    closes = timezone.now() + timedelta(days=8)
    row = ROUND.apply(row, "second_pass", by=desk.user, closes=closes)
    assert not row.overrides.exists()
    assert set(row.items.values_list("outcome", "reason", "alternative")) == {("", "", "")}
    facts = row.log.get(action="second_pass").facts
    assert (facts["departures"], facts["outcomes"]) == (1, 2)
    assert "Cleared: 1 departures, 2 outcomes" in _text(desk.show(row))
    row = ROUND.apply(
        row, "close", by=Actor.clock(), at=row.current_pass.closes + timedelta(seconds=1)
    )
    row = ROUND.apply(row, "deliberate", by=desk.user)
    assert "This round has a second pass." not in _text(desk.client.get(meeting))


def test_deferred_needs_are_offered_for_the_next_round(
    region: Region, holders: list[SeatHolder], desk: Desk
) -> None:
    row = _to_meeting(_graded(region, holders, [HIGH, LOW], places=1), desk)
    assert desk.take(row, "settle").status_code == 302
    row = ROUND.apply(row, "decide", by=desk.user, case_no="1")
    ROUND.apply(row, "publish", by=desk.user)
    deferred = SharedNeed.objects.get(state="deferred")
    following = makers.screened(region)
    fresh = makers.make_items(region, 1)[0]
    page = _text(desk.open_step(following, "freeze"))
    assert f'name="reopen" value="{deferred.pk}"' in page
    assert f"{row.title}: reserve: first in line next round" in page
    url = reverse("round_desk:reopen", args=[following.pk])
    answer = desk.client.post(url, {"reopen": [deferred.pk], "items": [fresh.pk]}, follow=True)
    deferred.refresh_from_db()
    assert deferred.state == "open"
    for each in (fresh, deferred):
        assert f'value="{each.pk}" id="item-{each.pk}" checked' in _text(answer)
    prioritised = SharedNeed.objects.get(state="prioritised")
    for odd in (prioritised.pk, 10**30, "x"):
        answer = desk.client.post(url, {"reopen": [odd]}, follow=True)
        assert "Choose which deferred needs to open again." in _text(answer)
    assert needs.coordinator_of(region) == desk.user
