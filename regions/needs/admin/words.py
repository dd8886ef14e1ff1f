"""Needs and their logs in words, as the desk shows them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from regions.lifecycle import Lifecycle, Party
from regions.models import User, WordedLog

from ..deadlines import FirstAnswer, Urgency, first_answer_of
from ..models import DeclineReason, Need, SharedNeed

#: Words of a challenge that stand for a title where there is none yet.
TITLE_WORDS = 9
TITLE_MAX = 120


def heading_of(need: Need) -> str:
    """Return the title, or the first words of the challenge until a coordinator has given one."""
    return need.title or Truncator(need.challenge).words(TITLE_WORDS) or need.reference


def title_from(challenge: str) -> str:
    """Return the first words of a challenge as a title to start from, within one sentence."""
    sentence = re.split(r"[.!?:;\n]", challenge.strip(), maxsplit=1)[0]
    title = ""
    for word in sentence.split()[:TITLE_WORDS]:
        longer = f"{title} {word}".strip()
        if len(longer) > TITLE_MAX:
            break
        title = longer
    return title.rstrip(" ,–-")


def places_of(need: Need) -> frozenset[str]:
    """Return names around ``need`` that are no person's."""
    return frozenset({need.municipality.name, need.region.name})


def reach_of(need: Need) -> str:
    """Return how many are concerned, in words."""
    if need.headcount and need.headcount_of:
        return _("%(some)s of %(all)s people") % {"some": need.headcount, "all": need.headcount_of}
    if not need.headcount:
        return ""
    return ngettext("%(number)s person", "%(number)s people", need.headcount) % {
        "number": need.headcount
    }


def name_of(person: User | None) -> str:
    """Return the name of a person of the desk, never an address."""
    return (person.get_full_name() or _("A person without a name")) if person else ""


@dataclass(frozen=True)
class Answer:
    """What a need says at one point; ``filled_in`` by the coordinator, not the submitter."""

    label: str
    value: object
    filled_in: bool = False
    #: Written by a person in the need's language, not chosen from a list in the reader's.
    is_text: bool = False


#: Fields that hold the choice of a row or from a list, or numbers and days.
_CHOSEN = frozenset(
    {
        "service_area",
        "network",
        "level",
        "headcount",
        "driver",
        "wanted_from",
        "latest",
        "size",
        "decline_reason",
    }
)
#: What the submitter is asked, in the order of the form.
ASKED = (
    "challenge",
    "goal_achieve",
    "service_area",
    "network",
    "workplace",
    "level",
    "headcount",
    "driver",
    "legal_reference",
    "strategic_reason",
    "wanted_from",
    "latest",
    "size",
)


def answers_of(need: Need) -> list[Answer]:
    """Return all that is said in ``need``, without what nobody answered."""
    answers = []
    for name in ASKED:
        value = _value(need, name)
        if value:
            label = str(need._meta.get_field(name).verbose_name)
            is_text = name not in _CHOSEN
            answers.append(Answer(label, value, name in need.filled_in, is_text=is_text))
    for action in need.actions.all():
        label = _("what could be done (%(kind)s)") % {"kind": action.get_kind_display()}
        answers.append(Answer(label, action.text, "action" in need.filled_in, is_text=True))
    return answers


def moderation_of(need: Need) -> list[Answer]:
    """Return what coordinators wrote, and what was answered."""
    names = ("title", "public_summary", "question", "answer", "decline_reason", "alternative")
    return [
        Answer(str(need._meta.get_field(name).verbose_name), value, is_text=name not in _CHOSEN)
        for name in names
        if (value := _value(need, name))
    ]


def _value(need: Need, name: str) -> object:
    if name == "headcount":
        return reach_of(need)
    stored = need._meta.get_field(name)
    return getattr(need, f"get_{name}_display")() if stored.choices else getattr(need, name)


_SIGNS = {
    Urgency.NOT_DUE: "○",
    Urgency.ANSWERED: "✓",
    Urgency.LATE: "▲",
    Urgency.TODAY: "◐",
    Urgency.SOON: "◐",
    Urgency.IN_TIME: "●",
}


@dataclass(frozen=True)
class UrgencyView:
    """The answer that is due as a sign, words and the name of a colour."""

    code: str
    sign: str
    words: str
    age: str = ""


def urgency_view(need: Need, today: date) -> UrgencyView:
    """Return how ``need`` stands towards the answer that its submitter waits for."""
    answer = first_answer_of(need, today)
    return UrgencyView(
        answer.urgency, _SIGNS[answer.urgency], _urgency_words(answer), _age(need, today)
    )


def _age(need: Need, today: date) -> str:
    """Return since when somebody waits: since it was received, or they answered a question."""
    if need.submitted_at is None:
        return ""
    if need.waiting_since and need.answer and need.waiting_since > need.submitted_at:
        days = (today - timezone.localdate(need.waiting_since)).days
        words = ngettext("they answered %(days)s day ago", "they answered %(days)s days ago", days)
        return words % {"days": days} if days else _("they answered today")
    days = (today - timezone.localdate(need.submitted_at)).days
    words = ngettext("received %(days)s day ago", "received %(days)s days ago", days)
    return words % {"days": days} if days else _("received today")


def _urgency_words(answer: FirstAnswer) -> str:
    days = {"days": answer.days}
    match answer.urgency:
        case Urgency.NOT_DUE:
            return _("No answer due")
        case Urgency.ANSWERED if answer.days:
            words = ngettext(
                "Answered after %(days)s day", "Answered after %(days)s days", days["days"]
            )
        case Urgency.ANSWERED:
            return _("Answered the same day")
        case Urgency.LATE:
            words = ngettext(
                "%(days)s day over the deadline", "%(days)s days over the deadline", days["days"]
            )
        case Urgency.TODAY:
            return _("Due today")
        case Urgency.SOON:
            return _("Due on the next working day")
        case _:
            words = ngettext(
                "%(days)s working day left", "%(days)s working days left", days["days"]
            )
    return words % days


_PARTIES = {
    Party.SUBMITTER: gettext_lazy("the submitter"),
    Party.CONTACT: gettext_lazy("the municipality's contact"),
    Party.COORDINATOR: gettext_lazy("a coordinator"),
    Party.SEAT: gettext_lazy("a forum member"),
    Party.UNION: gettext_lazy("a forum member"),
    Party.CHAIR: gettext_lazy("the forum's chair"),
    Party.CLOCK: gettext_lazy("the clock"),
    Party.CONSEQUENCE: gettext_lazy("followed from another step"),
}
#: Facts of a step that are shown.
_SHOWN_FACTS = {
    "alternative": gettext_lazy("what to do instead"),
    "reason": gettext_lazy("reason"),
    "changed": gettext_lazy("changed"),
    "before": gettext_lazy("before"),
    "after": gettext_lazy("afterwards"),
    "rank": pgettext_lazy("in a ranking", "place"),
    "need": gettext_lazy("need"),
    "from": pgettext_lazy("need", "from"),
    "into": pgettext_lazy("need", "into"),
}
#: Facts that are keys of rows: shown by their references.
_ROW_FACTS = {"need": Need, "from": SharedNeed, "into": SharedNeed}
#: Words that stand beside the facts, until they are erased, and are shown with them.
_SHOWN_WITH = {"before": "wording_before", "after": "wording_after"}


@dataclass(frozen=True)
class LogRow:
    """A step as the log shows it."""

    at: datetime
    label: str
    who: str
    state: str
    words: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)


def log_of(entries: QuerySet, lifecycle: Lifecycle, own: Iterable[int]) -> list[LogRow]:
    """Return the log in words, newest first; people who are not among ``own`` are not named."""
    named, states = frozenset(own), dict(lifecycle.model._meta.get_field("state").flatchoices)
    rows = []
    entries = list(entries.select_related("actor").order_by("-number"))
    references = _references(entries)
    for entry in entries:
        line = lifecycle.lines.get(entry.action)
        rows.append(
            LogRow(
                at=entry.at,
                label=str(line.label) if line else _("Begun"),
                who=_who(entry, named),
                state=str(states.get(entry.to_state, ""))
                if entry.to_state != entry.from_state
                else "",
                words=entry.text,
                facts=_facts(entry, references),
            )
        )
    return rows


def _who(entry: WordedLog, named: frozenset[int]) -> str:
    if entry.actor_id in named:
        return name_of(entry.actor)
    return str(_PARTIES.get(entry.party, entry.party))


def _references(entries: Iterable[WordedLog]) -> dict[tuple[str, int], str]:
    """Return by name and key the references of what ``entries`` speak of. Two statements."""
    found = {}
    for model in dict.fromkeys(_ROW_FACTS.values()):
        names = [name for name, each in _ROW_FACTS.items() if each is model]
        keys = {entry.facts.get(name) for entry in entries for name in names} - {None}
        rows = dict(model.objects.filter(pk__in=keys).values_list("pk", "reference"))
        found |= {(name, key): reference for name in names for key, reference in rows.items()}
    return found


def _facts(entry: WordedLog, references: Mapping[tuple[str, int], str]) -> list[tuple[str, str]]:
    return [
        (
            str(label),
            references.get((name, said), "")
            if name in _ROW_FACTS
            else _in_words(entry, name, said),
        )
        for name, label in _SHOWN_FACTS.items()
        if (said := _said(entry, name))
    ]


def _said(entry: WordedLog, name: str) -> object:
    said = entry.facts.get(name) or entry.words.get(name)
    wording = entry.words.get(_SHOWN_WITH.get(name, ""))
    return {**wording, **(said or {})} if wording else said


def _in_words(entry: WordedLog, name: str, value: object) -> str:
    subject = entry._meta.get_field(entry.subject).related_model
    if isinstance(value, dict):
        return "; ".join(
            f"{subject._meta.get_field(each).verbose_name}: {text or '–'}"
            for each, text in value.items()
        )
    if name == "reason":
        return str(dict(DeclineReason.choices).get(value, value))
    if isinstance(value, list):
        return ", ".join(str(subject._meta.get_field(each).verbose_name) for each in value)
    return str(value)
