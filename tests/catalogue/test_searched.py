"""What is searched in a body: as Wagtail gives it, but without a query."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.encoding import force_str

from catalogue.models import CourseDocument, CoursePage
from catalogue.searched import searched_texts
from regions.models import Region
from search.documents import documents
from tests import factories

from .support import make_picture

pytestmark = pytest.mark.django_db


def with_everything(region: Region) -> CoursePage:
    """Return a course whose body has a block of every kind."""
    file = ContentFile(b"%PDF-1.7", name="program.pdf")
    document = CourseDocument.objects.create(title="Program", file=file)
    picture = {"image": make_picture().pk, "alt_text": "To på tur", "decorative": False}
    blocks = (
        ("text", "<h2>Om <b>kurset</b></h2><p>Øving &amp; prat</p>"),
        ("image", picture),
        ("image", {**picture, "alt_text": "Pynt", "decorative": True}),
        ("quote", {"text": "Nå vet vi.", "attribution": "enhetsleder"}),
        ("key_points", {"heading": "Du kan", "points": ["dele", "lytte"]}),
        ("callout", {"heading": "Husk", "text": "<p>Legitimasjon</p>"}),
        ("video_link", {"title": "Film", "url": "https://film.example/1", "length": "4 min"}),
        ("documents", [document.pk]),
        ("questions", [{"question": "Koster det?", "answer": "<p>Nei</p>"}]),
    )
    page = factories.make_offering(region)
    page.body = [{"type": kind, "value": value} for kind, value in blocks]
    page.save_revision().publish()
    return page


def test_every_kind_of_block_as_wagtail_gives_it(region: Region) -> None:
    page = with_everything(region)
    stored = CoursePage.objects.get(pk=page.pk).body
    texts = searched_texts(stored)
    wagtails = stored.stream_block.get_searchable_content(stored)
    assert texts == [force_str(text) for text in wagtails if text]
    assert {"To på tur", "lytte", "Koster det?", "enhetsleder"} <= set(texts)
    assert "Pynt" not in texts


def test_a_block_that_there_is_no_more_says_nothing(region: Region) -> None:
    page = factories.make_offering(region)
    CoursePage.objects.filter(pk=page.pk).update(
        body='[{"type": "gone", "value": {"a": 1}}, {"type": "text", "value": "<p>Her</p>"}]'
    )
    assert searched_texts(CoursePage.objects.get(pk=page.pk).body) == ["Her"]


def test_pictures_and_documents_add_no_query(region: Region) -> None:
    def read(pages: list[CoursePage]) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert len(list(documents(page.pk for page in pages))) == len(pages)
        return len(queries)

    pages = [with_everything(region)]
    read(pages)  # the addresses of sites are known from now on
    one = read(pages)
    pages += [with_everything(region) for _ in range(3)]
    assert read(pages) == one
