"""Synonyms at the desk: who keeps them, two at once, and the box to try a search in."""

from __future__ import annotations

import importlib

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from regions.models import Region, Role
from search.admin.suggested import MOST_AT_ONCE
from search.models import Synonym, SynonymVersion
from search.synonyms import starting
from search.synonyms.trying import Answered
from tests import factories
from tests.conftest import TwoRegions

pytestmark = pytest.mark.django_db

NEW = {
    "words": "Sykepleiere",
    "words_language": "nb",
    "other_words": "sjuksköterska",
    "other_language": "sv",
    "both_ways": "on",
    "note": "",
}


@pytest.fixture(autouse=True)
def _no_other_pairs() -> None:
    Synonym.objects.all().delete()


@pytest.fixture
def editor(client: Client, region: Region) -> Client:
    user = factories.make_user(language="en")
    client.force_login(factories.make_member(region, Role.EDITOR, user=user))
    return client


def test_from_no_rights_to_the_least_that_works(client: Client, two_regions: TwoRegions) -> None:
    row = Synonym.objects.create(words="helse", other_words="hälsa")
    edit, delete = f"/admin/synonym/edit/{row.pk}/", f"/admin/synonym/delete/{row.pk}/"
    assert client.post("/admin/synonym/new/", NEW).status_code == 302
    for role in ("submitter", "contact", "forum", "resource_author"):
        client.force_login(two_regions.person(role))
        for url in ("/admin/synonym/new/", edit, delete):
            answer = client.post(url, NEW)
            assert answer.status_code in {302, 403, 404}
            assert "synonym" not in answer.headers.get("Location", "")
    assert list(Synonym.objects.all()) == [row]
    client.force_login(two_regions.person("editor", "other"))
    assert client.post("/admin/synonym/new/", NEW).status_code == 302
    made = Synonym.objects.get(words="sykepleiere")
    assert (made.other_words, made.words_language, made.both_ways) == ("sjuksköterska", "nb", True)
    assert "sykepleiere" in client.get("/admin/synonym/?q=sjuk&language=sv").content.decode()
    # What one editor made live for all, any of them can take back.
    assert client.post(delete).headers["Location"] == "/admin/synonym/"
    assert not Synonym.objects.filter(pk=row.pk).exists()


def test_the_second_of_two_is_told_and_keeps_the_text(editor: Client) -> None:
    row = Synonym.objects.create(words="helse", other_words="hälsa")
    url = f"/admin/synonym/edit/{row.pk}/"
    seen = {**NEW, "words": "helse", "expected_version": row.version}
    assert editor.post(url, seen | {"other_words": "folkhälsa"}).status_code == 302
    answer = editor.post(url, seen | {"other_words": "sundhet"})
    assert "Somebody else saved this" in answer.content.decode()
    assert 'value="sundhet"' in answer.content.decode()
    assert Synonym.objects.get().other_words == "folkhälsa"


def test_what_is_wrong_is_said_and_what_was_typed_stays(editor: Client) -> None:
    Synonym.objects.create(words="sjuksköterska", other_words="sykepleier")
    page = editor.post("/admin/synonym/new/", NEW | {"words": "Sykepleier"}).content.decode()
    assert "These two are a pair already: change that one." in page
    assert 'value="Sykepleier"' in page
    assert Synonym.objects.count() == 1


def test_the_form_takes_words_from_the_address(editor: Client) -> None:
    page = editor.get("/admin/synonym/new/?words=Verge%20M%C3%A5l!&words_language=nb")
    assert page.context["form"].instance.words == "verge mål"
    assert 'value="verge mål"' in page.content.decode()
    odd = editor.get("/admin/synonym/new/?words=" + "x" * 5000 + "&words_language=klingon")
    assert odd.context["form"].instance.words_language == ""


BOX = {"action-try": "1", "try_text": "kurs for sykepleierne", "try_language": "nb"}


@pytest.fixture
def courses(region: Region) -> Region:
    """Return a region with a course of either word, found by nothing else."""
    factories.make_offering(region, title="Sykepleieren i kommunen")
    factories.make_offering(region, title="Sjuksköterskan på natten")
    factories.index_courses()
    return region


def titles(answer: Answered) -> list[str]:
    return [hit.summary.title for hit in answer.hits]


def test_a_search_is_tried_with_the_pair_and_without_it(editor: Client, courses: Region) -> None:
    kept = Synonym.objects.create(words="sykepleier", other_words="omsorgsarbeider")
    page = editor.post("/admin/synonym/new/", NEW | BOX)
    tried = page.context["tried"]
    assert titles(tried.now) == ["Sykepleieren i kommunen"]
    assert titles(tried.after) == ["Sykepleieren i kommunen", "Sjuksköterskan på natten"]
    assert tried.after.new == {tried.after.hits[1].page_id}
    said = [(part.words, part.others, part.new) for part in tried.parts]
    assert said == [("sykepleierne", ("omsorgsarbeider", "sjuksköterska"), ("sjuksköterska",))]
    assert tried.left_out == ("kurs", "for")
    slip = editor.post("/admin/synonym/new/", NEW | {**BOX, "try_text": "sykkepleieren"})
    part = slip.context["tried"].parts[0]
    assert (part.words, part.near) == ("sykkepleieren", ("sykepleieren",))
    assert "taken for sykepleieren" in slip.content.decode()
    text = page.content.decode()
    assert "“kurs for sykepleierne” is read as" in text
    assert "<mark>sjuksköterska" in text
    for typed in ("Sykepleiere", "kurs for sykepleierne", "sjuksköterska"):
        assert f'value="{typed}"' in text
    assert list(Synonym.objects.all()) == [kept]


def test_courses_that_are_not_shown_are_counted(editor: Client, courses: Region) -> None:
    for number in range(4):
        factories.make_offering(courses, title=f"Sykepleier {number}")
    factories.index_courses()
    page = editor.post("/admin/synonym/new/", NEW | BOX)
    now, after = BeautifulSoup(page.content, "html.parser").select(".try__answers > div")
    assert (len(now.select("li")), len(after.select("li"))) == (5, 5)
    assert "more" not in now.text
    assert "and one more" in after.text


def test_a_stored_pair_is_tried_as_it_would_be(editor: Client, courses: Region) -> None:
    row = Synonym.objects.create(words="sykepleier", other_words="sjuksköterska")
    change = NEW | BOX | {"other_words": "helsearbeider", "expected_version": row.version}
    tried = editor.post(f"/admin/synonym/edit/{row.pk}/", change).context["tried"]
    assert len(tried.now.hits) == 2
    assert titles(tried.after) == ["Sykepleieren i kommunen"]
    row.refresh_from_db()
    assert (row.other_words, row.version) == ("sjuksköterska", 1)


def test_a_pair_that_is_not_whole_is_left_out(editor: Client, courses: Region) -> None:
    page = editor.post("/admin/synonym/new/", BOX | {"try_text": "sykepleier våren 2027"})
    text = page.content.decode()
    assert "The pair is not whole yet" in text
    assert "This field is required" not in text
    assert page.context["tried"].after is None
    assert page.context["tried"].wishes == ("våren 2027",)
    page = editor.post("/admin/synonym/new/", NEW | {**BOX, "try_text": "?!"})
    assert "Type a search with a word in it first." in page.content.decode()
    for odd in ("sykepleier " * 30, "syke\0pleier"):
        page = editor.post("/admin/synonym/new/", NEW | {**BOX, "try_text": odd})
        answer = BeautifulSoup(page.content, "html.parser").select_one("#try-answer")
        assert answer.text.strip() == page.context["box"].errors["try_text"][0]
        assert "with a word in it" not in answer.text
    page = editor.post("/admin/synonym/new/", NEW | {**BOX, "try_text": "a" * 199})
    assert "No word is as long as this" in page.content.decode()
    # What is wrong with a pair is said where it is tried, and nothing is cut without a word.
    for side, said in (("sykepleier", "one to three words"), ("a" * 300, "at most 60 characters")):
        page = editor.post("/admin/synonym/new/", NEW | BOX | {"words": f"{side} " + "b c d " * 3})
        answer = BeautifulSoup(page.content, "html.parser").select_one("#try-answer")
        assert said in answer.text
        assert "not whole yet" not in answer.text
    form = BeautifulSoup(page.content, "html.parser")
    fields = (form.find("input", {"name": name}) for name in ("words", "other_words", "try_text"))
    assert not any(field.has_attr("maxlength") for field in fields)
    page = editor.post("/admin/synonym/new/", NEW | {**BOX, "try_language": "klingon"})
    assert page.context["tried"].now.total == 1
    page = editor.post("/admin/synonym/new/", NEW | {**BOX, "other_words": "rehabilitering"})
    assert "The pair changes nothing of what this search finds." in page.content.decode()


@pytest.mark.both
def test_the_list_asks_as_much_however_many_there_are(editor: Client) -> None:
    Synonym.objects.create(words="helse", other_words="hälsa")
    editor.get("/admin/synonym/")
    with CaptureQueriesContext(connection) as queries:
        editor.get("/admin/synonym/")
    for number in range(30):
        Synonym.objects.create(words=f"ord{number}x", other_words=f"annet{number}y")
    with CaptureQueriesContext(connection) as more:
        assert b"ord7x" in editor.get("/admin/synonym/").content
    assert len(more) == len(queries)


SUGGESTED = "/admin/synonym/suggested/"
ADD = importlib.import_module("search.migrations.0007_starting_synonyms").add
REMEMBER = importlib.import_module("search.migrations.0014_answered_synonyms").remember


@pytest.fixture
def older(monkeypatch: pytest.MonkeyPatch) -> None:
    """An older installation: it has two pairs; four were written for it since."""
    written = dict(list(starting.starting_pairs().items())[:6])
    monkeypatch.setattr(starting, "starting_pairs", lambda: written)
    for fields in list(written.values())[:2]:
        Synonym.objects.create(**fields)
    SynonymVersion.objects.update_or_create(pk=1, defaults={"answered": []})
    monkeypatch.setattr(
        importlib.import_module("search.migrations.0014_answered_synonyms"),
        "starting_pairs",
        lambda: written,
    )
    REMEMBER(apps, None)


def test_a_new_installation_is_offered_nothing(editor: Client) -> None:
    """Whatever of it editors delete: migrations noted all of it."""
    SynonymVersion.objects.all().delete()
    ADD(apps, None)
    REMEMBER(apps, None)
    assert Synonym.objects.count() == len(starting.starting_pairs())
    Synonym.objects.all().delete()
    assert "suggested" not in editor.get("/admin/synonym/").content.decode()
    page = editor.get(SUGGESTED).content.decode()
    assert "There is nothing to suggest" in page
    assert "checkbox" not in page


def test_new_pairs_are_offered_once_and_added_by_an_editor(editor: Client, older: None) -> None:
    # One that it has is deleted on purpose, one is changed; one of the new ones is there already.
    had = list(Synonym.objects.order_by("pk"))
    had[0].delete()
    had[1].other_words = "noe annet"
    had[1].save()
    own = list(starting.starting_pairs().values())[2]
    Synonym.objects.create(words=own["other_words"], other_words=own["words"])
    assert "3 suggested pairs" in editor.get("/admin/synonym/").content.decode()
    page = BeautifulSoup(editor.get(SUGGESTED).content, "html.parser")
    boxes = [box["value"] for box in page.select("input[name=add][checked]")]
    assert boxes == sorted(list(starting.starting_pairs())[3:])
    assert boxes == [field["value"] for field in page.select("input[name=shown]")]
    assert Synonym.objects.count() == 2  # to look changes nothing
    before = SynonymVersion.current()

    odd = {"shown": [*boxes, "ukjent|par"], "add": [boxes[0], boxes[1], "ukjent|par"]}
    answer = editor.post(SUGGESTED, odd, follow=True).content.decode()
    assert "2 pairs were added. What you did not tick is not suggested again." in answer
    assert "suggested pair" not in answer
    made = Synonym.objects.order_by("pk")[2:]
    assert [starting.key_of(row.words, row.other_words) for row in made] == boxes[:2]
    assert SynonymVersion.current() != before
    assert len(ModelLogEntry.objects.for_instance(made[0])) == 1
    # The same form again adds nothing, nor what is deleted since.
    made[0].delete()
    assert "0 pairs" in editor.post(SUGGESTED, odd, follow=True).content.decode()
    assert Synonym.objects.count() == 3


def test_who_adds_no_pairs_is_offered_none(client: Client, two_regions: TwoRegions) -> None:
    SynonymVersion.objects.update_or_create(pk=1, defaults={"answered": []})
    first = next(iter(starting.starting_pairs()))
    sent = {"shown": [first], "add": [first]}
    for role in ("submitter", "contact", "forum", "resource_author"):
        client.force_login(two_regions.person(role))
        assert client.get(SUGGESTED).status_code in {302, 403, 404}
        assert client.post(SUGGESTED, sent).status_code in {302, 403, 404}
    assert not Synonym.objects.exists()
    assert SynonymVersion.objects.get().answered == []
    client.force_login(two_regions.person("editor"))
    page = BeautifulSoup(client.get(SUGGESTED).content, "html.parser")
    assert len(page.select("input[name=add]")) == MOST_AT_ONCE
    assert client.post(SUGGESTED, sent).headers["Location"] == SUGGESTED
    assert starting.key_of(*Synonym.objects.values_list("words", "other_words").get()) == first
