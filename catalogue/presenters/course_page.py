"""What a course's own page shows, in the order of a reader's questions."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from regions.models import Municipality, Region

from .. import formats
from ..choices import Audience, OrderVia
from ..models import (
    CourseOccasion,
    CoursePackagePage,
    CoursePage,
    PackageCourse,
    SharedOfferingPage,
)
from ..states import OccasionState, OccasionStatus, course_status
from ..tree import readable
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
from .courses import (
    Ranked,
    best_of,
    cards,
    credit_fact,
    occasions_by_key,
    rank,
    summary_of,
)
from .packages import courses_of, summary_line
from .states import PAST, occasion_view, state_view
from .values import (
    CourseCard,
    CourseSummary,
    Fact,
    Notice,
    OccasionView,
    PackageView,
    StateView,
    Step,
)

RELATED = 4
#: What stands above the key facts at most; the dates themselves say all.
NOTICES = 3


class CoursePresenter:
    """The course of one page for one reader."""

    def __init__(self, page: CoursePage, today: date | None = None) -> None:
        self.page = page
        self.today = today or timezone.localdate()

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
            "modules": self.page.modules.all(),
            "prerequisites": self.page.prerequisites,
            "byod_instructions": self.page.byod_instructions if self.page.byod else "",
            "provider": self.page.provider,
            "links": self.page.links.all(),
            "packages": self._packages(),
            "related": self._related(),
        }

    @cached_property
    def _occasions(self) -> list[CourseOccasion]:
        key = self.page.translation_key
        occasions = occasions_by_key([key]).get(key, [])
        prefetch_related_objects(occasions, "open_to")
        return occasions

    @cached_property
    def _summary(self) -> CourseSummary:
        return summary_of(self.page)

    @cached_property
    def _region(self) -> Region | None:
        return self.page.region

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
            with_weekday=with_weekday,
            language=self.page.locale.language_code if own else self._region.default_language,
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

    def _split(self) -> tuple[list[OccasionView], list[OccasionView]]:
        upcoming, past = [], []
        for occasion in self._occasions:
            status = occasion.status(self.today)
            last = occasion.ends_on or occasion.starts_on
            gone = status.state in PAST or (
                status.state == OccasionState.CANCELLED and last is not None and last < self.today
            )
            (past if gone else upcoming).append(self._view(occasion))
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
            Fact(_("For whom"), ", ".join(str(group) for group in page.target_groups.all())),
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
        facts += [Fact(fact.label, fact.value) for fact in page.facts.all()]
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

    @cached_property
    def _taking_part(self) -> list[Municipality]:
        """The municipalities of a shared offering. One query; none for other courses."""
        if isinstance(self.page, SharedOfferingPage):
            return list(self.page.participating_municipalities.all())
        return []

    def _open_to(self) -> Fact:
        public = self.page.audience == Audience.PUBLIC
        return open_to_fact(
            self.page.audience,
            taking_part=[municipality.name for municipality in self._taking_part],
            in_region=self._region.municipalities.count() if self._region and not public else 0,
            also_from=[]
            if public
            else [region.name for region in self.page.shared_with_regions.all()],
        )

    def _details(self) -> list[Fact]:
        host_id = getattr(self.page, "host_municipality_id", None)
        hosts = (each.name for each in self._taking_part if each.pk == host_id)
        return detail_facts(self.page, next(hosts, ""))

    @property
    def _applies_alone(self) -> bool:
        """Whether readers apply themselves: the course says so, or a date has an address for it."""
        _status, occasion = self._best
        return self.page.order_via == OrderVia.OPEN or bool(occasion and occasion.apply_url)

    def _packages(self) -> list[PackageView]:
        """Return the published packages that this course is part of. Four queries if any."""
        mine = PackageCourse.objects.filter(course__translation_key=self.page.translation_key)
        packages = list(
            readable(CoursePackagePage.objects.filter(package_courses__in=mine)).distinct()
        )
        if not packages:
            return []
        by_package = courses_of(packages)
        keys = {course.translation_key for courses in by_package.values() for course in courses}
        occasions = occasions_by_key(keys)
        return [
            PackageView(
                title=package.title,
                url=package.url or "",
                summary_line=summary_line(by_package[package.pk]),
                steps=[self._step(course, occasions) for course in by_package[package.pk]],
            )
            for package in packages
            if package.pk in by_package
        ]

    def _step(self, course: CoursePage, occasions: dict) -> Step:
        current = course.translation_key == self.page.translation_key
        status = course_status(
            each.status(self.today) for each in occasions.get(course.translation_key, ())
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

    def _related(self) -> list[CourseCard]:
        """Return live courses of the region that share a topic. Five queries."""
        topics = [topic.pk for topic in self.page.topics.all()]
        if not topics or self._region is None:
            return []
        index = self.page.path[: -self.page.steplen]
        siblings = (
            readable(CoursePage.objects.filter(path__startswith=index, topics__in=topics))
            .exclude(pk=self.page.pk)
            .distinct()
        )
        best: list[Ranked] = rank(siblings, self.today)[:RELATED]
        return cards(best, last_fact="provider")


def course_context(page: CoursePage, request: HttpRequest) -> dict:
    """Return the context of a course page."""
    return CoursePresenter(page).context()
