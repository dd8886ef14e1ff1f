"""Random rounds in the form of the cases, crowded with what is rare: ties, late ballots, paper."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

Given = dict[str, object]
CLOSE = datetime(2027, 5, 31, 22, tzinfo=UTC)


def line(rng: random.Random, grades: list[int]) -> list[int | None] | str:
    dice = rng.random()
    if dice < 0.05:
        return "no_opinion"
    if dice < 0.12:
        return "recused"
    given: list[int | None] = [rng.choice(grades) for _ in range(3)]
    if dice < 0.16:
        given[rng.randrange(3)] = None
    return given


def lines(rng: random.Random, refs: list[str], grades: list[int]) -> Given:
    return {ref: line(rng, grades) for ref in refs if rng.random() < 0.97}


def ballots(rng: random.Random, seat: str, refs: list[str], grades: list[int]) -> list[Given]:
    made = []
    for number in (1, 2):
        close = CLOSE + timedelta(days=20) * (number - 1)
        if rng.random() > (0.92 if number == 1 else 0.2):
            continue
        offsets = sorted(rng.sample([-90, -5, 0, 1, 600], k=rng.choice([1, 1, 1, 2, 3])))
        for offset in offsets:
            ballot = {
                "seat": seat,
                "pass": number,
                "submitted_at": (close + timedelta(seconds=offset)).isoformat(),
                "lines": lines(rng, refs, grades),
                "deputy_lines": lines(rng, rng.sample(refs, len(refs) // 2), grades),
            }
            if rng.random() < 0.1:
                ballot["paper"] = True
            made.append(ballot)
    return made


def settings(rng: random.Random) -> Given:
    made: Given = {
        "trim": rng.choice([0, 1, 1, 2]),
        "min_gradings": rng.choice([3, 5]),
        "union_vote": rng.choice(["full", "full", "advisory"]),
    }
    kind = rng.randrange(5)
    if kind in (0, 1):
        made["envelope"] = rng.choice([0, 100_000, 250_000, 333_333])
        made["small_pct"] = rng.choice([0, 15, 40])
    elif kind in (2, 3):
        made["capacity"] = rng.randrange(6)
    return made


def item(rng: random.Random, ref: str, codes: list[str]) -> Given:
    return {
        "ref": ref,
        "statutory": rng.choice([0, 2, 4]),
        "co_signers": rng.sample(codes, rng.randint(0, len(codes))),
        "own": rng.sample(codes, rng.randint(0, min(3, len(codes)))),
        "cost_total": rng.choice([None, 0, 20_000, 40_000, 70_000, rng.randrange(90_000)]),
        "seats": rng.choice([None, 0, 10, 20, 30]),
        "accepted_at": (CLOSE - timedelta(days=rng.choice([30, 40, 50]))).isoformat(),
        "size": rng.choice(["ordinary", "ordinary", "small"]),
        "withdrawn": rng.random() < 0.08,
    }


def random_round(seed: int) -> Given:
    """Return the round of a seed; a third of them draw from few grades, so that items tie."""
    rng = random.Random(seed)
    codes = [
        f"{number:04d}"
        for number in rng.sample(range(10_000), rng.choice([1, 2, 3, 5, 6, 7, 7, 8, 9, 10]))
    ]
    grades = rng.choice([[0, 1, 2, 3, 4], [0, 1, 2, 3, 4], [1, 3], [2, 3], [4]])
    refs = [f"F-2027-{number:02d}" for number in range(1, rng.randint(2, 9))]
    seats: list[Given] = [
        {"seat": f"m{place}", "kind": "municipality", "municipality": code}
        for place, code in enumerate(codes, start=1)
    ]
    for place in range(rng.choice([0, 1, 2, 2, 2, 3])):
        invited = CLOSE - timedelta(days=7) + timedelta(seconds=rng.choice([-900, -900, 0, 1]))
        seats.append(
            {"seat": f"u{place}", "kind": "employee_org", "invited_at": invited.isoformat()}
        )
    for seat in seats:
        seat["active"] = rng.random() < 0.95
    made = [ballot for seat in seats for ballot in ballots(rng, seat["seat"], refs, grades)]
    rng.shuffle(made)
    items = [item(rng, ref, codes) for ref in refs]
    alike = rng.choice([(), (), ("statutory", "co_signers"), ("statutory", "co_signers", "seats")])
    for each in items:
        each |= {name: items[0][name] for name in alike}
    return {
        "settings": settings(rng),
        "municipalities": [{"code": code} for code in codes],
        "close": CLOSE.isoformat(),
        "close_2": (CLOSE + timedelta(days=20)).isoformat(),
        "seats": seats,
        "items": items,
        "ballots": made,
    }
