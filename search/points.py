"""What a match is worth: whole numbers, so that every engine adds up to the same.

Scores of ``bm25`` or ``ts_rank`` depend on the engine and on all other courses; these depend on
where a word stands and in what form. Found by trying them on the judged queries
(``tests/search/judged``), and no finer than those can tell apart.
"""

from __future__ import annotations

from catalogue.states import OccasionState

from .tokens import Field, Strength

#: A match of a word as it is written, by where it stands.
PLACES = {
    Field.TITLE: 140,
    Field.TOPICS: 70,
    Field.SUMMARY: 60,
    Field.AROUND: 20,
    Field.BODY: 20,
}
#: Percent of that, by the form of the match.
FORMS = {Strength.EXACT: 100, Strength.FOLDED: 96, Strength.STEM: 88}
#: Percent for a word that is a part of the course's, or of which the course's is one.
PART = 70
#: Percent for another saying, and for a word that may be meant by a slip.
SYNONYM, NEAR = 60, 90
#: A code that is asked for is the very thing.
CODE = 2000
#: For each word that is met at all: a course that holds all comes before one that holds some.
EACH_WORD = 400
#: For a course in the language of the words.
OWN_LANGUAGE = 90
#: For credits of the kind that was typed, before those that are worth the same.
OWN_CREDITS = 60
#: For what can still be joined, by the state on the day; none for what is over.
STATES = {
    OccasionState.OPEN: 24,
    OccasionState.LATE: 24,
    OccasionState.ANNOUNCED: 20,
    OccasionState.FULL: 16,
    OccasionState.UNSCHEDULED: 14,
    OccasionState.RUNNING: 10,
    OccasionState.CLOSED: 5,
}


def points(field: Field, strength: Strength, percent: int = 100) -> int:
    """Return what a form is worth in a field; ``percent`` for what is not the word itself."""
    return max(PLACES[field] * FORMS[strength] * percent // 10_000, 1)
