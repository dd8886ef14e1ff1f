"""What search engines are told to look at, read as the protocol has it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import etree
from wagtail.models import Locale, Page, PageViewRestriction

from catalogue.services import make_region_page
from regions.models import Region, ServiceArea
from search.sitemaps import ListingSitemap, PageSitemap
from tests import factories

pytestmark = pytest.mark.django_db

SITE = "http://localhost:8000"
PROTOCOL = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
WHEN = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?")
#: The order of the protocol's schema; others' elements come last.
ORDER = [f"{PROTOCOL}{name}" for name in ("loc", "lastmod", "changefreq", "priority")] + [LINK]


def parse(url: str, root: str) -> list[etree._Element]:
    """Return the entries of a file, held against the protocol's schema."""
    response = Client().get(url)
    assert response.status_code == 200, url
    assert response["Content-Type"] == "application/xml"
    tree = etree.fromstring(response.content)
    assert tree.tag == f"{PROTOCOL}{root}"
    for entry in tree:
        assert entry.tag == f"{PROTOCOL}{'url' if root == 'urlset' else 'sitemap'}"
        names = [ORDER.index(child.tag) for child in entry]
        assert names == sorted(names)
        assert names[0] == 0
        assert len(entry[0].text) < 2048
        when = entry.findtext(f"{PROTOCOL}lastmod")
        assert when is None or WHEN.fullmatch(when)
    return list(tree)


def addresses(url: str) -> dict[str, etree._Element]:
    found = {each.findtext(f"{PROTOCOL}loc"): each for each in parse(url, "urlset")}
    assert all(each.startswith(f"{SITE}/") for each in found)
    return {each.removeprefix(SITE): entry for each, entry in found.items()}


def languages(entry: etree._Element) -> dict[str, str]:
    return {
        each.get("hreflang"): each.get("href").removeprefix(SITE) for each in entry.iterfind(LINK)
    }


def changed(entry: etree._Element) -> str | None:
    return entry.findtext(f"{PROTOCOL}lastmod")


def test_the_list_leads_to_every_file(region: Region) -> None:
    factories.make_offering(region)
    factories.index_courses()
    found = [each.findtext(f"{PROTOCOL}loc") for each in parse("/sitemap.xml", "sitemapindex")]
    assert found == [f"http://testserver/sitemap-{name}.xml" for name in ("pages", "listings")]
    assert all(map(changed, parse("/sitemap.xml", "sitemapindex")))
    for url in found:
        assert addresses(url.removeprefix("http://testserver"))


def test_every_page_that_readers_see(region: Region) -> None:
    course = factories.make_offering(region)
    draft = factories.make_offering(region, live=False)
    gone = factories.make_offering(region)
    gone.unpublish()
    package = factories.make_package(region, [course])
    closed = factories.make_region()
    factories.make_offering(closed)
    PageViewRestriction.objects.create(
        page=factories.region_page(closed), restriction_type=PageViewRestriction.LOGIN
    )
    found = addresses("/sitemap-pages.xml")
    expected = [*("/nb/", "/sv/", "/en/"), factories.region_page(region).url]
    expected += [factories.index_page(region).url, course.url, package.url]
    assert set(found) == set(expected)
    assert draft.url not in found
    for url in found:
        assert Client().get(url).status_code == 200, url


def test_when_what_stands_there_changed(region: Region) -> None:
    old, new = factories.make_offering(region), factories.make_offering(region)
    Page.objects.update(last_published_at=datetime(2026, 1, 2, 12, tzinfo=UTC))
    Page.objects.filter(pk=new.pk).update(last_published_at=datetime(2026, 3, 4, 12, tzinfo=UTC))
    found = addresses("/sitemap-pages.xml")
    assert changed(found[old.url]) == "2026-01-02"
    for page in (new, factories.index_page(region), factories.region_page(region)):
        assert changed(found[page.url]) == "2026-03-04"
    assert changed(found["/nb/"]) == "2026-03-04"
    assert changed(found["/en/"]) == "2026-01-02"


def test_languages_stand_beside_each_page(region: Region) -> None:
    course = factories.make_offering(region)
    make_region_page(region, "en")
    english = course.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    assert languages(addresses("/sitemap-pages.xml")[course.url]) == {}
    english.save_revision().publish()
    english.refresh_from_db()
    found = addresses("/sitemap-pages.xml")
    both = {"nb": course.url, "en": english.url, "x-default": english.url}
    assert languages(found[course.url]) == languages(found[english.url]) == both
    assert languages(found["/sv/"])["x-default"] == "/en/"


def test_listings_of_what_has_a_course(region: Region) -> None:
    course = factories.make_offering(region)
    unused = factories.make_term(ServiceArea)
    draft = factories.make_offering(region, live=False)
    factories.index_courses()
    Page.objects.filter(pk=course.pk).update(last_published_at=datetime(2026, 3, 4, tzinfo=UTC))
    found = addresses("/sitemap-listings.xml")
    subjects = {
        "areas": course.service_areas.get(),
        "topics": course.topics.get(),
        "providers": course.provider,
        "municipalities": course.host_municipality,
    }
    for kind, subject in subjects.items():
        entry = found[f"/sv/{kind}/{subject.slug}/"]
        assert changed(entry) == "2026-03-04"
        assert languages(entry)["nb"] == f"/nb/{kind}/{subject.slug}/"
    assert "/nb/courses/" in found
    assert f"/nb/areas/{unused.slug}/" not in found
    assert f"/nb/providers/{draft.provider.slug}/" not in found
    for url in found:
        response = Client().get(url)
        assert response.status_code == 200
        assert 'name="robots"' not in response.text


def test_nothing_yet(db: None) -> None:
    assert set(addresses("/sitemap-pages.xml")) == {"/nb/", "/sv/", "/en/"}
    assert addresses("/sitemap-listings.xml") == {}
    assert len(parse("/sitemap.xml", "sitemapindex")) == 2


def test_many_pages_stand_in_several_files(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        factories.make_offering(region)
    monkeypatch.setattr(PageSitemap, "limit", 5)
    found = [each.findtext(f"{PROTOCOL}loc") for each in parse("/sitemap.xml", "sitemapindex")]
    assert "http://testserver/sitemap-pages.xml?p=2" in found
    first, second = addresses("/sitemap-pages.xml"), addresses("/sitemap-pages.xml?p=2")
    assert (len(first), len(second)) == (5, 3)
    assert not first.keys() & second.keys()


@pytest.mark.parametrize(
    "url",
    [
        *(f"/sitemap-pages.xml?p={number}" for number in ("0", "-1", "2", "9e99", "x", "%00")),
        "/sitemap-persons.xml",
        "/nb/sitemap.xml",
        "/sitemap-.xml",
    ],
)
def test_what_is_not_there(region: Region, url: str) -> None:
    assert Client().get(url).status_code == 404


@pytest.mark.parametrize("url", ["/sitemap.xml", "/sitemap-pages.xml", "/robots.txt"])
def test_only_reading(region: Region, url: str) -> None:
    response = Client().head(url)
    assert response.status_code == 200
    assert "max-age" in response["Cache-Control"]
    for method in ("post", "put", "delete"):
        assert getattr(Client(), method)(url).status_code == 405


def test_robots_name_the_list_and_keep_out_of_the_desk(db: None) -> None:
    response = Client().get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.text.splitlines()
    assert lines[0] == "User-agent: *"
    assert "Disallow: /admin/" in lines
    assert "Disallow: /nb/account/" in lines
    assert lines[-1] == f"Sitemap: {SITE}/sitemap.xml"


@pytest.mark.both
def test_more_pages_ask_no_more(region: Region) -> None:
    def counts() -> list[int]:
        factories.index_courses()
        numbers = []
        for url in ("/sitemap.xml", "/sitemap-pages.xml", "/sitemap-listings.xml"):
            Client().get(url)
            with CaptureQueriesContext(connection) as queries:
                Client().get(url)
            numbers.append(len(queries))
        return numbers

    factories.make_offering(region)
    few = counts()
    for _ in range(6):
        factories.make_offering(region)
    factories.make_offering(factories.make_region())
    assert counts() == few
    assert few == [5, 5, 2]


def test_both_parts_name_their_limit() -> None:
    assert PageSitemap.limit == ListingSitemap.limit == 5000
