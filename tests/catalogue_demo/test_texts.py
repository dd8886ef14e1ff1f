"""The demo's texts as they stand in their files. Pure: no database."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from catalogue.demo.content import CONTENT, REGIONS, one_line, read, rich_text

#: What would belong to another language or to a typewriter.
FOREIGN = {
    "kongsbergregionen": re.compile(r"[”“\"'äöÄÖ]"),
    "vasternorrland": re.compile(r"[«»“\"'æøÆØ]"),
}
#: Keys whose values readers never see, or which are names of other places.
UNREAD = {"url", "code", "apply_url", "external_platform_url", "kind", "type", "picture"}


def _files(region: str) -> Iterator[tuple[str, dict]]:
    for path in sorted((CONTENT / region).glob("*.toml")):
        if path.stem != "region":
            yield path.stem, read(f"{region}/{path.stem}")


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in UNREAD:
                yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("region", REGIONS)
def test_every_file_is_used(region: str) -> None:
    content = read(f"{region}/region")
    named = [*content["courses"], *content["packages"]]
    named += [content["draft_submitted"], content["draft_own"]]
    assert sorted(named) == [name for name, _ in _files(region)]


@pytest.mark.parametrize("region", REGIONS)
def test_texts_are_set_as_their_language_sets_them(region: str) -> None:
    for name, content in _files(region):
        for text in _texts(content):
            assert not FOREIGN[region].search(text), (name, text)
            assert not re.search(r"\d (?:%|hp|stp|kr)(?!\w)", text), (name, text)


def test_no_text_stands_twice() -> None:
    seen: Counter = Counter()
    for region in REGIONS:
        for _name, content in _files(region):
            texts = {content["title"], content["summary"], *content.get("outcomes", [])}
            texts.update(module["description"] for module in content.get("modules", []))
            for block in content["body"]:
                texts.update(re.split(r"\n\s*\n", block.get("text", "").strip()))
                texts.update(item["answer"] for item in block.get("items", []))
            seen.update(texts - {""})
    assert len(seen) > 250
    assert [text for text, times in seen.items() if times > 1] == []


@pytest.mark.parametrize("region", REGIONS)
def test_texts_name_no_people(region: str) -> None:
    """Whoever is quoted is a role: in lower case, as roles are written."""
    for name, content in _files(region):
        for block in content["body"]:
            if block["type"] == "quote":
                assert block["attribution"] == block["attribution"].lower(), name


def test_rich_text_has_paragraphs_headings_and_lists() -> None:
    text = "En linje\nsom går videre.\n\n## Overskrift\n\n- første\n- andre & siste\n"
    assert rich_text(text) == (
        "<p>En linje som går videre.</p><h2>Overskrift</h2>"
        "<ul><li>første</li><li>andre &amp; siste</li></ul>"
    )


def test_one_line_keeps_no_break_spaces() -> None:
    assert one_line("25\u00a0%\nav  tiden\n") == "25\u00a0% av tiden"
