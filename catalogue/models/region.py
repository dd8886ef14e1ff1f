"""A region's page: the root of all its content in one language."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from regions.models import Region

from .mixins import CataloguePageMixin


class RegionPage(CataloguePageMixin, Page):
    """The page of a region in one language; a region owns whatever stands below it."""

    template_slug = "region_page"
    parent_page_types: ClassVar = ["catalogue.HomePage"]
    subpage_types: ClassVar = ["catalogue.CatalogueIndexPage"]
    # Made by the service that makes a region, with groups and rights: never by hand.
    is_creatable = False

    region = models.ForeignKey(
        Region, models.PROTECT, related_name="pages", verbose_name=_("region"), editable=False
    )
    # The page's language, kept here so that the database can see "one page a region and language".
    language_code = models.CharField(max_length=10, editable=False)
    lead = models.CharField(
        _("introduction"),
        max_length=300,
        blank=True,
        help_text=_("One or two sentences about the region's co-operation."),
    )

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("lead")]

    class Meta:
        verbose_name = _("region page")
        verbose_name_plural = _("region pages")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "language_code"],
                name="regionpage_once_per_language",
                violation_error_message=_("The region already has a page in this language."),
            )
        ]

    def full_clean(self, *args: object, **kwargs: object) -> None:
        """Check with the language of the page's place in the tree."""
        self.language_code = self.locale.language_code
        super().full_clean(*args, **kwargs)

    def clean(self) -> None:
        """Refuse a second page of the region in a language."""
        super().clean()
        others = RegionPage.objects.filter(
            region_id=self.region_id, language_code=self.language_code
        )
        if others.exclude(pk=self.pk).exists():
            raise ValidationError(_("The region already has a page in this language."))

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict:
        """Add what is open, what starts next, and whom to ask."""
        from ..presenters.regions import region_context  # presenters read these models

        return {**super().get_context(request, *args, **kwargs), **region_context(self, request)}
