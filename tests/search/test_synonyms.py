"""The pairs that editors keep: what is a pair, which words find which, and at once."""

from __future__ import annotations

import importlib

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from search import synonyms
from search.models import Synonym, SynonymVersion
from search.synonyms.meeting import meet
from search.synonyms.starting import starting_pairs
from search.synonyms.value import load

pytestmark = pytest.mark.django_db

STARTING = importlib.import_module("search.migrations.0007_starting_synonyms")


@pytest.fixture(autouse=True)
def _no_other_pairs() -> None:
    Synonym.objects.all().delete()


def pair(words: str, other: str, **fields: object) -> Synonym:
    return Synonym.objects.create(words=words, other_words=other, **fields)


def said(words: str, language: str = "") -> list[str]:
    return [" ".join(other) for other in synonyms.current().of(tuple(words.split()), language)]


@pytest.mark.parametrize(
    ("typed", "kept", "same"),
    [
        ("sykepleierne", "sykepleier", True),
        ("sjuksköterskorna", "sjuksköterska", True),
        ("sjukskøterska", "sjuksköterska", True),
        ("vard", "vård", True),
        ("vården", "vård", True),
        ("städer", "stad", True),
        ("safety representatives", "safety representative", True),
        ("värd", "vård", False),
        ("råd", "rad", False),
        ("kur", "kurs", False),
        ("tjenestedesign", "tjeneste", False),
        ("safety", "safety representative", False),
    ],
)
def test_inflected_words_meet_and_others_do_not(typed: str, kept: str, *, same: bool) -> None:
    assert meet(typed.split(), kept.split()) is same


def test_a_pair_says_its_other_words_one_way_or_both() -> None:
    pair("Sykepleier", "Sjuksköterska ", words_language="nb", other_language="sv")
    pair("BAM", "arbetsmiljö", both_ways=False)
    pair("safety representative", "verneombud")
    assert said("sykepleierne") == ["sjuksköterska"]
    assert said("sjuksköterskor") == ["sykepleier"]
    assert said("bam") == ["arbetsmiljö"]
    assert said("arbetsmiljö") == []
    assert said("safety representatives") == ["verneombud"]
    assert said("verneombudet") == ["safety representative"]
    assert synonyms.current().longest == 2
    pair("Hot och våld", "vold og trusler")
    assert said("hot våld") == ["vold trusler"]  # as queries are read
    assert said("safety representatives are here today") == said("") == []


def test_what_means_something_else_next_door_is_for_its_own_readers() -> None:
    pair("rolig", "morsom", words_language="sv", other_language="nn", own_readers_only=True)
    assert said("rolig", "sv") == ["morsom"]
    assert said("rolig", "nb") == said("rolig", "en") == said("rolig") == []
    assert said("morsom", "nb") == ["rolig"]  # there is no interface in nynorsk


def test_every_worker_sees_a_change_at_once_with_one_statement() -> None:
    one, two = synonyms.value, importlib.import_module("search.synonyms.value")
    row = pair("helse", "hälsa")
    assert said("helse") == ["hälsa"]
    with CaptureQueriesContext(connection) as queries:
        assert said("helse") == ["hälsa"]
    assert len(queries) == 1
    for number in range(50):
        pair(f"ord{number}x", f"annet{number}y")
    said("helse")
    with CaptureQueriesContext(connection) as queries:
        said("helse")
    assert len(queries) == 1
    assert one is two
    row.other_words = "folkhälsa"
    row.save()
    assert said("helse") == ["folkhälsa"]
    row.delete()
    assert said("helse") == []


def test_what_is_rolled_back_is_forgotten() -> None:
    pair("helse", "hälsa")
    with transaction.atomic():
        pair("møterom", "konferensrum")
        assert said("møterom") == ["konferensrum"]
        transaction.set_rollback(True)
    assert said("møterom") == []
    assert said("helse") == ["hälsa"]


def test_without_a_token_the_rows_are_read() -> None:
    pair("helse", "hälsa")
    SynonymVersion.objects.all().delete()
    assert said("helse") == ["hälsa"]
    pair("eldre", "äldre")
    assert SynonymVersion.current() is not None
    assert said("eldre") == ["äldre"]


def test_an_editors_try_is_for_nobody_else() -> None:
    row = pair("helse", "hälsa")
    changed = Synonym(words="helse", other_words="folkhälsa")
    with synonyms.using(load(but=row.pk, plus=changed)):
        assert said("helse") == ["folkhälsa"]
    assert said("helse") == ["hälsa"]


BAD = {
    "twin": ({"words": "hälsa", "other_words": "helse"}, "other_words", "a pair already"),
    "same": ({"words": "eldre", "other_words": "eldre"}, "other_words", "the same ones"),
    "empty": ({"words": "", "other_words": "äldre"}, "words", "one to three words"),
    "long": ({"words": "a" * 61, "other_words": "äldre"}, "words", "60"),
    "language": (
        {"words": "eldre", "other_words": "äldre", "words_language": "fi"},
        "words_language",
        "is not a valid choice",
    ),
    "readers": (
        {"words": "eldre", "other_words": "äldre", "own_readers_only": True},
        "own_readers_only",
        "which language",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_pair_is_refused_by_the_form_and_by_the_database(name: str) -> None:
    fields, field, message = BAD[name]
    pair("helse", "hälsa")
    with pytest.raises(ValidationError) as refused:
        Synonym(**fields).full_clean()
    assert message in " ".join(refused.value.message_dict[field])
    # PostgreSQL keeps the length of a column before it asks any constraint.
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        Synonym.objects.bulk_create([Synonym(version=1, **fields)])
    assert Synonym.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "other", "message"),
    [
        ("!!!", "äldre", "one to three words"),
        ("en vold trusler skole leder", "äldre", "one to three words"),
        ("sykepleier", "sykepleierne", "find one another already"),
        ("møte", "möte", "find one another already"),
    ],
)
def test_what_says_nothing_new_is_refused(words: str, other: str, message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Synonym(words=words, other_words=other).full_clean()
    assert message in str(refused.value)


def test_the_starting_pairs_are_pairs_and_can_be_taken_away() -> None:
    rows = [Synonym(**fields) for fields in starting_pairs().values()]
    assert 300 <= len(rows) <= 600
    for row in rows:
        row.clean()
    before = SynonymVersion.current()
    STARTING.add(apps, None)
    assert Synonym.objects.count() == len(rows)
    assert SynonymVersion.current() != before
    assert "sjuksköterska" in said("sykepleierne")
    assert "studiepoeng" in said("högskolepoäng")
    for typed in ("hjertelungeredning", "hjerte lunge redning"):
        assert "hlr" in said(typed)
    assert said("rolig") == said("by") == []
    STARTING.add(apps, None)
    assert Synonym.objects.count() == len(rows)
    kept = Synonym.objects.get(words="helse", other_words="hälsa")
    kept.note = "Vår egen"
    kept.save()
    STARTING.take_away(apps, None)
    assert list(Synonym.objects.all()) == [kept]
