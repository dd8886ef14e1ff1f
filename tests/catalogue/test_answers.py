"""A published course tells everyone whose need it answers, once; taken down, the need waits."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone, translation
from wagtail.models import Locale, Page
from wagtail.signals import page_published

from catalogue import answers
from catalogue.models import CoursePage
from regions.lifecycle import Refusal, RefusedError
from regions.models import Notice, Region
from regions.needs.answers import answers_of_many
from regions.needs.models import SharedNeed, SharedNeedState
from tests import factories

from .needs_makers import make_answer, make_open, make_wanted
from .test_lifecycle import pass_the_time

pytestmark = pytest.mark.django_db

Capture = Callable[..., object]


@pytest.fixture
def commits(django_capture_on_commit_callbacks: Capture) -> Capture:
    """Return what runs a block as if it were a transaction that commits."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def state(shared: SharedNeed) -> str:
    return SharedNeed.objects.get(pk=shared.pk).state


def told() -> list[str]:
    rows = Notice.objects.filter(kind="need_answered").order_by("pk")
    return list(rows.values_list("recipient", flat=True))


def publish(course: Page, *shared_needs: SharedNeed) -> None:
    course = CoursePage.objects.get(pk=course.pk).specific
    course.answers_needs = list(shared_needs)
    course.save_revision().publish()


# Announcing --------------------------------------------------------------------------------------


def test_everyone_merged_into_the_need_is_told_once(region: Region, commits: Capture) -> None:
    shared = make_wanted(region, municipalities=3)
    with commits():
        course = make_answer(region, shared, title="Trygg medisin")
    assert state(shared) == SharedNeedState.ANSWERED
    people = {f"need:{key}" for key in shared.accepted_needs().values_list("pk", flat=True)}
    assert len(people) == 3
    assert set(told()) == people
    assert len(told()) == 3
    facts = Notice.objects.filter(kind="need_answered").first().facts
    assert facts == {"course_title": "Trygg medisin", "course_path": course.url}
    entry = shared.log.get(action="answer")
    assert entry.facts == {"course": str(course.translation_key)}


def test_publishing_again_tells_nobody(region: Region, commits: Capture) -> None:
    shared = make_wanted(region)
    with commits():
        course = make_answer(region, shared)
    entries = shared.log.count()
    for _ in range(2):
        with commits():
            publish(course, shared)
            page_published.send(sender=type(course), instance=course, revision=None)
    assert len(told()) == 1
    assert shared.log.count() == entries


def test_a_draft_says_nothing(region: Region, commits: Capture) -> None:
    shared = make_wanted(region)
    with commits():
        course = make_answer(region, shared, live=False)
        course.save()
    assert state(shared) == SharedNeedState.PRIORITISED
    assert told() == []


def test_a_change_in_a_draft_changes_nothing(region: Region, commits: Capture) -> None:
    shared = make_wanted(region)
    with commits():
        course = make_answer(region, shared)
    with commits():
        course.answers_needs = []
        course.save_revision()
    assert state(shared) == SharedNeedState.ANSWERED
    assert [each.pk for each in CoursePage.objects.get(pk=course.pk).answers_needs.all()] == [
        shared.pk
    ]


def test_nobody_is_told_before_the_commit(region: Region) -> None:
    shared = make_wanted(region)
    make_answer(region, shared)
    assert state(shared) == SharedNeedState.PRIORITISED
    assert told() == []


def test_the_clock_publishes_and_tells(region: Region, commits: Capture) -> None:
    shared = make_wanted(region)
    course = make_answer(region, shared, live=False)
    course.go_live_at = timezone.now() + timedelta(hours=1)
    with commits():
        course.save_revision().publish()
    assert state(shared) == SharedNeedState.PRIORITISED
    pass_the_time(course, "go_live_at")
    with commits():
        call_command("publish_scheduled")
    assert state(shared) == SharedNeedState.ANSWERED
    assert len(told()) == 1


def test_what_got_lost_on_the_way_is_done_by_the_clock(region: Region) -> None:
    shared = make_wanted(region)
    course = make_answer(region, shared)  # and the server died before it told anyone
    answers.settle_all()
    assert state(shared) == SharedNeedState.ANSWERED
    assert len(told()) == 1
    course.unpublish()
    answers.settle_all()
    answers.settle_all()
    assert state(shared) == SharedNeedState.PRIORITISED
    assert len(told()) == 1


def test_a_need_that_is_not_prioritised_is_left_alone(region: Region, commits: Capture) -> None:
    shared = make_open(region)
    with commits():
        make_answer(region, shared)
    assert state(shared) == SharedNeedState.OPEN
    assert told() == []


def test_a_refusal_stops_no_publishing(
    region: Region, commits: Capture, monkeypatch: pytest.MonkeyPatch, caplog: object
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise RefusedError(Refusal.STATE, "no")

    shared = make_wanted(region)
    monkeypatch.setattr(answers, "announce_answer", refuse)
    with caplog.at_level(logging.WARNING, logger="catalogue.answers"), commits():
        course = make_answer(region, shared)
    assert CoursePage.objects.get(pk=course.pk).live
    assert f"{shared.reference} is not announced as answered: state" in caplog.text
    assert told() == []


def test_nor_does_anything_else_that_fails(
    region: Region, commits: Capture, monkeypatch: pytest.MonkeyPatch, caplog: object
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the database is gone")

    shared = make_wanted(region)
    monkeypatch.setattr(answers, "announce_answer", fail)
    with caplog.at_level(logging.ERROR, logger="django"), commits():
        course = make_answer(region, shared)
    assert CoursePage.objects.get(pk=course.pk).live
    assert "the database is gone" in caplog.text
    assert state(shared) == SharedNeedState.PRIORITISED


def test_whoever_is_slower_still_tells(
    region: Region, commits: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two courses are published at once: the second finds the need answered meanwhile."""
    shared = make_wanted(region)
    real = answers.announce_answer

    def overtaken(stale: SharedNeed, **kwargs: object) -> None:
        current = SharedNeed.objects.get(pk=stale.pk)
        real(current, **{**kwargs, "course": "another"})
        real(stale, **kwargs)

    monkeypatch.setattr(answers, "announce_answer", overtaken)
    with commits():
        make_answer(region, shared)
    assert state(shared) == SharedNeedState.ANSWERED
    assert len(told()) == 2  # once of each course


# Taking back -------------------------------------------------------------------------------------


def _unpublish(course: Page) -> None:
    course.unpublish()


def _delete(course: Page) -> None:
    course.delete()


def _leave_out(course: Page) -> None:
    publish(course)


def _expire(course: Page) -> None:
    past = timezone.now() - timedelta(minutes=1)
    Page.objects.filter(pk=course.pk).update(expire_at=past)
    call_command("publish_scheduled")


@pytest.mark.parametrize("take_down", [_unpublish, _delete, _leave_out, _expire])
def test_without_its_last_course_a_need_waits_again(
    region: Region, commits: Capture, take_down: Callable
) -> None:
    shared = make_wanted(region)
    with commits():
        first = make_answer(region, shared)
        second = make_answer(region, shared)
    assert len(told()) == 2
    with commits():
        take_down(first)
    assert state(shared) == SharedNeedState.ANSWERED
    with commits():
        take_down(second)
    assert state(shared) == SharedNeedState.PRIORITISED
    assert len(told()) == 2
    key = str(second.translation_key)
    assert shared.log.get(action="unanswer").facts["course"] in {key, str(first.translation_key)}
    assert not shared.accepted_needs().exclude(erase_after=None).exists()


def test_back_again_it_is_answered_and_nobody_is_told_twice(
    region: Region, commits: Capture
) -> None:
    shared = make_wanted(region)
    with commits():
        course = make_answer(region, shared)
    with commits():
        course.unpublish()
    with commits():
        publish(course, shared)
    assert state(shared) == SharedNeedState.ANSWERED
    assert len(told()) == 1


# Translations and aliases ------------------------------------------------------------------------


def translate(course: Page) -> CoursePage:
    swedish = Locale.objects.get(language_code="sv")
    return course.copy_for_translation(swedish, copy_parents=True).specific


def test_a_translation_tells_nobody_and_takes_nothing_back(
    region: Region, commits: Capture
) -> None:
    shared, other = make_wanted(region), make_wanted(region)
    with commits():
        course = make_answer(region, shared)
    with commits():
        translated = translate(course)
        publish(translated, shared, other)  # only the original says what a course answers
    assert len(told()) == 1
    assert state(other) == SharedNeedState.PRIORITISED
    with commits():
        translated.unpublish()
    assert state(shared) == SharedNeedState.ANSWERED


def test_a_translation_keeps_the_answer_when_the_original_goes(
    region: Region, commits: Capture
) -> None:
    shared = make_wanted(region)
    with commits():
        course = make_answer(region, shared)
        publish(translate(course), shared)
    with commits():
        course.unpublish()
    assert state(shared) == SharedNeedState.ANSWERED
    assert len(told()) == 1


def test_an_alias_tells_nobody(region: Region, commits: Capture) -> None:
    shared = make_wanted(region)
    with commits():
        course = make_answer(region, shared)
    with commits():
        alias = course.create_alias(
            parent=factories.index_page(factories.make_region()), update_slug="alias"
        )
    assert alias.live
    assert len(told()) == 1
    with commits():
        course.unpublish()
    assert state(shared) == SharedNeedState.PRIORITISED


# What receipts and results link to ---------------------------------------------------------------


def test_receipts_and_results_find_the_courses(region: Region) -> None:
    shared, alone = make_wanted(region), make_wanted(region)
    course = make_answer(region, shared, title="Trygg medisin")
    publish(translate(course), shared)
    make_answer(region, alone, live=False)
    found = answers_of_many([shared.pk, alone.pk])
    assert found[alone.pk] == []
    (answer,) = found[shared.pk]
    assert (answer.title, answer.url, answer.lang) == ("Trygg medisin", course.url, "nb")
    assert answers_of_many([]) == {}


def test_a_reader_gets_the_course_in_their_language(region: Region) -> None:
    shared = make_wanted(region)
    course = make_answer(region, shared)
    translated = translate(course)
    translated.title = "Trygg läkemedelshantering"
    translated.save_revision().publish()
    with translation.override("sv"):
        (answer,) = answers_of_many([shared.pk])[shared.pk]
    assert (answer.title, answer.lang) == ("Trygg läkemedelshantering", "sv")


def test_one_and_many_cost_the_same(region: Region, django_assert_num_queries: Callable) -> None:
    few = [make_wanted(region)]
    make_answer(region, *few)
    answers_of_many([few[0].pk])  # what is read once and kept does not count
    with django_assert_num_queries(2):
        answers_of_many([few[0].pk])
    many = [make_wanted(region) for _ in range(10)]
    for shared in many:
        make_answer(region, shared)
    with django_assert_num_queries(2):
        assert len(answers_of_many([each.pk for each in [*few, *many]])) == 11
