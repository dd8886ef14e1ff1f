"""The naive counting's selection, balance rule and Equal Shares; nothing from `regions.forum`."""

from __future__ import annotations

from fractions import Fraction

from .naive import Given, M, Naive


def pot_name(world: Naive, ref: str) -> str:
    return world.items[ref]["size"] if world.settings.get("envelope") is not None else "ordinary"


def pots(world: Naive) -> dict[str, Fraction]:
    envelope = world.settings.get("envelope")
    if envelope is None:
        return {}
    pct = world.settings["small_pct"]
    return {
        "ordinary": Fraction(envelope * (100 - pct), 100),
        "small": Fraction(envelope * pct, 100),
    }


def select(world: Naive) -> Given:
    order, left = world.order(), pots(world)
    out: Given = {"ordinary": [], "small": [], "reserve": [], "meeting": []}
    for ref in order:
        cost, pot = world.items[ref]["cost_total"], pot_name(world, ref)
        if not left:
            capacity = world.settings.get("capacity")
            full = capacity is not None and len(out["ordinary"]) >= capacity
            out["reserve" if full else "ordinary"].append(ref)
        elif cost is None:
            out["meeting"].append(ref)
        elif cost > left[pot]:
            out["reserve"].append(ref)
        else:
            out[pot].append(ref)
            left[pot] -= cost
    ranks = world.ranks()
    ties = []
    for pot in ("ordinary", "small"):
        for rank in sorted(set(ranks.values())):
            equal = [
                ref
                for ref in order
                if ranks[ref] == rank and pot_name(world, ref) == pot and ref not in out["meeting"]
            ]
            if len({ref in out["reserve"] for ref in equal}) == 2:
                ties.append({"pot": pot, "refs": equal})
    return out | {"left": {pot: str(rest) for pot, rest in left.items()}, "cut_ties": ties}


def municipal_grades(world: Naive) -> dict[str, dict[str, Fraction]]:
    return {
        seat["municipality"]: {
            ref: value for ref in world.items if (value := world.grade(name, ref)) is not None
        }
        for name, seat in world.seats.items()
        if world.municipal(name) and name in world.ballots
    }


def top_three(order: list[str], mine: dict[str, Fraction]) -> list[str]:
    wanted = [ref for ref in order if ref in mine and mine[ref] * 4 >= 3 * M]
    return sorted(wanted, key=lambda ref: (-mine[ref], order.index(ref)))[:3]


def balance(world: Naive, selection: Given) -> list[Given]:
    order, grades = world.order(), municipal_grades(world)
    taken = [ref for ref in order if ref in selection["ordinary"] + selection["small"]]
    tops = {code: top_three(order, mine) for code, mine in grades.items()}
    keep = []
    for top in tops.values():
        inside = [ref for ref in top if ref in taken]
        if len(inside) == 1:
            keep.append(inside[0])
    proposals = []
    for code in sorted(tops):
        if not tops[code] or any(ref in taken for ref in tops[code]):
            continue
        backed = [
            ref
            for ref in tops[code]
            if any(2 * grades[x].get(ref, Fraction(-1)) >= M for x in grades if x != code)
        ]
        if not backed:
            continue
        enters = min(backed, key=order.index)
        pot = pot_name(world, enters)
        leave = [ref for ref in taken if pot_name(world, ref) == pot and ref not in keep]
        leaves = leave[-1] if leave else None
        cost, fits = world.items[enters]["cost_total"], None
        if leaves and selection["left"] and cost is not None:
            room = Fraction(selection["left"][pot]) + world.items[leaves]["cost_total"]
            fits = cost <= room
        proposals.append({"municipality": code, "in": enters, "out": leaves, "fits": fits})
    return proposals


def least_rate(price: Fraction, points: dict[str, Fraction], purses: dict) -> Fraction | None:
    """Try every set of municipalities that would be emptied: the poorest by the point first."""
    payers = [code for code in points if points[code] > 0]
    if not payers or sum(purses[code] for code in payers) < price:
        return None
    limits = sorted({Fraction(), *(purses[code] / points[code] for code in payers)})
    for low in limits:
        emptied = [code for code in payers if purses[code] <= low * points[code]]
        rest = [code for code in payers if code not in emptied]
        missing = price - sum(purses[code] for code in emptied)
        if missing <= 0:
            return low
        rate = missing / sum(points[code] for code in rest)
        if all(rate * points[code] <= purses[code] for code in rest):
            return rate
    raise AssertionError("the purses suffice, so some rate does")


def prices(world: Naive) -> tuple[Fraction, dict[str, Fraction]]:
    """Return the money and what each item costs; without an envelope, places."""
    order = world.order()
    if not pots(world):
        return Fraction(world.settings["capacity"]), {ref: Fraction(1) for ref in order}
    known = [ref for ref in order if world.items[ref]["cost_total"] is not None]
    refs = [ref for ref in known if world.items[ref]["size"] == "ordinary"]
    return pots(world)["ordinary"], {ref: Fraction(world.items[ref]["cost_total"]) for ref in refs}


def buy(price: dict[str, Fraction], voters: dict, purses: dict[str, Fraction]) -> list[str]:
    bought: list[str] = []
    while True:
        rates = []
        for place, ref in enumerate(price):
            points = {code: mine.get(ref, Fraction()) for code, mine in voters.items()}
            rate = None if ref in bought else least_rate(price[ref], points, purses)
            if rate is not None:
                rates.append((rate, place, ref))
        if not rates:
            return bought
        rate, _, ref = min(rates)
        for code, mine in voters.items():
            purses[code] -= min(purses[code], rate * mine.get(ref, Fraction()))
        bought.append(ref)


def shadow(world: Naive) -> tuple[list[str], list[str]] | None:
    """Return what the method buys and what is filled down the list."""
    voters = {code: mine for code, mine in municipal_grades(world).items() if mine}
    limited = pots(world) or world.settings.get("capacity") is not None
    if not voters or not limited:
        return None
    money, price = prices(world)
    bought = buy(price, voters, {code: money / len(voters) for code in voters})
    left = money - sum(price[ref] for ref in bought)
    filled = []
    for ref in price:
        if ref not in bought and price[ref] <= left:
            filled.append(ref)
            left -= price[ref]
    return bought, filled
