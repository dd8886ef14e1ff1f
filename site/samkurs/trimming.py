"""Sends no more than browsers read: our sources have room and reasons in them, which weigh.

A fifth of our styles and scripts, as they are compressed, is comments; indentation is a thirteenth
of a listing. Files are trimmed as they are collected and templates as they are loaded, so that
nobody has to build anything, and what developers see is what they wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.template import Origin
from django.template.loaders.filesystem import Loader
from whitenoise.storage import CompressedManifestStaticFilesStorage

#: What is ours among the static files; the rest comes as its makers want it.
OURS = "samkurs/"
_CSS_COMMENT_OR_STRING = re.compile(r"""/\*.*?\*/|("[^"\n]*"|'[^'\n]*')""", re.DOTALL)
_CSS_STRING = re.compile(r"""("[^"\n]*"|'[^'\n]*')""")
_SCRIPT_COMMENT = re.compile(
    r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/).)*\*/[ \t]*)$", re.DOTALL | re.MULTILINE
)
_LINE_ENDS = re.compile(r"\s*\n\s*")
#: What translators have word for word.
_MESSAGE = re.compile(r"({%\s*blocktranslate\b.*?{%\s*endblocktranslate\s*%})", re.DOTALL)


def trim_css(text: str) -> str:
    """Return a stylesheet without comments and without white space that says nothing."""
    bare = _CSS_COMMENT_OR_STRING.sub(lambda found: found[1] or "", text)
    parts = _CSS_STRING.split(bare)
    parts[::2] = [_trim_rules(part) for part in parts[::2]]
    return "".join(parts).strip()


def _trim_rules(text: str) -> str:
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" ?([{};,]) ?", r"\1", text)
    return text.replace(": ", ":").replace(";}", "}")


def trim_script(text: str) -> str:
    """Return a script without lines that are comments, and without indentation.

    Lines stay lines. A text over several lines would lose its indentation too: ours have none.
    """
    return _LINE_ENDS.sub("\n", _SCRIPT_COMMENT.sub("", text)).strip() + "\n"


def trim_template(source: str) -> str:
    """Return a template of HTML without indentation; what is translated stays as it is."""
    parts = _MESSAGE.split(source)
    parts[::2] = [_LINE_ENDS.sub("\n", part) for part in parts[::2]]
    return "".join(parts)


_TRIMMED = {".css": trim_css, ".js": trim_script}


def _trim_of(name: str) -> Callable[[str], str] | None:
    return _TRIMMED.get(name[name.rfind(".") :]) if name.startswith(OURS) else None


class TrimmedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Trims our styles and scripts as they are collected."""

    def _save(self, name: str, content: File) -> str:
        trim = _trim_of(name)
        if trim:
            content.seek(0)
            content = ContentFile(trim(content.read().decode()).encode())
        return super()._save(name, content)

    def post_process(
        self, paths: dict[str, tuple[Storage, str]], *args: object, **options: object
    ) -> Iterator[tuple]:
        """Name files by what they hold: ours by what was collected, not by their source."""
        trimmed = {name: (self, name) for name in paths if _trim_of(name)}
        return super().post_process({**paths, **trimmed}, *args, **options)


class TrimmedLoader(Loader):
    """Loads templates of HTML from the project's folder without their indentation."""

    def get_contents(self, origin: Origin) -> str:
        """Return the template's source, trimmed."""
        source = super().get_contents(origin)
        return trim_template(source) if origin.name.endswith(".html") else source
