"""Names found by the beginnings of their words, with the marks that people forget left out.

Nothing is scanned: words stand sorted, each with the names that hold it, so that a beginning is a
range of words. Made for 50,000 names.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate

from .analysis import fold, words_of

#: Sorts after every letter: the end of what begins with a text.
_END = "\U0010ffff"
#: Names that are looked at for one answer; of a beginning that thousands have, these are enough.
MOST_LOOKED_AT = 20_000


def folded_words(text: str) -> list[str]:
    """Return the words of a text as they are compared here."""
    return [fold(word) for word in words_of(text)]


class Names:
    """Names by position, which the caller keeps in the order of their folded words."""

    def __init__(self, folded: Sequence[str]) -> None:
        self.folded = folded
        having: dict[str, array] = {}
        for position, name in enumerate(folded):
            for word in set(name.split()):
                having.setdefault(word, array("l")).append(position)
        self._words = sorted(having)
        self._having = [having[word] for word in self._words]
        self._before = [0, *accumulate(map(len, self._having))]

    def matching(self, typed: Sequence[str], among: Collection[int] | None = None) -> Iterator[int]:
        """Yield the positions of names that hold words beginning with each of ``typed``.

        Those that begin as typed come first, the others in their order by the rarest word.
        ``among`` are the only positions that count; without it all do.
        """
        if not typed:
            return
        begun = " ".join(typed)
        first, last = self._range(self.folded, begun)
        shown = set()
        for position in range(first, min(last, first + MOST_LOOKED_AT)):
            if among is None or position in among:
                shown.add(position)
                yield position
        for position in self._holding(typed, among):
            if position not in shown and (among is None or position in among):
                name = f" {self.folded[position]}"
                if all(f" {word}" in name for word in typed):
                    shown.add(position)
                    yield position

    def same(self, position: int) -> range:
        """Return the positions of the names that are the same as one; of thousands, some."""
        name = self.folded[position]
        first = bisect_left(self.folded, name)
        last = bisect_right(self.folded, name, lo=first, hi=min(first + 100, len(self.folded)))
        return range(first, last)

    def _holding(self, typed: Sequence[str], among: Collection[int] | None) -> Iterator[int]:
        """Yield positions among which are all that hold the words: the fewest there are."""
        ranges = [self._range(self._words, word) for word in typed]
        first, last = min(ranges, key=lambda each: self._before[each[1]] - self._before[each[0]])
        count = self._before[last] - self._before[first]
        left = MOST_LOOKED_AT
        if among is not None and len(among) < count:
            yield from list(among)[:left]
            return
        for positions in self._having[first:last]:
            yield from positions[:left]
            left -= len(positions)
            if left <= 0:
                return

    @staticmethod
    def _range(names: Sequence[str], begun: str) -> tuple[int, int]:
        return bisect_left(names, begun), bisect_left(names, begun + _END)


class Positions:
    """The positions of the bits that are set, to be asked one by one without copying them all."""

    def __init__(self, bits: int) -> None:
        self._count = bits.bit_count()
        self._flags = bits.to_bytes(bits.bit_length() // 8 + 1, "little")

    def __contains__(self, position: int) -> bool:
        place, bit = divmod(position, 8)
        return place < len(self._flags) and bool(self._flags[place] >> bit & 1)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[int]:
        for place, byte in enumerate(self._flags):
            if byte:
                yield from (place * 8 + bit for bit in range(8) if byte >> bit & 1)
