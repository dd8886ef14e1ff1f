"""The plain listing of a region's courses: ordered by state and date, in pages."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from catalogue.models import CatalogueIndexPage, CoursePage
from catalogue.presenters.courses import cards, rank
from catalogue.presenters.packages import package_views
from catalogue.tree import readable

PER_PAGE = 20


def course_listing(page: CatalogueIndexPage, request: HttpRequest) -> HttpResponse:
    """Answer for a catalogue index page. An odd page number shows the nearest page there is."""
    courses = readable(CoursePage.objects.descendant_of(page))
    ranked = Paginator(rank(courses, timezone.localdate()), PER_PAGE)
    shown = ranked.get_page(request.GET.get("page"))
    shown.object_list = cards(shown.object_list, last_fact="provider")
    packages = package_views(page) if shown.number == 1 else []
    context = page.get_context(request) | {"courses": shown, "packages": packages}
    return TemplateResponse(request, page.get_template(request), context)
