"""Takes generated courses away, and the terms and providers that were made for them.

What somebody built on stays: a course that stands in a package or a text, is translated, or has
occasions of an editor's own. So do terms and providers that a page names, published or in a draft.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from itertools import islice

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Count, F, ForeignObjectRel, Model, QuerySet
from wagtail.models import Page, ReferenceIndex, Revision

from catalogue.models import CourseOccasion, CoursePackagePage, CoursePage, Provider

from ..demo.shared import VOCABULARIES
from .content import read
from .keys import generated, is_code_of
from .writer import BATCH

Then = Callable[[Sequence[int]], object]


def built_on() -> dict[int, str]:
    """Return the generated courses that stay, by their ids, with the first reason."""
    keys = set(_ours().values_list("pk", flat=True))
    reasons: dict[int, str] = {}
    for key, reason in (
        *_translated(),
        *_occasions(),
        *_protected(keys),
        *_referenced(keys),
        *_drafted(),
    ):
        if key in keys:
            reasons.setdefault(key, reason)
    return reasons


def remove(then: Then, kept: dict[int, str]) -> Iterator[int]:
    """Take all generated courses away but ``kept``; yield how many are gone after each batch.

    ``then`` is called with the ids of each batch, in its transaction.
    """
    going = iter([key for key in _ours().values_list("pk", flat=True) if key not in kept])
    done = 0
    while ids := list(islice(going, BATCH)):
        with transaction.atomic():
            _remove_batch(ids)
            then(ids)
        done += len(ids)
        yield done


def _ours() -> QuerySet:
    return CoursePage.objects.filter(generated())


def _remove_batch(ids: list[int]) -> None:
    page_type = ContentType.objects.get_for_model(Page)
    occasion_type = ContentType.objects.get_for_model(CourseOccasion)
    occasions = CourseOccasion.objects.filter(course__in=ids)
    for content_type, keys in (
        (page_type, ids),
        (occasion_type, list(occasions.values_list("pk", flat=True))),
    ):
        ReferenceIndex.objects.filter(
            base_content_type=content_type, object_id__in=map(str, keys)
        ).delete()
    paths = Page.objects.filter(pk__in=ids).values_list("path", flat=True)
    parents = Counter(path[: -Page.steplen] for path in paths)
    take_away(occasions)
    take_away(Page.objects.filter(pk__in=ids))
    for path, lost in parents.items():
        Page.objects.filter(path=path).update(numchild=F("numchild") - lost)


def take_away(rows: QuerySet) -> None:
    """Delete rows with all that hangs on them, table by table and without signals.

    As Django would: what cascades goes first, what may be empty is emptied. What it would protect
    is left to the database, which refuses.
    """
    model = rows.model
    keys = list(rows.values_list("pk", flat=True))
    if not keys:
        return
    for relation in _hanging(model):
        hanging = relation.related_model._base_manager.filter(
            **{f"{relation.field.name}__in": keys}
        )
        if relation.on_delete == models.CASCADE:
            take_away(hanging)
        elif relation.on_delete == models.SET_NULL:
            hanging.update(**{relation.field.name: None})
    for field in model._meta.private_fields:
        if hasattr(field, "bulk_related_objects"):
            take_away(field.bulk_related_objects([model(pk=key) for key in keys], using=rows.db))
    model._base_manager.filter(pk__in=keys)._raw_delete(rows.db)  # noqa: SLF001  no signals


def _translated() -> Iterator[tuple[int, str]]:
    """Yield courses with a page in another language: an editor's, since we make none."""
    again = _ours().values("translation_key").annotate(pages=Count("pk")).filter(pages__gt=1)
    pages = CoursePage.objects.filter(translation_key__in=again.values("translation_key"))
    for key in pages.values_list("pk", flat=True):
        yield key, "it is translated"


def _occasions() -> Iterator[tuple[int, str]]:
    own = CourseOccasion.objects.filter(course__in=_ours())
    for course, key, code in own.values_list("course", "course__translation_key", "code"):
        if not is_code_of(code, key):
            yield course, f"somebody added occasion {code}"


def _protected(keys: dict) -> Iterator[tuple[int, str]]:
    """Yield courses that a row protects, or an occasion of which: a package, and what may come."""
    yield from _protecting((Page, CoursePage, *CoursePage.__subclasses__()), keys)
    courses = dict(CourseOccasion.objects.filter(course__in=_ours()).values_list("pk", "course"))
    for occasion, reason in _protecting((CourseOccasion,), courses):
        yield courses[occasion], reason


def _protecting(kinds: Sequence[type[Model]], keys: Container) -> Iterator[tuple[int, str]]:
    for kind in kinds:
        for relation in kind._meta.related_objects:
            if relation.on_delete != models.PROTECT or relation.related_model is CourseOccasion:
                continue
            name, model = relation.field.attname, relation.related_model
            rows = model._base_manager.filter(**{f"{name}__isnull": False})
            for key in rows.values_list(name, flat=True):
                if key in keys:
                    yield key, f"it is needed by a {model._meta.verbose_name}"


def _referenced(keys: Container) -> Iterator[tuple[int, str]]:
    """Yield courses that something of an editor's points at, as Wagtail's own index knows."""
    page, occasion = (ContentType.objects.get_for_model(each) for each in (Page, CourseOccasion))
    found = ReferenceIndex.objects.filter(to_content_type=page).exclude(base_content_type=occasion)
    for to, base, source in found.values_list(
        "to_object_id", "base_content_type", "object_id"
    ).iterator():
        if base != page.pk or int(source) not in keys:
            yield int(to), "another page or row points at it"


def _drafted() -> Iterator[tuple[int, str]]:
    """Yield courses of packages that were not published like that."""
    drafts = Revision.objects.filter(pk__in=CoursePackagePage.objects.values("latest_revision"))
    for content in drafts.values_list("content", flat=True):
        for row in content.get("package_courses", ()):
            yield row["course"], "it is in the draft of a package"


def remove_unused() -> int:
    """Take away the terms and providers that were made for generated courses and serve no page.

    Returns how many. Call it when the courses are gone.
    """
    named = _named_in_drafts()
    gone = 0
    for name, model in (*VOCABULARIES.items(), ("provider", Provider)):
        content = read("providers")["providers"] if model is Provider else read("vocabulary")[name]
        slugs = [row["slug"] for row in content]
        for row in model.objects.filter(slug__in=slugs).exclude(pk__in=named[name]):
            if not _is_used(row):
                row.delete()
                gone += 1
    return gone


def _named_in_drafts() -> dict[str, set[int]]:
    named: dict[str, set[int]] = {name: set() for name in (*VOCABULARIES, "provider")}
    drafts = Revision.objects.filter(pk__in=CoursePage.objects.values("latest_revision"))
    for content in drafts.values_list("content", flat=True).iterator():
        for name in VOCABULARIES:
            named[name].update(content.get(name) or ())
        if content.get("provider"):
            named["provider"].add(content["provider"])
    return named


def _is_used(row: Model) -> bool:
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: row.pk}).exists()
        for relation in _hanging(type(row))
    )


def _hanging(model: type[Model]) -> Iterator[ForeignObjectRel]:
    """Yield the relations of rows that point at rows of ``model``."""
    for relation in model._meta.get_fields(include_hidden=True):
        points = relation.auto_created and (relation.one_to_many or relation.one_to_one)
        if points and not relation.concrete:  # concrete: the link to the parent's own table
            yield relation
