"""What tells one release from another: nothing that was kept of one is sent by the next."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage


def release_mark() -> str:
    """Return a mark of the version, static files, templates and translations.

    They are read once in a process: for a release processes are started anew. While a person
    develops, templates change under a process, so they are read each time.
    """
    return _mark.__wrapped__() if settings.DEBUG else _mark()


@cache
def _mark() -> str:
    files = getattr(staticfiles_storage, "manifest_hash", "")
    mark = sha256(f"{settings.VERSION} {files}".encode())
    folders = [*settings.TEMPLATES[0]["DIRS"], *settings.LOCALE_PATHS]
    for folder in map(Path, folders):
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".html", ".txt", ".xml", ".svg", ".mo"}:
                mark.update(str(path.relative_to(folder)).encode())
                mark.update(path.read_bytes())
    return mark.hexdigest()[:16]
