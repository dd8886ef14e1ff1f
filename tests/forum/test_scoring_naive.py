"""Two implementations that know nothing of each other give the same result."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from regions.forum import scoring as s

from . import cases, naive_lists
from .naive import Naive
from .random_rounds import random_round

ROUNDS = 320
BATCHES = 8


def test_the_naive_one_gives_the_answers_of_the_cases() -> None:
    for case in cases.of_kind("round"):
        assert Naive(case["given"]).answer() == case["expected"], case["case"]


@pytest.mark.parametrize("batch", range(BATCHES))
def test_both_agree_on_random_rounds(batch: int) -> None:
    for seed in range(batch, ROUNDS, BATCHES):
        given = random_round(seed)
        result, world = s.compute(cases.inputs(given)), Naive(given)
        assert cases.answer(result, given) == world.answer(), seed
        standings = {ref: result.items[ref].standing for ref in result.order}
        assert {ref: at.places for ref, at in standings.items()} == world.firmness(), seed
        shadow = result.shadow
        lists = shadow and (list(shadow.bought), list(shadow.filled))
        assert lists == naive_lists.shadow(world), seed


def test_the_random_rounds_hold_what_is_rare() -> None:
    seen: Counter[str] = Counter()
    for seed in range(ROUNDS):
        result = s.compute(cases.inputs(random_round(seed)))
        standings = [result.items[ref].standing for ref in result.order]
        seen["cut ties"] += bool(result.selection.cut_ties)
        seen["exchanges"] += any(x.leaves for x in result.balance)
        seen["fits"] += any(x.fits is not None for x in result.balance)
        seen["insufficient"] += bool(result.insufficient and result.order)
        seen["flags"] += any(item.parts.flag for item in result.items.values())
        seen["small"] += bool(result.selection.small)
        seen["bought"] += bool(result.shadow and result.shadow.bought)
        seen["differences"] += bool(result.shadow and result.shadow.added)
        seen["loose places"] += any(not at.firm for at in standings)
        for at in standings:
            seen[f"tie key {at.tie_key}"] += at.tie_key is not None
    wanted = {
        *("cut ties", "exchanges", "fits", "insufficient", "flags", "small", "bought"),
        *("differences", "loose places"),
        *(f"tie key {key}" for key in s.TIE_KEYS),
    }
    assert all(seen[what] > 1 for what in wanted), seen


@pytest.mark.parametrize("name", ["naive.py", "naive_lists.py"])
def test_the_naive_one_stands_alone(name: str) -> None:
    tree = ast.parse(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not any(str(module).startswith("regions") for module in modules)
