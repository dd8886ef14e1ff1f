"""Settings as a server meets them: in a process of their own, from the environment alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ImproperlyConfigured

from regions.checks import key_without_tls
from samkurs.settings.base import database
from samkurs.settings.elastic import elasticsearch

ROOT = Path(__file__).resolve().parents[2]
SERVER = {
    "SECRET_KEY": "".join(chr(33 + number) for number in range(64) if chr(33 + number) not in "$'"),
    "ALLOWED_HOSTS": "samkurs.example,www.samkurs.example",
    "BASE_URL": "https://samkurs.example",
    "DATABASE_URL": "postgres://samkurs:p%40ss@db.example:5433/samkurs",
    "EMAIL_URL": "smtp+tls://user:p%40ss@mail.example:587",
}
#: Static files are collected when a server is installed, which this is not.
NO_STATIC = "ignore:No directory at:UserWarning"
SHOW = """
import json, sys
sys.path.insert(0, "site")
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}, default=str))
"""


def run(*command: str, **variables: str) -> tuple[int, str]:
    """Run Python in the repository with these variables and no others; return code and words."""
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "samkurs.settings.production",
        **variables,
    }
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-W", "error", "-W", NO_STATIC, *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def shown(*names: str, **variables: str) -> dict:
    """Return settings of a server with these variables."""
    code, words = run("-c", SHOW, *names, **{**SERVER, **variables})
    assert code == 0, words
    return json.loads(words)


def test_a_server_with_all_it_needs_has_nothing_to_be_warned_of() -> None:
    code, words = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **SERVER)
    assert (code, words) == (0, "System check identified no issues (0 silenced).\n")


@pytest.mark.parametrize("missing", SERVER)
def test_what_is_missing_stops_the_start_by_name(missing: str) -> None:
    without = {name: value for name, value in SERVER.items() if name != missing}
    code, words = run("-c", "import sys; sys.path[:0] = ['site']; import samkurs.wsgi", **without)
    assert code != 0
    assert f"ImproperlyConfigured: Set the {missing} environment variable" in words


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECRET_KEY", "", "ALLOWED_HOSTS and SECRET_KEY must not be empty"),
        ("ALLOWED_HOSTS", "", "ALLOWED_HOSTS and SECRET_KEY must not be empty"),
        ("DATABASE_URL", "", "DATABASE_URL begins with sqlite:// or postgres://"),
        ("EMAIL_URL", "carrier-pigeon://loft", "Invalid email schema"),
        ("TASKS_BACKEND", "celery", "TASKS_BACKEND is one of: immediate, database"),
    ],
)
def test_what_is_no_value_stops_it_too(name: str, value: str, words: str) -> None:
    code, said = run("manage.py", "check", **{**SERVER, name: value})
    assert code != 0
    assert words in said


def test_a_server_is_strict_about_transport() -> None:
    said = shown(
        "DEBUG",
        "DEMO_ALLOWED",
        "SECURE_HSTS_SECONDS",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS",
        "SECURE_SSL_REDIRECT",
        "SECURE_PROXY_SSL_HEADER",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "TRUSTED_PROXIES",
        "SECURE_CONTENT_TYPE_NOSNIFF",
        "PASSWORD_HASHERS",
    )
    hasher = said.pop("PASSWORD_HASHERS")[0]
    assert hasher.endswith("PBKDF2PasswordHasher")
    assert said == {
        "DEBUG": False,
        "DEMO_ALLOWED": False,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "TRUSTED_PROXIES": 1,
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
    }


def test_a_server_reads_its_services() -> None:
    said = shown(
        "DATABASES",
        "CACHES",
        "EMAIL_HOST",
        "EMAIL_PORT",
        "EMAIL_USE_TLS",
        "EMAIL_HOST_PASSWORD",
        "ALLOWED_HOSTS",
        "SECURE_PROXY_SSL_HEADER",
        "MEDIA_ROOT",
        REDIS_URL="redis://cache.example:6379/0",
        TRUSTED_PROXIES="0",
        MEDIA_ROOT="/srv/media",
    )
    stored = said["DATABASES"]["default"]
    assert stored["ENGINE"] == "django.db.backends.postgresql"
    assert (stored["PASSWORD"], stored["HOST"], stored["PORT"]) == ("p@ss", "db.example", 5433)
    assert stored["OPTIONS"] == {"connect_timeout": 5}
    assert (stored["CONN_MAX_AGE"], stored["CONN_HEALTH_CHECKS"]) == (60, True)
    assert said["CACHES"]["default"] == {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "redis://cache.example:6379/0",
        "KEY_PREFIX": "",
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }
    assert said["CACHES"]["renditions"]["KEY_PREFIX"] == "renditions"
    assert (said["EMAIL_HOST"], said["EMAIL_PORT"]) == ("mail.example", 587)
    assert (said["EMAIL_USE_TLS"], said["EMAIL_HOST_PASSWORD"]) == (True, "p@ss")
    assert said["ALLOWED_HOSTS"] == ["samkurs.example", "www.samkurs.example"]
    assert said["SECURE_PROXY_SSL_HEADER"] is None
    assert said["MEDIA_ROOT"] == "/srv/media"


@pytest.mark.parametrize(
    ("variables", "backend"),
    [
        ({}, "django_tasks_db.DatabaseBackend"),
        ({"TASKS_BACKEND": "database"}, "django_tasks_db.DatabaseBackend"),
        ({"TASKS_BACKEND": "immediate"}, "django_tasks.backends.immediate.ImmediateBackend"),
    ],
)
def test_a_server_leaves_tasks_to_a_worker(variables: dict[str, str], backend: str) -> None:
    assert shown("TASKS", **variables)["TASKS"] == {"default": {"BACKEND": backend}}


def test_a_server_answers_probes_without_tls_though_its_database_is_gone() -> None:
    """As JSON, and so is its log: the reason stands there alone."""
    program = """
import sys
sys.path[:0] = ["site"]
from samkurs.wsgi import application
from django.test import Client
found = Client().get("/health/", headers={"host": "samkurs.example"})
print(found.status_code, found.json()["database"], found.json()["version"])
print(Client().get("/health/", headers={"host": "127.0.0.1"}).status_code)
"""
    # Port 1 refuses at once.
    gone = {**SERVER, "DATABASE_URL": "postgres://samkurs:p%40ss@127.0.0.1:1/samkurs"}
    code, words = run("-c", program, **gone)
    assert code == 0, words
    said = [line for line in words.splitlines() if line[:3].isdigit()]
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert said == [f"503 {{'status': 'down'}} {version}", "400"]
    logged = [json.loads(line) for line in words.splitlines() if line.startswith("{")]
    assert "health: database is down" in {line["message"] for line in logged}
    # What is read ahead of the first reader is no request's.
    assert all(line["request_id"] or line["logger"] == "search.warm" for line in logged)


def test_a_server_answers_with_its_headers() -> None:
    """Through the application that gunicorn loads: TLS first, then what the browser may do."""
    program = """
import sys
sys.path[:0] = ["site"]
from samkurs.wsgi import application
from django.test import Client
plain = Client().get("/", headers={"host": "samkurs.example"})
print(plain.status_code, plain["Location"])
safe = Client().get("/", headers={"host": "samkurs.example", "x-forwarded-proto": "https"})
print(safe.status_code, safe["Location"], safe["Strict-Transport-Security"])
print(Client().get("/", headers={"host": "evil.example"}).status_code)
"""
    code, words = run("-c", program, **SERVER)
    assert code == 0, words
    lines = [line for line in words.splitlines() if line[:3].isdigit()]
    assert lines == [
        "301 https://samkurs.example/",
        "302 /en/ max-age=31536000; includeSubDomains; preload",
        "400",
    ]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite:///:memory:", ":memory:"),
        ("sqlite://", ":memory:"),
        ("sqlite:///var/samkurs.db", "var/samkurs.db"),
        ("sqlite:////srv/samkurs.db", "/srv/samkurs.db"),
    ],
)
def test_sqlite_writes_ahead_and_waits(url: str, name: str) -> None:
    settings = database(url)
    assert (settings["ENGINE"], settings["NAME"]) == ("django.db.backends.sqlite3", name)
    assert settings["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in settings["OPTIONS"]["init_command"]
    assert "foreign_keys=ON" in settings["OPTIONS"]["init_command"]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_postgresql_by_address(scheme: str) -> None:
    settings = database(f"{scheme}://u:p%2Fw@[::1]:5432/name?sslmode=require")
    assert settings["ENGINE"] == "django.db.backends.postgresql"
    assert (settings["NAME"], settings["USER"], settings["PASSWORD"]) == ("name", "u", "p/w")
    assert settings["HOST"] == "::1"
    assert settings["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://u@h/d", "postgres://u@h:port/d", "/srv/samkurs.db"]
)
def test_any_other_database_is_refused_by_name(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        database(url)


SEARCH = {"ELASTICSEARCH_URL": "http://search.example:9200"}


def test_a_server_reads_where_it_searches(tmp_path: Path) -> None:
    assert shown("ELASTICSEARCH") == {"ELASTICSEARCH": None}
    authority = tmp_path / "ca.pem"
    authority.touch()
    said = shown(
        "ELASTICSEARCH",
        ELASTICSEARCH_URL="https://one.example, https://two.example:9200/search/",
        ELASTICSEARCH_API_KEY="key",
        ELASTICSEARCH_CA=str(authority),
        ELASTICSEARCH_SHARDS="3",
    )
    assert said["ELASTICSEARCH"] == {
        "hosts": ["https://one.example:443", "https://two.example:9200/search"],
        "api_key": "key",
        "ca_certs": str(authority),
        "prefix": "samkurs",
        "shards": 3,
        "replicas": 1,
        "refresh": "1s",
    }


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"ELASTICSEARCH_URL": "search.example:9200"}, "ELASTICSEARCH_URL holds addresses"),
        ({"ELASTICSEARCH_URL": "ftp://search.example"}, "ELASTICSEARCH_URL holds addresses"),
        ({"ELASTICSEARCH_URL": "http://search.example:no"}, "ELASTICSEARCH_URL cannot be read"),
        ({"ELASTICSEARCH_URL": "http://a:b@search.example"}, "ELASTICSEARCH_URL holds no password"),
        (
            {"ELASTICSEARCH_URL": "http://one.example,https://two.example"},
            "ELASTICSEARCH_URL names servers with TLS and without",
        ),
        ({**SEARCH, "ELASTICSEARCH_CA": "/nowhere.pem"}, "ELASTICSEARCH_CA is no file"),
        ({**SEARCH, "ELASTICSEARCH_PREFIX": "Samkurs"}, "ELASTICSEARCH_PREFIX is"),
        ({**SEARCH, "ELASTICSEARCH_SHARDS": "0"}, "ELASTICSEARCH_SHARDS is a number from 1"),
        ({**SEARCH, "ELASTICSEARCH_REPLICAS": "-1"}, "ELASTICSEARCH_REPLICAS is a number from 0"),
        ({**SEARCH, "ELASTICSEARCH_REFRESH": "soon"}, "ELASTICSEARCH_REFRESH is a time"),
    ],
)
def test_an_odd_search_server_is_refused_by_name(variables: dict[str, str], words: str) -> None:
    named = {
        name: variables.get(f"ELASTICSEARCH_{name}", usual)
        for name, usual in {
            "API_KEY": "",
            "CA": "",
            "PREFIX": "samkurs",
            "SHARDS": "1",
            "REPLICAS": "1",
            "REFRESH": "1s",
        }.items()
    }
    with pytest.raises(ImproperlyConfigured, match=words):
        elasticsearch(variables["ELASTICSEARCH_URL"].split(","), named)


def test_no_part_of_a_password_is_told_however_odd_it_is() -> None:
    for url in ("https://elastic:s3cr/et@search.example", "https://a:s3cr[@search.example:9200"):
        with pytest.raises(ImproperlyConfigured, match="ELASTICSEARCH_URL") as raised:
            elasticsearch([url], {})
        assert "s3cr" not in str(raised.value)
        assert raised.value.__suppress_context__


def test_a_key_without_tls_is_told(settings: object) -> None:
    server = {"hosts": ["http://search.example:9200"], "api_key": None}
    settings.ELASTICSEARCH = server
    assert key_without_tls(None) == []
    settings.ELASTICSEARCH = {**server, "api_key": "key"}
    (warning,) = key_without_tls(None)
    assert isinstance(warning, CheckWarning)
    assert warning.id == "samkurs.W001"
    assert "ELASTICSEARCH_API_KEY" in warning.msg
    settings.ELASTICSEARCH = {"hosts": ["https://search.example:443"], "api_key": "key"}
    assert key_without_tls(None) == []
