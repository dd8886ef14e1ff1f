"""Sealed results: chained, without names where none are published, and safe against tampering."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from regions.forum import publishing
from regions.forum.models import BallotLine, PlanningRound, RoundItem, RoundResult
from regions.forum.publishing import Fault, broken_results
from regions.forum.recounting import check
from regions.forum.snapshot import canonical, digest
from regions.lifecycle import RefusedError
from regions.models import AppendOnlyError, Region, User
from regions.needs.models import NeedContact
from tests import factories
from tests.forum import makers
from tests.forum import makers_results as results

#: Of all the bytes of a sealed result, any one can be changed.
TAMPERINGS = 1_000


def snapshot_of(planning_round: PlanningRound) -> dict:
    return json.loads(RoundResult.objects.get(round=planning_round).snapshot)


def test_what_is_sealed_is_canonical_and_follows_from_its_own_ballots(forum: Region) -> None:
    planning_round = results.meeting(forum, places=2)
    results.override(planning_round, planning_round.items.all()[1])
    sealed = RoundResult.objects.get(round=results.publish(results.decide(planning_round)))
    assert sealed.snapshot == canonical(json.loads(sealed.snapshot))
    assert sealed.sha256 == digest(sealed.snapshot)
    found = check(sealed.snapshot, sha256=sealed.sha256, previous="")
    assert found.differences == ()
    facts = found.facts
    assert facts["decision"] == {
        "case_no": "031/26",
        "decided_on": planning_round.decided_on or facts["decision"]["decided_on"],
    }
    assert [(each["from"], each["to"]) for each in facts["departures"]] == [(3, 1)]
    assert facts["turnout"] == {
        "municipality": {"seats": 7, "ballots": 7},
        "employee_org": {"seats": 2, "ballots": 2},
    }
    assert facts["code_version"]
    assert len(facts["members"]) == 9


def test_a_departure_that_moves_nothing_is_not_published(met: PlanningRound) -> None:
    first, second, _third = met.items.all()
    results.override(met, first, from_rank=2, to_rank=1)
    results.override(met, second)
    sealed = RoundResult.objects.get(round=results.publish(results.decide(met)))
    found = check(sealed.snapshot, sha256=sealed.sha256)
    assert found.differences == ()
    assert [each["item"] for each in found.facts["departures"]] == [second.facts["reference"]]


def test_a_regions_results_are_a_chain_and_another_regions_begin_anew(forum: Region) -> None:
    rounds = [results.published(forum) for _ in range(3)]
    rows = [RoundResult.objects.get(round=each) for each in rounds]
    assert [row.number for row in rows] == [1, 2, 3]
    assert [row.previous_hash for row in rows] == ["", rows[0].sha256, rows[1].sha256]
    assert [snapshot_of(each)["previous"] for each in rounds] == [row.previous_hash for row in rows]
    other = factories.make_region(slug="annen")
    first = RoundResult.objects.get(round=results.published(other))
    assert (first.number, first.previous_hash) == (1, "")
    assert broken_results(forum) == broken_results(other) == []


def test_a_second_seal_of_the_same_round_is_refused(published: PlanningRound) -> None:
    before = RoundResult.objects.count()
    with pytest.raises(Exception, match=r"UNIQUE|unique"), transaction.atomic():
        publishing.seal(published, at=published.published_at)
    assert RoundResult.objects.count() == before
    row = RoundResult.objects.get()
    with pytest.raises(AppendOnlyError):
        row.save()
    with pytest.raises(AppendOnlyError):
        row.delete()


def test_a_round_that_contradicts_itself_is_not_published(decided: PlanningRound) -> None:
    item = decided.items.first()
    RoundItem._base_manager.filter(pk=item.pk).update(facts=item.facts | {"statutory": 3})
    with pytest.raises(RefusedError) as refused:
        results.publish(decided)
    assert "cannot be counted" in str(refused.value.message)
    decided.refresh_from_db()
    assert decided.state == "decided"
    assert decided.published_at is None
    assert not RoundResult.objects.exists()


def _everybody_has_a_name() -> set[str]:
    """Give every person a name of their own; return all that would give a person away."""
    traces: set[str] = set()
    for user in User.objects.all():
        user.first_name, user.last_name = f"Fornavn{user.pk}", f"Etternavn{user.pk}"
        user.save()
        traces |= {user.first_name, user.last_name, user.email}
    return traces


@pytest.mark.parametrize("names", [False, True])
def test_no_person_stands_in_a_snapshot(forum: Region, names: bool) -> None:
    planning_round = results.meeting(forum, publish_names=names)
    traces = _everybody_has_a_name()
    traces |= set(NeedContact.objects.values_list("email", flat=True))
    first, second = BallotLine.objects.order_by("pk")[:2]
    for line, public in ((first, True), (second, False)):
        line.comment = f"Merknad {line.pk}"
        line.comment_public = public
        line.save()
    planning_round = results.publish(results.decide(planning_round))
    text = RoundResult.objects.get(round=planning_round).snapshot
    assert traces
    assert [trace for trace in traces if trace in text] == []
    assert "@" not in text
    assert f"Merknad {first.pk}" in text
    assert f"Merknad {second.pk}" not in text


def test_without_names_a_line_says_only_whose_kind_it_is(forum: Region) -> None:
    found = snapshot_of(results.published(forum, places=2))
    lines = [line for item in found["inputs"]["items"] for line in item["lines"]]
    assert len(lines) == 26
    assert {tuple(sorted(line)) for line in lines} == {("grades", "kind")}
    assert {line["kind"] for line in lines} == {"municipality", "union"}
    assert found["results"]["balance"] is None
    assert found["results"]["shadow"] is None
    for item in found["results"]["items"].values():
        assert item["score_without_own"] is None
        assert item["own"] is None


def test_with_names_a_line_carries_its_municipality_and_no_unions_name(forum: Region) -> None:
    found = snapshot_of(results.published(forum, publish_names=True, places=2))
    lines = [line for item in found["inputs"]["items"] for line in item["lines"]]
    codes = set(found["inputs"]["municipalities"])
    assert {line["voter"] for line in lines if line["kind"] == "municipality"} <= codes
    assert all("voter" not in line for line in lines if line["kind"] == "union")
    assert found["results"]["balance"] is not None


def test_the_order_of_lines_tells_nothing_of_the_seats(decided: PlanningRound) -> None:
    """Who knows one seat's grades on one need finds no trace of it in another need's order."""
    inputs = publishing.counts.inputs_of(decided)
    orders: dict[str, set[tuple]] = {}
    for _ in range(40):
        found = publishing.build_snapshot(inputs, rng=random.SystemRandom())
        for item in found["inputs"]["items"]:
            line = tuple(tuple(each["grades"]) for each in item["lines"])
            orders.setdefault(item["ref"], set()).add(line)
    # Nine lines have thousands of orders: forty draws that agree would be a fixed order.
    assert all(len(each) > 30 for each in orders.values())


def test_two_publishings_lock_the_region_before_they_read_the_chain(decided: PlanningRound) -> None:
    with CaptureQueriesContext(connection) as seen:
        results.publish(decided)
    asked = [each["sql"] for each in seen]
    chain = next(i for i, sql in enumerate(asked) if 'FROM "forum_roundresult"' in sql)
    before = [sql for sql in asked[:chain] if 'FROM "regions_region"' in sql]
    assert before
    if connection.features.has_select_for_update:
        assert "FOR UPDATE" in before[-1]


def _byte(row: RoundResult, rng: random.Random) -> dict[str, object]:
    place = rng.randrange(len(row.snapshot))
    letter = rng.choice(
        [each for each in '0123456789abcxyz{}[]",: ' if each != row.snapshot[place]]
    )
    return {"snapshot": f"{row.snapshot[:place]}{letter}{row.snapshot[place + 1 :]}"}


def _cut(row: RoundResult, rng: random.Random) -> dict[str, object]:
    start = rng.randrange(len(row.snapshot) - 20)
    return {"snapshot": row.snapshot[:start] + row.snapshot[start + rng.randint(1, 20) :]}


def _grade(row: RoundResult, rng: random.Random) -> dict[str, object]:
    """Change a grade and count everything again, and hash it: only the chain can tell."""
    found = json.loads(row.snapshot)
    item = rng.choice(found["inputs"]["items"])
    line = rng.choice(item["lines"])
    place = rng.randrange(3)
    line["grades"][place] = (line["grades"][place] + rng.randint(1, 4)) % 5
    text = canonical(found)
    return {"snapshot": text, "sha256": digest(text, row.previous_hash)}


def _hash(row: RoundResult, rng: random.Random) -> dict[str, object]:
    return {"sha256": f"{rng.getrandbits(256):064x}"}


def _link(row: RoundResult, rng: random.Random) -> dict[str, object]:
    previous = f"{rng.getrandbits(256):064x}"
    return {"previous_hash": previous, "sha256": digest(row.snapshot, previous)}


def _number(row: RoundResult, rng: random.Random) -> dict[str, object]:
    return {"number": row.number + rng.randint(10, 99)}


Tampering = Callable[[RoundResult, random.Random], dict[str, object]]
ALL: list[Tampering] = [_byte, _cut, _grade, _hash, _link, _number]


def test_every_tampering_is_found(forum: Region) -> None:
    """Whoever rewrites the newest result and its hash leaves no trace inside the database.

    That one is compared with the published file (`recompute_round --sha256`), so the newest result
    is not rewritten whole here.
    """
    for _ in range(3):
        results.published(forum, items=makers.make_items(forum, 2))
    assert broken_results(forum) == []
    rows = list(RoundResult.objects.order_by("number"))
    rng = random.Random(20270208)
    missed = []
    for number in range(TAMPERINGS):
        tamper = rng.choice(ALL)
        row = rng.choice(rows[:2] if tamper is _grade else rows)
        changed = tamper(row, rng)
        RoundResult._base_manager.filter(pk=row.pk).update(**changed)
        if not broken_results(forum):
            missed.append((number, tamper.__name__, row.number))
        kept = {name: getattr(row, name) for name in changed}
        RoundResult._base_manager.filter(pk=row.pk).update(**kept)
    assert missed == []
    assert broken_results(forum) == []


@pytest.mark.parametrize("index", [0, 1, 2])
def test_a_result_that_is_taken_away_is_missed(forum: Region, index: int) -> None:
    rounds = [results.published(forum, items=makers.make_items(forum, 1)) for _ in range(3)]
    RoundResult.objects.filter(round=rounds[index])._raw_delete(connection.alias)
    found = broken_results(forum)
    assert (rounds[index].pk, Fault.MISSING) in [(each.round_id, each.fault) for each in found]


def test_two_results_that_changed_places_are_found(forum: Region) -> None:
    rounds = [results.published(forum, items=makers.make_items(forum, 1)) for _ in range(2)]
    first, second = (RoundResult.objects.get(round=each) for each in rounds)
    spare = results.decide(results.meeting(forum, items=makers.make_items(forum, 1)))
    update = RoundResult._base_manager.filter
    update(pk=first.pk).update(round=spare)
    update(pk=second.pk).update(round=rounds[0])
    update(pk=first.pk).update(round=rounds[1])
    assert {each.fault for each in broken_results(forum)} == {Fault.SUBJECT}
