"""P1 to P3 and P5: hello, stock and ours under load, in turn within one run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from search.query import CourseQuery, Sort
from search.sync import engine

from .asked import address, filter_sets, texts
from .figures import Figure, at_least, at_most
from .load import PATIENCE, Slice, ask, load
from .server import served
from .stock import StockEngine

HELLO, STOCK, OURS = "/nb/bench/hello/", "/nb/bench/stock/", "/nb/courses/"
#: Readers at once; enough to keep two workers busy, and what P2 asks for.
READERS = 8
ROUNDS = 5
#: Filter sets and words that are asked for in turn.
SETS, TEXTS = 40, 200
Say = Callable[[str], None]


@dataclass(frozen=True)
class Median:
    """The medians of the rounds."""

    rate: float
    median: float
    p99: float

    @classmethod
    def of(cls, slices: Sequence[Slice]) -> Median:
        """Return the medians of ``slices``."""
        return cls(
            statistics.median(each.rate for each in slices),
            statistics.median(each.median for each in slices),
            statistics.median(each.within(99) for each in slices),
        )


def interleaved(
    port: int, asked: Mapping[str, Sequence[str]], seconds: float, say: Say
) -> dict[str, Median]:
    """Let all take turns in every round, so that a slow moment falls on all of them alike."""
    slices: dict[str, list[Slice]] = {name: [] for name in asked}
    for name, paths in asked.items():
        load(port, paths, readers=2, seconds=1)
        say(f"  {name} is warm")
    for number in range(1, ROUNDS + 1):
        for name, paths in asked.items():
            slices[name].append(load(port, paths, readers=READERS, seconds=seconds))
        rates = ", ".join(f"{name} {found[-1].rate:.1f}/s" for name, found in slices.items())
        say(f"  round {number} of {ROUNDS}: {rates}")
    return {name: Median.of(found) for name, found in slices.items()}


def _spread(goal: str, what: str, found: Mapping[str, Median]) -> list[Figure]:
    return [
        Figure(
            goal,
            f"{what}: {name}",
            f"{each.rate:.1f}/s, median {each.median:.0f} ms, p99 {each.p99:.0f} ms",
        )
        for name, each in found.items()
    ]


def finding() -> Figure:
    """P1 without the page: what finding and counting alone take, in turn in this process."""
    query = CourseQuery("nb", timezone.localdate())
    taken: dict[str, list[float]] = {}
    for _ in range(ROUNDS + 1):
        for each in (StockEngine(), engine):
            begun = time.perf_counter()
            each.search(query)
            taken.setdefault(each.name, []).append((time.perf_counter() - begun) * 1000)
    # The first round warms up.
    stock, ours = (statistics.median(times[1:]) for times in taken.values())
    value = f"stock {stock:.0f} ms, ours {ours:.1f} ms: {stock / ours:.1f}×"
    return Figure("P1", "finding and counting alone, without the page", value)


def listings(vendor: str, seconds: float, say: Say) -> tuple[list[Figure], float]:
    """P1 to P3. Return the milliseconds of work that our listing takes as well."""
    sqlite = vendor == "sqlite"
    chosen = filter_sets(SETS, 3)
    with served(keep_pages=False) as port:
        say("The listing without a filter, made anew each time:")
        plain = interleaved(
            port, {"hello": [HELLO], "stock": [STOCK], "ours": [OURS]}, seconds, say
        )
        say("Three filters chosen:")
        three = interleaved(
            port,
            {
                "stock": [address(STOCK, each) for each in chosen],
                "ours": [address(OURS, each) for each in chosen],
            },
            seconds,
            say,
        )
    with served() as port:
        say("A page that is kept:")
        again = interleaved(port, {"hello": [HELLO], "ours": [OURS]}, seconds, say)
    ratio = plain["ours"].rate / plain["stock"].rate
    narrow = three["ours"].rate / three["stock"].rate
    share = 100 * again["ours"].rate / again["hello"].rate
    figures = [
        *_spread("P1", "listing", plain),
        finding(),
        at_least("P1", "listing, times stock", ratio, 40 if sqlite else 35, "×"),
        *_spread("P2", "three filters", three),
        at_least("P2", "three filters, times stock", narrow, 12 if sqlite else 30, "×"),
        at_most("P2", f"three filters, p99 of {READERS} readers", three["ours"].p99, 60, " ms"),
        at_least("P3", "a repeated page, of hello", share, 65 if sqlite else 50, " %"),
    ]
    return figures, 1000 / plain["ours"].rate


def searches(vendor: str, say: Say, *, with_stock: bool) -> list[Figure]:
    """P5: words, ranked, with counts."""
    asked = texts(TEXTS)
    with served() as port:
        load(port, [OURS], readers=2, seconds=1)
        ours = [ask(port, address(OURS, {}, text)).taken for text in asked]
    say(f"  ours answered {TEXTS} queries, the slowest in {max(ours):.0f} ms")
    p95 = statistics.quantiles(ours, n=20)[-1]
    figures = [at_most("P5", f"{TEXTS} text queries, p95", p95, 100, " ms")]
    if with_stock:
        some = _few_and_many(asked) if vendor == "sqlite" else asked[::5]
        figures.append(_against_stock(some, vendor, say))
    return figures


def _few_and_many(asked: Sequence[str]) -> list[str]:
    """Return two texts: the one in the middle by hits, and the one with the most."""
    today = timezone.localdate()
    found = {
        text: engine.search(CourseQuery("nb", today, text=text, sort=Sort.RELEVANCE)).total
        for text in asked
    }
    ordered = sorted(found, key=lambda text: (found[text], text))
    return [ordered[len(ordered) // 2], ordered[-1]]


def _against_stock(asked: Sequence[str], vendor: str, say: Say) -> Figure:
    """Ask both; what one text costs stock must not burden the next, so each has a server anew."""
    ratios, capped = [], False
    for part in [[text] for text in asked] if vendor == "sqlite" else [asked]:
        with served() as port:
            load(port, [OURS], readers=2, seconds=1)
            for text in part:
                own = statistics.median(ask(port, address(OURS, {}, text)).taken for _ in range(3))
                begun = time.perf_counter()
                try:
                    taken = ask(port, address(STOCK, {}, text)).taken
                except TimeoutError:
                    taken, capped = (time.perf_counter() - begun) * 1000, True
                ratios.append(taken / own)
                if vendor == "sqlite":
                    say(f"  “{text}”: stock {taken / 1000:.1f} s, ours {own:.0f} ms")
    what = f"{len(asked)} text queries, median times stock"
    if capped:
        what += f" (stock given up after {PATIENCE} s: at least)"
    wanted = 1000 if vendor == "sqlite" else 6
    return at_least("P5", what, statistics.median(ratios), wanted, "×")
