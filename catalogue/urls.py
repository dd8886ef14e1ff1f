"""Addresses of the catalogue beside its pages. No page's address holds a full stop."""

from django.urls import re_path

from .views import occasion_calendar

app_name = "catalogue"
urlpatterns = [
    # The number, not the code: an editor may change that, and it may hold anything.
    re_path(
        r"^occasions/(?P<number>[0-9]{1,18})\.ics$", occasion_calendar, name="occasion_calendar"
    ),
]
