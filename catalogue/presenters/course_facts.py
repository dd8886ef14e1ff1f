"""What a course's page says of it beside its dates: facts and the way to a seat, in words.

Pure functions of what the page has loaded: nothing here reads the database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from .. import formats
from ..choices import Audience, OrderVia
from ..models import CourseOccasion, CoursePage
from ..states import OccasionState, OccasionStatus
from .courses import pace_fact, place_fact
from .states import APPLICABLE, PAST
from .values import CourseSummary, Fact, Step


def prices_ahead(occasions: Iterable[CourseOccasion], today: date) -> list[Decimal]:
    """Return the different prices of what lies ahead, lowest first; else of what was held.

    What an occasion of the past cost says nothing of the next one.
    """
    held = [each for each in occasions if not each.cancelled]
    ahead = [each for each in held if each.status(today).state not in PAST]
    return sorted(
        {each.price_per_seat for each in ahead or held if each.price_per_seat is not None}
    )


def price_fact(prices: Sequence[Decimal], currency: str, who_pays: str) -> Fact:
    """Return the price or its span with who pays; that alone where no price is stated."""
    label = _("Price")
    if not prices:
        return Fact(label, who_pays)
    return Fact(label, formats.money(prices[0], prices[-1], currency), note=who_pays)


def study_pace_fact(course: CourseSummary, study_hours: int | None) -> Fact:
    """Return the pace with hours a week, and the hours in all where they are stated."""
    fact = pace_fact(course)
    if not study_hours:
        return fact
    in_all = _("%(hours)s in all") % {"hours": formats.hours(Decimal(study_hours))}
    if not fact.value:
        return Fact(fact.label, in_all)
    return replace(fact, note=", ".join(filter(None, [fact.note, in_all])))


def meeting_place_fact(course: CourseSummary, meetings: int | None) -> Fact:
    """Return where the course happens, with the number of meetings and the ways of learning."""
    fact = place_fact(course)
    if meetings is None:
        return fact
    if meetings:
        count = ngettext("%(count)d meeting", "%(count)d meetings", meetings) % {"count": meetings}
    else:
        count = _("No meetings")
    forms = fact.note[:1].lower() + fact.note[1:]
    return replace(fact, note=", ".join(filter(None, [count, forms])))


def open_to_fact(
    audience: str, *, taking_part: Sequence[str], in_region: int, also_from: Sequence[str]
) -> Fact:
    """Return who may take a course.

    ``taking_part`` names the municipalities of a shared offering, which are named where they are
    not all ``in_region``; empty where every one may come. ``also_from`` names other regions.
    """
    label = _("Open to")
    if audience == Audience.PUBLIC:
        return Fact(label, _("Everyone"))
    if not in_region:
        return Fact(label, "")
    if taking_part and len(taking_part) < in_region:
        value = listed(taking_part)
    else:
        value = ngettext("The municipality", "All %(count)d municipalities", in_region) % {
            "count": in_region
        }
    note = capfirst(str(Audience(audience).label))
    if also_from:
        note = _("%(who)s, also from %(regions)s") % {"who": note, "regions": listed(also_from)}
    return Fact(label, value, note=note)


def detail_facts(page: CoursePage, host: str) -> list[Fact]:
    """Return how the course is held, of whatever kind it is."""
    venue, facilities = getattr(page, "venue", ""), getattr(page, "facilities", "")
    facts = [
        Fact(_("Schedule"), getattr(page, "schedule", "")),
        Fact(_("Tools"), getattr(page, "tools", "")),
        Fact(_("Examination"), getattr(page, "examination", "")),
        Fact(_("Host"), host),
        Fact(_("Venue"), venue or facilities, note=facilities if venue else ""),
    ]
    return [fact for fact in facts if fact.value]


def steps_to_apply(page: CoursePage, occasion: CourseOccasion | None) -> list[Step]:
    """Return the steps to a seat; ``occasion`` is the one that the course's state is that of."""
    steps = []
    if page.audience != Audience.PUBLIC:
        steps.append(
            Step(_("Settle it with your manager"), _("Agree on the time the course takes."))
        )
    if occasion and occasion.apply_url:
        if occasion.continuous:
            note = _("Use the link. You begin when it suits you.")
        else:
            note = _("Use the link at the date that suits you.")
        steps.append(Step(pgettext("step", "Apply"), note))
    elif page.order_via == OrderVia.OPEN:
        website = page.provider.website if page.provider else ""
        note = _("You apply yourself, and the provider answers.")
        steps.append(Step(_("Ask the provider how to apply"), note, url=website))
    elif page.order_via == OrderVia.AGREEMENT:
        steps.append(
            Step(
                _("Tell your municipality's contact"),
                _("The seats belong to the agreement; the contact signs you up."),
            )
        )
    else:
        steps.append(
            Step(
                _("Write to your municipality's contact"),
                _("The contact confirms the seat and tells you what happens next."),
            )
        )
    return steps


def cannot_apply_now(status: OccasionStatus, today: date) -> str:
    """Return why nobody can apply today, before the steps say how; empty if one can."""
    if status.state in APPLICABLE:
        return ""
    if status.state == OccasionState.ANNOUNCED and status.day:
        return _("Applications open on %(day)s.") % {"day": formats.day(status.day, today)}
    if status.state == OccasionState.FULL:
        return _("Every seat is taken now. This is how one applies when a seat is free.")
    return _("Nobody can apply now. This is how it is done when there is a new date.")


def listed(names: Sequence[str]) -> str:
    """Return "Alvdal, Folldal and Tynset"."""
    return get_text_list(list(names), _("and"))
