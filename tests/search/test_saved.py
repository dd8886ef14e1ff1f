"""Saving a search, confirming it by mail, and stopping it; opening a link never acts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError, models, transaction
from django.test import Client
from django.utils import timezone

from regions.models import Notice, Region
from regions.outbox import send_due
from search.saved import retention, services, views
from search.saved.models import Follower, FollowLink, KnownCourse, SavedSearch
from search.saved.wording import query_of
from tests import factories, html

from .saving import EMAIL, SAVE, ask, follow, link_in, publish

pytestmark = pytest.mark.django_db


def read(path: str, status: int = 200) -> BeautifulSoup:
    response = Client().get(path)
    assert response.status_code == status, response.content[:300]
    return BeautifulSoup(response.content, "html.parser")


def press(path: str, **said: object) -> object:
    return Client(enforce_csrf_checks=False).post(path, said)


def rows() -> dict[str, int]:
    made = (Follower, SavedSearch, KnownCourse, FollowLink)
    return {model.__name__: model.objects.count() for model in made}


def test_from_the_listing_to_the_list_of_what_one_follows(region: Region) -> None:
    publish(region, "Demens")
    index = factories.index_page(region)
    listing = read(f"{index.get_url()}?q=demens&state=open&sort=newest&page=1")
    link = listing.select_one(".follow__links a")
    # Where nothing is chosen there is nothing to save.
    assert not read("/nb/courses/").select(f".follow__links a[href^='{SAVE}']")
    # A region's listing is a choice of its region: one address serves all.
    assert link["href"] == f"{SAVE}?q=demens&state=open&region=fjellregionen"
    assert "nofollow" in link["rel"]
    page = read(link["href"])
    assert page.select_one("meta[name=robots]")["content"] == "noindex"
    words = page.select_one(".conditions").get_text(" ", strip=True)
    for word in ("demens", "Åpen", "Fjellregionen"):
        assert word in words
    assert rows() == dict.fromkeys(rows(), 0)
    path = ask(link["href"].partition("?")[2])
    search = SavedSearch.objects.get()
    assert (search.query, search.language) == (link["href"].partition("?")[2], "nb")
    [message] = mail.outbox
    assert message.to == [EMAIL]
    for word in ("demens", "Åpen", "Fjellregionen"):
        assert word in message.body
    for method in ("get", "head"):  # mail programs follow links
        assert getattr(Client(), method)(path).status_code == 200
    assert SavedSearch.objects.get().confirmed_at is None
    assert not KnownCourse.objects.exists()
    response = press(path)
    mine = response["Location"]
    search.refresh_from_db()
    assert search.is_running
    assert KnownCourse.objects.filter(search=search, told_on=None).count() == 1
    assert "demens" in read(mine).select_one(".saved__row a").text
    # Pressed twice, and opened once more: the same list, and nothing begins anew.
    at = search.confirmed_at
    assert press(path).status_code == 302
    assert read(path).select_one("form button")
    search.refresh_from_db()
    assert search.confirmed_at == at


def test_pages_behind_a_link_are_kept_from_others() -> None:
    search = follow("q=demens")
    secret = FollowLink.to_manage(search.follower_id)
    confirm = FollowLink.to_confirm(search)
    for path in (
        f"{SAVE}mine/{secret}/",
        f"{SAVE}mine/{secret}/{search.pk}/",
        f"{SAVE}confirm/{confirm}/",
    ):
        response = Client().get(path)
        assert html.parse_errors(response.content) == []
        assert response["Referrer-Policy"] == "strict-origin"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in response["Cache-Control"]
    assert not FollowLink.objects.filter(token_hash__in=[secret, confirm]).exists()


def test_a_wrong_a_foreign_and_an_expired_link_open_nothing() -> None:
    search, other = follow("q=demens"), follow("q=legemiddel", "b@nordfjell.example")
    manage = FollowLink.to_manage(search.follower_id)
    waiting = services.ask_to_confirm(EMAIL, language="nb", query="q=fall", words="ord")
    confirm = FollowLink.to_confirm(waiting)
    wrong = {
        f"{SAVE}mine/{'x' * 43}/": 404,
        f"{SAVE}confirm/{'x' * 43}/": 404,
        # A link of one kind is none of the other.
        f"{SAVE}mine/{confirm}/": 404,
        f"{SAVE}confirm/{manage}/": 404,
    }
    for path, status in wrong.items():
        assert Client().get(path).status_code == status, path
        # To stop what is not there is done; a mail program that asks again is told no failure.
        done = 200 if "/mine/" in path else status
        assert press(path, act="all").status_code == done, path
    # Another reader's search is not among one's own, and is not stopped.
    assert Client().get(f"{SAVE}mine/{manage}/{other.pk}/").status_code == 302
    assert press(f"{SAVE}mine/{manage}/", search=other.pk).status_code == 302
    assert SavedSearch.objects.filter(pk=other.pk).exists()
    FollowLink.objects.update(expires_at=timezone.now())
    for path in (f"{SAVE}mine/{manage}/", f"{SAVE}confirm/{confirm}/"):
        page = read(path, 410)
        assert page.select_one("h1").text
        assert press(path, act="all").status_code == (200 if "/mine/" in path else 410)
    waiting.refresh_from_db()
    assert waiting.confirmed_at is None
    assert search.follower.searches.count() == 2


def test_what_cannot_be_saved_says_why(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(region, "Demens")
    long = "&".join(f"q={'ø' * 200}" for _ in range(1)) + "".join(
        f"&topic={'a' * 115}{number}" for number in range(20)
    )
    assert read(SAVE).select_one("form.form") is None
    assert Client().post(SAVE, {"email": EMAIL}).status_code == 200
    # What is not there is left out, and nothing is left.
    assert read(f"{SAVE}?topic=gone").select_one("form.form") is None
    monkeypatch.setattr(views, "LONGEST_QUERY", 100)
    assert read(f"{SAVE}?{long}").select_one("form.form") is None
    monkeypatch.setattr(views, "MOST_COURSES", 1)
    page = read(f"{SAVE}?q=demens")
    assert page.select_one("form.form") is None
    assert Client().post(f"{SAVE}?q=demens", {"email": EMAIL}).status_code == 200
    assert rows()["Follower"] == 0


def test_days_and_plain_words_are_saved_with_the_rest() -> None:
    ask("to=2030-02-19&from=19.02.2027&q=uke+5&words=1&sort=start&page=2")
    search = SavedSearch.objects.get()
    assert search.query == "q=uke+5&words=uke+5&from=2027-02-19&to=2030-02-19"
    query = query_of(search, timezone.localdate())
    assert query.worded == ("uke 5",)
    assert query.days == (date(2027, 2, 19), date(2030, 2, 19))
    assert "19. februar 2030" in mail.outbox[0].body.replace("\xa0", " ")


def test_numbers_and_dates_are_said_as_they_are_understood() -> None:
    query = "q=demens+uke+5+2030+3+hp"
    page = read(f"{SAVE}?{query}").select_one(".conditions")
    said = [" ".join(row.text.split()) for row in page.select("dd")]
    assert said[:2] == ["«demens»", "starter i uke 5, 28. januar – 3. februar 2030"]
    assert said[2].startswith("3 hp ")
    mine = press(ask(query))["Location"]
    assert "starter i uke 5, 28. januar" in mail.outbox[0].body.replace("\xa0", " ")
    name = read(mine).select_one(".saved__row a").text.replace("\xa0", " ")
    assert name.startswith("«demens», starter i uke 5, ")
    # One of them as words.
    said = read(f"{SAVE}?{query}&words=3+hp").select_one(".conditions")
    assert "«demens 3 hp»" in said.text
    assert "uke 5" in said.text
    ask(f"{query}&words=3+hp")
    assert SavedSearch.objects.latest("pk").query == f"{query}&words=3+hp"
    # Words alone, and numbers that are only words.
    page = read(f"{SAVE}?q=uke+5&words=1").select_one(".conditions")
    assert " ".join(page.text.split()) == "Ord «uke 5»"


def test_bad_addresses_and_programs_are_turned_away() -> None:
    for said in (
        {"email": ""},
        {"email": "nobody"},
        {"email": "a@localhost"},
        {"email": "x" * 300 + "@a.example"},
        {"email": "a\x00b@a.example"},
        {"email": EMAIL, "website": "https://spam.example"},
    ):
        response = Client().post(f"{SAVE}?q=demens", said)
        assert response.status_code == 200
        assert response.context["form"].errors
        assert "kommune.example" not in response.content.decode()
    assert rows()["Follower"] == 0
    assert not Notice.objects.exists()


def test_limits_and_nothing_tells_who_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (services.MAILS_PER_EMAIL, services.MAILS_PER_EMAIL_AND_DAY) == (6, 10)
    follow("q=demens")
    monkeypatch.setattr(services, "MAILS_PER_EMAIL", 2)
    answers = {}
    for email in (EMAIL, "ukjent@nordfjell.example"):
        said = [
            Client().post(f"{SAVE}link/", {"email": email.upper()}),
            Client().post(f"{SAVE}?q=demens", {"email": email}),
            Client().post(f"{SAVE}?q=demens", {"email": email}),
            Client().post(f"{SAVE}link/", {"email": email}),
        ]
        answers[email] = [(each.status_code, each.headers.get("Location")) for each in said]
        assert int(said[-1]["Retry-After"]) > 0
        for response, back in zip(said[2:], ("?q=demens", ""), strict=True):
            page = BeautifulSoup(response.content, "html.parser")
            assert page.select_one(".main .btn")["href"] == f"/nb/courses/{back}"
    known, unknown = answers.values()
    assert known == unknown
    assert [status for status, _to in known] == [302, 302, 429, 429]
    monkeypatch.setattr(services, "MAILS_PER_ADDRESS", 0)
    assert Client().post(f"{SAVE}?q=demens", {"email": "c@a.example"}).status_code == 429
    assert not Follower.objects.filter(email="c@a.example").exists()
    mail.outbox.clear()
    send_due()
    # Who follows it already is told so, and led to the list; who does not is asked.
    by_reader = {message.to[0]: message.body for message in mail.outbox[-2:]}
    assert len(mail.outbox) == 3
    assert "/confirm/" not in by_reader[EMAIL]
    assert "/mine/" in by_reader[EMAIL]
    assert "/confirm/" in by_reader["ukjent@nordfjell.example"]


def test_a_reader_follows_some_searches_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_SEARCHES", 1)
    follow("q=demens")
    # The form gives no hint: it is said behind the mail.
    path = ask("q=legemiddel", EMAIL.upper())
    assert Follower.objects.count() == 1
    assert press(path).status_code == 409
    assert SavedSearch.objects.running().count() == 1
    SavedSearch.objects.running().delete()
    assert press(path).status_code == 302
    # A term that is taken away between the mail and the button.
    SavedSearch.objects.running().delete()
    topic = factories.make_term(factories.Topic)
    query = f"topic={topic.slug}"
    late = services.ask_to_confirm(EMAIL, language="nb", query=query, words="ord")
    topic.delete()
    factories.index_courses()
    response = press(f"{SAVE}confirm/{FollowLink.to_confirm(late)}/")
    assert response.status_code == 409
    assert not SavedSearch.objects.running().exists()


def test_stopping_one_then_the_last_erases_the_reader() -> None:
    first, second = follow("q=demens"), follow("q=legemiddel")
    secret = FollowLink.to_manage(first.follower_id)
    page = read(f"{SAVE}mine/{secret}/{first.pk}/")
    assert [button["value"] for button in page.select("main form button")] == [str(first.pk), "all"]
    assert SavedSearch.objects.count() == 2
    for nothing in ({}, {"search": ""}, {"search": "x"}, {"search": "9" * 40}, {"act": "x"}):
        press(f"{SAVE}mine/{secret}/", **nothing)
    assert SavedSearch.objects.count() == 2
    for _twice in range(2):
        stopped = press(f"{SAVE}mine/{secret}/", search=first.pk)
        assert stopped.status_code == 302
        path = stopped["Location"]
        assert path != f"{SAVE}mine/{secret}/"
        assert read(path).h1.text != read(path.partition("?")[0]).h1.text
    assert list(SavedSearch.objects.all()) == [second]
    assert press(f"{SAVE}mine/{secret}/", search=second.pk).status_code == 200
    assert rows() == dict.fromkeys(rows(), 0)
    assert press(f"{SAVE}mine/{secret}/", search=second.pk).status_code == 200


def test_mail_programs_stop_all_by_one_post_without_cookie_or_token() -> None:
    search = follow("q=demens")
    follow("q=legemiddel")
    other = follow("q=demens", "b@nordfjell.example")
    path = f"{SAVE}mine/{FollowLink.to_manage(search.follower_id)}/"
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.get(path).status_code == 200
    assert SavedSearch.objects.count() == 3
    response = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert list(SavedSearch.objects.all()) == [other]
    assert list(Follower.objects.all()) == [other.follower]
    # Asked again, by an old mail or by anybody: the same words, which say nothing of anybody.
    asked = [path, f"{SAVE}mine/{'x' * 43}/"]
    FollowLink.objects.update(expires_at=timezone.now())
    asked.append(f"{SAVE}mine/{FollowLink.to_manage(other.follower_id)}/")
    FollowLink.objects.update(expires_at=timezone.now())
    words = set()
    for each in asked:
        response = press(each, **{"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
        words.add(BeautifulSoup(response.content, "html.parser").select_one("main").text)
    assert len(words) == 1
    assert SavedSearch.objects.count() == 1


@pytest.mark.parametrize("language", ["nb", "sv", "en"])
def test_mails_are_in_the_language_of_the_page(language: str) -> None:
    path = ask("q=demens", language=language)
    assert path.startswith(f"/{language}/courses/saved/confirm/")
    [asked] = mail.outbox
    assert press(path)["Location"].startswith(f"/{language}/courses/saved/mine/")
    assert "/mine/" in ask("q=demens", language=language)
    services.send_link(EMAIL)
    send_due()
    for message in (asked, *mail.outbox):
        assert f"/{language}/courses/saved/" in message.body
        assert "\n-- \n" in message.body
        assert len(message.subject) < 78
        for odd in ("{{", "{%", "&amp;", "\n\n\n"):
            assert odd not in message.body, odd


def test_who_asks_to_be_forgotten_is_erased_by_hand() -> None:
    follow("q=demens")
    with pytest.raises(CommandError):
        call_command("forget_follower", "b@nordfjell.example")
    call_command("forget_follower", EMAIL.upper())
    assert rows() == dict.fromkeys(rows(), 0)


def test_a_lost_link_is_mailed_anew() -> None:
    follow("q=demens")
    mail.outbox.clear()
    assert Client().post(f"{SAVE}link/", {"email": EMAIL}).status_code == 302
    send_due()
    assert "demens" in read(link_in(mail.outbox[-1])).text


def test_what_is_old_is_erased(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = follow("q=demens")
    ask("q=legemiddel")
    ask("q=fall", "aldri@nordfjell.example")
    ended = follow("q=gamle", "slutt@nordfjell.example")
    SavedSearch.objects.filter(pk=ended.pk).update(ended_on=timezone.localdate())
    retention.erase_old()
    assert SavedSearch.objects.count() == 4
    now = timezone.now() + timedelta(days=8)
    monkeypatch.setattr(timezone, "now", lambda: now)
    retention.erase_old()
    assert list(SavedSearch.objects.all()) == [kept]
    assert list(Follower.objects.all()) == [kept.follower]
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=800))
    retention.erase_old()
    assert not FollowLink.objects.exists()
    # What is confirmed stays until its reader stops it.
    assert list(SavedSearch.objects.all()) == [kept]


def test_an_address_stands_in_one_table_and_in_no_name() -> None:
    from django.apps import apps

    search = follow("q=demens")
    holding = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.managed and EMAIL in str(list(model._base_manager.values()))
    }
    assert holding == {"search.Follower"}
    for row in (search, search.follower, *FollowLink.objects.all(), *search.known.all()):
        assert EMAIL not in str(row)
        assert "demens" not in str(row)


@pytest.mark.parametrize(
    "change",
    [
        lambda search: Follower.objects.create(email=EMAIL.upper(), language="nb"),
        lambda search: SavedSearch.objects.create(
            follower=search.follower, language="nb", query=search.query
        ),
        lambda search: SavedSearch.objects.filter(pk=search.pk).update(query=""),
        lambda search: SavedSearch.objects.filter(pk=search.pk).update(
            confirmed_at=None, ended_on=timezone.localdate()
        ),
        lambda search: FollowLink.objects.filter(purpose="manage").update(search=search),
        lambda search: KnownCourse.objects.bulk_create(
            KnownCourse(search=search, translation_key="0" * 32) for _ in range(2)
        ),
    ],
)
def test_the_database_refuses(change: object) -> None:
    search = follow("q=demens")
    FollowLink.to_manage(search.follower_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        change(search)
    assert isinstance(search, models.Model)
