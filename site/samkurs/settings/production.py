"""Servers: everything secret comes from the environment, and what is missing stops the start."""

from django.core.exceptions import ImproperlyConfigured

from samkurs.logs import logging_config

from .base import *  # noqa: F403  settings modules extend each other by design
from .base import MIDDLEWARE, database, env, tasks

DEBUG = False
SECRET_KEY = env("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
if not ALLOWED_HOSTS or not SECRET_KEY:
    raise ImproperlyConfigured("ALLOWED_HOSTS and SECRET_KEY must not be empty")
WAGTAILADMIN_BASE_URL = env("BASE_URL")
DATABASES = {"default": {**database(env("DATABASE_URL")), "CONN_MAX_AGE": 60}}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # Seconds: where nobody answers, a request fails before the server gives its worker up.
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 5,
        **DATABASES["default"].get("OPTIONS", {}),
    }
TASKS = tasks(env("TASKS_BACKEND", default="database"))
_required_mail = env("EMAIL_URL")  # read in base with a default that prints: not for servers

# Right after the security headers, so that files are answered before anything else is asked.
MIDDLEWARE = [
    *MIDDLEWARE[: MIDDLEWARE.index("django.middleware.security.SecurityMiddleware") + 1],
    "whitenoise.middleware.WhiteNoiseMiddleware",
    *MIDDLEWARE[MIDDLEWARE.index("django.middleware.security.SecurityMiddleware") + 1 :],
]
# Styles and scripts go out without what only their writers read.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "samkurs.trimming.TrimmedStaticFilesStorage"},
}

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
# Probes ask from within, where there is no TLS; the answer holds nothing to protect.
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
# The proxy sets X-Forwarded-Proto itself; without one, anybody could.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=1)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
DEMO_ALLOWED = False

LOGGING = logging_config(env("LOG_LEVEL", default="INFO"))
