"""What editors are asked for: needs without a course, on the home, on a screen, in a new course."""

from collections.abc import Iterable

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.ui.components import Component
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.pages.create import CreateView
from wagtail.models import Page

from regions.admin.guard import declare, desk, row_keys
from regions.models import User
from regions.needs.models import SharedNeed

from ..demand import Wanted, offered, regions_at_desk, wanted
from ..models import CatalogueIndexPage, CoursePage, RegionPage
from ..tree import owning_region
from .home import begin_links

#: The name of the list's address.
WANTED = "wanted_needs"
#: Needs shown on the home; the list has all.
SHOWN = 5
SUMMARY_MAX = CoursePage._meta.get_field("summary").max_length

declare(desk, WANTED)


def rows_for(user: User, found: Iterable[Wanted]) -> list[dict]:
    """Return what the templates show of each need, with the links that begin a course for it.

    A course begins in its region's own language.
    """
    found = list(found)
    own = RegionPage.objects.filter(
        region__in={each.shared.region_id for each in found},
        language_code=F("region__default_language"),
    )
    regions = dict(own.values_list("path", "region"))
    starts: dict[int, list[dict]] = {}
    if regions:
        indexes = CatalogueIndexPage.objects.all()
        paths = [
            path
            for path in indexes.values_list("path", flat=True)
            if path[: -Page.steplen] in regions
        ]
        for link in begin_links(user, indexes.filter(path__in=paths)):
            starts.setdefault(regions[link["index"][: -Page.steplen]], []).append(link)
    return [
        {
            "shared": each.shared,
            "demand": each.demand,
            "starts": [
                {"label": link["label"], "url": f"{link['url']}?need={each.shared.pk}"}
                for link in starts.get(each.shared.region_id, ())
            ],
        }
        for each in found
    ]


class WantedPanel(Component):
    """The most wanted needs on the admin's home; nothing where every one has its course."""

    name = "wanted"
    order = 60
    template_name = "catalogue/admin/wanted_panel.html"

    def get_context_data(self, parent_context: dict) -> dict:
        """Return the first of the person's own regions, and how many there are."""
        user = parent_context["request"].user
        found = wanted(regions_at_desk(user))
        return {
            "rows": rows_for(user, found[:SHOWN]),
            "count": len(found),
            "url": reverse(WANTED),
        }


class WantedView(WagtailAdminTemplateMixin, TemplateView):
    """All prioritised needs of one's own regions that no course answers, most wanted first."""

    template_name = "catalogue/admin/wanted.html"
    page_title = _("Wanted courses")
    header_icon = "circle-plus"

    def get_breadcrumbs_items(self) -> list[dict]:
        """Return the way here; its end is the heading."""
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: object) -> dict:
        """Add the needs."""
        user = self.request.user
        rows = rows_for(user, wanted(regions_at_desk(user)))
        several = len({row["shared"].region_id for row in rows}) > 1
        return {**super().get_context_data(**kwargs), "rows": rows, "several_regions": several}


class NeedAddView(CreateView):
    """A new page; a course that begins from a need has its words and answers it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Fill in what the address names. A need that one is not offered does not exist."""
        if "need" in request.GET and issubclass(self.page_class, CoursePage):
            self._begin_from(request.GET["need"])
        return super().get(request)

    def _begin_from(self, key: str) -> None:
        keys = row_keys([key])
        region = owning_region(self.parent_page)
        open_here = offered(region, self.request.user, ())
        shared: SharedNeed | None = open_here.filter(pk__in=keys or []).first()
        if shared is None:
            raise Http404("No such need waits for a course here")
        self.page.title = shared.title
        self.page.summary = Truncator(shared.public_summary).chars(SUMMARY_MAX)
        self.page.answers_needs = [shared]
        self.page.service_areas = list(shared.service_areas.all())
        self.page.topics = list(shared.topics.all())
