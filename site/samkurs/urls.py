"""Addresses. Everything public stands under a language."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from catalogue.serving import serve
from search.sitemaps import SITEMAPS

from .health import health
from .views import not_here, robots, sitemap_index, sitemap_part, to_language

LOGIN = "account:login"

handler400 = "samkurs.views.bad_request"
handler403 = "samkurs.views.forbidden"
handler404 = "samkurs.views.not_found"
handler500 = "samkurs.views.failed"

urlpatterns = [
    # One door: Wagtail's own sign-in pages would go past our limits.
    path(
        f"{settings.ADMIN_PATH.lstrip('/')}login/",
        RedirectView.as_view(pattern_name=LOGIN, query_string=True),
        name="desk_sign_in",
    ),
    path(settings.ADMIN_PATH.lstrip("/"), include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("", to_language),
    path("robots.txt", robots),
    path("sitemap.xml", sitemap_index, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemap_part, {"sitemaps": SITEMAPS}, name="sitemap_part"),
    path("health/", health, name="health"),
    *(static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT) if settings.DEBUG else []),
    *i18n_patterns(
        path("_util/login/", RedirectView.as_view(pattern_name=LOGIN)),
        path("_util/<path:rest>", not_here),
        path("account/", include("regions.urls")),
        path("needs/", include("regions.needs.urls")),
        path("forum/", include("regions.forum.urls")),
        path("rounds/", include("regions.forum.result_urls")),
        path("", include("catalogue.urls")),
        path("", include("search.urls")),
        # By Wagtail's own name: addresses of pages are made from it.
        re_path(r"^((?:[\w-]+/)*)$", serve, name="wagtail_serve"),
        path("", include(wagtail_urls)),
        prefix_default_language=True,
    ),
]
