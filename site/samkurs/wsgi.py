"""The WSGI application that servers load: `samkurs.wsgi:application`, with `site/` on the path."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samkurs.settings.production")
django.setup(set_prefix=False)

# Both need settings.
from .handler import Handler  # noqa: E402

application = Handler()
