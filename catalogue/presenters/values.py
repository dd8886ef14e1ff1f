"""The values that templates take."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal

from ..choices import CreditSystem
from ..figures import FlowFigure


@dataclass(frozen=True)
class StateView:
    """A state in words, with the one date that matters or the reason."""

    code: str
    label: str
    date_label: str = ""
    date: datetime.date | None = None
    reason: str = ""


@dataclass(frozen=True)
class Fact:
    """A label with its value.

    Where there is no room for labels ``unit`` speaks for the label, and one that is ``labelled``
    shows it none the less.
    """

    label: str
    value: str
    note: str = ""
    unit: str = ""
    labelled: bool = False


@dataclass(frozen=True)
class CourseSummary:
    """What a card says of a course but for its state: read from the page, or kept by ``search``.

    ``credits`` in the unit of ``credit_system``, None where not stated; ``pace_percent`` of
    full-time, None where it has none; ``language`` is that of the page.
    """

    title: str
    url: str
    summary: str
    language: str
    credits: Decimal | None = None
    credit_system: str = CreditSystem.NONE
    qualification: str = ""
    pace_percent: int | None = None
    duration: str = ""
    place: str = ""
    learning_forms: tuple[str, ...] = ()
    provider: str = ""
    provider_gives_credits: bool = False
    region: str = ""


@dataclass(frozen=True)
class CourseCard:
    """A course in a list. ``lang`` is set where it differs from the interface's language."""

    title: str
    url: str
    summary: str
    state: StateView
    facts: tuple[Fact, ...] = ()
    region: str = ""
    lang: str = ""
    language_note: str = ""
    #: Whether title and summary are HTML, with the words marked that were searched for.
    marked: bool = False
    #: The start or deadline that it stands by in a list, in words, where its state has another.
    by_label: str = ""
    by_day: datetime.date | None = None


@dataclass(frozen=True)
class Notice:
    """Something new about an occasion, and the day it was said.

    ``lang`` is set where an editor's words are in another language than the interface; ``about``
    names the occasion where it is not beside it.
    """

    text: str
    day: datetime.date
    lang: str = ""
    about: str = ""


@dataclass(frozen=True)
class OccasionView:
    """An occasion in words."""

    dates: str
    times: str
    venue: str
    seats: str
    cohort: str
    state: StateView
    apply_url: str = ""
    apply_text: str = ""
    #: The municipalities it is open to, where not all of the region's are.
    open_to: str = ""
    #: Weeks and pace of a distance course.
    effort: str = ""
    #: The price, where a course's occasions differ in it.
    price: str = ""
    notices: tuple[Notice, ...] = ()
    #: Its calendar file, where it has days that are still to come or to be in.
    calendar_url: str = ""


@dataclass(frozen=True)
class RegionCard:
    """A region with its figure and counts."""

    name: str
    url: str
    flow: FlowFigure
    course_count: int
    open_count: int
    lang: str = ""
    language_note: str = ""
    municipality_count: int = 0
    population: int = 0


@dataclass(frozen=True)
class Step:
    """A step on a path: of signing up, or of a package."""

    title: str
    note: str = ""
    url: str = ""
    state: str = ""


@dataclass(frozen=True)
class OriginView:
    """A need that a course grew from, as its round published it."""

    title: str
    summary: str
    flow: FlowFigure
    #: For the address of the result.
    region_slug: str
    round_slug: str
    round_title: str


@dataclass(frozen=True)
class LoopCount:
    """How many needs are in a public status. Before their round is published: counts only."""

    label: str
    number: int


@dataclass(frozen=True)
class LoopView:
    """The loop as it turns: counts beside the first four of its steps."""

    received: LoopCount
    processing: LoopCount
    prioritised: LoopCount
    answered: LoopCount


@dataclass(frozen=True)
class ForumYear:
    """Where the forum is in its round, and the newest published result."""

    steps: list[Step] = field(default_factory=list)
    region_slug: str = ""
    result_slug: str = ""
    result_title: str = ""


@dataclass(frozen=True)
class PackageView:
    """A package in a list, or with its steps as its courses' pages show it."""

    title: str
    url: str
    summary_line: str
    summary: str = ""
    steps: list[Step] = field(default_factory=list)


@dataclass(frozen=True)
class PackageStep:
    """A course at its place in a package."""

    position: int
    required: bool
    course: CourseCard
