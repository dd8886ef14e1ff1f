"""What a reader asks for, and what an engine answers: values that no engine owns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from catalogue.presenters.values import CourseSummary
from catalogue.states import OccasionState, OccasionStatus

from .analysis import Word
from .forms_of_study import PRICE
from .reading import Reading
from .wishes import AMOUNT


class FacetKey(StrEnum):
    """The facets, by their key in the address; in the order in which they are shown."""

    STATE = "state"
    AREA = "area"
    TARGET = "target"
    TOPIC = "topic"
    PLACE = "place"
    CREDITS = "credits"
    PACE = "pace"
    START = "start"
    REGION = "region"
    MUNICIPALITY = "municipality"
    LEVEL = "level"
    LANGUAGE = "language"
    TYPE = "type"
    PROVIDER = "provider"


class HiddenKey(StrEnum):
    """What courses are filtered by and nobody chooses from a list."""

    DAY = "day"
    DEADLINE = "deadline"
    AMOUNT = AMOUNT
    PRICE = PRICE


class Sort(StrEnum):
    """The orders of a listing. Without words there is no relevance."""

    RELEVANCE = "relevance"
    STATE = "state"
    START = "start"
    DEADLINE = "deadline"
    NEWEST = "newest"


Choices = Mapping[FacetKey, frozenset[str]]


@dataclass(frozen=True)
class CourseQuery:
    """Which courses, in which order, as of which day, for a reader of which language.

    Within a facet any of the chosen values will do, between facets all must hold. Days, months and
    states must hold of some one occasion (``search.runs``). ``scope`` holds what the page itself
    sets (a region's listing): it filters, and is no choice of the reader's.
    """

    language: str
    today: date
    text: str = ""
    choices: Choices = field(default_factory=dict)
    scope: Choices = field(default_factory=dict)
    #: The first and the last day on which a course may begin; None: any.
    days: tuple[date | None, date | None] = (None, None)
    #: Numbers and dates in the text are words like others.
    plain: bool = False
    #: So are these of them, as they were typed.
    worded: tuple[str, ...] = ()
    #: Courses must hold every word, however few do.
    strict: bool = False
    #: Pages to look among, None for all.
    only: frozenset[int] | None = None
    sort: Sort = Sort.STATE
    page: int = 1
    page_size: int = 20


@dataclass(frozen=True)
class Likeness:
    """Which courses are like one: of its region, with a topic or a target group of its own."""

    translation_key: UUID
    language: str
    today: date
    scope: Choices = field(default_factory=dict)
    topics: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    page_size: int = 4


@dataclass(frozen=True)
class Wording:
    """Which courses a longer text may be about: any of its words may do, rare ones say more."""

    words: tuple[Word, ...]
    language: str
    today: date
    scope: Choices = field(default_factory=dict)
    #: States of what is no help any more.
    without: frozenset[OccasionState] = frozenset()
    page_size: int = 3


@dataclass(frozen=True)
class Hit:
    """A course that was found, with its state on the day.

    Where days are asked for, ``status`` is that of the best occasion that meets all that is asked.
    ``sorted_day`` is the start or the deadline that the course stands by in such an order.
    """

    page_id: int
    summary: CourseSummary
    status: OccasionStatus
    reason: str = ""
    sorted_day: date | None = None


@dataclass(frozen=True)
class LikeCourses:
    """Courses like one, and that one's own addresses by language."""

    hits: list[Hit]
    translations: Mapping[str, str]


@dataclass(frozen=True)
class CourseResults:
    """A page of hits, how many there are in all, and how many each facet value would give.

    ``counts`` leaves out the facet's own choice: it says what ticking one more would add.
    """

    hits: list[Hit]
    total: int
    counts: dict[FacetKey, dict[str, int]]
    #: How many there would be without the words, and without the choice of each facet.
    without_text: int
    without: dict[FacetKey, int]
    #: Every value that some course within the scope has, whatever is chosen or typed.
    offered: dict[FacetKey, frozenset[str]]
    page: int
    pages: int
    engine: str
    #: Of the catalogue, as the engine saw it.
    version: UUID | None
    #: How the text was read, and whether courses that hold only some of its words are among them.
    reading: Reading = field(default_factory=Reading)
    widened: bool = False
    #: How many there would be with numbers and dates of the text as no filter, and on any days.
    without_wishes: int = 0
    without_days: int = 0
