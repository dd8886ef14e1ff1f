"""What every answer says to the browser about what it may do."""

from __future__ import annotations

import pytest
from django.test import Client

from regions.models import Region, Role
from tests import factories

PUBLIC = [
    "/nb/",
    "/sv/",
    "/en/",
    "/nb/fjellregionen/",
    "/nb/fjellregionen/kurs/",
    "/en/account/sign-in/",
    "/en/account/password/",
    "/en/account/password/sent/",
    "/en/account/signed-out/",
    "/en/not-here/",
]


def policy(response: object) -> dict[str, set[str]]:
    """Return the content security policy by directive."""
    directives = (each.split() for each in response["Content-Security-Policy"].split(";"))
    return {name: set(values) for name, *values in directives}


@pytest.mark.parametrize("url", PUBLIC)
def test_public_pages_run_nothing_that_is_written_into_them(
    client: Client, region: Region, url: str
) -> None:
    response = client.get(url)
    assert response.status_code == (404 if "not-here" in url else 200)
    said = policy(response)
    assert said["default-src"] == {"'none'"}
    assert said["script-src"] == said["style-src"] == {"'self'"}
    assert said["base-uri"] == said["frame-ancestors"] == {"'none'"}
    assert said["form-action"] == {"'self'"}
    for values in said.values():
        assert not values & {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:", "data:*"}
    assert "Content-Security-Policy-Report-Only" not in response
    assert "<script>" not in response.text
    assert " style=" not in response.text
    assert " onclick=" not in response.text


@pytest.mark.parametrize("url", [*PUBLIC, "/", "/admin/"])
def test_every_answer_is_kept_from_frames_guesses_and_other_sites(
    client: Client, region: Region, url: str
) -> None:
    response = client.get(url)
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_admin_may_what_wagtail_needs_and_no_more(client: Client, region: Region) -> None:
    client.force_login(factories.make_member(region, Role.EDITOR))
    response = client.get("/admin/")
    assert response.status_code == 200
    said = policy(response)
    assert said["script-src"] == {"'self'", "'unsafe-inline'", "'unsafe-eval'"}
    assert said["style-src"] == {"'self'", "'unsafe-inline'"}
    assert said["frame-ancestors"] == {"'self'"}
    assert said["default-src"] == {"'none'"}
    assert said["connect-src"] == {"'self'"}
    for values in said.values():
        assert not values & {"*", "https:", "http:"}


@pytest.mark.parametrize("url", ["/administrasjon/", "/en/admin/", "/ADMIN/", "//admin/"])
def test_what_only_looks_like_the_admin_gets_the_strict_policy(
    client: Client, db: None, url: str
) -> None:
    response = client.get(url, follow=False)
    assert "'unsafe-inline'" not in response["Content-Security-Policy"]


@pytest.mark.parametrize("url", ["/en/account/sign-in/", "/en/account/landing/"])
def test_what_depends_on_the_person_is_not_kept(client: Client, db: None, url: str) -> None:
    client.force_login(factories.make_user())
    assert "no-store" in client.get(url)["Cache-Control"]


def test_a_refused_charset_has_the_headers_too(client: Client, db: None) -> None:
    response = client.post(
        "/en/account/sign-in/", b"a=b", "application/x-www-form-urlencoded; charset=utf-7"
    )
    assert response.status_code == 415
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" in response


def test_what_the_signed_in_see_is_theirs(client: Client, region: Region) -> None:
    assert "Cache-Control" not in client.get("/nb/")
    client.force_login(factories.make_member(region, Role.EDITOR))
    assert client.get("/nb/")["Cache-Control"] == "private, no-cache"
    assert "no-store" in client.get("/admin/")["Cache-Control"]


def test_the_desk_has_one_door(client: Client, db: None) -> None:
    response = client.get("/admin/login/", {"next": "/admin/pages/"})
    assert response.status_code == 302
    assert response["Location"].endswith("/account/sign-in/?next=%2Fadmin%2Fpages%2F")
    assert client.get("/nb/_util/login/")["Location"] == "/nb/account/sign-in/"
    assert client.get("/nb/_util/authenticate_with_password/1/1/").status_code == 404


@pytest.mark.parametrize(("role", "words"), [(Role.STEERING, "nb"), (Role.EDITOR, "sv")])
def test_a_refusal_of_the_desk_speaks_the_persons_language(
    client: Client, region: Region, role: Role, words: str
) -> None:
    person = factories.make_member(region, role)
    person.language = words
    person.save()
    client.force_login(person)
    response = client.get("/admin/sites/", headers={"accept-language": "en"})
    assert response.status_code in {403, 404}
    assert f'<html lang="{words}"' in response.text
