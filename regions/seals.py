"""Whether what was sealed is as it was: every log, and what floors above have sealed besides."""

from collections.abc import Callable, Iterator
from itertools import groupby
from operator import attrgetter

from django.apps import apps

from .models.log import ChainedLog, broken_links

#: Each yields a line for what is not as it was sealed. Floors above add theirs in ``ready()``.
CHECKS: list[Callable[[], Iterator[str]]] = []

#: Entries that are read at once.
CHUNK = 2000


def broken_seals() -> Iterator[str]:
    """Yield a line for everything that was changed, or taken out, after it was sealed.

    Reads every log once, in the order of its subjects; nothing of what was said is in the lines.
    """
    logs = [model for model in apps.get_models() if issubclass(model, ChainedLog)]
    for log in sorted(logs, key=lambda model: model._meta.label):
        yield from _broken_entries(log)
    for check in CHECKS:
        yield from check()


def _broken_entries(log: type[ChainedLog]) -> Iterator[str]:
    subject = f"{log.subject}_id"
    entries = log._default_manager.order_by(subject, "number").iterator(chunk_size=CHUNK)
    for key, of_subject in groupby(entries, key=attrgetter(subject)):
        for entry in broken_links(of_subject):
            yield f"{log._meta.label}: entry {entry.number} of {log.subject} {key}"
