"""A server's settings, with the demo and a throw-away folder. Used by the benchmark only."""

import os
from pathlib import Path

_folder = Path(os.environ["BENCHMARK_FOLDER"])
os.environ.update(
    {
        "ALLOWED_HOSTS": "localhost",
        "BASE_URL": "https://localhost",
        "DATABASE_URL": os.environ.get("BENCHMARK_DATABASE_URL")
        or f"sqlite:///{_folder}/samkurs.db",
        "EMAIL_URL": "dummymail://",
        "LOG_LEVEL": "WARNING",
        "MEDIA_ROOT": f"{_folder}/media",
        "SECRET_KEY": "a-benchmark-guards-nothing-and-lasts-a-minute-or-so",
    }
)

# What a page costs that is made; ``server`` says where kept pages are measured.
os.environ.setdefault("KEEP_PAGES", "false")

from samkurs.settings.production import *  # noqa: E402, F403  it reads what was just set
from samkurs.settings.production import INSTALLED_APPS, MIDDLEWARE  # noqa: E402

DEMO_ALLOWED = True
STATIC_ROOT = _folder / "static"
INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks"]
ROOT_URLCONF = "benchmarks.urls"
if os.environ.get("BENCHMARK_AS_BEHIND_PROXY"):
    # A browser sees pages as the proxy hands them on: compressed, and without a second redirect.
    SECURE_SSL_REDIRECT = False
    MIDDLEWARE = ["django.middleware.gzip.GZipMiddleware", *MIDDLEWARE]
