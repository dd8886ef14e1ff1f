"""The listing: a region's under its index page, every region's, and one for each term."""

from dataclasses import replace

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue.meta import Meta, page_meta
from catalogue.models import CatalogueIndexPage
from catalogue.navigation import Link
from catalogue.presenters.packages import package_views
from catalogue.trunk import trunk_of

from . import presenters
from .days import labels, typed
from .empty import instead, nearest
from .forms import Asked, left_out, read_query
from .labels import label
from .meta import follow, listing_meta
from .months import CALENDAR, VIEW, AskedMonth, asked_month, month, with_view
from .query import Choices, CourseQuery, CourseResults, FacetKey
from .suggest import suggest_url
from .swap import answer, wants_swap
from .sync import engine
from .terms import KINDS, networks_of, now_of, terms_of
from .understood import text_tags, understood


def course_listing(page: CatalogueIndexPage, request: HttpRequest) -> HttpResponse:
    """Answer for a catalogue index page. Whatever the address says, there is an answer."""
    region = trunk_of(request).region_of(page.path)
    scope = {FacetKey.REGION: frozenset({region.region_slug if region else ""})}
    asked, results = ask(request, scope)
    plain = not (asked.query.text or asked.query.choices or any(asked.query.days))
    view = asked_month(request.GET, asked.query, results)
    context = page.get_context(request)
    context |= listing_context(asked, results, view, last_fact="provider")
    is_first = plain and results.page == 1 and view is None
    context["packages"] = package_views(page) if is_first else []
    # Every region has a listing by the same name.
    context["heading"] = page.seo_title or ", ".join(
        filter(None, [page.title, region.region_name if region else ""])
    )
    meta = replace(page_meta(page, request), title=context["heading"])
    context["meta"] = _meta(meta, asked, results, view)
    return answer(request, page.get_template(request), context)


@require_safe
def all_courses(request: HttpRequest) -> HttpResponse:
    """Answer for every region's listing."""
    return _listing_of(request, {}, {"title": _("Courses in every region")})


@require_safe
def terms(request: HttpRequest, kind: str) -> HttpResponse:
    """Answer for everything of a kind that courses are listed by."""
    request.samkurs_translated = True
    # There is nothing to choose here, whatever the address asks for.
    query = CourseQuery(language=get_language() or "", today=timezone.localdate(), page_size=0)
    title = str(KINDS[kind].title)
    found = terms_of(kind, query, engine.search(query))
    meta = Meta(title, request.path, indexed=bool(found))
    context = {"title": title, "terms": found, "meta": meta}
    return TemplateResponse(request, "pages/terms.html", context)


@require_safe
def courses_by(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """Answer for the courses of one provider, topic, service area or municipality."""
    known = KINDS[kind]
    subject = get_object_or_404(known.model, slug=slug)
    introduction = getattr(subject, "introduction", "") or getattr(subject, "profile", "")
    head = {"title": str(subject), "introduction": introduction, "subject": subject, "kind": kind}
    return _listing_of(request, {known.facet: frozenset({slug})}, head)


def _listing_of(request: HttpRequest, scope: Choices, head: dict) -> HttpResponse:
    # Every address of ours is there in every language: the header leads to this one in another.
    request.samkurs_translated = True
    asked, results = ask(request, scope)
    view = asked_month(request.GET, asked.query, results)
    context = listing_context(asked, results, view, last_fact="region") | head
    plain = Meta(head["title"], request.path, head.get("introduction", ""))
    context["meta"] = _meta(plain, asked, results, view)
    context["heading"] = head["title"]
    if kind := head.get("kind"):
        context |= _around(kind, head["subject"], asked.query, results, request)
    return answer(request, "pages/courses.html", context)


def _meta(plain: Meta, asked: Asked, results: CourseResults, view: AskedMonth | None) -> Meta:
    """Return what a listing says of itself; a calendar is a view of the list, found by that."""
    meta = listing_meta(plain, asked, results)
    return replace(meta, indexed=False, structured=()) if view else meta


def _around(
    kind: str, subject: object, query: CourseQuery, results: CourseResults, request: HttpRequest
) -> dict:
    """Return what stands round the courses of one thing; htmx needs only whom to ask."""
    around = {"contact": subject if kind == "municipalities" else None}
    if wants_swap(request):
        return around
    home = Link("Samkurs", f"/{query.language}/")
    return around | {
        "crumbs": [home, Link(str(KINDS[kind].title), reverse("search:terms", args=[kind]))],
        "now": now_of(kind, subject, query, results),
        "networks": networks_of(kind, subject),
    }


def ask(request: HttpRequest, scope: Choices, **changes: object) -> tuple[Asked, CourseResults]:
    """Return what the address asks for and the answer; values that do not exist are left out.

    ``changes`` are fields of the query that are not the address's to say (``search.feeds``).
    """
    asked = read_query(
        request.GET, language=get_language() or "", today=timezone.localdate(), scope=scope
    )
    if changes:
        asked = replace(asked, query=replace(asked.query, **changes))
    results = engine.search(asked.query)
    known = {
        key: frozenset(
            value
            for value in values
            if label(asked.query.language, results.version, key, value) is not None
        )
        for key, values in asked.query.choices.items()
    }
    if known == asked.query.choices:
        return asked, results
    choices = {key: values for key, values in known.items() if values}
    notes = dict.fromkeys([*asked.notes, left_out()])
    asked = replace(asked, query=replace(asked.query, choices=choices), notes=tuple(notes))
    return asked, engine.search(asked.query)


def _choosing(asked: Asked, results: CourseResults, *, folded: bool) -> dict:
    """Return what a reader chooses from; ``folded`` above a month, which needs the room."""
    query = asked.query
    facets = presenters.facets(query, results, asked.typed, folded=folded)
    keys = [facet.key for facet in facets]
    return {
        "facets": facets,
        "days": asked.days,
        "days_choice": ", ".join(filter(None, labels(query.days, query.today))),
        "days_example": typed(query.today),
        "days_after": FacetKey.START if FacetKey.START in keys else (keys or [""])[-1],
        "chosen_count": sum(map(len, query.choices.values())) + sum(map(bool, query.days)),
    }


def listing_context(
    asked: Asked, results: CourseResults, view: AskedMonth | None = None, *, last_fact: str
) -> dict:
    """Return the context of a listing, whatever page it stands on: a list, or a month."""
    query = asked.query
    pager = Paginator(range(results.total), query.page_size).page(results.page)
    cards = [] if view else presenters.course_cards(query, results, last_fact=last_fact)
    pager.object_list = cards
    kept = presenters.address(query)[1:]
    empty = None if results.total else instead(query, results)
    return {
        "engine": results.engine,
        "query": query,
        "notes": asked.notes,
        "courses": pager,
        "kept": f"{kept}&" if kept else "",
        **_choosing(asked, results, folded=view is not None),
        **_view(query, results, view),
        "tags": _seen_in(view, [*text_tags(query, results), *presenters.tags(query, results)]),
        "sorts": presenters.sorts(query),
        "kept_sort": "" if query.sort == presenters.usual_sort(query) else str(query.sort),
        "follow": follow(query),
        "suggest_url": suggest_url(query.scope),
        "understood": understood(query, results, narrowed=bool(empty and empty.is_narrowed)),
        "need_text": empty.need_text if empty else "",
        "ways_out": _seen_in(view, empty.ways) if empty else [],
        "elsewhere": empty.elsewhere if empty else None,
        "nearest": _seen_in(view, nearest(query, results)) if empty else [],
    }


def _view(query: CourseQuery, results: CourseResults, view: AskedMonth | None) -> dict:
    """Return the month, where one is asked for, and the way to the other view."""
    if view is None:
        # Which month it opens is looked up when it is opened.
        url = presenters.address(query)
        other = f"{url}{'' if url.endswith('?') else '&'}{VIEW}={CALENDAR}"
        return {"month": None, "other_view": other}
    return {
        "month": month(query, results, view) if results.total else None,
        "other_view": presenters.address(query),
        "kept_view": view.kept,
        "view_fields": view.fields,
    }


def _seen_in(view: AskedMonth | None, ways: list) -> list:
    """Return ways that lead to the same view."""
    return [replace(way, url=with_view(way.url, view)) for way in ways]
