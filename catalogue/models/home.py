"""The front page, one for each language."""

from typing import ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PagePermissionTester

from regions.models import User

from .mixins import CataloguePageMixin


class FrontPagePermissions(PagePermissionTester):
    """What a person may do with a front page: the log of what all regions share is not theirs."""

    def can_view_revisions(self) -> bool:
        """Return whether the history is open: to those who can change the page."""
        return super().can_view_revisions() and self.can_edit()


class HomePage(CataloguePageMixin, Page):
    """The front page of one language. Made with the site, never by hand."""

    template_slug = "home_page"
    parent_page_types: ClassVar = ["wagtailcore.Page"]
    subpage_types: ClassVar = ["catalogue.RegionPage"]
    is_creatable = False

    lead = models.CharField(
        _("introduction"),
        max_length=300,
        blank=True,
        help_text=_("One or two sentences under the heading."),
    )

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("lead")]

    class Meta:
        verbose_name = _("front page")
        verbose_name_plural = _("front pages")

    def permissions_for_user(self, user: User) -> FrontPagePermissions:
        """Return what ``user`` may do with this page."""
        return FrontPagePermissions(user, self)

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict:
        """Add the regions and what is open now."""
        from ..presenters.regions import home_context  # presenters read these models

        return {**super().get_context(request, *args, **kwargs), **home_context(self, request)}
