"""The key that is sent to the search server, and who vouches for it: nobody else gets the key."""

from __future__ import annotations

import logging
import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.views.debug import SafeExceptionReporterFilter

from regions.models import Region
from samkurs.settings.elastic import elasticsearch
from search.engines.elastic.index import NO_INDEX, Refusal
from search.engines.fallback import FallbackEngine
from tests import factories
from tests.services import missing

from .conftest import install
from .standin import StandIn, standing_in

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.xdist_group("faults")]

KEY = "aWQ6c2VjcmV0LWtleQ=="
LISTING = "/nb/courses/?q=demens"


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with certificates: of two authorities, and of a server by the first."""
    program = shutil.which("openssl")
    if not program:
        missing("TLS", "openssl is not installed")
    folder = tmp_path_factory.mktemp("authorities")
    made = [program, *["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout"]]
    name = "-subj /CN={} -addext basicConstraints=critical,CA:TRUE"
    by_one = "-subj /CN=search -addext subjectAltName=IP:127.0.0.1 -CA one.pem -CAkey one.key"
    for each, how in (("one", name), ("two", name), ("server", by_one)):
        command = [*made, f"{each}.key", "-out", f"{each}.pem", *how.format(each).split()]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)  # noqa: S603  openssl
    return folder


@pytest.fixture
def server(authorities: Path) -> Iterator[StandIn]:
    """Yield a server that shows its certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authorities / "server.pem", authorities / "server.key")
    with standing_in(context) as server:
        yield server


@pytest.fixture
def use(
    server: StandIn, authorities: Path, monkeypatch: pytest.MonkeyPatch, settings: object
) -> Callable[[str], FallbackEngine]:
    """Return how to let the site ask the server, as the environment would say it."""

    def use(authority: str) -> FallbackEngine:
        known = authority and str(authorities / authority)
        usual = {"PREFIX": "samkurs", "SHARDS": "1", "REPLICAS": "0", "REFRESH": "1s"}
        named = {"API_KEY": KEY, "CA": known, **usual}
        settings.ELASTICSEARCH = elasticsearch([server.url], named)
        engine = FallbackEngine()
        install(engine, monkeypatch)
        return engine

    return use


@pytest.fixture(autouse=True)
def _all_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Hear every logger out, the client's and the transport's too."""
    for name in ("", "search", "samkurs", "elastic_transport", "elasticsearch", "urllib3"):
        caplog.set_level(logging.DEBUG, logger=name or None)


@pytest.fixture
def _course(region: Region) -> None:
    factories.make_offering(region, title="Demens")
    factories.index_courses()


def health() -> str:
    said = Client().get("/health/").json()
    assert said["search"]["status"] == "ok"
    return said["search_server"]["status"]


def check_that_the_database_answers(engine: FallbackEngine) -> None:
    """Search once, by a server that fails."""
    response = Client().get(LISTING)
    assert (response.status_code, response["X-Search-Engine"]) == (200, "database")
    assert "Demens" in response.content.decode()
    assert engine.counts["failed"] == 1
    assert health() == "down"


def test_the_key_is_sent_to_whom_the_authority_vouches_for(
    use: Callable, server: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    use("one.pem")
    server.mode = "well"
    assert health() == "ok"
    assert f"authorization: ApiKey {KEY}".lower() in server.head.lower()
    assert "secret" not in caplog.text
    assert KEY not in caplog.text
    shown = SafeExceptionReporterFilter().get_safe_settings()["ELASTICSEARCH"]
    assert KEY not in str(shown)
    assert django_settings.ELASTICSEARCH["api_key"] == KEY


@pytest.mark.usefixtures("_course")
@pytest.mark.parametrize("authority", ["two.pem", ""])
def test_whom_nobody_vouches_for_gets_no_key_and_readers_the_database(
    use: Callable, server: StandIn, caplog: pytest.LogCaptureFixture, authority: str
) -> None:
    server.mode = "well"
    check_that_the_database_answers(use(authority))
    assert (server.asked, server.head) == (0, "")
    assert "the search server failed: TlsError" in caplog.text
    assert KEY not in caplog.text


@pytest.mark.usefixtures("_course")
@pytest.mark.parametrize("mode", ["401", "403"])
def test_a_key_that_is_not_accepted_is_a_failure_and_told(
    use: Callable, server: StandIn, caplog: pytest.LogCaptureFixture, mode: str
) -> None:
    server.mode = mode
    check_that_the_database_answers(use("one.pem"))
    assert f"health: the search server is down: it answered with {mode}" in caplog.text
    assert KEY not in caplog.text


def test_only_a_document_is_refused_for_good_and_no_key_index_or_queue() -> None:
    statuses = (400, 413, 422, 401, 403, 404, 408, 409, 429, 500, 503)
    assert [each for each in statuses if Refusal(each, "").is_for_good] == [400, 413, 422]
    assert not NO_INDEX.is_for_good
