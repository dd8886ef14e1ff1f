"""What readers do not find, at the desk: never under five, whose, and what is made of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from regions.models import Region, ServiceArea
from search.asked import demo
from search.asked.counting import monday, normal_text
from search.models import AskedFor
from tests import factories
from tests.conftest import TwoRegions

pytestmark = pytest.mark.django_db

URL = "/admin/searches/"


def asked(text: str, total: int, missed: int | None = None, **fields: object) -> AskedFor:
    weeks = fields.pop("weeks_ago", 0)
    return AskedFor.objects.create(
        week=monday(timezone.localdate()) - timedelta(weeks=weeks),
        text=text,
        total=total,
        without_hits=total if missed is None else missed,
        **{"language": "nb", **fields},
    )


@pytest.fixture
def people(two_regions: TwoRegions) -> TwoRegions:
    for user in two_regions.people.values():
        user.language = "en"
        user.save()
    return two_regions


def shown(client: Client, query: str = "") -> list[str]:
    return [row["gap"].text for row in client.get(URL + query).context["rows"]]


def test_from_no_rights_to_the_least_that_works(client: Client, people: TwoRegions) -> None:
    asked("vergemål", 9)
    assert client.get(URL).status_code == 302
    for role in ("submitter", "contact", "forum"):
        client.force_login(people.person(role))
        assert client.get(URL).status_code in {403, 404}
    client.force_login(people.person("resource_author"))
    assert client.get(URL).status_code == 404
    assert b"/admin/searches/" not in client.get("/admin/").content
    client.force_login(people.person("editor"))
    assert shown(client) == ["vergemål"]
    home = client.get("/admin/").content.decode()
    assert 'href="/admin/searches/"' in home
    assert "Searched for, and not found" in home
    page = client.get(URL).content.decode()
    assert "/admin/synonym/new/?words=verge" in page
    assert "Make it a need" not in page
    client.force_login(people.person("coordinator"))
    assert "Make it a need" in client.get(URL).content.decode()
    assert client.post(URL).status_code == 405


def test_under_five_is_never_shown_nor_in_a_file(client: Client, people: TwoRegions) -> None:
    client.force_login(people.person("editor"))
    asked("fire", 4)
    asked("tre og to", 3)
    asked("tre og to", 2, weeks_ago=1)
    asked("tre her og to der", 3, area="helse")
    asked("tre her og to der", 2, area="skole")
    asked("fem på to språk", 3)
    asked("fem på to språk", 2, language="sv")
    asked("ti, fire uten", 10, 4, with_clicks=2)
    asked("gammelt", 5, weeks_ago=6)
    assert shown(client) == ["fem på to språk", "tre og to"]
    assert shown(client, "?weeks=12") == ["fem på to språk", "gammelt", "tre og to"]
    this, last = (monday(timezone.localdate()) - timedelta(weeks=back) for back in (0, 1))
    assert shown(client, f"?weeks={this}") == ["fem på to språk"]
    assert shown(client, f"?weeks={last}") == []
    everything = "?show=all"
    assert shown(client, everything) == ["ti, fire uten", "fem på to språk", "tre og to"]
    row = client.get(URL + everything).context["rows"][0]
    assert (row["gap"].searches, row["without_course"], row["opened"]) == (
        10,
        "under five",
        "under five",
    )
    file = client.get(f"{URL}{everything}&export=csv").content.decode("utf-8-sig")
    assert file.splitlines() == [
        "Search,Service area,Searches,Without a course,With a course opened",
        '"ti, fire uten",,10,under five,under five',
        "fem på to språk,,5,5,0",
        "tre og to,,5,5,0",
    ]
    assert client.get(f"{URL}?export=xlsx").status_code == 200


def test_what_was_found_and_never_opened(client: Client, people: TwoRegions) -> None:
    client.force_login(people.person("editor"))
    asked("åpnet", 20, 0, with_clicks=6)
    asked("aldri åpnet", 20, 10)
    asked("fire funnet", 20, 16)
    assert shown(client, "?show=none-opened") == ["aldri åpnet"]


def test_ones_own_regions_and_areas(client: Client, people: TwoRegions) -> None:
    area = factories.make_term(ServiceArea, slug="helse", name_en="Health")
    asked("eget", 9, region=people.own.slug, area=area.slug)
    asked("annet", 9, region=people.other.slug)
    asked("alle", 9, area="borte")
    asked("begge", 3, region=people.own.slug)
    asked("begge", 3)
    asked("blandet", 3, region=people.own.slug)
    asked("blandet", 3, region=people.other.slug)
    client.force_login(people.person("editor"))
    assert shown(client) == ["alle", "eget", "begge"]
    assert shown(client, "?area=helse") == ["eget"]
    assert shown(client, "?area=%2Bnone") == ["begge"]
    assert shown(client, f"?region={people.other.slug}") == ["alle", "eget", "begge"]
    rows = client.get(URL).context["rows"]
    assert [row["area"] for row in rows] == ["borte", "Health", ""]
    client.force_login(people.person("admin"))
    assert shown(client, f"?region={people.other.slug}") == ["annet"]
    for odd in ("?weeks=x&area=x&show=x", "?weeks=2026-99-99", "?page=-1", "?page=9e99"):
        assert len(shown(client, odd)) == 5


def test_a_search_becomes_a_synonym_or_a_need(client: Client, people: TwoRegions) -> None:
    area = factories.make_term(ServiceArea, slug="helse")
    asked("vergemål & bistand", 9, area=area.slug, region=people.own.slug)
    client.force_login(people.person("coordinator"))
    row = client.get(URL).context["rows"][0]
    pair = client.get(row["synonym_url"]).context["form"].instance
    assert (pair.words, pair.words_language) == ("vergemål bistand", "nb")
    form = client.get(row["need_url"]).context["form"]
    assert "“vergemål & bistand”" in form.initial["challenge"]
    assert form.initial["service_area"] == area
    page = client.get(row["need_url"]).content.decode()
    assert f'<option value="{area.pk}" selected>' in page
    odd = client.get("/admin/need_desk/report/?area=%00&challenge=" + "x" * 9000)
    assert odd.status_code in {200, 404}
    odd = client.get("/admin/need_desk/report/?area=nothing&challenge=" + "x" * 9000)
    assert odd.context["form"].initial["service_area"] is None


def test_it_asks_as_much_however_much_there_is(client: Client, people: TwoRegions) -> None:
    client.force_login(people.person("coordinator"))
    asked("vergemål", 9)
    for url in (URL, "/admin/"):
        client.get(url)
        with CaptureQueriesContext(connection) as few:
            client.get(url)
        for number in range(60):
            asked(f"ord {number} {len(url)}", 9)
        with CaptureQueriesContext(connection) as many:
            client.get(url)
        assert len(many) == len(few)
    assert len(shown(client)) == 50
    assert len(shown(client, "?page=2")) == 50


def test_the_demo_has_something_to_show(client: Client, region: Region) -> None:
    factories.make_term(ServiceArea, slug=demo.CARE)
    made = demo.ensure_searches(timezone.localdate())
    assert made == sum(len(numbers) for _search, numbers, *_rest in demo.SEARCHES)
    assert demo.ensure_searches(timezone.localdate() + timedelta(days=40)) == 0
    client.force_login(factories.make_admin())
    assert shown(client)[:3] == ["god man", "vergemål", "arbeidsvarsling"]
    assert shown(client, "?show=none-opened") == ["socialrätt"]
    assert "krypsiv" not in shown(client, "?show=all")
    for search, *_rest in demo.SEARCHES:
        assert normal_text(search.text) == search.text
