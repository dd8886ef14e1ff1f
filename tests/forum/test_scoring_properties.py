"""What holds for every round, whoever votes what."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from regions.forum import scoring as s

from . import cases
from .random_rounds import random_round

rounds = st.integers(min_value=10_000).map(lambda seed: cases.inputs(random_round(seed)))
dice = st.randoms(use_true_random=False)
some = settings(max_examples=80, deadline=None, derandomize=True)


def shuffled(rng: random.Random, values: tuple) -> tuple:
    return tuple(rng.sample(values, len(values)))


def with_line(inputs: s.RoundInputs, ballot: s.Ballot, ref: str, line: s.Line) -> s.RoundInputs:
    changed = replace(ballot, lines={**ballot.lines, ref: line}, other_lines={})
    others = tuple(each for each in inputs.ballots if each is not ballot)
    return replace(inputs, ballots=(*others, changed))


def score(result: s.RoundResult, ref: str) -> Fraction:
    return result.items[ref].standing.score


@some
@given(rounds, dice)
def test_the_order_of_the_inputs_decides_nothing(inputs: s.RoundInputs, rng: random.Random) -> None:
    again = replace(
        inputs,
        ballots=shuffled(rng, inputs.ballots),
        items=shuffled(rng, inputs.items),
        seats=shuffled(rng, inputs.seats),
        municipalities=shuffled(rng, inputs.municipalities),
    )
    assert s.compute(again) == s.compute(inputs)


@some
@given(rounds, dice)
def test_a_better_grade_never_harms(inputs: s.RoundInputs, rng: random.Random) -> None:
    before = s.compute(inputs)
    chosen = s.ballots_that_count(inputs)
    graded = [
        (ballot, ref, place)
        for _, ballot in sorted(chosen.items())
        for ref in before.order
        if isinstance(ballot.lines.get(ref), tuple)
        for place, grade in enumerate(ballot.lines[ref])
        if None not in ballot.lines[ref] and grade < s.TOP_GRADE
    ]
    assume(graded)
    ballot, ref, place = rng.choice(graded)
    line = list(ballot.lines[ref])
    line[place] = rng.randint(line[place] + 1, s.TOP_GRADE)
    changed = replace(ballot, lines={**ballot.lines, ref: tuple(line)})
    others = tuple(each for each in inputs.ballots if each is not ballot)
    after = s.compute(replace(inputs, ballots=(*others, changed)))
    assert score(after, ref) >= score(before, ref)
    assert after.items[ref].standing.position <= before.items[ref].standing.position


@some
@given(rounds, dice)
def test_withdrawing_an_item_moves_no_other(inputs: s.RoundInputs, rng: random.Random) -> None:
    before = s.compute(inputs)
    assume(before.order)
    gone = rng.choice(before.order)
    items = tuple(
        replace(item, withdrawn=True) if item.ref == gone else item for item in inputs.items
    )
    after = s.compute(replace(inputs, items=items))
    assert after.order == tuple(ref for ref in before.order if ref != gone)
    assert gone in after.withdrawn
    assert all(score(after, ref) == score(before, ref) for ref in after.order)


@some
@given(rounds, dice)
def test_a_recused_line_never_counts(inputs: s.RoundInputs, rng: random.Random) -> None:
    chosen = [ballot for _, ballot in sorted(s.ballots_that_count(inputs).items())]
    assume(chosen)
    ballot = rng.choice(chosen)
    ref = rng.choice([item.ref for item in inputs.items])
    recused = s.compute(with_line(inputs, ballot, ref, s.NoGrade.RECUSED))
    silent = s.compute(with_line(inputs, ballot, ref, s.NoGrade.NO_OPINION))
    half = s.compute(with_line(inputs, ballot, ref, (4, None, 4)))
    assert recused == silent == half
    seat = next(seat for seat in inputs.seats if seat.ref == ballot.seat)
    voter = seat.municipality if seat.municipal else seat.ref
    lines = s.tally(with_line(inputs, ballot, ref, s.NoGrade.RECUSED)).lines.get(ref, ())
    assert (seat.municipal, voter) not in {(line.municipal, line.voter) for line in lines}


@some
@given(rounds, dice)
def test_a_late_ballot_changes_nothing(inputs: s.RoundInputs, rng: random.Random) -> None:
    assume(inputs.ballots)
    ballot = rng.choice(inputs.ballots)
    late = replace(
        ballot,
        paper=False,
        version=1_000,
        submitted_at=inputs.closes[ballot.pass_no - 1] + timedelta(microseconds=1),
        lines={},
    )
    after = replace(inputs, ballots=(*inputs.ballots, late))
    assert s.compute(after) == s.compute(inputs)


codes = st.from_regex(r"\A[0-9]{4}\Z")
amounts = st.fractions(min_value=0, max_value=10**9, max_denominator=100)


@some
@given(
    amounts,
    st.dictionaries(
        codes, st.tuples(st.integers(0, 40), st.integers(0, 90_000)), min_size=1, max_size=15
    ),
    st.sampled_from(s.ShareKey),
    st.integers(0, 100),
)
def test_shares_sum_exactly_and_are_within_a_krone(
    net: Fraction, who: dict[str, tuple[int, int]], key: s.ShareKey, pct: int
) -> None:
    by = {code: people if key == "population" else seats for code, (seats, people) in who.items()}
    assume(sum(by.values()))
    taking_part = [s.Participant(code, seats=a, population=b) for code, (a, b) in who.items()]
    shares = s.share_costs(net, taking_part, key, pct)
    assert sum(shares.shares.values()) == shares.shared
    assert abs(shares.shared - net) <= Fraction(1, 2)
    equal = {"equal": Fraction(1), "mixed": Fraction(pct, 100)}.get(key, Fraction())
    for code, share in shares.shares.items():
        part = equal / len(who) + (1 - equal) * Fraction(by[code], sum(by.values()))
        assert abs(share - shares.shared * part) < 1


@some
@given(st.dictionaries(codes, st.integers(1, 30), min_size=1, max_size=15), st.integers(0, 200))
def test_seats_sum_and_nobody_gets_more_than_the_wish(wishes: dict[str, int], more: int) -> None:
    allotted = s.allot_seats(len(wishes) + more, wishes)
    assert sum(allotted.values()) == min(len(wishes) + more, sum(wishes.values()))
    assert all(1 <= allotted[code] <= wish for code, wish in wishes.items())
