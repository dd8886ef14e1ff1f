"""What readers search for and do not find, at the desk: a list, and the first of it on the home."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import ClassVar
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
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

from ..asked.gaps import (
    Gap,
    Number,
    Show,
    Weeks,
    area_names,
    everything_over,
    gaps,
    in_words,
    latest_over,
    periods_over,
    weeks_over,
)
from ..models import AskedFor, Synonym

#: The name of the list's address.
SEARCHES = "reader_searches"
PER_PAGE = 50
#: Shown on the home; and in a file, which nobody reads further.
ON_HOME, IN_FILE = 5, 5_000
#: What a choice of four weeks begins with; and that of all of them.
PERIOD, EVERYTHING = "four-", "all"
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
        own = own_regions(user)
        if len(own) > 1:
            self.fields["region"].choices = [("", _("All")), *own]
        else:
            del self.fields["region"]

    def chosen(self) -> dict[str, str]:
        """Return what is chosen, as far as it is one of the choices."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def own_regions(user: User) -> list[tuple[str, str]]:
    """Return the regions of which a person may choose one, if there are several."""
    regions = policy_for(Region).rows(user, Action.CHOOSE).order_by("name")
    return [(region.slug, region.name) for region in regions]


def has_several_regions(user: User) -> bool:
    """Return whether a person may choose a region. No query, but for administrators."""
    standing = standing_of(user)
    if standing.is_admin:
        return len(own_regions(user)) > 1
    return len(standing.regions(policy_for(Region).rights[Action.CHOOSE])) > 1


def _week_choices() -> list[tuple[str, str]]:
    """Return the choices of weeks, first of all the one without a choice: the latest."""
    periods = [(f"{PERIOD}{span.first}", period_name(span)) for span in periods_over()]
    weeks = [(span.first.isoformat(), week_name(span.first)) for span in weeks_over()]
    everything = (EVERYTHING, _("All weeks that are over and kept"))
    latest = latest_over()
    since = [("", period_name(Weeks(latest[-1].first, latest[0].last)))] if latest[1:] else []
    return [*since, *periods, everything, *weeks] if periods else [*since, everything, *weeks]


def week_name(day: date) -> str:
    """Return the name of the week that begins on ``day``."""
    year, number, _weekday = day.isocalendar()
    return _("Week %(number)d, %(year)d") % {"number": number, "year": year}


def period_name(span: Weeks) -> str:
    """Return the name of some weeks."""
    weeks = {"first": span.first.isocalendar().week, "last": span.last.isocalendar().week}
    weeks["year"] = span.last.isocalendar().year
    return _("Weeks %(first)d–%(last)d, %(year)d") % weeks


def spans_of(chosen: str = "") -> list[Weeks]:
    """Return the weeks of a choice; without one the latest, to the last that is over."""
    if chosen == EVERYTHING:
        return everything_over()
    if not chosen:
        return latest_over()
    every = [*periods_over(), *weeks_over()]
    day = date.fromisoformat(chosen.removeprefix(PERIOD))
    one = not chosen.startswith(PERIOD)
    return [span for span in every if (span.first, span.is_one) == (day, one)]


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
        """What narrows the list; it begins with the latest weeks that are over."""
        return GapForm(self.request.GET, user=self.request.user)

    @cached_property
    def found(self) -> list[Gap]:
        """What may be shown."""
        chosen = self.form.chosen()
        rows = policy_for(AskedFor).rows(self.request.user)
        if region := chosen.get("region"):
            rows = rows.filter(region=region)
        area = chosen.get("area")
        return gaps(
            rows,
            Show(chosen.get("show", Show.NO_COURSE)),
            spans_of(chosen.get("weeks", "")),
            "" if area == NO_AREA else area,
            apart="region" in self.form.fields,
        )

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Answer with the page or a file."""
        if self.is_export:
            return self.as_spreadsheet(self.found[:IN_FILE], request.GET["export"])
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
            "searches": in_words(item.searches),
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
            "rows": rows_for(self.request.user, page.object_list, self.areas),
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
            "searches": in_words(gap.searches),
            "without_course": in_words(gap.without_course),
            "opened": in_words(gap.opened),
            "synonym_url": _synonym_url(gap) if may_pair and is_missed(gap) else "",
            "need_url": _need_url(gap) if may_report and is_missed(gap) else "",
        }
        for gap in found
    ]


def is_missed(gap: Gap) -> bool:
    """Return whether there is anything to mend: no course was found, or none opened."""
    return gap.without_course != Number() or gap.opened == Number()


def _synonym_url(gap: Gap) -> str:
    words = {"words": gap.text, "words_language": gap.language}
    return f"{reverse('synonym:add')}?{urlencode(words)}"


def _need_url(gap: Gap) -> str:
    told = _("Readers search for “%(text)s” and find no course that helps.") % {"text": gap.text}
    seen = {"challenge": told, "area": gap.area, "seen": "1"}
    return f"{reverse('need_desk:report')}?{urlencode(seen)}"


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
        """Return the most searched of the weeks that the list begins with."""
        user = parent_context["request"].user
        rows = policy_for(AskedFor).rows(user)
        apart = has_several_regions(user)
        found = gaps(rows, Show.NO_COURSE, spans_of(), apart=apart)[:ON_HOME]
        areas = area_names() if found else {}
        return {"rows": rows_for(user, found, areas), "url": reverse(SEARCHES)}
