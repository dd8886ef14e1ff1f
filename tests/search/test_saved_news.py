"""What is new for a saved search: once, in one mail a day, whatever happens meanwhile."""

from __future__ import annotations

import logging
from datetime import datetime, time, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from regions.models import Notice, Region
from regions.outbox import send_due
from search.saved import daily
from search.saved.models import Follower, KnownCourse, SavedSearch, SeenCourse
from tests import factories
from tests.worlds import layer

from .saving import EMAIL, follow, link_in, look, publish, told, tomorrow

pytestmark = pytest.mark.django_db
B = "b@nordfjell.example"


@layer
def catalogue(region: Region) -> Region:
    """Return a region with a course that no search shall ever call new."""
    publish(region, "Demens for alle")
    return region


def test_each_course_is_told_once_when_it_first_matches(
    catalogue: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    undated = factories.make_offering(catalogue, title="Demens uten dato")
    unseen = factories.make_offering(catalogue, title="Legemiddel", live=False)
    factories.index_courses()
    follow("q=demens&state=open")
    tomorrow(monkeypatch)
    assert look() == []
    # Published; and a date that makes it match.
    publish(catalogue, "Demens og musikk")
    factories.make_occasion(undated)
    publish(catalogue, "Fall")
    tomorrow(monkeypatch, 2)
    messages = look()
    assert sorted(told(messages)) == ["Demens og musikk", "Demens uten dato"]
    assert "2" in messages[0].subject
    # Changed, taken down and published again: none of it is news.
    factories.index_courses()
    undated.title = "Demens med dato"
    undated.save_revision().publish()
    undated.unpublish()
    factories.index_courses()
    tomorrow(monkeypatch, 3)
    assert look() == []
    undated.save_revision().publish()
    unseen.save_revision().publish()
    factories.index_courses()
    tomorrow(monkeypatch, 4)
    assert look() == []


def test_a_state_that_the_day_brings_is_news(
    catalogue: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = factories.make_offering(catalogue, title="Demens senere")
    factories.make_occasion(
        course,
        apply_from=factories.in_days(2),
        apply_by=factories.in_days(20),
        starts_on=factories.in_days(30),
    )
    factories.index_courses()
    follow("q=demens&state=open")
    tomorrow(monkeypatch)
    assert look() == []
    tomorrow(monkeypatch, 2)
    assert told(look()) == ["Demens senere"]
    tomorrow(monkeypatch, 3)
    assert look() == []


def test_what_is_over_or_cancelled_is_no_news(
    catalogue: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow("q=demens")
    follow("q=demens&state=finished", B)
    over = factories.make_offering(catalogue, title="Demens i fjor")
    factories.make_occasion(
        over, apply_by=None, starts_on=factories.in_days(-40), ends_on=factories.in_days(-30)
    )
    off = factories.make_offering(catalogue, title="Demens avlyst")
    factories.make_occasion(off, cancelled=True, cancel_reason="Snø")
    factories.index_courses()
    tomorrow(monkeypatch)
    messages = look()
    assert told(messages) == []
    assert told(messages, B) == ["Demens i fjor"]  # who chose it
    # Held again: now it is.
    factories.make_occasion(over)
    factories.index_courses()
    tomorrow(monkeypatch, 2)
    daily.tell_what_is_new()
    factories.make_occasion(off)
    factories.index_courses()
    mail.outbox.clear()
    send_due()
    assert told(mail.outbox) == ["Demens i fjor"]


def test_names_are_in_the_language_of_the_mail(
    catalogue: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow("q=demens&state=open&state=late")
    follow("q=demens+v%C3%A5ren+2030&state=open", language="sv")
    publish(catalogue, "Demens og musikk")
    tomorrow(monkeypatch)
    (message,) = look()
    assert "Öppen" in message.body
    assert "Sen anmälan" in message.body
    for norwegian in ("Åpen", "Sen påmelding"):
        assert norwegian not in message.body


def test_one_mail_for_all_searches_of_a_reader_and_at_most_one_a_day(
    catalogue: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = follow("q=demens"), follow("q=musikk&region=fjellregionen")
    follow("q=musikk", B, "sv")
    now = timezone.make_aware(datetime.combine(factories.in_days(1), time(0, 5)))
    publish(catalogue, "Demens og musikk")
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert look() == []  # nobody is woken at night
    tomorrow(monkeypatch)
    mine, other = sorted(look(), key=lambda message: message.to != [EMAIL])
    assert (mine.to, other.to) == ([EMAIL], [B])
    # In both its searches, and counted once.
    assert told([mine]) == ["Demens og musikk"] * 2
    assert "1" in mine.subject
    assert "/sv/courses/saved/" in other.body
    for search in (first, second):
        assert f"/{search.pk}/" in mine.body
    assert Follower.objects.get(email=EMAIL).mailed_on == timezone.localdate()
    publish(catalogue, "Demens og sang")
    tomorrow(monkeypatch)
    assert look() == []
    tomorrow(monkeypatch, 2)
    assert told(look()) == ["Demens og sang"]


def test_the_mail_can_be_stopped_by_a_program_and_by_hand(
    catalogue: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = follow("q=demens")
    publish(catalogue, 'Demens & <i>"sang"</i>')
    tomorrow(monkeypatch)
    [message] = look()
    header = message.extra_headers["List-Unsubscribe"]
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert header.startswith("<http")
    path = header.strip("<>").partition("/courses/")[2]
    assert path.startswith("saved/mine/")
    assert 'Demens & <i>"sang"</i>' in message.body
    for odd in ("{{", "{%", "&amp;", "&lt;", "\n\n\n"):
        assert odd not in message.body, odd
    [page] = message.alternatives
    assert page.mimetype == "text/html"
    assert "Demens &amp; &lt;i&gt;" in page.content
    assert "/nb/courses/saved/mine/" in page.content
    one = link_in(message, f"/{search.pk}/")
    assert Client().get(one).status_code == 200
    assert SavedSearch.objects.exists()
    stopped = Client(enforce_csrf_checks=True).post(
        f"/nb/courses/{path}", {"List-Unsubscribe": "One-Click"}
    )
    assert stopped.status_code == 200
    assert not Follower.objects.exists()


def test_what_means_nothing_any_more_is_told_and_ends(
    catalogue: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, kept = factories.make_term(factories.Topic), factories.make_term(factories.Topic)
    factories.index_courses()
    follow(f"topic={gone.slug}")
    month = f"{factories.in_days(75):%Y-%m}"
    both = follow(f"topic={gone.slug}&topic={kept.slug}&q=demens")
    past = follow(f"start={month}", B)
    year = timezone.localdate().year + 1
    # Next spring would be too near: in December a course of the next month begins in it.
    dated = follow(f"q=h%C3%B8sten+{year}", B)
    until = follow(f"q=demens&to={timezone.localdate().isoformat()}", B)
    gone.delete()
    publish(catalogue, "Helt ny")
    tomorrow(monkeypatch)
    message, other = sorted(look(), key=lambda each: each.to != [EMAIL])
    assert told([message]) == told([other], B) == []
    assert " ord: " in message.body  # by its name of the day it was saved
    assert not SavedSearch.objects.running().filter(pk=until.pk).exists()
    # Without its only topic it would find everything: it finds nothing more. The other goes on.
    assert list(SavedSearch.objects.running().order_by("pk")) == [both, past, dated]
    tomorrow(monkeypatch, 110)
    [message] = look()
    assert message.to == [B]
    assert list(SavedSearch.objects.running().order_by("pk")) == [both, dated]
    tomorrow(monkeypatch, 111)
    assert look() == []
    tomorrow(monkeypatch, 2 * 366)
    [message] = look()
    assert list(SavedSearch.objects.running()) == [both]


def test_a_reader_who_fails_and_a_mail_that_fails_stop_nobody(
    catalogue: Region,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = follow("q=demens")
    follow("q=demens", B)
    publish(catalogue, "Demens og musikk")
    real = daily.query_of

    def fail(search: SavedSearch, today: object) -> object:
        if search.pk == broken.pk:
            raise ValueError(f"{EMAIL} demens")
        return real(search, today)

    tomorrow(monkeypatch)
    monkeypatch.setattr(daily, "query_of", fail)
    mail.outbox.clear()
    with caplog.at_level(logging.DEBUG), pytest.raises(daily.NotLookedForError):
        daily.tell_what_is_new()
    send_due()
    assert told(mail.outbox, B) == ["Demens og musikk"]
    assert told(mail.outbox) == []
    assert EMAIL not in caplog.text
    assert "demens" not in caplog.text
    # Mended, the next tick tells the one who is left, and nobody twice.
    monkeypatch.setattr(daily, "query_of", real)
    messages = look()
    assert told(messages) == ["Demens og musikk"]
    assert told(messages, B) == []


def test_interrupted_and_run_again_nothing_is_told_twice(
    catalogue: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    for email in (EMAIL, B):
        follow("q=demens", email)
    publish(catalogue, "Demens og musikk")
    tomorrow(monkeypatch)
    real, calls = daily.tell, []

    def die(*args: object, **said: object) -> object:
        calls.append(said["to"])
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args, **said)

    monkeypatch.setattr(daily, "tell", die)
    with pytest.raises(KeyboardInterrupt):
        daily.tell_what_is_new()
    assert KnownCourse.objects.filter(told_on__isnull=False).count() == 1
    monkeypatch.setattr(daily, "tell", real)
    for _ in range(2):
        daily.tell_what_is_new()
    mail.outbox.clear()
    send_due()
    assert told(mail.outbox) == told(mail.outbox, B) == ["Demens og musikk"]
    assert Notice.objects.filter(kind="saved_news").count() == 2
    # One who looked at the same moment finds that the day is done.
    since = timezone.now() - timedelta(hours=1)
    for key in Follower.objects.values_list("pk", flat=True):
        assert not daily._look_for(
            key, since=since, now=timezone.now(), version=None, changed=lambda at: frozenset()
        )


def test_who_stops_before_the_mail_goes_out_gets_none(
    catalogue: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = follow("q=demens")
    publish(catalogue, "Demens og musikk")
    tomorrow(monkeypatch)
    daily.tell_what_is_new()
    mail.outbox.clear()
    search.delete()
    other = follow("q=fall")
    assert [message for message in mail.outbox if "musikk" in message.body] == []
    assert Notice.objects.get(kind="saved_news").state == Notice.State.GIVEN_UP
    assert other.is_running


def test_statements_are_as_many_however_much_there_is(
    catalogue: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow("q=demens")
    counts = []
    for day, many in enumerate((1, 6), start=1):
        for number in range(many):
            course = factories.make_offering(catalogue, title=f"Demens {day} {number}")
            factories.make_occasion(course)
        factories.index_courses()
        tomorrow(monkeypatch, day)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            daily.tell_what_is_new()
        counts.append(len(queries))
        mail.outbox.clear()
        with CaptureQueriesContext(connection) as queries:
            send_due()
        counts.append(len(queries))
        assert len(told(mail.outbox)) == many
    assert counts[:2] == counts[2:]
    assert SeenCourse.objects.count() == 8
