"""What a server writes down of a request: where and how long, and nothing of who."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from django.test import Client, RequestFactory
from wagtail.models import Page

from regions.models import Region
from samkurs.logs import ACCESS, logging_config, place, request_id, server_logging_config


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Collect the log as a server writes it, without changing that of the suite."""
    from logging.config import DictConfigurator

    stream = StringIO()
    config = DictConfigurator(logging_config("INFO"))
    formatter = config.configure_formatter(config.config["formatters"]["json"])
    keep = config.configure_filter(config.config["filters"]["request"])
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    handler.addFilter(keep)
    root = logging.getLogger()
    access = logging.getLogger(ACCESS)
    before = access.level
    root.addHandler(handler)
    access.setLevel(logging.INFO)
    yield stream
    access.setLevel(before)
    root.removeHandler(handler)


def lines(log: StringIO, logger: str = ACCESS) -> list[dict]:
    """Return the lines of one logger; every line is JSON."""
    found = [json.loads(line) for line in log.getvalue().splitlines()]
    return [line for line in found if line["logger"] == logger]


def test_one_line_for_each_request(client: Client, region: Region, log: StringIO) -> None:
    response = client.get(
        "/nb/fjellregionen/?q=kari.nordmann@kommune.example",
        headers={"x-forwarded-for": "203.0.113.9", "referer": "https://search.example/kari"},
        REMOTE_ADDR="203.0.113.8",
    )
    (line,) = lines(log)
    assert line.pop("milliseconds") > 0
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "INFO",
        "logger": "samkurs.access",
        "message": "request",
        "method": "GET",
        "path": "/nb/fjellregionen/",
        "status": 200,
        "request_id": response["X-Request-ID"],
    }
    for word in ("kari", "203.0.113", "search.example"):
        assert word not in log.getvalue()


@pytest.mark.parametrize(
    ("url", "path", "status"),
    [
        ("/", "/", 302),
        ("/nb/", "/nb/", 200),
        ("/en/account/sign-in/", "/en/account/sign-in/", 200),
        ("/en/account/password/set/MQ/s3cret/", "/en/account/password/set/<uidb64>/<token>/", 200),
        ("/en/account/password/set/MQ/s3cret", "", 301),
        ("/en/account/password/sett/MQ/s3cret/", "", 404),
        ("/s3cret", "", 302),
    ],
)
def test_an_address_that_may_be_a_key_is_not_told(
    client: Client, region: Region, log: StringIO, url: str, path: str, status: int
) -> None:
    response = client.get(url)
    assert response.status_code == status
    (line,) = lines(log)
    assert (line["path"], line["status"]) == (path, status)
    assert "s3cret" not in log.getvalue()


def test_what_django_says_of_an_error_has_the_id_and_no_key(
    client: Client, region: Region, log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("something broke")

    monkeypatch.setattr(
        "django.contrib.auth.views.PasswordResetConfirmView.get_user", fail, raising=True
    )
    client.raise_request_exception = False
    response = client.get("/en/account/password/set/MQ/s3cret/?next=s3cret")
    assert response.status_code == 500
    (error,) = lines(log, "django.request")
    assert error["message"] == ("Internal Server Error: /en/account/password/set/<uidb64>/<token>/")
    assert "RuntimeError: something broke" in error["exc_info"]
    assert error["request_id"] == response["X-Request-ID"] == lines(log)[0]["request_id"]
    assert "s3cret" not in log.getvalue()


def test_what_is_said_when_the_answer_is_through_has_the_id_too(
    client: Client, db: None, log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samkurs.health.cache.get", lambda _key: 1 / 0)
    response = client.get("/health/")
    assert response.status_code == 503
    ids = {json.loads(line)["request_id"] for line in log.getvalue().splitlines()}
    assert ids == {response["X-Request-ID"]}


def test_probes_that_find_all_well_leave_no_line(client: Client, db: None, log: StringIO) -> None:
    assert client.get("/health/").status_code == 200
    assert lines(log) == []


class TestRequestId:
    @pytest.mark.parametrize("given", ["01J9Z3K4-abc.def_9", "a" * 64, "12345678"])
    def test_a_proxy_of_ours_may_give_it(
        self, client: Client, settings: object, given: str, db: None
    ) -> None:
        settings.TRUSTED_PROXIES = 1
        response = client.get("/", headers={"x-request-id": given})
        assert response["X-Request-ID"] == given

    @pytest.mark.parametrize(
        "given", ["", "short", "a" * 65, "with space 1", "line\nbreak-1", 'quote"quote', "é" * 10]
    )
    def test_what_could_forge_a_line_is_not_taken(
        self, client: Client, settings: object, given: str, db: None
    ) -> None:
        settings.TRUSTED_PROXIES = 1
        response = client.get("/", headers={"x-request-id": given})
        assert response["X-Request-ID"] != given
        assert len(response["X-Request-ID"]) == 32

    def test_without_a_proxy_nobody_gives_it(self, client: Client, db: None) -> None:
        response = client.get("/", headers={"x-request-id": "from-a-reader-1"})
        assert len(response["X-Request-ID"]) == 32
        assert response["X-Request-ID"] != client.get("/")["X-Request-ID"]

    def test_it_ends_with_the_request(self, client: Client, db: None) -> None:
        client.get("/")
        assert request_id.get() == ""


def test_a_static_file_is_told_and_other_unfound_addresses_are_not() -> None:
    request = RequestFactory().get("/static/samkurs/css/base.0123456789ab.css")
    request.resolver_match = None
    assert place(request, 200) == place(request, 304) == request.path
    assert place(request, 404) == place(request, 301) == place(request, 400) == ""


def test_letters_of_ours_stay_letters(region: Region, log: StringIO) -> None:
    page = Page(title="Økt trygghet på nett")
    logging.getLogger("wagtail").warning("Page: %s", page.title)
    assert "Økt trygghet på nett" in log.getvalue()
    (line,) = lines(log, "wagtail")
    assert line["request_id"] == ""


def test_gunicorn_writes_the_same_and_no_access_lines_of_its_own() -> None:
    config = server_logging_config("WARNING")
    assert config["formatters"] == logging_config("INFO")["formatters"]
    assert config["loggers"]["gunicorn.error"]["handlers"] == ["console"]
    assert config["loggers"]["gunicorn.access"] == {
        "handlers": [],
        "level": "CRITICAL",
        "propagate": False,
    }
    assert config["root"]["level"] == "WARNING"
