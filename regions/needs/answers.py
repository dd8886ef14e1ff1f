"""Courses that answer shared needs: asked here, answered by a floor above."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """A published course, as a receipt or a result links to it."""

    title: str
    url: str
    #: The language of the title, where it is not the reader's.
    lang: str = ""


#: Returns the published courses that answer shared needs, by the shared need's key.
Provider = Callable[[Collection[int]], Mapping[int, list[Answer]]]

_provider: list[Provider] = []


def register(provider: Provider) -> None:
    """Let ``provider`` answer from now on."""
    _provider[:] = [provider]


def answers_of_many(shared_need_ids: Collection[int]) -> Mapping[int, list[Answer]]:
    """Return the courses that answer each of these; none where nobody registered."""
    return _provider[0](shared_need_ids) if _provider and shared_need_ids else {}
