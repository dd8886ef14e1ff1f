"""The text index over analysed words: FTS5 on SQLite, a tsvector with GIN on PostgreSQL.

Both index the forms that ``search.analysis`` yields as they are. Neither can be a Django model; the
table is made by a migration.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from ..analysis import Word, analyse
from ..documents import CourseDocument, Texts
from ..models import SLOTS, entry_key

#: Words of a text beyond these are not indexed: a tsvector holds a megabyte.
MOST_WORDS = 4000
#: How much a match weighs, by field: in the exact form, then as a stem.
WEIGHTS = {"title": (10.0, 5.0), "topics": (4.0, 2.0), "summary": (3.0, 1.5), "body": (1.0, 0.5)}

#: Where a course says what it is about; its body tells of much besides.
ABOUT = ("title", "topics", "summary")


class TextIndex:
    """Where words are kept and found: what the two databases do alike."""

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

    def write(self, documents: Sequence[CourseDocument], slots: Iterable[int]) -> None:
        """Put the words of ``documents`` into each slot, in place of what was there."""
        raise NotImplementedError

    def match(self, words: Iterable[Word]) -> dict[int, float]:
        """Return the entries that hold every word in some form, with a score; more is better.

        Those of both slots.
        """
        raise NotImplementedError

    def match_each(self, words: Sequence[Word]) -> list[dict[int, float]]:
        """Return for each word the entries that are about it, with a score. One statement.

        What stands in a body alone is not found.
        """
        raise NotImplementedError

    def _parted(self, rows: Iterable[tuple], count: int) -> list[dict[int, float]]:
        """Part rows of number, entry and score by their number."""
        found: list[dict[int, float]] = [{} for _number in range(count)]
        for number, entry, score in rows:
            found[number][entry] = score
        return found


def text_index(database: BaseDatabaseWrapper = connection) -> TextIndex:
    """Return the index of the database in use."""
    return PostgresIndex() if database.vendor == "postgresql" else SqliteIndex()


def _fields(texts: Texts) -> dict[str, list[Word]]:
    return {name: analyse(getattr(texts, name))[:MOST_WORDS] for name in WEIGHTS}


class SqliteIndex(TextIndex):
    """FTS5, ranked by its ``bm25``: a column for each field and strength."""

    create = (
        "CREATE VIRTUAL TABLE search_text USING fts5("
        "title_exact, title_stem, topics_exact, topics_stem, "
        "summary_exact, summary_stem, body_exact, body_stem, "
        "tokenize=\"unicode61 remove_diacritics 0 tokenchars '._'\")",
    )
    delete = "DELETE FROM search_text WHERE rowid = %s"
    delete_slot = "DELETE FROM search_text WHERE rowid %% %s = %s"
    ranked = (
        "SELECT rowid, -bm25(search_text, %s, %s, %s, %s, %s, %s, %s, %s) "
        "FROM search_text WHERE search_text MATCH %s"
    )
    weights = tuple(weight for pair in WEIGHTS.values() for weight in pair)

    def write(self, documents: Sequence[CourseDocument], slots: Iterable[int]) -> None:
        """Replace the rows of ``documents``."""
        rows = [
            (entry_key(document.page_id, slot), *row)
            for document in documents
            for row in [self._row(document.texts)]
            for slot in slots
        ]
        self.remove(row[0] for row in rows)
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_text (rowid, title_exact, title_stem, topics_exact, "
                "topics_stem, summary_exact, summary_stem, body_exact, body_stem) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                rows,
            )

    def _row(self, texts: Texts) -> list[str]:
        row = []
        for words in _fields(texts).values():
            row += [
                " ".join(form for word in words for form in sorted(word.exact)),
                " ".join(form for word in words for form in sorted(word.stems)),
            ]
        return row

    def match(self, words: Iterable[Word]) -> dict[int, float]:
        """Return rows by ``bm25``, which is negative in FTS5."""
        query = " AND ".join(f"({_any_form(word)})" for word in words)
        with connection.cursor() as cursor:
            cursor.execute(self.ranked, [*self.weights, query])
            return dict(cursor.fetchall())

    def match_each(self, words: Sequence[Word]) -> list[dict[int, float]]:
        """Return each word's rows by ``bm25``."""
        each = self.ranked.replace("SELECT", "SELECT %s,", 1)
        about = " ".join(f"{name}_{form}" for name in ABOUT for form in ("exact", "stem"))
        asked = [
            (number, *self.weights, f"{{{about}}} : ({_any_form(word)})")
            for number, word in enumerate(words)
        ]
        with connection.cursor() as cursor:
            cursor.execute(
                " UNION ALL ".join(each for _word in words),
                [value for values in asked for value in values],
            )
            return self._parted(cursor.fetchall(), len(words))


def _any_form(word: Word) -> str:
    """Return the query of FTS5 for any form of a word."""
    return " OR ".join(f'"{form}"' for form in sorted(word.forms))


class PostgresIndex(TextIndex):
    """A tsvector with weights A to D by field; an exact form counts once more."""

    letters: ClassVar = dict(zip(WEIGHTS, "ABCD", strict=True))
    #: Of the letters D to A, as ``ts_rank`` takes them.
    weights = (
        "{"
        + ",".join(str(pair[0] / WEIGHTS["title"][0]) for pair in reversed(WEIGHTS.values()))
        + "}"
    )
    create = (
        "CREATE TABLE search_text (entry bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX search_text_words ON search_text USING gin (words)",
    )
    delete = "DELETE FROM search_text WHERE entry = %s"
    delete_slot = "DELETE FROM search_text WHERE entry %% %s = %s"

    def write(self, documents: Sequence[CourseDocument], slots: Iterable[int]) -> None:
        """Replace the rows of ``documents``."""
        rows = [
            (entry_key(document.page_id, slot), vector)
            for document in documents
            for vector in [self._vector(document.texts)]
            for slot in slots
        ]
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_text (entry, words) VALUES (%s, %s::tsvector) "
                "ON CONFLICT (entry) DO UPDATE SET words = excluded.words",
                rows,
            )

    def _vector(self, texts: Texts) -> str:
        positions: dict[str, list[str]] = {}
        place = 0
        for name, words in _fields(texts).items():
            for word in words:
                place += 1
                for form in word.forms:
                    positions.setdefault(form, []).append(f"{place}{self.letters[name]}")
        return " ".join(f"'{form}':{','.join(places)}" for form, places in positions.items())

    def match(self, words: Iterable[Word]) -> dict[int, float]:
        """Return rows by ``ts_rank``."""
        query = " & ".join(f"({_any_lexeme(word)})" for word in words)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT entry, ts_rank(%s::float4[], words, asked) "
                "FROM search_text, CAST(%s AS tsquery) asked WHERE words @@ asked",
                [self.weights, query],
            )
            return dict(cursor.fetchall())

    def match_each(self, words: Sequence[Word]) -> list[dict[int, float]]:
        """Return each word's rows by ``ts_rank``."""
        about = ":" + "".join(self.letters[name] for name in ABOUT)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT number - 1, entry, ts_rank(%s::float4[], words, asked::tsquery) "
                "FROM search_text, unnest(%s::text[]) WITH ORDINALITY AS each(asked, number) "
                "WHERE words @@ asked::tsquery",
                [self.weights, [_any_lexeme(word, about) for word in words]],
            )
            return self._parted(cursor.fetchall(), len(words))


def _any_lexeme(word: Word, where: str = "") -> str:
    """Return the tsquery for any form of a word; ``where`` are the letters of fields, after ":"."""
    return " | ".join(f"'{form}'{where}" for form in sorted(word.forms))
