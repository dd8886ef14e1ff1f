"""The needs of a result as rows of its page, made from the sealed snapshot alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from regions.needs.answers import Answer

from . import result_words as words
from .models import Outcome
from .result_reader import Reader
from .strip import Strip, strip


@dataclass(frozen=True)
class Departure:
    """That the forum moved a need, in words; ``reason`` is the forum's own."""

    text: str
    reason: str
    case: str


@dataclass(frozen=True)
class Row:
    """A need in the list. Words of the region's own are title, summary, reasons, supplements."""

    ref: str
    title: str
    place: str
    who: str
    firmness: str = ""
    firm: bool = False
    #: One vote could have changed it with the next.
    close_to_next: bool = False
    strip: Strip | None = None
    strip_label: str = ""
    score: str = ""
    parts: str = ""
    notes: tuple[str, ...] = ()
    departure: Departure | None = None
    outcome: str = ""
    reason: str = ""
    alternative: str = ""
    summary: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    supplements: str = ""
    grades: tuple[tuple[str, str], ...] = ()
    comments: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    #: The list is cut after this row: what is above goes into the plan.
    cut: str = ""


def rows_of(reader: Reader, answers: Mapping[str, Sequence[Answer]]) -> list[Row]:
    """Return the rows of the final order."""
    places = reader.places()
    last = max((i for i, ref in enumerate(reader.order) if reader.taken(ref)), default=None)
    cut_at = last if last is not None and last + 1 < len(reader.order) else None
    rows = []
    for index, ref in enumerate(reader.order):
        below = reader.order[index + 1] if index + 1 < len(reader.order) else None
        rows.append(
            row_of(
                reader,
                ref,
                place=places[ref],
                close_to_next=below is not None and _close(reader, ref, below),
                tie=_tie(reader, ref, places),
                answers=answers.get(ref, ()),
                cut=_cut(reader, index) if index == cut_at else "",
            )
        )
    return rows


def row_of(  # noqa: PLR0913  what a row knows of its neighbours
    reader: Reader,
    ref: str,
    *,
    place: str = "",
    close_to_next: bool = False,
    tie: str = "",
    answers: Sequence[Answer] = (),
    cut: str = "",
) -> Row:
    """Return the row of one need."""
    item, result, said = reader.items[ref], reader.results["items"][ref], reader.facts["items"][ref]
    standing = result["standing"]
    marks = [(Fraction(mark["value"]), mark["struck"]) for mark in result["marks"]]
    mean = Fraction(standing["member"]) if standing else None
    below_cut = said["outcome"] != Outcome.PRIORITISED
    range_of = standing["places"] if standing else None
    return Row(
        ref=ref,
        title=said["title"],
        place=place,
        who=words.backers(item["co_signers"], reader.everyone, reader.facts["municipalities"]),
        firmness=words.firmness(range_of, place),
        firm=bool(range_of) and range_of[0] == range_of[1],
        close_to_next=close_to_next,
        strip=strip(marks, reader.most, mean) if marks else None,
        strip_label=_strip_label(reader, marks, mean) if marks else "",
        score=words.points(standing["score"]) if standing else "",
        parts=f"{words.points(mean)} + {words.points(result['secretariat'])}" if standing else "",
        notes=tuple(filter(None, (tie, *_notes(reader, ref)))),
        departure=_departure(reader, ref),
        outcome=words.outcome(said["outcome"]) if below_cut else "",
        reason=said["reason"],
        alternative=said["alternative"],
        summary=said["summary"],
        facts=tuple(_fact_points(reader, ref)),
        supplements=said["supplements"],
        grades=tuple(_named_grades(reader, item)),
        comments=tuple(each["text"] for each in reader.facts["comments"] if each["item"] == ref),
        answers=tuple(answers),
        cut=cut,
    )


def _strip_label(
    reader: Reader, marks: Sequence[tuple[Fraction, bool]], mean: Fraction | None
) -> str:
    values = {
        "votes": ", ".join(words.vote(value) for value, _struck in marks),
        "most": reader.most,
        "mean": words.points(mean) if mean is not None else "",
    }
    if mean is None:
        return _("Votes from 0 to %(most)d: %(votes)s.") % values
    return _("Votes from 0 to %(most)d: %(votes)s. Mean of those that count: %(mean)s.") % values


def _close(reader: Reader, ref: str, below: str) -> bool:
    """Whether one ballot less could have changed two neighbours' places, by the count."""
    first, second = reader.standing(ref), reader.standing(below)
    if not (first and second and first["places"] and second["places"]):
        return False
    if first["rank"] > second["rank"]:
        first, second = second, first
    return first["places"][1] >= second["rank"] and second["places"][0] <= first["rank"]


def _tie(reader: Reader, ref: str, places: Mapping[str, str]) -> str:
    """Return by what a need stands above its equal in score, where it still does."""
    computed = reader.results["order"]
    index = computed.index(ref) if ref in computed else len(computed)
    if index + 1 >= len(computed):
        return ""
    other = computed[index + 1]
    key = reader.standing(other)["tie_key"]
    return words.tie(key, places[other].rstrip("="), reader.most) if key else ""


def _notes(reader: Reader, ref: str) -> list[str]:
    result, notes = reader.results["items"][ref], []
    standing, parts = result["standing"], result["parts"]
    if standing and result["counted"] < reader.inputs["electorate"]:
        notes.append(
            _("%(number)d of %(all)d graded it.")
            % {"number": result["counted"], "all": reader.inputs["electorate"]}
        )
    notes += [
        words.recused(each.get("graded", False))
        % {"seat": each["seat"], "kind": words.recusal_kind(each["kind"]).lower()}
        for each in reader.facts["recusals"]
        if each["item"] == ref
    ]
    if parts["flag"]:
        notes.append(
            _("Employees (%(union)s) and municipalities (%(municipal)s) are far apart.")
            % {
                "union": words.points(parts["union_mean"]),
                "municipal": words.points(parts["municipal_mean"]),
            }
        )
    elif reader.settings["union_vote"] == "advisory" and parts["union_mean"] is not None:
        notes.append(
            _("The employees' mean, beside the score: %(mean)s.")
            % {"mean": words.points(parts["union_mean"])}
        )
    if result["score_without_own"] is not None:
        notes.append(
            _("Score without its own municipalities: %(score)s.")
            % {"score": words.points(result["score_without_own"])}
        )
    return notes


def _departure(reader: Reader, ref: str) -> Departure | None:
    """Return the forum's last word on the place of a need."""
    moves = reader.departures.get(ref)
    if not moves:
        return None
    last = moves[-1]
    values = {
        "from": moves[0]["from"],
        "to": reader.order.index(ref) + 1,
        "for": last["votes_for"],
        "against": last["votes_against"],
    }
    if values["from"] is None:
        text = _("Given place %(to)d by the forum, %(for)d to %(against)d votes.") % values
    else:
        text = (
            _("Moved from %(from)d to %(to)d by the forum, %(for)d to %(against)d votes.") % values
        )
    reason = " ".join(each["reason"].strip() for each in moves)
    cases = dict.fromkeys(each["case_no"] for each in moves)
    return Departure(text, reason, _("Case %(number)s.") % {"number": ", ".join(cases)})


def _fact_points(reader: Reader, ref: str) -> list[tuple[str, str]]:
    """Return what the secretariat found, with its reason, and whom it is about."""
    item, said = reader.items[ref], reader.facts["items"][ref]
    law = words.grade_of(item["statutory"])
    if said["statutory_reference"]:
        law = f"{law}: {said['statutory_reference']}"
    reach = _("%(points)s: %(number)d of %(all)d municipalities") % {
        "points": words.grade_of(reader.results["items"][ref]["reach"]),
        "number": len(item["co_signers"]),
        "all": reader.everyone,
    }
    rows = [(_("Law"), law), (_("Reach"), reach)]
    if said["headcount"]:
        concerned = str(said["headcount"])
        if said["headcount_of"]:
            concerned = _("%(number)d of %(all)d") % {
                "number": said["headcount"],
                "all": said["headcount_of"],
            }
        rows.append((_("Employees concerned"), concerned))
    if item["cost_total"] is not None:
        currency = reader.facts["region"]["currency"]
        rows.append((_("Estimated cost"), words.money(item["cost_total"], currency)))
    return rows


def _named_grades(reader: Reader, item: dict) -> list[tuple[str, str]]:
    if not reader.named:
        return []
    return [
        (reader.name(line["voter"]), ", ".join(str(grade) for grade in line["grades"]))
        for line in item["lines"]
        if "voter" in line
    ]


def _cut(reader: Reader, index: int) -> str:
    """Return the words at the cut: everything below it did not go into the plan."""
    below = {reader.facts["items"][ref]["outcome"] for ref in reader.order[index + 1 :]}
    if below == {Outcome.RESERVE}:
        return _("The plan for %(years)s reaches this far. The next are on the reserve list.") % {
            "years": reader.years
        }
    return _("The plan for %(years)s reaches this far.") % {"years": reader.years}
