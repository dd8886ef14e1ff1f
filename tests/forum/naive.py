"""A second counting of a round, slow and plain, to compare the real one with.

It starts from the raw ballots in the form of `prioritisation_cases.json`, was written from the
method's text, and imports nothing from `regions.forum`. Everything is counted anew each time.
"""

from __future__ import annotations

import functools
from datetime import datetime, timedelta
from fractions import Fraction

WEIGHTS = (30, 20, 20)
M = 70
DEFAULTS = {"trim": 1, "min_gradings": 5, "union_vote": "full", "small_pct": 15}

Given = dict[str, object]


def when(text: str) -> datetime:
    return datetime.fromisoformat(text)


class Naive:
    """One round; every question is a method that counts from the start."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.settings = DEFAULTS | given["settings"]
        self.k = self.settings["trim"]
        self.least = max(self.settings["min_gradings"], 2 * self.k + 3)
        self.seats = {seat["seat"]: seat for seat in given["seats"] if seat["active"]}
        self.items = {item["ref"]: item for item in given["items"] if not item.get("withdrawn")}
        self.ballots = {
            seat: ballot for seat in self.seats if (ballot := self.valid(seat)) is not None
        }
        self.table = {
            (seat, ref): self.grade(seat, ref) for seat in self.ballots for ref in self.items
        }

    def valid(self, seat: str) -> Given | None:
        """Look through the passes from the last to the first."""
        for number in (2, 1):
            sent = [
                each
                for each in self.given["ballots"]
                if each["seat"] == seat and each["pass"] == number
            ]
            close = when(self.given["close"])
            if number == 2 and self.given.get("close_2"):
                close = when(self.given["close_2"])
            own = [x for x in sent if not x.get("paper") and when(x["submitted_at"]) <= close]
            paper = [x for x in sent if x.get("paper")]
            for pile in (own, paper):
                if pile:
                    return max(pile, key=lambda each: when(each["submitted_at"]))
        return None

    def grade(self, seat: str, ref: str) -> Fraction | None:
        ballot = self.ballots[seat]
        line = ballot["lines"].get(ref, "no_opinion")
        if line == "recused":
            line = ballot.get("deputy_lines", {}).get(ref, "recused")
        if isinstance(line, str) or None in line:
            return None
        return Fraction(sum(w * g for w, g in zip(WEIGHTS, line, strict=True)), 4)

    def municipal(self, seat: str) -> bool:
        return self.seats[seat]["kind"] == "municipality"

    def voting(self, seat: str) -> bool:
        return self.municipal(seat) or self.settings["union_vote"] == "full"

    def graded(self, ref: str, without: tuple[str, ...] = ()) -> dict[str, Fraction]:
        """Return all counted lines on an item, of unions without a vote too."""
        given = {seat: self.table[seat, ref] for seat in self.ballots if seat not in without}
        return {seat: value for seat, value in given.items() if value is not None}

    def voted(self, ref: str, without: tuple[str, ...] = ()) -> list[Fraction]:
        lines = self.graded(ref, without)
        return sorted(value for seat, value in lines.items() if self.voting(seat))

    def trimmed(self, values: list[Fraction]) -> Fraction:
        kept = sorted(values)
        for _ in range(self.k):
            kept.remove(min(kept))
            kept.remove(max(kept))
        return sum(kept, Fraction()) / len(kept)

    def sufficient(self, ref: str) -> bool:
        return len(self.voted(ref)) >= self.least

    def secretariat(self, ref: str) -> tuple[int, Fraction]:
        signers, number = len(self.items[ref]["co_signers"]), len(self.given["municipalities"])
        reach = 0
        while reach * (number - 1) < 4 * (signers - 1):
            reach += 1
        return reach, Fraction(15 * self.items[ref]["statutory"] + 15 * reach, 4)

    def score(self, ref: str, without: tuple[str, ...] = ()) -> Fraction:
        return self.trimmed(self.voted(ref, without)) + self.secretariat(ref)[1]

    def keys(self, ref: str, without: tuple[str, ...] = ()) -> tuple[Fraction, ...]:
        """Return the score and the keys a to d, higher is better."""
        lines, values = self.graded(ref, without), self.voted(ref, without)
        ours = [value for seat, value in lines.items() if self.municipal(seat)]
        clear = [value for value in ours if 5 * value >= 3 * M]
        middle = len(values) // 2
        median = values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
        return (
            self.score(ref, without),
            Fraction(len(clear), len(ours)) if ours else Fraction(),
            median,
            values[0],
            Fraction(len(self.items[ref]["co_signers"])),
        )

    def seat_cost(self, ref: str) -> Fraction | None:
        item = self.items[ref]
        known = item["cost_total"] is not None and item["seats"]
        return Fraction(item["cost_total"], item["seats"]) if known else None

    def compare(self, one: str, two: str, without: tuple[str, ...]) -> tuple[int, str]:
        """Return who is first (negative: one) and the key that says so."""
        first, second = self.keys(one, without), self.keys(two, without)
        for name, left, right in zip(("score", "a", "b", "c", "d"), first, second, strict=True):
            if left != right:
                return (-1 if left > right else 1), name
        left, right = self.seat_cost(one), self.seat_cost(two)
        if left != right:
            if left is None or right is None:
                return (1 if left is None else -1), "e"
            return (-1 if left < right else 1), "e"
        left, right = (when(self.items[ref]["accepted_at"]) for ref in (one, two))
        if left != right:
            return (-1 if left < right else 1), "f"
        return (-1 if one < two else 1), "g"

    def order(self, without: tuple[str, ...] = ()) -> list[str]:
        refs = [ref for ref in self.items if self.sufficient(ref)]
        by = functools.cmp_to_key(lambda one, two: self.compare(one, two, without)[0])
        return sorted(refs, key=by)

    def ranks(self, without: tuple[str, ...] = ()) -> dict[str, int]:
        keys = {ref: self.keys(ref, without) for ref in self.order(without)}
        return {ref: 1 + sum(other > mine for other in keys.values()) for ref, mine in keys.items()}

    def firmness(self) -> dict[str, tuple[int, int]]:
        worlds = [self.ranks(), *(self.ranks((seat,)) for seat in self.ballots)]
        return {
            ref: (min(world[ref] for world in worlds), max(world[ref] for world in worlds))
            for ref in worlds[0]
        }

    def item(self, ref: str) -> Given:
        lines = self.graded(ref)
        unions = [value for seat, value in lines.items() if not self.municipal(seat)]
        ours = [value for seat, value in lines.items() if self.municipal(seat)]
        union = sum(unions, Fraction()) / len(unions) if unions else None
        our_mean = None
        if ours:
            enough = len(ours) >= 2 * self.k + 3
            our_mean = self.trimmed(ours) if enough else sum(ours, Fraction()) / len(ours)
        own = [x for x in lines if self.seats[x].get("municipality") in self.items[ref]["own"]]
        rest = self.voted(ref, tuple(own))
        reach, secretariat = self.secretariat(ref)
        shown = own and len(rest) >= self.least
        answer = {
            "counted": len(self.voted(ref)),
            "insufficient": not self.sufficient(ref),
            "reach": reach,
            "secretariat": str(secretariat),
            "own_seats": sorted(own),
            "score_without_own": str(self.trimmed(rest) + secretariat) if shown else None,
            "union_mean": None if union is None else str(union),
            "municipal_mean": None if our_mean is None else str(our_mean),
            "union_flag": bool(unions and ours and abs(union - our_mean) * 4 >= M),
        }
        return answer | (self.standing(ref) if self.sufficient(ref) else {})

    def standing(self, ref: str) -> Given:
        order, ranks = self.order(), self.ranks()
        score, *keys = self.keys(ref)
        position = order.index(ref) + 1
        key = None
        if position > 1:
            _, name = self.compare(order[position - 2], ref, ())
            key = None if name == "score" else name
        shared = "=" if list(ranks.values()).count(ranks[ref]) > 1 else ""
        cost = self.seat_cost(ref)
        hundredths = int(score * 1000 + 5) // 10
        return {
            "member": str(score - self.secretariat(ref)[1]),
            "score": str(score),
            "score_2dp": f"{hundredths // 100}.{hundredths % 100:02d}",
            "position": position,
            "rank": f"{ranks[ref]}{shared}",
            "tie_key": key,
            "keys": {
                **dict(zip("abc", map(str, keys[:3]), strict=True)),
                "d": int(keys[3]),
                "e": None if cost is None else str(cost),
            },
        }

    def quorum(self) -> Given:
        number = len(self.given["municipalities"])
        needed = next(n for n in range(number + 1) if 3 * n >= 2 * number)
        submitted = sum(self.municipal(seat) for seat in self.ballots)
        latest = when(self.given["close"]) - timedelta(days=7)
        unions = [seat for ref, seat in self.seats.items() if not self.municipal(ref)]
        invited = all(x.get("invited_at") and when(x["invited_at"]) <= latest for x in unions)
        return {
            "needed": needed,
            "submitted": submitted,
            "employee_seats_invited": invited,
            "met": submitted >= needed and invited,
        }

    def answer(self) -> Given:
        from . import naive_lists as lists

        selection = lists.select(self)
        voters = [seat for seat in self.seats if self.voting(seat)]
        return {
            "can_freeze": len(voters) >= self.least,
            "quorum": self.quorum(),
            "order": self.order(),
            "insufficient": sorted(ref for ref in self.items if not self.sufficient(ref)),
            "withdrawn": sorted(x["ref"] for x in self.given["items"] if x.get("withdrawn")),
            "items": {ref: self.item(ref) for ref in self.items},
            "selection": selection,
            "balance": lists.balance(self, selection),
        }
