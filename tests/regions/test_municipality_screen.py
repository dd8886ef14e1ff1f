"""A municipality changes its code, on the screen where a coordinator does it."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import HttpResponse
from django.test import Client
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from regions.models import Municipality, MunicipalityCode, Region, Role
from tests import factories


@pytest.fixture
def place(region: Region) -> Municipality:
    """Return a municipality with a code from 2020 on."""
    place = factories.make_municipality(region)
    MunicipalityCode.objects.create(
        municipality=place, country="NO", code="0301", valid_from=date(2020, 1, 1)
    )
    return place


def save(client: Client, place: Municipality, codes: list[tuple[str, str, str]]) -> HttpResponse:
    """Send the form with these codes; the first is the one on file."""
    known = [place.codes.get().pk]
    rows = [
        {"id": pk, "country": "NO", "code": code, "valid_from": first, "valid_to": last}
        for pk, (code, first, last) in zip([*known, ""], codes, strict=False)
    ]
    data = {
        "region": place.region_id,
        "name": place.name,
        "slug": place.slug,
        "expected_version": place.version,
        "codes": inline_formset(rows, initial=1),
        "figures": inline_formset([]),
    }
    client.force_login(factories.make_member(place.region, Role.COORDINATOR))
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
