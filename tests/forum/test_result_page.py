"""The public page of a result: what it says, who may see it, and what it costs."""

from __future__ import annotations

import csv
import io
import json

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from regions.forum import standing
from regions.forum.models import BallotLine, PlanningRound, Recusal, RoundResult
from regions.forum.result_reader import Reader
from regions.forum.snapshot import digest, parse, recompute
from regions.models import Region
from regions.needs import answers
from regions.needs.lifecycle import SHARED_NEED
from tests import factories
from tests.forum import makers
from tests.forum import makers_results as results
from tests.needs.makers import coordinator_of

PARTS = ("result", "result_json", "result_csv")


def address(planning_round: PlanningRound, part: str = "result", language: str = "en") -> str:
    url = reverse(f"rounds:{part}", args=[planning_round.region.slug, planning_round.slug])
    return f"/{language}/{url.split('/', 2)[2]}"


def page_of(client: Client, planning_round: PlanningRound, language: str = "en") -> BeautifulSoup:
    response = client.get(address(planning_round, language=language))
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def text_of(node: object) -> str:
    return " ".join(node.get_text(" ").split())


def test_the_list_says_place_score_spread_and_firmness(client: Client, forum: Region) -> None:
    planning_round = results.published(forum, places=2)
    page = page_of(client, planning_round)
    rows = page.select("ol.ranks > .rank")
    assert [text_of(row.select_one(".rank__place")) for row in rows] == [
        "Place 1",
        "Place 2",
        "Place 3",
    ]
    assert [row.h3.text for row in rows] == ["Første", "Tredje", "Andre"]
    assert [row.select_one(".rank__points").text for row in rows] == ["79.64", "73.75", "26.61"]
    assert rows[0].select_one(".rank__parts").text == "57.14 + 22.50"
    assert all(row.select_one(".rank__firm").text for row in rows)
    label = rows[0].select_one("svg[role=img]")["aria-label"]
    assert label.startswith("Votes from 0 to 70: 40.0, 47.5, 52.5, 57.5, 57.5, 60.0, 60.0, 65.0")
    assert len(rows[0].select("circle")) == 2
    assert rows[0].select_one(".strip__dots")["d"].count("M") == 7
    assert "8 of 9 graded it." in text_of(rows[1])
    assert "7 of 7 municipalities, 2 of 2 for the employees" in text_of(page)
    assert "Yes, 5 of 7 are needed" in text_of(page)
    assert "case 031/26" in text_of(page)


def test_one_need_is_worked_through_with_its_votes(
    client: Client, published: PlanningRound
) -> None:
    page = page_of(client, published, "nb")
    calc = page.select_one(".calc")
    votes = [text_of(vote) for vote in calc.select(".calc__vote")]
    assert votes[1:-1] == ["47,5", "52,5", "57,5", "57,5", "60,0", "60,0", "65,0"]
    assert [vote[:4] for vote in (votes[0], votes[-1])] == ["40,0", "70,0"]
    assert len(calc.select("s")) == 2
    assert [dd.text for dd in calc.select("dd")] == ["57,14", "15,00", "7,50", "79,64"]
    assert "1115/14" in calc.text


def test_departures_keep_the_score_and_say_why(client: Client, forum: Region) -> None:
    planning_round = results.meeting(forum, places=1)
    _first, second, third = planning_round.items.all()
    results.override(planning_round, second)
    planning_round = results.publish(results.decide(planning_round, {third.pk: "declined"}))
    page = page_of(client, planning_round)
    rows = page.select("ol.ranks > .rank")
    assert [row.h3.text for row in rows] == ["Andre", "Første", "Tredje"]
    moved = text_of(rows[0].select_one(".rank__moved"))
    assert moved == (
        "Moved from 3 to 1 by the forum, 7 to 2 votes. Gjelder pasientsikkerhet nå. Case 031/26."
    )
    assert rows[0].select_one(".rank__points").text == "26.61"
    assert "Not taken up. Løses lokalt. Snakk med nettverket." in text_of(rows[2])
    assert page.select_one("ol.ranks > .cut").find_previous("h3").text == "Første"


def test_reserve_stands_below_the_cut(client: Client, forum: Region) -> None:
    planning_round = results.meeting(forum, places=2)
    second = planning_round.items.all()[1]
    planning_round = results.publish(results.decide(planning_round, {second.pk: "reserve"}))
    page = page_of(client, planning_round)
    cut = page.select_one(".cut")
    assert cut.text == "The plan for 2027–2028 reaches this far. The next are on the reserve list."
    assert [row.h3.text for row in cut.find_next_siblings(class_="rank")] == ["Andre"]


def test_what_too_few_have_graded_stands_apart(client: Client, forum: Region) -> None:
    columns = (results.N1, "444 – – – – – – – 111", results.N3)
    planning_round = results.published(forum, columns=columns)
    page = page_of(client, planning_round)
    assert [row.h3.text for row in page.select("ol.ranks > .rank")] == ["Første", "Tredje"]
    unplaced = page.select_one("ul.ranks > .rank")
    assert unplaced.h3.text == "Andre"
    assert "2 seats graded it; at least 5 are needed" in text_of(unplaced)
    assert unplaced.select_one("svg[role=img]") is None


def test_recusals_name_seat_and_kind_never_the_person(
    client: Client, forum: Region, ballots_open: PlanningRound
) -> None:
    planning_round = ballots_open
    results.cast_all(planning_round)
    seat = results.seats_of(planning_round)[6]
    holder = seat.holders.first().user
    holder.first_name, holder.last_name = "Ola", "Nordmann"
    holder.save()
    Recusal.objects.create(
        item=planning_round.items.last(), seat=seat, user=holder, kind="provider"
    )
    by = coordinator_of(forum)
    planning_round = makers.end_pass(planning_round)
    planning_round = makers.ROUND.apply(planning_round, "deliberate", by=by)
    planning_round = results.publish(results.decide(planning_round))
    for part in PARTS:
        body = client.get(address(planning_round, part)).content.decode()
        assert "Nordmann" not in body
        assert holder.email not in body
    page = page_of(client, planning_round)
    assert f"Recused: {seat} (tie to a provider)." in text_of(page)


def test_a_course_that_answers_is_linked(
    client: Client, published: PlanningRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = published.items.first()

    def answering(keys: list[int]) -> dict[int, list[answers.Answer]]:
        assert set(keys) == set(published.items.values_list("shared_need", flat=True))
        return {item.shared_need_id: [answers.Answer("Trygg <medisin>", "/nb/k/", "nb")]}

    monkeypatch.setattr(answers, "_registered", [answering])
    page = page_of(client, published)
    link = page.select_one(".rank__answer a")
    assert (link["href"], link["lang"], link.text) == ("/nb/k/", "nb", "Trygg <medisin>")
    assert link.find_parent(class_="rank").h3.text == "Første"


def test_what_changed_since_the_round_before(
    client: Client, forum: Region, met: PlanningRound
) -> None:
    first = met
    items = list(first.items.all())
    first = results.publish(results.decide(first, dict.fromkeys((x.pk for x in items), "deferred")))
    shared = [item.shared_need for item in items]
    assert "since the round before" not in text_of(page_of(client, first))
    by = coordinator_of(forum)
    shared = [SHARED_NEED.apply(each, "reopen", by=by) for each in shared]
    columns = (results.N2, results.N1, results.N3)
    second = results.published(
        forum, items=shared, columns=columns, trim=0, weight_benefit=20, weight_urgency=30
    )
    changes = text_of(page_of(client, second).find(id="changes").parent)
    assert "Benefit weighs 20 instead of 30." in changes
    assert "Struck at each end: 0 instead of 1." in changes
    assert "“Andre” has place" in changes


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("who", ["public", "coordinator", "chair"])
def test_what_is_not_published_does_not_exist(
    client: Client, forum: Region, decided: PlanningRound, part: str, who: str
) -> None:
    planning_round = decided
    if who != "public":
        people = {"coordinator": coordinator_of, "chair": makers.chair_of}
        client.force_login(people[who](forum))
    assert client.get(address(planning_round, part)).status_code == 404
    planning_round = results.publish(planning_round)
    assert client.get(address(planning_round, part)).status_code == 200
    planning_round = makers.ROUND.apply(planning_round, "archive", by=coordinator_of(forum))
    assert client.get(address(planning_round, part)).status_code == 200


def test_another_regions_address_leads_nowhere(client: Client, published: PlanningRound) -> None:
    other = factories.make_region(slug="annen")
    for part in PARTS:
        url = reverse(f"rounds:{part}", args=[other.slug, published.slug])
        assert client.get(url).status_code == 404
    assert client.post(address(published)).status_code == 405


def test_the_file_is_the_sealed_text_and_its_hash_can_be_checked(
    client: Client, published: PlanningRound
) -> None:
    sealed = RoundResult.objects.get(round=published)
    response = client.get(address(published, "result_json"))
    assert response.content.decode() == sealed.snapshot
    assert response["X-Samkurs-SHA256"] == digest(response.content.decode())
    assert sealed.sha256 in client.get(address(published)).content.decode()
    again = client.get(
        address(published, "result_json"), headers={"if-none-match": response["ETag"]}
    )
    assert again.status_code == 304


def test_the_table_opens_in_a_spreadsheet_and_holds_no_formula(
    client: Client, met: PlanningRound
) -> None:
    planning_round = met
    item = planning_round.items.last()
    results.override(planning_round, item, to_rank=1, text='=HYPERLINK("https://ond.example")')
    planning_round = results.publish(results.decide(planning_round))
    data = client.get(address(planning_round, "result_csv", "nb")).content
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert len({len(row) for row in rows[:-1]}) == 1
    assert [row[0] for row in rows[1:4]] == ["1", "2", "3"]
    assert [row[3] for row in rows[1:4]] == ["73,75", "79,64", "26,61"]
    assert any(cell.startswith("'=HYPERLINK") for cell in rows[1])
    assert rows[-1] == ["SHA-256", RoundResult.objects.get().sha256]
    english = client.get(address(planning_round, "result_csv", "en")).content.decode("utf-8-sig")
    assert english.splitlines()[1].split(",")[3] == "73.75"


def test_the_method_page_lists_published_rounds_only(client: Client, forum: Region) -> None:
    url = f"/en/rounds/{forum.slug}/"
    first = client.get(url)
    assert first.status_code == 200
    assert "No round has been published yet." in first.content.decode()
    planning_round = results.published(forum)
    makers.make_round(forum, title="Hemmelig runde")
    response = client.get(url)
    page = BeautifulSoup(response.content, "html.parser")
    links = [link["href"] for link in page.select(".result__rounds a")]
    assert links == [address(planning_round)]
    assert "Hemmelig" not in response.content.decode()
    assert client.get(reverse("rounds:method", args=["finnes-ikke"])).status_code == 404


def test_header_and_crumbs_lead_to_the_region(client: Client, published: PlanningRound) -> None:
    page = page_of(client, published, "nb")
    assert page.select_one(".header__region")["href"] == "/nb/fjellregionen/"
    crumbs = [link["href"] for link in page.select(".crumbs a")]
    assert crumbs == ["/nb/", "/nb/fjellregionen/", "/nb/rounds/fjellregionen/"]
    now = page.select_one(".header__link--now")
    assert now["href"] == "/nb/rounds/fjellregionen/"
    languages = [link["href"] for link in page.select(".menu__language")]
    assert languages[1].startswith("/sv/rounds/fjellregionen/runde-")
    region = BeautifulSoup(client.get("/nb/fjellregionen/").content, "html.parser")
    assert region.select_one('.header__items a[href="/nb/rounds/fjellregionen/"]')


def test_words_of_the_region_are_marked_for_who_reads_another_language(
    client: Client, published: PlanningRound
) -> None:
    foreign = page_of(client, published, "sv").select_one(".rank__title")
    assert foreign["lang"] == "nb"
    assert not page_of(client, published, "nb").select_one(".rank__title").has_attr("lang")


@pytest.mark.both
def test_statements_are_few_and_stay_the_same(client: Client, forum: Region) -> None:
    taken = []
    for number in (2, 20):
        planning_round = results.published(forum, items=makers.make_items(forum, number))
        for part in PARTS:
            client.get(address(planning_round, part))
            with CaptureQueriesContext(connection) as seen:
                client.get(address(planning_round, part))
            taken.append(len(seen))
    assert taken[:3] == taken[3:]
    assert max(taken) <= 12, taken


@pytest.mark.both
def test_no_ballot_is_read_for_the_page(client: Client, published: PlanningRound) -> None:
    with CaptureQueriesContext(connection) as seen:
        client.get(address(published))
    assert not [each["sql"] for each in seen if "forum_ballot" in each["sql"]]
    assert json.loads(RoundResult.objects.get().snapshot)["facts"]["code_version"]


def test_a_recusal_says_that_the_other_on_the_seat_has_graded(
    client: Client, forum: Region, ballots_open: PlanningRound
) -> None:
    planning_round = ballots_open
    results.cast_all(planning_round)
    alone, shared = results.seats_of(planning_round)[:2]
    item = planning_round.items.first()
    for seat in (alone, shared):
        user = seat.holders.get().user
        Recusal.objects.create(item=item, seat=seat, user=user, kind="family")
    deputy = factories.make_holder(shared, kind="deputy").user
    BallotLine.objects.filter(ballot__seat=shared, item=item).update(graded_by=deputy)
    planning_round = makers.end_pass(planning_round)
    said = {line.item: line.recused for line in standing.how_it_stands(planning_round).lines}
    assert said[item] == (
        f"{alone} (Family)",
        f"{shared} (Family), the other person on the seat has graded it",
    )
    by = coordinator_of(forum)
    planning_round = makers.ROUND.apply(planning_round, "deliberate", by=by)
    planning_round = results.publish(results.decide(planning_round))
    text = text_of(page_of(client, planning_round))
    assert f"Recused: {alone} (family). Recused: {shared} (family). The other person" in text
    assert f"{shared} on “{item.title}”: family. The other person on the seat graded it." in text
    facts = json.loads(RoundResult.objects.get().snapshot)["facts"]["recusals"]
    assert [each.get("graded") for each in facts] == [None, True]


def test_a_need_that_was_taken_out_says_why(
    client: Client, forum: Region, ballots_open: PlanningRound
) -> None:
    planning_round = ballots_open
    results.cast_all(planning_round)
    item = planning_round.items.get(title="Andre")
    planning_round = makers.ROUND.apply(
        planning_round,
        "withdraw_item",
        by=makers.chair_of(forum),
        item=item.pk,
        text="Kommunen løser det selv.",
    )
    planning_round = makers.ROUND.apply(
        makers.end_pass(planning_round), "deliberate", by=coordinator_of(forum)
    )
    planning_round = results.publish(results.decide(planning_round))
    part = page_of(client, planning_round).find(id="withdrawn").parent
    assert "Andre Kommunen løser det selv." in text_of(part)
    table = client.get(address(planning_round, "result_csv")).content.decode("utf-8-sig")
    [row] = [line for line in csv.DictReader(io.StringIO(table)) if line["Need"] == "Andre"]
    assert row["Reason"] == "Kommunen løser det selv."
    assert row["Decision"] == "Withdrawn while ballots were open"
    snapshot = parse(RoundResult.objects.get().snapshot)
    assert recompute(snapshot).agrees
    # What was sealed before reasons were kept is shown without one.
    del snapshot["facts"]["items"][item.facts["reference"]]["withdrawn"]
    assert Reader(snapshot).withdrawn() == (("Andre", ""),)
