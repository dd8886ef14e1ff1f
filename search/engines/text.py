"""The text index over analysed words: FTS5 on SQLite, a tsvector with GIN on PostgreSQL.

Both index the forms that ``search.analysis`` yields as they are. Neither can be a Django model; the
table is made by a migration.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Protocol

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from ..analysis import Word, analyse
from ..documents import CourseDocument, Texts

TABLE = "search_text"
#: Words of a text beyond these are not indexed: a tsvector holds a megabyte.
MOST_WORDS = 4000
#: How much a match weighs, by field: in the exact form, then as a stem.
WEIGHTS = {"title": (10.0, 5.0), "topics": (4.0, 2.0), "summary": (3.0, 1.5), "body": (1.0, 0.5)}


class TextIndex(Protocol):
    """Where words are kept and found."""

    #: Statements that make the table and take it away.
    create: tuple[str, ...]
    drop: tuple[str, ...]

    def write(self, documents: Sequence[CourseDocument]) -> None:
        """Put the words of ``documents`` in, in place of what was there."""
        ...

    def match(self, words: Iterable[Word]) -> dict[int, float]:
        """Return the pages that hold every word in some form, with a score; more is better."""
        ...


def text_index(database: BaseDatabaseWrapper = connection) -> TextIndex:
    """Return the index of the database in use."""
    return PostgresIndex() if database.vendor == "postgresql" else SqliteIndex()


def remove(page_ids: Sequence[int]) -> None:
    """Take pages out."""
    with connection.cursor() as cursor:
        cursor.executemany(
            f"DELETE FROM {TABLE} WHERE rowid = %s"  # noqa: S608  a constant
            if connection.vendor == "sqlite"
            else f"DELETE FROM {TABLE} WHERE page_id = %s",  # noqa: S608
            [(page_id,) for page_id in page_ids],
        )


def _fields(texts: Texts) -> dict[str, list[Word]]:
    return {name: analyse(getattr(texts, name))[:MOST_WORDS] for name in WEIGHTS}


class SqliteIndex:
    """FTS5, ranked by its ``bm25``: a column for each field and strength."""

    columns: ClassVar = [f"{name}_{kind}" for name in WEIGHTS for kind in ("exact", "stem")]
    create = (
        f"CREATE VIRTUAL TABLE {TABLE} USING fts5({', '.join(columns)}, "
        "tokenize=\"unicode61 remove_diacritics 0 tokenchars '._'\")",
    )
    drop = (f"DROP TABLE {TABLE}",)

    def write(self, documents: Sequence[CourseDocument]) -> None:
        """Replace the rows of ``documents``."""
        remove([document.page_id for document in documents])
        marks = ", ".join(["%s"] * (len(self.columns) + 1))
        names = ", ".join(self.columns)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TABLE} (rowid, {names}) VALUES ({marks})",  # noqa: S608
                [(document.page_id, *self._row(document.texts)) for document in documents],
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
        query = " AND ".join(
            "(" + " OR ".join(f'"{form}"' for form in sorted(word.forms)) + ")" for word in words
        )
        weights = ", ".join(str(weight) for pair in WEIGHTS.values() for weight in pair)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT rowid, -bm25({TABLE}, {weights}) FROM {TABLE} "  # noqa: S608
                f"WHERE {TABLE} MATCH %s",
                [query],
            )
            return dict(cursor.fetchall())


class PostgresIndex:
    """A tsvector with weights A to D by field; an exact form counts once more."""

    letters: ClassVar = dict(zip(WEIGHTS, "ABCD", strict=True))
    create = (
        f"CREATE TABLE {TABLE} (page_id bigint PRIMARY KEY, words tsvector NOT NULL)",
        f"CREATE INDEX {TABLE}_words ON {TABLE} USING gin (words)",
    )
    drop = (f"DROP TABLE {TABLE}",)

    def write(self, documents: Sequence[CourseDocument]) -> None:
        """Replace the rows of ``documents``."""
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TABLE} (page_id, words) VALUES (%s, %s::tsvector) "  # noqa: S608
                "ON CONFLICT (page_id) DO UPDATE SET words = excluded.words",
                [(document.page_id, self._vector(document.texts)) for document in documents],
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
        query = " & ".join(
            "(" + " | ".join(f"'{form}'" for form in sorted(word.forms)) + ")" for word in words
        )
        stems = [pair[0] / WEIGHTS["title"][0] for pair in reversed(WEIGHTS.values())]
        weights = "{" + ",".join(map(str, stems)) + "}"
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT page_id, ts_rank(%s::float4[], words, asked) "  # noqa: S608
                f"FROM {TABLE}, CAST(%s AS tsquery) asked WHERE words @@ asked",
                [weights, query],
            )
            return dict(cursor.fetchall())
