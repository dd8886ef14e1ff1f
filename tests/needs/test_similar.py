"""What is like what, how texts are marked, and that comparing costs the same however many."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regions.models import Municipality, ServiceArea
from regions.needs.days import due_on
from regions.needs.deadlines import (
    first_answer_of,
    late_before,
    working_days_from,
)
from regions.needs.models import Need
from regions.needs.personal_data import traces_in
from regions.needs.similar import Corpus, Match, Text, marked, side_by_side, text_of
from tests import factories
from tests.lifecycles import put

from . import makers
from .desk import Desk
from .desk import text_of as text_of_answer

ROUTINE = "Vikarene hos oss gjør medisinrutinen ulikt fra vakt til vakt. Vi har hatt tre avvik."
SAME = "Ny medisinrutine følges ulikt i hjemmetjenesten, vikarer står uten kurs. Flere avvik."
OTHER = "Lærere mangler verktøy mot skolefravær, elevene er hjemme fra skolen i uker."


def text(number: int, words: str, *, region: int = 1, areas: tuple[int, ...] = ()) -> Text:
    return Text("need", number, region, words, frozenset(areas))


def test_inflected_words_meet_and_others_do_not() -> None:
    corpus = Corpus([text(1, ROUTINE), text(2, SAME), text(3, OTHER)])
    assert [match.text.pk for match in corpus.like(text(1, ROUTINE))] == [2]
    assert [match.text.pk for match in corpus.like(text(2, SAME))] == [1]
    assert corpus.like(text(3, OTHER)) == []
    assert corpus.like(text(4, "")) == []


def test_nothing_is_compared_across_regions() -> None:
    corpus = Corpus([text(1, ROUTINE), text(2, SAME, region=2)])
    assert corpus.like(text(1, ROUTINE)) == []


def test_the_same_service_area_tips_the_balance() -> None:
    near, far = text(2, SAME, areas=(7,)), text(3, SAME)
    matches = Corpus([near, far]).like(text(1, ROUTINE, areas=(7,)))
    assert [match.text.pk for match in matches] == [2, 3]
    assert matches[0].likeness > matches[1].likeness


def test_one_word_alone_is_chance() -> None:
    corpus = Corpus([text(1, "Vikarene kjenner ikke datasystemet."), text(2, "Vikarene fryser.")])
    assert corpus.like(text(2, "Vikarene fryser.")) == []


def test_shared_words_are_marked_and_the_text_stays_whole() -> None:
    match = Corpus([text(2, SAME)]).like(text(1, ROUTINE))[0]
    pieces = marked(SAME, match.shared)
    assert "".join(piece for piece, _shared in pieces) == SAME
    found = {piece for piece, shared in pieces if shared}
    assert {"medisinrutine", "ulikt", "vikarer", "avvik"} <= found
    assert "hjemmetjenesten" not in found


def test_text_that_is_no_words_is_compared_with_nothing() -> None:
    odd = "\x00 %%% ________ 😀 " + "x" * 5000
    assert Corpus([text(1, odd)]).like(text(2, ROUTINE)) == []


@pytest.mark.django_db
def test_what_waits_is_open_or_was_decided_is_compared_in_two_questions(
    place: Municipality,
) -> None:
    need = makers.make_submitted(place, challenge=ROUTINE)
    waiting = makers.make_submitted(place, challenge=SAME)
    declined = makers.make_declined(place, challenge=SAME)
    makers.make_withdrawn(place, challenge=SAME)
    words = {"challenge": SAME, "title": "Medisinrutine", "summary": SAME}
    accepted, frozen, gone = (makers.make_accepted(place, **words) for _ in range(3))
    put(frozen.shared_need, "in_round")
    put(gone.shared_need, "withdrawn")
    elsewhere = factories.make_municipality(factories.make_region(name="Annen", slug="annen"))
    makers.make_submitted(elsewhere, challenge=SAME)

    def like() -> tuple[dict[tuple[str, int], bool], int]:
        with CaptureQueriesContext(connection) as queries:
            matches = Corpus.of_regions([place.region_id]).like(text_of(need))
        return {match.text.key: match.text.settled for match in matches}, len(queries)

    wanted = {
        ("need", waiting.pk): False,
        ("shared", accepted.shared_need_id): False,
        ("need", declined.pk): True,
        ("shared", frozen.shared_need_id): True,
    }
    assert like() == (wanted, 2)
    for _turn in range(10):
        makers.make_submitted(place, challenge=OTHER, goal_achieve="")
    assert like() == (wanted, 2)


def test_what_can_be_merged_stands_first_and_what_is_settled_has_its_places() -> None:
    def match(number: int, kind: str, likeness: float, *, settled: bool = False) -> Match:
        return Match(Text(kind, number, 1, "", frozenset(), settled), likeness, frozenset())

    matches = [
        *(match(number, "shared", 0.9, settled=True) for number in range(3)),
        *(match(number, "need", 0.8) for number in range(3, 5)),
        *(match(number, "shared", 0.7) for number in range(5, 7)),
    ]
    shown = [each.text.pk for each in side_by_side(matches)]
    assert shown == [5, 3, 4, 0, 1]
    assert side_by_side([]) == []


@pytest.mark.django_db
def test_what_is_there_already_is_shown_with_its_state(desk: Desk, place: Municipality) -> None:
    need = makers.make_claimed(place, challenge=ROUTINE)
    shared = makers.make_accepted(place, challenge=SAME, title="Rutine", summary=SAME).shared_need
    put(shared, "prioritised")
    declined = makers.make_declined(place, challenge=SAME)
    page = desk.read(need)
    assert "There already: prioritised" in text_of_answer(page)
    assert "There already: not taken up" in text_of_answer(page)
    assert f"Merge with {shared.reference}" not in text_of_answer(page)
    assert declined.reference in text_of_answer(page)
    (point,) = [each for each in page.context["points"] if each.label == "Not reported already"]
    assert (point.sign, point.note) == ("look", "2 like it are in a round or decided already")
    assert "2 similar" in text_of_answer(desk.queue())
    put(shared, "open")
    page = desk.read(need)
    assert [each.settled for each in page.context["beside"]] == ["", "not taken up"]
    assert page.context["beside"][0].into_url
    (point,) = [each for each in page.context["points"] if each.label == "Not reported already"]
    assert point.note == "1 is like it. 1 like it is in a round or decided already"


@pytest.mark.django_db
def test_an_accepted_need_is_not_like_what_it_stands_in(place: Municipality) -> None:
    need = makers.make_accepted(place, challenge=SAME, title="Rutine", summary=SAME)
    put(need.shared_need, "in_round")
    assert Corpus.of_regions([place.region_id]).like(text_of(need)) == []


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 11, 23), date(2026, 11, 30)),  # Monday
        (date(2026, 11, 27), date(2026, 12, 4)),  # Friday
        (date(2026, 11, 28), date(2026, 12, 4)),  # Saturday
        (date(2026, 11, 29), date(2026, 12, 4)),  # Sunday
    ],
)
def test_five_working_days(received: date, due: date) -> None:
    assert due_on(received) == due
    assert working_days_from(received, due) == 5
    assert working_days_from(due, received) == -5


def test_the_moment_of_lateness_is_that_of_the_days() -> None:
    """What SQL counts as late is what the cell of each need says."""
    zone = ZoneInfo("Europe/Oslo")
    for today in (date(2026, 11, day) for day in range(16, 30)):
        for day in range(2, 30):
            received = datetime(2026, 11, day, 23, 30, tzinfo=zone)
            if received.date() > today:
                continue
            need = Need(state="submitted", submitted_at=received, waiting_since=received)
            late = first_answer_of(need, today).urgency == "late"
            assert late == (received < late_before(today)), (today, received)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Ring 99 88 77 66 i dag", "phone"),
        ("Skriv til kari@samkurs.example", "email"),
        ("Brukeren 010190 12345 bor her", "number"),
        ("Pasienten 19121212-1212 bor her", "number"),
        ("Vi spurte Kari Nordmann om dette", "name"),
        ("Ring 060-12 34 56 i dag", "phone"),
        ("Beboeren på rom 12, hun som flyttet inn, slår når hun stelles", "room"),
        ("Han i rum 4 slår", "room"),
        ("Hun trenger et kurs. Kurset holdes på rom 12", ""),
        ("Beboere trenger rom for samtale, 12 av dem", ""),
        ("Fra 01-02-2027 til 2027-03-04", ""),
        ("Vi er 84 av 130. Hjemmetjenesten i Nore og Uvdal", ""),
        ("Våren 2027 skal 12000 timer brukes", ""),
    ],
)
def test_hints_of_personal_data(words: str, found: str) -> None:
    assert traces_in({"felt": words}) == ([(found, "felt")] if found else [])
    assert traces_in({"felt": words}, frozenset({"Kari Nordmann"})) == (
        [(found, "felt")] if found and found != "name" else []
    )


@pytest.mark.django_db
def test_areas_of_a_need_are_compared(place: Municipality) -> None:
    area = factories.make_term(ServiceArea)
    assert text_of(makers.make_draft(place, service_area=area)).areas == frozenset({area.pk})
    assert text_of(makers.make_draft(place, service_area=None)).areas == frozenset()
