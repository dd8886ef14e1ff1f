"""What the tests of the search server share: questions, and what its documents are made to be."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command
from django.utils import timezone

from catalogue.models import CoursePage
from search.engines.elastic import index, keeping
from search.engines.elastic.client import ask
from search.engines.fallback import FallbackEngine
from search.models import CatalogueVersion
from search.query import CourseQuery

from .random_choices import check_same


def a_query(**fields: object) -> CourseQuery:
    return CourseQuery(**{"language": "nb", "today": timezone.localdate()} | fields)


def titles(engine: FallbackEngine, **fields: object) -> list[str]:
    """Return what the server finds, having compared it with what the database does."""
    query = a_query(**fields)
    check_same(engine.server, engine.database, query)
    return [hit.summary.title for hit in engine.server.search(query).hits]


def command(*options: str) -> str:
    said = StringIO()
    call_command("rebuild_search", *options, stdout=said)
    return said.getvalue()


def tamper(courses: list[CoursePage]) -> None:
    """Let one document be missing, one be another and one be needless."""
    first, second, _third = (course.pk for course in courses)
    (document,) = [each for _page, each in keeping.documents_of([second])]
    later = CatalogueVersion.objects.get().change + 1
    changed = {
        first: None,
        second: document | {"digest": 1, "check": 1},
        999_999: document | {"page": 999_999},
    }
    ask(lambda server: index.write(server, changed, dict.fromkeys(changed, later)))
