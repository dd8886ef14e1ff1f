"""Counting searches: what is one, what is never kept, and that no page pays for it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from urllib.parse import parse_qsl

import pytest
from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from regions import clock
from regions.models import Region, ServiceArea
from search.asked import counting, views
from search.asked.counting import Asked, Search, monday, normal_text
from search.asked.gaps import weeks_over
from search.models import AskedFor
from tests import factories

pytestmark = pytest.mark.django_db

LISTING = "/nb/courses/"
OPENED = "/nb/courses/opened.count"
NUMBERS = count(1)
BROWSER = {"User-Agent": "Mozilla/5.0 Firefox/140.0"}


def counts() -> list[tuple]:
    """Return text, language, region, area, searches, without a course, with one opened."""
    names = ("text", "language", "region", "area", "total", "without_hits", "with_clicks")
    return list(AskedFor.objects.order_by("pk").values_list(*names))


def search(
    client: Client, query: str = "?q=Vergemål", url: str = LISTING, **headers: str
) -> object:
    """Search as one more reader, from another network unless the client has one."""
    address = {} if "REMOTE_ADDR" in client.defaults else {"REMOTE_ADDR": f"10.0.0.{next(NUMBERS)}"}
    return client.get(f"{url}{query}", headers={**BROWSER, **headers}, **address)


def test_who_searches_again_is_one_reader(region: Region) -> None:
    cache.clear()
    client = Client(REMOTE_ADDR="10.1.0.1")
    for _ in range(5):
        search(client)
    assert [row[4] for row in counts()] == [1]
    search(Client(REMOTE_ADDR="10.1.0.2"))
    assert [row[4] for row in counts()] == [2]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Legemiddel-KURS,  Hjemmetjenesten! ", "legemiddel kurs hjemmetjenesten"),
        ("7,5 hp våren 2027", "7.5 hp våren 2027"),
        ("KR-HMS-1", "kr hms 1"),
        ("", ""),
        ("?!", ""),
        ("kari@fjell.example", ""),
        ("kari fjell.example @", ""),
        ("Kari Nordmann", ""),
        ("01017012345", ""),
        ("010170 12345", ""),
        ("700101-1234", ""),
        ("19700101-1234", ""),
        ("ring 99 88 77 66", ""),
        ("+46 70 123 45 67", ""),
        ("(0)32-72.70.00", ""),
        ("beboeren på rom 12, hun er urolig", ""),
        ("en to tre fire fem seks sju", ""),
        ("x" * 61, ""),
        ("x " * 31, ""),
    ],
)
def test_what_may_be_about_somebody_is_not_kept(typed: str, kept: str) -> None:
    assert normal_text(typed) == kept


def test_a_search_is_counted_with_its_place_and_nobody(client: Client, region: Region) -> None:
    area = factories.make_term(ServiceArea, slug="helse")
    factories.make_offering(region, title="Demens")
    factories.index_courses()
    search(client)
    search(client)
    search(client, f"?q=demens&area={area.slug}")
    search(client, "?q=demens", url=f"/nb/areas/{area.slug}/")
    search(client, "?q=demens", url=factories.index_page(region).get_url())
    assert counts() == [
        ("vergemål", "nb", "", "", 2, 2, 0),
        ("demens", "nb", "", "helse", 2, 2, 0),
        ("demens", "nb", region.slug, "", 1, 0, 0),
    ]
    assert {row.week for row in AskedFor.objects.all()} == {monday(timezone.localdate())}
    assert {field.name for field in AskedFor._meta.fields} == {
        *("id", "week", "text", "language", "region", "area"),
        *("total", "without_hits", "with_clicks"),
    }


def test_what_is_no_search_is_not_counted(client: Client, region: Region) -> None:
    factories.make_offering(region, title="Demens")
    factories.index_courses()
    here = "http://testserver/nb/courses/?q=vergem%C3%A5l&area=x"
    search(client, "")
    search(client, "?q=Vergemål&page=2&sort=newest", Referer=here)
    search(client, "?q=Vergemål!&topic=x", **{"HX-Request": "true", "HX-Current-URL": here})
    search(client, **{"User-Agent": "Googlebot/2.1"})
    search(client, **{"Sec-Purpose": "prefetch"})
    client.head(f"{LISTING}?q=vergemål", headers=BROWSER)
    client.get("/nb/courses/feed.atom?q=vergemål", headers=BROWSER)
    search(client, "?q=kari@fjell.example")
    assert counts() == []
    # Other words, and the same ones from elsewhere, are searches.
    search(client, "?q=demens", Referer=here)
    search(client, Referer="https://elsewhere.example/?q=vergemål")
    search(client, Referer="http://[odd")
    # With filters of the reader's own nobody knows whether a course is missing.
    search(client, f"?q=vergemål&region={region.slug}&level=none")
    assert [row[0:1] + row[4:] for row in counts()] == [("demens", 1, 0, 0), ("vergemål", 3, 2, 0)]


def test_a_page_asks_no_more_and_does_not_fail(
    client: Client, region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    search(client, "?q=demens")
    with CaptureQueriesContext(connection) as once:
        search(client, "?q=demens")
    for number in range(40):
        AskedFor.objects.create(week=date(2026, 6, 1), text=f"ord {number}", language="nb")
    with CaptureQueriesContext(connection) as more:
        search(client, "?q=demens")
    assert len(more) == len(once)
    written = [each["sql"] for each in more if "search_askedfor" in each["sql"]]
    assert len(written) == 1


@pytest.mark.parametrize("failure", [OperationalError, InterfaceError])
def test_what_is_not_counted_fails_no_page_and_is_in_no_log(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    failure: type[Exception],
) -> None:
    week = monday(timezone.localdate())
    AskedFor.objects.create(week=week, text="demens", language="nb", total=1)

    def fail(*args: object, **kwargs: object) -> int:
        raise failure("DETAIL: Failing row contains (demens, nb).")

    monkeypatch.setattr(QuerySet, "update", fail)
    assert search(client, "?q=demens").status_code == 200
    counting.count_click(Search("demens", "nb"))
    assert [record.message for record in caplog.records if record.name == counting.__name__] == [
        f"a search was not counted: {failure.__name__}",
        f"an opened course was not counted: {failure.__name__}",
    ]
    assert "Failing row" not in caplog.text
    assert AskedFor.objects.get(text="demens").total == 1


def test_two_workers_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one makes the row between this one's look and its writing."""
    asked = Asked(Search("demens", "nb"), found=False)
    update, others = QuerySet.update, [asked]

    def slow(rows: QuerySet, **fields: object) -> int:
        changed = update(rows, **fields)
        if others:
            counting.count(others.pop())
        return changed

    monkeypatch.setattr(QuerySet, "update", slow)
    counting.count(asked)
    assert counts() == [("demens", "nb", "", "", 2, 2, 0)]


def test_an_opened_course_is_counted_once_a_search(client: Client, region: Region) -> None:
    factories.make_offering(region, title="Demens")
    factories.index_courses()
    page = search(client, "?q=demens", url=factories.index_page(region).get_url())
    sent = page.context["asked_for"].sent_back()
    assert f'data-asked="{sent.replace("&", "&amp;")}"' in page.content.decode()
    assert f'data-opened="{OPENED}"' in page.content.decode()
    beacon = Client(enforce_csrf_checks=True)
    for _turn in range(3):
        answer = beacon.post(OPENED, dict(parse_qsl(sent)))
        assert (answer.status_code, answer.content) == (204, b"")
    assert counts() == [("demens", "nb", region.slug, "", 1, 0, 1)]


@pytest.mark.parametrize(("days", "clicks"), [(0, 1), (1, 0)])
def test_the_click_of_a_search_of_sunday_is_mondays(
    client: Client, monkeypatch: pytest.MonkeyPatch, days: int, clicks: int
) -> None:
    """From Tuesday on the numbers of the last week lie fast."""
    today = monday(timezone.localdate()) + timedelta(days=days)
    monkeypatch.setattr(counting.timezone, "localdate", lambda: today)
    last = monday(today) - timedelta(days=7)
    AskedFor.objects.create(week=last, text="demens", language="nb", total=1)
    assert (weeks_over()[0].first == last) == (days > 0)
    client.post(OPENED, {"text": "demens"})
    assert counts() == [("demens", "nb", "", "", 1, 0, clicks)]


def test_odd_clicks_count_nothing_and_never_fail(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    AskedFor.objects.create(
        week=monday(timezone.localdate()), text="demens", language="nb", total=90
    )
    before = counts()
    assert client.get(OPENED).status_code == 405
    for data in (
        {},
        {"text": "ukjent"},
        {"text": "Demens!"},
        {"text": "demens", "region": "x\x00"},
        {"text": "demens", "area": "../../x"},
        {"text": "demens", "region": "fjellet"},
        {"text": "kari@fjell.example"},
    ):
        assert client.post(OPENED, data).status_code == 204
    assert client.post(OPENED, {"text": "x" * 3000}).status_code == 413
    assert client.post(OPENED, b"\xff\xfe%%", content_type="text/plain").status_code == 204
    assert counts() == before
    monkeypatch.setattr(views, "MOST_CLICKS", 2)
    said = [client.post(OPENED, {"text": "demens"}).status_code for _turn in range(3)]
    assert said.count(429) >= 1


def test_old_weeks_and_too_many_rows_are_forgotten(
    settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEARCHES_KEPT_WEEKS = 4
    this = monday(timezone.localdate())
    for weeks, total in ((0, 3), (0, 9), (0, 1), (4, 1), (5, 70)):
        AskedFor.objects.create(
            week=this - timedelta(weeks=weeks), text=f"ord {total}", language="nb", total=total
        )
    monkeypatch.setattr(counting, "MOST_OF_A_WEEK", 2)
    assert ("old searches", counting.forget_old) in clock.JOBS
    counting.forget_old()
    counting.forget_old()
    kept = AskedFor.objects.order_by("-total").values_list("week", "total")
    assert list(kept) == [(this, 9), (this, 3), (this - timedelta(weeks=4), 1)]


@pytest.mark.parametrize(
    "fields", [{"text": ""}, {"text": "x" * 61}, {"with_clicks": 2}, {"without_hits": 2}, {}]
)
def test_the_database_keeps_rows_whole(fields: dict) -> None:
    whole = {"week": date(2026, 6, 1), "text": "demens", "language": "nb", "total": 1}
    AskedFor.objects.create(**whole)
    with pytest.raises(DatabaseError), transaction.atomic():
        AskedFor.objects.bulk_create([AskedFor(**{**whole, **fields})])
    assert AskedFor.objects.count() == 1
