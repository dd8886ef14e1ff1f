"""The floors hold: nothing imports upward, modules stay small, the top level is what it is."""

from __future__ import annotations

import ast
import fnmatch
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: From the ground up, with the apps inside `regions` in their order.
FLOORS = ["regions", "regions.needs", "regions.forum", "catalogue", "search", "samkurs"]
FOLDERS = {"regions": "regions", "catalogue": "catalogue", "search": "search"}
FIXED = {"manage.py", "site", "catalogue", "regions", "search", "templates", "tests"}
NEEDED = {
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE"),
    *("pyproject.toml", "requirements.txt", "requirements-dev.txt", "Makefile"),
    *("docs", "deploy", "benchmarks"),
}
#: Lines of a module, and of one of tests, where tables are long.
LONGEST, LONGEST_OF_TESTS = 400, 450


def modules(*folders: str) -> list[Path]:
    """Return our Python files; migrations are made by a command."""
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts
    )


def name_of(path: Path) -> str:
    """Return the dotted name of a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and full name of everything ``path`` imports, inside functions as well."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            stem = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{stem}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and node.args:
            called = ast.unparse(node.func)
            first = node.args[0]
            by_name = called.endswith(("import_module", "import_string", "__import__", "get_model"))
            if by_name and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield node.lineno, first.value


def floor_of(name: str) -> int | None:
    """Return the number of the floor a dotted name is on; None for what is not ours."""
    numbers = [
        number
        for number, floor in enumerate(FLOORS)
        if name == floor or name.startswith(f"{floor}.")
    ]
    return max(numbers, default=None)


def upward(path: Path) -> list[str]:
    """Return the imports of ``path`` that reach a floor above its own."""
    own = floor_of(name_of(path))
    return [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for line, name in imported(path)
        if (other := floor_of(name)) is not None and own is not None and other > own
    ]


def test_nothing_imports_upward() -> None:
    paths = modules(*FOLDERS)
    assert len(paths) > 50
    assert [each for path in paths for each in upward(path)] == []


@pytest.mark.parametrize(
    ("place", "text", "found"),
    [
        ("regions/x.py", "import catalogue.models", 1),
        ("regions/x.py", "def f():\n    from catalogue import models", 1),
        ("regions/admin/x.py", "from .. import policy\nfrom ..models import Region", 0),
        ("regions/models/x.py", "from ..needs import models", 1),
        ("regions/forum/x.py", "from ..needs import models", 0),
        ("regions/needs/x.py", "from regions.forum.models import Round", 1),
        ("catalogue/x.py", "from regions.models import Region", 0),
        ("catalogue/x.py", "import search", 1),
        ("search/x.py", "from samkurs import settings", 1),
        ("search/x.py", "from importlib import import_module as m\nimport searching", 0),
        ("regions/x.py", "from django.apps import apps\napps.get_model('catalogue.Page')", 1),
        (
            "catalogue/x.py",
            "from django.utils.module_loading import *\nimport_string('search.x')",
            1,
        ),
    ],
)
def test_the_reader_of_imports_sees_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, text: str, found: int
) -> None:
    path = tmp_path / place
    path.parent.mkdir(parents=True)
    path.write_text(text)
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    assert len(upward(path)) == found


def test_the_project_is_no_package_and_nobody_but_itself_imports_it() -> None:
    assert not (ROOT / "site" / "__init__.py").exists()
    assert (ROOT / "site" / "samkurs" / "__init__.py").exists()


@pytest.mark.parametrize(
    ("folders", "most"),
    [
        (("regions", "catalogue", "search", "site", "benchmarks"), LONGEST),
        (("tests",), LONGEST_OF_TESTS),
    ],
)
def test_no_module_is_long(folders: tuple[str, ...], most: int) -> None:
    long = {
        str(path.relative_to(ROOT)): length
        for path in modules(*folders)
        if (length := len(path.read_text(encoding="utf-8").splitlines())) > most
    }
    assert long == {}


def test_the_top_level_is_what_the_architecture_gives() -> None:
    patterns = [
        line.strip().strip("/")
        for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    there = {
        path.name
        for path in ROOT.iterdir()
        if not path.name.startswith(".")
        and not any(fnmatch.fnmatch(path.name, pattern) for pattern in patterns)
    }
    assert there >= FIXED
    assert there <= FIXED | NEEDED
