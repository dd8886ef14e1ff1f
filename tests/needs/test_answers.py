"""Answers come from whoever has registered; nobody is asked for nothing."""

from __future__ import annotations

import pytest

from regions.needs import answers
from regions.needs.answers import Answer, answers_of_many, register


def test_answers_are_those_of_all_who_know_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "_registered", [])
    assert answers_of_many([1, 2]) == {1: [], 2: []}
    asked: list[list[int]] = []

    def first(keys: list[int]) -> dict[int, list[Answer]]:
        asked.append(keys)
        return {2: [Answer("Ett", "/ett/", "nb")]}

    def second(keys: list[int]) -> dict[int, list[Answer]]:
        return {2: [Answer("Två", "/tva/", "sv")]}

    for each in (first, second, first):
        register(each)
    assert [each.title for each in answers_of_many([1, 2, 2])[2]] == ["Ett", "Två"]
    assert asked == [[1, 2]]
    assert answers_of_many([]) == {}
    assert asked == [[1, 2]]
