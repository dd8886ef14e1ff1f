"""Each page type: where it stands, and that it is created, edited, previewed and shown."""

from __future__ import annotations

import pytest
from django.http import Http404
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils import WagtailPageTestCase
from wagtail.test.utils.form_data import rich_text

from catalogue.models import (
    CatalogueIndexPage,
    CoursePackagePage,
    CoursePage,
    DistanceCoursePage,
    HomePage,
    RegionPage,
    SharedOfferingPage,
)
from tests import factories

from .support import body_of, edit_url, page_form, signed_in, with_values

COURSE_KINDS = {SharedOfferingPage, DistanceCoursePage}
OURS = (
    HomePage,
    RegionPage,
    CatalogueIndexPage,
    CoursePage,
    SharedOfferingPage,
    DistanceCoursePage,
    CoursePackagePage,
)
UNDER_INDEX = {*COURSE_KINDS, CoursePackagePage}


class Places(WagtailPageTestCase):
    """Where each type may stand."""

    def test_children(self) -> None:
        self.assertAllowedSubpageTypes(HomePage, {RegionPage})
        self.assertAllowedSubpageTypes(RegionPage, {CatalogueIndexPage})
        self.assertAllowedSubpageTypes(CatalogueIndexPage, UNDER_INDEX)
        for leaf in (CoursePage, *UNDER_INDEX):
            self.assertAllowedSubpageTypes(leaf, {})

    def test_parents(self) -> None:
        self.assertAllowedParentPageTypes(HomePage, {Page})
        self.assertAllowedParentPageTypes(RegionPage, {HomePage})
        self.assertAllowedParentPageTypes(CatalogueIndexPage, {RegionPage})
        for leaf in UNDER_INDEX:
            self.assertAllowedParentPageTypes(leaf, {CatalogueIndexPage})
        self.assertAllowedParentPageTypes(CoursePage, {})

    def test_what_an_editor_creates_and_where(self) -> None:
        by_hand = {(CatalogueIndexPage, kind) for kind in UNDER_INDEX}
        by_hand.add((RegionPage, CatalogueIndexPage))
        for parent in OURS:
            for child in OURS:
                if (parent, child) in by_hand:
                    self.assertCanCreateAt(parent, child)
                elif parent is HomePage and child is RegionPage:
                    assert not RegionPage.is_creatable  # by the service alone
                else:
                    self.assertCanNotCreateAt(parent, child)

    def test_only_kinds_are_made_by_hand(self) -> None:
        creatable = {model for model in OURS if model.is_creatable}
        assert creatable == {*UNDER_INDEX, CatalogueIndexPage}


class Shown(WagtailPageTestCase):
    """Every type is routed to, rendered, edited and previewed; nobody needs a picture for it."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.region = factories.make_region(name="Fjellregionen", slug="fjellregionen")
        course = factories.make_distance_course(cls.region, title="Demens i hverdagen")
        factories.make_occasion(course)
        offering = factories.make_offering(cls.region, title="Klart språk")
        package = factories.make_package(cls.region, [course, offering])
        region_page = factories.region_page(cls.region)
        home = HomePage.objects.get(locale__language_code="nb")
        index = factories.index_page(cls.region)
        cls.pages = [home, region_page, index, course, offering, package]

    def assertPageIsRoutable(self, page: Page, route_path: str = "/", msg: str = "") -> None:  # noqa: N802
        """As Wagtail's, from the front page of the address's language, which Wagtail overlooks."""
        language, *path = [part for part in f"{page.get_url()}{route_path}".split("/") if part]
        home = HomePage.objects.get(locale__language_code=language)
        found, _arguments, _keywords = home.route(self.dummy_request, path)
        assert found == page

    def test_routable(self) -> None:
        for page in self.pages:
            self.assertPageIsRoutable(page)

    def test_a_wrong_address_is_not_found(self) -> None:
        for page in self.pages:
            with pytest.raises(Http404):
                self.assertPageIsRoutable(page, "finnes-ikke/")

    def test_renderable(self) -> None:
        for page in self.pages:
            self.assertPageIsRenderable(page)
            response = self.client.get(page.get_url())
            self.assertContains(response, page.title)
            self.assertContains(response, 'lang="nb"')
            self.assertNotContains(response, "<picture")

    def test_previewable(self) -> None:
        editor = signed_in(factories.make_admin())
        for page in self.pages:
            data = with_values(page_form(editor, edit_url(page)), title="Forhåndsvist")
            self.assertPageIsPreviewable(page, post_data=data)

    def test_editable(self) -> None:
        editor = signed_in(factories.make_admin())
        for page in self.pages:
            data = with_values(page_form(editor, edit_url(page)), action__publish="action-publish")
            data["title"] = f"{page.title}, endret"
            self.assertPageIsEditable(page, post_data=data)
            assert page.revisions.latest("pk").as_object().title == data["title"]

    def test_not_found_before_it_is_published(self) -> None:
        draft = factories.make_offering(self.region, live=False)
        with pytest.raises((AssertionError, Http404)):
            self.assertPageIsRenderable(draft)


def _values(kind: type, desk: object) -> dict[str, object]:
    """Return the least that publishing needs, typed by a person."""
    if kind is CoursePackagePage:
        course = factories.make_offering(desk.region)
        return {
            "summary": "To kurs.",
            "package_courses-TOTAL_FORMS": 1,
            "package_courses-INITIAL_FORMS": 0,
            "package_courses-0-course": course.pk,
            "package_courses-0-required": "on",
            "package_courses-0-ORDER": 1,
            "package_courses-0-id": "",
        }
    values = {
        "summary": "For deg som møter personer med demens.",
        "provider": factories.make_provider().pk,
        "target_groups": [factories.make_term(factories.TargetGroup).pk],
        "service_areas": [factories.make_term(factories.ServiceArea).pk],
    }
    if kind is DistanceCoursePage:
        return values | {"pace_percent": 25}
    return values | {
        "host_municipality": desk.municipalities[0].pk,
        "participating_municipalities": [each.pk for each in desk.municipalities[:2]],
    }


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted(UNDER_INDEX, key=lambda kind: kind.__name__))
def test_an_editor_drafts_then_publishes(desk: object, kind: type) -> None:
    editor = desk.editor
    parent = factories.index_page(desk.region)
    url = reverse("wagtailadmin_pages:add", args=["catalogue", kind._meta.model_name, parent.pk])
    values = _values(kind, desk)
    bare = with_values(page_form(editor, url), title="Nytt kurs", slug="nytt-kurs")
    response = editor.post(url, bare)
    page = kind.objects.get(title="Nytt kurs")
    assert response.status_code == 302
    assert not page.live
    assert editor.get("/nb/fjellregionen/kurs/nytt-kurs/").status_code == 404

    data = with_values(page_form(editor, edit_url(page)), **values, action__publish="1")
    response = editor.post(edit_url(page), data)
    assert response.status_code == 302, response.context["form"].errors
    page.refresh_from_db()
    assert page.live
    assert editor.get("/nb/fjellregionen/kurs/nytt-kurs/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted(UNDER_INDEX, key=lambda kind: kind.__name__))
def test_an_editor_publishes_at_once(desk: object, kind: type) -> None:
    editor = desk.editor
    parent = factories.index_page(desk.region)
    url = reverse("wagtailadmin_pages:add", args=["catalogue", kind._meta.model_name, parent.pk])
    data = with_values(
        page_form(editor, url),
        title="Nytt kurs",
        slug="nytt-kurs",
        **_values(kind, desk),
        action__publish="1",
    )
    response = editor.post(url, data)
    assert response.status_code == 302, response.context["form"].errors
    assert kind.objects.get(title="Nytt kurs").live


@pytest.mark.django_db
def test_a_course_page_is_never_made_by_itself(desk: object) -> None:
    parent = factories.index_page(desk.region)
    url = reverse("wagtailadmin_pages:add", args=["catalogue", "coursepage", parent.pk])
    before = Page.objects.count()
    for client in (desk.editor, desk.admin):
        for response in (client.get(url), client.post(url, {"title": "x", "slug": "x"})):
            assert response.status_code in {302, 403, 404}
    assert Page.objects.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [HomePage, RegionPage])
def test_pages_of_the_structure_are_not_made_by_hand(desk: object, kind: type) -> None:
    for parent in Page.objects.all():
        url = reverse(
            "wagtailadmin_pages:add", args=["catalogue", kind._meta.model_name, parent.pk]
        )
        before = Page.objects.count()
        response = desk.admin.post(url, {"title": "x", "slug": "x"})
        assert response.status_code in {302, 403, 404}
        assert Page.objects.count() == before


@pytest.mark.django_db
def test_one_listing_for_each_region_page(desk: object) -> None:
    parent = factories.region_page(desk.region)
    assert not CatalogueIndexPage.can_create_at(parent)
    assert RegionPage.objects.filter(region=desk.region).count() == 1


FILLED = {
    "summary": "Kort om kurset.",
    "outcomes": "Gjøre det ene\nGjøre det andre",
    "duration": "2 timer",
    "credits": "7.5",
    "credit_system": "stp",
    "qualification": "Kursbevis",
    "level": "advanced",
    "language": "nn",
    "learning_forms": ["lab", "peer"],
    "order_via": "agreement",
    "price_note": "0 kr",
    "audience": "managers",
    "prerequisites": "Ingen",
    "byod": "on",
    "byod_instructions": "Ta med en sak uten personopplysninger.",
    "work_integrated": "on",
    "is_pilot": "on",
    "origin": "tailored",
    "material_rights": "shared",
    "licence": "cc-by-4.0",
    "external_platform_url": "https://platform.example/kurs",
    "seo_title": "Tittel for søk",
    "search_description": "Ingress for søk",
}
#: What stands in the form of one kind only.
OWN = {
    DistanceCoursePage: {
        "pace_percent": "50",
        "study_hours": "200",
        "number_of_meetings": "4",
        "schedule": "Torsdager",
        "tools": "Zoom",
        "pedagogy": "Oppgaver i egen tjeneste",
        "examination": "Mappe",
        "research_links": "Hansen 2025",
    },
    SharedOfferingPage: {"place": "hybrid", "venue": "Rådhuset", "facilities": "Trinnfritt"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted(COURSE_KINDS, key=lambda kind: kind.__name__))
def test_every_field_survives_draft_publish_and_revert(desk: object, kind: type) -> None:
    make = (
        factories.make_offering if kind is SharedOfferingPage else (factories.make_distance_course)
    )
    page = make(desk.region, title="Urørt", summary="Urørt.")
    first = page.get_latest_revision()
    editor, url = desk.editor, edit_url(page)
    terms = {
        name: [factories.make_term(model).pk for _ in "AB"]
        for name, model in (
            ("target_groups", factories.TargetGroup),
            ("service_areas", factories.ServiceArea),
            ("topics", factories.Topic),
        )
    }
    inline = {
        "modules-TOTAL_FORMS": 2,
        **{f"modules-{n}-{key}": value for n in (0, 1) for key, value in (
            ("id", ""), ("ORDER", 2 - n), ("title", f"Modul {n}"), ("hours", "1.5"),
            ("description", "Om"), ("task", "Prøv"))},
        "links-TOTAL_FORMS": 1, "links-0-id": "", "links-0-ORDER": 1, "links-0-title": "Mer",
        "links-0-url": "https://mer.example/",
        "facts-TOTAL_FORMS": 1, "facts-0-id": "", "facts-0-ORDER": 1, "facts-0-label": "Rom",
        "facts-0-value": "12",
    }  # fmt: skip
    body = body_of(
        ("text", rich_text("<p>Brød</p>")), ("quote", {"text": "Så!", "attribution": ""})
    )
    typed = FILLED | OWN[kind] | terms | inline | body | {"title": "Nytt", "slug": page.slug}
    data = with_values(page_form(editor, url), **typed)
    assert editor.post(url, data).status_code == 302

    page.refresh_from_db()
    assert (page.title, page.summary) == ("Urørt", "Urørt.")  # readers see nothing of a draft
    _holds(page.get_latest_revision_as_object(), typed, terms)

    again = with_values(page_form(editor, url), **body, action__publish="1")
    response = editor.post(url, again)
    assert response.status_code == 302, response.context["form"].errors
    _holds(kind.objects.get(pk=page.pk), typed, terms)

    revert = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, first.pk])
    reverted = page_form(editor, revert) | {"revision": str(first.pk)}
    assert editor.post(revert, with_values(reverted, action__publish="1")).status_code == 302
    page = kind.objects.get(pk=page.pk)
    assert (page.title, page.summary, page.modules.count()) == ("Urørt", "Urørt.", 0)
    assert {row.pk for row in page.topics.all()}.isdisjoint(terms["topics"])

    latest = page.revisions.order_by("pk")[1]
    latest.publish()
    _holds(kind.objects.get(pk=page.pk), typed, terms)


def _holds(page: CoursePage, typed: dict, terms: dict) -> None:
    for name in (*FILLED, *OWN[type(page)]):
        value, stored = typed[name], getattr(page, name)
        if isinstance(stored, bool):
            assert stored, name
        else:
            assert (stored if isinstance(value, list) else str(stored)) == value, name
    for name, chosen in terms.items():
        assert {row.pk for row in getattr(page, name).all()} == set(chosen), name
    assert [(each.title, str(each.hours), each.task) for each in page.modules.all()] == [
        ("Modul 1", "1.5", "Prøv"),
        ("Modul 0", "1.5", "Prøv"),
    ]
    assert [(each.title, each.url) for each in page.links.all()] == [
        ("Mer", "https://mer.example/")
    ]
    assert [(each.label, each.value) for each in page.facts.all()] == [("Rom", "12")]
    assert [block.block_type for block in page.body] == ["text", "quote"]


@pytest.mark.django_db
def test_a_draft_saved_without_a_change_keeps_many_choices(desk: object) -> None:
    page = factories.make_offering(desk.region)
    page.participating_municipalities.set(desk.municipalities)
    page.save_revision().publish()
    editor, url = desk.editor, edit_url(page)
    for extra in ({}, {"action__publish": "1"}, {}):
        assert editor.post(url, with_values(page_form(editor, url), **extra)).status_code == 302
    live = SharedOfferingPage.objects.get(pk=page.pk)
    assert set(live.participating_municipalities.all()) == set(desk.municipalities)
    latest = page.get_latest_revision_as_object()
    assert set(latest.participating_municipalities.all()) == set(desk.municipalities)


@pytest.mark.django_db
def test_what_an_administrator_chose_elsewhere_stays(desk: object) -> None:
    other = factories.make_region()
    page = factories.make_offering(desk.region)
    page.shared_with_regions.set([desk.region, other])
    page.save_revision().publish()
    editor, url = desk.editor, edit_url(page)
    data = with_values(page_form(editor, url), title="Nytt", action__publish="1")
    assert editor.post(url, data).status_code == 302
    live = SharedOfferingPage.objects.get(pk=page.pk)
    assert (live.title, set(live.shared_with_regions.all())) == ("Nytt", {desk.region, other})
