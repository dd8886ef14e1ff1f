"""What readers see: cards, key facts, region cards, front pages, languages, crumbs."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client, RequestFactory
from django.utils import translation
from wagtail.models import Locale, Page, PageViewRestriction

from catalogue.models import CourseOccasion, CoursePage, HomePage, RegionPage
from catalogue.presenters.course_page import CoursePresenter
from catalogue.presenters.courses import cards, rank
from catalogue.presenters.regions import home_context, region_context
from catalogue.presenters.states import occasion_view
from catalogue.services import make_region_page
from catalogue.trunk import read_trunk
from regions.models import Municipality, MunicipalityFigure
from tests import factories, worlds

from .support import make_picture

pytestmark = pytest.mark.django_db

NBSP = "\u00a0"


def titles(page: Page) -> set[str]:
    """Return the titles of the courses that the page shows, wherever it does."""
    context = Client().get(page.get_url()).context
    found: set[str] = set()
    for name in ("open_now", "starting_next", "courses", "related"):
        found |= {card.title for card in context.get(name) or ()}
    found |= {each.course.title for each in context.get("steps") or () if hasattr(each, "course")}
    for package in context.get("packages") or ():
        found |= {step.title for step in package.steps}
    return found


def shut(page: Page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def with_open_occasion(course: CoursePage) -> CoursePage:
    factories.make_occasion(course)
    return course


# What is not published, or not for everyone ------------------------------------------------------
@worlds.layer
def neighbours(desk: object) -> dict[str, CoursePage]:
    """An open course, a draft, one that is private, in one package and on one topic."""
    topic = factories.make_term(factories.Topic)
    made = {
        name: factories.make_offering(desk.region, title=name, live=name != "Utkast")
        for name in ("Åpent", "Utkast", "Privat", "Annet")
    }
    for course in made.values():
        course.topics.set([topic])
        revision = course.save_revision()
        if course.live:
            revision.publish()
        factories.make_occasion(course)
    made["Pakken"] = factories.make_package(
        desk.region, [made[name] for name in ("Åpent", "Utkast", "Privat", "Annet")]
    )
    shut(made["Privat"])
    return made


def test_lists_show_neither_drafts_nor_what_is_private(desk: object, neighbours: dict) -> None:
    home = HomePage.objects.get(locale__language_code="nb")
    seen = {"Åpent", "Annet"}
    factories.index_courses()
    assert titles(home) == seen
    assert titles(factories.region_page(desk.region)) == seen
    assert titles(factories.index_page(desk.region)) == seen
    assert titles(neighbours["Pakken"]) == seen
    assert titles(neighbours["Åpent"]) == seen
    context = Client().get(factories.region_page(desk.region).get_url()).context
    assert (context["region"].course_count, context["region"].open_count) == (2, 2)


@pytest.mark.parametrize("how", ["unpublished", "private"])
def test_a_package_that_is_not_for_readers_is_not_named(neighbours: dict, how: str) -> None:
    course, package = neighbours["Åpent"], neighbours["Pakken"]
    assert [each.title for each in Client().get(course.get_url()).context["packages"]] == [
        package.title
    ]
    package.unpublish() if how == "unpublished" else shut(package)
    assert Client().get(course.get_url()).context["packages"] == []


def test_a_private_section_closes_all_below(desk: object, neighbours: dict) -> None:
    shut(factories.region_page(desk.region))
    home = HomePage.objects.get(locale__language_code="nb")
    context = Client().get(home.get_url()).context
    assert (context["regions"], context["open_now"]) == ([], [])
    assert desk.region.name not in Client().get(home.get_url()).content.decode()


def test_a_draft_changes_nothing_for_readers(desk: object) -> None:
    course = with_open_occasion(factories.make_offering(desk.region, title="Slik det er"))
    course.title, course.summary = "Slik det blir", "Nytt sammendrag"
    course.save_revision()
    factories.index_courses()
    for page in (course, factories.index_page(desk.region), factories.region_page(desk.region)):
        text = Client().get(page.get_url()).content.decode()
        assert "Slik det er" in text
        assert "Slik det blir" not in text


def test_sums_of_a_package_count_what_is_shown(desk: object) -> None:
    stated = {"credits": Decimal(3), "credit_system": "hp"}
    shown = factories.make_offering(desk.region, **stated)
    hidden = factories.make_offering(desk.region, live=False, **stated)
    package = factories.make_package(desk.region, [shown, hidden])
    assert Client().get(package.get_url()).context["totals"] == [f"3{NBSP}hp"]
    assert package.credit_totals == {"hp": 6}


# Cards and key facts -----------------------------------------------------------------------------
def card_of(course: CoursePage) -> object:
    (card,) = cards(rank(CoursePage.objects.filter(pk=course.pk), factories.in_days(0)))
    return card


def test_a_card(desk: object) -> None:
    course = factories.make_distance_course(
        desk.region, credits=Decimal("7.5"), credit_system="stp", title="Demens", language="nb"
    )
    occasion = factories.make_occasion(course)
    with translation.override("nb"):
        card = card_of(course)
        assert card.facts[0].value == f"7,5{NBSP}stp"
        assert card.facts[1].value == f"25{NBSP}%"
        assert card.facts[-1].value == desk.region.name
        assert (card.lang, card.language_note) == ("", "")
    assert card.state.code == "open"
    assert card.state.date == occasion.apply_by
    assert card.url == course.get_url()


@pytest.mark.parametrize(
    ("reader", "lang", "note"), [("en", "nb", "in Norwegian"), ("sv", "nb", None), ("nb", "", "")]
)
def test_content_in_another_language_says_so(
    desk: object, reader: str, lang: str, note: str | None
) -> None:
    course = factories.make_offering(desk.region)
    with translation.override(reader):
        card = card_of(course)
    assert card.lang == lang
    assert card.language_note == note if note is not None else card.language_note


def test_a_cancelled_course_says_why_on_its_card(desk: object) -> None:
    course = factories.make_offering(desk.region)
    factories.make_occasion(course, cancelled=True, cancel_reason="For få påmeldte")
    card = card_of(course)
    assert (card.state.code, card.state.reason) == ("cancelled", "For få påmeldte")
    factories.make_occasion(course, cohort="gruppe 2")
    card = card_of(course)
    assert (card.state.code, card.state.reason) == ("open", "")


APPLYING = [
    ("municipal_contact", "", ("Apply through your municipality's contact", "")),
    ("agreement", "", ("Your municipality signs you up under the agreement", "")),
    ("open", "", ("Ask the provider how to apply", "")),
    ("open", "https://sok.example/", ("Apply", "https://sok.example/")),
    ("agreement", "https://sok.example/", ("Apply", "https://sok.example/")),
]


@pytest.mark.parametrize(("order_via", "url", "expected"), APPLYING)
def test_how_one_applies(desk: object, order_via: str, url: str, expected: tuple) -> None:
    course = factories.make_offering(desk.region, order_via=order_via)
    occasion = factories.make_occasion(course, apply_url=url)
    view = occasion_view(occasion, course, factories.in_days(0))
    assert (view.apply_text, view.apply_url) == expected


@pytest.mark.parametrize(
    "closed",
    [
        {"cancelled": True, "cancel_reason": "Snø"},
        {"seats_total": 4, "seats_taken": 4},
        {"apply_from": factories.in_days(2)},
        {"apply_by": factories.in_days(-1)},
        {"starts_on": factories.in_days(-9), "ends_on": factories.in_days(-1), "apply_by": None},
        {"starts_on": None, "ends_on": None, "apply_by": None},
    ],
)
def test_nobody_is_sent_to_a_closed_door(desk: object, closed: dict) -> None:
    course = factories.make_offering(desk.region, order_via="open")
    occasion = factories.make_occasion(course, apply_url="https://sok.example/", **closed)
    view = occasion_view(occasion, course, factories.in_days(0))
    assert (view.apply_text, view.apply_url) == ("", "")
    assert "https://sok.example/" not in Client().get(course.get_url()).content.decode()


def test_seats_in_words(desk: object) -> None:
    course = factories.make_offering(desk.region)
    today = factories.in_days(0)
    for fields, words in (
        ({"seats_total": 24, "seats_taken": 18}, "6 of 24 seats free"),
        ({"seats_total": 24, "seats_taken": 24}, "24 seats"),
        ({}, ""),
    ):
        assert occasion_view(CourseOccasion(
            course=course, starts_on=factories.in_days(5), **fields, code="x", pk=999
        ), course, today).seats == words  # fmt: skip


def test_an_occasion_for_some_municipalities_names_them(desk: object) -> None:
    course = factories.make_offering(desk.region)
    occasion = factories.make_occasion(course)
    occasion.open_to.set(desk.municipalities[:2])
    factories.make_occasion(course, cohort="alle")
    some, everyone = CoursePresenter(course).context()["occasions"]
    assert some.open_to == "Open to Alvdal and Folldal"
    assert everyone.open_to == ""


def test_the_price_is_that_of_what_lies_ahead(desk: object) -> None:
    course = factories.make_offering(desk.region)
    past = {"starts_on": factories.in_days(-90), "ends_on": factories.in_days(-60)}
    factories.make_occasion(course, **past, apply_by=None, price_per_seat=Decimal(900))

    def price() -> list[str]:
        facts = CoursePresenter(course).context()["key_facts"]
        return [fact.value for fact in facts if fact.label == "Price"]

    assert price() == [f"900{NBSP}NOK"]
    factories.make_occasion(course, price_per_seat=Decimal(1200))
    assert price() == [f"1,200{NBSP}NOK"]
    factories.make_occasion(course, price_per_seat=Decimal(0), cohort="gratis")
    assert price() == [f"0–1,200{NBSP}NOK"]
    rows = CoursePresenter(course).context()
    assert [each.price for each in rows["occasions"]] == [f"1,200{NBSP}NOK", f"0{NBSP}NOK"]


def test_key_facts_leave_out_what_is_not_known(desk: object) -> None:
    course = factories.make_offering(desk.region)
    Municipality.objects.filter(region=desk.region).exclude(
        pk__in=course.participating_municipalities.values_list("pk", flat=True)
    ).delete()
    facts = {fact.label: fact.value for fact in CoursePresenter(course).context()["key_facts"]}
    assert "Price" not in facts
    assert "Time" not in facts
    assert facts["Open to"] == "All 2 municipalities"
    assert all(facts.values())


def test_past_and_coming_dates_stand_apart(desk: object) -> None:
    course = factories.make_offering(desk.region)
    past = {"starts_on": factories.in_days(-90), "ends_on": factories.in_days(-60)}
    factories.make_occasion(course, **past, apply_by=None, cohort="i fjor")
    factories.make_occasion(
        course, **past, apply_by=None, cohort="avlyst", cancelled=True, cancel_reason="Snø"
    )
    factories.make_occasion(course, cohort="i år")
    context = CoursePresenter(course).context()
    assert [each.cohort for each in context["occasions"]] == ["i år"]
    assert {each.cohort for each in context["past_occasions"]} == {"i fjor", "avlyst"}
    assert context["lead_occasion"].cohort == "i år"


# Regions and languages ---------------------------------------------------------------------------
def test_the_card_of_a_region(desk: object) -> None:
    for municipality, population in zip(desk.municipalities, (900, 2400, 5600), strict=True):
        for year, number in ((2025, 1), (2026, population)):
            MunicipalityFigure.objects.create(
                municipality=municipality, year=year, population=number, source="SSB"
            )
    with_open_occasion(factories.make_offering(desk.region, live=False))
    page = factories.region_page(desk.region)
    request = RequestFactory().get("/")
    with translation.override("en"):
        card = region_context(page, request)["region"]
    assert (card.name, card.url) == ("Fjellregionen", "/nb/fjellregionen/")
    assert (card.course_count, card.open_count) == (0, 0)
    assert (card.municipality_count, card.population) == (5, 8900)
    assert card.flow.names[:3] == ("Tynset", "Folldal", "Alvdal")
    assert (card.lang, card.language_note) == ("nb", "Content in Norwegian")


def test_the_front_page_picks_the_readers_language_else_the_regions_own(desk: object) -> None:
    factories.make_region(name="Kustregionen", slug="kustregionen", country="SE")

    def shown(language: str) -> dict[str, str]:
        with translation.override(language):
            branches = read_trunk().regions(language)
            return {branch.region_name: branch.language for branch in branches}

    own = {"Fjellregionen": "nb", "Kustregionen": "sv"}
    assert {language: shown(language) for language in ("nb", "sv", "en")} == dict.fromkeys(
        ("nb", "sv", "en"), own
    )
    second = make_region_page(desk.region, "en")
    assert shown("en") == {**own, "Fjellregionen": "en"}
    assert shown("sv") == own
    second.unpublish()
    assert shown("en") == own
    RegionPage.objects.get(region=desk.region, language_code="nb").unpublish()
    second.save_revision().publish()
    assert shown("sv") == {**own, "Fjellregionen": "en"}


def test_what_is_open_stands_on_the_front_page(desk: object) -> None:
    other = factories.make_region(name="Kustregionen", slug="kustregionen", country="SE")
    for number, region in enumerate([desk.region, other] * 3):
        course = factories.make_offering(region, title=f"Kurs {number}")
        factories.make_occasion(course, apply_by=factories.in_days(20 - number))
    factories.make_offering(desk.region, title="Uten dato")
    factories.index_courses()
    request = RequestFactory().get("/")
    context = home_context(HomePage.objects.get(locale__language_code="nb"), request)
    assert [card.title for card in context["open_now"]] == ["Kurs 5", "Kurs 4", "Kurs 3", "Kurs 2"]
    assert [(card.course_count, card.open_count) for card in context["regions"]] == [(4, 3), (3, 3)]


def languages(page: Page) -> dict[str, str]:
    return {each.code: each.url for each in Client().get(page.get_url()).context["nav"].languages}


def test_the_chooser_leads_to_the_translation_else_to_the_front_page(desk: object) -> None:
    course = factories.make_offering(desk.region, slug="klart")
    alone = {"nb": "/nb/fjellregionen/kurs/klart/", "sv": "/sv/", "en": "/en/"}
    assert languages(course) == alone
    make_region_page(desk.region, "sv")
    translation_ = course.copy_for_translation(Locale.objects.get(language_code="sv"))
    assert languages(course) == alone  # a draft leads nowhere
    translation_.save_revision().publish()
    factories.index_courses()
    address = "/sv/fjellregionen/kurser/klart/"
    assert languages(course) == alone | {"sv": address}
    assert languages(Page.objects.get(pk=translation_.pk)) == alone | {"sv": address}
    shut(Page.objects.get(pk=translation_.pk))
    factories.index_courses()
    assert languages(course) == alone


def test_crumbs(desk: object) -> None:
    course = factories.make_offering(desk.region)
    context = Client().get(course.get_url()).context
    assert [(each.title, each.url) for each in context["crumbs"]] == [
        ("Samkurs", "/nb/"),
        ("Fjellregionen", "/nb/fjellregionen/"),
        ("Kurs", "/nb/fjellregionen/kurs/"),
    ]
    assert context["nav"].courses_current
    home = HomePage.objects.get(locale__language_code="nb")
    at_home = Client().get(home.get_url()).context
    assert (list(at_home["crumbs"]), at_home["nav"].region) == ([], None)


def test_a_listing_that_is_not_published_is_not_linked(desk: object) -> None:
    page = factories.region_page(desk.region)
    assert Client().get(page.get_url()).context["nav"].courses_url == "/nb/fjellregionen/kurs/"
    factories.index_page(desk.region).unpublish()
    response = Client().get(page.get_url())
    assert (response.context["nav"].courses_url, response.context["courses_url"]) == (None, None)


def test_a_picture_in_the_root_is_not_needed(desk: object) -> None:
    course = factories.make_offering(desk.region)
    before = Client().get(course.get_url()).content.decode()
    assert "<picture" not in before
    course.image, course.image_alt = make_picture(), "Fjell"
    course.save_revision().publish()
    assert "<picture" in Client().get(course.get_url()).content.decode()
