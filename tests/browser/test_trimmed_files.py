"""What is sent of our styles and scripts means to a browser what we wrote."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from rcssmin import cssmin
from rjsmin import jsmin

STATIC = Path(settings.BASE_DIR) / "site" / "static" / "samkurs"

#: The rules of a stylesheet as the browser understands them; custom properties are kept as they
#: were written, so white space after a comma is made the same.
RULES = """(text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return [...sheet.cssRules].map((rule) => rule.cssText.replaceAll(/,\\s+/g, ','));
}"""
#: Whether a script is one; it is not run.
PARSES = "(text) => { new Function(text); return true; }"


def test_styles_and_scripts(new_context: object) -> None:
    page = new_context().new_page()
    styles, scripts = sorted(STATIC.rglob("*.css")), sorted(STATIC.rglob("*.js"))
    assert styles
    assert scripts
    for path in styles:
        rules = page.evaluate(RULES, path.read_text())
        assert rules, path
        assert page.evaluate(RULES, cssmin(path.read_text())) == rules, path
    for path in scripts:
        assert page.evaluate(PARSES, jsmin(path.read_text())), path
