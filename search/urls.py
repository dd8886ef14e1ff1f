"""Listings that stand on no page of the tree: every region's, and one for each provider or term."""

from django.urls import include, path, re_path

from .asked.views import opened
from .feeds import course_calendar, course_feed
from .listing import all_courses, courses_by, terms
from .suggest import suggest
from .terms import KINDS

app_name = "search"
urlpatterns = [
    path("courses/", all_courses, name="courses"),
    path("courses/suggest/", suggest, name="suggest"),
    # No page's address holds a full stop, so none is hidden behind these.
    path("courses/feed.atom", course_feed, name="feed"),
    path("courses/calendar.ics", course_calendar, name="calendar"),
    path("courses/opened.count", opened, name="opened"),
    path("courses/saved/", include("search.saved.urls")),
    re_path(rf"^(?P<kind>{'|'.join(KINDS)})/$", terms, name="terms"),
    re_path(
        rf"^(?P<kind>{'|'.join(KINDS)})/(?P<slug>[-\w]+)/$",
        courses_by,
        name="courses_by",
    ),
]
