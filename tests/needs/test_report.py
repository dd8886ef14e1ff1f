"""Reporting a need without an account: three fields, once, and nothing typed is lost."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.models import CoursePage
from regions.lifecycle import Actor
from regions.models import Municipality, ProfessionalNetwork, Region
from regions.needs import reporting
from regions.needs.lifecycle import NEED
from regions.needs.models import Need, NeedContact, NeedState
from tests import factories

from . import browsing, makers
from .browsing import Reader, errors, filled, read

#: Before any fixture lets tests be faster.
SHORTEST = reporting.SHORTEST

pytestmark = pytest.mark.django_db


def test_three_fields_are_enough(
    reader: Reader, place: Municipality, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = reader.report(place)
    need = Need.objects.get()
    assert (need.state, need.municipality, need.challenge) == (
        NeedState.UNCONFIRMED,
        place,
        browsing.TEXT,
    )
    assert need.contact.email == "leder@nordfjell.example"
    receipt = reader.open(response.url)
    assert need.reference in receipt.text
    assert "leder@nordfjell.example" in receipt.select_one(".notice").text
    [message] = mail.outbox
    assert message.to == ["leder@nordfjell.example"]
    assert "/nb/needs/confirm/" in browsing.link_in(message)


def test_what_is_missing_is_said_before_the_heading_and_at_the_field(
    reader: Reader, place: Municipality
) -> None:
    said = filled(place, challenge="Medisin", contact_email="leder.nordfjell.no", municipality="")
    page = read(reader.send(place.region, reader.form(place.region) | said))
    assert len(errors(page)) == 3
    summary = page.select_one(".error-summary")
    assert summary.find_next("h1") is not None
    for link in summary.select("a"):
        assert page.select_one(link["href"]) is not None
    assert page.select_one("#id_challenge").text.strip() == "Medisin"
    assert page.select_one("#id_contact_email")["value"] == "leder.nordfjell.no"
    assert page.select_one("#id_challenge")["aria-invalid"] == "true"
    assert not Need.objects.exists()


@pytest.mark.parametrize("act", ["send", "describe"])
def test_sending_the_same_form_again_gives_one_need_and_its_receipt(
    reader: Reader, place: Municipality, act: str
) -> None:
    data = reader.form(place.region) | filled(place) | {"act": act}
    answers = [reader.send(place.region, data) for _ in range(3)]
    need = Need.objects.get()
    for response in answers:
        assert response.status_code == 302
        page = reader.open(response.url)
        assert page.select_one("form") is not None
    assert need.log.filter(action="send").count() == (1 if act == "send" else 0)


def test_back_and_a_correction_change_the_one_need(reader: Reader, place: Municipality) -> None:
    data = reader.form(place.region) | filled(place, contact_email="feil@nordfjell.example")
    first = reader.send(place.region, data)
    later = data | {"challenge": f"{browsing.TEXT} Og natt.", "contact_email": "ny@x.example"}
    second = reader.send(place.region, later)
    need = Need.objects.get()
    assert need.challenge.endswith("Og natt.")
    assert need.contact.email == "ny@x.example"
    reader.open(first.url, status=404)
    reader.open(second.url)


def test_back_after_somebody_has_claimed_it_makes_another_need(
    reader: Reader, place: Municipality
) -> None:
    data = reader.form(place.region) | filled(place)
    reader.send(place.region, data)
    first = NEED.apply(Need.objects.get(), "confirm", by=Actor.with_link())
    NEED.apply(first, "claim", by=makers.coordinator_of(place.region))
    other = "Vi kan for lite om demens i hjemmetjenesten."
    answers = [reader.send(place.region, data | {"challenge": other}) for _ in range(3)]
    first.refresh_from_db()
    second = Need.objects.exclude(pk=first.pk).get()  # a double click is one need here too
    assert (first.challenge, first.state) == (browsing.TEXT, "in_moderation")
    assert (second.challenge, second.state) == (other, "unconfirmed")
    for answer in answers:
        assert second.reference in reader.open(answer.url).get_text()
    # What was sent first, once more, is the first one still.
    again = reader.send(place.region, data)
    assert first.reference in reader.open(again.url).get_text()
    assert Need.objects.count() == 2


def test_another_need_by_back_counts_as_one(
    reader: Reader, place: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "NEEDS_PER_EMAIL", 1)
    data = reader.form(place.region) | filled(place)
    reader.send(place.region, data)
    first = NEED.apply(Need.objects.get(), "confirm", by=Actor.with_link())
    NEED.apply(first, "claim", by=makers.coordinator_of(place.region))
    refused = reader.send(place.region, data | {"challenge": "Noe helt annet, også viktig."})
    assert refused.status_code == 429
    assert Need.objects.count() == 1
    assert reader.send(place.region, data).status_code == 302


def test_the_same_words_from_a_fresh_form_are_the_same_need(
    reader: Reader, place: Municipality
) -> None:
    first, second = reader.report(place), reader.report(place)
    assert Need.objects.count() == 1
    for response in (first, second):
        reader.open(response.url)
    assert reader.report(place, contact_email="en.annen@x.example").status_code == 302
    assert Need.objects.count() == 2


def test_a_draft_goes_on_to_the_second_page_and_can_be_sent_there(
    reader: Reader, place: Municipality
) -> None:
    response = reader.report(place, act="describe")
    need = Need.objects.get()
    assert need.state == NeedState.DRAFT
    page = reader.open(response.url)
    data = browsing.fields(page.select_one("form.report__long"))
    reader.press(response.url, **data | {"headcount": "12", "act": "send"})
    need.refresh_from_db()
    assert (need.state, need.headcount) == (NeedState.UNCONFIRMED, 12)


def test_the_municipality_is_found_by_the_domain_of_the_e_mail(
    reader: Reader, place: Municipality
) -> None:
    factories.make_municipality(place.region, contact_email="hr@annen.example")
    reader.report(place, municipality="")
    assert Need.objects.get().municipality == place


def test_a_domain_that_two_share_finds_none(reader: Reader, place: Municipality) -> None:
    factories.make_municipality(place.region, contact_email="annen@nordfjell.example")
    page = read(reader.report(place, municipality=""))
    assert page.select_one(".error-summary__link")["href"] == "#id_municipality"
    assert not Need.objects.exists()


def test_the_address_can_begin_the_form(reader: Reader, place: Municipality) -> None:
    begun = reader.form(
        place.region, challenge="Vi trenger <b>tegnspråk</b>\0", municipality="nordfjell"
    )
    assert begun["challenge"] == "Vi trenger <b>tegnspråk</b>"
    assert begun["municipality"] == str(place.pk)
    assert not Need.objects.exists()


def test_whoever_speaks_for_a_municipality_begins_there(
    reader: Reader, place: Municipality
) -> None:
    factories.make_municipality(place.region)
    reader.client.force_login(makers.contact_of(place))
    assert reader.form(place.region)["municipality"] == str(place.pk)
    other = factories.make_region()
    factories.make_municipality(other)
    assert reader.form(other)["municipality"] == ""


@pytest.mark.parametrize("email", ["leder@localhost", "leder\0@x.example", "a\0"])
def test_one_thing_is_said_of_an_address_that_reaches_nobody(
    reader: Reader, place: Municipality, email: str
) -> None:
    page = read(reader.report(place, contact_email=email))
    assert len(errors(page)) == 1
    assert page.select_one(".error-summary__link")["href"] == "#id_contact_email"
    page = read(reader.report(place, challenge=f"{browsing.TEXT}\0"))
    assert len(errors(page)) == 1
    assert not Need.objects.exists()


def test_another_regions_municipality_and_network_are_no_choice(
    reader: Reader, place: Municipality
) -> None:
    other = factories.make_region()
    foreign = factories.make_municipality(other)
    network = ProfessionalNetwork.objects.create(region=other, name="Andres nettverk")
    page = read(reader.report(place, municipality=str(foreign.pk), network=str(network.pk)))
    assert {link["href"] for link in page.select(".error-summary__link")} == {
        "#id_municipality",
        "#id_network",
    }
    assert page.select_one("details.more").has_attr("open")
    assert not Need.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {"website": "https://spam.example"},
        {"form_started": ""},
        {"form_started": "WyJ4Il0:1tt:forged"},
        {"form_started": "a\0b"},
    ],
    ids=["honeypot", "missing", "forged", "null"],
)
def test_what_programs_do_is_turned_away_and_people_can_send_again(
    reader: Reader, place: Municipality, said: dict[str, str]
) -> None:
    page = read(reader.report(place, **said))
    assert page.select_one(".error-summary") is not None
    assert not Need.objects.exists()
    again = browsing.fields(page.select_one("form#report"))
    assert again["challenge"] == browsing.TEXT
    assert reader.send(place.region, again).status_code == 302
    assert Need.objects.count() == 1


def test_a_form_of_another_region_is_not_taken(reader: Reader, place: Municipality) -> None:
    other = factories.make_region()
    page = read(reader.send(place.region, reader.form(other) | filled(place)))
    assert page.select_one(".error-summary") is not None
    assert not Need.objects.exists()


def test_what_is_sent_at_once_is_asked_for_once_more(
    reader: Reader, place: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reporting.timedelta(seconds=3) == SHORTEST
    monkeypatch.setattr("regions.needs.forms.SHORTEST", reporting.timedelta(hours=1))
    page = read(reader.report(place))
    assert page.select_one(".error-summary") is not None
    assert not Need.objects.exists()
    assert page.select_one("#id_challenge").text.strip() == browsing.TEXT


@pytest.mark.parametrize("name", ["challenge", "municipality", "contact_email", "network"])
@pytest.mark.parametrize("value", ["\0", "9" * 400, "x" * 200_000, "<script>", "%", "-1"])
def test_odd_input_is_refused_in_words(
    reader: Reader, place: Municipality, name: str, value: str
) -> None:
    if name == "challenge" and value.isdigit():
        value = value[:19]
    response = reader.report(place, **{name: value})
    assert response.status_code == 200
    assert read(response).select_one(".error-summary") is not None
    assert not Need.objects.exists()


def test_opening_the_form_keeps_nothing(reader: Reader, place: Municipality) -> None:
    reader.form(place.region)
    reader.open(f"/nb/needs/{place.region.slug}/suggest/", status=302)
    assert not Need.objects.exists()
    assert not NeedContact.objects.exists()
    response = reader.client.get(reader.url(place.region))
    assert response["Cache-Control"] == "private, no-cache"


def test_one_region_is_led_to_and_several_are_chosen_from(
    reader: Reader, place: Municipality
) -> None:
    response = reader.client.get("/nb/needs/?challenge=ro")
    assert response.url == f"{reader.url(place.region)}?challenge=ro"
    other = factories.make_region()
    page = reader.open("/nb/needs/?challenge=ro&x=%00")
    links = [link["href"] for link in page.select(".report__region")]
    assert [link.partition("?")[0] for link in links] == sorted(
        [reader.url(place.region), reader.url(other)]
    )
    assert all("challenge=ro" in link for link in links)
    by_place = reader.client.get("/nb/needs/?municipality=nordfjell")
    assert by_place.url.startswith(reader.url(place.region))


def test_every_page_leads_to_the_form(reader: Reader, place: Municipality) -> None:
    factories.make_region()
    course = factories.make_offering(place.region)
    factories.index_courses()
    here = reader.url(place.region)
    index = factories.index_page(place.region).get_url()
    for url, wanted in {
        "/nb/": "/nb/needs/",
        factories.region_page(place.region).get_url(): here,
        CoursePage.objects.get(pk=course.pk).get_url(): here,
        index: here,
    }.items():
        page = reader.open(url)
        for where in (".header", ".menu", ".footer", *([".main"] if url == "/nb/" else [])):
            assert page.select_one(f"{where} a[href='{wanted}']") is not None, (url, where)
    page = reader.open(f"{index}?q=tegnspråk %26 <ro>")
    begun = page.select_one(".ask a")["href"]
    assert begun.startswith(f"{here}?challenge=")
    assert reader.open(begun).select_one("#id_challenge").text.strip().endswith("tegnspråk & <ro>")


def test_statements_stay_few_as_everything_grows(reader: Reader, place: Municipality) -> None:
    def count() -> int:
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            reader.open(f"{reader.url(place.region)}?challenge=medisin")
        return len(queries)

    reader.form(place.region)
    before = count()
    for _number in range(10):
        makers.make_submitted(factories.make_municipality(place.region))
        factories.make_offering(place.region)
        ProfessionalNetwork.objects.create(region=place.region, name=f"Nett {_number}")
    assert count() == before
    assert before <= 8


def test_regions_that_are_not_there_are_not_found(reader: Reader, region: Region) -> None:
    reader.open("/nb/needs/ingen/report/", status=404)
    reader.open("/nb/needs/ingen/suggest/", status=404)
