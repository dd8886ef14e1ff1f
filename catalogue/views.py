"""Views of the catalogue that are no pages: the calendar file of an occasion."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import content_disposition_header, quote_etag
from django.views.decorators.http import require_safe

from .calendars import CONTENT_TYPE, Entry, calendar_file, changed_at, latest, with_days
from .models import CourseOccasion, CoursePage
from .outward import etag_of
from .presenters.states import interface_language
from .tree import owning_region, readable

#: Seconds for which a file may be used without asking again.
KEPT = 15 * 60


@require_safe
def occasion_calendar(request: HttpRequest, number: str) -> HttpResponse:
    """Answer with an occasion's calendar file, cancelled or not, if readers see its course."""
    occasion = get_object_or_404(with_days(CourseOccasion.objects), pk=int(number))
    page = _page_for_reader(occasion)
    region = owning_region(page)
    updated = latest(changed_at([occasion]).get(occasion.pk), page.last_published_at)
    entry = Entry(
        occasion=occasion,
        key=page.translation_key,
        title=page.title,
        summary=page.summary,
        url=page.url or "",
        language=page.locale.language_code,
        timezone=region.timezone if region else settings.TIME_ZONE,
        updated=updated,
    )
    content = calendar_file([entry], name=page.title, language=entry.language)
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    name = f"samkurs-{occasion.pk}.ics"
    response["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name)
    response["ETag"] = quote_etag(etag_of(content))
    patch_cache_control(response, public=True, max_age=KEPT)
    return get_conditional_response(request, etag=response["ETag"], response=response)


def _page_for_reader(occasion: CourseOccasion) -> CoursePage:
    """Return the course's page in the reader's language, else the one that has the occasions."""
    pages = readable(CoursePage.objects.filter(translation_key=occasion.course_key))
    language = interface_language()

    def fits(page: CoursePage) -> tuple[bool, bool]:
        return page.locale.language_code == language, page.pk == occasion.course_id

    best = max(pages.select_related("locale").defer_streamfields(), key=fits, default=None)
    if best is None:
        raise Http404("Readers do not see the course")
    return best
