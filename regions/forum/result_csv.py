"""A published result as a file for a spreadsheet: one row for each need, no personal data."""

from __future__ import annotations

import csv
import io
from fractions import Fraction

from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from regions.admin.export import BYTE_ORDER_MARK, no_formula

from . import result_words as words
from .models import Outcome
from .result_reader import Reader, Snapshot


def result_csv(snapshot: Snapshot, sha256: str) -> bytes:
    """Return the file: the final order, then needs without a place or taken out, then the hash.

    Numbers have the reader's decimal mark; where that is a comma, semicolons part the cells.
    """
    reader = Reader(snapshot)
    rest = [ref for ref in reader.results["items"] if ref not in reader.order]
    codes = [each["code"] for each in reader.inputs["criteria"]["member"]]
    heads = [
        *(
            pgettext("in a ranking", "Place"),
            _("Reference"),
            _("Need"),
            _("Score"),
            _("Members"),
            _("Secretariat"),
        ),
        *(_("Votes that count"), _("Votes"), _("Points for law"), _("Points for reach")),
        *(_("Municipalities behind it"), _("Best place"), _("Worst place"), _("Moved from")),
        *(_("Decision"), _("Reason"), _("Case number")),
        *(f"{label} {grade}" for label in _labels(reader) for grade in range(5)),
    ]
    places = reader.places()
    rows = [_row(reader, ref, places.get(ref, ""), codes) for ref in [*reader.order, *rest]]
    rows += [_withdrawn_row(reader, ref, heads) for ref in reader.results["withdrawn"]]
    comma = get_format("DECIMAL_SEPARATOR") == ","
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if comma else ",")
    for row in [heads, *rows, ["SHA-256", sha256]]:
        writer.writerow([no_formula(cell) for cell in row])
    return BYTE_ORDER_MARK + text.getvalue().encode()


def _labels(reader: Reader) -> list[str]:
    member = [(each["code"], each["weight"]) for each in reader.inputs["criteria"]["member"]]
    return [row.label for row in words.criteria(member, 0, 0) if row.by_members]


def _row(reader: Reader, ref: str, place: str, codes: list[str]) -> list[object]:
    item, result, said = reader.items[ref], reader.results["items"][ref], reader.facts["items"][ref]
    standing = result["standing"]
    first, last = (standing and standing["places"]) or ("", "")
    moves = reader.departures.get(ref, [])
    reasons = [*(each["reason"] for each in moves), said["reason"]]
    backers = sorted(reader.name(code) for code in item["co_signers"])
    return [
        # "3=" begins no formula; a place alone is a number.
        int(place) if place.isdecimal() else place,
        ref,
        said["title"],
        words.points(standing["score"]) if standing else "",
        words.points(standing["member"]) if standing else "",
        words.points(result["secretariat"]),
        result["counted"],
        " ".join(_vote(mark) for mark in result["marks"]),
        item["statutory"],
        result["reach"],
        ", ".join(backers),
        first,
        last,
        moves[0]["from"] if moves and moves[0]["from"] is not None else "",
        str(dict(Outcome.choices).get(said["outcome"], "")),
        " ".join(filter(None, reasons)),
        ", ".join(dict.fromkeys(each["case_no"] for each in moves)),
        *(count for code in codes for count in result["grade_counts"][code]),
    ]


def _vote(mark: dict) -> str:
    """Return a vote; one that is struck stands in brackets."""
    text = words.vote(Fraction(mark["value"]))
    return f"({text})" if mark["struck"] else text


def _withdrawn_row(reader: Reader, ref: str, heads: list[str]) -> list[object]:
    """Return a need that was taken out: it has no figures, only why."""
    said = reader.facts["items"][ref]
    known = {
        _("Reference"): ref,
        _("Need"): said["title"],
        _("Decision"): _("Withdrawn while ballots were open"),
        _("Reason"): said.get("withdrawn", ""),
    }
    return [known.get(head, "") for head in heads]
