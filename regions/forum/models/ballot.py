"""Ballots: what each seat grades, and who may not."""

from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from regions.models import ForumSeat, User

from .item import RoundItem
from .round import PlanningRound

GRADES = ("benefit", "urgency", "regional")
GRADE_MAX = 4
COMMENT_MAX = 1000


class BallotQuerySet(models.QuerySet):
    """Verbs for ballots."""

    def drafts(self) -> Self:
        """Keep those being filled in: they never count."""
        return self.filter(state=Ballot.State.DRAFT)

    def current(self) -> Self:
        """Keep the submitted one of each seat and pass that stands."""
        return self.filter(is_current=True)


class Ballot(models.Model):
    """One seat's grades in one pass. A replacement is a new version; the earlier one is kept."""

    class State(models.TextChoices):
        """Whether a ballot is being filled in or was sent."""

        DRAFT = "draft", _("being filled in")
        SUBMITTED = "submitted", _("submitted")

    round = models.ForeignKey(PlanningRound, models.PROTECT, related_name="ballots")
    seat = models.ForeignKey(ForumSeat, models.PROTECT, related_name="ballots")
    pass_no = models.PositiveSmallIntegerField(default=1)
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    is_current = models.BooleanField(default=False)
    cast_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    #: Entered after the close from paper, by two people.
    on_paper = models.BooleanField(default=False)
    #: Counts the saves of lines, so that two who fill in one ballot at once are told.
    edits = models.PositiveIntegerField(default=0)

    objects = BallotQuerySet.as_manager()

    class Meta:
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")
        ordering = ["seat", "pass_no", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "seat", "pass_no", "number"], name="ballot_version_once"
            ),
            models.UniqueConstraint(
                fields=["round", "seat", "pass_no"],
                condition=Q(is_current=True),
                name="ballot_one_current",
            ),
            models.UniqueConstraint(
                fields=["round", "seat", "pass_no"],
                condition=Q(state="draft"),
                name="ballot_one_draft",
            ),
            models.CheckConstraint(
                name="ballot_draft_never_current",
                condition=Q(state="submitted") | Q(is_current=False),
            ),
            models.CheckConstraint(
                name="ballot_submitted_has_time",
                condition=Q(state="draft") | Q(submitted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}/{self.seat_id}/{self.pass_no}.{self.number}"


class BallotLineQuerySet(models.QuerySet):
    """Verbs for lines of ballots."""

    def touched_by(self, user: User) -> Self:
        """Keep those to which ``user`` has contributed."""
        return self.filter(Q(graded_by=user) | Q(hands=user)).distinct()

    def of_recused(self) -> Self:
        """Keep those to which somebody contributed who is recused on their need: they never count.

        Whoever contributed, and be it one grade of three, has a part in all that the line says.
        """
        recused = F("item__recusals__user")
        return self.filter(Q(graded_by=recused) | Q(hands=recused)).distinct()


class BallotLine(models.Model):
    """A seat's grades of one need: three from 0 to 4, or no opinion."""

    GRADES: ClassVar = GRADES

    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="lines")
    item = models.ForeignKey(RoundItem, models.PROTECT, related_name="lines")
    benefit = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(GRADE_MAX)]
    )
    urgency = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(GRADE_MAX)]
    )
    regional = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(GRADE_MAX)]
    )
    no_opinion = models.BooleanField(default=False)
    graded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    #: Everyone who has changed it: it goes when one of them is recused. A row goes with its person.
    hands = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    comment = models.TextField(_("comment"), max_length=COMMENT_MAX, blank=True)
    comment_public = models.BooleanField(_("may be published"), default=False)

    objects = BallotLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a ballot")
        verbose_name_plural = _("lines of ballots")
        constraints = [
            models.UniqueConstraint(fields=["ballot", "item"], name="ballot_line_once"),
            models.CheckConstraint(
                name="ballot_line_grades",
                condition=(Q(benefit__isnull=True) | Q(benefit__lte=GRADE_MAX))
                & (Q(urgency__isnull=True) | Q(urgency__lte=GRADE_MAX))
                & (Q(regional__isnull=True) | Q(regional__lte=GRADE_MAX)),
            ),
            models.CheckConstraint(
                name="ballot_line_no_opinion_has_no_grades",
                condition=Q(no_opinion=False)
                | Q(benefit__isnull=True, urgency__isnull=True, regional__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ballot_id}/{self.item_id}"

    @property
    def grades(self) -> tuple[int | None, int | None, int | None]:
        """The three grades, None where one is missing."""
        return self.benefit, self.urgency, self.regional


class Recusal(models.Model):
    """A person who does not grade one need; the other holder of the seat may."""

    class Kind(models.TextChoices):
        """Why somebody is recused."""

        PROVIDER = "provider", _("Tie to a provider")
        EMPLOYER = "employer", _("Post at an employer concerned")
        FAMILY = "family", _("Family")
        OTHER = "other", _("Another close tie")

    item = models.ForeignKey(RoundItem, models.PROTECT, related_name="recusals")
    seat = models.ForeignKey(ForumSeat, models.PROTECT, related_name="recusals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="recusals")
    kind = models.CharField(_("why"), max_length=10, choices=Kind.choices)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        constraints = [
            models.UniqueConstraint(fields=["item", "user"], name="recusal_once"),
            models.CheckConstraint(
                name="recusal_kind_known",
                condition=Q(kind__in=["provider", "employer", "family", "other"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}/{self.seat_id}"
