"""States, occasions and languages in words."""

from datetime import date

from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from .. import formats
from ..calendars import has_days
from ..choices import OrderVia
from ..models import CourseOccasion, CoursePage
from ..states import OccasionState, OccasionStatus
from .values import OccasionView, StateView

#: States in which one can apply.
APPLICABLE = frozenset({OccasionState.OPEN, OccasionState.LATE})
#: States of what lies behind.
PAST = frozenset({OccasionState.FINISHED})


def interface_language() -> str:
    """Return the language in which the reader reads the interface."""
    return (get_language() or "en").split("-")[0]


def foreign(language: str) -> tuple[str, str]:
    """Return the ``lang`` attribute and the note for content in ``language``; empty if the same."""
    if language == interface_language():
        return "", ""
    notes = {"nb": _("in Norwegian"), "sv": _("in Swedish"), "en": _("in English")}
    return language, notes.get(language, "")


def state_view(status: OccasionStatus, reason: str = "") -> StateView:
    """Return a status in words; a cancelled occasion says why."""
    return StateView(
        code=status.state.value,
        label=str(status.state.label),
        date_label=str(status.date_kind.label) if status.date_kind else "",
        date=status.day,
        reason=reason if status.state == OccasionState.CANCELLED else "",
    )


def occasion_view(
    occasion: CourseOccasion, course: CoursePage, today: date, *, with_weekday: bool = False
) -> OccasionView:
    """Return an occasion of ``course`` in words, as of ``today``."""
    status = occasion.status(today)
    text, url = _application(occasion, course, status)
    return OccasionView(
        dates=_dates(occasion, today, with_weekday=with_weekday),
        times=formats.time_range(occasion.start_time, occasion.end_time),
        venue=occasion.venue,
        seats=_seats(occasion, status),
        cohort=occasion.cohort,
        state=state_view(status, occasion.cancel_reason),
        apply_url=url,
        apply_text=text,
        open_to=_open_to(occasion),
        calendar_url=_calendar_url(occasion, status),
    )


def _dates(occasion: CourseOccasion, today: date, *, with_weekday: bool) -> str:
    if occasion.starts_on is None:
        return _("At any time") if occasion.continuous else _("No date yet")
    single = occasion.ends_on in (None, occasion.starts_on)
    if single and with_weekday:
        return formats.weekday_day(occasion.starts_on, today)
    return formats.day_range(occasion.starts_on, occasion.ends_on, today)


def _open_to(occasion: CourseOccasion) -> str:
    """Return "Open to Alvdal and Tynset" where not every municipality may come."""
    names = [municipality.name for municipality in occasion.open_to.all()]
    return _("Open to %(names)s") % {"names": get_text_list(names, _("and"))} if names else ""


def _calendar_url(occasion: CourseOccasion, status: OccasionStatus) -> str:
    if not has_days(occasion) or status.state in {*PAST, OccasionState.CANCELLED}:
        return ""
    return reverse("catalogue:occasion_calendar", args=[occasion.pk])


def _seats(occasion: CourseOccasion, status: OccasionStatus) -> str:
    total = occasion.seats_total
    if total is None:
        return ""
    if status.state in APPLICABLE:
        free = total - occasion.seats_taken
        return ngettext(
            "%(free)d of %(total)d seat free", "%(free)d of %(total)d seats free", total
        ) % {"free": free, "total": total}
    return ngettext("%(total)d seat", "%(total)d seats", total) % {"total": total}


def _application(
    occasion: CourseOccasion, course: CoursePage, status: OccasionStatus
) -> tuple[str, str]:
    """Return what one can do, and where; the address only where one applies oneself."""
    if status.state not in APPLICABLE:
        return "", ""
    if occasion.apply_url:
        return _("Apply"), occasion.apply_url
    if course.order_via == OrderVia.MUNICIPAL_CONTACT:
        return _("Apply through your municipality's contact"), ""
    if course.order_via == OrderVia.AGREEMENT:
        return _("Your municipality signs you up under the agreement"), ""
    return _("Ask the provider how to apply"), ""
