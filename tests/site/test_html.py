"""Every public page, in every state it has, is valid HTML: two readers of others say so."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db import OperationalError, models, transaction
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone, translation
from django.utils.html import escape
from wagtail.models import Page

from catalogue.models import CourseDocument, CourseModule, CoursePage, Provider
from regions.models import Municipality, Region, Role, ServiceArea, Topic
from samkurs import views
from search import forms
from tests import factories, html
from tests.catalogue.support import make_picture

from . import hostile

pytestmark = pytest.mark.django_db

LANGUAGES = hostile.LANGUAGES
#: What breaks a page that forgets to escape.
TEXT = 'Mål & "mening" <b>d\'accord</b>'
LINES = f"{TEXT}\nhttps://example.org/?a=1&b=2\nLinje tre"
LINK = "https://example.org/?a=1&b=2"
#: Days from today by field; each is an occasion in another state.
OCCASIONS = (
    {"apply_by": 5, "apply_url": LINK, "price_per_seat": Decimal(1200)},
    {"apply_by": -1, "late_apply_by": 5},
    {"apply_from": 5, "apply_by": 8, "min_seats": 8},
    {"apply_by": 5, "seats_total": 4, "seats_taken": 4},
    {"starts_on": -5, "ends_on": 5, "apply_by": None},
    {"starts_on": None, "ends_on": None, "apply_by": None, "continuous": True},
    {"apply_by": -1, "start_time": "09:00", "end_time": "12:30", "venue": TEXT, "cohort": TEXT},
    {"starts_on": None, "ends_on": None, "apply_by": None},
    {"starts_on": -9, "ends_on": -5, "apply_by": -20},
    {"cancelled": True, "cancel_reason": TEXT},
)


def fill(row: models.Model) -> None:
    """Write something into every field that a reader may see and that is still empty."""
    for field in row._meta.get_fields():
        if not isinstance(field, models.Field) or not field.editable or field.is_relation:
            continue
        if field.value_from_object(row) not in (None, "") or field.model is Page:
            continue
        value = field.choices[0][0] if field.choices else _some(field)
        if value is not None:
            setattr(row, field.attname, value)


def _some(field: models.Field) -> object:
    """Return something for a field by its kind; the first that fits counts."""
    kinds = {
        models.URLField: LINK,
        models.EmailField: "kontakt@samkurs.example",
        models.TextField: LINES,
        models.CharField: TEXT[: field.max_length],
        models.DateTimeField: timezone.now(),
        models.DateField: timezone.localdate(),
        models.IntegerField: 12,
    }
    return next((value for kind, value in kinds.items() if isinstance(field, kind)), None)


def everything(picture: object, document: object) -> list[tuple[str, object]]:
    link = f'<a href="{escape(LINK)}">lenke</a>'
    text = f"<h2>Om</h2><p>Mål &amp; <b>mening</b> {link}</p><ul><li>x</li></ul>"
    return [
        ("text", text),
        ("image", {"image": picture, "alt_text": TEXT, "decorative": False}),
        ("quote", {"text": TEXT, "attribution": TEXT}),
        ("quote", {"text": TEXT, "attribution": ""}),
        ("key_points", {"heading": TEXT, "points": [TEXT, "To"]}),
        ("callout", {"heading": TEXT, "text": "<p>Ta med <i>legitimasjon</i>.</p>"}),
        ("callout", {"heading": "", "text": "<p>Uten overskrift</p>"}),
        ("video_link", {"title": TEXT, "url": LINK, "length": "4 min"}),
        ("documents", [document]),
        ("questions", [{"question": TEXT, "answer": "<p>Nei.</p><ol><li>x</li></ol>"}] * 2),
    ]


def add_occasions(course: CoursePage) -> None:
    for number, days in enumerate(OCCASIONS):
        fields = {
            name: factories.in_days(value)
            if type(value) is int and "seats" not in name and name != "min_seats"
            else value
            for name, value in days.items()
        }
        occasion = factories.make_occasion(course, code=f"K-{course.pk}-{number}", **fields)
        if number == 0:
            occasion.open_to.set(Municipality.objects.all())


def make_world() -> Region:
    """Make two regions with courses of every kind, in every state, full and bare."""
    region = factories.make_region(name=TEXT[:14], slug="fjellregionen")
    other = factories.make_region(name="Kustregionen", slug="kustregionen", country="SE")
    factories.make_region(name="Tomregionen", slug="tomregionen")
    hosts = [factories.make_municipality(region, name=f"{name} & Å") for name in ("A", "B")]
    factories.make_member(region, Role.CONTACT, municipality=hosts[0])
    factories.make_member(region, Role.COORDINATOR)
    picture = make_picture(description=TEXT)
    document = CourseDocument.objects.create(
        title=TEXT, file=ContentFile(b"%PDF-1.4", name="plan.pdf")
    )
    courses = [
        factories.make_distance_course(
            region, title=TEXT, slug="fjernkurs", credits=Decimal("7.5"), credit_system="stp"
        ),
        factories.make_offering(
            region, title=f"{TEXT} 2", slug="samling", host_municipality=hosts[0]
        ),
        factories.make_offering(region, title="Bart", slug="bart"),
        factories.make_distance_course(other, title="Juridik", slug="juridik", language="sv"),
    ]
    for course in courses[:2]:
        fill(course)
        course.image, course.image_alt = picture, TEXT
        course.body = everything(picture, document)
        course.byod = course.is_pilot = course.work_integrated = True
        course.learning_forms = ["lecture", "lab", "peer"]
        course.modules = [CourseModule(title=TEXT, hours=2), CourseModule(title="To")]
        course.shared_with_regions.set([other])
        course.topics.set(Topic.objects.all())
        course.service_areas.set(ServiceArea.objects.all())
        course.save_revision().publish()
        add_occasions(course)
    for row in (*Provider.objects.all(), *Topic.objects.all(), *Municipality.objects.all()):
        fill(row)
        row.save()
    package = factories.make_package(region, courses[:3], title=TEXT, slug="pakken")
    fill(package)
    package.image, package.body = picture, everything(picture, document)
    package.save_revision().publish()
    bare = factories.make_package(region, courses[2:3], slug="bar-pakke")
    assert bare.live
    for page in (factories.region_page(region), factories.index_page(region)):
        fill(page)
        page.save_revision().publish()
    factories.index_courses()
    return region


def states(region: Region) -> dict[str, tuple[str, int]]:
    """Return addresses with what stands behind a query, and the status each has."""
    listing = factories.index_page(region).get_url()
    found = {
        "filters and words": f"{listing}?place=onsite&q=m%C3%A5l&sort=newest",
        "many filters": f"{listing}?place=onsite&place=distance&language=nb&open=1&level=intro",
        "nothing found": f"{listing}?q=finnesikke&place=onsite",
        "one word not found": f"{listing}?q=%3Cb%3E%26%22x",
        "page 2": f"{listing}?page=2",
        "what does not exist": f"{listing}?topic=finnes-ikke&page=9e99&q={'x' * 300}",
        "all, page 2": "/{}/courses/?page=2&sort=newest",
        "all, chosen": "/{}/courses/?region=fjellregionen&q=jur",
        "all, nothing": "/{}/courses/?q=finnesikke",
        "days and words": "/{}/courses/?q=3+hp+v%C3%A5ren+2027&from=1.1.2027&to=x%22%3E",
        "month": f"{listing}?view=calendar&q=m%C3%A5l",
        "months, none": "/{}/courses/?view=calendar&month=%22%3E%26&place=onsite",
        "suggestions": "/{}/courses/suggest/?q=m%C3%A5l&region=fjellregionen",
        "no suggestions": "/{}/courses/suggest/?q=%3Cb%3E%26%22x",
        "saved search": "/{}/courses/saved/?q=m%C3%A5l&region=fjellregionen&place=onsite",
        "saved search, nothing": "/{}/courses/saved/?topic=finnes-ikke",
        "saved search, link": "/{}/courses/saved/link/",
        "area": f"/{{}}/areas/{ServiceArea.objects.first().slug}/",
        "topic": f"/{{}}/topics/{Topic.objects.first().slug}/",
        "sign in": "/{}/account/sign-in/?next=/admin/%22%3E%26",
        "reset": "/{}/account/password/",
        "reset sent": "/{}/account/password/sent/",
        "reset link too old": "/{}/account/password/set/MQ/x-y/",
        "reset done": "/{}/account/password/done/",
        "signed out": "/{}/account/signed-out/",
        "not found": "/{}/finnes-ikke/",
    }
    return {
        f"{name} {code}".strip(): (url.format(code), 404 if name == "not found" else 200)
        for name, url in found.items()
        for code in (LANGUAGES if "{}" in url else ("",))
    }


def refusals() -> Iterator[tuple[str, object, int]]:
    """Yield answers to what is refused, with the status each has."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    yield "bad request", client.get("/nb/", HTTP_HOST="evil.example"), 400
    for code in LANGUAGES:
        sign_in, reset = f"/{code}/account/sign-in/", f"/{code}/account/password/"
        yield f"forged {code}", client.post(sign_in, {"username": "x"}), 403
        loose = Client()
        yield f"sign in, empty {code}", loose.post(sign_in, {}), 200
        yield f"reset, wrong {code}", loose.post(reset, {"email": '"<b>&'}), 200
        wrong = {"username": f"{code}@samkurs.example", "password": "x"}
        for _attempt in range(6):
            answer = loose.post(sign_in, wrong)
        yield f"too many {code}", answer, 429
        with translation.override(code):
            yield f"forbidden {code}", views.forbidden(_request(code), Exception()), 403
    yield "failed", views.failed(_request("nb")), 500
    try:
        _lose_the_database()
    except OperationalError:
        yield "away", views.failed(_request("nb")), 503


def _lose_the_database() -> None:
    raise OperationalError


def _request(code: str) -> HttpRequest:
    return RequestFactory().get(f"/{code}/")


def signed_in(region: Region) -> Iterator[tuple[str, object, int]]:
    """Yield what somebody reads who has signed in."""
    client = Client()
    client.force_login(factories.make_member(region, Role.EDITOR))
    for page in (factories.region_page(region), factories.index_page(region)):
        yield f"signed in {page.pk}", client.get(page.get_url()), 200


@pytest.fixture(scope="module")
def pages(django_db_setup: None, django_db_blocker: object) -> Iterator[dict[str, bytes]]:
    """Read every page once."""
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        patch.setattr(forms, "PER_PAGE", 2)
        region = make_world()
        client = Client(headers={"accept-language": "en"})
        answers = [(path, client.get(path), None) for path in hostile.harvest([]).paths]
        answers += [(name, client.get(url), code) for name, (url, code) in states(region).items()]
        answers += [*refusals(), *signed_in(region)]
        read = {}
        for name, answer, status in answers:
            assert status in {None, answer.status_code}, (name, answer.status_code)
            content = answer.getvalue()
            if content and answer.headers["Content-Type"].startswith("text/html"):
                read[name] = content
        yield read
        transaction.set_rollback(True)


def test_every_page_type_is_among_them(pages: dict[str, bytes]) -> None:
    for path in (
        *(f"/{code}/" for code in LANGUAGES),
        *(f"/{code}/courses/" for code in LANGUAGES),
        "/nb/fjellregionen/",
        "/nb/fjellregionen/kurs/",
        "/nb/tomregionen/kurs/",
        "/nb/fjellregionen/kurs/fjernkurs/",
        "/nb/fjellregionen/kurs/samling/",
        "/nb/fjellregionen/kurs/bart/",
        "/nb/fjellregionen/kurs/pakken/",
        "/sv/kustregionen/kurser/juridik/",
    ):
        assert path in pages
    for kind in ("municipalities", "providers"):
        assert any(f"/{kind}/" in path for path in pages), kind


def test_the_parser_of_the_standard_finds_no_error(pages: dict[str, bytes]) -> None:
    wrong = {name: errors for name, page in pages.items() if (errors := html.parse_errors(page))}
    assert wrong == {}


def test_the_nu_html_checker_finds_nothing(pages: dict[str, bytes]) -> None:
    said = html.nu_errors(pages)
    assert said == [], "\n".join(said)


BROKEN = b"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>x</title></head>
<body><ul><p>no item</p></ul><p><div>not in a paragraph</div></p></body></html>"""


def test_both_find_what_is_wrong() -> None:
    assert len(html.parse_errors(BROKEN)) == 1
    assert any(
        "not allowed as child of element “ul”" in each for each in html.nu_errors({"x": BROKEN})
    )
