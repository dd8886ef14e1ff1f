"""Finds the page of an address in two or three statements, where Wagtail goes down level by level.

What a reader may not see, and whatever else is not found here, is left to Wagtail: it knows of
passwords, of sections for the signed-in, and of redirects. What is found here is in no private
section, so Wagtail's question about that (its one ``on_serve_page`` hook) is answered already.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from wagtail import hooks
from wagtail.models import Page
from wagtail.views import serve as wagtail_serve

from .models import (
    CatalogueIndexPage,
    CoursePackagePage,
    CoursePage,
    DistanceCoursePage,
    HomePage,
    RegionPage,
    SharedOfferingPage,
)
from .tree import readable
from .trunk import Branch, trunk_of

#: Kinds of course, by the name of the link from a course to them.
_KINDS = {kind._meta.model_name: kind for kind in (DistanceCoursePage, SharedOfferingPage)}
_ONE_OF_COURSE = ("locale", "provider", "image")


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Answer for the page at ``path`` below the language."""
    page = _find(request, path)
    if page is None:
        return wagtail_serve(request, path)
    for before in hooks.get_hooks("before_serve_page"):
        answer = before(page, request, [], {})
        if isinstance(answer, HttpResponse):
            return answer
    return page.serve(request)


def _find(request: HttpRequest, path: str) -> Page | None:
    """Return the page that every reader may see at an address, of its own kind."""
    trunk = trunk_of(request)
    url = f"/{get_language()}/{path}"
    branch = trunk.at(url)
    if branch:
        return _of_trunk(branch) if branch.readable else None
    above, slug = url.rstrip("/").rpartition("/")[::2]
    index = trunk.at(f"{above}/")
    if index is None or not index.is_index:
        return None
    return _course(index, slug) or _package(index, slug)


def _of_trunk(branch: Branch) -> Page | None:
    model = HomePage if branch.is_home else RegionPage if branch.is_region else CatalogueIndexPage
    return model.objects.select_related("locale").filter(pk=branch.pk, live=True).first()


def _course(index: Branch, slug: str) -> CoursePage | None:
    """Return a course below a listing, of its own kind with what it points to. One statement."""
    course = (
        readable(CoursePage.objects.filter(slug=slug, depth=index.depth + 1))
        .filter(path__startswith=index.path)
        .select_related(*_ONE_OF_COURSE, *_KINDS, "sharedofferingpage__host_municipality")
        .order_by()  # by its address there is one; in order, SQLite walks through every page
        .first()
    )
    if course is None:
        return None
    own = next((getattr(course, name) for name in _KINDS if hasattr(course, name)), None)
    for name in _ONE_OF_COURSE if own else ():
        setattr(own, name, getattr(course, name))
    return own


def _package(index: Branch, slug: str) -> CoursePackagePage | None:
    packages = CoursePackagePage.objects.filter(slug=slug, depth=index.depth + 1)
    return (
        readable(packages)
        .filter(path__startswith=index.path)
        .select_related("locale")
        .order_by()  # as above
        .first()
    )
