"""What was typed is given back, whatever became of the session, the link, or the other tab."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from regions.models import Municipality
from regions.needs.models import Need

from . import browsing, makers
from .browsing import TEXT, Reader, errors, filled, read
from .test_receipt import receipt_of

pytestmark = pytest.mark.django_db


def copied(page: BeautifulSoup) -> list[str]:
    """Return what stands there to be copied."""
    return [box.text.lstrip("\n") for box in page.select("textarea[readonly]")]


@pytest.fixture
def strict(reader: Reader) -> Reader:
    """Return a reader whose forms are asked for their token."""
    reader.language = "en"
    reader.client = Client(enforce_csrf_checks=True)
    return reader


def test_a_form_that_was_open_while_signing_in_gives_back_what_was_typed(
    strict: Reader, place: Municipality
) -> None:
    data = strict.form(place.region) | filled(place) | {"contact_role": "Leder <i>\0"}
    # Signing in in another tab gives the browser another secret.
    strict.client.cookies["csrftoken"] = "x" * 32
    refused = strict.send(place.region, data)
    assert refused.status_code == 403
    page = read(refused)
    assert copied(page) == [TEXT, "leder@nordfjell.example", "Leder <i>"]
    assert "signed in or out" in page.select_one(".page-form__lead").text
    again = page.select_one("main a.btn")["href"]
    assert again == strict.url(place.region)
    assert refused["Referrer-Policy"] == "strict-origin"
    assert not Need.objects.exists()


def test_a_browser_without_cookies_is_told_so(strict: Reader, place: Municipality) -> None:
    data = strict.form(place.region) | filled(place)
    strict.client.cookies.clear()
    page = read(strict.send(place.region, data))
    assert copied(page)[0] == TEXT
    assert "no cookie" in page.select_one(".page-form__lead").text


def test_another_sites_words_are_not_shown_as_typed(strict: Reader, place: Municipality) -> None:
    url, data = strict.url(place.region), strict.form(place.region) | filled(place)
    response = strict.client.post(url, data, headers={"Origin": "https://elsewhere.example"})
    assert response.status_code == 403
    assert copied(read(response)) == []
    assert TEXT not in response.text
    assert "this site" in read(response).select_one(".page-form__lead").text


def test_a_sign_in_is_never_shown_again(strict: Reader, place: Municipality) -> None:
    said = {"username": "a@x.example", "password": "hemmelig ord", "challenge": TEXT}
    response = strict.client.post("/en/account/sign-in/", said)
    assert response.status_code == 403
    for word in said.values():
        assert word not in response.text


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("answer/", {"text": "Alle på kveld & natt."}),
        ("change/", {"challenge": TEXT, "goal_achieve": "Alle følger rutinen."}),
    ],
)
def test_a_dead_link_gives_back_what_was_sent_to_it(
    reader: Reader, place: Municipality, page: str, said: dict[str, str]
) -> None:
    need = makers.make_returned(place)
    url = f"{receipt_of(need)}{page}"
    need.tokens.all().delete()
    assert copied(read(reader.press(url, status=404, **said))) == list(said.values())
    assert copied(reader.open(url, status=404)) == []


def test_of_two_tabs_the_later_sees_what_differs(reader: Reader, place: Municipality) -> None:
    reader.language = "en"
    need = makers.make_submitted(place)
    url = f"{receipt_of(need)}change/".replace("/nb/", "/en/")
    data = browsing.fields(reader.open(url).select_one("form.report__long"))
    first = {"workplace": "Sykehjemmet", "driver": "law", "headcount": "", "action": "Et nettkurs."}
    reader.press(url, **data | first)
    page = read(reader.press(url, status=409, **data | {"workplace": "Skolen"}))
    assert errors(page)
    differs = page.select_one(".differs .told")
    found = dict(
        zip(
            (name.text for name in differs.select("dt")),
            (words.text for words in differs.select("dd")),
            strict=True,
        )
    )
    assert found == {
        "Which workplace?": "Sykehjemmet",
        "How many need it?": "Nothing",
        "What drives it?": "A law or requirement",
        "By what training?": "Et nettkurs.",
    }
    assert page.select_one("[name=workplace]")["value"] == "Skolen"
