"""Which published courses answer a shared need: asked here, said by who knows of courses.

The catalogue stands above this floor. It registers itself when its app is ready; until somebody
does, nothing is answered.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """A published course. ``lang`` is the language its title is written in."""

    title: str
    url: str
    lang: str


#: Takes keys of shared needs; gives the answers of those that have any, in a constant number of
#: statements.
Answering = Callable[[list[int]], dict[int, list[Answer]]]
_registered: list[Answering] = []


def register(answering: Answering) -> None:
    """Let ``answering`` be asked; a second time changes nothing."""
    if answering not in _registered:
        _registered.append(answering)


def answers_of_many(shared_need_ids: Iterable[int]) -> dict[int, list[Answer]]:
    """Return the answers of each shared need, by its key; an empty list where there are none."""
    keys = list(dict.fromkeys(shared_need_ids))
    found: dict[int, list[Answer]] = {key: [] for key in keys}
    for answering in _registered if keys else ():
        for key, answers in answering(keys).items():
            found[key].extend(answers)
    return found
