"""Lists as files: own rows, in words, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
from datetime import date
from io import BytesIO, StringIO

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver
from openpyxl import load_workbook
from wagtail.admin.viewsets import viewsets

from regions.admin.scoped import ScopedModelViewSet
from regions.models import (
    Forum,
    ForumSeat,
    MunicipalityFigure,
    ProfessionalNetwork,
    Region,
    Role,
    ServiceArea,
)
from tests import factories

from .bare import Pair


def screens() -> list[str]:
    """Return the name of every list of ours; they register when the addresses are read."""
    assert get_resolver().url_patterns
    return sorted(each.name for each in viewsets.viewsets if isinstance(each, ScopedModelViewSet))


def desk(client: Client, region: Region, language: str = "nb") -> Client:
    """Sign a coordinator of the region in, who reads the desk in the language."""
    user = factories.make_user(language=language, first_name="Åse", last_name="Ødegård")
    client.force_login(factories.make_member(region, Role.COORDINATOR, user=user))
    return client


def body(response: HttpResponse) -> bytes:
    """Return a file as it is sent."""
    assert response.status_code == 200
    return b"".join(response.streaming_content) if response.streaming else response.content


def csv_rows(client: Client, name: str, delimiter: str = ";") -> list[list[str]]:
    """Return the cells of a list as a spreadsheet reads them."""
    text = body(client.get(f"/admin/{name}/?export=csv")).decode("utf-8-sig")
    return list(csv.reader(StringIO(text), delimiter=delimiter))


def xlsx_rows(client: Client, name: str) -> list[tuple]:
    """Return the cells of a list as a workbook holds them."""
    sheet = load_workbook(BytesIO(body(client.get(f"/admin/{name}/?export=xlsx")))).active
    return list(sheet.iter_rows(values_only=True))


@pytest.mark.parametrize("name", screens())
@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_list_has_columns_with_names(
    client: Client, db: None, name: str, language: str
) -> None:
    client.force_login(factories.make_admin(language=language))
    headings = csv_rows(client, name, ";" if language == "nb" else ",")[0]
    assert len(headings) >= 3
    assert all(heading[0].isupper() and "_" not in heading for heading in headings)
    assert "." not in "".join(headings)
    assert tuple(headings) == xlsx_rows(client, name)[0]


def test_headings_and_cells_are_in_the_readers_language(client: Client, region: Region) -> None:
    forum = Forum.objects.get(region=region)
    ForumSeat.objects.create(forum=forum, kind="employee_org", organisation="Delta", is_chair=True)
    for language, mark, kind, yes in (
        ("nb", ";", "arbeidstakerorganisasjon", "Ja"),
        ("en", ",", "employees' organisation", "Yes"),
    ):
        rows = csv_rows(desk(client, region, language), "forum_seat", mark)
        assert rows[1] == ["Delta", "Forum Fjellregionen", kind, yes, yes]


def test_excel_is_told_that_the_file_is_utf_8(client: Client, region: Region) -> None:
    factories.make_municipality(region, name="Øvre Åmot", slug="ovre-amot")
    response = desk(client, region).get("/admin/municipality/?export=csv")
    assert response.content.startswith(b"\xef\xbb\xbfNavn;Region;")
    assert "Øvre Åmot".encode() in response.content
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="kommuner.csv"'


@pytest.mark.parametrize("text", ["=1+1", "+47 911", "-1", "@SUM(A1)", '=HYPERLINK("x")'])
def test_no_text_becomes_a_formula(client: Client, region: Region, text: str) -> None:
    ProfessionalNetwork.objects.create(region=region, name=text, contact="HR")
    desk(client, region)
    assert csv_rows(client, "network")[1][0] == f"'{text}"
    workbook = load_workbook(BytesIO(body(client.get("/admin/network/?export=xlsx"))))
    cell = workbook.active.cell(row=2, column=1)
    assert (cell.value, cell.data_type) == (text, "s")


def test_numbers_and_days_stay_what_they_are(client: Client, region: Region) -> None:
    place = factories.make_municipality(region, name="Rollag")
    MunicipalityFigure.objects.create(municipality=place, year=2025, population=1400, source="SSB")
    rows = xlsx_rows(desk(client, region), "municipality")
    assert rows[1][:1] + rows[1][3:5] == ("Rollag", 1400, 2025)
    seat = factories.make_seat(region, municipality=place)
    factories.make_holder(seat, starts_on=date(2026, 1, 5))
    assert xlsx_rows(client, "seat_holder")[1][3] == date(2026, 1, 5)


def test_a_control_character_does_not_stop_the_workbook(client: Client, region: Region) -> None:
    ProfessionalNetwork.objects.create(region=region, name="Plan\x0bog bygg")
    assert xlsx_rows(desk(client, region), "network")[1][0] == "Planog bygg"


def test_only_own_rows_are_exported(client: Client, two_regions: Pair) -> None:
    for region, name in ((two_regions.own, "Vårt"), (two_regions.other, "Deres")):
        ProfessionalNetwork.objects.create(region=region, name=name)
    desk(client, two_regions.own)
    assert [row[0] for row in csv_rows(client, "network")[1:]] == ["Vårt"]
    assert [row[0] for row in xlsx_rows(client, "network")[1:]] == ["Vårt"]


def test_people_are_names_and_never_addresses(client: Client, region: Region) -> None:
    for fields in ({"first_name": "Fagleder", "last_name": "Plan"}, {}):
        seat = factories.make_seat(region)
        factories.make_holder(seat, user=factories.make_user(**fields))
    rows = csv_rows(desk(client, region), "seat_holder")
    assert {row[1] for row in rows[1:]} == {"Fagleder Plan", "En person uten navn"}
    client.force_login(factories.make_admin())
    text = str([csv_rows(client, name) for name in ("seat_holder", "membership")])
    assert "Fagleder Plan" in text
    assert "@" not in text


@pytest.mark.both
def test_what_a_row_names_does_not_cost_a_query_a_row(
    client: Client, region: Region, django_assert_max_num_queries: object
) -> None:
    area = factories.make_term(ServiceArea, name_nb="Helse")
    desk(client, region)
    for number in range(12):
        network = ProfessionalNetwork.objects.create(region=region, name=f"N{number:02}")
        network.service_areas.set([area])
        network.municipalities.set([factories.make_municipality(region, name=f"K{number}")])
    with django_assert_max_num_queries(25):
        rows = csv_rows(client, "network")
    assert rows[1][3:] == ["Helse", "K0"]


def test_the_list_offers_both_files(client: Client, region: Region) -> None:
    page = desk(client, region).get("/admin/municipality/?q=a").content.decode()
    assert "/admin/municipality/?q=a&amp;export=csv" in page
    assert "/admin/municipality/?q=a&amp;export=xlsx" in page
