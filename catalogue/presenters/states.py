"""States, occasions and languages in words."""

from collections.abc import Sequence
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
from .values import Notice, OccasionView, StateView

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
    occasion: CourseOccasion,
    course: CoursePage,
    today: date,
    *,
    open_to: Sequence[str] = (),
    with_weekday: bool = False,
    language: str = "",
) -> OccasionView:
    """Return an occasion of ``course`` in words, as of ``today``.

    ``open_to`` names the municipalities it is open to, where not all are; ``language`` is that of
    what editors type at it, if it may differ from the reader's.
    """
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
        open_to=_open_to(open_to),
        effort=_effort(occasion, course),
        notices=_notices(occasion, status, today, language),
        calendar_url=_calendar_url(occasion, status),
    )


def _notices(
    occasion: CourseOccasion, status: OccasionStatus, today: date, language: str
) -> tuple[Notice, ...]:
    """Return what is new about the occasion, newest first; nothing once it is over or cancelled."""
    if status.state in PAST or status.state == OccasionState.CANCELLED:
        return ()
    notices = []
    if occasion.notice:
        lang = foreign(language)[0] if language else ""
        notices.append(Notice(occasion.notice, occasion.notice_on, lang))
    # Where the first day was corrected to what it had been, nothing is moved.
    if occasion.moved_on and occasion.starts_on not in (None, occasion.moved_from):
        days = {
            "before": formats.day(occasion.moved_from, today),
            "after": formats.day(occasion.starts_on, today),
        }
        text = _("Start moved from %(before)s to %(after)s") % days
        notices.append(Notice(text, occasion.moved_on))
    return tuple(sorted(notices, key=lambda notice: notice.day, reverse=True))


def _effort(occasion: CourseOccasion, course: CoursePage) -> str:
    """Return "8 weeks at 25 %" of a distance course with days; empty for other courses."""
    pace = getattr(course, "pace_percent", None)
    if not pace or occasion.starts_on is None or occasion.ends_on is None:
        return ""
    weeks = max(1, round(((occasion.ends_on - occasion.starts_on).days + 1) / 7))
    return ngettext("%(weeks)d week at %(pace)s", "%(weeks)d weeks at %(pace)s", weeks) % {
        "weeks": weeks,
        "pace": formats.percent(pace),
    }


def _dates(occasion: CourseOccasion, today: date, *, with_weekday: bool) -> str:
    if occasion.starts_on is None:
        return _("At any time") if occasion.continuous else _("No date yet")
    single = occasion.ends_on in (None, occasion.starts_on)
    if single and with_weekday:
        return formats.weekday_day(occasion.starts_on, today)
    return formats.day_range(occasion.starts_on, occasion.ends_on, today)


def _open_to(names: Sequence[str]) -> str:
    """Return "Open to Alvdal and Tynset" where not every municipality may come."""
    return _("Open to %(names)s") % {"names": get_text_list(list(names), _("and"))} if names else ""


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
