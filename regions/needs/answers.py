"""Courses that answer a shared need: asked here, told by a floor above."""

from collections.abc import Callable
from typing import NamedTuple

from .models import SharedNeed


class Answer(NamedTuple):
    """A published course; ``lang`` is the language of its title."""

    title: str
    url: str
    lang: str


#: Returns the published courses that answer a shared need.
Answering = Callable[[SharedNeed], list[tuple[str, str, str]]]

_answering: list[Answering] = []


def register(answering: Answering) -> None:
    """Let ``answering`` tell the courses from now on."""
    _answering[:] = [answering]


def answers_to(shared: SharedNeed | None) -> list[Answer]:
    """Return the courses that answer ``shared``; none where nobody registered."""
    if shared is None or not _answering:
        return []
    return [Answer(*each) for each in _answering[0](shared)]
