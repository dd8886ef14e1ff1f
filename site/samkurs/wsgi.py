"""The WSGI application that servers load: `samkurs.wsgi:application`, with `site/` on the path."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samkurs.settings.production")

application = get_wsgi_application()
