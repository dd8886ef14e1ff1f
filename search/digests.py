"""A number that stands for all that a row of the read model says."""

from __future__ import annotations

import json
from hashlib import blake2b

from .models import CourseEntry

#: What a row says; the key, the slot and the page say where it stands.
SAID = (
    "translation_key",
    "language",
    "is_source",
    "title",
    "newest_at",
    "values",
    "moments",
    "runs",
    "summary",
    "tokens",
)


def row_digest(entry: CourseEntry) -> int:
    """Return the digest of a row: equal rows, equal digests; a positive number of 63 bits."""
    said = [getattr(entry, name) for name in SAID]
    text = json.dumps(said, sort_keys=True, default=str)
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) >> 1
