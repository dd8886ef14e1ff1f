"""What readers search for and do not find, at the desk: a list, and the first of it on the home."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import ClassVar
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.ui.components import Component
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from regions.admin.export import ReadableExport
from regions.admin.guard import declare, desk, hide
from regions.models import Region, ServiceArea, User
from regions.models.vocabulary import in_reading_order
from regions.needs.admin.viewsets import ReadersMenuItem
from regions.needs.models import Need
from regions.policy import Action, policy_for, standing_of

from ..asked.counting import monday
from ..asked.gaps import Gap, Show, Weeks, area_names, gap_of, gaps, in_words
from ..models import AskedFor, Synonym

#: The name of the list's address.
SEARCHES = "reader_searches"
PER_PAGE = 50
#: Shown on the home; and in a file, which nobody reads further.
ON_HOME, IN_FILE = 5, 5_000
#: Weeks that the list begins with, and other spans.
SPAN, SPANS = 4, (4, 12)
#: The value for searches in no service area: no address has a plus sign.
NO_AREA = "+none"

declare(desk, SEARCHES)
hide(AskedFor, SEARCHES)


class SearchesMenuItem(ReadersMenuItem):
    """The way to the list."""

    model = AskedFor


class GapForm(forms.Form):
    """Narrows the list. What is none of the choices is left out."""

    show = forms.ChoiceField(
        label=gettext_lazy("Show"),
        required=False,
        choices=[
            (Show.NO_COURSE, gettext_lazy("Searches without a course")),
            (Show.NONE_OPENED, gettext_lazy("Searches whose courses nobody opened")),
            (Show.ALL, gettext_lazy("All searches")),
        ],
    )
    weeks = forms.ChoiceField(label=gettext_lazy("Weeks"), required=False)
    area = forms.ChoiceField(label=gettext_lazy("Service area"), required=False)
    region = forms.ChoiceField(label=gettext_lazy("Region"), required=False)

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weeks"].choices = _week_choices()
        areas = [(area.slug, area.name) for area in in_reading_order(ServiceArea.objects.all())]
        self.fields["area"].choices = [("", _("All")), *areas, (NO_AREA, _("None"))]
        regions = policy_for(Region).rows(user, Action.CHOOSE).order_by("name")
        own = [(region.slug, region.name) for region in regions]
        if len(own) > 1:
            self.fields["region"].choices = [("", _("All")), *own]
        else:
            del self.fields["region"]

    def chosen(self) -> dict[str, str]:
        """Return what is chosen, as far as it is one of the choices."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def _week_choices() -> list[tuple[str, str]]:
    kept = settings.SEARCHES_KEPT_WEEKS
    spans = [span for span in SPANS if span < kept]
    this = monday(_today())
    each = [this - timedelta(weeks=number) for number in range(kept + 1)]
    return [
        *((str(span), _("The last %(number)d weeks") % {"number": span}) for span in spans),
        (str(kept + 1), _("All weeks that are kept")),
        *((day.isoformat(), week_name(day)) for day in each),
    ]


def _today() -> date:
    return Weeks.latest(1).last


def week_name(day: date) -> str:
    """Return the name of the week that begins on ``day``."""
    year, number, _weekday = day.isocalendar()
    return _("Week %(number)d, %(year)d") % {"number": number, "year": year}


def weeks_of(chosen: str) -> Weeks:
    """Return the weeks of a choice; the last four without one."""
    if "-" in chosen:
        day = date.fromisoformat(chosen)
        return Weeks(day, day)
    return Weeks.latest(int(chosen or SPAN))


class GapView(ReadableExport, WagtailAdminTemplateMixin, TemplateView):
    """The searches of one's own regions, and of the listing of all regions."""

    model = AskedFor
    template_name = "search/admin/searches.html"
    page_title = gettext_lazy("What readers search for")
    header_icon = "search"
    list_export: ClassVar = ["text", "area", "searches", "without_course", "opened"]
    export_headings: ClassVar = {
        "text": gettext_lazy("Search"),
        "area": gettext_lazy("Service area"),
        "searches": gettext_lazy("Searches"),
        "without_course": gettext_lazy("Without a course"),
        "opened": gettext_lazy("With a course opened"),
    }

    def get_breadcrumbs_items(self) -> list[dict]:
        """Return the way here; its end is the heading."""
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    @cached_property
    def form(self) -> GapForm:
        """What narrows the list; it begins with the last four weeks."""
        return GapForm(self.request.GET, user=self.request.user)

    @cached_property
    def found(self) -> QuerySet:
        """The sums that may be shown."""
        chosen = self.form.chosen()
        rows = policy_for(AskedFor).rows(self.request.user)
        if region := chosen.get("region"):
            rows = rows.filter(region=region)
        area = chosen.get("area")
        return gaps(
            rows,
            Show(chosen.get("show", Show.NO_COURSE)),
            weeks_of(chosen.get("weeks", "")),
            "" if area == NO_AREA else area,
        )

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Answer with the page or a file."""
        if self.is_export:
            found = [gap_of(row) for row in self.found[:IN_FILE]]
            return self.as_spreadsheet(found, request.GET["export"])
        return super().get(request, *args, **kwargs)

    @cached_property
    def areas(self) -> dict[str, str]:
        """The names of service areas."""
        return area_names()

    def to_row_dict(self, item: Gap) -> dict[str, object]:
        """Return the cells of a row of a file."""
        return {
            "text": item.text,
            "area": self.areas.get(item.area, item.area),
            "searches": item.searches,
            "without_course": in_words(item.without_course),
            "opened": in_words(item.opened),
        }

    def get_context_data(self, **kwargs: object) -> dict:
        """Add the searches of a page of the list."""
        page = Paginator(self.found, PER_PAGE).get_page(self.request.GET.get("page"))
        kept = self.request.GET.copy()
        kept.pop("page", None)
        return super().get_context_data(**kwargs) | {
            "form": self.form,
            "rows": rows_for(self.request.user, map(gap_of, page.object_list), self.areas),
            "pager": page,
            "kept": kept.urlencode(),
        }


def rows_for(user: User, found: Iterable[Gap], areas: dict[str, str]) -> list[dict]:
    """Return what the templates show of each search, with what the person may make of it."""
    may_pair = policy_for(Synonym).may(user, Action.ADD)
    may_report = policy_for(Need).may(user, Action.ADD)
    return [
        {
            "gap": gap,
            "area": areas.get(gap.area, gap.area),
            "without_course": in_words(gap.without_course),
            "opened": in_words(gap.opened),
            "synonym_url": _synonym_url(gap) if may_pair else "",
            "need_url": _need_url(gap) if may_report else "",
        }
        for gap in found
    ]


def _synonym_url(gap: Gap) -> str:
    words = {"words": gap.text, "words_language": gap.language}
    return f"{reverse('synonym:add')}?{urlencode(words)}"


def _need_url(gap: Gap) -> str:
    told = _("Readers search for “%(text)s” and find no course that helps.") % {"text": gap.text}
    return f"{reverse('need_desk:report')}?{urlencode({'challenge': told, 'area': gap.area})}"


class GapsPanel(Component):
    """The first searches without a course on the admin's home; nothing where there are none."""

    name = "gaps"
    order = 70
    template_name = "search/admin/searches_panel.html"

    @staticmethod
    def is_for(request: HttpRequest) -> bool:
        """Return whether the person reads the list, as one who works in a region."""
        mine = standing_of(request.user).desk_regions
        return bool(mine) and policy_for(AskedFor).may(request.user, Action.VIEW)

    def get_context_data(self, parent_context: dict) -> dict:
        """Return the most searched of the last four weeks."""
        user = parent_context["request"].user
        rows = policy_for(AskedFor).rows(user)
        found = list(map(gap_of, gaps(rows, Show.NO_COURSE, Weeks.latest(SPAN))[:ON_HOME]))
        areas = area_names() if found else {}
        return {"rows": rows_for(user, found, areas), "url": reverse(SEARCHES)}
