"""The WSGI application that servers load: `samkurs.wsgi:application`, with `site/` on the path."""

import gc
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samkurs.settings.production")
django.setup(set_prefix=False)

# These need settings.
from search.warm import warm  # noqa: E402

from .handler import Handler  # noqa: E402

application = Handler()
warm()

# What is loaded by now stays: a quarter of a million objects that the collector need not look
# through again. Each time it did took a third of a second, in which the worker answered nobody.
# What readers leave behind is looked through after more of it (by default after 700), and what has
# been kept for long seldom: most of it is what workers remember on purpose.
gc.collect()
gc.freeze()
gc.set_threshold(5_000, 20, 100)
