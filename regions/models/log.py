"""Logs that only grow, and in which any later change shows."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AppendOnlyError(Exception):
    """A log entry was to be changed or deleted."""


class AppendOnlyQuerySet(models.QuerySet):
    """Refuses to change or delete many rows at once, or to add them past ``save``."""

    def update(self, **values: object) -> int:
        """Refuse."""
        raise AppendOnlyError(self.model._meta.label)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise AppendOnlyError(self.model._meta.label)

    def bulk_create(self, *args: object, **kwargs: object) -> list:
        """Refuse."""
        raise AppendOnlyError(self.model._meta.label)


class ChainedLog(models.Model):
    """One step in the life of a subject; each entry seals the one before it.

    What is sealed are facts and the hash of the text, never the text itself: words can be erased
    without breaking the chain. ``subject`` is the foreign key of the subclass; the caller holds the
    lock on the subject's row, so that its entries have an order.
    """

    number = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("time"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    party = models.CharField(_("as"), max_length=20)
    action = models.CharField(_("step"), max_length=30)
    from_state = models.CharField(_("from"), max_length=20, blank=True)
    to_state = models.CharField(_("to"), max_length=20, blank=True)
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    text = models.TextField(_("words"), blank=True)
    text_hash = models.CharField(max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    entry_hash = models.CharField(max_length=64)

    objects = AppendOnlyQuerySet.as_manager()

    #: The name of the subclass's foreign key to what the log is about.
    subject: ClassVar[str]

    class Meta:
        abstract = True
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}: {self.action}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Save a new entry at the end of its chain. Raises ``AppendOnlyError`` for an old one."""
        if not self._state.adding:
            raise AppendOnlyError(f"{self._meta.label} {self.pk}")
        last = self._chain().order_by("-number").first()
        self.number = last.number + 1 if last else 1
        self.previous_hash = last.entry_hash if last else ""
        self.at = self.at or timezone.now()
        self.text_hash = digest(self.text) if self.text else ""
        self.entry_hash = self.seal()
        super().save(*args, **kwargs)

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        """Refuse: what happened stays."""
        raise AppendOnlyError(f"{self._meta.label} {self.pk}")

    def erase_text(self) -> None:
        """Forget the words of this entry; facts and chain stay."""
        type(self)._base_manager.filter(pk=self.pk).update(text="")

    def words_hold(self) -> bool:
        """Return whether the words are those that were sealed, or erased."""
        return not self.text or self.text_hash == digest(self.text)

    def seal(self) -> str:
        """Return the hash over all that must not change afterwards."""
        sealed = {
            "subject": getattr(self, f"{self.subject}_id"),
            "number": self.number,
            # A database gives times back in UTC, in whichever zone they were given.
            "at": self.at.astimezone(UTC).isoformat(),
            "party": self.party,
            "action": self.action,
            "from": self.from_state,
            "to": self.to_state,
            "facts": self.facts,
            "text": self.text_hash,
            "previous": self.previous_hash,
        }
        return digest(json.dumps(sealed, sort_keys=True, ensure_ascii=False, default=str))

    def _chain(self) -> models.QuerySet:
        subject = f"{self.subject}_id"
        return type(self)._default_manager.filter(**{subject: getattr(self, subject)})


class WordedLog(ChainedLog):
    """A log whose steps say more than one text.

    ``words`` holds the others by name, a text or texts by field. Their hashes stand in the facts
    as ``<name>_hash``, so that what is sealed says nothing once the words are erased.
    """

    words = models.JSONField(_("more words"), default=dict, blank=True)

    class Meta(ChainedLog.Meta):
        abstract = True

    def save(self, *args: object, **kwargs: object) -> None:
        """Save a new entry with the hashes of its words among its facts."""
        hashes = {f"{name}_hash": _hashed(said) for name, said in self.words.items()}
        self.facts = {**self.facts, **hashes}
        super().save(*args, **kwargs)

    def erase_text(self) -> None:
        """Forget all words of this entry; facts and chain stay."""
        type(self)._base_manager.filter(pk=self.pk).update(text="", words={})

    def words_hold(self) -> bool:
        """Return whether all words are those that were sealed, or erased."""
        return super().words_hold() and all(
            self.facts.get(f"{name}_hash") == _hashed(said) for name, said in self.words.items()
        )


def digest(text: str) -> str:
    """Return the SHA-256 of ``text`` in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _hashed(said: str | dict[str, str]) -> str | dict[str, str]:
    if isinstance(said, dict):
        return {name: digest(text) for name, text in said.items()}
    return digest(said)


def broken_links(entries: Iterable[ChainedLog]) -> list[ChainedLog]:
    """Return the entries that were changed, or before which one is missing.

    ``entries`` are those of one subject, in their order.
    """
    broken, previous, number = [], "", 0
    for entry in entries:
        number += 1
        if (
            entry.number != number
            or entry.previous_hash != previous
            or entry.entry_hash != entry.seal()
            or not entry.words_hold()
        ):
            broken.append(entry)
        previous, number = entry.entry_hash, entry.number
    return broken
