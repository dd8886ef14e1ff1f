"""The site's addresses, and before them those of what it is measured against.

Photographs as well, which the proxy serves on a server.
"""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import path
from django.views.static import serve

from samkurs.urls import urlpatterns as site

from .hello import hello
from .stock import stock_courses

urlpatterns = [
    *i18n_patterns(
        path("bench/hello/", hello),
        path("bench/stock/", stock_courses),
        prefix_default_language=True,
    ),
    path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}),
    *site,
]
