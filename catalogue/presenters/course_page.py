"""What a course's own page shows, in the order of a reader's questions."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from .. import formats, structured
from ..choices import OrderVia
from ..figures import flow
from ..finding import Beside, finder
from ..meta import Meta, page_meta, shared_picture
from ..models import CourseOccasion, CoursePage
from ..parts import CourseParts, parts_in_memory, stored_parts
from ..states import OccasionState, OccasionStatus, course_status
from ..trunk import Branch, Trunk, read_trunk, trunk_of
from .course_facts import (
    cannot_apply_now,
    detail_facts,
    meeting_place_fact,
    open_to_fact,
    price_fact,
    prices_ahead,
    steps_to_apply,
    study_pace_fact,
)
from .courses import best_of, credit_fact, occasions_by_key, summary_of
from .packages import PackageWithCourses, packages_with, summary_line
from .states import PAST, occasion_view, state_view
from .values import (
    CourseSummary,
    Fact,
    Notice,
    OccasionView,
    OriginView,
    PackageView,
    StateView,
    Step,
)

#: What stands above the key facts at most; the dates themselves say all.
NOTICES = 3


class CoursePresenter:
    """The course of one page for one reader. Four statements beside those of its arguments."""

    def __init__(
        self,
        page: CoursePage,
        today: date | None = None,
        *,
        parts: CourseParts | None = None,
        trunk: Trunk | None = None,
    ) -> None:
        self.page = page
        self.today = today or timezone.localdate()
        self.parts = parts or parts_in_memory(page)
        self._trunk = trunk or read_trunk()

    def context(self) -> dict:
        """Return the template's context."""
        upcoming, past = self._split()
        return {
            "state": self._state(),
            "lead_occasion": self._lead(),
            "key_facts": self._facts(),
            "occasions": upcoming,
            "past_occasions": past,
            "notices": self._notices(upcoming),
            "details": self._details(),
            "how_to_apply": steps_to_apply(self.page, self._best[1]),
            "cannot_apply_now": cannot_apply_now(self._best[0], self.today),
            "through_contact": not self._applies_alone,
            "modules": self.parts.modules,
            "prerequisites": self.page.prerequisites,
            "byod_instructions": self.page.byod_instructions if self.page.byod else "",
            "provider": self.page.provider,
            "origins": self._origins(),
            "links": self.parts.links,
            "packages": self._packages(),
            "related": self.beside.related,
        }

    @cached_property
    def beside(self) -> Beside:
        """What stands beside the course."""
        region = self._region.region_slug if self._region else ""
        return finder().beside(self.page, self.parts, region)

    @cached_property
    def _package_courses(self) -> list[PackageWithCourses]:
        return packages_with(self.page)

    @cached_property
    def _held(self) -> dict[UUID, list[CourseOccasion]]:
        """The dates of the course, and of those it shares a package with."""
        courses = [course for each in self._package_courses for course in each.courses]
        keys = {self.page.translation_key, *(course.translation_key for course in courses)}
        return occasions_by_key(keys)

    @cached_property
    def _occasions(self) -> list[CourseOccasion]:
        return self._held.get(self.page.translation_key, [])

    @cached_property
    def _summary(self) -> CourseSummary:
        return summary_of(self.page)

    @cached_property
    def _region(self) -> Branch | None:
        """The page of the course's region."""
        return self._trunk.region_of(self.page.path)

    @cached_property
    def _best(self) -> tuple[OccasionStatus, CourseOccasion | None]:
        return best_of(self._occasions, self.today)

    def _state(self) -> StateView:
        status, occasion = self._best
        return state_view(status, occasion.cancel_reason if occasion else "")

    def _lead(self) -> OccasionView | None:
        status, occasion = self._best
        if occasion is None or status.state == OccasionState.UNSCHEDULED:
            return None
        return self._view(occasion, with_weekday=True)

    def _view(self, occasion: CourseOccasion, *, with_weekday: bool = False) -> OccasionView:
        # Editors type at the occasion in the region's own language; the page may translate.
        own = occasion.course_id == self.page.pk or self._region is None
        view = occasion_view(
            occasion,
            self.page,
            self.today,
            open_to=self.parts.open_to.get(occasion.pk, ()),
            with_weekday=with_weekday,
            language=self.page.locale.language_code if own else self._region.region_language,
        )
        price = occasion.price_per_seat
        if price is None or len(self._prices) == 1:
            return view  # the key facts say it
        return replace(view, price=formats.money(price, price, self._currency))

    def _notices(self, upcoming: list[OccasionView]) -> list[Notice]:
        """Return what is new of the dates to come, newest first, each with its date's days."""
        several = len(upcoming) > 1
        notices = [
            replace(notice, about=view.dates if several else "")
            for view in upcoming
            for notice in view.notices
        ]
        return sorted(notices, key=lambda notice: notice.day, reverse=True)[:NOTICES]

    def meta(self, plain: Meta) -> Meta:
        """Return what the page says of itself, with the course for machines."""
        picture = shared_picture(self.page)
        parts = structured.DescribedCourse(
            page=self.page,
            today=self.today,
            region=self._region,
            ahead=[each for each in self._occasions if not self._is_past(each)],
            parts=self.parts,
            picture=picture.url if picture else "",
        )
        course = (structured.course(parts),)
        return replace(plain, kind="article", picture=picture, structured=course)

    def _is_past(self, occasion: CourseOccasion) -> bool:
        state = occasion.status(self.today).state
        last = occasion.ends_on or occasion.starts_on
        cancelled = state == OccasionState.CANCELLED
        return state in PAST or (cancelled and last is not None and last < self.today)

    def _split(self) -> tuple[list[OccasionView], list[OccasionView]]:
        upcoming, past = [], []
        for occasion in self._occasions:
            view = self._view(occasion)
            (past if self._is_past(occasion) else upcoming).append(view)
        return upcoming, past[::-1]

    def _facts(self) -> list[Fact]:
        page = self.page
        place = meeting_place_fact(self._summary, getattr(page, "number_of_meetings", None))
        pace = study_pace_fact(self._summary, getattr(page, "study_hours", None))
        earned = self._credits()
        # What gives credits is chosen by them; of all else one asks where it is.
        first = [earned, pace, place] if page.credits else [place, pace, earned]
        facts = [
            *first,
            price_fact(self._prices, self._currency, page.price_note),
            Fact(_("For whom"), ", ".join(str(group) for group in self.parts.target_groups)),
            self._open_to(),
            Fact(_("Provider"), page.provider.name if page.provider else ""),
            Fact(
                _("Language and level"),
                f"{page.get_language_display()}, {page.get_level_display()}",
            ),
        ]
        if page.byod:
            facts.append(
                Fact(_("Bring"), _("Cases from your own work"), note=_("No personal data"))
            )
        facts += [Fact(fact.label, fact.value) for fact in self.parts.facts]
        return [fact for fact in facts if fact.value]

    def _credits(self) -> Fact:
        page = self.page
        short = credit_fact(self._summary)
        if page.credits:
            value = formats.credits_long(page.credits, page.credit_system)
            return Fact(short.label, value, note=page.qualification)
        return Fact(short.label, short.value, note=page.qualification)

    @cached_property
    def _prices(self) -> list[Decimal]:
        return prices_ahead(self._occasions, self.today)

    @property
    def _currency(self) -> str:
        return self._region.currency if self._region else ""

    def _open_to(self) -> Fact:
        return open_to_fact(
            self.page.audience,
            taking_part=self.parts.participating,
            in_region=self._region.municipality_count if self._region else 0,
            also_from=self.parts.also_from,
        )

    def _details(self) -> list[Fact]:
        host = getattr(self.page, "host_municipality", None)
        return detail_facts(self.page, host.name if host else "")

    @property
    def _applies_alone(self) -> bool:
        """Whether readers apply themselves: the course says so, or a date has an address for it."""
        _status, occasion = self._best
        return self.page.order_via == OrderVia.OPEN or bool(occasion and occasion.apply_url)

    def _origins(self) -> list[OriginView]:
        """Return the published needs that the course grew from."""
        return [
            OriginView(
                title=need.title,
                summary=need.summary,
                flow=flow(need.municipalities),
                region_slug=need.region_slug,
                round_slug=need.round_slug,
                round_title=need.round_title,
            )
            for need in self.parts.needs
        ]

    def _packages(self) -> list[PackageView]:
        """Return the published packages that this course is part of."""
        return [
            PackageView(
                title=each.package.title,
                url=each.package.url or "",
                summary_line=summary_line(each.courses),
                steps=[self._step(course) for course in each.courses],
            )
            for each in self._package_courses
        ]

    def _step(self, course: CoursePage) -> Step:
        current = course.translation_key == self.page.translation_key
        status = course_status(
            each.status(self.today) for each in self._held.get(course.translation_key, ())
        )
        finished = status.state == OccasionState.FINISHED
        note = str(status.state.label)
        if status.day and status.date_kind:
            note += f" · {status.date_kind.label} {formats.day(status.day, self.today)}"
        return Step(
            title=course.title,
            note=note,
            url="" if current else course.url or "",
            state="now" if current else ("done" if finished else "next"),
        )


def course_context(page: CoursePage, request: HttpRequest) -> dict:
    """Return the context of a course page; a preview's parts are not in the database yet."""
    preview = getattr(request, "is_preview", False)
    presenter = CoursePresenter(
        page,
        parts=parts_in_memory(page) if preview else stored_parts(page),
        trunk=trunk_of(request),
    )
    # What the finder has not heard of yet is there all the same: the page itself.
    own = {page.locale.language_code: page.url or ""}
    request.samkurs_translations = own | dict(presenter.beside.translations)
    return presenter.context() | {"meta": presenter.meta(page_meta(page, request))}
