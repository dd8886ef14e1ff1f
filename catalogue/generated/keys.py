"""The mark of a generated course: its translation key, which says its seed and its number.

A UUID of version 8, whose bits are ours to choose: nothing that Wagtail makes (version 4) or the
demo (version 5) can lie among them. A copy that an editor makes has a key of its own; a
translation has the key of its source in another language.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q
from wagtail.models import Page

MAX_SEED = (1 << 30) - 1
MAX_NUMBER = (1 << 32) - 1
#: The first half of every such key: "samkur", the version, "g".
_MARK = 0x73616D6B_7572_8367 << 64
_VARIANT = 0b10 << 62


def key_of(seed: int, number: int) -> UUID:
    """Return the translation key of a generated course."""
    if not (0 <= seed <= MAX_SEED and 0 <= number <= MAX_NUMBER):
        raise ValueError("No such seed or number")
    return UUID(int=_MARK | _VARIANT | seed << 32 | number)


def number_of(key: UUID) -> int:
    """Return the number of a generated course within its seed."""
    return key.int & MAX_NUMBER


def seed_of(key: UUID) -> int:
    """Return the seed of a generated course."""
    return key.int >> 32 & MAX_SEED


def generated(seed: int | None = None) -> Q:
    """Return the filter for pages with the key of a generated course, of one seed or of any."""
    first, last = (0, MAX_SEED) if seed is None else (seed, seed)
    return Q(translation_key__range=(key_of(first, 0), key_of(last, MAX_NUMBER)))


def numbers_there(seed: int) -> set[int]:
    """Return the numbers of a seed whose courses are in the database."""
    keys: Iterable[UUID] = Page.objects.filter(generated(seed)).values_list(
        "translation_key", flat=True
    )
    return {number_of(key) for key in keys}


def code_prefix(seed: int) -> str:
    """Return what the codes of a seed's occasions begin with."""
    return f"g{seed}-"


def occasion_code(seed: int, number: int, position: int) -> str:
    """Return the code of a generated course's occasion."""
    return f"{code_prefix(seed)}{number}-{position + 1}"


def is_code_of(code: str, key: UUID) -> bool:
    """Return whether an occasion of the course ``key`` was generated with it, by its code."""
    return code.startswith(f"{code_prefix(seed_of(key))}{number_of(key)}-")
