"""Names by the beginnings of their words, without a database."""

from __future__ import annotations

from itertools import islice
from time import perf_counter

from search.names import Names, folded_words


def test_fifty_thousand_names_take_no_time() -> None:
    words = [f"{begin}{middle}" for begin in "abcdefghij" for middle in range(300)]
    folded = sorted(
        " ".join(folded_words(f"kurs {words[n % 3000]} {words[n * 7 % 3000]} {n}"))
        for n in range(50_000)
    )
    names = Names(folded)
    none = frozenset({7})
    slowest = 0.0
    for typed in (["k"], ["kurs", "a1"], ["1"], ["a", "b", "1"], ["kurs", "x"], ["j299"], ["kur"]):
        for among in (None, none):
            begun = perf_counter()
            found = list(islice(names.matching(typed, among), 8))
            slowest = max(slowest, perf_counter() - begun)
            assert all(
                all(f" {word}" in f" {folded[position]}" for word in typed) for position in found
            )
    assert slowest < 0.2  # in truth some milliseconds; the machine may be busy
