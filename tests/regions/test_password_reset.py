"""Setting a password by mail: one working link, once, and the same answer for everybody."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import mail
from django.http import HttpResponse
from django.test import Client

from regions.account import RESETS_PER_ADDRESS, RESETS_PER_EMAIL
from regions.models import Attempt, User
from tests import factories
from tests.factories import PASSWORD

ASK = "/en/account/password/"
NEW = "en-helt-ny-setning-7"


@pytest.fixture
def person(db: None, settings: object) -> User:
    settings.WAGTAILADMIN_BASE_URL = "https://samkurs.test/"
    return factories.make_user(email="kari@samkurs.example", language="sv")


def ask(client: Client, email: str, **extra: str) -> HttpResponse:
    return client.post(ASK, {"email": email}, **extra)


def link_in(message: mail.EmailMessage) -> str:
    (link,) = re.findall(r"https://samkurs\.test(/\S+)", message.body)
    return link


def choose(client: Client, link: str, password: str = NEW) -> HttpResponse:
    """Open the link and send the form behind it."""
    form = client.get(link, follow=True)
    (url, _status) = form.redirect_chain[-1]
    return client.post(url, {"new_password1": password, "new_password2": password})


def test_the_mail_leads_to_a_new_password(client: Client, person: User) -> None:
    assert ask(client, "KARI@samkurs.example")["Location"] == "/en/account/password/sent/"
    (message,) = mail.outbox
    assert message.to == ["kari@samkurs.example"]
    assert "\n" not in message.subject
    assert message.from_email == "Samkurs <no-reply@samkurs.example>"
    response = choose(client, link_in(message))
    assert response["Location"].endswith("/account/password/done/")
    assert client.get(response["Location"]).status_code == 200
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert client.login(username=person.email, password=NEW)


@pytest.mark.parametrize("language", ["nb", "sv", "en"])
def test_it_is_in_the_persons_language(client: Client, person: User, language: str) -> None:
    User.objects.update(language=language)
    ask(client, person.email)
    link = link_in(mail.outbox[0])
    assert link.startswith(f"/{language}/account/password/set/")
    page = client.get(link, follow=True)
    assert f'<html lang="{language}">' in page.text
    assert page.context["validlink"]


def test_a_link_works_once(client: Client, person: User) -> None:
    ask(client, person.email)
    link = link_in(mail.outbox[0])
    choose(client, link)
    again = Client().get(link, follow=True)
    assert again.status_code == 200
    assert not again.context["validlink"]
    assert "new_password1" not in again.text
    person.refresh_from_db()
    assert person.check_password(NEW)


def test_a_link_is_too_old_after_a_day(
    client: Client, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(client, person.email)
    link = link_in(mail.outbox[0])
    now = PasswordResetTokenGenerator._now
    for hours, works in ((23, True), (25, False)):
        later = timedelta(hours=hours)
        with monkeypatch.context() as patch:
            patch.setattr(
                PasswordResetTokenGenerator, "_now", lambda self, by=later: now(self) + by
            )
            assert Client().get(link, follow=True).context["validlink"] is works


@pytest.mark.parametrize("spoil", ["x", "0", "%00", "/../"])
def test_a_spoilt_link_is_refused_kindly(client: Client, person: User, spoil: str) -> None:
    ask(client, person.email)
    link = link_in(mail.outbox[0])
    response = client.get(link[:-1] + spoil + "/", follow=True)
    assert response.status_code in {200, 404}
    assert not (response.context and response.context.get("validlink"))


def test_a_link_of_one_person_sets_nobody_elses(client: Client, person: User) -> None:
    other = factories.make_user()
    ask(client, person.email)
    ask(client, other.email)
    mine, theirs = (link_in(message).strip("/").split("/") for message in mail.outbox)
    mixed = "/".join(["", *theirs[:-1], mine[-1], ""])
    assert not client.get(mixed, follow=True).context["validlink"]


@pytest.mark.parametrize(
    ("password", "words"),
    [("kort", "too short"), ("1qaz2wsx3edc", "too common"), ("kari@samkurs", "too similar")],
)
def test_a_weak_password_is_refused_at_the_field(
    client: Client, person: User, password: str, words: str
) -> None:
    User.objects.update(language="en")
    ask(client, person.email)
    response = choose(client, link_in(mail.outbox[0]), password)
    assert response.status_code == 200
    assert words in " ".join(response.context["form"].errors["new_password2"])
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_whoever_has_no_password_yet_sets_one(client: Client, person: User) -> None:
    invited = User.objects.create_user("ny@samkurs.example")
    assert not invited.has_usable_password()
    ask(client, invited.email)
    choose(client, link_in(mail.outbox[0]))
    invited.refresh_from_db()
    assert invited.check_password(NEW)


def test_the_answer_is_the_same_for_everybody(client: Client, person: User) -> None:
    gone = factories.make_user(is_active=False)
    answers = [
        (response.status_code, response["Location"], response.content)
        for email in (person.email, gone.email, "nobody@samkurs.example")
        for response in [ask(client, email)]
    ]
    assert len(set(answers)) == 1
    assert [message.to for message in mail.outbox] == [[person.email]]


def test_a_mail_server_that_fails_tells_nothing(
    client: Client, person: User, settings: object
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert ask(client, person.email)["Location"] == "/en/account/password/sent/"


@pytest.mark.parametrize("email", ["", "kari", "kari@", "a@b@c", "kari@samkurs.example\x00"])
def test_what_is_no_address_is_said_at_the_field(client: Client, person: User, email: str) -> None:
    response = ask(client, email)
    assert response.status_code == 200
    assert "email" in response.context["form"].errors
    assert mail.outbox == []


def test_nobody_is_flooded_with_mail(client: Client, person: User) -> None:
    for _ in range(RESETS_PER_EMAIL):
        assert ask(client, person.email).status_code == 302
    response = ask(Client(), person.email.upper())
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 60 * 60
    assert len(mail.outbox) == RESETS_PER_EMAIL
    assert not any("kari" in str(row) for row in Attempt.objects.values_list())


def test_one_network_address_cannot_ask_for_everybody(client: Client, db: None) -> None:
    for number in range(RESETS_PER_ADDRESS):
        assert ask(client, f"a{number}@samkurs.example").status_code == 302
    assert ask(client, "last@samkurs.example").status_code == 429
    assert ask(client, "last@samkurs.example", REMOTE_ADDR="203.0.113.9").status_code == 302


def test_the_link_names_our_address_whatever_host_was_asked(client: Client, person: User) -> None:
    ask(client, person.email, HTTP_X_FORWARDED_HOST="evil.example", HTTP_HOST="localhost")
    assert "evil" not in mail.outbox[0].body
    assert link_in(mail.outbox[0])
