"""Limits of reporting and of asking for links; nothing tells who is known."""

from __future__ import annotations

import pytest
from django.core import mail

from regions.models import Municipality
from regions.needs import reporting
from regions.needs.models import Need
from tests import factories

from . import makers
from .browsing import Reader, filled, read

pytestmark = pytest.mark.django_db

LINKS = "/nb/needs/link/"


def test_needs_of_one_e_mail_are_counted_and_what_was_typed_stays(
    reader: Reader, place: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (reporting.NEEDS_PER_EMAIL, reporting.NEEDS_PER_ADDRESS) == (10, 60)
    monkeypatch.setattr(reporting, "NEEDS_PER_EMAIL", 2)
    first = reader.form(place.region) | filled(place)
    assert reader.send(place.region, first).status_code == 302
    # Sent again it is the same need, and counts no more.
    assert reader.send(place.region, first).status_code == 302
    assert (
        reader.report(
            place, contact_email="LEDER@nordfjell.example", challenge="Et annet behov hos oss."
        ).status_code
        == 302
    )
    third = "Enda et behov hos oss, det tredje."
    refused = reader.report(place, contact_role="Avdelingsleder", challenge=third)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    page = read(refused)
    assert page.select_one("#id_challenge").text.strip() == third
    assert page.select_one("#id_contact_role")["value"] == "Avdelingsleder"
    assert page.select_one(".error-summary a")["href"] == "mailto:hr@nordfjell.example"
    assert Need.objects.count() == 2
    assert reader.report(place, contact_email="en.annen@nordfjell.example").status_code == 302


def test_needs_from_one_network_address_are_counted(
    reader: Reader, place: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "NEEDS_PER_ADDRESS", 1)
    assert reader.report(place).status_code == 302
    assert reader.report(place, contact_email="b@nordfjell.example").status_code == 429
    # Refused ones do not count: the first of the next hour is taken.
    other = Reader()
    other.client.defaults["REMOTE_ADDR"] = "192.0.2.7"
    assert other.report(place, contact_email="b@nordfjell.example").status_code == 302


def test_another_address_is_written_to_a_few_times_an_hour(
    reader: Reader, place: Municipality, django_capture_on_commit_callbacks: object
) -> None:
    data = reader.form(place.region) | filled(place)
    two = ("a@nordfjell.example", "b@nordfjell.example")
    with django_capture_on_commit_callbacks(execute=True):
        answers = [
            reader.send(place.region, data | {"contact_email": two[number % 2]})
            for number in range(24)
        ]
    # The first says where it is answered; after that so many changes are taken.
    assert len(mail.outbox) == 1 + reporting.LINKS_PER_NEED
    assert [answer.status_code for answer in answers] == [302] * 4 + [429, 302] * 10
    page = read(answers[-2])
    assert page.select_one(".error-summary a")["href"] == "mailto:hr@nordfjell.example"
    assert page.select_one("#id_challenge").text.strip() == data["challenge"]
    assert page.select_one("#id_contact_email")["value"] == two[0]
    need = Need.objects.get()
    assert need.contact.email == two[1]
    # What changes nothing is taken, and mails nothing.
    same = reader.send(place.region, data | {"contact_email": "B@nordfjell.example"})
    assert same.status_code == 302


def test_one_address_is_not_written_to_about_many_needs(
    reader: Reader, place: Municipality
) -> None:
    answers = []
    for number in range(reporting.LINKS_PER_EMAIL + 1):
        data = reader.form(place.region) | filled(
            place, challenge=f"Behov nummer {number} hos oss."
        )
        first = data | {"contact_email": f"avsender{number}@nordfjell.example"}
        assert reader.send(place.region, first).status_code == 302
        answers.append(reader.send(place.region, data | {"contact_email": "offer@x.example"}))
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]


def test_going_back_to_say_the_role_says_it_and_mails_nothing(
    reader: Reader, place: Municipality, django_capture_on_commit_callbacks: object
) -> None:
    data = reader.form(place.region) | filled(place)
    with django_capture_on_commit_callbacks(execute=True):
        first = reader.send(place.region, data)
        reader.send(place.region, data | {"contact_role": "Avdelingsleder"})
    assert Need.objects.get().contact.role == "Avdelingsleder"
    assert len(mail.outbox) == 1
    reader.open(first.url)


def test_asking_for_links_gets_the_same_answer_whether_known_or_not(
    reader: Reader, place: Municipality, django_capture_on_commit_callbacks: object
) -> None:
    makers.make_submitted(place)
    makers.make_unconfirmed(place)
    makers.make_submitted(place, email="en.annen@samkurs.example")
    with django_capture_on_commit_callbacks(execute=True):
        mail.outbox.clear()
        known = reader.client.post(LINKS, {"email": "Leder@samkurs.example"})
        unknown = reader.client.post(LINKS, {"email": "ingen@samkurs.example"})
    assert known.url == unknown.url
    to = [message.to for message in mail.outbox if "needs/" in message.body]
    assert ["ingen@samkurs.example"] not in to
    assert reader.client.get(known.url).status_code == 200


def test_a_reference_narrows_the_links(
    reader: Reader, place: Municipality, django_capture_on_commit_callbacks: object
) -> None:
    wanted, _other = (makers.make_submitted(place) for _ in range(2))
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        reader.client.post(
            LINKS, {"email": "leder@samkurs.example", "reference": wanted.reference.lower()}
        )
    [message] = mail.outbox
    assert wanted.reference in message.subject


def test_links_are_asked_for_a_few_times_an_hour(reader: Reader, place: Municipality) -> None:
    for _number in range(reporting.LINKS_PER_EMAIL):
        assert reader.client.post(LINKS, {"email": "a@x.example"}).status_code == 302
    assert reader.client.post(LINKS, {"email": "A@x.example"}).status_code == 429
    assert reader.client.post(LINKS, {"email": "b@x.example"}).status_code == 302


@pytest.mark.parametrize("email", ["", "x", "a\0@x.example", "a@x.example" * 99])
def test_odd_addresses_are_refused(reader: Reader, db: None, email: str) -> None:
    response = reader.client.post(LINKS, {"email": email})
    assert response.status_code == 200
    assert read(response).select_one(".error-summary a")["href"] == "#id_email"


def test_a_municipality_without_contact_is_no_dead_end(
    reader: Reader, place: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "NEEDS_PER_EMAIL", 0)
    bare = factories.make_municipality(place.region)
    refused = reader.report(bare)
    assert refused.status_code == 429
    assert "mailto" not in str(read(refused).select_one(".error-summary"))
