"""The vocabularies that all regions share."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .base import VersionedModel

LANGUAGES = ("en", "nb", "sv")


def reading_language() -> str:
    """Return the reader's language, English if terms have no names in it."""
    code = (get_language() or "en").split("-")[0]
    return code if code in LANGUAGES else "en"


def reader_first(part: str) -> list[str]:
    """Return the fields of ``part`` (name, introduction), that of the reader's language first."""
    own = reading_language()
    return [f"{part}_{code}" for code in (own, *(code for code in LANGUAGES if code != own))]


def in_reading_order(rows: models.QuerySet) -> models.QuerySet:
    """Return terms in the order of the names that the reader sees; other rows as they are."""
    if not issubclass(rows.model, VocabularyTerm):
        return rows
    return rows.order_by(Lower(f"name_{reading_language()}"), "pk")


class VocabularyTerm(VersionedModel):
    """A term with a name and an introduction in each interface language."""

    name_en = models.CharField(_("name in English"), max_length=80)
    name_nb = models.CharField(_("name in Norwegian"), max_length=80)
    name_sv = models.CharField(_("name in Swedish"), max_length=80)
    slug = models.SlugField(
        _("address"), max_length=80, unique=True, help_text=_("Part of the term's web address.")
    )
    introduction_en = models.TextField(_("introduction in English"), blank=True, max_length=1000)
    introduction_nb = models.TextField(_("introduction in Norwegian"), blank=True, max_length=1000)
    introduction_sv = models.TextField(_("introduction in Swedish"), blank=True, max_length=1000)

    class Meta:
        abstract = True
        ordering = ["name_en"]
        constraints = [
            models.UniqueConstraint(
                Lower(f"name_{code}"),
                name=f"%(class)s_name_{code}_once",
                violation_error_message=_("There is already a term of this name."),
            )
            for code in LANGUAGES
        ]

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        cls.message_at = {
            f"{cls.__name__.lower()}_name_{code}_once": f"name_{code}" for code in LANGUAGES
        }

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self._localised("name")

    @property
    def introduction(self) -> str:
        """The introduction in the reader's language."""
        return self._localised("introduction")

    def _localised(self, field: str) -> str:
        return getattr(self, f"{field}_{reading_language()}") or getattr(self, f"{field}_en")


class ServiceArea(VocabularyTerm):
    """A part of what municipalities do: health and care, schools, planning and so on."""

    class Meta(VocabularyTerm.Meta):
        verbose_name = _("service area")
        verbose_name_plural = _("service areas")


class TargetGroup(VocabularyTerm):
    """Whom a course is for: case officers, new managers and so on."""

    class Meta(VocabularyTerm.Meta):
        verbose_name = _("target group")
        verbose_name_plural = _("target groups")


class Topic(VocabularyTerm):
    """What a course is about: dementia, plain language and so on."""

    class Meta(VocabularyTerm.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
