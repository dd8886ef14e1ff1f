"""The read model: what a listing needs, one row for each live course.

It has two slots, so that it can be rebuilt beside what readers see: one slot is read, the other is
empty or being filled. A row's key is its page's number twice, and the slot's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Self
from uuid import UUID, uuid4
from zlib import crc32

from django.db import models, transaction
from django.utils import timezone

from catalogue.models import CoursePage

from .asked.models import AskedFor
from .saved import models as saved_models  # noqa: F401  so that Django finds them
from .synonyms.models import Synonym, SynonymVersion

__all__ = [
    "AskedFor",
    "CatalogueChange",
    "CatalogueVersion",
    "CatalogueWord",
    "CourseEntry",
    "PendingIndexing",
    "Synonym",
    "SynonymVersion",
    "digest_of",
    "entry_key",
    "micros",
    "page_of",
]

SLOTS = 2


class CatalogueVersion(models.Model):
    """One row: which slot is read, and a token that is another after every change.

    The token is not a number: after a rollback or a restored backup the same number would come back
    with another catalogue behind it.
    """

    token = models.UUIDField(default=uuid4)
    #: Another whenever any public page may look otherwise, be it by what is no course.
    pages = models.UUIDField(default=uuid4)
    changed_at = models.DateTimeField(default=timezone.now)
    #: The slot that readers see; and who fills the other one, while somebody does.
    slot = models.PositiveSmallIntegerField(default=0)
    rebuild = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="catalogueversion_is_one_row", condition=models.Q(pk=1)),
            models.CheckConstraint(
                name="catalogueversion_slot_is_one_of_two", condition=models.Q(slot__lt=SLOTS)
            ),
        ]

    def __str__(self) -> str:
        return str(self.token)

    @classmethod
    def current(cls) -> UUID | None:
        """Return the token; None before the first change. One query."""
        seen = _seen.get()
        return cls.read() if seen is None else seen

    @classmethod
    def read(cls) -> UUID | None:
        """Return the token as it is now, whatever the request has seen. One query."""
        return cls.objects.filter(pk=1).values_list("token", flat=True).first()

    @classmethod
    def marks(cls) -> tuple[UUID | None, UUID | None]:
        """Return the token and the mark of public pages. One query."""
        return cls.objects.filter(pk=1).values_list("token", "pages").first() or (None, None)

    @classmethod
    def stamp(cls) -> tuple[UUID | None, datetime | None]:
        """Return the token and when it became so. One query."""
        rows = cls.objects.filter(pk=1).values_list("token", "changed_at")
        return rows.first() or (None, None)

    @classmethod
    def locked(cls) -> CatalogueVersion:
        """Return the row, and let nobody else write the read model before the transaction ends."""
        cls.objects.get_or_create(pk=1)
        return cls.objects.select_for_update().get(pk=1)

    @property
    def other_slot(self) -> int:
        """The slot that readers do not see."""
        return 1 - self.slot

    @property
    def written_slots(self) -> tuple[int, ...]:
        """The slots that a change is written to."""
        return (self.slot, self.other_slot) if self.rebuild else (self.slot,)

    @property
    def change(self) -> int:
        """The number of the last change: greater after each, also after a backup was put back."""
        return micros(self.changed_at)

    def advance(self, pages: Sequence[int] | None = None, **changes: object) -> None:
        """Let every worker see that something changed: the rows of some pages; None: any.

        Without pages it is what stands round them, such as the name of a topic.
        """
        for name, value in changes.items():
            setattr(self, name, value)
        now, last, before = timezone.now(), self.changed_at, self.token
        self.token, self.pages = uuid4(), uuid4()
        self.changed_at = max(now, last + timedelta(microseconds=1))
        self.save()
        CatalogueChange.note(before, self.token, pages)
        _seen.set(None)


class CatalogueChange(models.Model):
    """Which pages made one version of the catalogue another: the last ones, of those that know.

    A worker that has a version can go on from there to the next, and need not read every row. They
    hang together by their tokens, so none leads on to what a restored backup has undone. A page
    that was deleted, and of which no version tells yet, has one that leads nowhere.
    """

    before = models.UUIDField(unique=True)
    after = models.UUIDField()
    #: Keys of pages; null: any page may be another.
    pages = models.JSONField(null=True)

    #: Changes that are kept.
    KEPT = 100

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"

    @classmethod
    def note(cls, before: UUID, after: UUID, pages: Sequence[int] | None) -> None:
        """Note a change and forget the oldest. Three queries, two where no page is named."""
        if pages:
            cls.objects.filter(before__in=map(_of_page, pages)).delete()
        change = cls.objects.create(before=before, after=after, pages=pages)
        cls.objects.filter(pk__lte=change.pk - cls.KEPT).delete()

    @classmethod
    def note_going(cls, page: int) -> None:
        """Note that a page is being deleted, in the transaction that does it: its rows go with it.

        The version that tells so comes after the commit. Should the process die between the two,
        whoever follows the catalogue to any later version learns of it all the same, and the clock
        tells it (``untold``).
        """
        mark = _of_page(page)
        cls.objects.get_or_create(before=mark, defaults={"after": mark, "pages": [page]})

    @classmethod
    def untold(cls) -> list[int]:
        """Return the pages that were deleted and of which no version tells yet. One query."""
        notes = cls.objects.filter(before=models.F("after")).order_by("pk")
        return [page for pages in notes.values_list("pages", flat=True) for page in pages]

    @classmethod
    def between(cls, before: UUID, after: UUID) -> frozenset[int] | None:
        """Return the pages that changed between two versions; None if any may have. One query.

        With those that were deleted, and of which no version tells yet.
        """
        changes = cls.objects.values_list("before", "after", "pages")
        steps = {first: (then, pages) for first, then, pages in changes}
        found = {page for first, (then, pages) in steps.items() if first == then for page in pages}
        while before != after:
            before, pages = steps.pop(before, (None, None))
            if pages is None:
                return None
            found.update(pages)
        return frozenset(found)


def _of_page(page: int) -> UUID:
    """Return the mark of a page, which is no token of any version: those are drawn by lot."""
    return UUID(int=page)


#: The token as the request has just read it, so that it need not be read twice.
_seen: ContextVar[UUID | None] = ContextVar("catalogue token", default=None)


@contextmanager
def pages_seen(token: UUID | None) -> Iterator[None]:
    """Let the catalogue be of this version inside."""
    before = _seen.set(token)
    try:
        yield
    finally:
        _seen.reset(before)


def pages_changed() -> None:
    """Let no worker serve a page that it has kept, once the transaction is through. One query."""
    transaction.on_commit(
        lambda: CatalogueVersion.objects.filter(pk=1).update(pages=uuid4()), robust=True
    )


class CourseEntryQuerySet(models.QuerySet):
    """Verbs for entries."""

    def read(self) -> Self:
        """Keep those that readers see; nobody sees any before the first change."""
        return self.filter(slot__in=CatalogueVersion.objects.values("slot"))


class CourseEntry(models.Model):
    """A live course page as a listing shows and filters it. Rebuilt, never edited.

    ``values`` holds its facet values and hidden ones as "key:value" between spaces, ``moments`` its
    states from day to day (``search.timeline``), ``runs`` those of its occasions one by one where
    that says more (``search.runs``), ``summary`` what its card says (``CourseSummary``), ``tokens``
    what it is found by (``search.tokens``), ``digest`` a number that stands for all of it, so that
    a copy elsewhere can be compared.
    """

    id = models.BigIntegerField(primary_key=True)
    slot = models.PositiveSmallIntegerField()
    page = models.ForeignKey(CoursePage, models.CASCADE, related_name="search_entries")
    translation_key = models.UUIDField(db_index=True)
    language = models.CharField(max_length=10)
    is_source = models.BooleanField(default=True)
    title = models.CharField(max_length=255)
    newest_at = models.DateTimeField(null=True)
    values = models.TextField()
    moments = models.JSONField()
    runs = models.TextField(default="")
    summary = models.JSONField()
    tokens = models.TextField(default="")
    digest = models.BigIntegerField(default=0)

    objects = CourseEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "course entries"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="courseentry_key_is_page_and_slot",
                condition=models.Q(id=models.F("page") * SLOTS + models.F("slot")),
            )
        ]

    def __str__(self) -> str:
        return self.title


class PendingIndexing(models.Model):
    """A page whose document on the search server is older than its row in the read model.

    Written in the same transaction as the row and deleted when the server has taken it, so that
    whatever fails in between is made up for later.
    """

    page_id = models.BigIntegerField(primary_key=True)
    #: The number of the latest change (``CatalogueVersion.change``).
    change = models.BigIntegerField()
    since = models.DateTimeField(default=timezone.now)
    #: Of a page that is set aside, since the server refuses its document for good: the name of the
    #: error, never what it says of the content; how often it was refused; when it is told again.
    refused = models.CharField(max_length=100, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    again_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "pending indexing"

    def __str__(self) -> str:
        return str(self.page_id)


def micros(moment: datetime) -> int:
    """Return a time in microseconds, exactly."""
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


class CatalogueWord(models.Model):
    """A word that some course in a language holds, or the code of an occasion, normalised.

    Rows are only added; a rebuild takes away those that no course has any more. The key grows, so
    that a worker reads only what is new.
    """

    text = models.CharField(max_length=60)
    #: The language of the course, or one of those below.
    kind = models.CharField(max_length=10)
    #: ``digest_of`` of the two: their sum tells a worker whether it knows the words there are.
    digest = models.BigIntegerField()

    #: A code; a word of vocabularies and providers, whose names stand there in every language; and
    #: one that is the name of a municipality, a region or a provider.
    CODE, TERM, PLACE = "code", "term", "place"

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("text", "kind", name="catalogueword_stands_once")
        ]

    def __str__(self) -> str:
        return self.text


def digest_of(text: str, kind: str) -> int:
    """Return a number of 32 bits that is another for another word."""
    return crc32(f"{kind} {text}".encode())


def entry_key(page_id: int, slot: int) -> int:
    """Return the key of a page's row in a slot."""
    return page_id * SLOTS + slot


def page_of(entry: int) -> int:
    """Return the page whose row has this key."""
    return entry // SLOTS
