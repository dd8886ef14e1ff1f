"""What is suggested where no name begins as typed: what a search for it would find.

So codes, slips, parts of compounds and what is called otherwise are suggested too. Asked only where
names say nothing, since it costs what a search does.
"""

from __future__ import annotations

from itertools import islice
from uuid import UUID

from django.utils import timezone

from .analysis import fold, normalise, words_of
from .query import Choices, CourseQuery, Hit, Sort
from .reading import Reading
from .readings import lexicons
from .sync import engine
from .synonyms import Synonyms, current, using

#: Letters of what is looked for, and of a word that may be the beginning of a saying.
SHORTEST, SHORTEST_BEGUN = 4, 3
#: Codes and sayings that are tried.
MOST_TRIED = 3


def is_like_a_code(text: str) -> bool:
    """Return whether a text may be the beginning of a code: "KR-"."""
    return "-" in text or any(map(str.isdigit, text))


def completed(
    text: str, language: str, scope: Choices, version: UUID | None, most: int
) -> list[Hit]:
    """Return the courses that a text, or what it begins, would find by their title or code.

    At most seven searches by one question.
    """
    synonyms = current()
    texts = _texts(normalise(text).strip(), synonyms, version)
    if not texts:
        return []
    queries = [
        CourseQuery(
            language=language,
            today=timezone.localdate(),
            text=each,
            scope=scope,
            strict=True,
            plain=True,
            sort=Sort.RELEVANCE,
            page_size=most,
        )
        for each in texts
    ]
    with using(synonyms):
        answers = engine.several(queries)
    found = {
        hit.page_id: hit
        for results in answers
        for hit in results.hits
        if _is_named_so(hit, results.reading)
    }
    return list(islice(found.values(), most))


def _is_named_so(hit: Hit, reading: Reading) -> bool:
    """Return whether the title holds a word, as suggestions do; what has a code is meant by it."""
    is_code = any(is_like_a_code(term.text) for term in reading.terms)
    return is_code or any(map(reading.meets, words_of(hit.summary.title)))


def _texts(typed: str, synonyms: Synonyms, version: UUID | None) -> list[str]:
    """Return what is looked for: codes that begin so, the text, and sayings that do."""
    found = _codes(typed, version) if is_like_a_code(typed) else []
    if len(typed) >= SHORTEST:
        found.append(typed)
    before, _space, last = typed.rpartition(" ")
    if len(last) >= SHORTEST_BEGUN:
        begun = fold(last)
        said = (word for key, word in synonyms.single.items() if key.startswith(begun))
        found += [f"{before} {word}".strip() for word in islice(said, MOST_TRIED)]
    return list(dict.fromkeys(found))


def _codes(typed: str, version: UUID | None) -> list[str]:
    """Return codes that begin as typed, one of those that differ in their last part only."""
    begun = sorted(code for code in lexicons.get(version).codes if code.startswith(typed))
    by_head = {code.rpartition("-")[0]: code for code in reversed(begun)}
    return sorted(by_head.values())[:MOST_TRIED]
