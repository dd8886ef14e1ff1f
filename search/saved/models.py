"""Who follows which searches, and what each has found before.

The e-mail stands in one table, apart from searches, and goes with the last of them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from regions.secret_links import fresh_secret, hash_of

#: Letters of a saved address at most: the database holds it in an index, and so do mails.
LONGEST_QUERY = 2000
#: What nobody confirms is erased after so long; so long the link to confirm works.
UNCONFIRMED_FOR = timedelta(days=7)
#: How long the links in mails open the reader's searches.
LINKS_FOR = timedelta(days=400)
#: What has ended stays so long, until the mail that tells it is surely through.
ENDED_FOR = timedelta(days=7)


class FollowerQuerySet(models.QuerySet):
    """Verbs for followers."""

    def with_email(self, email: str) -> Self:
        """Keep the one of an e-mail, compared as the database holds it apart."""
        return self.alias(lowered=Lower("email")).filter(lowered=Lower(models.Value(email)))


class Follower(models.Model):
    """Whom to mail. In no screen, export or log; erased with the last of their searches."""

    email = models.EmailField()
    #: Of the mails with news: that of the search confirmed last.
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField(auto_now_add=True)
    #: What changed until then has been looked through; None before anything is confirmed.
    looked_at = models.DateTimeField(null=True, db_index=True)
    #: The day of the last mail with news.
    mailed_on = models.DateField(null=True)

    objects = FollowerQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="follower_once_per_address")
        ]

    def __str__(self) -> str:
        return f"follower {self.pk}"


class SavedSearchQuerySet(models.QuerySet):
    """Verbs for saved searches."""

    def running(self) -> Self:
        """Keep those that are confirmed and have not ended."""
        return self.filter(confirmed_at__isnull=False, ended_on__isnull=True)


class SavedSearch(models.Model):
    """What a reader wants to hear of: the canonical address of a listing of every region.

    ``query`` is its query string without "?", as ``search.presenters`` writes it. What a region's
    listing or a term's sets stands in it as a choice, so it is the whole of what is asked.
    """

    follower = models.ForeignKey(Follower, models.CASCADE, related_name="searches")
    language = models.CharField(max_length=10)
    query = models.CharField(max_length=LONGEST_QUERY)
    #: The same in the reader's words, for when a term of it has no name any more.
    words = models.TextField()
    #: When it was asked for last, and when somebody with the mail said yes.
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    #: The day on which it was found to mean nothing any more.
    ended_on = models.DateField(null=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "saved searches"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["follower", "language", "query"], name="savedsearch_once_per_follower"
            ),
            models.CheckConstraint(
                name="savedsearch_asks_something", condition=~models.Q(query="")
            ),
            models.CheckConstraint(
                name="savedsearch_ends_after_it_began",
                condition=models.Q(ended_on__isnull=True) | models.Q(confirmed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"saved search {self.pk}"

    @property
    def is_running(self) -> bool:
        """Whether it is confirmed and has not ended."""
        return self.confirmed_at is not None and self.ended_on is None


class KnownCourse(models.Model):
    """A course that a search has found before, by its lasting key: it is never new again."""

    search = models.ForeignKey(SavedSearch, models.CASCADE, related_name="known")
    translation_key = models.UUIDField()
    #: The day of the mail that told it; None for what was there from the beginning.
    told_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["search", "translation_key"], name="knowncourse_once_per_search"
            )
        ]

    def __str__(self) -> str:
        return f"{self.translation_key} of search {self.search_id}"


class LinkPurpose(models.TextChoices):
    """What a link in a mail opens."""

    CONFIRM = "confirm"
    MANAGE = "manage"


class FollowLink(models.Model):
    """A secret link to a reader's searches, minted when a mail goes out; only its hash is kept."""

    follower = models.ForeignKey(Follower, models.CASCADE, related_name="links")
    search = models.ForeignKey(SavedSearch, models.CASCADE, null=True, related_name="links")
    purpose = models.CharField(max_length=10, choices=LinkPurpose.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="followlink_confirms_one_search",
                condition=(
                    models.Q(purpose=LinkPurpose.CONFIRM, search__isnull=False)
                    | models.Q(purpose=LinkPurpose.MANAGE, search__isnull=True)
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} of follower {self.follower_id}"

    @property
    def is_over(self) -> bool:
        """Whether the link has expired."""
        return self.expires_at <= timezone.now()

    @classmethod
    def to_confirm(cls, search: SavedSearch) -> str:
        """Make a link that confirms a search, and return its secret, which is stored nowhere."""
        return cls._mint(LinkPurpose.CONFIRM, search.follower_id, search, UNCONFIRMED_FOR)

    @classmethod
    def to_manage(cls, follower: int) -> str:
        """Make a link to all searches of a follower, and return its secret."""
        return cls._mint(LinkPurpose.MANAGE, follower, None, LINKS_FOR)

    @classmethod
    def _mint(
        cls, purpose: str, follower: int, search: SavedSearch | None, lifetime: timedelta
    ) -> str:
        secret = fresh_secret()
        cls.objects.create(
            follower_id=follower,
            search=search,
            purpose=purpose,
            token_hash=hash_of(secret),
            expires_at=timezone.now() + lifetime,
        )
        return secret


class SeenCourse(models.Model):
    """How a live course page was when changes were last looked for: what tells it from before.

    ``digest`` is of all by which queries find it, its state on that day among it. No relation: a
    page that goes is missed at the next look.
    """

    page_id = models.PositiveBigIntegerField(primary_key=True)
    digest = models.CharField(max_length=64)
    changed_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"page {self.page_id}"
