"""What a page tells machines: its course, its way down, its one address and its languages."""

from __future__ import annotations

from datetime import time
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, PageViewRestriction

from catalogue.models import CourseModule, CoursePage
from catalogue.outward import absolute, json_in_script, printable
from catalogue.services import make_region_page
from catalogue.structured import duration
from regions.models import Region
from tests import factories

from . import schema_org
from .support import make_picture

pytestmark = pytest.mark.django_db

SITE = "http://localhost:8000"
HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "\"quoted\" \\ and 'single' & more",
    "line\nbreak\u2028and\u2029more",
    "😀 æøå ]]> {{ 7*7 }}",
]


def get(page: object) -> HttpResponse:
    response = Client().get(page.get_url())
    assert response.status_code == 200
    return response


def head(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser").head


def links(response: HttpResponse, rel: str) -> list[str]:
    return [link["href"] for link in head(response).select(f"link[rel={rel}]")]


def test_a_course_with_everything(region: Region) -> None:
    provider = factories.make_provider(name="USN", website="https://usn.example/")
    course = factories.make_distance_course(
        region,
        title="Demens",
        provider=provider,
        credits=Decimal("7.5"),
        credit_system="stp",
        study_hours=200,
        outcomes="- forstå\n- lindre",
        prerequisites="Praksis",
        qualification="Kursbevis",
    )
    course.modules = [CourseModule(title="En", hours=Decimal("2.5")), CourseModule(title="To")]
    course.save_revision().publish()
    factories.make_occasion(
        course,
        price_per_seat=1200,
        seats_total=20,
        seats_taken=5,
        starts_on=factories.in_days(30),
        start_time=time(9),
        apply_url="https://apply.example/x",
    )
    found = schema_org.read(get(course))["Course"]
    assert found["url"] == SITE + course.url
    assert found["inLanguage"] == "nb"
    assert found["provider"] == {
        "@type": "CollegeOrUniversity",
        "name": "USN",
        "url": "https://usn.example/",
    }
    assert found["numberOfCredits"] == {
        "@type": "QuantitativeValue",
        "value": 7.5,
        "unitText": "stp",
    }
    assert found["teaches"] == ["forstå", "lindre"]
    assert [part.get("timeRequired") for part in found["syllabusSections"]] == ["PT2H30M", None]
    assert found["audience"][0]["audienceType"] == course.target_groups.get().name_nb
    (instance,) = found["hasCourseInstance"]
    first = factories.in_days(30)
    assert instance["startDate"] in {f"{first}T09:00:00+01:00", f"{first}T09:00:00+02:00"}
    assert instance["endDate"] == f"{factories.in_days(86)}"
    assert instance["courseMode"] == "online"
    assert instance["courseWorkload"] == "PT200H"
    assert instance["remainingAttendeeCapacity"] == 15
    assert instance["offers"] == {
        "@type": "Offer",
        "price": "1200.00",
        "priceCurrency": "NOK",
        "category": "Paid",
        "availability": "https://schema.org/InStock",
        "availabilityEnds": f"{factories.in_days(10)}",
        "url": "https://apply.example/x",
    }


def test_what_is_not_known_is_not_said(region: Region) -> None:
    course = factories.make_offering(region, provider=factories.make_provider(website=""))
    factories.make_occasion(course, apply_by=None, starts_on=None, ends_on=None)
    found = schema_org.read(get(course))["Course"]
    assert not {"numberOfCredits", "teaches", "image", "syllabusSections"} & found.keys()
    (instance,) = found["hasCourseInstance"]
    said = {"startDate", "endDate", "offers", "location", "courseWorkload"}
    assert not said & instance.keys()
    assert "maximumAttendeeCapacity" not in instance


def test_cancelled_full_free_and_over(region: Region) -> None:
    swedish = factories.make_region(country="SE")
    course = factories.make_offering(swedish, place="hybrid", venue="Rådhuset")
    factories.make_occasion(course, cancelled=True, cancel_reason="Snö", price_per_seat=5)
    factories.make_occasion(
        course, seats_total=2, seats_taken=2, price_per_seat=0, starts_on=factories.in_days(31)
    )
    past = {"starts_on": factories.in_days(-9), "ends_on": factories.in_days(-8)}
    factories.make_occasion(course, apply_by=None, **past)
    found = schema_org.read(get(course))["Course"]["hasCourseInstance"]
    cancelled, full = found
    assert cancelled["eventStatus"] == "https://schema.org/EventCancelled"
    assert "offers" not in cancelled
    assert full["eventStatus"] == "https://schema.org/EventScheduled"
    assert full["offers"]["priceCurrency"] == "SEK"
    assert full["offers"]["category"] == "Free"
    assert full["offers"]["availability"] == "https://schema.org/SoldOut"
    assert "remainingAttendeeCapacity" not in full
    assert [place["@type"] for place in full["location"]] == ["Place", "VirtualLocation"]
    assert full["location"][0]["name"] == "Rådhuset"


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_stands_there_breaks_nothing(region: Region, text: str) -> None:
    course = factories.make_offering(region, title=text, summary=text, outcomes=text)
    course.seo_title = text
    course.save_revision().publish()
    response = get(course)
    found = schema_org.read(response)
    assert found["Course"]["name"] == text
    assert found["BreadcrumbList"]["itemListElement"][-1]["name"] == text
    assert "<script>alert" not in response.text
    page = head(response)
    assert page.select_one('meta[property="og:title"]')["content"] == text
    assert len(page.select("script")) == 2


def test_the_checker_sees_what_is_wrong() -> None:
    good = {"@type": "Offer", "price": "1.00", "priceCurrency": "NOK", "category": "Paid"}
    schema_org.check(good)
    for wrong in ({"price": 1}, {"priceCurrency": "kr"}, {"colour": "red"}, {"url": "/nb/"}):
        with pytest.raises(AssertionError):
            schema_org.check(good | wrong)
    with pytest.raises(AssertionError):
        schema_org.check({"@type": "Course", "name": "x"})


def test_the_way_down(region: Region) -> None:
    course = factories.make_offering(region, title="Brannvern")
    found = schema_org.read(get(course))["BreadcrumbList"]["itemListElement"]
    assert [(each["position"], each["name"], each["item"]) for each in found] == [
        (1, "Samkurs", f"{SITE}/nb/"),
        (2, "Fjellregionen", f"{SITE}/nb/fjellregionen/"),
        (3, factories.index_page(region).title, f"{SITE}/nb/fjellregionen/kurs/"),
        (4, "Brannvern", f"{SITE}{course.url}"),
    ]
    assert "BreadcrumbList" in schema_org.read(get(factories.region_page(region)))
    assert schema_org.read(Client().get("/nb/")) == {}


def test_one_address_whatever_name_it_was_asked_by(region: Region) -> None:
    course = factories.make_offering(region)
    response = Client().get(f"{course.url}?utm_source=x&q=1", headers={"host": "127.0.0.1"})
    assert links(response, "canonical") == [f"{SITE}{course.url}"]
    assert head(response).select_one('meta[property="og:url"]')["content"] == SITE + course.url
    assert not head(response).select('link[hreflang], meta[name="robots"]')


def test_languages_of_a_page(region: Region) -> None:
    course = factories.make_offering(region)
    home = links(Client().get("/sv/"), "alternate")
    assert home == [f"{SITE}/{code}/" for code in ("nb", "sv", "en", "en")]
    make_region_page(region, "en")
    english = course.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    english.save_revision().publish()
    english.refresh_from_db()
    factories.index_courses()
    for page in (course, english):
        found = {
            link["hreflang"]: link["href"] for link in head(get(page)).select("link[hreflang]")
        }
        assert found == {
            "nb": SITE + course.url,
            "en": SITE + english.url,
            "x-default": SITE + english.url,
        }
    english.unpublish()
    factories.index_courses()
    assert links(get(course), "alternate") == []


def test_what_is_shared_beside_a_link(region: Region) -> None:
    course = factories.make_offering(region, title="Brannvern", summary="Om brann.")
    plain = {each["property"]: each["content"] for each in head(get(course)).select("[property]")}
    assert plain == {
        "og:site_name": "Samkurs",
        "og:type": "article",
        "og:title": "Brannvern",
        "og:description": "Om brann.",
        "og:url": SITE + course.url,
        "og:locale": "nb_NO",
    }
    course.image, course.image_alt = make_picture(), "Et fjell"
    course.save_revision().publish()
    response = get(course)
    shared = {each["property"]: each["content"] for each in head(response).select("[property]")}
    assert shared["og:image"].startswith(f"{SITE}/media/")
    assert shared["og:image:alt"] == "Et fjell"
    assert (shared["og:image:width"], shared["og:image:height"]) == ("1200", "630")
    assert schema_org.read(response)["Course"]["image"] == shared["og:image"]
    course.image.file.delete(save=False)
    course.image.renditions.all().delete()
    lost = get(course)
    assert not head(lost).select('[property="og:image"]')


def test_a_preview_is_for_nobody_else(desk: object) -> None:
    draft = factories.make_offering(desk.region, live=False)
    assert Client().get(draft.get_url()).status_code == 404
    response = draft.specific.make_preview_request()
    response.render()
    assert head(response).select_one('meta[name="robots"]')["content"] == "noindex"
    assert not head(response).select("link[hreflang]")


def test_pages_of_no_page_say_nothing(region: Region) -> None:
    course = factories.make_offering(region)
    PageViewRestriction.objects.create(page=course, restriction_type="login")
    for url in ("/en/account/sign-in/", "/en/not-here/"):
        response = Client().get(url)
        assert not head(response).select('[rel="canonical"], [property], script')


@pytest.mark.both
def test_more_of_everything_asks_no_more(region: Region) -> None:
    course = factories.make_offering(region)

    def count() -> int:
        page = CoursePage.objects.get(pk=course.pk)
        get(page)
        with CaptureQueriesContext(connection) as queries:
            get(page)
        return len(queries)

    factories.make_occasion(course, price_per_seat=1)
    few = count()
    for number in range(8):
        factories.make_occasion(course, price_per_seat=number)
        CourseModule.objects.create(page_id=course.pk, title=f"{number}", hours=number)
        course.topics.add(factories.make_term(factories.Topic))
        course.target_groups.add(factories.make_term(factories.TargetGroup))
    course.save()
    assert count() == few


@pytest.mark.parametrize(
    ("hours", "words"),
    [(None, ""), (0, ""), (1, "PT1H"), (Decimal("2.5"), "PT2H30M"), (Decimal("0.5"), "PT30M")],
)
def test_hours_in_the_words_of_iso(hours: object, words: str) -> None:
    assert duration(hours) == words


def test_texts_and_addresses_for_others() -> None:
    assert printable("a\x00\x0b\x1f\ufffeb\r\nc\rd\te") == "ab\nc\nd\te"
    assert absolute("/nb/") == f"{SITE}/nb/"
    assert absolute("https://other.example/") == "https://other.example/"
    assert absolute("") == ""
    assert json_in_script({"a": "</script>&"}) == '{"a":"\\u003C/script\\u003E\\u0026"}'
