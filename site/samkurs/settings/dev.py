"""The embedded defaults: `make run` on a fresh machine, nothing but Python needed."""

from .base import *  # noqa: F403  settings modules extend each other by design
from .base import VAR_DIR, database, env

DEBUG = env.bool("DEBUG", default=True)
# A key for one machine's demo data; production refuses to start without its own.
SECRET_KEY = env("SECRET_KEY", default="samkurs-development-only")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])

VAR_DIR.mkdir(exist_ok=True)
DATABASES = {"default": database(env("DATABASE_URL", default=f"sqlite:///{VAR_DIR}/samkurs.db"))}
DEMO_ALLOWED = True
