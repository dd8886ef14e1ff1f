"""The docs keep their word: commands, files and settings they name exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
DOCS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
SETTINGS = ROOT / "site" / "samkurs" / "settings"
CODE = re.compile(r"```[\s\S]*?```|`[^`\n]+`|^ {4}.+$", re.MULTILINE)
MAKE = re.compile(r"\bmake ([a-z][a-z-]*)")
MANAGE = re.compile(r"\bmanage\.py ([a-z][a-z_]*)")
MODULE = re.compile(r"\bpython -m ([a-z][a-z_.]*)")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)[^)]*\)")
#: Modules of others that the docs may run.
STANDARD = {"venv", "pip", "pytest"}


def code_in(text: str) -> str:
    """Return what stands in code: prose may say “make sure”."""
    return "\n".join(CODE.findall(text))


def targets() -> set[str]:
    """Return the targets of the Makefile."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):", text, re.MULTILINE))


def slug(heading: str) -> str:
    """Return the anchor that a heading gets."""
    kept = re.sub(r"[^\w\s-]", "", heading.strip().lower())
    return re.sub(r"\s", "-", kept)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
class TestEachDocument:
    def test_it_has_something_to_say(self, path: Path) -> None:
        assert path.read_text(encoding="utf-8").startswith("# ")

    def test_its_commands_exist(self, path: Path) -> None:
        code = code_in(path.read_text(encoding="utf-8"))
        assert set(MAKE.findall(code)) - targets() == set()
        assert set(MANAGE.findall(code)) - set(get_commands()) == set()
        for name in set(MODULE.findall(code)) - STANDARD:
            place = ROOT.joinpath(*name.split("."))
            assert place.with_suffix(".py").exists() or (place / "__main__.py").exists(), name

    def test_its_links_lead_somewhere(self, path: Path) -> None:
        for link in LINK.findall(path.read_text(encoding="utf-8")):
            if link.startswith(("http://", "https://", "mailto:")):
                continue
            target, _, anchor = link.partition("#")
            place = (path.parent / target) if target else path
            assert place.exists(), link
            if anchor:
                lines = place.read_text(encoding="utf-8").splitlines()
                headings = {slug(line.lstrip("#")) for line in lines if line.startswith("#")}
                assert anchor in headings, link

    def test_it_names_no_machine(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w.])/(?:work|root|home|Users)/", text)


def test_the_readme_tells_how_to_run_and_to_test() -> None:
    code = code_in((ROOT / "README.md").read_text(encoding="utf-8"))
    assert {"run", "test"} <= set(MAKE.findall(code))


def test_make_help_tells_every_target() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    told = set(re.findall(r"^([a-z-]+):.*## \S", text, re.MULTILINE))
    assert set(phony.split()) == told


def variables_read() -> set[str]:
    """Return the names that the settings read from the environment."""
    found = set()
    for path in SETTINGS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[0] == "env":
                assert isinstance(node.args[0], ast.Constant), ast.unparse(node)
                found.add(node.args[0].value)
    return found


def table() -> dict[str, list[str]]:
    """Return the rows of the table of settings by variable."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = text.split("## Settings", 1)[1].split("\n## ", 1)[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if line.startswith("| `")
    ]
    names = [row[0].strip("`") for row in rows]
    assert len(names) == len(set(names))
    return dict(zip(names, rows, strict=True))


def test_the_table_of_settings_is_what_is_read() -> None:
    assert set(table()) == variables_read()
    assert all(len(row) == 4 and all(row) for row in table().values())


def test_the_table_says_what_production_needs() -> None:
    """Needed is what production reads without a default."""
    source = (SETTINGS / "production.py").read_text(encoding="utf-8")
    needed = {
        node.args[0].value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[0] == "env"
        and "default" not in {keyword.arg for keyword in node.keywords}
    }
    assert needed == {name for name, row in table().items() if row[1] == "yes"}
