"""A round's result as it is published: canonical JSON that anyone can count again, and its hash.

Pure: no database, no clock. What is hashed is exactly what is published. A hash of anything that
is not (say, of the named grades behind an anonymous form) must never be published either: with so
few possible grades it could be guessed from the hash.

Which inputs the two forms hold is decided by `Settings.publish_names`:

**Both**: criteria, settings, municipalities, size of the electorate, quorum figures, items with
fact points and estimates, and for each item the lines that count. Ballots that were late, replaced
or never sent, lines without an opinion or half filled, grades on withdrawn items: not at all.

**Named**: each municipal line carries its municipality's code, since a municipality's grades are
office acts. Lines of the employees' organisations carry no name, and no order that links them.
Only what needs whole ballots (how firm a place is, where those lines count) cannot be counted
again.

**Anonymous**: every line says only whether it is a municipality's or a union's. Lines are sorted
by their grades before they are shuffled, anew for each item: their order follows from the grades
and the seed alone, so even who knows the seed learns nothing of the seats, and no two lines of
different items can be linked by it. Of an item with an insufficient basis only the number of lines
is given. Score without own municipalities, balance and shadow list are left out.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from .counting.ballots import CountedLine, Tally, tally
from .counting.published import plain, tally_from_json, tally_to_json
from .counting.results import RoundResult, count
from .counting.values import CountingError, RoundInputs, require

FORMAT = "samkurs-round/1"
#: What stands for the previous hash in a region's first round.
NO_PREVIOUS = ""
HASH = re.compile(r"[0-9a-f]{64}")
#: Shown for a part that one of the two sides does not have.
MISSING = "(missing)"
KEYS = ("facts", "format", "inputs", "previous", "results")


class SnapshotError(CountingError):
    """The text is no snapshot that can be counted; the message says why."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where the snapshot says something else than what follows from its inputs."""

    path: str
    stored: object
    computed: object


@dataclass(frozen=True)
class Recomputation:
    """What `recompute` found.

    ``digest`` is that of the snapshot as it stands. ``result`` is counted from its inputs.
    ``unchecked``: paths of figures that cannot be counted from what is published.
    """

    digest: str
    result: RoundResult
    differences: tuple[Difference, ...]
    unchecked: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether everything that can be counted again is as stored."""
        return not self.differences


def public_tally(counted: Tally, rng: random.Random) -> Tally:
    """Return what may be published of the lines; ``rng`` shuffles those without a name."""
    names = counted.settings.publish_names
    lines: dict[str, tuple[CountedLine, ...]] = {}
    held: dict[str, int] = {}
    for ref, of_item in sorted(counted.lines.items()):
        number = sum(counted.votes(line) for line in of_item)
        if not names and number < counted.settings.least_lines:
            lines[ref], held[ref] = (), number
            continue
        named = [line for line in of_item if names and line.municipal]
        nameless = [replace(line, voter=None) for line in of_item if not (names and line.municipal)]
        nameless.sort(key=lambda line: (line.municipal, line.grades))
        rng.shuffle(nameless)
        lines[ref] = (*sorted(named, key=lambda line: str(line.voter)), *nameless)
    return replace(counted, lines=lines, held=held, named=names)


def build_snapshot(
    inputs: RoundInputs,
    *,
    rng: random.Random,
    facts: Mapping[str, object] | None = None,
    previous: str = NO_PREVIOUS,
) -> dict[str, object]:
    """Return the snapshot to publish, of types that JSON has.

    ``facts``: further public facts (title, members, overrides, recusals), taken as they are.
    ``previous``: the hash of the region's snapshot before this one. Two calls give different
    orders of the nameless lines, hence different hashes: build once and keep.
    """
    require(previous == NO_PREVIOUS or bool(HASH.fullmatch(previous)), "previous is no hash")
    counted = tally(inputs)
    public = public_tally(counted, rng)
    results = _results_to_json(count(public))
    # Counted from whole ballots, which are not published; a place says little of a grade.
    for ref, item in count(counted).items.items():
        if item.standing is not None:
            results["items"][ref]["standing"]["places"] = plain(item.standing.places)
    return {
        "format": FORMAT,
        "previous": previous,
        "facts": plain(dict(facts or {})),
        "inputs": tally_to_json(public),
        "results": results,
    }


def _results_to_json(result: RoundResult) -> dict[str, dict]:
    return plain(result)


def canonical(snapshot: Mapping[str, object]) -> str:
    """Return the one text of a snapshot: sorted keys, no spaces, letters as they are."""
    try:
        text = json.dumps(
            plain(snapshot), sort_keys=True, ensure_ascii=False, separators=(",", ":")
        )
        text.encode()
    except (ValueError, RecursionError) as error:
        raise SnapshotError(f"the snapshot holds what its text cannot: {error}") from error
    return text


def digest(text: str, previous: str = NO_PREVIOUS) -> str:
    """Return the SHA-256 of the previous hash, a line feed and ``text``, in hexadecimal."""
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def inputs_from_snapshot(snapshot: Mapping[str, object]) -> Tally:
    """Return what the published result is counted from; `SnapshotError` where it is broken."""
    try:
        return tally_from_json(snapshot["inputs"])
    except (ValueError, TypeError, KeyError, ArithmeticError) as error:
        raise SnapshotError(f"the inputs cannot be read: {error}") from error


def parse(text: str) -> dict[str, object]:
    """Read a snapshot's text; refuse floats, keys that come twice and other formats."""
    try:
        found = json.loads(
            text,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
            object_pairs_hook=_distinct_keys,
        )
    except SnapshotError:
        raise
    except (ValueError, RecursionError) as error:
        raise SnapshotError(f"this is no JSON: {error}") from error
    _check_form(found)
    return found


def _check_form(found: object) -> None:
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise SnapshotError(f"this is no snapshot of the format {FORMAT}")
    if sorted(found) != sorted(KEYS):
        raise SnapshotError(f"a snapshot has the parts {', '.join(KEYS)}")
    previous = found["previous"]
    if not isinstance(previous, str) or not (previous == "" or HASH.fullmatch(previous)):
        raise SnapshotError("the previous hash is no hash")


def _refuse_number(text: str) -> None:
    raise SnapshotError(f"a number that is not exact: {text[:40]}")


def _distinct_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise SnapshotError("an object holds the same key twice")
    return found


def recompute(
    snapshot: str | Mapping[str, object], published_digest: str | None = None
) -> Recomputation:
    """Count a snapshot again from its inputs alone and list every difference.

    ``snapshot``: the text as downloaded, however it is spaced, or its parsed form.
    ``published_digest``: the hash to compare with, where the reader has it from elsewhere.
    Raises `SnapshotError` when it cannot be counted at all.
    """
    text = canonical(parse(snapshot) if isinstance(snapshot, str) else snapshot)
    found = parse(text)
    own_digest = digest(text, str(found["previous"]))
    result = count(inputs_from_snapshot(found))
    computed = _results_to_json(result)
    unchecked = _take_over_places(computed, found["results"])
    differences = list(_differences("results", found["results"], computed))
    if published_digest is not None and published_digest != own_digest:
        differences.append(Difference("digest", published_digest, own_digest))
    return Recomputation(own_digest, result, tuple(differences), tuple(unchecked))


def _take_over_places(computed: dict[str, dict], stored: object) -> list[str]:
    """Fill in ranges that cannot be counted, where the stored ones can be true at all."""
    unchecked = []
    for ref, item in computed["items"].items():
        standing = item["standing"]
        if standing is None or standing["places"] is not None:
            continue
        kept = _at(stored, ("items", ref, "standing", "places"))
        if _possible(kept, standing["rank"], len(computed["order"])):
            standing["places"] = kept
            unchecked.append(f"results.items.{ref}.standing.places")
    return unchecked


def _possible(places: object, rank: int, last: int) -> bool:
    pair = isinstance(places, list) and [type(place) for place in places] == [int, int]
    return pair and 1 <= places[0] <= rank <= places[1] <= last


def _at(data: object, path: tuple[str, ...]) -> object:
    for key in path:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def _differences(path: str, stored: object, computed: object) -> Iterator[Difference]:
    if isinstance(stored, dict) and isinstance(computed, dict):
        for key in sorted({*stored, *computed}):
            here = f"{path}.{key}"
            if key in stored and key in computed:
                yield from _differences(here, stored[key], computed[key])
            else:
                yield Difference(here, stored.get(key, MISSING), computed.get(key, MISSING))
    elif isinstance(stored, list) and isinstance(computed, list) and len(stored) == len(computed):
        for place, (here, there) in enumerate(zip(stored, computed, strict=True)):
            yield from _differences(f"{path}.{place}", here, there)
    # Python takes True for 1.
    elif stored != computed or type(stored) is not type(computed):
        yield Difference(path, stored, computed)
