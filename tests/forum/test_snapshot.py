"""What is published can be counted again by anyone, and tells on nobody who is not named."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest

from regions.forum import scoring as s
from regions.forum import snapshot as snap

from . import cases
from .random_rounds import random_round

GOLDEN = next(case["given"] for case in cases.CASES if case["case"] == "golden-round")
RANDOM = next(case["given"] for case in cases.CASES if case["case"] == "round-11-0001")
SMALL = next(case["given"] for case in cases.CASES if case["case"] == "round-11-0003")
FACTS = {"title": "Runde 2027 «høst»", "closed": datetime(2027, 6, 1, tzinfo=UTC), "pages": [1]}
both_forms = pytest.mark.parametrize("names", [True, False], ids=["named", "anonymous"])

Path = tuple[str | int, ...]


def build(given: cases.Case, *, names: bool, seed: int = 1, **more: object) -> dict[str, object]:
    inputs = cases.inputs(given, publish_names=names)
    return snap.build_snapshot(inputs, rng=random.Random(seed), facts=FACTS, **more)


def leaves(data: object, path: Path = ()) -> Iterator[Path]:
    if isinstance(data, dict):
        for key, each in data.items():
            yield from leaves(each, (*path, key))
    elif isinstance(data, list):
        for place, each in enumerate(data):
            yield from leaves(each, (*path, place))
    else:
        yield path


def changed(data: dict[str, object], path: Path, value: object) -> dict[str, object]:
    made = copy.deepcopy(data)
    at = made
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return made


def other_than(value: object) -> object:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return f"{value}1" if isinstance(value, str) else "1"


@both_forms
def test_scores_order_and_hash_are_rebuilt_from_the_text_alone(names: bool) -> None:
    for seed in range(60):
        given = random_round(seed)
        text = snap.canonical(build(given, names=names))
        again = snap.recompute(text, snap.digest(text))
        assert again.agrees, (seed, again.differences)
        full = s.compute(cases.inputs(given, publish_names=names))
        assert again.result.order == full.order
        assert again.result.selection == full.selection
        assert again.result.quorum == full.quorum
        for ref in full.order:
            here, there = again.result.items[ref], full.items[ref]
            assert replace(here.standing, places=None) == replace(there.standing, places=None)
            assert (here.marks, here.grade_counts) == (there.marks, there.grade_counts)
        if names:
            assert again.result.balance == full.balance
            assert again.result.shadow == full.shadow


@both_forms
def test_inputs_survive_the_way_through_text(names: bool) -> None:
    made = build(RANDOM, names=names)
    read = snap.parse(snap.canonical(made))
    assert read == made
    tally = snap.inputs_from_snapshot(read)
    given = cases.inputs(RANDOM, publish_names=names)
    assert tally.settings == given.settings
    assert tally.criteria == given.criteria
    assert sorted(tally.items, key=lambda each: each.ref) == sorted(
        (replace(each, cost_total=each.cost_total) for each in given.items),
        key=lambda each: each.ref,
    )
    assert snap.public_tally(tally, random.Random(2)).named is names


def test_a_reader_may_space_the_text_as_they_like() -> None:
    made = build(GOLDEN, names=True)
    spaced = json.dumps(made, indent=4)
    assert snap.recompute(spaced).digest == snap.digest(snap.canonical(made))


def test_figures_are_exact_texts_and_times_are_utc() -> None:
    made = build(GOLDEN, names=True)
    assert made["results"]["items"]["F-2027-01"]["standing"]["score"] == "1115/14"
    assert made["inputs"]["items"][0]["accepted_at"] == "2027-03-01T10:00:00Z"
    assert '"title":"Runde 2027 «høst»"' in snap.canonical(made)


def test_the_hash_is_chained_with_the_one_before() -> None:
    first = build(GOLDEN, names=True)
    before = snap.digest(snap.canonical(first))
    assert before == snap.digest(snap.canonical(first), "")
    assert snap.digest("a", "") == (
        "7361a6f4b374745deaf896ac72887d55e04107d1a1ff14e5e4d829fb47e82426"
    )
    second = build(GOLDEN, names=True, previous=before)
    assert snap.recompute(second).digest == snap.digest(snap.canonical(second), before)
    assert snap.recompute(second).digest != snap.digest(snap.canonical(second))
    with pytest.raises(s.CountingError, match="previous is no hash"):
        build(GOLDEN, names=True, previous="abc")


@both_forms
def test_no_changed_leaf_goes_unnoticed(names: bool) -> None:
    made = build(GOLDEN, names=names)
    published = snap.digest(snap.canonical(made))
    for path in leaves(made):
        value = made
        for key in path:
            value = value[key]
        forged = changed(made, path, other_than(value))
        try:
            again = snap.recompute(forged, published)
        except snap.SnapshotError:
            continue
        assert "digest" in {each.path for each in again.differences}, path
        if path[0] == "results" and "places" not in path:
            assert len(again.differences) > 1, path


def test_a_difference_says_where_and_what() -> None:
    made = build(GOLDEN, names=False)
    path = ("results", "items", "F-2027-01", "standing", "score")
    found = snap.recompute(changed(made, path, "80"))
    assert found.differences == (snap.Difference(".".join(path), "80", "1115/14"),)
    del made["results"]["quorum"]
    assert snap.recompute(made).differences[0].stored == snap.MISSING


def test_firmness_is_published_but_only_whole_ballots_can_prove_it() -> None:
    anonymous = snap.recompute(build(GOLDEN, names=False))
    assert anonymous.agrees
    path = "results.items.F-2027-01.standing.places"
    assert path in anonymous.unchecked
    forged = changed(build(GOLDEN, names=False), tuple(path.split(".")), [2, 3])
    assert [each.path for each in snap.recompute(forged).differences] == [path]
    advisory = GOLDEN | {"settings": {"union_vote": "advisory"}}
    assert snap.recompute(build(advisory, names=True)).unchecked == ()


def test_named_municipalities_and_nameless_unions() -> None:
    made = build(GOLDEN, names=True)
    for item in made["inputs"]["items"]:
        for line in item["lines"]:
            assert ("voter" in line) is (line["kind"] == "municipality")
    lines = {x["voter"]: x["grades"] for x in made["inputs"]["items"][0]["lines"] if "voter" in x}
    assert lines["3303"] == [4, 3, 3]
    assert '"u1"' not in snap.canonical(made)
    assert made["results"]["items"]["F-2027-01"]["score_without_own"] == "955/12"


def test_anonymous_lines_say_their_kind_and_grades_and_nothing_else() -> None:
    made = build(RANDOM, names=False)
    for item in made["inputs"]["items"]:
        assert all(set(line) == {"kind", "grades"} for line in item["lines"])
    results = made["results"]
    assert results["balance"] is None
    assert results["shadow"] is None
    for item in results["items"].values():
        assert item["own"] is None
        assert item["score_without_own"] is None


def test_who_gave_which_line_leaves_no_trace_in_the_anonymous_form() -> None:
    """Deal each item's municipal lines to other seats: the published text stays the same."""
    dealt = copy.deepcopy(RANDOM)
    rng = random.Random(5)
    ballots = [x for x in dealt["ballots"] if x["seat"].startswith("m")]
    for item in dealt["items"]:
        ref = item["ref"]
        pairs = [(x["lines"][ref], x.get("deputy_lines", {}).get(ref)) for x in ballots]
        rng.shuffle(pairs)
        for ballot, (line, other) in zip(ballots, pairs, strict=True):
            ballot["lines"][ref] = line
            others = ballot.setdefault("deputy_lines", {})
            others.pop(ref, None)
            if other is not None:
                others[ref] = other
    assert dealt["ballots"] != RANDOM["ballots"]
    one, two = build(RANDOM, names=False), build(dealt, names=False)
    for made in (one, two):
        for item in made["results"]["items"].values():
            if item["standing"]:
                item["standing"].pop("places")
    assert snap.canonical(one) == snap.canonical(two)


def test_lines_stand_in_another_order_with_another_seed() -> None:
    orders = {snap.canonical(build(RANDOM, names=False, seed=seed)["inputs"]) for seed in range(5)}
    assert len(orders) == 5


def test_an_insufficient_basis_is_a_number_without_names() -> None:
    made = build(SMALL, names=False)
    item = made["inputs"]["items"][0]
    assert (item["lines"], item["held_back"]) == ([], 4)
    assert made["results"]["items"][item["ref"]]["marks"] == []
    assert build(SMALL, names=True)["inputs"]["items"][0]["held_back"] is None
    hidden = changed(made, ("inputs", "items", 0, "held_back"), 5)
    with pytest.raises(snap.SnapshotError, match="not held back"):
        snap.recompute(hidden)


@pytest.mark.parametrize(
    "text",
    [
        *("", "null", "[]", "{}", "{", "nan", "\x00", '"\ud800"', "[" * 100_000, "9" * 5_000),
        '{"format": "samkurs-round/1"}',
        '{"format": "samkurs-round/2"}',
        '{"format": 1.0}',
        '{"format": NaN}',
        '{"format": "samkurs-round/1", "format": "samkurs-round/1"}',
    ],
)
def test_a_text_that_is_no_snapshot_is_refused(text: str) -> None:
    with pytest.raises(snap.SnapshotError):
        snap.recompute(text)


@both_forms
def test_hostile_values_are_refused_or_counted_never_a_crash(names: bool) -> None:
    made = build(SMALL, names=names)
    hostile = [None, -1, 10**4000, "", "1/0", "1e999999999", "0001-01-01T00:00:00+23:59", [], {}]
    outcomes = set()
    made["inputs"]["items"] = made["inputs"]["items"][1:3]
    for path in leaves({"inputs": made["inputs"], "previous": made["previous"]}):
        for value in hostile:
            try:
                snap.recompute(changed(made, path, value))
            except snap.SnapshotError:
                outcomes.add("refused")
            else:
                outcomes.add("counted")
    assert outcomes == {"refused", "counted"}


@pytest.mark.parametrize("fact", [1.5, float("nan"), object(), {1: 2}, "\ud800"])
def test_facts_that_text_cannot_hold_exactly_are_refused(fact: object) -> None:
    inputs = cases.inputs(GOLDEN)
    with pytest.raises(s.CountingError):
        snap.canonical(snap.build_snapshot(inputs, rng=random.Random(1), facts={"fact": fact}))


def test_a_fraction_in_the_facts_is_a_text() -> None:
    made = snap.build_snapshot(
        cases.inputs(GOLDEN), rng=random.Random(1), facts={"part": Fraction(2, 6)}
    )
    assert made["facts"] == {"part": "1/3"}
