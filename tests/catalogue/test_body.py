"""The blocks of a page's text, and its pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from catalogue.models import CourseDocument, CoursePage
from tests import factories

from .support import make_picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_known_renditions() -> None:
    """Forget renditions: the cache goes by numbers of pictures, which every test uses again."""
    cache.clear()


def soup_of(page: CoursePage) -> BeautifulSoup:
    response = Client().get(page.get_url())
    assert response.status_code == 200
    return BeautifulSoup(response.content.decode(), "html.parser")


def with_body(desk: object, *blocks: tuple[str, object]) -> BeautifulSoup:
    page = factories.make_offering(desk.region)
    page.body = [{"type": kind, "value": value} for kind, value in blocks]
    page.save_revision().publish()
    return soup_of(page).find("div", class_="content")


def test_text(desk: object) -> None:
    part = with_body(desk, ("text", "<h2>Hva</h2><p>Vi <b>øver</b>.</p><ul><li>Én</li></ul>"))
    assert (part.h2.text, part.b.text, part.li.text) == ("Hva", "øver", "Én")


def test_quote(desk: object) -> None:
    part = with_body(desk, ("quote", {"text": "Det <virker>!", "attribution": "enhetsleder"}))
    assert "Det <virker>!" in part.blockquote.text
    assert "enhetsleder" in part.text
    assert with_body(desk, ("quote", {"text": "Ja", "attribution": ""})).text.split() == ["Ja"]


def test_key_points(desk: object) -> None:
    part = with_body(desk, ("key_points", {"heading": "Du kan", "points": ["dele", "lytte"]}))
    assert "Du kan" in part.text
    assert [item.text.strip() for item in part.select("li")] == ["dele", "lytte"]


def test_callout(desk: object) -> None:
    value = {"heading": "Husk", "text": '<p>Ta med <a href="https://sak.example/">sak</a></p>'}
    part = with_body(desk, ("callout", value))
    assert "Husk" in part.text
    assert part.a["href"] == "https://sak.example/"


def test_video_link_is_a_link(desk: object) -> None:
    value = {"title": "Film", "url": "https://film.example/1", "length": "4 minutter"}
    part = with_body(desk, ("video_link", value))
    assert part.a["href"] == "https://film.example/1"
    assert part.find("iframe") is None
    assert "4 minutter" in part.text


def test_questions(desk: object) -> None:
    value = [{"question": "Koster det?", "answer": "<p>Nei.</p>"}]
    part = with_body(desk, ("questions", value))
    assert "Koster det?" in part.text
    assert "Nei." in part.text


def test_documents(desk: object) -> None:
    document = CourseDocument.objects.create(
        title="Program", file=ContentFile(b"%PDF-1.7", name="program.pdf")
    )
    part = with_body(desk, ("documents", [document.pk]))
    assert (part.a.text, part.a["href"]) == ("Program", document.url)
    assert "PDF" in part.text


@pytest.mark.parametrize("kind", ["picture", "document"])
def test_what_was_deleted_leaves_the_page_whole(desk: object, kind: str) -> None:
    page = factories.make_offering(desk.region)
    if kind == "picture":
        thing = make_picture()
        page.image, page.image_alt = thing, "Fjell"
        value = {"image": thing.pk, "alt_text": "Fjell", "decorative": False}
        page.body = [{"type": "image", "value": value}]
    else:
        file = ContentFile(b"%PDF-1.7", name="program.pdf")
        thing = CourseDocument.objects.create(title="Program", file=file)
        page.body = [{"type": "documents", "value": [thing.pk]}]
    page.save_revision().publish()
    thing.delete()
    soup = soup_of(page)
    assert soup.h1.text == page.title
    assert soup.find("picture") is None
    assert "Program" not in soup.find("main").text


# Pictures ----------------------------------------------------------------------------------------
def picture_in_text(desk: object, **value: object) -> BeautifulSoup:
    image = make_picture()
    part = with_body(desk, ("image", {"image": image.pk, "alt_text": "", **value}))
    return part.picture


def test_a_picture_speaks_or_is_decorative(desk: object) -> None:
    spoken = picture_in_text(desk, alt_text="To kolleger ser på et kart", decorative=False)
    assert spoken.img["alt"] == "To kolleger ser på et kart"
    assert picture_in_text(desk, decorative=True).img["alt"] == ""


@pytest.mark.parametrize("where", ["text", "page"])
def test_a_picture_comes_in_three_formats_and_sizes(desk: object, where: str) -> None:
    if where == "text":
        picture = picture_in_text(desk, alt_text="Kart", decorative=False)
    else:
        page = factories.make_offering(desk.region, image=make_picture(), image_alt="Kart")
        picture = soup_of(page).picture
    sources = {source["type"]: source["srcset"] for source in picture.select("source")}
    assert set(sources) == {"image/avif", "image/webp"}
    for kind, srcset in (*sources.items(), ("image/jpeg", picture.img["srcset"])):
        parts = [part.split() for part in srcset.split(",")]
        assert [width for _address, width in parts] == ["400w", "800w", "1344w"]
        for address, _width in parts:
            file = Path(settings.MEDIA_ROOT) / address.removeprefix(settings.MEDIA_URL)
            assert file.stat().st_size > 0
            head = file.read_bytes()[:16]
            magic = {"image/avif": b"ftypavif", "image/webp": b"WEBP", "image/jpeg": b"\xff\xd8"}
            assert magic[kind] in head
    assert picture.img["alt"] == "Kart"
    assert {"width", "height", "loading"} <= set(picture.img.attrs)


def test_a_decorative_picture_of_the_page_is_silent(desk: object) -> None:
    page = factories.make_offering(
        desk.region, image=make_picture(), image_alt="Glemt tekst", image_decorative=True
    )
    assert soup_of(page).picture.img["alt"] == ""


def test_a_focal_point_is_respected(desk: object) -> None:
    """A square of a wide picture is cut where the editor pointed: here at its white right end."""
    for focus, colour in (({}, 0), ({"focal_point_x": 1450, "focal_point_y": 450}, 255)):
        sizes = {"focal_point_width": 80, "focal_point_height": 80} if focus else {}
        picture = make_picture(white_from=1000, **focus, **sizes)
        with Image.open(picture.get_rendition("fill-300x300|format-png").file.path) as square:
            assert square.convert("L").getpixel((150, 150)) == colour
