"""Puts the judged courses into a database, live, with what engines read of them.

For tests and benchmarks. Days are those seen from ``TODAY``: ask the engine as of it. Courses of
``corpus.json`` have no revisions and no references: engines read neither, and they take the time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.utils import translation
from wagtail.signal_handlers import disable_reference_index_auto_update

from catalogue.demo.content import REGIONS, read
from catalogue.demo.courses import ensure_course, page_key
from catalogue.demo.people import ensure_people
from catalogue.demo.places import ensure_region, index_page
from catalogue.demo.shared import ensure_vocabularies
from catalogue.generated.surroundings import Surroundings, prepare
from catalogue.models import (
    CourseOccasion,
    CoursePage,
    DistanceCoursePage,
    SharedOfferingPage,
)
from regions.models import Region

from .corpus import TODAY, JudgedCourse, corpus, written

#: How long an occasion lasts, and when applications close before it; they are open on ``TODAY``.
LASTS, LEAD = timedelta(days=30), timedelta(days=14)
#: All at once, so that none is newer.
PUBLISHED = datetime(2026, 1, 5, 9, tzinfo=UTC)
#: Of every distance course: nothing that is judged tells them apart by it.
PACE = 25


def load() -> dict[int, str]:
    """Make every judged course with its occasions; return the keys by the ids of their pages.

    The database must hold no region of the demo. Indexing is for whoever asks.
    """
    ensure_vocabularies()  # regions' networks speak of them
    for slug in REGIONS:
        with translation.override(read(f"{slug}/region")["language"]):
            ensure_region(slug)
    around = prepare(list(REGIONS))
    regions = {region.slug: region for region in Region.objects.filter(slug__in=REGIONS)}
    for slug, region in regions.items():
        with translation.override(region.default_language):
            ensure_people(region)
            for name in read(f"{slug}/region")["courses"]:
                ensure_course(region, name, today=TODAY)
    with disable_reference_index_auto_update():
        keys = {_make(course, regions[course.region], around): course.key for course in written()}
    demo = {page_key(*key.split("/")): key for key in corpus() if "/" in key}
    pages = CoursePage.objects.filter(translation_key__in=demo)
    return keys | {pk: demo[key] for pk, key in pages.values_list("pk", "translation_key")}


def _make(course: JudgedCourse, region: Region, around: Surroundings) -> int:
    model = DistanceCoursePage if course.credits else SharedOfferingPage
    page = model(
        title=course.title,
        slug=course.key,
        summary=course.summary,
        language=course.language,
        place=course.place,
        credits=course.credits,
        credit_system=course.credit_system,
        provider=around.providers[course.provider],
        body=[("text", f"<p>{course.body}</p>")],
        first_published_at=PUBLISHED,
    )
    for name, known in around.terms.items():
        setattr(page, name, [known[slug] for slug in getattr(course, name)])
    if isinstance(page, DistanceCoursePage):
        page.pace_percent = PACE
    else:
        places = list(region.municipalities.order_by("slug"))
        page.host_municipality = places[0]
        page.participating_municipalities = places
    index = index_page(region)
    page.locale = index.locale
    index.add_child(instance=page)
    for code, first in zip(course.codes, course.starts_on, strict=True):
        _add_occasion(page, code, first)
    return page.pk


def _add_occasion(page: CoursePage, code: str, first: date) -> None:
    occasion = CourseOccasion(
        course_id=page.pk,
        code=code,
        starts_on=first,
        ends_on=first + LASTS,
        apply_by=first - LEAD,
        seats_total=20,
        price_per_seat=Decimal(0),
    )
    occasion.full_clean()
    occasion.save()
