"""Slices that several page types share: fields, panels and checks together."""

from http import HTTPMethod
from typing import ClassVar

from django.db import models, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from ..forms import CataloguePageForm
from ..publishing import refuse_incomplete


class CataloguePageMixin:
    """What every page of ours has: our form, and a template named after the page type."""

    base_form_class = CataloguePageForm
    show_in_menus_default = False
    #: Pages are read; what is not for everyone is not published.
    allowed_http_methods: ClassVar = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS]
    private_page_options: ClassVar[list[str]] = []

    def publish(self, revision: Revision, *args: object, **kwargs: object) -> None:
        """Publish or schedule ``revision``; raises ``ValidationError`` where it lacks something.

        What the clock publishes was checked when it was scheduled, and goes out.
        """
        if kwargs.get("log_action") != "wagtail.publish.scheduled":
            refuse_incomplete(revision.as_object())
        super().publish(revision, *args, **kwargs)

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        """Delete as a whole: the tree counts its children before the database may refuse."""
        with transaction.atomic():
            return super().delete(*args, **kwargs)

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict:
        """Leave the page on the request, for the header and the crumbs (``navigation``).

        ``meta`` is what the page says of itself to machines.
        """
        from ..meta import page_meta  # it reads these models

        request.samkurs_page = self
        context = super().get_context(request, *args, **kwargs)
        return {**context, "meta": page_meta(self, request)}

    def get_template(self, request: object, *args: object, **kwargs: object) -> str:
        """Return ``pages/<page_type>.html``, the same for all kinds of course."""
        return f"pages/{self.template_slug}.html"


class PictureMixin(models.Model):
    """A picture with its alternative text, or declared decorative."""

    image = models.ForeignKey(
        "catalogue.Picture",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
        help_text=_("The page looks whole without one."),
    )
    image_alt = models.CharField(
        _("alternative text"),
        max_length=200,
        blank=True,
        help_text=_("What the picture shows, for those who do not see it."),
    )
    image_decorative = models.BooleanField(
        _("decorative"),
        default=False,
        help_text=_("Tick if the picture adds nothing to the text. It is then not read aloud."),
    )

    class Meta:
        abstract = True

    def picture_errors(self) -> dict[str, object]:
        """Return what the picture lacks before it can be published, by field."""
        if self.image_id and not self.image_alt and not self.image_decorative:
            return {
                "image_alt": _("Describe the picture, or tick that it is decorative."),
            }
        return {}
