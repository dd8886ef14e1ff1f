"""The JSON form of what is counted: exact both ways.

Fractions are texts "p/q" (or "p"), times UTC in ISO 8601 ending in Z, sets sorted lists. The names
are those of the dataclasses. A float is refused everywhere: no two programs print it alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from fractions import Fraction

from .ballots import CountedLine, Tally
from .values import (
    CountingError,
    Criteria,
    Criterion,
    Item,
    Settings,
    Size,
    UnionVote,
    aware,
    require,
)

FRACTION = re.compile(r"-?[0-9]{1,60}(/[0-9]{1,60})?")
MUNICIPALITY, UNION = "municipality", "union"


def plain(value: object) -> object:
    """Return ``value`` in types that JSON has; `CountingError` for what it cannot hold exactly."""
    if value is None or type(value) in (bool, int, str):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, datetime):
        require(value.utcoffset() is not None, "a time needs a zone")
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {_key(key): plain(each) for key, each in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    raise CountingError(f"JSON cannot hold {type(value).__name__} exactly")


def _key(key: object) -> str:
    require(isinstance(key, str), "the keys of an object are texts")
    return str(key)


def tally_to_json(counted: Tally) -> dict[str, object]:
    """Return everything a tally holds."""
    items = []
    for item in sorted(counted.items, key=lambda each: each.ref):
        lines = counted.lines.get(item.ref, ())
        items.append(
            {
                **_object(plain(item)),
                "lines": [_line_to_json(line) for line in lines],
                "held_back": counted.held.get(item.ref),
            }
        )
    return {
        "criteria": plain(counted.criteria),
        "settings": plain(counted.settings),
        "municipalities": sorted(counted.municipalities),
        "electorate": counted.electorate,
        "submitted": counted.submitted,
        "employee_seats_invited": counted.employee_seats_invited,
        "items": items,
    }


def _line_to_json(line: CountedLine) -> dict[str, object]:
    found = {"kind": MUNICIPALITY if line.municipal else UNION, "grades": list(line.grades)}
    return found if line.voter is None else {**found, "voter": line.voter}


def tally_from_json(data: object) -> Tally:
    """Read what `tally_to_json` wrote.

    Raises `CountingError`, or `KeyError` and `TypeError` where the form itself is broken.
    """
    found = _object(data)
    settings = _settings(found["settings"])
    raw_items = [_object(each) for each in _list(found["items"])]
    items = tuple(_item(each) for each in raw_items)
    standing = []
    for item, raw in zip(items, raw_items, strict=True):
        if not item.withdrawn:
            standing.append((item, raw))
            continue
        empty = not raw["lines"] and raw["held_back"] is None
        require(empty, f"{item.ref}: withdrawn, and yet with lines")
    return Tally(
        criteria=_criteria(found["criteria"]),
        settings=settings,
        municipalities=_texts(found["municipalities"]),
        electorate=_whole(found["electorate"]),
        submitted=_whole(found["submitted"]),
        employee_seats_invited=_truth(found["employee_seats_invited"]),
        items=items,
        lines={
            item.ref: tuple(
                _line(each, named=settings.publish_names) for each in _list(raw["lines"])
            )
            for item, raw in standing
        },
        held={
            item.ref: _whole(raw["held_back"])
            for item, raw in standing
            if raw["held_back"] is not None
        },
        named=settings.publish_names,
    )


def _criteria(data: object) -> Criteria:
    found = _object(data)
    member = (_object(each) for each in _list(found["member"]))
    return Criteria(
        member=tuple(Criterion(_text(each["code"]), _whole(each["weight"])) for each in member),
        statutory=_whole(found["statutory"]),
        reach=_whole(found["reach"]),
    )


def _settings(data: object) -> Settings:
    found = _object(data)
    return Settings(
        trim=_whole(found["trim"]),
        min_gradings=_whole(found["min_gradings"]),
        union_vote=UnionVote(found["union_vote"]),
        capacity=None if found["capacity"] is None else _whole(found["capacity"]),
        envelope=_fraction(found["envelope"]),
        small_pct=_whole(found["small_pct"]),
        quorum=_fraction(found["quorum"]) or Fraction(),
        publish_names=_truth(found["publish_names"]),
    )


def _item(found: Mapping[str, object]) -> Item:
    return Item(
        ref=_text(found["ref"]),
        statutory=_whole(found["statutory"]),
        co_signers=frozenset(_texts(found["co_signers"])),
        own=frozenset(_texts(found["own"])),
        cost_total=_fraction(found["cost_total"]),
        seats=None if found["seats"] is None else _whole(found["seats"]),
        accepted_at=_moment(found["accepted_at"]),
        size=Size(found["size"]),
        withdrawn=_truth(found["withdrawn"]),
    )


def _line(data: object, *, named: bool) -> CountedLine:
    found = _object(data)
    kind = found["kind"]
    require(kind in (MUNICIPALITY, UNION), f"a line is of a {MUNICIPALITY} or a {UNION}")
    municipal = kind == MUNICIPALITY
    if named and municipal:
        require("voter" in found, "a municipality's line carries its code")
    else:
        require("voter" not in found, "a line that is not published by name has none")
    voter = _text(found["voter"]) if "voter" in found else None
    grades = tuple(_whole(each) for each in _list(found["grades"]))
    return CountedLine(municipal, grades, voter)


def _object(data: object) -> Mapping[str, object]:
    if not isinstance(data, Mapping):
        raise CountingError("an object is missing")
    return data


def _list(data: object) -> Sequence[object]:
    if not isinstance(data, list):
        raise CountingError("a list is missing")
    return data


def _text(data: object) -> str:
    if not isinstance(data, str):
        raise CountingError("a text is missing")
    return data


def _texts(data: object) -> tuple[str, ...]:
    return tuple(_text(each) for each in _list(data))


def _truth(data: object) -> bool:
    if not isinstance(data, bool):
        raise CountingError("true or false is missing")
    return data


def _whole(data: object) -> int:
    if type(data) is not int or data < 0:
        raise CountingError("a whole number from nought up is missing")
    return data


def _fraction(data: object) -> Fraction | None:
    if data is None:
        return None
    # Matched first: a text such as 1e999999999 would fill the memory.
    require(FRACTION.fullmatch(_text(data)) is not None, f"not a fraction: {str(data)[:80]!r}")
    return Fraction(_text(data))


def _moment(data: object) -> datetime | None:
    if data is None:
        return None
    found = datetime.fromisoformat(_text(data))
    aware(found, "a time")
    return found.astimezone(UTC)
