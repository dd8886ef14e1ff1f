"""Marks in a text the words that a query found it by: whole words, in whatever form they stand."""

from __future__ import annotations

import re

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from .analysis import words_of
from .language.little import LITTLE
from .reading import Reading

_WORD = re.compile(r"\d+(?:[.,]\d+)+|\w+")


def highlighted(text: str, reading: Reading) -> SafeString:
    """Return ``text`` escaped, with the words that ``reading`` looks for between ``<mark>``.

    Little words are marked only where nothing else was asked for: sayings hold some, and no course
    is found by them.
    """
    asked = {word for term in reading.terms for word in term.text.split()}
    pieces, at = [], 0
    for match in _WORD.finditer(text):
        if any(
            reading.meets(word) and (word in asked or word not in LITTLE)
            for word in words_of(match[0])
        ):
            pieces += [
                conditional_escape(text[at : match.start()]),
                format_html("<mark>{}</mark>", match[0]),
            ]
            at = match.end()
    pieces.append(conditional_escape(text[at:]))
    return mark_safe("".join(pieces))  # noqa: S308  each piece is escaped
