"""The site's addresses, and before them those of what it is measured against."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import path

from samkurs.urls import urlpatterns as site

from .hello import hello
from .stock import stock_courses

urlpatterns = [
    *i18n_patterns(
        path("bench/hello/", hello),
        path("bench/stock/", stock_courses),
        prefix_default_language=True,
    ),
    *site,
]
