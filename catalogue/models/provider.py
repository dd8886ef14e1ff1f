"""Who delivers courses."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from regions.models import Country, VersionedModel


class Provider(VersionedModel):
    """A university, a company, a network: shared by all regions."""

    class Kind(models.TextChoices):
        """What a provider is."""

        UNIVERSITY = "university", _("university")
        COLLEGE = "college", _("university college")
        PUBLIC = "public", _("public body")
        PRIVATE = "private", _("company")
        KS_SKR = "ks_skr", _("association of local authorities")
        RESEARCH = "research", _("research environment")
        REGION = "region", _("the region itself")
        INTERNAL = "internal", _("a municipality")
        FUNDER = "funder", _("funder")

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    country = models.CharField(_("country"), max_length=2, choices=Country.choices)
    website = models.URLField(_("website"), blank=True)
    org_no = models.CharField(_("organisation number"), max_length=20, blank=True)
    is_higher_education = models.BooleanField(
        _("gives credits"),
        default=False,
        help_text=_("Tick for a university or college that can give credits."),
    )
    contact = models.CharField(
        _("contact"),
        max_length=120,
        blank=True,
        help_text=_("A role and a shared mailbox. Not a person's name."),
    )
    introduction = models.TextField(_("introduction"), blank=True, max_length=2000)

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "country",
                name="provider_name_once_per_country",
                violation_error_message=_("There is already a provider of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name
