"""Reads the demo's texts: TOML files beside this module, set as the house sets its texts."""

import re
import tomllib
from functools import cache
from html import escape
from pathlib import Path

CONTENT = Path(__file__).parent / "content"
#: The demo's regions, in the order in which they are made.
REGIONS = ("kongsbergregionen", "vasternorrland")

_SPACE = re.compile(r"[ \t\n]+")
# A number stays with its unit, a paragraph sign and "kap." and "kl." with their number.
_KEPT_TOGETHER = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<=\d) (?=\d{3}\b)",
        r"(?<=\d) (?=%|(?:hp|stp|kr|prosent|procent|timer|timmar|uker|veckor)\b)",
        r"(?<=§) (?=\d)",
        r"(?<=\bkap\.) (?=\d)",
        r"(?<=\bkl\.) (?=\d)",
    )
)


@cache
def read(name: str) -> dict:
    """Return the content of ``content/<name>.toml`` with every text typeset; not to be changed."""
    with (CONTENT / f"{name}.toml").open("rb") as file:
        return _typeset(tomllib.load(file))


def read_course(region: str, key: str) -> dict:
    """Return a course, package or draft of a region by its key."""
    return read(f"{region}/{key}")


def rich_text(text: str) -> str:
    """Return paragraphs, ``## `` headings and ``- `` lists as the HTML of a rich text field."""
    return "".join(_block(block) for block in re.split(r"\n[ \t]*\n", text.strip()))


def one_line(text: str) -> str:
    """Return ``text`` without the line breaks of the file; no-break spaces stay."""
    return _SPACE.sub(" ", text).strip(" ")


def _block(block: str) -> str:
    block = block.strip(" \n")
    if block.startswith("## "):
        return f"<h2>{_inline(block[3:])}</h2>"
    if block.startswith("- "):
        items = re.split(r"(?:^|\n)- ", block)[1:]
        return "<ul>" + "".join(f"<li>{_inline(item)}</li>" for item in items) + "</ul>"
    return f"<p>{_inline(block)}</p>"


def _inline(text: str) -> str:
    return escape(one_line(text), quote=False)


def _typeset(value: object) -> object:
    if isinstance(value, dict):
        return {key: _typeset(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_typeset(item) for item in value]
    if isinstance(value, str):
        for pattern in _KEPT_TOGETHER:
            value = pattern.sub("\u00a0", value)
    return value
