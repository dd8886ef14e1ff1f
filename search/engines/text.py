"""The text index over marked tokens: FTS5 on SQLite, a tsvector with GIN on PostgreSQL.

Both hold the tokens that ``search.tokens`` yields as they are, and answer which entries hold any of
some tokens; what that is worth is for ``ranking``. Neither can be a Django model; the table is made
by a migration.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import ClassVar

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from ..models import SLOTS, CourseEntry

#: Tokens any of which will do.
Asked = tuple[str, ...]


class TextIndex:
    """Where tokens are kept and found: what the two databases do alike."""

    #: Statements that make the table and take it away, one that takes an entry out, one a slot.
    create: ClassVar[tuple[str, ...]]
    drop: ClassVar[tuple[str, ...]] = ("DROP TABLE search_text",)
    delete: ClassVar[str]
    delete_slot: ClassVar[str]

    def remove(self, entries: Iterable[int]) -> None:
        """Take entries out."""
        with connection.cursor() as cursor:
            cursor.executemany(self.delete, [(entry,) for entry in entries])

    def clear(self, slot: int) -> None:
        """Take every entry of a slot out."""
        with connection.cursor() as cursor:
            cursor.execute(self.delete_slot, (SLOTS, slot))

    def write(self, rows: Sequence[CourseEntry]) -> None:
        """Put the tokens of rows into the index, in place of what was there."""
        raise NotImplementedError

    def settle(self) -> None:
        """Make what was written as quick to find as the rest. Nothing to do on SQLite."""

    def postings(self, asked: Sequence[Asked]) -> list[str]:
        """Return for each set of tokens the entries that hold any of them, of both slots.

        As a text, "12,88,14": it comes to tens of thousands of entries, and databases hand over one
        text faster than as many rows. The same entries mostly give the same text. One statement.
        """
        raise NotImplementedError


def text_index(database: BaseDatabaseWrapper = connection) -> TextIndex:
    """Return the index of the database in use."""
    return PostgresIndex() if database.vendor == "postgresql" else SqliteIndex()


class SqliteIndex(TextIndex):
    """FTS5 with nothing but which rows hold a token.

    Every character beyond ASCII is part of a token, so that SQLite and Python agree on what one is.
    """

    create = (
        "CREATE VIRTUAL TABLE search_text USING fts5("
        "tokens, detail=none, columnsize=0, tokenize=\"ascii tokenchars '._-'\")",
    )
    delete = "DELETE FROM search_text WHERE rowid = %s"
    delete_slot = "DELETE FROM search_text WHERE rowid %% %s = %s"

    def write(self, rows: Sequence[CourseEntry]) -> None:
        """Replace rows."""
        self.remove(row.pk for row in rows)
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_text (rowid, tokens) VALUES (%s, %s)",
                [(row.pk, row.tokens) for row in rows],
            )

    def postings(self, asked: Sequence[Asked]) -> list[str]:
        """Return what FTS5 finds, which comes by row number."""
        queries = [" OR ".join(f'"{token}"' for token in tokens) for tokens in asked]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT asked.key, (SELECT group_concat(rowid) FROM search_text "
                "WHERE search_text MATCH asked.value) FROM json_each(%s) AS asked",
                [json.dumps(queries)],
            )
            found = dict(cursor.fetchall())
        return [found.get(number) or "" for number in range(len(asked))]


class PostgresIndex(TextIndex):
    """A tsvector without positions: which rows hold a token."""

    create = (
        "CREATE TABLE search_text (entry bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX search_text_words ON search_text USING gin (words)",
    )
    delete = "DELETE FROM search_text WHERE entry = %s"
    delete_slot = "DELETE FROM search_text WHERE entry %% %s = %s"

    def write(self, rows: Sequence[CourseEntry]) -> None:
        """Replace rows."""
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_text (entry, words) VALUES (%s, array_to_tsvector(%s::text[])) "
                "ON CONFLICT (entry) DO UPDATE SET words = excluded.words",
                [(row.pk, row.tokens.split()) for row in rows],
            )

    def settle(self) -> None:
        """Move what was written from the list beside the index into the index.

        Every search goes through that list, and while it is long PostgreSQL would rather unpack
        the words of each course than look at the index: a second in place of a millisecond. To
        write without the list takes twice the time.
        """
        with connection.cursor() as cursor:
            cursor.execute("SELECT gin_clean_pending_list('search_text_words')")

    def postings(self, asked: Sequence[Asked]) -> list[str]:
        """Return what the index finds as it comes: to sort it takes as long again."""
        queries = [" | ".join(f"'{token}'" for token in tokens) for tokens in asked]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT string_agg(entry::text, ',') FROM search_text "
                "WHERE words @@ asked::tsquery) "
                "FROM unnest(%s::text[]) WITH ORDINALITY AS each(asked, number) ORDER BY number",
                [queries],
            )
            return [row[0] or "" for row in cursor.fetchall()]
