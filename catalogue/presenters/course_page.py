"""What a course's own page shows, in the order of a reader's questions."""

from dataclasses import replace
from datetime import date

from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from regions.models import Region, TargetGroup, Topic

from .. import formats, structured
from ..choices import Audience, OrderVia
from ..meta import Meta, page_meta, shared_picture
from ..models import CourseModule, CourseOccasion, CoursePackagePage, CoursePage, PackageCourse
from ..states import OccasionState, OccasionStatus, course_status
from ..tree import readable
from .courses import (
    Ranked,
    best_of,
    cards,
    credit_fact,
    occasions_by_key,
    pace_fact,
    place_fact,
    rank,
    summary_of,
)
from .packages import courses_of, summary_line
from .states import PAST, occasion_view, state_view
from .values import CourseCard, CourseSummary, Fact, OccasionView, PackageView, StateView, Step

RELATED = 4


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
            "how_to_apply": self._how_to_apply(),
            "through_contact": not self._applies_alone,
            "modules": self._modules,
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
    def _topics(self) -> list[Topic]:
        return list(self.page.topics.all())

    @cached_property
    def _target_groups(self) -> list[TargetGroup]:
        return list(self.page.target_groups.all())

    @cached_property
    def _modules(self) -> list[CourseModule]:
        return list(self.page.modules.all())

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
        return occasion_view(occasion, self.page, self.today, with_weekday=True)

    def meta(self, plain: Meta) -> Meta:
        """Return what the page says of itself, with the course for machines."""
        picture = shared_picture(self.page)
        parts = structured.CourseParts(
            page=self.page,
            today=self.today,
            region=self._region,
            ahead=[each for each in self._occasions if not self._is_past(each)],
            target_groups=self._target_groups,
            topics=self._topics,
            modules=self._modules,
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
            view = occasion_view(occasion, self.page, self.today)
            (past if self._is_past(occasion) else upcoming).append(view)
        return upcoming, past[::-1]

    def _facts(self) -> list[Fact]:
        page = self.page
        facts = [
            place_fact(self._summary),
            pace_fact(self._summary),
            self._credits(),
            self._price(),
            Fact(_("For whom"), ", ".join(map(str, self._target_groups))),
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

    def _price(self) -> Fact:
        held = [each for each in self._occasions if not each.cancelled]
        # What an occasion of the past cost says nothing of the next one.
        ahead = [each for each in held if each.status(self.today).state not in PAST]
        prices = {each.price_per_seat for each in ahead or held}
        prices.discard(None)
        label = _("Price")
        if len(prices) == 1:
            amount = f"{formats.decimal_local(prices.pop())}{formats.NBSP}kr"
            return Fact(label, amount, note=self.page.price_note)
        return Fact(label, self.page.price_note)

    def _open_to(self) -> Fact:
        label = _("Open to")
        if self.page.audience == Audience.PUBLIC:
            return Fact(label, _("Everyone"))
        count = self._region.municipalities.count() if self._region else 0
        if not count:
            return Fact(label, "")
        value = ngettext("The municipality", "All %(count)d municipalities", count) % {
            "count": count
        }
        return Fact(label, value, note=str(Audience(self.page.audience).label).capitalize())

    @property
    def _applies_alone(self) -> bool:
        """Whether readers apply themselves: the course says so, or a date has an address for it."""
        _status, occasion = self._best
        return self.page.order_via == OrderVia.OPEN or bool(occasion and occasion.apply_url)

    def _how_to_apply(self) -> list[Step]:
        first = Step(_("Settle it with your manager"), _("Agree on the time the course takes."))
        if self._applies_alone:
            return [
                first,
                Step(pgettext("step", "Apply"), _("Use the link at the date that suits you.")),
            ]
        if self.page.order_via == OrderVia.AGREEMENT:
            return [
                first,
                Step(
                    _("Tell your municipality's contact"),
                    _("The seats belong to the agreement; the contact signs you up."),
                ),
            ]
        return [
            first,
            Step(
                _("Write to your municipality's contact"),
                _("The contact confirms the seat and tells you what happens next."),
            ),
        ]

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
        topics = [topic.pk for topic in self._topics]
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
    presenter = CoursePresenter(page)
    return presenter.context() | {"meta": presenter.meta(page_meta(page, request))}
