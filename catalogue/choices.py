"""The fixed choices of a course."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Origin(models.TextChoices):
    """Whether a course was there or is made for the municipalities."""

    EXISTING = "existing", _("existing course")
    TAILORED = "tailored", _("tailored")


class Level(models.TextChoices):
    """How much one knows beforehand."""

    INTRO = "intro", _("introductory")
    BASIC = "basic", _("basic")
    DEEPENING = "deepening", _("deepening")
    ADVANCED = "advanced", _("advanced")


class CreditSystem(models.TextChoices):
    """Kinds of credits. hp and stp are both 60 a year and may be summed, the others not."""

    NONE = "none", _("no credits")
    HP = "hp", _("hp (Swedish higher education)")
    STP = "stp", _("stp (Norwegian higher education)")
    FSTP = "fstp", _("fstp (Norwegian vocational college)")
    YHP = "yhp", _("yhp (Swedish vocational college)")


class ContentLanguage(models.TextChoices):
    """Languages a course can be held in; nynorsk among them."""

    NB = "nb", _("Bokmål")
    NN = "nn", _("Nynorsk")
    SV = "sv", _("Swedish")
    EN = "en", _("English")


class Place(models.TextChoices):
    """Where a course happens."""

    DISTANCE = "distance", _("distance")
    ONSITE = "onsite", _("on site")
    HYBRID = "hybrid", _("hybrid")


class LearningForm(models.TextChoices):
    """Ways of learning."""

    LECTURE = "lecture", _("lecture")
    LAB = "lab", _("lab")
    WORKSHOP = "workshop", _("workshop")
    SEMINAR = "seminar", _("seminar")
    ELEARNING = "elearning", _("e-learning")
    PEER = "peer", _("learning from each other")


class OrderVia(models.TextChoices):
    """How one signs up."""

    OPEN = "open", _("open: apply yourself")
    MUNICIPAL_CONTACT = "municipal_contact", _("through the municipality's contact")
    AGREEMENT = "agreement", _("under an agreement")


class MaterialRights(models.TextChoices):
    """Who holds the rights to a course's material."""

    MUNICIPALITIES = "municipalities", _("the municipalities")
    SHARED = "shared", _("shared")
    PROVIDER = "provider", _("the provider")
    UNKNOWN = "unknown", _("not known")


class Licence(models.TextChoices):
    """Under which terms the material may be used again."""

    CC_BY = "cc-by-4.0", "CC BY 4.0"
    CC_BY_SA = "cc-by-sa-4.0", "CC BY-SA 4.0"
    CC0 = "cc0-1.0", "CC0 1.0"
    ALL_RIGHTS = "all-rights", _("all rights reserved")


class Audience(models.TextChoices):
    """Who may take a course."""

    EMPLOYEES = "employees", _("municipal employees")
    MANAGERS = "managers", _("managers in municipalities")
    PUBLIC = "public", _("everyone")
