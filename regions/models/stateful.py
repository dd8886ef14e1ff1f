"""Rows whose state only a lifecycle moves."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ClassVar, Self

from django.db import models

_moving: ContextVar[bool] = ContextVar("samkurs_state_moving", default=False)


class StateWriteError(Exception):
    """A state was to be written past the lifecycle."""


@contextmanager
def moving() -> Iterator[None]:
    """Allow writing states inside; for ``regions.lifecycle`` alone."""
    token = _moving.set(True)
    try:
        yield
    finally:
        _moving.reset(token)


class StatefulQuerySet(models.QuerySet):
    """Refuses to write a state for many rows at once."""

    def update(self, **values: object) -> int:
        """Update anything but the state. Raises ``StateWriteError`` for that."""
        if "state" in values and not _moving.get():
            raise StateWriteError(self.model._meta.label)
        return super().update(**values)

    def bulk_create(self, objs: Iterable[models.Model], *args: object, **kwargs: object) -> list:
        """Create rows in their first state. Raises ``StateWriteError`` for another."""
        rows = list(objs)
        if not _moving.get() and any(row.state != self.model.initial_state for row in rows):
            raise StateWriteError(self.model._meta.label)
        return super().bulk_create(rows, *args, **kwargs)


class StatefulModel(models.Model):
    """A row with a ``state``, which starts where ``initial_state`` says."""

    initial_state: ClassVar[str]

    objects = StatefulQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: object, **kwargs: object) -> None:
        """Save. Raises ``StateWriteError`` if the state is not the stored (or the first) one."""
        stored = self.initial_state if self._state.adding else getattr(self, "_stored_state", None)
        if not _moving.get() and "state" in self.__dict__ and self.state != stored:
            raise StateWriteError(f"{self._meta.label}: {stored} → {self.state}")
        super().save(*args, **kwargs)
        self._stored_state = self.state

    @classmethod
    def from_db(cls, db: str, field_names: list[str], values: list) -> Self:
        """Remember the state that is stored."""
        instance = super().from_db(db, field_names, values)
        instance._stored_state = instance.__dict__.get("state")  # noqa: SLF001  our own
        return instance

    def refresh_from_db(self, *args: object, **kwargs: object) -> None:
        """Read anew, and remember the state that is stored."""
        super().refresh_from_db(*args, **kwargs)
        self._stored_state = self.__dict__.get("state")
