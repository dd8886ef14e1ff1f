"""What readers do not find, at the desk: never under five, whose, and what is made of it."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import product
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from regions.models import Region, Role, ServiceArea
from regions.needs.models import Need
from search.admin.searches import has_several_regions
from search.asked import demo
from search.asked.counting import monday, normal_text
from search.asked.gaps import (
    Number,
    everything_over,
    in_words,
    latest_over,
    periods_over,
    published,
)
from search.models import AskedFor
from tests import factories
from tests.conftest import TwoRegions

pytestmark = pytest.mark.django_db

URL = "/admin/searches/"


def asked(text: str, total: int, missed: int | None = None, **fields: object) -> AskedFor:
    """Count searches in the last of the four weeks that the list begins with, or in one before."""
    weeks = fields.pop("weeks_ago", 0)
    return AskedFor.objects.create(
        week=periods_over()[0].last - timedelta(weeks=weeks),
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
    asked("tolv, fire uten", 12, 4, with_clicks=2)
    asked("gammelt", 5, weeks_ago=6)
    AskedFor.objects.create(
        week=monday(timezone.localdate()), text="nytt", language="nb", total=50, without_hits=50
    )
    assert shown(client) == ["fem på to språk", "tre og to"]
    assert shown(client, "?weeks=all") == ["fem på to språk", "gammelt", "tre og to"]
    period = periods_over()[0]
    assert shown(client, f"?weeks={period.last}") == ["fem på to språk"]
    assert shown(client, f"?weeks={period.last - timedelta(weeks=1)}") == []
    everything = "?show=all"
    assert shown(client, everything) == ["tolv, fire uten", "fem på to språk", "tre og to"]
    row = client.get(URL + everything).context["rows"][0]
    # Six were found and not opened; the six others are no number of one kind.
    assert (row["searches"], row["without_course"], row["opened"]) == ("6 or more", "few", "few")
    file = client.get(f"{URL}{everything}&export=csv").content.decode("utf-8-sig")
    assert file.splitlines() == [
        "Search,Service area,Searches,Without a course,With a course opened",
        '"tolv, fire uten",,6 or more,few,few',
        "fem på to språk,,5,5,0",
        "tre og to,,5,5,0",
    ]
    assert client.get(f"{URL}?export=xlsx").status_code == 200
    # Spans that end today, and weeks that are not over, are no choices.
    choices = dict(client.get(URL).context["form"].fields["weeks"].choices)
    running = monday(timezone.localdate() - timedelta(days=1))
    assert not choices.keys() & {"4", "12", "27", str(running), str(monday(timezone.localdate()))}
    for gone in ("4", "12", running):
        assert shown(client, f"?weeks={gone}") == shown(client)


def told_by(client: Client, region: str = "") -> dict[str, dict[str, list[int]]]:
    """Return what a person is told, by the choice of weeks, by the words: how often, by kind."""
    choices = dict(client.get(URL).context["form"].fields["weeks"].choices)
    found = {}
    for weeks in choices:
        rows = client.get(f"{URL}?show=all&weeks={weeks}&region={region}").context["rows"]
        gaps = {row["gap"].text: row["gap"].kinds for row in rows}
        found[weeks] = {
            text: [number.told for number in gaps.get(text, [Number()] * 3)] for text in "abc"
        }
    return found


def is_safe(whole: dict[str, list[int]], *parts: dict[str, list[int]]) -> bool:
    """Whether no difference of a sum and some of its parts is from one to four."""
    rests = [
        whole[text][kind] - sum(part[text][kind] for part in parts)
        for text in whole
        for kind in range(3)
    ]
    return all(rest == 0 or rest >= 5 for rest in rests)


def test_no_two_numbers_tell_of_fewer_than_five(
    client: Client, people: TwoRegions, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = periods_over()[0].last + timedelta(weeks=3, days=2)
    monkeypatch.setattr(timezone, "localdate", lambda *_args: today)
    pick = random.Random(5)
    regions = ("", people.own.slug, people.other.slug)
    for back, region, text in product(range(-2, 8), regions, "abc"):
        missed, clicks, left = (pick.choice([0, 1, 2, 4, 5, 6, 9]) for _ in range(3))
        total = missed + clicks + left
        asked(text, total, missed, with_clicks=clicks, region=region, weeks_ago=back)
    for role in ("editor", "admin"):
        client.force_login(people.person(role))
        told = told_by(client)
        assert all(is_safe(numbers) for numbers in told.values())
        assert any(sum(numbers["a"]) for numbers in told.values())
        for period in periods_over():
            days = [period.first + timedelta(weeks=number) for number in range(4)]
            assert is_safe(told[f"four-{period.first}"], *(told[str(day)] for day in days))
        # What is added up tells nothing that its periods and loose weeks do not tell themselves.
        for several, spans in (("", latest_over()), ("all", everything_over())):
            each = [told[str(one.first) if one.is_one else f"four-{one.first}"] for one in spans]
            assert len(each) >= 3
            assert told[several] == {
                text: [sum(one[text][kind] for one in each) for kind in range(3)] for text in "abc"
            }
    # Those of two regions and of the listing of all regions: what is left is the third's.
    each = [told_by(client, region) for region in regions[1:]]
    assert all(is_safe(told[weeks], *(one[weeks] for one in each)) for weeks in told)


def test_what_may_be_told_of_a_sum() -> None:
    assert published(4) == Number(0, is_more=True)
    assert published(0) == Number(0)
    assert published(7, [5, 2]) == Number(5, is_more=True)
    assert published(11, [5, 3, 3]) == Number(11)
    assert [in_words(number) for number in (published(4), published(7, [5]), Number(5))] == [
        "few",
        "5 or more",
        "5",
    ]


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
    # Who may choose a listing sees what each of them may tell, as at two desks.
    assert not has_several_regions(people.person("editor"))
    both = factories.make_member(people.other, Role.EDITOR, user=people.person("editor"))
    assert has_several_regions(both)
    assert has_several_regions(people.person("admin"))
    client.force_login(people.person("admin"))
    assert shown(client) == ["alle", "annet", "eget"]
    assert shown(client, f"?region={people.other.slug}") == ["annet"]
    for odd in ("?weeks=x&area=x&show=x", "?weeks=2026-99-99", "?page=-1", "?page=9e99"):
        assert len(shown(client, odd)) == 3


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
    # Nobody told it, so nobody's address is asked for: the coordinator confirms it.
    told = {name: value for name, value in form.initial.items() if name != "service_area"}
    told |= {"municipality": factories.make_municipality(people.own).pk, "email": ""}
    sent = client.post("/admin/need_desk/report/", {**told, "seen": "True"})
    assert sent.status_code == 302
    need = Need.objects.get()
    assert (need.state, need.contact.email) == ("unconfirmed", people.person("coordinator").email)
    refused = client.post("/admin/need_desk/report/", {**told, "key": uuid4(), "seen": ""})
    assert "email" in refused.context["form"].errors
    odd = client.get("/admin/need_desk/report/?area=%00&challenge=" + "x" * 9000)
    assert odd.status_code in {200, 404}
    odd = client.get("/admin/need_desk/report/?area=nothing&challenge=" + "x" * 9000)
    assert odd.context["form"].initial["service_area"] is None


def test_the_list_begins_with_the_last_week_that_is_over(
    client: Client, people: TwoRegions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to three weeks more than four that lie fast, each of which is a choice by itself."""
    period = periods_over()[0]
    today = period.last + timedelta(weeks=3, days=2)
    monkeypatch.setattr(timezone, "localdate", lambda *_args: today)
    asked("i perioden", 9)
    asked("siden", 7, weeks_ago=-2)
    asked("for få siden", 4, weeks_ago=-1)
    asked("begge", 6)
    asked("begge", 5, weeks_ago=-1)
    asked("alltid funnet", 40, 0, with_clicks=40)
    client.force_login(people.person("coordinator"))
    assert shown(client) == ["begge", "i perioden", "siden"]
    first, second, *_rest = dict(client.get(URL).context["form"].fields["weeks"].choices)
    assert (first, second) == ("", f"four-{period.first}")
    assert shown(client, f"?weeks=four-{period.first}") == ["i perioden", "begge"]
    # One statement for all of them, here, on the home and of as many weeks as are kept.
    for url in (URL, "/admin/", f"{URL}?weeks=all", f"{URL}?weeks={period.last}"):
        with CaptureQueriesContext(connection) as asks:
            client.get(url)
        assert sum("search_askedfor" in each["sql"] for each in asks) == 1
    # What is added up is what each tells by itself: four of a week stay hidden.
    asked("begge", 4, weeks_ago=-2)
    assert [row["searches"] for row in client.get(URL).context["rows"]] == ["11", "9", "7"]
    # What is always found and opened is nothing to mend.
    rows = client.get(f"{URL}?show=all").context["rows"]
    assert [row["gap"].text for row in rows if not row["synonym_url"]] == ["alltid funnet"]
    assert [row["gap"].text for row in rows if not row["need_url"]] == ["alltid funnet"]


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
