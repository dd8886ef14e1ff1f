"""The version of a row that a page showed, as its form sends it back."""

from __future__ import annotations

#: More digits than any version has.
DIGITS = 9
#: The version of no row: whoever sends it has seen none.
NEVER_SEEN = -1


def seen_version(said: str) -> int:
    """Return the version that ``said`` names; where it is no number, one that never was."""
    plain = said.isascii() and said.isdecimal() and len(said) <= DIGITS
    return int(said) if plain else NEVER_SEEN
