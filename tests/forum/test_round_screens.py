"""The desk of rounds: list, form, the round's screen, and its steps by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from regions.forum.guards import quorum_of
from regions.forum.lifecycle import ROUND
from regions.forum.models import PlanningRound
from regions.forum.words import deadline, moment
from regions.models import Region
from tests import worlds
from tests.needs import makers as needs

from . import makers
from . import makers_results as results
from .desk import Desk, typed_round

pytestmark = pytest.mark.django_db


@worlds.layer
def desk(region: Region) -> Desk:
    makers.make_forum(region)
    return Desk.of(region)


def _text(response: object) -> str:
    return " ".join(response.content.decode().split())


def test_a_round_is_made_from_its_title_and_begins_its_log(region: Region, desk: Desk) -> None:
    page = desk.client.get(reverse("round_desk:add"))
    assert page.context["form"]["region"].value() == region.pk
    assert "Sum of the five: 100." in _text(page)
    answer = desk.client.post(reverse("round_desk:add"), typed_round(region))
    made = PlanningRound.objects.get()
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("round_desk:show", args=[made.pk]),
    )
    assert (made.slug, made.state, made.version) == ("hosten-2027", "draft", 1)
    assert made.log.get().action == "begin"
    desk.client.post(reverse("round_desk:add"), typed_round(region))
    assert PlanningRound.objects.get(slug="hosten-2027-2").title == "Høsten 2027"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("weight_reach", 5, "These make 90."),
        ("envelope_amount", "100000", "Give the places or the budget, not both."),
        ("year_to", 2020, "The last year cannot be before the first."),
        ("ballot_to", "2020-01-01 10:00", "Ballots close after they open."),
        ("ballot_from", "0001-01-01 00:00", "A year from 2000 to 2200."),
        ("title", "a\x00b", "Null characters are not allowed."),
        ("trim", 10**30, "less than or equal to 2"),
        ("places", 10**30, "less than or equal to"),
        ("weight_benefit", 10**30, "The five weights make 100 together."),
        ("slug", "Å b", "slug"),
    ],
)
def test_what_is_wrong_with_a_round_is_said_and_kept(
    region: Region, desk: Desk, field: str, value: object, words: str
) -> None:
    answer = desk.client.post(
        reverse("round_desk:add"), typed_round(region, **{field: value, "meeting_on": "2028-01-31"})
    )
    assert answer.status_code == 200
    assert words in str(answer.context["form"].errors)
    assert "2028-01-31" in _text(answer)
    assert "Sum of the five: 90." in _text(answer) or field != "weight_reach"
    assert not PlanningRound.objects.exists()


def test_who_saves_over_a_newer_version_is_told(region: Region, desk: Desk) -> None:
    row = makers.make_round(region)
    url = reverse("round_desk:edit", args=[row.pk])
    data = typed_round(region, title="Min tittel", expected_version=row.version)
    ROUND.apply(row, "collect", by=desk.user)
    answer = desk.client.post(url, data)
    assert "Somebody else saved this" in _text(answer)
    assert "Min tittel" in _text(answer)
    row.refresh_from_db()
    assert row.title != "Min tittel"


def test_the_freeze_locks_the_rules_and_says_why(region: Region, desk: Desk) -> None:
    row = makers.frozen(region)
    url = reverse("round_desk:edit", args=[row.pk])
    assert "the seats grade by these rules" in _text(desk.client.get(url))
    data = typed_round(
        region,
        title="Ny tittel",
        weight_benefit=50,
        weight_urgency=0,
        trim=0,
        meeting_on="2028-01-31",
        expected_version=row.version,
    )
    answer = desk.client.post(url, data)
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.title, str(row.meeting_on)) == ("Ny tittel", "2028-01-31")
    assert (row.weight_benefit, row.weight_urgency, row.trim) == (30, 20, 1)
    row = ROUND.apply(row, "cancel", by=desk.user, text="Feil oppsett.")
    answer = desk.client.get(url, follow=True)
    assert "its rules stay as they were" in _text(answer)


def test_a_round_goes_from_draft_to_open_by_buttons(region: Region, desk: Desk) -> None:
    row = makers.make_round(region)
    assert "Begin collecting" in _text(desk.show(row))
    assert desk.take(row, "collect").status_code == 302
    assert desk.take(row, "screen").status_code == 302
    shared = makers.make_items(region, 3)
    page = desk.open_step(row, "freeze")
    assert all(each.reference in _text(page) for each in shared)
    answer = desk.take(row, "freeze", items=[each.pk for each in shared[:2]])
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.state, row.items.count()) == ("frozen", 2)
    assert "The seats may object until" in _text(desk.show(row))
    refused = desk.take(row, "open")
    assert refused.status_code == 200
    assert "The seats may object until" in _text(refused)
    row.refresh_from_db()
    assert row.state == "frozen"
    now = timezone.now()
    PlanningRound.objects.filter(pk=row.pk).update(
        frozen_at=now - timedelta(days=4), ballot_from=now - timedelta(hours=1)
    )
    assert desk.take(row, "open").status_code == 302
    text = _text(desk.show(row))
    assert "<strong>0 of 9</strong> seats have sent their ballot" in text
    row.refresh_from_db()
    assert f"Quorum: 0 of {quorum_of(row).needed} municipal ballots" in text


def test_what_keeps_a_round_from_freezing_is_told_beforehand(region: Region, desk: Desk) -> None:
    row = makers.screened(region, ballot_from=None, ballot_to=None, trim=2)
    region.forums.get().seats.filter(kind="employee_org").update(is_active=False)
    region.forums.get().seats.filter(is_chair=True).update(is_active=False)
    for page in (desk.show(row), desk.open_step(row, "freeze")):
        assert "Say when ballots open and close." in _text(page)
        assert "Only 6 seats are filled, and 7 are needed." in _text(page)
    shared = makers.make_items(region, 1)
    answer = desk.take(row, "freeze", items=[shared[0].pk])
    assert "Nothing was changed" in _text(answer)
    row.refresh_from_db()
    assert (row.state, row.items.count()) == ("screening", 0)


def test_a_need_of_one_persons_alone_is_refused_by_name(region: Region, desk: Desk) -> None:
    row = makers.screened(region)
    good = makers.make_items(region, 1)[0]
    alone = makers.make_items(region, 1, level="individual")[0]
    page = _text(desk.open_step(row, "freeze"))
    assert "Cannot be ranked: It concerns single people." in page
    assert f'value="{alone.pk}" id="item-{alone.pk}" checked' not in page
    assert f'value="{good.pk}" id="item-{good.pk}" checked' in page
    answer = desk.take(row, "freeze", items=[good.pk, alone.pk])
    assert f"{alone.reference} concerns single people" in _text(answer)
    assert f'value="{alone.pk}" id="item-{alone.pk}" checked' in _text(answer)
    row.refresh_from_db()
    assert row.state == "screening"


@pytest.mark.parametrize("items", [["x"], [10**30], ["1\x00"], ["-1"]])
def test_odd_choices_are_refused(region: Region, desk: Desk, items: list) -> None:
    row = makers.screened(region)
    answer = desk.take(row, "freeze", items=items)
    assert answer.status_code == 200
    assert "Choose among the needs that are shown here." in _text(answer)


def test_not_yet_confirmed_and_unknown_costs_are_shown(region: Region, desk: Desk) -> None:
    row = makers.screened(region)
    place = region.municipalities.first()
    needs.make_accepted(place)
    text = _text(desk.open_step(row, "freeze"))
    assert f"Not yet confirmed: {place.name}." in text
    assert "No municipality has confirmed it" in text
    assert "The cost is unknown" in text


def test_unfreeze_and_cancel_ask_for_a_reason_and_keep_it(region: Region, desk: Desk) -> None:
    row = makers.frozen(region)
    assert "Write something here." in _text(desk.take(row, "unfreeze", text=" "))
    row.refresh_from_db()
    assert row.state == "frozen"
    assert desk.take(row, "unfreeze", text="Feil sammendrag.").status_code == 302
    assert "“Feil sammendrag.”" in _text(desk.show(row))
    assert desk.take(row, "cancel", text="Ingen tid.").status_code == 302
    page = _text(desk.show(row))
    assert "“Ingen tid.”" in page
    again = desk.client.get(reverse("round_desk:add"), {"after": row.pk})
    assert 'value="2027"' in _text(again)


def test_the_loser_of_a_race_is_told_and_keeps_the_words(region: Region, desk: Desk) -> None:
    row = makers.screened(region)
    seen = row.version
    row.title = "Endret"
    row.save()
    answer = desk.send(row, "cancel", {"seen": seen, "text": "Min grunn."})
    text = _text(answer)
    assert "Somebody has changed this since you opened it." in text
    assert "Min grunn." in text
    row.refresh_from_db()
    assert row.state == "screening"
    assert f'name="seen" value="{row.version}"' in text
    for odd in ("", "x", "9" * 30, "٣"):
        assert "Somebody has changed this" in _text(
            desk.send(row, "cancel", {"seen": odd, "text": "Min grunn."})
        )
    row.refresh_from_db()
    assert row.state == "screening"


def test_a_step_that_is_over_leads_back_and_reading_takes_none(region: Region, desk: Desk) -> None:
    row = makers.make_round(region)
    assert desk.open_step(row, "collect").status_code == 200
    row.refresh_from_db()
    assert row.state == "draft"
    answer = desk.client.get(reverse("round_desk:step", args=[row.pk, "publish"]), follow=True)
    assert "This is no longer possible: it is “draft” now." in _text(answer)
    refused = desk.send(row, "publish", {"seen": row.version})
    assert "This is no longer possible" in _text(refused)
    for unknown in ("nothing", "withdraw_item"):
        assert desk.open_step(row, unknown).status_code == 404
    assert desk.client.get(reverse("round_desk:reopen", args=[row.pk])).status_code == 302


def test_one_heading_names_the_round(region: Region, desk: Desk) -> None:
    row = makers.screened(region)
    page = BeautifulSoup(desk.show(row).content, "html.parser")
    assert [each.get_text(strip=True) for each in page.select("h1")] == [row.title]
    assert row.title not in page.select_one("header.w-slim-header").get_text()
    step = BeautifulSoup(desk.open_step(row, "cancel").content, "html.parser")
    assert len(step.select("h1")) == 1
    assert step.select_one("h1 .w-sr-only, h1.w-sr-only") is None


def test_a_published_round_leads_to_its_result(region: Region, desk: Desk) -> None:
    row = results.decide(results.meeting(region))
    url = reverse("rounds:result", args=[region.slug, row.slug])
    assert url not in _text(desk.show(row))
    row = results.publish(row)
    assert f'href="{url}"' in _text(desk.show(row))


def test_after_the_close_nothing_is_not_sent_yet(region: Region, desk: Desk) -> None:
    row = makers.opened(region)
    assert "not sent yet" in _text(desk.show(row))
    row = makers.end_pass(row)
    page = _text(desk.show(row))
    assert "not sent yet" not in page
    assert "<td>not sent</td>" in page


def test_times_are_written_one_way(region: Region, desk: Desk) -> None:
    row = makers.opened(region)
    page = desk.show(row).content.decode()
    closes = row.current_pass.closes
    assert deadline(closes) in page  # what comes next is a deadline: with its weekday
    assert moment(closes) in page
    assert f"{timezone.localtime(closes):%m/%d/%Y}" not in page
