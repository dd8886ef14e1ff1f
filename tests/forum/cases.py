"""The cases of `prioritisation_cases.json`: their inputs as our values, our results as theirs.

The random rounds of `naive.py` have the same form, so that one comparison serves both.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from regions.forum import scoring as s

Case = dict[str, object]
CASES: list[Case] = json.loads(
    Path(__file__).with_name("prioritisation_cases.json").read_text(encoding="utf-8")
)["cases"]


def of_kind(kind: str) -> list[Case]:
    return [case for case in CASES if case["given"]["kind"] == kind]


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def line(given: list[int | None] | str) -> s.Line:
    return s.NoGrade(given) if isinstance(given, str) else tuple(given)


def lines(given: dict[str, object]) -> dict[str, s.Line]:
    return {ref: line(value) for ref, value in given.items()}


def ballots(given: Iterable[Case]) -> tuple[s.Ballot, ...]:
    """Number the versions of each seat and pass by the time they were sent."""
    versions: dict[tuple[str, int], int] = {}
    made = []
    for each in sorted(given, key=lambda each: moment(each["submitted_at"])):
        key = each["seat"], each["pass"]
        versions[key] = versions.get(key, 0) + 1
        made.append(
            s.Ballot(
                seat=each["seat"],
                pass_no=each["pass"],
                version=versions[key],
                submitted_at=moment(each["submitted_at"]),
                lines=lines(each["lines"]),
                other_lines=lines(each.get("deputy_lines", {})),
                paper=each.get("paper", False),
            )
        )
    return tuple(made)


def inputs(given: Case, *, publish_names: bool = True) -> s.RoundInputs:
    close = moment(given["close"])
    return s.RoundInputs(
        criteria=s.STANDARD_CRITERIA,
        settings=s.Settings(**given["settings"], publish_names=publish_names),
        municipalities=tuple(each["code"] for each in given["municipalities"]),
        seats=tuple(
            s.Seat(
                ref=each["seat"],
                kind=s.SeatKind(each["kind"]),
                municipality=each.get("municipality"),
                active=each["active"],
                invited_at=moment(each.get("invited_at")),
            )
            for each in given["seats"]
        ),
        items=tuple(
            s.Item(
                ref=each["ref"],
                statutory=each["statutory"],
                co_signers=frozenset(each["co_signers"]),
                own=frozenset(each["own"]),
                cost_total=each["cost_total"],
                seats=each["seats"],
                accepted_at=moment(each["accepted_at"]),
                size=s.Size(each["size"]),
                withdrawn=each.get("withdrawn", False),
            )
            for each in given["items"]
        ),
        ballots=ballots(given["ballots"]),
        closes=(close, moment(given.get("close_2")) or close),
    )


def text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def item_answer(item: s.ItemResult, seat_of: dict[str, str]) -> Case:
    answer: Case = {
        "counted": item.counted,
        "insufficient": item.insufficient,
        "reach": item.reach,
        "secretariat": text(item.secretariat),
        "own_seats": sorted(seat_of[code] for code in item.own),
        "score_without_own": text(item.score_without_own),
        "union_mean": text(item.parts.union_mean),
        "municipal_mean": text(item.parts.municipal_mean),
        "union_flag": item.parts.flag,
    }
    at = item.standing
    if at is not None:
        answer |= {
            "member": text(at.member),
            "score": text(at.score),
            "score_2dp": s.two_decimals(at.score),
            "position": at.position,
            "rank": at.shown_rank,
            "tie_key": at.tie_key,
            "keys": {
                "a": text(at.keys.a),
                "b": text(at.keys.b),
                "c": text(at.keys.c),
                "d": at.keys.d,
                "e": text(at.keys.e),
            },
        }
    return answer


def answer(result: s.RoundResult, given: Case) -> Case:
    """Return a result in the form of the cases."""
    seat_of = {x["municipality"]: x["seat"] for x in given["seats"] if x.get("municipality")}
    chosen = result.selection
    return {
        "can_freeze": result.can_freeze,
        "quorum": {
            "needed": result.quorum.needed,
            "submitted": result.quorum.submitted,
            "employee_seats_invited": result.quorum.employee_seats_invited,
            "met": result.quorum.met,
        },
        "order": list(result.order),
        "insufficient": list(result.insufficient),
        "withdrawn": list(result.withdrawn),
        "items": {ref: item_answer(item, seat_of) for ref, item in result.items.items()},
        "selection": {
            "ordinary": list(chosen.ordinary),
            "small": list(chosen.small),
            "reserve": list(chosen.reserve),
            "meeting": list(chosen.meeting),
            "left": {str(pot): str(left) for pot, left in chosen.left.items()},
            "cut_ties": [{"pot": str(x.pot), "refs": list(x.refs)} for x in chosen.cut_ties],
        },
        "balance": [
            {"municipality": x.municipality, "in": x.enters, "out": x.leaves, "fits": x.fits}
            for x in result.balance
        ],
    }


def shares(given: Case) -> s.Shares:
    return s.share_costs(
        s.net_cost(
            ((Decimal(x["qty"]), Decimal(x["unit_price"])) for x in given["cost_lines"]),
            (Decimal(x["amount"]) for x in given["funding"]),
        ),
        [
            s.Participant(x["code"], seats=x["seats"], population=x["population"])
            for x in given["municipalities"]
        ],
        key=s.ShareKey(given["key"]),
        mixed_equal_pct=given.get("mixed_equal_pct", 0),
    )
