"""Every route of needs and rounds with what each person is answered: the one table.

A row says the arguments and, for GET and for an empty POST, the answer by person; ``"*"`` stands
for whoever is not named. ``"sign in"`` leads to the sign-in page, ``"away"`` to the admin's home
with a word on why. A new route gets a row, or the walk fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from django.urls import URLPattern, URLResolver, get_resolver

from regions.needs.models import TokenPurpose

from .world import World

Answer = int | str
Answers = Mapping[str, Answer]
#: Whose routes are walked here. The admin's other routes are walked in ``tests/admin``.
NAMESPACES = ("needs", "workspace", "rounds", "need_desk", "shared_need_desk", "round_desk")


@dataclass(frozen=True)
class Row:
    """A route with its arguments, and who is answered what."""

    name: str
    get: Answers
    post: Answers
    args: Callable[[World], tuple] = field(default=lambda world: ())

    def due(self, method: str, who: str) -> Answer:
        answers = self.get if method == "get" else self.post
        return next((said for names, said in answers.items() if who in names.split()), answers["*"])


def names() -> list[str]:
    """Return the routes of ``NAMESPACES``, as the resolver knows them."""
    return sorted(set(_names(get_resolver(), ())))


def _names(resolver: URLResolver, within: tuple[str, ...]) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            if within and within[-1] in NAMESPACES:
                yield ":".join((*within, str(pattern.name)))
        else:
            inner = (*within, pattern.namespace) if pattern.namespace else within
            yield from _names(pattern, inner)


def region(world: World) -> tuple:
    return (world.region.slug,)


def receipt(world: World) -> tuple:
    return (world.secret(),)


def confirm(world: World) -> tuple:
    return (world.secret(TokenPurpose.CONFIRM),)


def wrong(_world: World) -> tuple:
    return ("x" * 43,)


def need(world: World) -> tuple:
    return (world.need.pk,)


def shared(world: World) -> tuple:
    return (world.shared.pk,)


def planning_round(world: World) -> tuple:
    return (world.planning_round.pk,)


def item(world: World) -> tuple:
    return (world.planning_round.pk, 1)


def result(world: World) -> tuple:
    return (world.region.slug, world.planning_round.slug)


ROWS: list[Row] = []
