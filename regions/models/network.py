"""Professional networks across a region's municipalities."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from .base import VersionedModel
from .municipality import Municipality
from .region import Region
from .vocabulary import ServiceArea


class ProfessionalNetwork(VersionedModel):
    """A network of practitioners; its contact is a role."""

    region = models.ForeignKey(
        Region, models.PROTECT, related_name="networks", verbose_name=_("region")
    )
    name = models.CharField(_("name"), max_length=120)
    contact = models.CharField(
        _("contact"),
        max_length=120,
        blank=True,
        help_text=_("A role and a shared mailbox. Not a person's name."),
    )
    service_areas = models.ManyToManyField(
        ServiceArea, blank=True, related_name="networks", verbose_name=_("service areas")
    )
    municipalities = models.ManyToManyField(
        Municipality, blank=True, related_name="networks", verbose_name=_("municipalities")
    )

    message_at: ClassVar = {"network_name_once_per_region": "name"}

    class Meta:
        verbose_name = _("professional network")
        verbose_name_plural = _("professional networks")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "region",
                name="network_name_once_per_region",
                violation_error_message=_("The region already has a network of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name
