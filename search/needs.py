"""What a word of a query asks for: the tokens that meet it, and for how many points."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from . import points as worth
from .tokens import WORDED, Field, Strength, form_of, mark

#: Points, with the tokens any of which gives them, the highest first: the highest counts.
Group = tuple[tuple[int, tuple[str, ...]], ...]
#: A group for each field: any of them must be met, and their points add up.
Need = tuple[Group, ...]
#: All needs must be met; their points add up.
Way = tuple[Need, ...]


@dataclass(frozen=True)
class Term:
    """A word of a query, or words that are one: the way that gives most counts."""

    text: str
    ways: tuple[Way, ...]
    #: Of how many words of the query.
    weight: int = 1
    #: What it was taken for, where nobody writes it so.
    near: tuple[str, ...] = ()

    @cached_property
    def forms(self) -> frozenset[str]:
        """Strength and form of every token, wherever it stands ("e_kurs")."""
        return frozenset(
            form_of(token)
            for way in self.ways
            for need in way
            for group in need
            for _points, tokens in group
            for token in tokens
        )


def need_of(points: dict[str, int]) -> Need:
    """Return tokens with their points as a need: a group for each field, by points."""
    fields: dict[str, dict[int, list[str]]] = {}
    for token, value in points.items():
        fields.setdefault(token[0], {}).setdefault(value, []).append(token)
    return tuple(
        tuple((value, tuple(sorted(levels[value]))) for value in sorted(levels, reverse=True))
        for levels in fields.values()
    )


def all_alike(term: Term) -> Term:
    """Return a term that finds what it found, nothing for more than another."""

    def alike(need: Need) -> Need:
        tokens = (token for group in need for _points, found in group for token in found)
        return need_of(dict.fromkeys(tokens, 1))

    return replace(term, ways=tuple(tuple(map(alike, way)) for way in term.ways))


def narrowed(term: Term, needs: Sequence[Need]) -> Term:
    """Return a term that is met only together with some needs."""
    return replace(term, ways=tuple((*way, *needs) for way in term.ways))


def code_term(code: str, codes: Collection[str] = ()) -> Term:
    """Return the term of a code: that, or ``codes`` that begin with it, and nothing like it."""
    tokens = sorted(mark(Field.CODE, Strength.EXACT, each) for each in codes or [code])
    return Term(code, (((((worth.CODE, tuple(tokens)),),),),))


def literal_term(text: str) -> Term:
    """Return the term of a word between quotation marks: as it is written, nothing else."""
    levels = {
        mark(place, Strength.EXACT, text): worth.points(place, Strength.EXACT) for place in WORDED
    }
    return Term(text, ((need_of(levels),),))
