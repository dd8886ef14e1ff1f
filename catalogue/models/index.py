"""The listing of a region's courses."""

from typing import ClassVar

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from .mixins import CataloguePageMixin


class CatalogueIndexPage(CataloguePageMixin, Page):
    """Where a region's courses and packages stand; what it shows is served by ``search``."""

    template_slug = "catalogue_index_page"
    parent_page_types: ClassVar = ["catalogue.RegionPage"]
    subpage_types: ClassVar = [
        "catalogue.SharedOfferingPage",
        "catalogue.DistanceCoursePage",
        "catalogue.CoursePackagePage",
    ]
    max_count_per_parent = 1

    lead = models.CharField(_("introduction"), max_length=300, blank=True)

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("lead")]

    class Meta:
        verbose_name = _("course listing")
        verbose_name_plural = _("course listings")

    def serve(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Let the listing that is registered answer, else the page itself."""
        from ..finding import finder  # its values read these models

        return finder().listing(self, request) or super().serve(request, *args, **kwargs)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Preview the listing as readers see it."""
        return self.serve(request)
