"""Collecting and compiling the catalogues: nothing missed, nothing guessed, nothing left behind."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, ngettext

from tests.services import require
from tools import messages

from .test_translations import CATALOGUES, entry


def keys(catalogue: polib.POFile) -> set[tuple]:
    return {(*messages.key(each), bool(each.msgid_plural)) for each in catalogue}


def test_our_catalogues_have_the_texts_of_the_repository() -> None:
    require("xgettext", "from gettext, to collect the texts")
    require("msguniq", "from gettext, to collect the texts")
    texts = keys(messages.collect())
    for language in messages.LANGUAGES:
        committed = keys(messages.read(messages.catalogue_path(language)))
        assert texts - committed == set(), "new texts: run `make messages` and translate"
        assert committed - texts == set(), "texts that went: run `make messages`"


def test_collecting_finds_texts_and_leaves_nothing_behind(tmp_path: Path) -> None:
    require("xgettext", "from gettext, to collect the texts")
    require("msguniq", "from gettext, to collect the texts")
    (tmp_path / "app").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "app" / "views.py").write_text('_("Hello")\npgettext("greeting", "Bye")\n')
    (tmp_path / "app" / "page.html").write_text('{% load i18n %}{% translate "Read on" %}')
    (tmp_path / "tests" / "test_views.py").write_text('_("Not for readers")\n')
    before = sorted(tmp_path.rglob("*"))
    found = {messages.key(each) for each in messages.collect(tmp_path)}
    assert found == {(None, "Hello"), ("greeting", "Bye"), (None, "Read on")}
    assert sorted(tmp_path.rglob("*")) == before


#: The names by which `makemessages` knows a text in Python.
KNOWN = {
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "npgettext",
    "npgettext_lazy",
    "pgettext",
    "pgettext_lazy",
}


def unseen(source: str) -> Iterator[str]:
    """What of ``source`` the collector cannot see: other names, f-strings, computed texts."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            for name in node.names:
                if name.name in KNOWN and (name.asname or name.name) not in KNOWN:
                    yield str(name.asname)
        if isinstance(node, ast.JoinedStr) and any(map(is_text, ast.walk(node))):
            yield "f-string"
        if is_text(node) and not isinstance(node.args[0], ast.Constant):
            yield "computed"


def is_text(node: ast.AST) -> bool:
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return called and node.func.id in KNOWN and bool(node.args)


def test_every_text_can_be_collected() -> None:
    places = [
        (str(path.relative_to(messages.ROOT)), what)
        for app in ("catalogue", "regions", "search", "site/samkurs")
        for path in sorted((messages.ROOT / app).rglob("*.py"))
        for what in unseen(path.read_text(encoding="utf-8"))
    ]
    assert places == []


@pytest.mark.parametrize(
    "source",
    [
        "from django.utils.translation import gettext_lazy as _lazy",
        "f\"{name}: {_('approval')}\"",
        "_(f'{name} is saved')",
        "_(text)",
    ],
)
def test_a_text_that_cannot_be_collected_is_found(source: str) -> None:
    assert list(unseen(source))


def test_an_ordinary_text_is_seen() -> None:
    source = "from django.utils.translation import gettext_lazy as _\n_('%s is saved') % name"
    assert not list(unseen(source))


def test_without_gettext_the_collector_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert messages.main() == 1
    assert "apt-get install gettext" in capsys.readouterr().err


@pytest.mark.parametrize("domain", ["django", "djangojs"])
@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_wagtails_gaps_are_filled(language: str, domain: str) -> None:
    committed = messages.read(messages.catalogue_path(language, domain, messages.WAGTAIL_DIR))
    kept = {messages.key(each) for each in committed if each.tcomment.startswith(messages.INSTEAD)}
    assert keys(messages.lacking(language, domain, kept)) == keys(committed)


def test_merging_guesses_nothing() -> None:
    known = messages.new_catalogue("nb")
    known.append(entry("Open", "Åpen"))
    known.append(entry("Close", "Lukk"))
    known.append(entry("%(n)s seat", "%(n)s plass", ("%(n)s seats", "%(n)s plasser")))
    texts = messages.new_catalogue()
    for source in ("Open", "Opens", "%(n)s seat"):
        texts.append(polib.POEntry(msgid=source))
    merged = {each.msgid: each.msgstr for each in messages.merge(texts, known, "nb")}
    assert merged == {"%(n)s seat": "", "Open": "Åpen", "Opens": ""}


@pytest.mark.parametrize(("language", "path"), CATALOGUES, ids=str)
def test_the_compiled_file_is_the_source_compiled(language: str, path: Path) -> None:
    catalogue = messages.read(path)
    assert path.with_suffix(".mo").read_bytes() == catalogue.to_binary()
    assert catalogue.metadata["Language"] == language
    assert catalogue.metadata["Plural-Forms"] == "nplurals=2; plural=(n != 1);"
    assert "POT-Creation-Date" not in catalogue.metadata


def test_django_reads_both_sets_and_english_is_the_source() -> None:
    assert {code for code, _name in settings.LANGUAGES} == {"en", *messages.LANGUAGES}
    words = {"nb": ("Åpen", "Låst av deg"), "sv": ("Öppen", "Låst av dig"), "en": ("Open", None)}
    for language, (state, locked) in words.items():
        with translation.override(language):
            assert gettext("Open") == state
            assert gettext("Locked by you") == (locked or "Locked by you")
    with translation.override("sv"):
        assert ngettext("%(count)d course", "%(count)d courses", 2) == "%(count)d\u00a0kurser"
