"""The public forms as a browser without script fills them in, and the links in mails."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup
from django.core import mail
from django.http import HttpResponse
from django.test import Client

from regions.models import Municipality, Region
from regions.needs import reporting

TEXT = "Vikarene følger medisinrutinen ulikt fra vakt til vakt."


class Reader:
    """Somebody without an account."""

    def __init__(self, language: str = "nb") -> None:
        self.client = Client()
        self.language = language

    def open(self, url: str, status: int = 200) -> BeautifulSoup:
        return self._read(self.client.get(url), status)

    def form(self, region: Region, **query: str) -> dict[str, str]:
        """Open the form and return what it would send if nothing was filled in."""
        page = self.open(f"{self.url(region)}{'?' if query else ''}{_query(query)}")
        return fields(page.select_one("form#report"))

    def report(self, place: Municipality, **said: str) -> HttpResponse:
        """Fill in the form and send it."""
        return self.send(place.region, self.form(place.region) | filled(place) | said)

    def send(self, region: Region, data: dict[str, str]) -> HttpResponse:
        return self.client.post(self.url(region), data)

    def url(self, region: Region) -> str:
        return f"/{self.language}/needs/{region.slug}/report/"

    def press(self, url: str, status: int = 302, **said: str) -> HttpResponse:
        response = self.client.post(url, said)
        assert response.status_code == status, response.content[:500]
        return response

    def _read(self, response: HttpResponse, status: int) -> BeautifulSoup:
        assert response.status_code == status, response.content[:500]
        self.response = response
        return BeautifulSoup(response.content, "html.parser")


def filled(place: Municipality, **said: str) -> dict[str, str]:
    """Return the three fields."""
    return {
        "challenge": TEXT,
        "municipality": str(place.pk),
        "contact_email": "leder@nordfjell.example",
        **said,
    }


def fields(form: BeautifulSoup) -> dict[str, str]:
    """Return what a form sends as it stands."""
    said = {}
    for box in form.select("input[name], textarea[name], select[name]"):
        if box.name == "select":
            chosen = box.select_one("option[selected]")
            said[box["name"]] = chosen["value"] if chosen else ""
        elif box.name == "textarea":
            said[box["name"]] = box.text.lstrip("\n")
        elif box.get("type") != "radio" or box.has_attr("checked"):
            said[box["name"]] = box.get("value", "")
    return said


def read(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def errors(page: BeautifulSoup) -> list[str]:
    """Return the lines of the summary of what must be put right."""
    return [line.get_text(strip=True) for line in page.select(".error-summary li")]


def link_in(message: mail.EmailMessage) -> str:
    """Return the path of the first link in a mail."""
    return re.search(r"https?://[^/\s]+(/\S+)", message.body)[1]


def patient(monkeypatch: object) -> None:
    """Let tests fill in forms faster than people do."""
    monkeypatch.setattr(reporting, "SHORTEST", reporting.timedelta(0))
    monkeypatch.setattr("regions.needs.forms.SHORTEST", reporting.timedelta(0))


def _query(query: dict[str, str]) -> str:
    from urllib.parse import urlencode

    return urlencode(query)
