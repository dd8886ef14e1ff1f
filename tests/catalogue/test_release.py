"""The mark of a release: another with each of its parts, and read once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catalogue import release


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Iterator[Path]:
    (tmp_path / "components").mkdir()
    (tmp_path / "components" / "state.html").write_text("one")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    settings.LOCALE_PATHS = [tmp_path]
    release._mark.cache_clear()
    yield tmp_path
    release._mark.cache_clear()


def test_a_release_has_a_mark_of_its_own(folder: Path, settings: Any) -> None:
    settings.DEBUG = True
    seen = [release.release_mark()]
    assert release.release_mark() == seen[0]
    (folder / "components" / "state.html").write_text("two")
    seen.append(release.release_mark())
    (folder / "django.mo").write_bytes(b"\x00words")
    seen.append(release.release_mark())
    settings.VERSION = "99.0"
    seen.append(release.release_mark())
    assert len(set(seen)) == len(seen)


def test_a_process_reads_it_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = release.release_mark()
    monkeypatch.setattr(Path, "read_bytes", None)
    (folder / "components" / "state.html").write_text("two")
    assert release.release_mark() == first
