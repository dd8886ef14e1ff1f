"""What the fields of a need can be."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class NeedState(models.TextChoices):
    """Where one municipality's need is on its way."""

    DRAFT = "draft", _("draft")
    UNCONFIRMED = "unconfirmed", _("e-mail not confirmed")
    SUBMITTED = "submitted", _("received")
    IN_MODERATION = "in_moderation", _("being processed")
    RETURNED = "returned", _("returned with a question")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("not taken up")
    WITHDRAWN = "withdrawn", pgettext_lazy("need", "withdrawn")


class SharedNeedState(models.TextChoices):
    """Where a shared need is on its way."""

    OPEN = "open", pgettext_lazy("need", "open")
    IN_ROUND = "in_round", _("in a round")
    PRIORITISED = "prioritised", _("prioritised")
    DEFERRED = "deferred", _("deferred")
    DECLINED = "declined", _("not taken up")
    WITHDRAWN = "withdrawn", pgettext_lazy("need", "withdrawn")
    ABSORBED = "absorbed", _("merged into another")
    VOID = "void", _("empty")
    ANSWERED = "answered", _("answered by a course")


class Level(models.TextChoices):
    """Whom a need concerns."""

    ORGANISATION = "organisation", _("The whole organisation")
    UNIT = "unit", _("One unit")
    INDIVIDUAL = "individual", _("Individuals")


class Driver(models.TextChoices):
    """What drives a need."""

    LAW = "law", _("A law or requirement")
    QUALITY = "quality", _("The quality of the service")
    CHANGE = "change", _("A change in how we work")
    WORK_ENVIRONMENT = "work_environment", _("The work environment")
    RECRUITMENT = "recruitment", _("Recruitment")
    DIGITALISATION = "digitalisation", _("Digitalisation")


class Size(models.TextChoices):
    """How much it takes to answer a need."""

    SMALL = "small", _("Small: at most half a day, simple")
    ORDINARY = "ordinary", _("Ordinary")


class DeclineReason(models.TextChoices):
    """Why a need is not taken up."""

    DUPLICATE_OFFER_EXISTS = "duplicate_offer_exists", _("There is a course for this already")
    SOLVE_LOCALLY = "solve_locally", _("It is better solved in the municipality itself")
    NOT_COMPETENCE = "not_competence", _("Training does not solve it")
    OUT_OF_SCOPE = "out_of_scope", _("It is outside what the region does together")
    SPAM = "spam", _("It is not a need")


class ActionKind(models.TextChoices):
    """What kind of remedy an action is."""

    COMPETENCE = "competence", _("training or other competence")
    OTHER = "other", _("something else")


class TokenPurpose(models.TextChoices):
    """What a secret link opens."""

    CONFIRM = "confirm", _("confirming the e-mail")
    #: The receipt, and a draft to go on with: the one link by which a submitter sees a need.
    RECEIPT = "receipt", _("receipt")
