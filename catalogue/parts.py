"""What hangs on a course beside its own row, read in one statement.

A course's page shows its modules, links, facts and target groups, and to whom its dates are open:
seven relations. Asked for one by one they cost more than the page itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import CharField, DecimalField, F, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from regions.forum.models import Outcome, PlanningRound, RoundItem
from regions.models import Municipality, Region, TargetGroup, Topic
from regions.needs.models import SharedNeed, SharedNeedState

from .models import CourseFact, CourseLink, CourseModule, CourseOccasion, CoursePage

#: The columns of the statement: what a row is, its order, up to four texts, and a number.
_NUMBER = DecimalField(max_digits=5, decimal_places=1)
_NO_NUMBER = Cast(Value(None), _NUMBER)
_NO_TEXT = Value("", output_field=CharField())
#: A round in one text: the slugs of region and round, and its title; no slug holds a line break.
_ROUND = Concat(
    F("round__region__slug"),
    Value("\n"),
    F("round__slug"),
    Value("\n"),
    F("round__title"),
    output_field=CharField(),
)
#: Items of a published round whose need waits for a course, or has one.
_PUBLIC = Q(
    round__in=PlanningRound.objects.published(),
    outcome=Outcome.PRIORITISED,
    withdrawn_at__isnull=True,
    shared_need__state__in=[SharedNeedState.PRIORITISED, SharedNeedState.ANSWERED],
)


@dataclass(frozen=True)
class NeedBehind:
    """A need that a course grew from, in the words and with the facts that its round published."""

    title: str
    summary: str
    #: Names of the municipalities that had confirmed it.
    municipalities: tuple[str, ...]
    region_slug: str
    round_slug: str
    round_title: str


@dataclass(frozen=True)
class CourseParts:
    """The parts of a course, in their order."""

    modules: list[CourseModule] = field(default_factory=list)
    links: list[CourseLink] = field(default_factory=list)
    facts: list[CourseFact] = field(default_factory=list)
    target_groups: list[TargetGroup] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)
    #: Names of the municipalities that take part, if it is a shared offering.
    participating: list[str] = field(default_factory=list)
    #: Names of other regions whose municipalities may take it.
    also_from: list[str] = field(default_factory=list)
    #: Names of the municipalities that a date is open to, by occasion; none: to all.
    open_to: dict[int, list[str]] = field(default_factory=dict)
    #: Needs that it answers, once the round that prioritised them is published.
    needs: list[NeedBehind] = field(default_factory=list)


def parts_in_memory(page: CoursePage) -> CourseParts:
    """Return the parts as the page holds them: a preview's are not in the database yet."""
    dates = CourseOccasion.objects.filter(course__translation_key=page.translation_key)
    open_to: dict[int, list[str]] = {}
    for occasion, name in dates.order_by("open_to__name").values_list("pk", "open_to__name"):
        if name:
            open_to.setdefault(occasion, []).append(name)
    participating = getattr(page, "participating_municipalities", None)
    return CourseParts(
        modules=list(page.modules.all()),
        links=list(page.links.all()),
        facts=list(page.facts.all()),
        target_groups=list(page.target_groups.all()),
        topics=list(page.topics.all()),
        participating=[each.name for each in participating.all()] if participating else [],
        also_from=[region.name for region in page.shared_with_regions.all()],
        open_to=open_to,
        needs=[_need(*row) for row in _published_items(page.answers_needs.all())],
    )


def stored_parts(page: CoursePage) -> CourseParts:
    """Return the parts of a published page. One statement."""
    parts = CourseParts()
    # The first query says of which type the columns are.
    first, *others = _queries(page)
    for kind, order, *texts, number in first.union(*others, all=True).order_by("kind", "order"):
        _take(parts, kind, order, texts, number)
    parts.target_groups.sort(key=lambda term: term.name_en)
    parts.participating.sort(key=str.casefold)
    parts.also_from.sort(key=str.casefold)
    for names in parts.open_to.values():
        names.sort(key=str.casefold)
    return parts


def _queries(page: CoursePage) -> Iterator[QuerySet]:
    yield _rows(
        CourseModule.objects.filter(page=page.pk),
        "module",
        "sort_order",
        ("title", "description", "task"),
        number=F("hours"),
    )
    yield _rows(CourseLink.objects.filter(page=page.pk), "link", "sort_order", ("title", "url"))
    yield _rows(CourseFact.objects.filter(page=page.pk), "fact", "sort_order", ("label", "value"))
    names = ("name_en", "name_nb", "name_sv")
    yield _rows(TargetGroup.objects.filter(courses=page.pk), "target", "pk", (*names, "slug"))
    yield _rows(Topic.objects.filter(courses=page.pk), "topic", "pk", (*names, "slug"))
    yield _rows(Municipality.objects.filter(offerings=page.pk), "taking", "pk", ("name",))
    yield _rows(Region.objects.filter(shared_courses=page.pk), "also", "pk", ("name",))
    dates = Municipality.objects.filter(occasions__course__translation_key=page.translation_key)
    yield _rows(dates, "open_to", "occasions__pk", ("name",))
    items = RoundItem.objects.filter(_PUBLIC, shared_need__courses=page.pk)
    yield _rows(items, "need", "pk", ("title", "summary", "facts", _ROUND))


def _rows(
    queryset: QuerySet,
    kind: str,
    order: str,
    texts: tuple[str | Concat, ...],
    number: F | Cast = _NO_NUMBER,
) -> QuerySet:
    """Return a query of the statement's columns."""
    columns = [Cast(F(name) if isinstance(name, str) else name, CharField()) for name in texts]
    columns += [_NO_TEXT] * (4 - len(texts))
    return (
        queryset.order_by()
        .annotate(
            kind=Value(kind, output_field=CharField()),
            order=Cast(F(order), IntegerField()),
            one=columns[0],
            two=columns[1],
            three=columns[2],
            four=columns[3],
            number=number,
        )
        .values_list("kind", "order", "one", "two", "three", "four", "number")
    )


def _take(
    parts: CourseParts, kind: str, order: int, texts: tuple[str, ...], number: Decimal | None
) -> None:
    """Put one row where it belongs."""
    one, two, three, four = texts
    if kind == "module":
        parts.modules.append(CourseModule(title=one, description=two, task=three, hours=number))
    elif kind == "link":
        parts.links.append(CourseLink(title=one, url=two))
    elif kind == "fact":
        parts.facts.append(CourseFact(label=one, value=two))
    elif kind == "target":
        parts.target_groups.append(
            TargetGroup(pk=order, name_en=one, name_nb=two, name_sv=three, slug=four)
        )
    elif kind == "topic":
        parts.topics.append(Topic(pk=order, name_en=one, name_nb=two, name_sv=three, slug=four))
    elif kind == "taking":
        parts.participating.append(one)
    elif kind == "also":
        parts.also_from.append(one)
    elif kind == "need":
        parts.needs.append(_need(one, two, json.loads(three), four))
    else:
        parts.open_to.setdefault(order, []).append(one)


def _published_items(shared_needs: Iterable[SharedNeed]) -> QuerySet:
    items = RoundItem.objects.filter(_PUBLIC, shared_need__in=list(shared_needs))
    return items.annotate(where=_ROUND).values_list("title", "summary", "facts", "where")


def _need(title: str, summary: str, facts: dict, where: str) -> NeedBehind:
    places = facts.get("places", {})
    names = tuple(places.get(code, code) for code in facts.get("co_signers", ()))
    return NeedBehind(title, summary, names, *where.split("\n", 2))
