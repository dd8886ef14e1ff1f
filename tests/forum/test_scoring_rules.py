"""Single rules of the method, each by the smallest round that shows it; and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from regions.forum import scoring as s

CLOSE = datetime(2027, 5, 31, 22, tzinfo=UTC)
SECOND = timedelta(seconds=1)
CODES = ("3303", "4005", "4026", "3334", "3338", "4024", "3336")
A, B = "F-2027-01", "F-2027-02"


def ballot(
    seat: str, first: s.Line = (2, 2, 2), *, at: datetime = CLOSE, **more: object
) -> s.Ballot:
    return s.Ballot(seat, at, {A: first, B: (2, 2, 2)}, **more)


def inputs(*ballots: s.Ballot, closes: tuple[datetime, ...] = (CLOSE,)) -> s.RoundInputs:
    """Return a round in which every seat that is not named sends middling grades."""
    seats = [s.Seat(f"m{code}", s.SeatKind.MUNICIPALITY, code) for code in CODES]
    invited = CLOSE - timedelta(days=7)
    seats += [s.Seat(f"u{n}", s.SeatKind.EMPLOYEE_ORG, invited_at=invited) for n in (1, 2)]
    named = {each.seat for each in ballots}
    rest = (ballot(seat.ref) for seat in seats if seat.ref not in named)
    return s.RoundInputs(
        criteria=s.STANDARD_CRITERIA,
        settings=s.Settings(publish_names=True),
        municipalities=CODES,
        seats=tuple(seats),
        items=(s.Item(A), s.Item(B)),
        ballots=(*ballots, *rest),
        closes=closes,
    )


def line_of(world: s.RoundInputs, voter: str) -> tuple[int, ...] | None:
    return next((x.grades for x in s.tally(world).lines[A] if x.voter == voter), None)


def test_the_very_second_is_on_time_and_a_second_later_is_late() -> None:
    assert line_of(inputs(ballot("m3303", (4, 4, 4))), "3303") == (4, 4, 4)
    late = inputs(ballot("m3303", (4, 4, 4), at=CLOSE + SECOND))
    assert line_of(late, "3303") is None
    assert s.compute(late).quorum.submitted == 6


def test_of_several_versions_the_last_on_time_counts() -> None:
    world = inputs(
        ballot("m3303", (1, 1, 1), at=CLOSE - 2 * SECOND, version=1),
        ballot("m3303", (3, 3, 3), at=CLOSE - SECOND, version=2),
        ballot("m3303", (4, 4, 4), at=CLOSE + SECOND, version=3),
    )
    assert line_of(world, "3303") == (3, 3, 3)


def test_a_second_pass_replaces_the_first_whole() -> None:
    second = s.Ballot("m3303", CLOSE + SECOND, {B: (1, 1, 1)}, pass_no=2)
    world = inputs(ballot("m3303", (4, 4, 4)), second, closes=(CLOSE, CLOSE + SECOND))
    assert line_of(world, "3303") is None
    late = replace(second, submitted_at=CLOSE + 2 * SECOND)
    world = inputs(ballot("m3303", (4, 4, 4)), late, closes=(CLOSE, CLOSE + SECOND))
    assert line_of(world, "3303") == (4, 4, 4)


def test_paper_counts_only_where_the_seat_sent_none() -> None:
    paper = ballot("m3303", (4, 4, 4), at=CLOSE + 100 * SECOND, version=2, paper=True)
    assert line_of(inputs(paper), "3303") == (4, 4, 4)
    assert line_of(inputs(ballot("m3303", (1, 1, 1)), paper), "3303") == (1, 1, 1)
    late = ballot("m3303", (1, 1, 1), at=CLOSE + SECOND)
    assert line_of(inputs(late, paper), "3303") == (4, 4, 4)


def test_recusals_only_count_for_the_quorum_alone() -> None:
    recused = s.Ballot("m3303", CLOSE, {A: s.NoGrade.RECUSED, B: s.NoGrade.RECUSED})
    result = s.compute(inputs(recused))
    assert result.quorum.submitted == 7
    assert {item.counted for item in result.items.values()} == {8}


def test_the_other_holder_may_grade_what_is_recused_not_what_is_without_opinion() -> None:
    other = {A: (4, 4, 4)}
    handed = ballot("m3303", s.NoGrade.RECUSED, other_lines=other)
    assert line_of(inputs(handed), "3303") == (4, 4, 4)
    silent = ballot("m3303", s.NoGrade.NO_OPINION, other_lines=other)
    assert line_of(inputs(silent), "3303") is None
    both = ballot("m3303", s.NoGrade.RECUSED, other_lines={A: s.NoGrade.RECUSED})
    assert line_of(inputs(both), "3303") is None


def test_a_vacant_seat_has_no_voice_but_stays_in_the_quorum() -> None:
    world = inputs()
    seats = tuple(replace(seat, active=seat.ref != "m3303") for seat in world.seats)
    result = s.compute(replace(world, seats=seats))
    assert (result.quorum.needed, result.quorum.submitted) == (5, 6)
    assert result.items[A].counted == 8


def test_one_employee_seat_invited_too_late_breaks_the_quorum() -> None:
    world = inputs()
    assert s.compute(world).quorum.met
    late = replace(world.seats[-1], invited_at=CLOSE - timedelta(days=7) + SECOND)
    assert not s.compute(replace(world, seats=(*world.seats[:-1], late))).quorum.met
    extended = replace(world, seats=(*world.seats[:-1], late), closes=(CLOSE + SECOND,))
    assert s.compute(extended).quorum.met


def test_a_round_too_small_for_its_trim_cannot_freeze() -> None:
    world = inputs()
    assert s.compute(world).can_freeze
    narrow = replace(world, settings=s.Settings(min_gradings=10))
    assert not s.compute(narrow).can_freeze
    assert s.starting_rules(4) == (0, 3)
    assert s.starting_rules(5) == (1, 5)


def test_no_score_without_own_where_names_are_not_published() -> None:
    world = inputs()
    items = (s.Item(A, own=frozenset({"3303"})), s.Item(B))
    named = replace(world, items=items)
    assert s.compute(named).items[A].score_without_own == 35
    silent = replace(named, settings=s.Settings())
    assert s.compute(silent).items[A].score_without_own is None


def test_clear_support_is_from_exactly_three_fifths_whatever_the_criteria() -> None:
    """With the starting weights no line gives exactly 42 of 70; with these one gives 30 of 50."""
    two = s.Criteria((s.Criterion("benefit", 30), s.Criterion("urgency", 20)), 25, 25)
    world = inputs()
    ballots = tuple(replace(each, lines={A: (4, 0), B: (3, 1)}) for each in world.ballots)
    result = s.compute(replace(world, criteria=two, ballots=ballots))
    assert result.items[A].standing.keys.a == 1
    assert result.items[B].standing.keys.a == 0
    assert result.items[A].standing.member == 30


def test_equal_items_across_the_cut_are_listed_for_the_meeting() -> None:
    world = replace(inputs(), settings=s.Settings(capacity=1))
    chosen = s.compute(world).selection
    assert (chosen.ordinary, chosen.reserve) == ((A,), (B,))
    assert chosen.cut_ties == (s.CutTie(s.Size.ORDINARY, (A, B)),)


def test_a_place_that_one_ballot_can_move_is_not_firm() -> None:
    world = inputs(ballot("m3303", (2, 2, 3)), ballot("m4005", (2, 2, 3)))
    first, second = (s.compute(world).items[ref].standing for ref in (A, B))
    assert (first.shown_rank, first.places, first.firm) == ("1", (1, 1), True)
    # Without one of the two the other is struck, and the items are equal.
    assert (second.shown_rank, second.places, second.firm) == ("2", (1, 2), False)


def test_equal_shares_give_the_smaller_bloc_its_part() -> None:
    """Four against three and six places: the list gives 6–0, the shadow list 4–2."""
    items = tuple(s.Item(f"{bloc}{n}") for bloc in "AB" for n in range(6))
    bloc_of = {f"m{code}": "A" if place < 4 else "B" for place, code in enumerate(CODES)}
    world = inputs()
    blocs = replace(
        world,
        settings=s.Settings(capacity=6),
        seats=tuple(seat for seat in world.seats if seat.municipal),
        items=items,
        ballots=tuple(
            s.Ballot(
                seat,
                CLOSE,
                {x.ref: (4, 4, 4) if x.ref.startswith(bloc) else (0, 0, 0) for x in items},
            )
            for seat, bloc in bloc_of.items()
        ),
    )
    result = s.compute(blocs)
    assert result.selection.ordinary == ("A0", "A1", "A2", "A3", "A4", "A5")
    assert result.shadow.bought == ("A0", "A1", "A2", "B0", "B1")
    assert result.shadow.filled == ("A3",)
    assert result.shadow.added == ("B0", "B1")
    assert result.shadow.missing == ("A4", "A5")
    assert [(each.municipality, each.enters) for each in result.balance] == [
        (code, "B0") for code in sorted(CODES[4:])
    ]


def test_negative_net_is_shown_and_nobody_pays() -> None:
    net = s.net_cost([(Decimal("1.5"), Decimal("0.1"))], [Decimal("1")])
    shares = s.share_costs(net, [s.Participant("3303", seats=1)])
    assert (shares.net, shares.shared, shares.surplus) == (Fraction(-17, 20), 0, Fraction(17, 20))
    assert shares.shares == {"3303": 0}


def test_a_municipality_without_seats_counts_in_equal_and_mixed_keys() -> None:
    taking_part = [s.Participant("3303", seats=2), s.Participant("4005")]
    assert s.share_costs(100, taking_part, s.ShareKey.EQUAL).shares == {"3303": 50, "4005": 50}
    mixed = s.share_costs(100, taking_part, s.ShareKey.MIXED, 20).shares
    assert mixed == {"3303": 90, "4005": 10}


def test_an_equal_remainder_goes_to_the_lower_code() -> None:
    assert s.allot_seats(3, {"4005": 2, "3303": 2}) == {"3303": 2, "4005": 1}
    taking_part = [s.Participant("4005", seats=1), s.Participant("3303", seats=1)]
    assert s.share_costs(Fraction(5, 2), taking_part).shares == {"3303": 2, "4005": 1}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: s.Criteria((s.Criterion("benefit", 71),), 15, 15), "sum to 100, not 101"),
        (lambda: s.Criteria((s.Criterion("benefit", 0),), 50, 50), "more than nothing"),
        (lambda: s.Criteria((s.Criterion("x", 50), s.Criterion("x", 50)), 0, 0), "distinct"),
        (lambda: s.Settings(trim=3), "0, 1 or 2"),
        (lambda: s.Settings(envelope=1.5), "exact number"),
        (lambda: s.Settings(envelope=Decimal("NaN")), "finite"),
        (lambda: s.Item(A, statutory=3), "0, 2 or 4"),
        (lambda: s.Item(A, cost_total=-1), "not be negative"),
        (lambda: s.Item(A, accepted_at=CLOSE.replace(tzinfo=None)), "time zone"),
        (lambda: inputs(ballot("m3303", (5, 0, 0))), "0 to 4"),
        (lambda: inputs(ballot("m3303", (True, 0, 0))), "0 to 4"),
        (lambda: inputs(ballot("m3303", (1, 2))), "one grade for each"),
        (lambda: inputs(ballot("m9999")), "unknown seat"),
        (lambda: inputs(ballot("m3303", pass_no=2)), "unknown pass"),
        (lambda: inputs(ballot("m3303"), ballot("m3303")), "distinct"),
        (lambda: replace(inputs(), items=(s.Item(A), s.Item(A))), "distinct"),
        (lambda: replace(inputs(), items=(s.Item(A, own={"0301"}), s.Item(B))), "outside"),
        (lambda: replace(inputs(), closes=()), "at least one close"),
        (lambda: replace(inputs(), items=(s.Item(A),)), "unknown item"),
        (lambda: s.share_costs(1, []), "nobody takes part"),
        (lambda: s.share_costs(1, [s.Participant("3303")]), "share by"),
        (lambda: s.allot_seats(1, {"3303": 1, "4005": 1}), "must settle"),
        (lambda: s.allot_seats(1, {"3303": 0}), "at least 1"),
    ],
)
def test_what_cannot_be_counted_is_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(s.CountingError, match=message):
        make()
