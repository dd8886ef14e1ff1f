"""Which language a reader gets."""

from __future__ import annotations

import pytest
from django.test import Client

from catalogue.models import HomePage


@pytest.mark.django_db
class TestTheWayIn:
    @pytest.mark.parametrize(
        ("header", "language"),
        [
            ("nb-NO,nb;q=0.9,no;q=0.8,nn;q=0.6,en;q=0.5", "nb"),
            ("nn-NO,nn;q=0.9,no;q=0.8", "nb"),
            ("no", "nb"),
            ("sv-SE,sv;q=0.9,en;q=0.1", "sv"),
            ("sv-FI", "sv"),
            ("en-GB,en;q=0.9,nb;q=0.1", "en"),
            ("nb;q=0.1,sv;q=0.9", "sv"),
            ("de,fr;q=0.8,sv;q=0.2", "sv"),
            ("de,fr", "en"),
            ("*", "en"),
            ("", "en"),
            ("nb;q=x", "en"),
            ("x" * 10_000, "en"),
            ("nb\x00, sv", "en"),
            (",".join(["nb"] * 3000), "nb"),
        ],
    )
    def test_the_browser_says(self, client: Client, header: str, language: str) -> None:
        response = client.get("/", HTTP_ACCEPT_LANGUAGE=header)
        assert (response.status_code, response["Location"]) == (302, f"/{language}/")
        assert "Accept-Language" in response["Vary"]

    def test_without_a_header_it_is_english(self, client: Client) -> None:
        assert client.get("/")["Location"] == "/en/"

    def test_only_reading(self, client: Client) -> None:
        assert client.head("/").status_code == 302
        for method in ("post", "put", "delete", "patch"):
            assert getattr(client, method)("/").status_code == 405

    @pytest.mark.parametrize("code", ["nb", "sv", "en"])
    def test_each_language_has_its_front_page(self, client: Client, code: str) -> None:
        response = client.get(f"/{code}/")
        assert response.status_code == 200
        assert f'<html lang="{code}">' in response.text
        assert HomePage.objects.get(locale__language_code=code).title in response.text

    @pytest.mark.parametrize("code", ["nb", "sv", "en"])
    def test_no_cookie_changes_it(self, client: Client, code: str) -> None:
        client.cookies["django_language"] = "sv"
        assert f'<html lang="{code}">' in client.get(f"/{code}/").text
        assert client.get("/", HTTP_ACCEPT_LANGUAGE=code)["Location"] == f"/{code}/"

    @pytest.mark.parametrize("url", ["/de/", "/nb", "/en-gb/"])
    def test_another_language_is_no_page(self, client: Client, url: str) -> None:
        response = client.get(url, follow=True)
        assert response.status_code == (200 if url == "/nb" else 404)
