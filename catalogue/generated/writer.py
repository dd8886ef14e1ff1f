"""Puts generated courses into the database, table by table, in batches that are whole.

``bulk_create`` refuses a model of several tables, and saving page by page takes a hundred
statements each. So each table gets its rows in turn, and what Wagtail derives when a page is saved
is derived here from its own functions: place in the tree, revision, references, the admin's search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from importlib import import_module
from itertools import islice

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import CharField, F, Model, OuterRef, Subquery
from django.db.models.functions import Cast
from django.db.models.sql import InsertQuery
from django.utils import timezone
from modelcluster.models import get_all_child_m2m_relations, get_all_child_relations
from wagtail.models import Page, ReferenceIndex, Revision
from wagtail.search.backends import get_search_backends

from catalogue.models import (
    CourseModule,
    CourseOccasion,
    CoursePage,
    DistanceCoursePage,
    SharedOfferingPage,
)

from .keys import code_prefix, key_of, numbers_there
from .surroundings import Home, Surroundings
from .values import CourseValues, course_values

#: Courses that are written at once; as many are lost when the command is stopped.
BATCH = 250
Then = Callable[[Sequence[int]], object]


class Writer:
    """Writes the courses of a seed that are not there yet."""

    def __init__(self, seed: int, around: Surroundings, today: date, then: Then) -> None:
        """``then`` is called with the ids of each batch, in its transaction."""
        self.seed, self.around, self.today, self.then = seed, around, today, then
        self.now = timezone.now()
        # An occasion that somebody hung on another course keeps its code.
        self.codes = set(
            CourseOccasion.objects.filter(code__startswith=code_prefix(seed)).values_list(
                "code", flat=True
            )
        )

    def write(self, courses: int) -> Iterator[int]:
        """Write what is missing of so many courses; yield how many are new after each batch."""
        there = numbers_there(self.seed)
        missing = (number for number in range(courses) if number not in there)
        done = 0
        while numbers := list(islice(missing, BATCH)):
            with transaction.atomic():
                self.then(self._write_batch(numbers))
            done += len(numbers)
            yield done

    def _write_batch(self, numbers: list[int]) -> list[int]:
        ids: list[int] = []
        homes = self.around.homes
        for position, home in enumerate(homes):
            own = [number for number in numbers if number % len(homes) == position]
            ids += self._write_in(home, own) if own else []
        return ids

    def _write_in(self, home: Home, numbers: list[int]) -> list[int]:
        found = [course_values(self.seed, number, home.place, self.today) for number in numbers]
        pages = [
            self._page(home, number, values) for number, values in zip(numbers, found, strict=True)
        ]
        _put_into_tree(pages, home)
        insert_pages(pages)
        _insert_parts(pages)
        _insert_revisions(pages)
        occasions = self._insert_occasions(pages, found, home)
        insert_references([*pages, *occasions])
        for backend in get_search_backends(with_auto_update=True):
            for kind in (DistanceCoursePage, SharedOfferingPage):
                backend.add_bulk(kind, [page for page in pages if isinstance(page, kind)])
        return [page.pk for page in pages]

    def _page(self, home: Home, number: int, values: CourseValues) -> CoursePage:
        at = self._published_at(values)
        page = (DistanceCoursePage if values.distance else SharedOfferingPage)(
            slug=values.slug,
            translation_key=key_of(self.seed, number),
            locale_id=home.index.locale_id,
            draft_title=values.fields["title"],
            first_published_at=at,
            last_published_at=at,
            latest_revision_created_at=at,
            provider=self.around.providers[values.provider],
            **values.fields,
        )
        # What has no rows is said to have none, or Wagtail asks the database page by page.
        for relation in get_all_child_relations(page):
            setattr(page, relation.get_accessor_name(), [])
        for many in get_all_child_m2m_relations(page):
            setattr(page, many.name, [])
        for name, slugs in values.terms.items():
            setattr(page, name, [self.around.terms[name][slug] for slug in slugs])
        if not values.distance:
            page.host_municipality = home.municipalities[values.host]
            page.participating_municipalities = [
                home.municipalities[slug] for slug in values.participating
            ]
        page.modules = [
            CourseModule(sort_order=position, **row) for position, row in enumerate(values.modules)
        ]
        return page

    def _published_at(self, values: CourseValues) -> datetime:
        return self.now - timedelta(days=values.published_days_ago, seconds=len(values.slug))

    def _insert_occasions(
        self, pages: list[CoursePage], found: list[CourseValues], home: Home
    ) -> list[CourseOccasion]:
        occasions, open_to = [], []
        for page, values in zip(pages, found, strict=True):
            for row in values.occasions:
                if row["code"] in self.codes:
                    continue
                own = {name: value for name, value in row.items() if name != "open_to"}
                occasions.append(CourseOccasion(course_id=page.pk, version=1, **own))
                open_to.append(row.get("open_to", []))
        CourseOccasion.objects.bulk_create(occasions)
        through = CourseOccasion.open_to.through
        through.objects.bulk_create(
            [
                through(courseoccasion_id=occasion.pk, municipality_id=home.municipalities[slug].pk)
                for occasion, slugs in zip(occasions, open_to, strict=True)
                for slug in slugs
            ]
        )
        return occasions


def insert_rows(model: type[Model], rows: Sequence[Model]) -> None:
    """Insert the part of ``rows`` that stands in the table of ``model``, keys and all."""
    fields = model._meta.local_concrete_fields
    size = connection.ops.bulk_batch_size(fields, rows) or 1
    for start in range(0, len(rows), size):
        query = InsertQuery(model)
        query.insert_values(fields, rows[start : start + size], raw=True)
        query.get_compiler(connection=connection).execute_sql()


def insert_pages(pages: Sequence[CoursePage]) -> None:
    """Insert pages of both kinds into all their tables; they know their keys afterwards."""
    names = [each.attname for each in Page._meta.concrete_fields]
    for page in pages:
        page.content_type = ContentType.objects.get_for_model(page)
    rows = [Page(**{name: getattr(page, name) for name in names}) for page in pages]
    for page, row in zip(pages, Page.objects.bulk_create(rows), strict=True):
        page.id = page.page_ptr_id = page.coursepage_ptr_id = row.pk
        page._state.adding = False  # noqa: SLF001  as bulk_create leaves what it inserted
    insert_rows(CoursePage, pages)
    for kind in (DistanceCoursePage, SharedOfferingPage):
        insert_rows(kind, [page for page in pages if isinstance(page, kind)])


def insert_references(objects: Sequence[CoursePage | CourseOccasion]) -> None:
    """Insert what new rows point at into Wagtail's index of references.

    Wagtail finds the references; its own way to store them asks four statements for each row.
    """
    import_module(settings.ROOT_URLCONF)  # screens register their models for the index
    rows = []
    for each in objects:
        if not ReferenceIndex.is_indexed(type(each)):
            continue
        own = ContentType.objects.get_for_model(each)
        base = ContentType.objects.get_for_model(Page) if isinstance(each, Page) else own
        found = ReferenceIndex._extract_references_from_object(each)  # noqa: SLF001
        for to_type, to_id, model_path, content_path in set(found):
            rows.append(
                ReferenceIndex(
                    content_type=own,
                    base_content_type=base,
                    object_id=each.pk,
                    to_content_type_id=to_type,
                    to_object_id=to_id,
                    model_path=model_path,
                    content_path=content_path,
                    content_path_hash=ReferenceIndex._get_content_path_hash(content_path),  # noqa: SLF001
                )
            )
    ReferenceIndex.objects.bulk_create(rows)


def _put_into_tree(pages: list[CoursePage], home: Home) -> None:
    """Give pages their place behind what stands in the listing, and addresses that are free."""
    index = Page.objects.select_for_update().get(pk=home.index.pk)
    children = Page.objects.child_of(index)
    last = children.order_by("-path").values_list("path", flat=True).first()
    step = int(last[-Page.steplen :], len(Page.alphabet)) if last else 0
    taken = set(children.values_list("slug", flat=True))
    for number, page in enumerate(pages, start=step + 1):
        page.path = index.path + path_step(number)
        page.depth = index.depth + 1
        while page.slug in taken:
            page.slug += "-2"
        taken.add(page.slug)
        page.set_url_path(index)
    Page.objects.filter(pk=index.pk).update(numchild=F("numchild") + len(pages))


def path_step(number: int) -> str:
    """Return the last part of the path of a parent's child, as the tree writes it."""
    letters, base = "", len(Page.alphabet)
    while number:
        number, digit = divmod(number, base)
        letters = Page.alphabet[digit] + letters
    if len(letters) > Page.steplen:
        raise OverflowError("The listing holds no more pages")
    return letters.rjust(Page.steplen, Page.alphabet[0])


def _insert_parts(pages: list[CoursePage]) -> None:
    """Insert modules, and the choices of many."""
    modules = []
    for page in pages:
        for module in page.modules.all():
            module.page_id = page.pk
            modules.append(module)
    CourseModule.objects.bulk_create(modules)
    rows: dict[type[Model], list[Model]] = {}
    for page in pages:
        for field in get_all_child_m2m_relations(type(page)):
            through = field.remote_field.through
            mine, theirs = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
            rows.setdefault(through, []).extend(
                through(**{mine: page.pk, theirs: each.pk})
                for each in getattr(page, field.name).all()
            )
    for through, links in rows.items():
        through.objects.bulk_create(links)


def _insert_revisions(pages: list[CoursePage]) -> None:
    """Give each page the revision that was published: what an editor opens."""
    base = ContentType.objects.get_for_model(Page)
    Revision.objects.bulk_create(
        [
            Revision(
                content_type=page.content_type,
                base_content_type=base,
                object_id=str(page.pk),
                created_at=page.first_published_at,
                object_str=str(page),
                content=page.serializable_data(),
            )
            for page in pages
        ]
    )
    own = Revision.objects.filter(
        base_content_type=base, object_id=Cast(OuterRef("pk"), CharField())
    )
    ours = Page.objects.filter(pk__in=[page.pk for page in pages])
    ours.update(latest_revision_id=Subquery(own.values("pk")[:1]))
    ours.update(live_revision_id=F("latest_revision_id"))
