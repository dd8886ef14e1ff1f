"""Styles and scripts go out trimmed, under names that tell what they hold."""

from __future__ import annotations

import json
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

STATIC = Path(settings.BASE_DIR) / "site" / "static" / "samkurs"


def test_files_are_named_by_what_they_hold(tmp_path: Path) -> None:
    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "samkurs.trimming.TrimmedStaticFilesStorage"},
    }
    with override_settings(
        STORAGES=storages, STATIC_ROOT=tmp_path, STATICFILES_DIRS=[STATIC.parent]
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
    paths = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    base = (tmp_path / paths["samkurs/css/base.css"]).read_text()
    assert Path(paths["samkurs/fonts/schibsted-grotesk.woff2"]).name in base
    assert "/*" not in base
    for name in ("samkurs/js/finder.js", "samkurs/css/finder.css"):
        named = (tmp_path / paths[name]).read_text()
        assert named == (tmp_path / name).read_text()
        assert 0 < len(named) < len((STATIC.parent / name).read_text())
    # What others made is as they made it.
    htmx = (tmp_path / "django_htmx" / "htmx-2.js").read_text()
    assert "//" in htmx
    assert (tmp_path / paths["django_htmx/htmx-2.js"]).read_text() == htmx
