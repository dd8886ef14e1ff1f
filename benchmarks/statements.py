"""What a request asks the database: each statement, how long it took and how many rows came."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.test import Client

#: Letters of a statement that are shown; lists of columns are long.
SHOWN = 700


@dataclass(frozen=True)
class Statement:
    """A statement as it was sent, the milliseconds it took, and the rows it gave."""

    sql: str
    taken: float
    rows: int

    def __str__(self) -> str:
        sql = self.sql if len(self.sql) <= SHOWN else f"{self.sql[:SHOWN]} …"
        return f"{self.taken:8.1f} ms {self.rows:6} rows  {sql}"


def statements_of(path: str) -> list[Statement]:
    """Return what a request for ``path`` asks, warm. Reading is done twice, to count the rows."""
    client = Client(headers={"host": "localhost"})
    for _ in range(2):  # the first makes pictures, the second remembers them
        client.get(path, secure=True)
    seen: list[tuple[str, object]] = []

    def note(execute: Callable, sql: str, params: object, many: bool, context: dict) -> object:
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        response = client.get(path, secure=True)
    if response.status_code != 200:  # noqa: PLR2004  OK
        raise RuntimeError(f"{path} answered {response.status_code}")
    return [_again(sql, params) for sql, params in seen]


def _again(sql: str, params: object) -> Statement:
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = len(cursor.fetchall()) if cursor.description else 0
    return Statement(sql, (time.perf_counter() - begun) * 1000, rows)
