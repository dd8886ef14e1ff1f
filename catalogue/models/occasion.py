"""When a course is held: dates, seats and cancellation, apart from the page's drafts."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regions.models import Municipality, VersionedModel

from ..states import OccasionDates, OccasionState, OccasionStatus, occasion_status
from .course import CoursePage

MAX_SEATS = 100_000
MAX_NOTICE = 160
#: A day outside these years is a slip of the hand.
FIRST_YEAR, LAST_YEAR = 2000, 2100


class OccasionQuerySet(models.QuerySet):
    """Verbs for occasions."""

    def of_courses(self, courses: object) -> Self:
        """Keep those of ``courses`` (pages of the source language)."""
        return self.filter(course__in=courses)

    def dates_passed(self, today: date | None = None) -> Self:
        """Keep what ended in the last 60 days and was not cancelled: someone should look back.

        The last day stands as ``last_day``; without an end an occasion lasts one day.
        """
        today = today or timezone.localdate()
        return self._with_last_day().filter(
            cancelled=False, last_day__lt=today, last_day__gte=today - timedelta(days=60)
        )

    def nearest_first(self, today: date | None = None) -> Self:
        """What is ahead, nearest first; then what has no days; then the past, latest first.

        What has begun and is not over is ahead.
        """
        today = today or timezone.localdate()
        past = Q(last_day__lt=today)
        return (
            self._with_last_day()
            .annotate(
                part=models.Case(
                    models.When(past, then=2),
                    models.When(starts_on__isnull=True, ends_on__isnull=True, then=1),
                    default=0,
                    output_field=models.IntegerField(),
                ),
                ahead_from=models.Case(models.When(~past | Q(last_day=None), then=F("starts_on"))),
            )
            .order_by(
                "part", F("ahead_from").asc(nulls_last=True), F("last_day").desc(), "course", "pk"
            )
        )

    def in_states(self, states: Iterable[str], today: date | None = None) -> Self:
        """Keep those whose state on ``today`` is among ``states``. One query more.

        The one function that decides a state decides it here too, so the rows are read for it.
        """
        today, wanted = today or timezone.localdate(), frozenset(states)
        names = [each.name for each in fields(OccasionDates)]
        keys = [
            key
            for key, *values in self.order_by().values_list("pk", *names)
            if occasion_status(OccasionDates(*values), today).state in wanted
        ]
        return self.filter(pk__in=keys)

    def _with_last_day(self) -> Self:
        one_day = models.Case(models.When(continuous=False, then=F("starts_on")))
        return self.annotate(last_day=Coalesce("ends_on", one_day))


def _order(first: str, second: str) -> Q:
    return (
        Q(**{f"{first}__isnull": True})
        | Q(**{f"{second}__isnull": True})
        | Q(**{f"{second}__gte": F(first)})
    )


class CourseOccasion(VersionedModel):
    """One time a course is held. Its state is computed (``status``) and never stored.

    Not a part of the page's revisions: dates, seats and cancellations change at once and must
    neither wait for nor publish somebody's draft text.
    """

    course = models.ForeignKey(
        CoursePage,
        models.PROTECT,
        related_name="occasions",
        verbose_name=_("course"),
        help_text=_("The page in the region's own language; translations show the same dates."),
    )
    code = models.CharField(
        _("code"),
        max_length=30,
        unique=True,
        blank=True,
        help_text=_("Leave empty and it is made for you."),
    )
    starts_on = models.DateField(
        _("first day"), null=True, blank=True, help_text=_("Empty: not scheduled yet.")
    )
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    start_time = models.TimeField(_("from"), null=True, blank=True)
    end_time = models.TimeField(_("to"), null=True, blank=True)
    continuous = models.BooleanField(
        _("at any time"), default=False, help_text=_("One can begin whenever one likes.")
    )
    apply_from = models.DateField(_("applications open"), null=True, blank=True)
    apply_by = models.DateField(_("deadline"), null=True, blank=True)
    late_apply_by = models.DateField(_("late applications until"), null=True, blank=True)
    apply_url = models.URLField(
        _("address to apply at"),
        blank=True,
        help_text=_("Empty: one applies through the municipality's contact."),
    )
    venue = models.CharField(_("venue"), max_length=160, blank=True)
    cohort = models.CharField(
        _("group"), max_length=80, blank=True, help_text=_("For example “group 2, evenings”.")
    )
    seats_total = models.PositiveIntegerField(
        _("seats"), null=True, blank=True, validators=[MaxValueValidator(MAX_SEATS)]
    )
    seats_taken = models.PositiveIntegerField(
        _("seats taken"), default=0, validators=[MaxValueValidator(MAX_SEATS)]
    )
    min_seats = models.PositiveIntegerField(
        _("fewest participants"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MAX_SEATS)],
        help_text=_("With fewer it is not held."),
    )
    cancelled = models.BooleanField(_("cancelled"), default=False, editable=False)
    cancel_reason = models.CharField(
        _("reason"),
        max_length=200,
        blank=True,
        editable=False,
        help_text=_("Shown on the course's page."),
    )
    price_per_seat = models.DecimalField(
        _("price per seat"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text=_("In the region's currency. 0 if it costs nothing; empty if not stated."),
    )
    notice = models.CharField(
        _("notice"),
        max_length=MAX_NOTICE,
        blank=True,
        help_text=_(
            "Something new that readers must know: “New room: the library.” It stands on the "
            "course's page with the day you wrote it, until the occasion is over. Moved days are "
            "announced by themselves."
        ),
    )
    notice_on = models.DateField(_("notice written"), null=True, editable=False)
    moved_from = models.DateField(_("moved from"), null=True, editable=False)
    moved_on = models.DateField(_("moved on"), null=True, editable=False)
    open_to = models.ManyToManyField(
        Municipality,
        blank=True,
        related_name="occasions",
        verbose_name=_("open to"),
        help_text=_("None chosen: every municipality of the region."),
    )

    objects = OccasionQuerySet.as_manager()

    class Meta:
        verbose_name = _("course occasion")
        verbose_name_plural = _("course occasions")
        ordering: ClassVar = [F("starts_on").asc(nulls_last=True), "pk"]
        indexes: ClassVar = [
            models.Index(fields=["course", "starts_on"], name="occasion_by_course"),
            models.Index(fields=["ends_on"], name="occasion_by_end"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="occasion_ends_after_start",
                condition=Q(ends_on__isnull=True)
                | Q(continuous=True, starts_on__isnull=True)
                | Q(starts_on__isnull=False, ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day cannot be before the first day."),
            ),
            models.CheckConstraint(
                name="occasion_one_day_in_order",
                condition=Q(start_time__isnull=True)
                | Q(end_time__isnull=True)
                | Q(end_time__gt=F("start_time"))
                | Q(starts_on__isnull=False, ends_on__isnull=False, ends_on__gt=F("starts_on")),
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(
                name="occasion_application_in_order",
                condition=_order("apply_from", "apply_by") & _order("apply_by", "late_apply_by"),
                violation_error_message=_(
                    "Applications open first, then comes the deadline, then the late one."
                ),
            ),
            models.CheckConstraint(
                name="occasion_seats_in_order",
                condition=(Q(seats_total__isnull=True) | Q(seats_taken__lte=F("seats_total")))
                & _order("min_seats", "seats_total"),
                violation_error_message=_("There are fewer seats than that."),
            ),
            models.CheckConstraint(
                name="occasion_price_not_negative",
                condition=Q(price_per_seat__isnull=True) | Q(price_per_seat__gte=0),
                violation_error_message=_("A price cannot be negative."),
            ),
            models.CheckConstraint(
                name="occasion_cancelled_with_reason",
                condition=Q(cancelled=False) | ~Q(cancel_reason=""),
                violation_error_message=_("Say why it is cancelled."),
            ),
            models.CheckConstraint(
                name="occasion_notice_dated",
                condition=Q(notice="", notice_on__isnull=True)
                | (~Q(notice="") & Q(notice_on__isnull=False)),
                violation_error_message=_("A notice has the day it was written."),
            ),
            models.CheckConstraint(
                name="occasion_move_dated",
                condition=Q(moved_from__isnull=True, moved_on__isnull=True)
                | Q(moved_from__isnull=False, moved_on__isnull=False),
                violation_error_message=_("A move has the day it was made."),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def dates(self) -> OccasionDates:
        """What the state depends on."""
        return OccasionDates(
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            continuous=self.continuous,
            apply_from=self.apply_from,
            apply_by=self.apply_by,
            late_apply_by=self.late_apply_by,
            seats_total=self.seats_total,
            seats_taken=self.seats_taken,
            cancelled=self.cancelled,
        )

    def status(self, today: date | None = None) -> OccasionStatus:
        """The state on ``today`` (default: this day)."""
        return occasion_status(self.dates, today or timezone.localdate())

    @property
    def state_label(self) -> str:
        """The state of today, in words."""
        return str(self.status().state.label)

    @property
    def seats_label(self) -> str:
        """Seats taken and seats in all, as lists show them."""
        return "" if self.seats_total is None else f"{self.seats_taken} / {self.seats_total}"

    @property
    def open_to_label(self) -> str:
        """Who may take it, as lists show it. Read ``open_to`` with the rows."""
        return ", ".join(each.name for each in self.open_to.all()) or gettext("All municipalities")

    @property
    def may_move(self) -> bool:
        """Whether there is anything to move: it is neither cancelled nor over, and has days.

        What has no days yet is moved to its first ones; what begins at any time has none.
        """
        if self.status().state in {OccasionState.CANCELLED, OccasionState.FINISHED}:
            return False
        return not self.continuous or self.starts_on is not None or self.ends_on is not None

    @property
    def is_published(self) -> bool:
        """Whether readers have been able to see it: its course is or was on the site."""
        return self.course.first_published_at is not None

    def write_notice(self, text: str, on: date) -> None:
        """Set the notice, dated ``on``: the same words keep their day, no words have none."""
        if text != self.notice:
            self.notice_on = on if text else None
        self.notice = text

    def note_move(self, first: date | None, on: date) -> None:
        """Keep that the first day was ``first``, if it was moved; moves of one day count as one."""
        if first == self.starts_on:
            return
        if self.moved_on == on:
            first = self.moved_from
        announced = first is not None and self.starts_on not in (None, first)
        self.moved_from, self.moved_on = (first, on) if announced else (None, None)

    def save(self, *args: object, **kwargs: object) -> None:
        """Save; a missing code becomes the course's number and the next free one."""
        if self.code:
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            self.code = self._next_code()
            super().save(*args, **kwargs)

    def _next_code(self) -> str:
        # Two who add occasions to one course at once wait for each other here.
        CoursePage.objects.select_for_update().filter(pk=self.course_id).values("pk").first()
        number = CourseOccasion.objects.filter(course=self.course_id).count() + 1
        while CourseOccasion.objects.filter(code=f"{self.course_id}-{number}").exists():
            number += 1
        return f"{self.course_id}-{number}"

    def clean(self) -> None:
        """Check the dates, the seats and what the kind of course asks for, by field."""
        errors: dict[str, object] = {}
        self._check_days(errors)
        self._check_application(errors)
        if self.seats_total is not None:
            if self.seats_taken is not None and self.seats_taken > self.seats_total:
                errors["seats_taken"] = _("More seats are taken than there are.")
            if self.min_seats is not None and self.min_seats > self.seats_total:
                errors["min_seats"] = _("There are fewer seats than that.")
        if self.cancelled and not self.cancel_reason:
            errors["cancel_reason"] = _("Say why it is cancelled.")
        if self.course_id and self.course.occasions_source.pk != self.course_id:
            errors["course"] = _("Choose the page in the region's own language.")
        if errors:
            raise ValidationError(errors)

    def _check_days(self, errors: dict[str, object]) -> None:
        first, last = self.starts_on, self.ends_on
        for name in ("starts_on", "ends_on", "apply_from", "apply_by", "late_apply_by"):
            value = getattr(self, name)
            if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
                errors[name] = _("Check the year.")
        if last and not first and not self.continuous:
            errors["starts_on"] = _("There is a last day but no first day.")
        if first and last and last < first:
            errors["ends_on"] = _("The last day cannot be before the first day.")
        if self.course_id and self._is_distance_course():
            self._check_distance(errors)
        one_day = not last or first == last
        if one_day and self.start_time and self.end_time and self.end_time <= self.start_time:
            errors["end_time"] = _("It ends before it begins.")
        if (self.start_time or self.end_time) and not first:
            errors.setdefault("starts_on", _("A time needs a day."))

    def _check_distance(self, errors: dict[str, object]) -> None:
        first, last = self.starts_on, self.ends_on
        if self.continuous:
            if first or last:
                errors["continuous"] = _(
                    "A distance course begins at any time or on fixed days, not both: untick “at "
                    "any time”, or empty the first and the last day."
                )
        elif first and not last:
            errors["ends_on"] = _("A distance course has a fixed last day: fill it in.")
        elif first and last == first:
            errors["ends_on"] = _("A distance course ends after the day it starts.")

    def _check_application(self, errors: dict[str, object]) -> None:
        begins = None if self.continuous else self.starts_on
        if begins and self.apply_from and self.apply_from > begins:
            errors["apply_from"] = _("Applications open after the first day.")
        if self.apply_from and self.apply_by and self.apply_by < self.apply_from:
            errors["apply_by"] = _("The deadline is before applications open.")
        if self.late_apply_by:
            if not self.apply_by:
                errors["apply_by"] = _("Late applications need an ordinary deadline first.")
            elif self.late_apply_by < self.apply_by:
                errors["late_apply_by"] = _("This is before the ordinary deadline.")
        last = self.ends_on or (None if self.continuous else self.starts_on)
        if last and self.apply_by and self.apply_by > last:
            errors["apply_by"] = _("The deadline is after the last day.")

    def _is_distance_course(self) -> bool:
        return hasattr(self.course, "distancecoursepage") or hasattr(self.course, "pace_percent")
