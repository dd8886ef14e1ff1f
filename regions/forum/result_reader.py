"""Reading a sealed snapshot: its parts by name, and the places that its order gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from .models import Outcome

Snapshot = Mapping[str, object]


class Reader:
    """Reads a snapshot; knows its parts by name."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.facts = snapshot["facts"]
        self.inputs = snapshot["inputs"]
        self.results = snapshot["results"]
        self.settings = self.inputs["settings"]
        self.items = {item["ref"]: item for item in self.inputs["items"]}
        self.order: list[str] = self.facts["order"]
        self.named: bool = self.settings["publish_names"]
        self.departures: dict[str, list[dict]] = defaultdict(list)
        for each in self.facts["departures"]:
            self.departures[each["item"]].append(each)

    @property
    def most(self) -> int:
        """The most that a vote can give: the weights of what members grade."""
        return sum(each["weight"] for each in self.inputs["criteria"]["member"])

    @property
    def everyone(self) -> int:
        """How many municipalities the region had."""
        return len(self.inputs["municipalities"])

    @property
    def least(self) -> int:
        """How many lines a place needs."""
        return max(self.settings["min_gradings"], 2 * self.settings["trim"] + 3)

    def standing(self, ref: str) -> dict | None:
        """Return where the count put a need; None without a place."""
        return self.results["items"][ref]["standing"]

    def title(self, ref: str) -> str:
        """Return a need's title as it was frozen."""
        return self.facts["items"][ref]["title"]

    def name(self, code: str) -> str:
        """Return a municipality's name."""
        return self.facts["municipalities"].get(code, code)

    def places(self) -> dict[str, str]:
        """Return the place of each need in the final order; equal ones share it, as in "3="."""
        shown: dict[str, str] = {}
        for index, ref in enumerate(self.order):
            above = self.order[index - 1] if index else None
            below = self.order[index + 1] if index + 1 < len(self.order) else None
            with_above = above is not None and self._equal(above, ref)
            number = shown[above].rstrip("=") if with_above else str(index + 1)
            with_below = below is not None and self._equal(ref, below)
            shown[ref] = f"{number}=" if with_above or with_below else number
        return shown

    def _equal(self, one: str, other: str) -> bool:
        """Whether two neighbours share their place: by the count, and nobody moved one of them."""
        if one in self.departures or other in self.departures:
            return False
        first, second = self.standing(one), self.standing(other)
        return bool(first and second and first["rank"] == second["rank"])

    def withdrawn(self) -> tuple[tuple[str, str], ...]:
        """Return the needs that were taken out, with why; results sealed before kept no reason."""
        said = self.facts["items"]
        return tuple(
            (self.title(ref), said[ref].get("withdrawn", "")) for ref in self.results["withdrawn"]
        )

    def taken(self, ref: str) -> bool:
        """Whether the forum took a need up."""
        return self.facts["items"][ref]["outcome"] == Outcome.PRIORITISED

    @property
    def years(self) -> str:
        """The years of the plan."""
        first, last = self.facts["round"]["year_from"], self.facts["round"]["year_to"]
        return str(first) if first == last else f"{first}–{last}"
