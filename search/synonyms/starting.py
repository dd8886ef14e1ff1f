"""The pairs that Samkurs brings: a new installation begins with them, later ones are offered.

An editor who deletes or changes one is not asked again: what was answered is kept, by pair.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from itertools import combinations
from pathlib import Path

from django.db import IntegrityError, transaction
from wagtail.log_actions import log

from regions.models import User

from ..analysis import words_of
from .models import Synonym, SynonymVersion

FILE = Path(__file__).parents[1] / "migrations" / "starting_synonyms.txt"
_LANGUAGES = {"*": ""}


def key_of(words: str, other_words: str) -> str:
    """Return the key of a pair, whichever stands first."""
    return "|".join(sorted((words, other_words)))


@cache
def starting_pairs() -> dict[str, dict[str, object]]:
    """Return the fields of each pair by its key; one that stands in two lines counts once."""
    found: dict[str, dict[str, object]] = {}
    for line in FILE.read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        both_ways = ">" not in line
        said = [_saying(part) for part in line.replace(">", "|").split("|")]
        couples = combinations(said, 2) if both_ways else ((said[0], other) for other in said[1:])
        for (language, words), (other_language, other_words) in couples:
            if words != other_words:
                fields = {
                    "words": words,
                    "words_language": language,
                    "other_words": other_words,
                    "other_language": other_language,
                    "both_ways": both_ways,
                }
                found.setdefault(key_of(words, other_words), fields)
    return found


def _saying(part: str) -> tuple[str, str]:
    language, text = part.strip().split(" ", 1)
    return _LANGUAGES.get(language, language), " ".join(words_of(text))


def offered() -> dict[str, Synonym]:
    """Return by key the pairs that are not in the list and that nobody has answered yet.

    One query; one more where there are any.
    """
    answered = SynonymVersion.objects.filter(pk=1).values_list("answered", flat=True).first()
    new = starting_pairs().keys() - set(answered or ())
    if not new:
        return {}
    new -= {key_of(*pair) for pair in Synonym.objects.values_list("words", "other_words")}
    return {key: Synonym(**fields) for key, fields in starting_pairs().items() if key in new}


def answer(shown: Collection[str], taken: Collection[str], *, by: User) -> list[Synonym]:
    """Add those ``taken`` of the pairs that were ``shown``, and offer none of these again."""
    with transaction.atomic():
        SynonymVersion.objects.get_or_create(pk=1)
        version = SynonymVersion.objects.select_for_update().get(pk=1)
        known = [key for key in shown if key in starting_pairs()]
        offers = offered()
        added = [
            offers[key] for key in known if key in taken and key in offers and _add(offers[key], by)
        ]
        version.answered = sorted({*version.answered, *known})
        version.save(update_fields=["answered"])
    return added


def _add(row: Synonym, by: User) -> bool:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # somebody has just written the same pair
        return False
    log(row, "wagtail.create", user=by)
    return True
