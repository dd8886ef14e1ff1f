"""Any choice of courses for other programs to follow: as news (Atom), and as a calendar (iCal).

Both take the listing's query string by the listing's form and ask the listing's engine. A region's
listing is the choice of its region, so one address of each kind serves all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from catalogue import calendars, formats
from catalogue.models import CourseOccasion
from catalogue.outward import absolute, etag_of, printable
from catalogue.presenters.states import state_view
from catalogue.states import OccasionState

from . import presenters
from .forms import Asked, read_query
from .found import FoundPage, changes_of, pages_of
from .listing import ask
from .models import CatalogueVersion, SynonymVersion
from .query import CourseQuery, CourseResults, Hit, Sort
from .runs import beginning
from .understood import text_tags

#: Entries of a feed, the newest courses first.
MOST_ENTRIES = 50
#: Courses whose days stand in a calendar, those one can apply for first; and their days.
MOST_COURSES = 500
MOST_OCCASIONS = 500
#: How long what is over stays in a calendar: programs take away what is gone.
LOOKING_BACK = timedelta(days=30)
#: Seconds for which an answer may be used without asking again.
KEPT = 15 * 60
ATOM_TYPE = "application/atom+xml; charset=utf-8"


def _stamp(request: HttpRequest) -> tuple[str, datetime]:
    """Return what tells this answer from others, and since when it is so. One query.

    It holds for a version of the catalogue, a day and what is asked, so that a program that asks
    again costs next to nothing.
    """
    if not hasattr(request, "samkurs_stamp"):
        token, changed = CatalogueVersion.stamp()
        today = timezone.localdate()
        midnight = timezone.make_aware(datetime.combine(today, time.min))
        asked = read_query(request.GET, language=get_language() or "", today=today, scope={})
        sayings = SynonymVersion.current() if asked.query.text else None
        parts = (request.path, presenters.address(asked.query), token, today, sayings)
        name = "|".join(map(str, (*parts, settings.WAGTAILADMIN_BASE_URL)))
        request.samkurs_stamp = f'"{etag_of(name)}"', max(changed or midnight, midnight)
    return request.samkurs_stamp


def _followed(view: Callable) -> Callable:
    """Let a view be read only, be kept for a while, and be asked whether anything changed."""
    stamped = condition(
        etag_func=lambda request: _stamp(request)[0],
        last_modified_func=lambda request: _stamp(request)[1],
    )
    return require_safe(cache_control(public=True, max_age=KEPT)(stamped(view)))


class CourseFeed(Atom1Feed):
    """Atom in which each entry says its language."""

    def item_attributes(self, item: dict) -> dict[str, str]:
        """Mark an entry with its language."""
        return {"xml:lang": item["language"]}


@_followed
def course_feed(request: HttpRequest) -> HttpResponse:
    """Answer with the newest courses of a choice as Atom."""
    asked, results = ask(request, {}, sort=Sort.NEWEST, page=1, page_size=MOST_ENTRIES)
    pages = pages_of(results.hits)
    changes = changes_of(pages.values())
    query = presenters.address(replace(asked.query, sort=presenters.usual_sort(asked.query)))
    here = absolute(request.path)
    feed = CourseFeed(
        title=printable(_title(asked.query, results)),
        link=absolute(reverse("search:courses") + _tail(query)),
        description="",
        language=get_language(),
        author_name="Samkurs",
        feed_url=here + _tail(query),
        feed_guid=here + _tail(query),
    )
    for hit in results.hits:
        if page := pages.get(hit.page_id):
            _add(feed, hit, page, changes[page.key])
    response = HttpResponse(feed.writeString("utf-8"), content_type=ATOM_TYPE)
    response["X-Search-Engine"] = results.engine
    return response


@_followed
def course_calendar(request: HttpRequest) -> HttpResponse:
    """Answer with the days of a choice's courses as a calendar."""
    asked, results = ask(request, {}, sort=Sort.STATE, page=1, page_size=MOST_COURSES)
    entries = _entries(asked, results)
    content = calendars.calendar_file(
        entries, name=_title(asked.query, results), language=get_language() or "en"
    )
    response = HttpResponse(content, content_type=calendars.CONTENT_TYPE)
    response["Content-Disposition"] = 'inline; filename="samkurs.ics"'
    response["X-Search-Engine"] = results.engine
    return response


def _tail(query: str) -> str:
    return "" if query == "?" else query


def _title(query: CourseQuery, results: CourseResults) -> str:
    """Return what is followed, in words."""
    tags = [*text_tags(query, results), *presenters.tags(query, results)]
    chosen = [tag.label for tag in tags]
    return f"Samkurs: {', '.join(chosen)}" if chosen else _("Courses on Samkurs")


def _add(feed: CourseFeed, hit: Hit, page: FoundPage, changed: datetime | None) -> None:
    course, state = hit.summary, state_view(hit.status, hit.reason)
    words = [state.label, state.reason]
    if state.date:
        words.append(f"{state.date_label} {formats.day(state.date)}".strip())
    updated = calendars.latest(page.updated, changed)
    feed.add_item(
        title=printable(course.title),
        link=absolute(course.url),
        description=format_html(
            "<p>{}</p><p>{}</p>",
            printable(course.summary),
            printable(" · ".join(filter(None, [*words, course.region]))),
        ),
        author_name=printable(course.provider) or None,
        unique_id=f"urn:uuid:{page.key}",
        pubdate=page.published or updated,
        updateddate=updated,
        language=course.language,
    )


def _entries(asked: Asked, results: CourseResults) -> list[calendars.Entry]:
    """Return what stands in a calendar: of each course the occasions that meet what is asked for.

    Whatever the state that is asked for, with those that were cancelled: they are to go from the
    calendars that have them. Four queries, whatever the number of courses.
    """
    pages = pages_of(results.hits)
    by_key = {pages[hit.page_id].key: hit for hit in results.hits if hit.page_id in pages}
    occasions = calendars.with_days(CourseOccasion.objects).filter(
        course__translation_key__in=by_key
    )
    shown = calendars.not_over(occasions, asked.query.today - LOOKING_BACK)
    shown = shown.order_by("starts_on", "pk")
    begins, today = beginning(asked.query, results.reading), asked.query.today
    if begins.is_dated:
        shown = [each for each in shown if begins.has(f"{each.starts_on}")]
    if begins.states:
        wanted = {*begins.states, OccasionState.CANCELLED}
        shown = [each for each in shown if each.status(today).state in wanted]
    shown = list(shown[:MOST_OCCASIONS])
    changed = calendars.changed_at(shown)
    found = []
    for occasion in shown:
        hit = by_key[occasion.course_key]
        page = pages[hit.page_id]
        found.append(
            calendars.Entry(
                occasion=occasion,
                key=occasion.course_key,
                title=hit.summary.title,
                summary=hit.summary.summary,
                url=hit.summary.url,
                language=hit.summary.language,
                timezone=page.timezone,
                updated=calendars.latest(changed.get(occasion.pk), page.updated),
            )
        )
    return found
