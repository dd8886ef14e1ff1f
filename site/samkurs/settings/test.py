"""The test suite: SQLite unless `DATABASE_URL` names another, quick hashing, mails kept."""

import os
import tempfile
from pathlib import Path

from .base import *  # noqa: F403  settings modules extend each other by design
from .base import CACHES, VAR_DIR, database, env

DEBUG = False
SECRET_KEY = "samkurs-tests-only"  # noqa: S105  guards nothing
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# A file, not memory: the browser's server and the test each have a connection of their own.
# Named by process, so that two runs on one machine keep out of each other's way.
SQLITE_FILE = Path(tempfile.gettempdir()) / f"samkurs-test-{os.getpid()}.db"
DATABASES = {"default": database(env("DATABASE_URL", default=f"sqlite:///{SQLITE_FILE}"))}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(SQLITE_FILE)}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = VAR_DIR / "test-media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DEMO_ALLOWED = True
# A test rolls its pictures back, and the next one has others by the same numbers.
#: Tests that are not about it count what a page costs that nobody kept.
KEEP_PAGES = False
CACHES["renditions"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
# Tests that ask a search server say so, and start one (tests/elastic.py).
ELASTICSEARCH = None
