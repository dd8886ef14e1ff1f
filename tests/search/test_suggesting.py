"""Courses that may already answer a need: by any of its words, rare ones first."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from regions.models import Region
from regions.needs.suggestions import suggest
from search.engines.likelihood import likelihoods
from search.suggesting import telling_words
from tests import factories, worlds

pytestmark = pytest.mark.django_db

MEDICINES = (
    "Vikarene gjør medisinrutinen ulikt, og mange er usikre på legemidler i hjemmetjenesten."
)


@worlds.layer
def courses(region: Region) -> Region:
    factories.make_offering(
        region,
        title="Legemiddelhåndtering i hjemmetjenesten",
        summary="Trygg håndtering av legemidler.",
    )
    factories.make_offering(region, title="Klarspråk i vedtak", summary="Skriv så alle forstår.")
    factories.make_offering(region, title="Demens på sykehjem", summary="Om å møte uro.")
    factories.index_courses()
    return region


def titles(text: str, region: Region, limit: int = 3) -> list[str]:
    with override("nb"):
        return [each.title for each in suggest(text, region, limit)]


def test_some_words_of_a_long_text_are_enough(courses: Region) -> None:
    assert titles(MEDICINES, courses) == ["Legemiddelhåndtering i hjemmetjenesten"]
    assert titles("Saksbehandlere skriver vedtak som ingen forstår", courses) == [
        "Klarspråk i vedtak"
    ]


@pytest.mark.parametrize(
    "text", ["", "   ", "Vi trenger mer kompetanse", "svømming og livredning", "\0", "æ ' \" | & !"]
)
def test_words_that_say_nothing_find_nothing(courses: Region, text: str) -> None:
    assert titles(text, courses) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Excel og økonomistyring", []),
        (
            "Vi trenger å bli bedre i Excel og økonomistyring. Lederne bruker lang tid på å lage "
            "rapporter, og det blir ofte feil. Hver og en holder på på sin måte.",
            [],
        ),
        (
            "Vi behöver bli bättre på Excel och ekonomistyrning. Det tar lång tid och blir fel.",
            [],
        ),
        ("legemiddelhåndtering i hjemmetjenesten", ["Legemiddelhåndtering i hjemmetjenesten"]),
        ("Mye uro på sykehjem for folk med demens", ["Demens på sykehjem"]),
    ],
)
def test_filler_and_what_stands_in_a_body_alone_suggest_nothing(
    courses: Region, text: str, wanted: list[str]
) -> None:
    body = "Hver har sin måte. Lederne holder det ved like, og det tar lang tid å lage rapporter."
    for title in ("Demens og utfordrende atferd", "Vold i nære relasjoner"):
        factories.make_offering(
            courses, title=title, summary="Dere lærer sammen.", body=[("text", f"<p>{body}</p>")]
        )
    factories.index_courses()
    assert titles(text, courses)[:1] == wanted


def test_one_common_word_is_not_enough_in_a_short_text(courses: Region) -> None:
    for number in range(4):
        factories.make_offering(courses, title=f"Tema {number} i hjemmetjenesten")
    factories.index_courses()
    assert titles("legemiddelhåndtering i hjemmetjenesten", courses) == [
        "Legemiddelhåndtering i hjemmetjenesten"
    ]
    assert [bool(word.text) for word in telling_words("barn barna barnas")] == [True]


def test_long_texts_are_read_as_far_as_it_takes(courses: Region) -> None:
    assert titles("x" * 5000 + f" {MEDICINES} " + "ord " * 5000, courses)
    assert len(telling_words(" ".join(f"emne{number}" for number in range(500)))) == 24


def test_only_courses_that_can_still_be_joined_are_shown(courses: Region) -> None:
    for title, fields in {
        "Brannvern for nattevakter, ferdig": {
            "starts_on": factories.in_days(-20),
            "ends_on": factories.in_days(-10),
            "apply_by": factories.in_days(-30),
        },
        "Brannvern for nattevakter, avlyst": {"cancelled": True, "cancel_reason": "For få."},
        "Brannvern for nattevakter, åpent": {},
    }.items():
        course = factories.make_offering(courses, title=title)
        factories.make_occasion(course, **fields)
    factories.index_courses()
    assert titles("Nattevakter mangler brannvern", courses) == ["Brannvern for nattevakter, åpent"]


def test_another_regions_courses_are_not_shown(courses: Region) -> None:
    other = factories.make_region()
    factories.make_offering(other, title="Legemidler i hjemmetjenesten")
    factories.index_courses()
    assert titles(MEDICINES, courses) == ["Legemiddelhåndtering i hjemmetjenesten"]
    assert titles(MEDICINES, other) == ["Legemidler i hjemmetjenesten"]


def test_no_more_than_asked_for_and_the_likeliest_first(courses: Region) -> None:
    for number in range(5):
        factories.make_offering(courses, title=f"Hjemmetjenesten og legemidler {number}")
    factories.make_offering(courses, title="Usikre vikarer: legemidler i hjemmetjenesten")
    factories.index_courses()
    found = titles(MEDICINES, courses)
    assert len(found) == 3
    assert found[0] == "Usikre vikarer: legemidler i hjemmetjenesten"


def test_what_every_course_has_tells_nothing() -> None:
    common = dict.fromkeys(range(100), 1.0)
    rare = {7: 0.5}
    assert list(likelihoods([common, rare], 100)) == [7]


def test_statements_are_three_however_many_courses_and_words(courses: Region) -> None:
    def count(text: str) -> int:
        titles("demens sykehjem", courses)  # the bits are built when something has changed
        with CaptureQueriesContext(connection) as queries:
            titles(text, courses)
        return len(queries)

    before = count("legemidler hjemmetjenesten")
    for number in range(20):
        factories.make_offering(courses, title=f"Ledelse {number}")
    factories.index_courses()
    assert before == count(MEDICINES) == 3


def test_what_is_written_is_answered_beside_the_form_and_on_a_page(courses: Region) -> None:
    factories.make_municipality(courses)
    url = f"/nb/needs/{courses.slug}/suggest/"
    said = {"challenge": MEDICINES, "contact_email": "leder@x.example", "form_started": "x"}
    fragment = Client().post(url, said, headers={"HX-Request": "true"})
    assert "<html" not in fragment.text
    assert fragment.text.count("suggest__item") == 1
    page = Client().post(url, said)
    assert page.status_code == 200
    assert page.text.count("suggest__item") == 1
    # What was typed goes along, and comes back into the form.
    assert 'value="leder@x.example"' in page.text
    back = Client().post(f"/nb/needs/{courses.slug}/report/", said | {"act": "change"})
    assert MEDICINES in back.text
    assert "error-summary" not in back.text
