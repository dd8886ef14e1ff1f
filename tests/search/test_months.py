"""A listing as a calendar by month: what stands on which day, other months, and odd ones."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from regions.models import Region
from search.months import AHEAD, BACK, MOST_OF_A_DAY
from tests import factories

pytestmark = pytest.mark.django_db
YEAR = factories.in_days(0).year + 1


class MonthView:
    """A region's listing in its calendar view; without one that of all regions, in English."""

    def __init__(self, region: Region | None) -> None:
        self.url = factories.index_page(region).get_url() if region else "/en/courses/"

    def read(self, month: str, more: str = "", **headers: str) -> BeautifulSoup:
        address = f"{self.url}?view=calendar&month={month}{more}"
        response = Client().get(address, headers=headers)
        assert response.status_code == 200, month
        self.response = response
        self.page = BeautifulSoup(response.content, "html.parser")
        return self.page

    def day(self, day: date) -> Tag:
        return self.page.select_one(f"time[datetime='{day}']").find_parent("td")

    def on(self, day: date) -> list[str]:
        return [" ".join(entry.text.split()) for entry in self.day(day).select("li")]

    def way(self, rel: str) -> str:
        return self.page.select_one(f".month__ways [rel~={rel}]")["href"]


def course(region: Region, title: str, start: date, **fields: object) -> None:
    page = factories.make_offering(region, title=title)
    fields = {"apply_by": None, "ends_on": start} | fields
    factories.make_occasion(page, starts_on=start, **fields)


def test_a_month_of_a_listing(region: Region) -> None:
    start, deadline = date(YEAR, 2, 8), date(YEAR, 1, 25)
    course(region, "Demens", start, apply_by=deadline)
    course(region, "Avlyst", start, cancelled=True, cancel_reason="Snø")
    course(region, "Juss", date(YEAR, 6, 1))
    course(factories.make_region(), "Et annet sted", start)
    factories.index_courses()
    view = MonthView(region)

    view.read(f"{YEAR}-02")
    assert view.on(start) == ["Åpen Demens"]
    assert view.page.select_one("#count").text.strip().startswith("1 ")
    assert view.page.select_one(".month__name").text.lower() == f"februar {YEAR}"
    assert len(view.page.select("tbody tr")) in {4, 5}
    assert all(len(row.select("td")) == 7 for row in view.page.select("tbody tr"))
    assert not view.page.select(".course")
    assert view.page.select_one("[name=robots]")["content"].startswith("noindex")
    assert view.way("prev") == f"?view=calendar&month={YEAR}-01"

    # Until when one applies is said in words, in the month in which that is.
    view.read(f"{YEAR}-01")
    assert view.on(deadline) == ["Frist Demens"]
    assert list(view.page.select(".month__entry")) == view.day(deadline).select("li")

    # The view stays when something is chosen or taken away, with script as well.
    view.read(f"{YEAR}-02", "&q=demens&type=offering")
    tags = [tag["href"] for tag in view.page.select(".finder__tags a")]
    assert all(f"view=calendar&month={YEAR}-02" in tag for tag in tags)
    assert {field["name"]: field["value"] for field in view.page.select("input[type=hidden]")} == {
        "view": "calendar",
        "month": f"{YEAR}-02",
    }
    part = view.read(f"{YEAR}-02", "&q=demens", **{"HX-Request": "true"})
    assert view.response["HX-Push-Url"].endswith(f"?q=demens&view=calendar&month={YEAR}-02")
    assert f"februar {YEAR}" in part.select_one("#finder-status").text.lower()
    view.read(f"{YEAR}-02", f"&from={YEAR}-02-09&to={YEAR}-12-31")
    assert view.page.select_one(".month__none")

    # Where there is nothing, the nearest month that has something is named.
    view.read(f"{YEAR}-03")
    assert view.page.select_one(".month__none a")["href"] == f"?view=calendar&month={YEAR}-06"
    view.read(f"{YEAR}-09", "&q=demens")
    assert f"month={YEAR}-02" in view.page.select_one(".month__none a")["href"]
    assert not view.read(f"{YEAR}-09", "&q=finnesikke").select(".month")


def test_a_month_that_nobody_named_is_the_first_with_a_match(region: Region) -> None:
    for title, month, day in (("Demens", 2, 8), ("Juss", 6, 1), ("Demens to", 9, 6)):
        course(region, title, date(YEAR, month, day))
    course(region, "Lenge siden", date(YEAR - 2, 1, 8))
    factories.index_courses()
    view = MonthView(region)
    week = date(YEAR, 9, 6).isocalendar().week
    asked = {
        "": f"{YEAR}-02",
        "?q=juss": f"{YEAR}-06",
        f"?from=01.03.{YEAR}": f"{YEAR}-06",
        f"?from=01.03.{YEAR}&q=demens": f"{YEAR}-09",
        f"?q=uke+{week}+{YEAR}": f"{YEAR}-09",
        f"?start={YEAR}-06&start={YEAR}-09": f"{YEAR}-06",
        # The chosen days begin in the past: so may the calendar.
        f"?from=01.01.{YEAR - 2}": f"{YEAR - 2}-01",
        # Nothing lies ahead: today's month, which leads to the nearest one.
        "?q=lenge": f"{factories.in_days(0):%Y-%m}",
    }
    for query, month in asked.items():
        page = BeautifulSoup(Client().get(f"{view.url}{query}").content, "html.parser")
        link = page.select_one(".finder__views a")["href"]
        page = BeautifulSoup(Client().get(f"{view.url}{link}").content, "html.parser")
        assert page.select_one("input[name=month]")["value"] == month, query


@pytest.mark.parametrize(("back", "opens"), [(9, f"{YEAR}-02"), (0, f"{YEAR}-01")])
def test_a_month_whose_courses_have_begun_is_not_the_first(
    region: Region, monkeypatch: pytest.MonkeyPatch, back: int, opens: str
) -> None:
    today = date(YEAR, 1, 28)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: today)
    course(region, "Demens", today - timedelta(days=back))
    page = factories.make_offering(region, title="Juss")
    for start, seats in ((date(YEAR, 2, 2), 0), (date(YEAR, 2, 9), 9)):
        taken = {"seats_total": 9, "seats_taken": 9 - seats, "apply_by": None}
        factories.make_occasion(page, starts_on=start, ends_on=start, **taken)
    factories.index_courses()
    view = MonthView(region)
    view.read("")
    assert view.page.select_one("input[name=month]")["value"] == opens
    # Each occasion tells its own state.
    view.read(f"{YEAR}-02")
    assert view.on(date(YEAR, 2, 2)) == ["Fullt Juss"]
    assert view.on(date(YEAR, 2, 9)) == ["Åpen Juss"]
    assert view.page.select_one("#count").text.split()[0] == "1"


def test_what_lasts_days_stands_on_each_and_what_lasts_long_says_until_when(
    region: Region,
) -> None:
    course(region, "Tre dager", date(YEAR, 2, 8), ends_on=date(YEAR, 2, 10))
    course(region, "Over månedsskiftet", date(YEAR, 1, 29), ends_on=date(YEAR, 2, 1))
    course(region, "En uke før", date(YEAR, 1, 26), ends_on=date(YEAR, 1, 31))
    course(region, "Hele våren", date(YEAR, 2, 9), ends_on=date(YEAR, 5, 30))
    course(region, "Uten dato", None, ends_on=None)
    course(region, "Når som helst", date(YEAR, 2, 9), ends_on=None, continuous=True)
    page = factories.make_offering(region, title="To grupper")
    for first, last, seats in ((9, 10, 0), (10, 12, 9), (10, 11, 0)):
        factories.make_occasion(
            page,
            starts_on=date(YEAR, 2, first),
            ends_on=date(YEAR, 2, last),
            apply_by=None,
            seats_total=9,
            seats_taken=9 - seats,
        )
    factories.index_courses()
    view = MonthView(None)

    view.read(f"{YEAR}-02")
    days = {number: view.on(date(YEAR, 2, number)) for number in range(1, 29)}
    assert {number: some for number, some in days.items() if some} == {
        1: ["Last day Over månedsskiftet"],
        8: ["Open Tre dager to 10 February"],
        9: [
            "Open Hele våren to 30 May",
            "Open Når som helst",
            "Full To grupper to 10 February",
            "Goes on to 10 February Tre dager",
        ],
        # Of two that begin the one that can be had; the one from the day before is not told twice.
        10: ["Open To grupper to 12 February", "Last day Tre dager"],
        11: ["Goes on to 12 February To grupper"],
        12: ["Last day To grupper"],
    }
    # Each is counted once, whatever its days; what is over before is none of the month.
    assert view.page.select_one("#count").text.strip().startswith("5 of 7 ")
    # What is filtered is when it begins.
    view.read(f"{YEAR}-02", f"&from={YEAR}-02-10")
    assert view.on(date(YEAR, 2, 10)) == ["Open To grupper to 12 February"]
    view.read(f"{YEAR}-02", f"&state=full&start={YEAR}-02")
    assert view.on(date(YEAR, 2, 10)) == ["Full To grupper to 11 February"]
    view.read(f"{YEAR}-03")
    assert view.page.select_one(".month__none")


def test_many_that_go_on_never_hide_what_begins(region: Region) -> None:
    start, view = date(YEAR, 4, 5), MonthView(None)
    for number in range(MOST_OF_A_DAY):
        course(region, f"Kurs {number}", start, ends_on=start + timedelta(days=2))
        course(region, f"Neste {number}", start + timedelta(days=1))
    factories.index_courses()
    view.read(f"{YEAR}-04")
    with CaptureQueriesContext(connection) as few:
        view.read(f"{YEAR}-04")
    for number in range(3):
        course(region, f"X {number}", start - timedelta(days=number), ends_on=start.replace(day=7))
    factories.index_courses()
    view.read(f"{YEAR}-04")
    with CaptureQueriesContext(connection) as many:
        view.read(f"{YEAR}-04")
    assert len(many) == len(few)
    told = view.on(start + timedelta(days=1))
    assert [each.split()[0] for each in told] == ["Open"] * 3 + ["Goes"] * 3 + ["+"]
    assert told[-1].startswith("+ 3 more that go on")
    # They stand among what began on the same days.
    more = view.day(start + timedelta(days=1)).select("a")[-1]["href"]
    found = BeautifulSoup(Client().get(f"{view.url}{more}").content, "html.parser")
    listed = [" ".join(each.text.split()) for each in found.select(".course")]
    shown = [each for each in told if each.startswith("Goes")]
    for number in range(3):
        for title in (f"X {number}", f"Kurs {number}"):
            assert any(title in each for each in [*listed, *shown]), title


def test_many_on_a_day_and_months_that_are_none(region: Region) -> None:
    start, view = date(YEAR, 4, 5), MonthView(region)
    for number in range(MOST_OF_A_DAY):
        course(region, f"Kurs {number}", start)
    factories.index_courses()
    with CaptureQueriesContext(connection) as few:
        view.read(f"{YEAR}-04")
    assert len(view.on(start)) == MOST_OF_A_DAY
    course(region, "Kurs X", start)
    factories.index_courses()
    view.read(f"{YEAR}-04")
    assert len(view.on(start)) == MOST_OF_A_DAY + 1  # instead of a line that says "one more"
    course(region, "Kurs Y", start, apply_by=start - timedelta(days=2))
    factories.index_courses()
    view.read(f"{YEAR}-04")
    with CaptureQueriesContext(connection) as many:
        view.read(f"{YEAR}-04")
    assert len(many) <= len(few)
    assert view.on(start)[-1].startswith("+ 2")
    more = view.day(start).select("a")[-1]["href"]
    assert more == f"?from={start}&to={start}"
    found = BeautifulSoup(Client().get(f"{view.url}{more}").content, "html.parser")
    assert len(found.select(".course")) == MOST_OF_A_DAY + 2

    this = factories.in_days(0)
    for odd in ("x", "2027-13", "2027-2", "%22%3E%3Cb%3E", "9" * 300):
        view.read(odd)
        assert view.way("next").endswith(f"{(this.replace(day=28) + timedelta(days=5)):%Y-%m}")
        assert view.page.select(".finder__note")
        assert not view.page.select("b")
    for none in ("", "%00"):
        view.read(none)
        assert view.way("next").endswith(f"{YEAR}-05")
        assert not view.page.select(".finder__note")
    view.read("9999-12")
    assert str(this.year + AHEAD) in view.page.select_one(".finder__note").text
    assert not view.page.select("[rel~=next]")
    view.read("0001-01")
    assert str(this.year - BACK) in view.page.select_one(".finder__note").text
    assert not view.page.select("[rel~=prev]")
