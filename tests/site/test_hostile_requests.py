"""10,000 requests made from a seed, on whatever address there is: none ends in an error of ours.

Half of them are sent to a site on either database.
"""

from __future__ import annotations

import logging
import re
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.signals import got_request_exception, request_finished, request_started
from django.db import close_old_connections, transaction
from django.utils import timezone

from catalogue.models import CoursePage
from regions.models import Municipality, ServiceArea, TargetGroup, Topic
from regions.needs.models import NeedToken, TokenPurpose
from regions.secret_links import hash_of
from samkurs.wsgi import application
from search.saved import services
from search.saved.models import FollowLink, LinkPurpose
from tests import factories
from tests.forum import makers_results as results
from tests.needs import makers as needs

from . import hostile

REQUESTS = 10_000
CHUNKS = 20
#: Either database is asked every other chunk.
TURN = int(settings.DATABASES["default"]["ENGINE"].endswith("postgresql"))
#: Of a chunk, at least this share reaches a page: what is all refused shows nothing. Many addresses
#: are for people who have signed in, or for a button alone.
ANSWERED = 0.25


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: object) -> Iterator[hostile.Site]:
    """Make a small site once, with fixed addresses, and look round in it."""
    with django_db_blocker.unblock(), transaction.atomic():
        region = factories.make_region(name="Fjellregionen", slug="fjellregionen")
        results.published(region, slug="varen-2027")
        terms = {
            model: model.objects.create(slug=slug, name_en=slug, name_nb=slug, name_sv=slug)
            for model, slug in ((Topic, "demens"), (ServiceArea, "helse"), (TargetGroup, "ledere"))
        }
        host = factories.make_municipality(region, name="Alvdal", slug="alvdal")
        provider = factories.make_provider(name="Høgskolen", slug="hogskolen")
        courses = [
            factories.make_distance_course(
                region, slug="demens", title="Demens", provider=provider
            ),
            *(
                factories.make_offering(
                    region, slug=slug, title=slug, provider=provider, host_municipality=host
                )
                for slug in ("brannvern", "juridikk", "ledelse")
            ),
        ]
        for course in courses:
            course.topics.set([terms[Topic]])
            course.service_areas.set([terms[ServiceArea]])
            course.target_groups.set([terms[TargetGroup]])
            course.save_revision().publish()
            factories.make_occasion(course)
        factories.make_package(region, courses, slug="pakken", title="Pakken")
        factories.index_courses()
        secrets = [*_secrets(host), *_secrets_of_a_search()]
        slugs = CoursePage.objects.values_list("slug", flat=True)
        yield hostile.harvest(
            [*slugs, "fjellregionen", "helse", "alvdal", "hogskolen", "pakken", "varen-2027"],
            {"secret": secrets, "region": [region.slug]},
        )
        transaction.set_rollback(True)


def _secrets(host: Municipality) -> Iterator[str]:
    """Make a need in each state that its reporter can do something in, with links to it."""
    for make in (needs.make_draft, needs.make_unconfirmed, needs.make_returned):
        need = make(host)
        for purpose in TokenPurpose.values:
            secret = f"{make.__name__}-{purpose}".replace("_", "-").ljust(43, "x")
            NeedToken.objects.create(need=need, purpose=purpose, token_hash=hash_of(secret))
            yield secret


def _secrets_of_a_search() -> Iterator[str]:
    """Make a saved search with links that confirm and stop it."""
    search = services.ask_to_confirm(
        "turid@fjell.example", language="nb", query="q=demens", words="demens"
    )
    for purpose in LinkPurpose:
        secret = f"search-{purpose}".ljust(43, "x")
        FollowLink.objects.create(
            follower=search.follower,
            search=search if purpose == LinkPurpose.CONFIRM else None,
            purpose=purpose,
            token_hash=hash_of(secret),
            expires_at=timezone.now() + timedelta(days=1),
        )
        yield secret


def send(request: hostile.Request) -> tuple[int, bytes]:
    """Return the status and the body that a server would get from the application.

    What the request changed is undone, so that each can be sent again alone.
    """
    said: list[str] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_more: object) -> None:
        for name, value in headers:
            assert not {"\r", "\n", "\x00"} & set(name + value), (name, value)
        said.append(status)

    with transaction.atomic():
        answer = application(request.environ(), start_response)
        body = b"".join(answer)
        answer.close()
        transaction.set_rollback(True)
    return int(said[0].split()[0]), body


@pytest.fixture
def _as_on_a_server() -> Iterator[None]:
    """Keep the test's connection over requests, and thousands of refusals out of the log."""
    logging.disable(logging.CRITICAL)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    logging.disable(logging.NOTSET)


def test_the_same_seed_makes_the_same_requests(db: None, site: hostile.Site) -> None:
    for number in range(0, REQUESTS, 500):
        assert hostile.request(site, number) == hostile.request(site, number)
    assert str(hostile.request(site, 1)) != str(hostile.request(site, 2))


def test_all_is_asked_that_there_is(db: None, site: hostile.Site) -> None:
    """Every route with a language, every method and every oddity, among 10,000."""
    made = [hostile.request(site, number) for number in range(REQUESTS)]
    assert {each.method for each in made} >= {"GET", *hostile.METHODS, *hostile.ODD_METHODS}
    for code in hostile.LANGUAGES:
        assert f"{code}/account/sign-in/" in site.routes
        assert f"/{code}/courses/" in site.paths
    for route in site.routes:
        parts = re.split(r"%\(\w+\)s", route)
        pattern = re.compile(
            b"/" + b".*".join(re.escape(part.encode()) for part in parts), re.DOTALL
        )
        assert sum(bool(pattern.fullmatch(each.path)) for each in made) >= 5, route
    for path in site.paths:
        assert path.encode() in {each.path for each in made}, path
    for name in ("area", "topic", "page", "q", "sort"):
        assert any(each.query.startswith(f"{name}=".encode()) for each in made), name
        assert any(f"{name}%5B%5D=".encode() in each.query for each in made), name
        assert any(f"{name}%5B0%5D%5By%5D=".encode() in each.query for each in made), name
    for noise in hostile.NOISE:
        assert any(noise in each.query or noise in each.path for each in made), noise[:40]
    for name, values in hostile.HEADERS.items():
        assert set(values) <= {each.headers.get(name) for each in made} | _beside_a_token(made), (
            name
        )


def _beside_a_token(made: list[hostile.Request]) -> set[str]:
    """Return the cookies that were sent after a token of ours."""
    return {each.headers.get("HTTP_COOKIE", "").partition("; ")[2] for each in made}


@pytest.mark.usefixtures("_as_on_a_server")
@pytest.mark.parametrize("chunk", range(TURN, CHUNKS, 2))
def test_none_ends_in_an_error_of_ours(
    db: None, site: hostile.Site, chunk: int, record_property: object
) -> None:
    raised: list[str] = []

    def note(sender: object, **kwargs: object) -> None:
        raised.append("".join(traceback.format_exc().splitlines(keepends=True)[-5:]))

    got_request_exception.connect(note)
    statuses: Counter[int] = Counter()
    slowest, failed = (0.0, ""), []
    size = REQUESTS // CHUNKS
    try:
        for number in range(chunk * size, (chunk + 1) * size):
            request = hostile.request(site, number)
            begin = time.perf_counter()
            status, body = send(request)
            slowest = max(slowest, (time.perf_counter() - begin, str(request)))
            statuses[status] += 1
            if status >= 500 or b"<script>alert(1)" in body:
                failed.append(f"{status} {request}\n{raised[-1] if raised else ''}")
    finally:
        got_request_exception.disconnect(note)
    record_property("hostile", {"statuses": list(statuses.items()), "slowest": slowest})
    assert not failed, f"{len(failed)} of {size}\n" + "\n".join(failed[:20])
    assert statuses[200] >= ANSWERED * size, statuses


def ask(**environ: object) -> int:
    """Return the status of one request, sent to the application itself."""
    path = str(environ.pop("path", "/en/")).encode()
    query = str(environ.pop("query", "")).encode()
    body = bytes(environ.pop("body", b""))
    method = str(environ.pop("method", "GET"))
    return send(hostile.Request(0, method, path, query, {**environ}, body))[0]


@pytest.mark.usefixtures("_as_on_a_server", "site")
class TestWhatDjangoAnswersItself:
    """Before all middleware, or in the pages that say what is wrong."""

    @pytest.mark.parametrize("charset", ["punycode", "undefined", "hex", "utf-7", "utf-8\x00"])
    def test_a_charset_that_cannot_read_the_address(self, db: None, charset: str) -> None:
        kind = f"{hostile.FORM}; charset={charset}"
        assert ask(query="q=a%FF+b", CONTENT_TYPE=kind) == 415

    def test_too_many_fields_in_an_address_with_a_charset(self, db: None) -> None:
        kind = f"{hostile.FORM}; charset=utf-8"
        assert ask(path="/en/courses/", query="a=b&" * 6_000, CONTENT_TYPE=kind) == 400
        assert ask(path="/en/courses/", query="a=b&" * 4_000, CONTENT_TYPE=kind) == 200

    @pytest.mark.parametrize("path", ["/en/account/sign-in/", "/en/not-here//", "/en/courses/"])
    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            (hostile.FORM, b"a=b&" * 6_000),
            (hostile.FORM, b"a=" + b"b" * 3_000_000),
            (f"{hostile.FORM}; charset=iso-8859-1", b"a=b"),
            ("multipart/form-data", b"a"),
            ("multipart/form-data; boundary=b", b"--b\r\n\r\nx\r\n" * 3),
        ],
        ids=["many", "big", "latin-1", "no boundary", "no names"],
    )
    def test_a_form_that_cannot_be_read(self, db: None, path: str, kind: str, body: bytes) -> None:
        status = ask(path=path, method="POST", body=body, CONTENT_TYPE=kind)
        if path == "/en/not-here//":  # not even an address of a page
            assert status == 404
        else:
            assert 400 <= status < 500
