"""What is suggested where no name begins as typed: what a search for it would find.

So codes, slips, parts of compounds and what is called otherwise are suggested too. Asked only where
names say nothing, since it costs what a search does.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from uuid import UUID

from .analysis import fold, normalise, words_of
from .query import CourseQuery, Hit, Sort
from .reading import Reading
from .readings import lexicons
from .sync import engine
from .synonyms import Synonyms, current, using

#: Letters of what is looked for, and of a word that may be the beginning of a saying.
SHORTEST, SHORTEST_BEGUN = 4, 3
#: Codes and sayings that are tried.
MOST_TRIED = 2


def is_like_a_code(text: str) -> bool:
    """Return whether a text may be the beginning of a code: "KR-"."""
    return "-" in text or any(map(str.isdigit, text))


def completed(query: CourseQuery, version: UUID | None, *, only_codes: bool) -> list[Hit]:
    """Return the courses that a text, or what it begins, would find by their title or code.

    At most five searches by one question; ``only_codes``: names begin so already.
    """
    typed, synonyms = normalise(query.text).strip(), current()
    codes = _codes(typed, version) if is_like_a_code(typed) else []
    texts = list(dict.fromkeys([*codes, *([] if only_codes else _texts(typed, synonyms))]))
    if not texts:
        return []
    asked = replace(query, strict=True, plain=True, sort=Sort.RELEVANCE)
    with using(synonyms):
        answers = engine.several([replace(asked, text=text) for text in texts])
    found = {
        hit.page_id: hit
        for text, results in zip(texts, answers, strict=True)
        for hit in results.hits
        if text in codes or _is_named_so(hit, results.reading)
    }
    return list(islice(found.values(), query.page_size))


def _is_named_so(hit: Hit, reading: Reading) -> bool:
    """Return whether the title holds a word, as that of whatever is suggested by its name."""
    return any(map(reading.meets, words_of(hit.summary.title)))


def _texts(typed: str, synonyms: Synonyms) -> list[str]:
    """Return what is looked for: the text, and with its last word as sayings that begin so."""
    found = [typed] if len(typed) >= SHORTEST else []
    before, _space, last = typed.rpartition(" ")
    if len(last) >= SHORTEST_BEGUN:
        begun = fold(last)
        said = (word for key, word in synonyms.single.items() if key.startswith(begun))
        found += [f"{before} {word}".strip() for word in islice(said, MOST_TRIED)]
    return found


def _codes(typed: str, version: UUID | None) -> list[str]:
    """Return codes that begin as typed, one of those that differ in their last part only."""
    begun = sorted(code for code in lexicons.get(version).codes if code.startswith(typed))
    by_head = {code.rpartition("-")[0]: code for code in reversed(begun)}
    return sorted(by_head.values())[:MOST_TRIED]
