"""Two thousand generated courses: any choice gives the hits and counts of brute force."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Locale

from catalogue.generated.surroundings import prepare
from catalogue.generated.writer import Writer
from catalogue.models import CoursePage
from catalogue.services import make_region_page
from regions.models import Region
from search.engines.database import DatabaseEngine
from search.engines.elastic import keeping
from search.engines.fallback import FallbackEngine
from search.query import CourseQuery, FacetKey, Sort

from . import brute
from .random_choices import check, check_same, queries, some, varied

# One worker makes the courses, once; each test has a transaction of its own within the module's.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("elastic")]

FEW, MANY = 200, 2000
TRANSLATED = 20
SETS = 200


@dataclass
class Generated:
    engine: DatabaseEngine
    slow: brute.Catalogue
    #: Statements of some searches by how many courses there were.
    statements: dict[int, list[int]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def generated(django_db_setup: None, django_db_blocker: object) -> Iterator[Generated]:
    """Make the courses in a transaction that the whole module reads in and that never ends well."""
    engine = DatabaseEngine()
    today = timezone.localdate()
    statements = {}
    with django_db_blocker.unblock(), transaction.atomic():
        writer = Writer(11, prepare(), today, engine.update)
        for courses in (FEW, MANY):
            list(writer.write(courses))
            statements[courses] = [_statements(engine, query) for query in _searches()]
        _translate(engine)
        yield Generated(engine, brute.load(), statements)
        transaction.set_rollback(True)


def _searches() -> list[CourseQuery]:
    common = {"language": "nb", "today": timezone.localdate()}
    chosen = {FacetKey.STATE: frozenset({"open"}), FacetKey.PLACE: frozenset({"distance"})}
    return [
        CourseQuery(**common),
        CourseQuery(**common, choices=chosen, sort=Sort.NEWEST),
        CourseQuery(**common, choices=chosen, text="kommune", sort=Sort.RELEVANCE),
    ]


def _statements(engine: DatabaseEngine, query: CourseQuery) -> int:
    engine.search(query)  # prepares what a worker keeps
    with CaptureQueriesContext(connection) as captured:
        assert len(engine.search(query).hits) == query.page_size
    return len(captured)


def _translate(engine: DatabaseEngine) -> None:
    """Translate some courses to English: readers of English see these, others the source."""
    english = Locale.objects.get(language_code="en")
    for region in Region.objects.all():
        make_region_page(region, "en")
    pages = list(CoursePage.objects.order_by("translation_key")[:TRANSLATED])
    for page in pages:
        copy = page.specific.copy_for_translation(english)
        copy.title = f"{page.title} in English"
        copy.save_revision().publish()
    keys = [page.translation_key for page in pages]
    engine.update(
        list(CoursePage.objects.filter(translation_key__in=keys).values_list("pk", flat=True))
    )


def test_any_choice_gives_the_hits_and_counts_of_brute_force(generated: Generated) -> None:
    today = timezone.localdate()
    checked = [
        check(generated.engine, generated.slow, query)
        for query in queries(generated.slow, count=SETS, seed=4, today=today)
    ]
    assert len(checked) == SETS
    # The questions were not empty ones, and some asked for nothing that there is.
    assert sum(each.hits > 0 for each in checked) > SETS // 2
    assert sum(each.hits > 100 for each in checked) > SETS // 10
    assert any(each.hits == 0 for each in checked)
    assert sum(each.counted for each in checked) > 50 * SETS


def test_what_is_compared_would_be_seen_to_differ(generated: Generated) -> None:
    query = CourseQuery(language="nb", today=timezone.localdate())
    rows = generated.slow.rows
    check(generated.engine, generated.slow, query)
    elsewhere = replace(rows[0], values=rows[0].values | {"level": {"unknown"}})
    other = next(row for row in rows if row.status(query.today).state == "open")
    no_dates = replace(other, dates=[], statuses={})
    for wrong in (rows[1:], [elsewhere, *rows[1:]], [no_dates, *(r for r in rows if r != other)]):
        with pytest.raises(AssertionError):
            check(generated.engine, brute.Catalogue(list(wrong)), query)


def test_words_find_from_a_few_courses_to_most(generated: Generated) -> None:
    plain = generated.slow.plain_words
    shares = sorted(number / len(generated.slow.rows) for number in plain.values())
    assert len(shares) > 60
    assert shares[0] <= 0.001
    assert 0.4 <= shares[-1] <= 0.6
    middle = [share for share in shares if 0.01 <= share <= 0.3]
    assert len(middle) > 20


def test_a_reader_of_english_sees_each_course_once(generated: Generated) -> None:
    query = CourseQuery(language="en", today=timezone.localdate(), page_size=2 * MANY)
    hits = generated.engine.search(query).hits
    assert len(hits) == MANY
    assert sum(hit.summary.title.endswith("in English") for hit in hits) == TRANSLATED


def test_every_state_and_kind_is_there(generated: Generated) -> None:
    query = CourseQuery(language="nb", today=timezone.localdate())
    counts = some(generated.engine.search(query).counts)
    assert len(counts["state"]) == 9
    assert all(number >= MANY / 200 for number in counts["state"].values())
    assert counts.keys() == {str(key) for key in FacetKey}
    assert {len(counts[key]) for key in ("topic", "area", "target", "provider")} == {40, 12, 15, 20}
    assert set(counts["credits"]) == {"none", "3", "7.5", "more"}
    assert set(counts["pace"]) == {"short", "25", "50", "100"}


def test_as_many_statements_for_few_courses_as_for_many(generated: Generated) -> None:
    assert generated.statements[FEW] == generated.statements[MANY]
    assert max(generated.statements[MANY]) <= 4


@pytest.mark.once
def test_elasticsearch_gives_the_same_pages_and_counts(
    generated: Generated, elastic: FallbackEngine
) -> None:
    keeping.rebuild(lambda done, total: None)
    today = timezone.localdate()
    pick = random.Random(6)
    totals = []
    for number, query in enumerate(queries(generated.slow, count=SETS, seed=5, today=today)):
        asked = varied(query, pick, generated.slow) if number % 2 else query
        totals.append(check_same(elastic.server, generated.engine, asked))
    assert sum(total > 0 for total in totals) > SETS // 3
    assert sum(total > 100 for total in totals) > SETS // 20
    assert keeping.differences().pages == []
