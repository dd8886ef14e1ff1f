"""Files and templates go out trimmed: what they say stays, to the letter where letters count."""

from __future__ import annotations

import json
import re
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from django.utils.translation.template import templatize

from samkurs.trimming import trim_css, trim_script, trim_template

STATIC = Path(settings.BASE_DIR) / "site" / "static" / "samkurs"
TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
_CALL = re.compile(r"\b(?:p|n|np)?gettext\(.*?\)", re.DOTALL)
_MESSAGE = re.compile(r"{% blocktranslate.*?{% endblocktranslate %}", re.DOTALL)


def test_a_stylesheet() -> None:
    css = """
    /* What stands here isn't said. */
    @media (width >= 48em), print {
      .a:not(.b) > :is(li, p)::before { content: "/* ; : */  \\"; content: 'it  is'; }
      .c { margin: calc(100% + var(--s1)) 0 auto; color: #fff; }  /* nor "here */
    }
    """
    assert trim_css(css) == (
        "@media (width >= 48em),print{"
        """.a:not(.b) > :is(li,p)::before{content:"/* ; : */  \\";content:'it  is'}"""
        ".c{margin:calc(100% + var(--s1)) 0 auto;color:#fff}}"
    )


def test_a_script() -> None:
    script = """/* Whose "use strict" it's. */ first();
      /* Two
         lines. */
      const url = "https://a.example/";  // kept
      // A line.
      if (url) {
        call(url) /* kept */; /* kept */
      }
"""
    assert trim_script(script) == (
        '/* Whose "use strict" it\'s. */ first();\n'
        'const url = "https://a.example/";  // kept\n'
        "if (url) {\ncall(url) /* kept */; /* kept */\n}\n"
    )


def test_no_script_has_a_text_over_several_lines() -> None:
    """Its indentation would be trimmed."""
    lines = [line for path in STATIC.rglob("*.js") for line in path.read_text().splitlines()]
    assert lines
    assert [line for line in lines if line.count("`") % 2] == []


def test_templates_say_and_ask_for_the_same() -> None:
    assert TEMPLATES
    for path in TEMPLATES:
        source = path.read_text()
        trimmed = trim_template(source)
        assert trimmed.split() == source.split(), path
        assert not re.search(r"\n[ \t]", _MESSAGE.sub("", trimmed)), path
        # What translators are asked for, letter by letter.
        assert _CALL.findall(templatize(trimmed)) == _CALL.findall(templatize(source)), path


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
