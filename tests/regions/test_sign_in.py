"""Signing in: by e-mail whatever the case, throttled, and sent where one works."""

from __future__ import annotations

from unittest import mock

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client

from regions.account import FAILURES_PER_ADDRESS, FAILURES_PER_EMAIL
from regions.models import Attempt, Region, Role, User
from tests import factories
from tests.factories import PASSWORD

SIGN_IN = "/en/account/sign-in/"
WRONG = "The e-mail and the password do not belong together. Try again."


@pytest.fixture
def person(db: None) -> User:
    return factories.make_user(email="kari@samkurs.example", language="sv")


def sign_in(
    client: Client, email: str, password: str = PASSWORD, *, url: str = SIGN_IN, **extra: str
) -> HttpResponse:
    return client.post(url, {"username": email, "password": password}, **extra)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


class TestWhoGetsIn:
    @pytest.mark.parametrize(
        "email", ["kari@samkurs.example", "KARI@Samkurs.EXAMPLE", "  Kari@samkurs.example "]
    )
    def test_by_email_whatever_the_case(self, client: Client, person: User, email: str) -> None:
        response = sign_in(client, email)
        assert (response.status_code, response["Location"]) == (302, "/en/account/landing/")
        assert signed_in(client)

    def test_a_row_with_capitals_still_signs_in(self, client: Client, person: User) -> None:
        User.objects.filter(pk=person.pk).update(email="Kari@Samkurs.Example")
        sign_in(client, "kari@samkurs.example")
        assert signed_in(client)

    @pytest.mark.parametrize(
        ("email", "password"),
        [
            ("kari@samkurs.example", "wrong"),
            ("kari@samkurs.example", PASSWORD.upper()),
            ("nobody@samkurs.example", PASSWORD),
            ("kar\u0131@samkurs.example", PASSWORD),
        ],
    )
    def test_nobody_else(self, client: Client, person: User, email: str, password: str) -> None:
        response = sign_in(client, email, password)
        assert response.status_code == 200
        assert response.context["form"].non_field_errors() == [WRONG]
        assert not signed_in(client)

    def test_nor_those_who_left(self, client: Client, person: User) -> None:
        User.objects.filter(pk=person.pk).update(is_active=False)
        response = sign_in(client, person.email)
        assert response.context["form"].non_field_errors() == [WRONG]
        assert not signed_in(client)

    def test_an_unknown_address_costs_as_much_as_a_known_one(
        self, client: Client, person: User
    ) -> None:
        """Else the time of an answer tells who has an account."""
        for email in (person.email, "nobody@samkurs.example"):
            with mock.patch.object(
                MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode
            ) as hashing:
                sign_in(client, email, "wrong")
            assert hashing.call_count == 1, email

    def test_those_who_leave_are_out_at_the_next_request(
        self, client: Client, person: User
    ) -> None:
        sign_in(client, person.email)
        User.objects.filter(pk=person.pk).update(is_active=False)
        assert client.get("/en/account/landing/")["Location"] == "/en/"
        assert client.get("/admin/").status_code == 302


class TestLanding:
    @pytest.mark.parametrize(
        ("role", "place"),
        [
            (Role.COORDINATOR, "/admin/"),
            (Role.EDITOR, "/admin/"),
            (Role.RESOURCE_AUTHOR, "/admin/"),
            (Role.CONTACT, "/en/forum/"),
            (Role.SUBMITTER, "/en/"),
            (Role.PROVIDER_CONTACT, "/en/"),
            (Role.STEERING, "/en/"),
        ],
    )
    def test_people_land_where_they_work(
        self, client: Client, region: Region, role: str, place: str
    ) -> None:
        user = factories.make_member(region, role)
        response = client.post(SIGN_IN, {"username": user.email, "password": PASSWORD}, follow=True)
        assert [url for url, _status in response.redirect_chain][1] == place

    def test_administrators_and_members_of_the_forum(self, client: Client, region: Region) -> None:
        holder = factories.make_holder(factories.make_seat(region))
        for user, place in ((factories.make_admin(), "/admin/"), (holder.user, "/en/forum/")):
            client.force_login(user)
            assert client.get("/en/account/landing/")["Location"] == place

    def test_strangers_land_on_the_front_page(self, client: Client, db: None) -> None:
        assert client.get("/sv/account/landing/")["Location"] == "/sv/"

    def test_whoever_is_signed_in_is_not_asked_again(self, client: Client, person: User) -> None:
        client.force_login(person)
        assert client.get(SIGN_IN)["Location"] == "/en/account/landing/"


class TestNext:
    @pytest.mark.parametrize("target", ["/admin/pages/", "/nb/fjellregionen/?a=b"])
    def test_it_goes_on_to_a_page_of_ours(self, client: Client, person: User, target: str) -> None:
        data = {"username": person.email, "password": PASSWORD, "next": target}
        assert client.post(SIGN_IN, data)["Location"] == target

    @pytest.mark.parametrize(
        "target",
        [
            "https://evil.example/",
            "//evil.example/",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "http:///evil.example",
            "javascript:alert(1)",
            " https://evil.example",
            "https:evil.example",
            "/\x09/evil.example",
        ],
    )
    def test_but_nowhere_else(self, client: Client, person: User, target: str) -> None:
        data = {"username": person.email, "password": PASSWORD, "next": target}
        assert client.post(SIGN_IN, data)["Location"] == "/en/account/landing/"
        client.logout()
        page = client.get(SIGN_IN, {"next": target})
        assert page.status_code == 200
        assert page.context["next"] == ""


class TestSignOut:
    def test_only_by_a_form(self, client: Client, person: User) -> None:
        client.force_login(person)
        assert client.get("/en/account/sign-out/").status_code == 405
        assert signed_in(client)
        response = client.post("/en/account/sign-out/")
        assert response["Location"] == "/en/account/signed-out/"
        assert not signed_in(client)
        assert client.get("/en/account/signed-out/").status_code == 200

    def test_and_only_by_ours(self, person: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(person)
        assert client.post("/en/account/sign-out/").status_code == 403
        assert signed_in(client)


class TestSession:
    def test_its_cookie_is_kept_from_scripts_and_other_sites(
        self, client: Client, person: User
    ) -> None:
        sign_in(client, person.email)
        cookie = client.cookies["sessionid"]
        assert cookie["httponly"] is True
        assert cookie["samesite"] == "Lax"
        assert cookie["max-age"] == 60 * 60 * 12

    def test_signing_in_changes_its_key(self, client: Client, person: User) -> None:
        """A key that somebody slipped into the browser before is worth nothing after."""
        session = client.session
        session["seen"] = True
        session.save()
        before = session.session_key
        sign_in(client, person.email)
        assert client.session.session_key != before
        assert not Session.objects.filter(session_key=before).exists()


class TestThrottle:
    def fail(self, client: Client, times: int, email: str = "kari@samkurs.example") -> None:
        for _ in range(times):
            assert sign_in(client, email, "wrong").status_code == 200

    def test_after_five_failures_one_waits(self, client: Client, person: User) -> None:
        self.fail(client, FAILURES_PER_EMAIL)
        response = sign_in(client, person.email)
        assert response.status_code == 429
        assert not signed_in(client)
        assert 0 < int(response["Retry-After"]) <= 15 * 60
        assert response.templates[0].name == "429.html"
        assert 1 <= response.context["minutes"] <= 15

    def test_the_word_is_in_the_readers_language(self, client: Client, person: User) -> None:
        self.fail(client, FAILURES_PER_EMAIL)
        for code in ("nb", "sv", "en"):
            page = sign_in(client, person.email, url=f"/{code}/account/sign-in/")
            assert page.status_code == 429
            assert f'<html lang="{code}">' in page.text

    def test_it_holds_in_every_browser_and_process(self, person: User, settings: object) -> None:
        self.fail(Client(), FAILURES_PER_EMAIL)
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
        assert sign_in(Client(), person.email).status_code == 429

    @pytest.mark.parametrize(
        "spelling", ["KARI@SAMKURS.EXAMPLE", " kari@samkurs.example ", "ｋａｒｉ@samkurs.example"]
    )
    def test_another_spelling_is_the_same_person(
        self, client: Client, person: User, spelling: str
    ) -> None:
        self.fail(client, FAILURES_PER_EMAIL)
        assert sign_in(client, spelling).status_code == 429

    def test_others_are_not_in_it(self, client: Client, person: User) -> None:
        self.fail(client, FAILURES_PER_EMAIL)
        assert sign_in(client, factories.make_user().email).status_code == 302

    def test_success_forgets(self, client: Client, person: User) -> None:
        for _ in range(2):
            self.fail(client, FAILURES_PER_EMAIL - 1)
            assert sign_in(client, person.email).status_code == 302
            client.logout()

    def test_an_unknown_address_is_counted_just_so(self, client: Client, db: None) -> None:
        self.fail(client, FAILURES_PER_EMAIL, "nobody@samkurs.example")
        assert sign_in(client, "nobody@samkurs.example").status_code == 429

    def test_a_window_passes(self, client: Client, person: User) -> None:
        self.fail(client, FAILURES_PER_EMAIL)
        Attempt.objects.update(window_start="2026-01-01T00:00:00Z")
        assert sign_in(client, person.email).status_code == 302

    def test_one_network_address_after_fifty(self, client: Client, person: User) -> None:
        for number in range(FAILURES_PER_ADDRESS):
            email = f"guess{number}@samkurs.example"
            response = sign_in(client, email, "wrong", REMOTE_ADDR="203.0.113.9")
            assert response.status_code == 200
        assert sign_in(client, person.email, REMOTE_ADDR="203.0.113.9").status_code == 429
        assert sign_in(client, person.email, REMOTE_ADDR="203.0.113.8").status_code == 302

    def test_those_who_get_in_do_not_use_it_up(self, client: Client, person: User) -> None:
        """A town hall has one address: its hundred people come to work at eight."""
        for _ in range(FAILURES_PER_ADDRESS + 5):
            assert sign_in(Client(), person.email).status_code == 302
        self.fail(client, 1)

    def test_no_address_and_no_email_is_kept(self, client: Client, person: User) -> None:
        sign_in(client, person.email, "wrong", REMOTE_ADDR="203.0.113.9")
        rows = [str(row) for row in Attempt.objects.values_list()]
        assert len(rows) == 2
        for text in ("kari", "samkurs", "203.0.113"):
            assert not any(text in row for row in rows)
        assert all(len(each) == 64 for each in Attempt.objects.values_list("key_hash", flat=True))


def test_one_thing_on_the_page_takes_the_focus(db: None) -> None:
    url = "/en/account/sign-in/"
    for page in (Client().get(url), Client().post(url, {})):
        assert page.text.count("autofocus") == 1
