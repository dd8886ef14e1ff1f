"""The courses that queries are judged over: those of the demo, and those of ``corpus.json``.

The demo is too small to rank in, and generated courses are too alike to be told apart by meaning.
``corpus.json`` lies between them: short texts as municipalities write them, with near neighbours on
purpose (seven courses about dementia and one about delirium, seven about medicines). A demo course
is known by its region and its name ("kongsbergregionen/ny-som-leder"), one of the corpus by its
name alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from catalogue.demo.content import REGIONS, read, read_course
from catalogue.demo.dates import days_for
from catalogue.demo.occasions import timing_of
from catalogue.generated.content import VOCABULARIES, providers, vocabulary

HERE = Path(__file__).parent
#: Everything is judged as of this Monday: the demo's courses then begin on the days of its sources.
TODAY = date(2026, 11, 30)
#: The vocabularies' languages, in the order in which ``search.documents`` takes them.
_LANGUAGES = ("nb", "sv", "en")
_TERMS = ("topics", "service_areas", "target_groups")


@dataclass(frozen=True)
class JudgedCourse:
    """A course by what a reader may search in. Terms and provider are named by their addresses."""

    key: str
    language: str
    title: str
    summary: str
    body: str
    topics: tuple[str, ...]
    service_areas: tuple[str, ...]
    target_groups: tuple[str, ...]
    provider: str
    place: str
    credits: Decimal | None
    credit_system: str
    #: Of its occasions; and their first days, of those that have one.
    codes: tuple[str, ...]
    starts_on: tuple[date, ...]

    @property
    def region(self) -> str:
        """The address of the region that offers it."""
        if "/" in self.key:
            return self.key.partition("/")[0]
        return REGIONS[0] if providers()[self.provider]["country"] == "NO" else REGIONS[1]

    @property
    def term_names(self) -> str:
        """The names of its terms and provider in every language, as they are searched."""
        known = vocabulary()
        rows = [known[kind][slug] for kind in _TERMS for slug in getattr(self, kind)]
        names = [row[code][0] for row in rows for code in _LANGUAGES]
        return " ".join([*names, providers()[self.provider]["name"]])


@cache
def corpus() -> dict[str, JudgedCourse]:
    """Return every course that may be found, by its key: the demo's first."""
    demo = (
        _demo_course(region, name)
        for region in REGIONS
        for name in read(f"{region}/region")["courses"]
    )
    return {course.key: course for course in (*demo, *written())}


@cache
def written() -> tuple[JudgedCourse, ...]:
    """Return the courses of ``corpus.json``."""
    rows = json.loads((HERE / "corpus.json").read_text(encoding="utf-8"))
    return tuple(_written_course(row) for row in rows)


def _written_course(row: dict) -> JudgedCourse:
    return JudgedCourse(
        key=row["key"],
        language=row["language"],
        title=row["title"],
        summary=row["summary"],
        body=row["body"],
        **{kind: tuple(row[kind]) for kind in VOCABULARIES},
        provider=row["provider"],
        place=row["place"],
        credits=Decimal(row["credits"]) if "credits" in row else None,
        credit_system=row.get("credit_system", "none"),
        codes=(row["code"],),
        starts_on=(date.fromisoformat(row["starts_on"]),),
    )


def _demo_course(region: str, name: str) -> JudgedCourse:
    content = read_course(region, name)
    held = content.get("occasions", [])
    days = [days_for(timing_of(row), TODAY).starts_on for row in held]
    return JudgedCourse(
        key=f"{region}/{name}",
        language=content.get("language", read(f"{region}/region")["language"]),
        title=content["title"],
        summary=content["summary"],
        body=" ".join(_parts(content)),
        **{kind: tuple(content.get(kind, ())) for kind in VOCABULARIES},
        provider=content["provider"],
        # A university's course of the demo says nothing: it is held at a distance.
        place=content.get("place", "distance"),
        credits=Decimal(content["credits"]) if "credits" in content else None,
        credit_system=content.get("credit_system", "none"),
        codes=tuple(row["code"] for row in held),
        starts_on=tuple(day for day in days if day),
    )


def _parts(content: dict) -> list[str]:
    """Return the texts of a course below its summary, the blocks of its body first."""
    found: list[str] = []
    for block in content.get("body", []):
        found += [block.get(name, "") for name in ("heading", "text", "attribution", "alt")]
        found += block.get("points", [])
        found += [f"{item['question']} {item['answer']}" for item in block.get("items", [])]
    found += [*content.get("outcomes", []), content.get("prerequisites", "")]
    found += [
        f"{module['title']} {module.get('description', '')}"
        for module in content.get("modules", [])
    ]
    return list(filter(None, found))
