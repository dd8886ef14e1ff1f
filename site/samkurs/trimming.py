"""Sends no more of our styles and scripts than browsers read.

A fifth of them, as they are compressed, is comments. They are trimmed as they are collected, so
that nobody has to build anything, and what developers see is what they wrote. ``rcssmin`` takes ".a
:is(b)" for ".a:is(b)", so our styles say ".a *:is(b)"; a test asks a browser what both mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from rcssmin import cssmin
from rjsmin import jsmin
from whitenoise.storage import CompressedManifestStaticFilesStorage

#: What is ours among the static files; the rest comes as its makers want it.
OURS = "samkurs/"
_TRIMMED: dict[str, Callable[[str], str]] = {".css": cssmin, ".js": jsmin}


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
