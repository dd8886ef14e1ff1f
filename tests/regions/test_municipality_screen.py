"""A municipality changes its code, on the screen where a coordinator does it."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import HttpResponse
from django.test import Client
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from regions.models import Municipality, MunicipalityCode, Region, Role
from tests import factories, worlds

from .bare import bare_region


@worlds.layer
def place(region: Region) -> Municipality:
    """Return a municipality with a code from 2020 on."""
    place = factories.make_municipality(region)
    MunicipalityCode.objects.create(
        municipality=place, country="NO", code="0301", valid_from=date(2020, 1, 1)
    )
    return place


def save(
    client: Client,
    place: Municipality,
    codes: list[tuple[str, str, str]],
    *,
    country: str = "NO",
    delete: int = 0,
) -> HttpResponse:
    """Send the form with these codes: those on file first, then new ones of ``country``.

    The last ``delete`` of them are ticked to go.
    """
    known = list(place.codes.values_list("pk", "country"))
    new = [("", country)] * (len(codes) - len(known))
    rows = [
        {"id": pk, "country": land, "code": code, "valid_from": first, "valid_to": last}
        for (pk, land), (code, first, last) in zip([*known, *new], codes, strict=True)
    ]
    for row in rows[len(rows) - delete :]:
        row["DELETE"] = "on"
    data = {
        "region": place.region_id,
        "name": place.name,
        "slug": place.slug,
        "expected_version": place.version,
        "codes": inline_formset(rows, initial=len(known)),
        "figures": inline_formset([]),
    }
    user = factories.make_user(language="en")
    client.force_login(factories.make_member(place.region, Role.COORDINATOR, user=user))
    return client.post(f"/admin/municipality/edit/{place.pk}/", nested_form_data(data))


def test_the_old_code_ends_and_the_new_begins_in_one_save(
    client: Client, place: Municipality
) -> None:
    codes = [("0301", "2020-01-01", "2023-12-31"), ("0302", "2024-01-01", "")]
    assert save(client, place, codes).status_code == 302
    assert place.code_on(date(2023, 12, 31)) == "0301"
    assert place.code_on(date(2024, 1, 1)) == "0302"


@pytest.mark.parametrize("ends", ["", "2024-01-01"])
def test_both_at_once_are_refused_at_the_field(
    client: Client, place: Municipality, ends: str
) -> None:
    before = list(MunicipalityCode.objects.values())
    response = save(client, place, [("0301", "2020-01-01", ends), ("0302", "2024-01-01", "")])
    assert response.status_code == 200
    rows = response.context["form"].formsets["codes"].forms
    assert rows[1].errors == {"valid_from": ["Another code is valid in a part of this period."]}
    assert list(MunicipalityCode.objects.values()) == before


@worlds.layer
def twice(place: Municipality) -> Municipality:
    """Return a municipality that changed its code in 2024."""
    place.codes.update(valid_to=date(2023, 12, 31))
    MunicipalityCode.objects.create(
        municipality=place, country="NO", code="0302", valid_from=date(2024, 1, 1)
    )
    return Municipality.objects.get(pk=place.pk)


MOVES = {
    "later": [("0301", "2020-01-01", "2024-12-31"), ("0302", "2025-01-01", "")],
    "earlier": [("0301", "2020-01-01", "2022-12-31"), ("0302", "2023-01-01", "")],
    "turned round": [("0301", "2024-01-01", ""), ("0302", "2020-01-01", "2023-12-31")],
    "one code throughout": [("0302", "2020-01-01", "2024-12-31"), ("0302", "2025-01-01", "")],
}


@pytest.mark.parametrize("codes", MOVES.values(), ids=MOVES)
def test_the_day_between_two_codes_moves_in_one_save(
    client: Client, twice: Municipality, codes: list[tuple[str, str, str]]
) -> None:
    assert save(client, twice, codes).status_code == 302
    kept = twice.codes.order_by("pk").values_list("code", "valid_from", "valid_to")
    assert [tuple(str(value or "") for value in row) for row in kept] == codes


def test_a_code_that_goes_leaves_its_days(client: Client, twice: Municipality) -> None:
    codes = [("0301", "2020-01-01", ""), ("0302", "2024-01-01", "")]
    assert save(client, twice, codes, delete=1).status_code == 302
    assert [code.code for code in twice.codes.all()] == ["0301"]


def test_two_periods_on_file_that_would_meet_are_refused(
    client: Client, twice: Municipality
) -> None:
    before = list(MunicipalityCode.objects.values())
    codes = [("0301", "2020-01-01", "2024-12-31"), ("0302", "2024-06-01", "")]
    rows = save(client, twice, codes).context["form"].formsets["codes"].forms
    assert rows[1].errors == {"valid_from": ["Another code is valid in a part of this period."]}
    assert list(MunicipalityCode.objects.values()) == before


def test_a_new_code_is_of_the_regions_country(client: Client, twice: Municipality) -> None:
    codes = [
        ("0301", "2020-01-01", "2023-12-31"),
        ("0302", "2024-01-01", "2024-12-31"),
        ("0303", "2025-01-01", ""),
    ]
    before = list(MunicipalityCode.objects.values())
    response = save(client, twice, codes, country="SE")
    rows = response.context["form"].formsets["codes"].forms
    assert [row.errors for row in rows] == [
        {},
        {},
        {"country": ["The region is in another country."]},
    ]
    assert list(MunicipalityCode.objects.values()) == before
    assert save(client, twice, codes).status_code == 302


@pytest.mark.parametrize("own", [True, False])
def test_a_code_of_another_municipality_says_whose_it_is(
    client: Client, place: Municipality, own: bool
) -> None:
    region = place.region if own else bare_region("Kystregionen")
    other = factories.make_municipality(region, name="Rollag")
    MunicipalityCode.objects.create(
        municipality=other, country="NO", code="0302", valid_from=date(2020, 1, 1)
    )
    before = list(MunicipalityCode.objects.values())
    codes = [("0301", "2020-01-01", "2023-12-31"), ("0302", "2024-01-01", "2024-12-31")]
    rows = save(client, place, codes).context["form"].formsets["codes"].forms
    said = {
        True: "“Rollag” has this code in a part of the period.",
        False: "Another municipality has this code in a part of the period.",
    }
    assert rows[1].errors == {"code": [said[own]]}
    assert list(MunicipalityCode.objects.values()) == before
