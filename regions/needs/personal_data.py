"""Hints of personal data in a submitter's words.

Only hints: a machine finds numbers and addresses, and words that look like names. Whether a text
names a person is for the coordinator to read.
"""

import re
from collections.abc import Mapping
from enum import StrEnum


class Trace(StrEnum):
    """What was found."""

    NUMBER = "number"
    EMAIL = "email"
    PHONE = "phone"
    NAME = "name"


#: A Norwegian or Swedish identity number: day, month and year, then four or five digits.
_NUMBER = re.compile(r"(?<!\d)(?:\d{6}[ -]?\d{5}|(?:19|20)?\d{6}[-+]?\d{4})(?!\d)")
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.\w{2,}")
_PHONE = re.compile(
    r"(?<!\d)(?:\+4[67] ?)?(?:\d{2} \d{2} \d{2} \d{2}|\d{3} \d{2} \d{3}|\d{8})(?!\d)"
)
#: Two words with capitals, not at the beginning of a sentence.
_NAME = re.compile(
    r"(?<![.!?:\n] )(?<!^)(?<=[\w,] )[A-ZÆØÅÄÖ][a-zæøåäöé]+ [A-ZÆØÅÄÖ][a-zæøåäöé]+\b"
)
_TRACES = ((Trace.NUMBER, _NUMBER), (Trace.EMAIL, _EMAIL), (Trace.PHONE, _PHONE))


def traces_in(texts: Mapping[str, str], known: frozenset[str] = frozenset()) -> list[tuple]:
    """Return what was found and in which of ``texts``; ``known`` are names that are no person's."""
    found = []
    for name, text in texts.items():
        for trace, pattern in _TRACES:
            if pattern.search(text):
                found.append((trace, name))
                break
        else:
            if any(match.group() not in known for match in _NAME.finditer(text)):
                found.append((Trace.NAME, name))
    return found
