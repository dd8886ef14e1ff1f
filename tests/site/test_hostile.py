"""What nobody sends by accident: a kind word or a plain refusal, never a failure of ours."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import IntegrityError, InterfaceError, OperationalError
from django.test import Client

from regions.models import Region, User
from tests import factories
from tests.factories import PASSWORD

SIGN_IN = "/en/account/sign-in/"
RESET = "/en/account/password/"
TEXTS = [
    "\x00",
    "a\x00b@samkurs.example",
    "x" * 10_000,
    "%" * 10_000,
    '"',
    "'",
    "\\",
    "\x1f",
    "\u202e",
    "\ufffd",
    "' OR 1=1 --",
    "{{ 7*7 }}",
    "<script>alert(1)</script>",
    "😀" * 2500,
    "-1",
    "9e99",
]


@pytest.fixture
def site(region: Region) -> Client:
    """Return a client that answers 500 as a server does, instead of raising."""
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:12]))
def test_any_text_in_any_field(site: Client, text: str) -> None:
    page = site.post(SIGN_IN, {"username": text, "password": PASSWORD, "next": text})
    assert page.status_code == 200
    assert page.context["form"].errors
    page = site.post(SIGN_IN, {"username": "a@samkurs.example", "password": text})
    assert page.status_code == 200
    page = site.post(RESET, {"email": text})
    assert page.status_code == 200
    assert "email" in page.context["form"].errors
    assert "alert(1)</script>" not in page.text
    assert mail.outbox == []
    for url in ("/nb/fjellregionen/kurs/", SIGN_IN, "/"):
        assert site.get(url, {"page": text, "next": text, text: text}).status_code < 400
    for prefix in ("/nb/", "/nb/fjellregionen/", "/en/account/password/set/MQ/", "/documents/"):
        response = site.get(prefix + text.replace("%", "%25") + "/")
        assert response.status_code < 500, prefix


@pytest.mark.parametrize(
    "body",
    [
        "username=a%40samkurs.example&username=b%40samkurs.example&password=x&password=y",
        "username[]=a&username[$ne]=&password[]=",
        "=&&&=;;=%",
        "username=%ff%fe&password=%c3%28",
        "username=%ED%A0%80&password=x",
        "&".join(f"a{number}=b" for number in range(6000)),
        "",
    ],
    ids=["repeated", "brackets", "separators", "not utf-8", "surrogate", "many", "empty"],
)
def test_any_body(site: Client, body: str) -> None:
    form = "application/x-www-form-urlencoded"
    response = site.post(SIGN_IN, body, content_type=form)
    assert response.status_code == (400 if body.count("&") > 5000 else 200)
    assert "_auth_user_id" not in site.session


def test_of_repeated_fields_one_counts(site: Client) -> None:
    """The throttle and the form must look at the same one."""
    kari, ola = factories.make_user(), factories.make_user()
    wrong = {"username": [ola.email, kari.email], "password": "wrong"}
    for _ in range(5):
        assert site.post(SIGN_IN, wrong).status_code == 200
    assert site.post(SIGN_IN, {"username": kari.email, "password": PASSWORD}).status_code == 429
    assert site.post(SIGN_IN, {"username": ola.email, "password": PASSWORD}).status_code == 302


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "text/plain",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "x" * 1000,
        "",
        ";;;",
        "application/x-www-form-urlencoded; charset=utf-8",
        'application/x-www-form-urlencoded; charset="UTF-8"',
        "application/x-www-form-urlencoded; charset=iso-8859-1",
    ],
)
@pytest.mark.parametrize("url", [SIGN_IN, RESET])
def test_any_kind_of_body(site: Client, url: str, content_type: str) -> None:
    response = site.post(url, b"username=a&password=b&email=c", content_type=content_type)
    assert response.status_code in {200, 400, 403}


@pytest.mark.parametrize(
    "charset",
    ["utf-7", "UTF7", "utf-16", "utf-32", "idna", "punycode", "rot13", "hex", "zip", "unknown"],
)
@pytest.mark.parametrize("url", [SIGN_IN, RESET, "/nb/", "/admin/"])
def test_an_odd_charset_is_refused(site: Client, url: str, charset: str) -> None:
    form = f"application/x-www-form-urlencoded; charset={charset}"
    assert site.generic("POST", url, b"username=a", content_type=form).status_code == 415


class TestForgedForms:
    @pytest.mark.parametrize("token", [None, "", "x" * 32, "x" * 64, "\x00", "é" * 64])
    def test_a_form_of_another_site_gets_a_kind_page(
        self, region: Region, token: str | None
    ) -> None:
        user = factories.make_user()
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        client.get(SIGN_IN)
        data = {"username": user.email, "password": PASSWORD}
        if token is not None:
            data["csrfmiddlewaretoken"] = token
        response = client.post(SIGN_IN, data)
        assert response.status_code == 403
        assert response.templates[0].name == "403_csrf.html"
        assert '<html lang="en">' in response.text
        assert "The form was not sent" in response.text
        assert user.email not in response.text
        assert "_auth_user_id" not in client.session

    def test_ours_gets_through(self, region: Region) -> None:
        user = factories.make_user()
        client = Client(enforce_csrf_checks=True)
        token = client.get(SIGN_IN).context["csrf_token"]
        data = {"username": user.email, "password": PASSWORD, "csrfmiddlewaretoken": str(token)}
        assert client.post(SIGN_IN, data).status_code == 302


class TestHeaders:
    @pytest.mark.parametrize("host", ["evil.example", "", "a b", "localhost:x", "[::1"])
    def test_a_host_that_is_not_ours(self, site: Client, host: str) -> None:
        for url in ("/nb/", SIGN_IN, "/", "/admin/"):
            assert site.get(url, HTTP_HOST=host).status_code == 400, url

    @pytest.mark.parametrize(
        "cookie",
        ["x" * 4000, "\x00", '"', "../../etc", "{}", "sessionid", "a" * 32, "é"],
    )
    def test_a_cookie_that_is_not_ours(self, site: Client, cookie: str) -> None:
        site.cookies["sessionid"] = cookie
        site.cookies["csrftoken"] = cookie
        site.cookies["messages"] = cookie
        for url in ("/nb/", SIGN_IN, "/en/account/landing/"):
            assert site.get(url).status_code < 400, url
        assert site.get("/admin/").status_code == 302

    @pytest.mark.parametrize("header", ["COOKIE", "ACCEPT", "ACCEPT_LANGUAGE", "REFERER", "RANGE"])
    @pytest.mark.parametrize("text", ["\x01", "=;=;==", "x" * 8000, "é", "%00"])
    def test_any_header(self, site: Client, header: str, text: str) -> None:
        for url in ("/nb/", SIGN_IN):
            assert site.get(url, **{f"HTTP_{header}": text}).status_code == 200

    @pytest.mark.parametrize("forwarded", ["'", "x" * 8000, ",,,,", "1.2.3.4, é"])
    def test_any_word_about_the_caller(
        self, site: Client, settings: object, forwarded: str
    ) -> None:
        settings.TRUSTED_PROXIES = 1
        data = {"username": "a@samkurs.example", "password": "x"}
        assert site.post(SIGN_IN, data, HTTP_X_FORWARDED_FOR=forwarded).status_code == 200


@pytest.mark.parametrize(
    ("url", "method", "status"),
    [
        (SIGN_IN, "put", 200),
        (SIGN_IN, "delete", 405),
        (SIGN_IN, "patch", 405),
        ("/en/account/sign-out/", "get", 405),
        ("/en/account/sign-out/", "delete", 405),
        ("/en/account/signed-out/", "post", 405),
        ("/en/account/password/sent/", "post", 405),
        ("/en/account/password/done/", "delete", 405),
        (RESET, "delete", 405),
        ("/", "post", 405),
        ("/en/account/landing/", "delete", 405),
        ("/en/account/landing/", "post", 405),
    ],
)
def test_the_wrong_method(site: Client, url: str, method: str, status: int) -> None:
    before = list(User.objects.values())
    assert getattr(site, method)(url).status_code == status
    assert list(User.objects.values()) == before


@pytest.mark.parametrize(
    ("error", "status"),
    [(OperationalError, 503), (InterfaceError, 503), (IntegrityError, 500), (RuntimeError, 500)],
)
def test_a_database_that_is_away_may_be_asked_again(
    site: Client, monkeypatch: pytest.MonkeyPatch, error: type[Exception], status: int
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise error("secret words of the driver")

    monkeypatch.setattr("django.contrib.auth.views.LoginView.get_form", fail)
    response = site.get(SIGN_IN)
    assert response.status_code == status
    assert response.get("Retry-After") == ("30" if status == 503 else None)
    assert ("send it once more" in response.text) == (status == 503)
    assert "secret words" not in response.text
