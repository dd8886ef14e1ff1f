"""Traces of personal data: hints in a submitter's words, refusals in what everybody may read.

A machine finds numbers and addresses, and words that look like names. Numbers and addresses are
refused in public words; whether a text names a person is for the coordinator to read.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext as _


class Trace(StrEnum):
    """What was found."""

    NUMBER = "number"
    EMAIL = "email"
    PHONE = "phone"
    NAME = "name"
    ROOM = "room"


#: A Norwegian or Swedish identity number: day, month and year, then four or five digits.
_NUMBER = re.compile(r"(?<!\d)(?:\d{6}[ -]?\d{5}|(?:19|20)?\d{6}[-+]?\d{4})(?!\d)")
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.\w{2,}")
_PHONE = re.compile(
    r"(?<!\d)(?:\+4[67] ?)?(?:\d{2} \d{2} \d{2} \d{2}|\d{3} \d{2} \d{3}|\d{8})(?!\d)"
    # Swedish ones, with the area code set apart.
    r"|(?<!\d)(?:\+46 ?\(?0?\)?[1-9]\d{0,2}|0[1-9]\d{0,2})[ -]\d{2,3} ?\d{2} ?\d{2}(?!\d)"
)
#: Two words with capitals, not at the beginning of a sentence.
_NAME = re.compile(
    r"(?<![.!?:\n] )(?<!^)(?<=[\w,] )[A-ZÆØÅÄÖ][a-zæøåäöé]+ [A-ZÆØÅÄÖ][a-zæøåäöé]+\b"
)
#: One whom a room points out: "rom 12, hun", "beboeren på rom 12".
_PERSON = r"(?:hun|han|hon|hen|henne|ham|honom|she|he|her|him|beboer\w*|boende\w*|resident)"
_ROOM = r"(?:rom|rommet|rum|rummet|room)(?: nr\.?| nummer| number)? \d{1,4}\b"
_ROOMMATE = re.compile(
    rf"\b{_PERSON}\b[^.!?\n]{{0,40}}\b{_ROOM}|\b{_ROOM}[^.!?\n]{{0,40}}\b{_PERSON}\b", re.IGNORECASE
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
            if names_in(text, known):
                found.append((Trace.NAME, name))
            elif _ROOMMATE.search(text):
                found.append((Trace.ROOM, name))
    return found


def names_in(text: str, known: frozenset[str] = frozenset()) -> list[str]:
    """Return what looks like somebody's name in ``text``, without the ``known`` ones."""
    names = dict.fromkeys(match.group() for match in _NAME.finditer(text))
    return [name for name in names if name not in known]


def refusals(text: str) -> list[str]:
    """Return why ``text`` cannot stand where everybody may read it, one for each kind of trace."""
    words = {
        Trace.NUMBER: _("“%(found)s” can be an identity number. Take it out: all may read this."),
        Trace.EMAIL: _("“%(found)s” is an e-mail address. Take it out: all may read this."),
        Trace.PHONE: _("“%(found)s” can be a telephone number. Take it out: all may read this."),
    }
    said, rest = [], text
    for trace, pattern in _TRACES:
        if match := pattern.search(rest):
            said.append(words[trace] % {"found": match.group().strip()})
            # What is an identity number is no telephone number besides.
            rest = pattern.sub(" ", rest)
    return said
