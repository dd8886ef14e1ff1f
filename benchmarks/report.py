"""What several runs say together, and the tables of `docs/performance.md`."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from .figures import Figure, as_markdown, at_most, read

DOCS = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
#: A part of the docs that a command writes stands between these.
BEGIN, END = "<!-- {name}: begin -->", "<!-- {name}: end -->"


def across_sizes(found: Sequence[dict]) -> list[Figure]:
    """P4: what the greatest catalogue costs as against the smallest, on each database."""
    figures = []
    for name in ("sqlite", "postgres"):
        parts = [each for each in found if each["database"].startswith(name) and each["courses"]]
        parts.sort(key=lambda part: part["courses"])
        if len(parts) > 1:
            first, last = parts[0], parts[-1]
            sizes = f"{last['courses']:,} as against {first['courses']:,} courses, {name}"
            figures += [
                at_most("P4", f"listing, {sizes}", last["cost"] / first["cost"], 1.5, "×"),
                at_most(
                    "P4", f"publishing, {sizes}", last["publishing"] / first["publishing"], 1.2, "×"
                ),
            ]
    return figures


def processor() -> str:
    """Return the name of the machine's processor, and how many there are."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{os.cpu_count()} × {names[0] if names else platform.machine()}"


def replace_part(name: str, text: str) -> None:
    """Put ``text`` between the marks of ``name`` in the docs."""
    whole = DOCS.read_text()
    before, _begin, rest = whole.partition(BEGIN.format(name=name))
    _old, _end, after = rest.partition(END.format(name=name))
    if not _end:
        raise ValueError(f"{DOCS.name} has no place for {name}")
    begin, end = BEGIN.format(name=name), END.format(name=name)
    DOCS.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}")


def write_docs(found: Sequence[dict], growth: Sequence[Figure], busy: float) -> Path:
    """Write the figures of a run into the docs, and return where.

    ``busy`` is the load of the machine before the run: 0 where nothing else was going on.
    """
    today = datetime.now(tz=UTC).date().isoformat()
    parts = [
        f"Measured on {today}; {processor()}, shared by load, application and database. "
        f"The load of the machine before the run was {busy:.1f}: beyond 0.5, times say little, "
        "ratios something."
    ]
    for each in found:
        title = (
            f"{each['courses']:,} courses, {each['machine'].partition(',')[0]}"
            if each["courses"]
            else "The demo's pages"
        )
        parts += [f"### {title}", f"{each['machine']}.", as_markdown(read(each["figures"]))]
        if "overview" in each:
            parts.append("```\n" + each["overview"] + "\n```")
    if growth:
        parts += ["### As the catalogue grows", as_markdown(growth)]
    replace_part("bench", "\n\n".join(parts))
    return DOCS
