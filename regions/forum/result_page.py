"""What the page of a result shows, made from the sealed snapshot alone: no ballot is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from regions.needs.answers import Answer

from . import result_words as words
from .counting.values import TOP_GRADE
from .models import Outcome, RoundResult
from .result_reader import Reader, Snapshot
from .result_rows import Row, row_of, rows_of


@dataclass(frozen=True)
class Calc:
    """One need worked through: every vote, what is struck, and how the score comes about."""

    title: str
    intro: str
    votes: tuple[tuple[str, bool], ...]
    steps: tuple[tuple[str, str], ...]
    score: str
    exact: str


@dataclass(frozen=True)
class ResultPage:
    """Everything that the page shows. ``lang``: of the region's words, where it is another."""

    title: str
    round_title: str
    lang: str
    first: str
    lead: str
    decided_on: date
    case_no: str
    facts: tuple[tuple[str, str], ...]
    advisory: bool
    most: int
    explained: str
    rows: tuple[Row, ...]
    unranked: tuple[Row, ...]
    withdrawn: tuple[tuple[str, str], ...]
    calc: Calc | None
    criteria: tuple[words.Weight, ...]
    tie_rules: tuple[str, ...]
    rules: tuple[tuple[str, str], ...]
    members: tuple[tuple[str, str], ...]
    recusals: tuple[str, ...]
    since: str
    changes: tuple[str, ...]
    checks: tuple[str, ...]
    sha256: str
    previous: str


def result_page(
    sealed: RoundResult,
    snapshot: Snapshot,
    *,
    answers: Mapping[str, Sequence[Answer]],
    before: Snapshot | None,
) -> ResultPage:
    """Return the page of a sealed result.

    ``answers``: courses by the reference of the need they answer. ``before``: the snapshot of the
    region's round before, for what has changed since.
    """
    reader = Reader(snapshot)
    facts, decision = reader.facts, reader.facts["decision"]
    language = facts["region"]["language"]
    unranked = [ref for ref in reader.results["insufficient"] if ref not in reader.order]
    earlier = Reader(before) if before else None
    return ResultPage(
        title=_("Result: %(round)s") % {"round": facts["round"]["title"]},
        round_title=facts["round"]["title"],
        lang="" if language == (get_language() or "").split("-")[0] else language,
        first=reader.title(reader.order[0]) if reader.order else "",
        lead=_lead(reader),
        decided_on=date.fromisoformat(decision["decided_on"]),
        case_no=decision["case_no"],
        facts=tuple(head_facts(reader)),
        advisory=not is_quorate(reader),
        most=reader.most,
        explained=explained(reader),
        rows=tuple(rows_of(reader, answers)),
        unranked=tuple(unranked_row(reader, ref, answers) for ref in unranked),
        withdrawn=reader.withdrawn(),
        calc=calc_of(reader),
        criteria=tuple(_criteria(reader)),
        tie_rules=tuple(words.tie_rules(reader.most)),
        rules=tuple(_rules(reader)),
        members=tuple(_members(reader)),
        recusals=tuple(_recusals(reader)),
        since=earlier.facts["round"]["title"] if earlier else "",
        changes=tuple(_changes(reader, earlier)) if earlier else (),
        checks=tuple(_checks(reader)),
        sha256=sealed.sha256,
        previous=sealed.previous_hash,
    )


def _lead(reader: Reader) -> str:
    taken = sum(each["outcome"] == Outcome.PRIORITISED for each in reader.facts["items"].values())
    number = len(reader.results["items"])
    first = ngettext(
        "The forum has ranked %(number)d shared need.",
        "The forum has ranked %(number)d shared needs.",
        number,
    ) % {"number": number}
    second = ngettext(
        "%(number)d goes into the plan for %(years)s.",
        "%(number)d go into the plan for %(years)s.",
        taken,
    ) % {"number": taken, "years": reader.years}
    return f"{first} {second}"


def is_quorate(reader: Reader) -> bool:
    """Return whether enough have sent a ballot, and the employees were invited in time."""
    quorum = reader.results["quorum"]
    return quorum["submitted"] >= quorum["needed"] and quorum["employee_seats_invited"]


def head_facts(reader: Reader) -> list[tuple[str, str]]:
    """Return who voted, the quorum, and how much the forum has moved."""
    turnout, quorum = reader.facts["turnout"], reader.results["quorum"]
    voted = _("%(sent)d of %(all)d municipalities") % {
        "sent": turnout["municipality"]["ballots"],
        "all": reader.everyone,
    }
    if turnout["employee_org"]["seats"]:
        employees = _("%(sent)d of %(all)d for the employees") % {
            "sent": turnout["employee_org"]["ballots"],
            "all": turnout["employee_org"]["seats"],
        }
        voted = f"{voted}, {employees}"
    needed = {"needed": quorum["needed"], "all": reader.everyone}
    met = _("Yes, %(needed)d of %(all)d are needed") % needed
    not_met = _("No, %(needed)d of %(all)d are needed") % needed
    moved = len(reader.departures)
    changed = ngettext("%(number)d place", "%(number)d places", moved) % {"number": moved}
    return [
        (_("Voted"), voted),
        (_("Quorate"), met if is_quorate(reader) else not_met),
        (_("Changed by the forum"), changed if moved else _("Nothing")),
    ]


def explained(reader: Reader) -> str:
    """Return how to read the strips."""
    parts = [_("A dot is a vote, from 0 to %(most)d points.") % {"most": reader.most}]
    if reader.settings["trim"] == 1:
        parts.append(_("Hollow dots are the highest and the lowest: they do not count."))
    elif reader.settings["trim"]:
        parts.append(_("Hollow dots are the two highest and the two lowest: they do not count."))
    parts.append(_("The triangle is the mean of the rest."))
    parts.append(_("The score is the mean and the secretariat's points together."))
    parts.append(_("A dotted line between two places: one vote could have changed them."))
    return " ".join(parts)


def unranked_row(reader: Reader, ref: str, answers: Mapping[str, Sequence[Answer]]) -> Row:
    """Return the row of a need that too few have graded."""
    counted = reader.results["items"][ref]["counted"]
    why = words.graded_by(counted, reader.least)
    return row_of(reader, ref, tie=why, answers=answers.get(ref, ()))


def _criteria(reader: Reader) -> list[words.Weight]:
    weights = reader.inputs["criteria"]
    member = [(each["code"], each["weight"]) for each in weights["member"]]
    return words.criteria(member, weights["statutory"], weights["reach"])


def _rules(reader: Reader) -> list[tuple[str, str]]:
    settings, currency = reader.settings, reader.facts["region"]["currency"]
    advisory = settings["union_vote"] == "advisory"
    rows = [
        (
            _("Struck at each end"),
            str(settings["trim"]),
        ),
        (_("Votes needed for a place"), str(reader.least)),
        (
            _("Employees' votes"),
            _("shown beside the score") if advisory else _("count like the others"),
        ),
        (
            _("Grades by municipality"),
            _("published, as the forum decided") if reader.named else _("not published"),
        ),
    ]
    if settings["envelope"] is not None:
        rows.append((_("Budget"), words.money(settings["envelope"], currency)))
    elif settings["capacity"] is not None:
        rows.append((_("Room in the plan"), str(settings["capacity"])))
    return rows


def _members(reader: Reader) -> list[tuple[str, str]]:
    labels = {"municipality": "", "employee_org": _("for the employees")}
    return [
        (each["name"], _("chairs the forum") if each["chair"] else labels[each["kind"]])
        for each in reader.facts["members"]
    ]


def _recusals(reader: Reader) -> list[str]:
    alone = _("%(seat)s on “%(need)s”: %(kind)s")
    shared = _("%(seat)s on “%(need)s”: %(kind)s. The other person on the seat graded it.")
    return [
        (shared if each.get("graded") else alone)
        % {
            "seat": each["seat"],
            "need": reader.title(each["item"]),
            "kind": words.recusal_kind(each["kind"]).lower(),
        }
        for each in reader.facts["recusals"]
    ]


def _changes(reader: Reader, before: Reader) -> list[str]:
    """Return what is another than in the round before: rules, and the places of the same needs."""
    changes = []
    old, new = ({row.label: row.weight for row in _criteria(each)} for each in (before, reader))
    changes += [
        _("%(question)s weighs %(new)d instead of %(old)d.")
        % {"question": label, "new": weight, "old": old[label]}
        for label, weight in new.items()
        if old.get(label, weight) != weight
    ]
    old_rules = dict(_rules(before))
    changes += [
        _("%(rule)s: %(new)s instead of %(old)s.")
        % {"rule": rule, "new": value, "old": old_rules[rule]}
        for rule, value in _rules(reader)
        if old_rules.get(rule, value) != value
    ]
    places, old_places = reader.places(), before.places()
    changes += [
        _("“%(need)s” has place %(new)s, and had %(old)s.")
        % {"need": reader.title(ref), "new": place, "old": old_places[ref]}
        for ref, place in places.items()
        if ref in old_places
    ]
    return changes


def _checks(reader: Reader) -> list[str]:
    """Return what balance rule and shadow list say, where grades are published by name."""
    found = []
    for each in reader.results["balance"] or ():
        values = {
            "municipality": reader.name(each["municipality"]),
            "enters": reader.title(each["enters"]),
            "leaves": reader.title(each["leaves"]) if each["leaves"] else "",
        }
        if each["leaves"]:
            text = _(
                "%(municipality)s got none of its own wishes. The balance rule proposes "
                "“%(enters)s” instead of “%(leaves)s”."
            )
        else:
            text = _(
                "%(municipality)s got none of its own wishes, “%(enters)s” among them. Nothing may "
                "be exchanged for it."
            )
        found.append(text % values)
    shadow = reader.results["shadow"]
    if shadow and (shadow["added"] or shadow["missing"]):
        more, less = (
            words.names(_("“%(need)s”") % {"need": reader.title(ref)} for ref in shadow[part])
            for part in ("added", "missing")
        )
        found.append(
            _("With equal purses for all municipalities %(more)s would be taken, not %(less)s.")
            % {"more": more or "–", "less": less or "–"}
        )
    elif shadow:
        found.append(_("With equal purses for all municipalities the same needs would be taken."))
    return found


def calc_of(reader: Reader) -> Calc | None:
    """Return the need that the count put first, worked through; None if none has a place."""
    order = reader.results["order"]
    if not order:
        return None
    ref = order[0]
    item, result, standing = reader.items[ref], reader.results["items"][ref], reader.standing(ref)
    weights = reader.inputs["criteria"]
    number, trim = len(result["marks"]), reader.settings["trim"]
    intro = {
        0: _("%(number)d votes from low to high. All of them count."),
        1: _("%(number)d votes from low to high. The lowest and the highest are struck."),
        2: _("%(number)d votes from low to high. The two lowest and two highest are struck."),
    }[trim] % {"number": number}
    counted = number - 2 * trim
    mean = ngettext(
        "Mean of the %(number)d that counts", "Mean of the %(number)d that count", counted
    ) % {"number": counted}
    law = Fraction(weights["statutory"] * item["statutory"], TOP_GRADE)
    reach = Fraction(weights["reach"] * result["reach"], TOP_GRADE)
    reached = _("Reach %(points)s, %(number)d of %(all)d municipalities") % {
        "points": words.grade_of(result["reach"]),
        "number": len(item["co_signers"]),
        "all": reader.everyone,
    }
    return Calc(
        title=reader.title(ref),
        intro=intro,
        votes=tuple((words.vote(mark["value"]), mark["struck"]) for mark in result["marks"]),
        steps=(
            (mean, words.points(standing["member"])),
            (
                _("Law %(points)s") % {"points": words.grade_of(item["statutory"])},
                words.points(law),
            ),
            (reached, words.points(reach)),
        ),
        score=words.points(standing["score"]),
        exact=standing["score"],
    )
