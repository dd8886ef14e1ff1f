"""The demo's occasions, recognised by their codes; dates that are stored are never moved."""

from datetime import date, timedelta
from decimal import Decimal

from catalogue.models import CourseOccasion, CoursePage
from catalogue.services import cancel_occasion
from catalogue.states import OccasionState
from regions.models import User

from .dates import Timing, days_for

#: What the content calls the fields of a timing.
TIMING_FIELDS = ("term", "slot", "autumn", "weeks", "weekday", "days", "study_weeks")
#: Fields of the content that the occasion has under the same name.
SAME_NAME = ("start_time", "end_time", "venue", "cohort", "min_seats", "continuous", "apply_url")


def timing_of(row: dict) -> Timing:
    """Return when the occasion of the content is, and in which state it shall be."""
    chosen = {name: row[name] for name in TIMING_FIELDS if name in row}
    return Timing(state=OccasionState(row["state"]), **chosen)


def ensure_occasions(course: CoursePage, rows: list[dict], *, today: date, by: User) -> int:
    """Make the occasions of ``course`` whose codes are missing; return how many."""
    known = set(
        CourseOccasion.objects.filter(code__in=[row["code"] for row in rows]).values_list(
            "code", flat=True
        )
    )
    missing = [row for row in rows if row["code"] not in known]
    for row in missing:
        _make_occasion(course, row, today=today, by=by)
    return len(missing)


def _make_occasion(course: CoursePage, row: dict, *, today: date, by: User) -> None:
    days = days_for(timing_of(row), today)
    occasion = CourseOccasion(
        course=course,
        code=row["code"],
        starts_on=days.starts_on,
        ends_on=days.ends_on,
        apply_from=days.apply_from,
        apply_by=days.apply_by,
        late_apply_by=days.late_apply_by,
        seats_total=row.get("seats"),
        seats_taken=row.get("taken", 0),
        price_per_seat=Decimal(row["price"]) if "price" in row else None,
        **{name: row[name] for name in SAME_NAME if name in row},
    )
    _tell_news(occasion, row, today)
    occasion.full_clean()
    occasion.save()
    if "open_to" in row:
        occasion.open_to.set(course.region.municipalities.filter(slug__in=row["open_to"]))
    if row["state"] == OccasionState.CANCELLED:
        cancel_occasion(occasion, reason=row["cancel_reason"], by=by)


def _tell_news(occasion: CourseOccasion, row: dict, today: date) -> None:
    """Write the notice of the content, and that the start was moved, some days ago."""
    if "notice" in row:
        occasion.write_notice(row["notice"], today - timedelta(days=row["notice_days_ago"]))
    if "moved_by_days" in row and occasion.starts_on:
        first = occasion.starts_on - timedelta(days=row["moved_by_days"])
        occasion.note_move(first, today - timedelta(days=row["moved_days_ago"]))
