"""The judged courses stand in a database as they were judged."""

from __future__ import annotations

import pytest

from catalogue.models import CourseOccasion, CoursePage
from catalogue.publishing import missing
from catalogue.states import OccasionState, course_status, occasion_status
from search.analysis import words_of
from search.documents import documents

from .judged import TODAY, corpus
from .judged.load import load

pytestmark = pytest.mark.django_db


def test_every_course_is_searched_by_what_was_read() -> None:
    keys = load()
    assert sorted(keys.values()) == sorted(corpus())
    for document in documents(keys):
        course, texts = corpus()[keys[document.page_id]], document.texts
        for found, judged in (
            (texts.title, course.title),
            (f"{texts.topics} {texts.around}", course.term_names),
            (texts.summary, course.summary),
            (texts.body, course.body),
        ):
            assert set(words_of(found)) == set(words_of(judged)), course.key
    for page in CoursePage.objects.all():
        course = corpus()[keys[page.pk]]
        assert missing(page.specific) == {}, course.key
        assert (page.language, page.place) == (course.language, course.place), course.key
        assert (page.credits or None) == course.credits, course.key
        held = list(CourseOccasion.objects.filter(course=page))
        assert {each.code for each in held} == set(course.codes), course.key
        assert {each.starts_on for each in held} - {None} == set(course.starts_on), course.key
        if "/" not in course.key:
            status = course_status([occasion_status(each.dates, TODAY) for each in held])
            assert status.state == OccasionState.OPEN, course.key
