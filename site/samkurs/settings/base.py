"""What every environment shares. Differences stand in the module of the environment."""

import tomllib
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from .elastic import elasticsearch

BASE_DIR = Path(__file__).resolve().parents[3]
VAR_DIR = BASE_DIR / "var"
#: Stands in one place; `/health/` tells it.
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text("utf-8"))["project"]["version"]

env = environ.Env()


def sqlite(path: Path | str) -> dict:
    """Return the database settings for SQLite at ``path``.

    Write-ahead logging lets readers go on while one writes; ``IMMEDIATE`` takes the write lock
    when a transaction begins, so that two writers wait for each other instead of failing.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
            ),
        },
    }


def database(url: str) -> dict:
    """Return Django's settings for a ``DATABASE_URL``; SQLite gets the pragmas of ``sqlite``.

    Raises ``ImproperlyConfigured`` for what is neither SQLite nor PostgreSQL.
    """
    scheme = url.split(":", 1)[0]
    if scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL begins with sqlite:// or postgres://")
    try:
        parsed = environ.Env.db_url_config(url)
    except ValueError as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {error}") from error
    if scheme == "sqlite":
        return sqlite(parsed["NAME"])
    return {**parsed, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}


#: Who runs tasks: the request that gives one, or a worker (`manage.py db_worker`).
TASK_BACKENDS = {
    "immediate": "django_tasks.backends.immediate.ImmediateBackend",
    "database": "django_tasks_db.DatabaseBackend",
}


def tasks(name: str) -> dict:
    """Return the settings of tasks for a ``TASKS_BACKEND``.

    Raises ``ImproperlyConfigured`` for any other name.
    """
    if name not in TASK_BACKENDS:
        raise ImproperlyConfigured(f"TASKS_BACKEND is one of: {', '.join(TASK_BACKENDS)}")
    return {"default": {"BACKEND": TASK_BACKENDS[name]}}


INSTALLED_APPS = [
    "samkurs",
    "search",
    "catalogue",
    "regions.forum",
    "regions.needs",
    "regions",
    "wagtail.contrib.redirects",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.admin",
    "wagtail",
    "modelsearch",
    "django_tasks",
    "django_tasks_db",
    "modelcluster",
    "taggit",
    "csp",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
]

MIDDLEWARE = [
    "samkurs.middleware.RequestLogMiddleware",
    "search.asked.middleware.CountSearchesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "samkurs.middleware.PathScopedCSPMiddleware",
    "samkurs.middleware.RefuseOddCharsetMiddleware",
    "samkurs.middleware.PrivateWhenSignedInMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "samkurs.middleware.SiteLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "regions.admin.guard.AdminGuardMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "samkurs.pagecache.KeptPagesMiddleware",
]

ADMIN_PATH = "/admin/"
ROOT_URLCONF = "samkurs.urls"
WSGI_APPLICATION = "samkurs.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "catalogue.navigation.navigation",
            ],
        },
    },
]

# People -----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "regions.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account:login"
LOGIN_REDIRECT_URL = "account:landing"
LOGOUT_REDIRECT_URL = "account:logged_out"
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24  # seconds; told in the mail

# Languages --------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [
    ("nb", _("Norwegian")),
    ("sv", _("Swedish")),
    ("en", _("English")),
]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("nb", "Norsk bokmål"), ("sv", "Svenska"), ("en", "English")]
# Our texts, then the translations that Wagtail lacks (site/tools/messages.py).
LOCALE_PATHS = [BASE_DIR / "site" / "locale", BASE_DIR / "site" / "locale" / "wagtail"]
USE_I18N = True
FORMAT_MODULE_PATH = ["samkurs.formats"]
WAGTAIL_I18N_ENABLED = True
USE_TZ = True
# Regions carry their own zone; Norway and Sweden share the offset of this one.
TIME_ZONE = "Europe/Oslo"

# Files ------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "site" / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(VAR_DIR / "media"))
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000  # a page with a long StreamField body has many

# Services ---------------------------------------------------------------------------------------
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
# Seconds that a silent mail server is waited for; without it a sender hangs for good.
EMAIL_TIMEOUT = EMAIL_CONFIG.get("EMAIL_TIMEOUT") or 20
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Samkurs <no-reply@samkurs.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Empty means: the embedded engine, the cache in this process's memory.
ELASTICSEARCH = elasticsearch(
    env.list("ELASTICSEARCH_URL", default=[]),
    {
        "API_KEY": env("ELASTICSEARCH_API_KEY", default=""),
        "CA": env("ELASTICSEARCH_CA", default=""),
        "PREFIX": env("ELASTICSEARCH_PREFIX", default="samkurs"),
        "SHARDS": env("ELASTICSEARCH_SHARDS", default="1"),
        "REPLICAS": env("ELASTICSEARCH_REPLICAS", default="1"),
        "REFRESH": env("ELASTICSEARCH_REFRESH", default="1s"),
    },
)
REDIS_URL = env("REDIS_URL", default="")
#: Searches of readers are counted by the week, and forgotten after as many.
SEARCHES_KEPT_WEEKS = env.int("SEARCHES_KEPT_WEEKS", default=26)


def cache(name: str) -> dict:
    """Return Django's settings for a cache of its own: in Redis where one is named."""
    if not REDIS_URL:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": name,
        # Seconds: a cache that does not answer must not hold up every worker.
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }


# Wagtail keeps in the second which sizes of a picture there are, instead of asking for each page.
CACHES = {"default": cache(""), "renditions": cache("renditions"), "pages": cache("pages")}
#: Whole listings are kept for readers who are not signed in, until something on them changes.
KEEP_PAGES = env.bool("KEEP_PAGES", default=True)

# Immediate tasks run inside the transaction: always enqueue by `transaction.on_commit`.
TASKS = tasks(env("TASKS_BACKEND", default="immediate"))

# Wagtail ----------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Samkurs"
WAGTAILADMIN_BASE_URL = env("BASE_URL", default="http://localhost:8000")
WAGTAILADMIN_LOGIN_URL = "account:login"
#: A typed address stays as typed: recognised as a page, it would answer with the draft's title.
WAGTAILADMIN_EXTERNAL_LINK_CONVERSION = ""
WAGTAILIMAGES_IMAGE_MODEL = "catalogue.Picture"
WAGTAILDOCS_DOCUMENT_MODEL = "catalogue.CourseDocument"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024  # bytes
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
WAGTAILDOCS_EXTENSIONS = ["docx", "odp", "ods", "odt", "pdf", "pptx", "xlsx"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAIL_ALLOW_UNICODE_SLUGS = False  # ø becomes o: addresses are read aloud and copied
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # no address of ours leaves the site
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False  # the e-mail is the sign-in name: an administrator sets it
WAGTAIL_PASSWORD_RESET_ENABLED = False  # our own pages do this, throttled
WAGTAILADMIN_COMMENTS_ENABLED = True
#: Reviews are the region's own work; administrators see them on their home.
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False
# The admin's own search never depends on Elasticsearch: the catalogue has engines of its own.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database"}}

# Security ---------------------------------------------------------------------------------------
#: How many proxies of ours stand before the server; each names its caller (X-Forwarded-For).
TRUSTED_PROXIES = 0
X_FRAME_OPTIONS = "DENY"  # Wagtail itself lets its preview into its own frame
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "samkurs.views.forged"  # says why, and gives back what was typed
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 12  # seconds: a working day and an evening meeting
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
