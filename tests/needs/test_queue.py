"""The queue: what it counts and shows, how it is narrowed, and that it costs the same for many."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regions.models import Municipality, Role
from regions.needs.lifecycle import NEED
from regions.needs.models import Need
from tests import factories

from . import makers
from .desk import Desk, text_of

pytestmark = pytest.mark.django_db


def shown(desk: Desk, **query: object) -> list[Need]:
    return list(desk.queue(**query).context["object_list"])


def test_tiles_count_and_lead_to_what_they_count(desk: Desk, place: Municipality) -> None:
    late = makers.backdate(makers.make_submitted(place), submitted_at=10, waiting_since=10)
    claimed = makers.backdate(makers.make_claimed(place), submitted_at=8, waiting_since=8)
    fresh = makers.make_submitted(place)
    returned, unconfirmed = makers.make_returned(place), makers.make_unconfirmed(place)
    makers.make_draft(place)
    accepted = makers.make_accepted(place)
    answer = desk.queue()
    numbers = {tile["label"]: tile["number"] for tile in answer.context["tiles"]}
    assert list(numbers.values()) == [3, 2, 1, 1]
    assert [tile["current"] for tile in answer.context["tiles"]] == [True, False, False, False]
    assert list(answer.context["object_list"]) == [late, claimed, fresh]
    assert "1 day over the deadline" in text_of(answer) or "days over the deadline" in text_of(
        answer
    )
    assert shown(desk, show="late") == [late, claimed]
    assert shown(desk, show="returned") == [returned]
    assert shown(desk, show="unconfirmed") == [unconfirmed]
    assert set(shown(desk, show="all")) == {late, claimed, fresh, returned, unconfirmed, accepted}


def test_each_filter_narrows(desk: Desk, place: Municipality) -> None:
    other = factories.make_municipality(place.region)
    first = makers.make_submitted(place, level="organisation", driver="law", legal_reference="Lov")
    second = makers.make_claimed(other)
    assert shown(desk, municipality=other.pk) == [second]
    assert shown(desk, level="organisation") == [first]
    assert shown(desk, driver="quality") == [second]
    assert shown(desk, mine="me") == [second]
    assert shown(desk, mine="nobody") == [first]
    assert shown(desk, state="in_moderation") == [second]
    assert shown(desk, service_area=first.service_area_id) == [first, second]
    assert shown(desk, driver="quality", municipality=place.pk) == []


def test_a_search_looks_everywhere_but_in_contacts(desk: Desk, place: Municipality) -> None:
    need = makers.make_declined(
        place, challenge="Ingen kan løfte med seil hos oss.", email="seglskute@samkurs.example"
    )
    makers.make_submitted(place)
    assert shown(desk, q="seil") == [need]
    assert shown(desk, q=need.reference) == [need]
    assert shown(desk, q="seglskute") == []


@pytest.mark.parametrize(
    "query",
    [
        {"show": "x"},
        {"municipality": "x"},
        {"municipality": "999999"},
        {"state": "draft"},
        {"p": "0"},
        {"p": "99999"},
        {"ordering": "challenge"},
        {"q": "x" * 5000},
        {"mine": "1"},
    ],
)
def test_odd_queries_are_answered(desk: Desk, place: Municipality, query: dict) -> None:
    makers.make_submitted(place)
    assert desk.queue(**query).status_code == 200


def test_what_is_similar_is_counted(desk: Desk, place: Municipality) -> None:
    words = "Medisinrutinen følges ulikt av vikarer på nattevakt hos oss."
    makers.make_submitted(place, challenge=words)
    makers.make_submitted(place, challenge=f"{words} Det gir avvik.")
    assert "1 similar" in text_of(desk.queue())


def test_the_menu_and_the_home_say_what_waits(desk: Desk, place: Municipality) -> None:
    need = makers.backdate(makers.make_submitted(place), submitted_at=10, waiting_since=10)
    home = text_of(desk.client.get("/admin/"))
    assert "Needs (1)" in home
    assert "Needs to process (1)" in home
    assert "1 is over the deadline" in home
    assert need.reference in home
    editor = Desk(factories.make_member(place.region, Role.EDITOR))
    assert need.reference not in text_of(editor.client.get("/admin/"))


def test_another_regions_needs_are_not_there(desk: Desk, place: Municipality) -> None:
    elsewhere = factories.make_municipality(factories.make_region(name="Annen", slug="annen"))
    makers.make_submitted(elsewhere)
    answer = desk.queue(show="all")
    assert list(answer.context["object_list"]) == []
    assert [tile["number"] for tile in answer.context["tiles"]] == [0, 0, 0, 0]
    assert elsewhere.name not in text_of(answer)


def test_an_editor_has_no_queue(place: Municipality) -> None:
    makers.make_submitted(place)
    editor = Desk(factories.make_member(place.region, Role.EDITOR))
    answer = editor.queue()
    assert answer.status_code == 404
    menu = text_of(editor.client.get("/admin/"))
    assert "/admin/need_desk/" not in menu
    assert "/admin/shared_need_desk/" in menu
    author = Desk(factories.make_member(place.region, Role.RESOURCE_AUTHOR))
    assert "need_desk/" not in text_of(author.client.get("/admin/"))


def queries_of(desk: Desk, url: str) -> int:
    desk.client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert desk.client.get(url).status_code == 200
    return len(queries)


def test_queue_and_need_cost_the_same_however_much_there_is(
    desk: Desk, place: Municipality
) -> None:
    need = makers.make_claimed(place)
    first = makers.make_accepted(factories.make_municipality(place.region))
    urls = {
        "queue": "/admin/need_desk/",
        "need": f"/admin/need_desk/inspect/{need.pk}/",
        "accept": f"/admin/need_desk/accept/{need.pk}/",
        "shared needs": "/admin/shared_need_desk/",
        "shared need": f"/admin/shared_need_desk/inspect/{first.shared_need_id}/",
    }
    makers.make_submitted(place)
    before = {name: queries_of(desk, url) for name, url in urls.items()}
    by = makers.coordinator_of(place.region)
    for _turn in range(10):
        makers.make_submitted(factories.make_municipality(place.region))
        makers.make_accepted(place, into=first.shared_need)
        makers.make_accepted(place)
        NEED.apply(need, "release", by=by)
        need = NEED.apply(need, "claim", by=by)
        need.actions.create(text="Noe mer", kind="other")
    after = {name: queries_of(desk, url) for name, url in urls.items()}
    assert after == before
    # What Wagtail's frame and the door ask of every screen is not the queue's.
    frame = queries_of(desk, "/admin/account/")
    assert before["queue"] - frame <= 12, (before, frame)
