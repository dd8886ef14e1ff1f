"""Vocabularies stand under the names that the reader knows, in their order."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import translation

from regions.models import ProfessionalNetwork, Region, Role, ServiceArea
from tests import factories, worlds

from .bare import bare_region

NAMES = {
    "a": {"name_en": "Schools", "name_nb": "Oppvekst", "name_sv": "barn"},
    "b": {"name_en": "Health", "name_nb": "helse", "name_sv": "Vård"},
    "c": {"name_en": "planning", "name_nb": "Plan", "name_sv": "Samhälle"},
}
ORDER = {"en": "bca", "nb": "bac", "sv": "acb"}


@worlds.layer
def areas(region: Region) -> Region:
    """Return a region; three service areas have another order in each language."""
    for slug, names in NAMES.items():
        factories.make_term(ServiceArea, slug=slug, **names)
    return region


def desk(client: Client, region: Region, language: str) -> Client:
    """Sign a coordinator in who reads the desk in the language."""
    user = factories.make_user(language=language)
    client.force_login(factories.make_member(region, Role.COORDINATOR, user=user))
    return client


@pytest.mark.parametrize("language", ORDER)
class TestEachLanguage:
    """The same in each language of the desk."""

    def test_the_list(self, client: Client, areas: Region, language: str) -> None:
        response = desk(client, areas, language).get("/admin/service_area/")
        rows = response.context["object_list"]
        assert "".join(row.slug for row in rows) == ORDER[language]
        names = [column.name for column in response.context["table"].columns.values()]
        assert names[0] == f"name_{language}"
        assert sorted(names) == ["name_en", "name_nb", "name_sv", "slug"]

    def test_the_form_begins_with_the_readers_name(
        self, client: Client, areas: Region, language: str
    ) -> None:
        page = desk(client, areas, language).get("/admin/service_area/new/").content.decode()
        fields = re.findall(r'<(?:input|textarea)[^>]* name="([a-z]+_[a-z]+|slug)"', page)
        assert fields[0] == f"name_{language}"
        assert fields.index("slug") == 3
        assert fields[4] == f"introduction_{language}"

    def test_choices_in_forms(self, client: Client, areas: Region, language: str) -> None:
        response = desk(client, areas, language).get("/admin/network/new/")
        choices = response.context["form"].fields["service_areas"].queryset
        assert "".join(term.slug for term in choices) == ORDER[language]

    def test_choices_in_filters(self, client: Client, areas: Region, language: str) -> None:
        response = desk(client, areas, language).get("/admin/network/")
        choices = response.context["filters"].form.fields["service_areas"].queryset
        assert "".join(term.slug for term in choices) == ORDER[language]


def test_a_chosen_order_of_the_list_is_kept(client: Client, areas: Region) -> None:
    response = desk(client, areas, "nb").get("/admin/service_area/?ordering=-name_en")
    assert [row.name_en for row in response.context["object_list"]] == [
        "planning",
        "Schools",
        "Health",
    ]


def test_a_language_without_names_reads_english(areas: Region) -> None:
    with translation.override("de"):
        assert ServiceArea.objects.get(slug="a").name == "Schools"


def used(areas: Region, names: list[str]) -> ServiceArea:
    """Let networks of these names use a service area."""
    area = ServiceArea.objects.get(slug="a")
    for name in names:
        network = ProfessionalNetwork.objects.create(region=areas, name=name)
        network.service_areas.set([area])
    return area


def deletion(client: Client, area: ServiceArea) -> str:
    """Ask to delete; return what is said."""
    response = client.get(f"/admin/service_area/delete/{area.pk}/", follow=True)
    [message] = response.context["messages"]
    assert ServiceArea.objects.filter(pk=area.pk).exists()
    return str(message).strip()


def test_what_is_in_use_says_by_what(client: Client, areas: Region) -> None:
    area = used(areas, ["HR", "Plan", "Skole", "Barnehage", "Klima"])
    said = deletion(desk(client, areas, "en"), area)
    assert said == (
        "“Schools” is still in use and cannot be deleted. "
        "Used by: professional networks (HR, Plan, Skole and 2 more)."
    )


def test_use_in_another_region_names_nothing(client: Client, areas: Region) -> None:
    area = used(bare_region("Kustregionen", "SE"), ["Hemligt"])
    said = deletion(desk(client, areas, "en"), area)
    assert said == (
        "“Schools” is still in use and cannot be deleted. Used by: professional networks."
    )


@pytest.mark.parametrize("own", [True, False])
def test_an_address_that_is_taken_says_by_whom(client: Client, areas: Region, own: bool) -> None:
    holder = areas if own else bare_region("Kustregionen", "SE")
    factories.make_municipality(holder, name="Rollag", slug="rollag")
    data = {
        "region": areas.pk,
        "name": "Ny",
        "slug": "rollag",
        "codes-TOTAL_FORMS": 0,
        "codes-INITIAL_FORMS": 0,
        "figures-TOTAL_FORMS": 0,
        "figures-INITIAL_FORMS": 0,
    }
    response = desk(client, areas, "en").post("/admin/municipality/new/", data)
    said = {
        True: "“Rollag” has this already. Choose another.",
        False: "This is taken already. Choose another.",
    }
    assert response.context["form"].errors == {"slug": [said[own]]}
    assert areas.municipalities.filter(name="Ny").count() == 0
