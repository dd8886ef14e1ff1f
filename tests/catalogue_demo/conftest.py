"""The loaded demo, for all modules that look at it."""

from __future__ import annotations

from django.core import mail
from django.core.cache import cache

from catalogue.demo import load
from tests import worlds

from .loaded import Demo


@worlds.layer
def demo() -> Demo:
    said: list[str] = []
    mailed = len(mail.outbox)
    cache.clear()
    load(said.append)
    return Demo(said, len(mail.outbox) - mailed)
