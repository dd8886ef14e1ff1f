"""Courses that may already answer a need: asked here, answered by a floor above."""

from collections.abc import Callable
from dataclasses import dataclass

from regions.models import Region


@dataclass(frozen=True)
class Suggestion:
    """A course to show beside the form. ``state`` and ``when`` are words for people."""

    title: str
    url: str
    state: str
    #: The state's code, for its sign.
    state_code: str
    when: str
    #: The language of the title, where it is not the reader's.
    lang: str = ""


#: Returns the likeliest courses for a text, best first.
Suggester = Callable[[str, Region, int], list[Suggestion]]

_suggester: list[Suggester] = []


def register(suggester: Suggester) -> None:
    """Let ``suggester`` answer from now on."""
    _suggester[:] = [suggester]


def suggest(text: str, region: Region, limit: int = 3) -> list[Suggestion]:
    """Return courses that may already answer ``text``; none where nobody registered."""
    return _suggester[0](text, region, limit) if _suggester and text.strip() else []
