"""Pages behind secret links: confirming, the receipt, and what a submitter can do there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.utils import timezone

from regions.models import Municipality, ServiceArea
from regions.needs import answers
from regions.needs.lifecycle import NEED
from regions.needs.models import Need, NeedState, NeedToken, TokenPurpose
from tests import factories

from . import browsing, makers
from .browsing import Reader, errors, read

pytestmark = pytest.mark.django_db


def receipt_of(need: Need) -> str:
    return f"/nb/needs/r/{NeedToken.mint(need, TokenPurpose.RECEIPT)}/"


def confirming(need: Need) -> str:
    return f"/nb/needs/confirm/{NeedToken.mint(need, TokenPurpose.CONFIRM)}/"


def state_of(need: Need) -> str:
    return Need.objects.values_list("state", flat=True).get(pk=need.pk)


def test_opening_the_link_confirms_nothing_and_the_button_does(
    reader: Reader, place: Municipality
) -> None:
    need = makers.make_unconfirmed(place)
    url = confirming(need)
    reader.open(url)
    reader.client.head(url)
    assert state_of(need) == NeedState.UNCONFIRMED
    first = reader.press(url)
    assert state_of(need) == NeedState.SUBMITTED
    # Pressed twice, or sent again after the connection broke: the same receipt.
    second = reader.press(url)
    for response in (first, second):
        assert need.reference in reader.open(response.url).text
    assert need.log.filter(action="confirm").count() == 1


def test_a_link_that_has_confirmed_says_so_and_leads_to_the_receipt(
    reader: Reader, place: Municipality
) -> None:
    reader.language = "en"
    need = makers.make_submitted(place)
    url = confirming(need).replace("/nb/", "/en/")
    page = reader.open(url)
    assert page.h1.text == "Your e-mail is confirmed"
    assert need.reference in reader.open(reader.press(url).url).text
    NEED.apply(need, "withdraw", by=makers.contact_of(place))
    page = reader.open(url)
    assert page.h1.text == "The need was withdrawn"
    assert need.reference in reader.open(reader.press(url).url).text


def test_a_need_withdrawn_before_it_was_confirmed_says_so(
    reader: Reader, place: Municipality
) -> None:
    need = makers.make_unconfirmed(place)
    url = confirming(need).replace("/nb/", "/en/")
    assert "It begins: “Vikarene følger" in reader.open(url).text
    reader.press(f"{receipt_of(need)}withdraw/")
    for page in (reader.open(url), read(reader.press(url, status=200))):
        assert page.h1.text == "The need was withdrawn"
        assert page.select_one("main form") is None
    assert state_of(need) == NeedState.WITHDRAWN


def test_an_answer_is_thanked_for_and_the_way_does_not_run_back(
    reader: Reader, place: Municipality
) -> None:
    need = makers.make_returned(place)
    url = receipt_of(need).replace("/nb/", "/en/")
    reader.press(f"{url}answer/", text="Alle på kveld.")
    page = reader.open(url)
    assert page.h1.text == "Thank you, your answer is received"
    assert "Alle på kveld." in page.select_one(".ask").text
    now = page.select_one(".path__step--now .path__title")
    assert now.text.split() == ["Being", "processed", "(now)"]


def test_the_way_is_told_as_it_is(reader: Reader, place: Municipality) -> None:
    def now(need: Need) -> str:
        page = reader.open(receipt_of(need).replace("/nb/", "/en/"))
        return " ".join(page.select_one(".path__step--now").text.split())

    assert now(makers.make_draft(place)).startswith("Not sent yet (now)")
    accepted = makers.make_accepted(place)
    assert "no other need like it yet" in now(accepted)
    makers.make_accepted(factories.make_municipality(place.region), into=accepted.shared_need)
    assert "together with needs like it" in now(accepted)
    sunday = datetime(2026, 11, 29, 12, tzinfo=UTC)
    submitted = makers.make_submitted(place)
    Need.objects.filter(pk=submitted.pk).update(submitted_at=sunday)
    assert "Sunday 29\u00a0November" in (
        reader.open(receipt_of(submitted).replace("/nb/", "/en/")).text
    )


def test_a_receipt_says_how_to_add_something_and_who_can_do_what(
    reader: Reader, place: Municipality
) -> None:
    def said(need: Need) -> BeautifulSoup:
        return reader.open(receipt_of(need).replace("/nb/", "/en/"))

    claimed = makers.make_claimed(place)
    asks = said(claimed).select_one(".receipt__aside .ask")
    assert asks.select_one("a")["href"] == "mailto:hr@nordfjell.example"
    place.region.contact_email = "koordinator@fjell.example"
    place.region.save()
    page = said(claimed)
    asks = page.select_one(".receipt__aside .ask")
    assert asks.select_one("a")["href"] == "mailto:koordinator@fjell.example"
    assert "ask to be forgotten" in page.text
    assert "can change the need" in page.text  # it can still be withdrawn
    for make in (makers.make_declined, makers.make_withdrawn):
        page = said(make(place))
        assert "can change the need" not in page.text
        assert "can read what you sent" in page.text
        assert page.select_one(".receipt__aside .ask") is None


@pytest.mark.parametrize("what", ["unknown", "cut off", "other purpose", "expired", "erased"])
def test_a_dead_link_says_so_and_how_to_get_a_new_one(
    reader: Reader, place: Municipality, what: str
) -> None:
    need = makers.make_submitted(place)
    url = receipt_of(need)
    status = 404
    if what == "unknown":
        url = "/nb/needs/r/%C3%A5%00x/"
    elif what == "cut off":
        url = f"{url[:-3]}/"
    elif what == "other purpose":
        url = url.replace("/r/", "/confirm/")
    elif what == "expired":
        need.tokens.update(expires_at=timezone.now())
        status = 410
    else:
        need.tokens.all().delete()
    page = reader.open(url, status=status)
    assert page.select_one("main a[href='/nb/needs/link/']") is not None
    assert need.reference not in page.text
    swedish = reader.client.get(url.replace("/nb/", "/sv/"))
    assert read(swedish).select_one("html")["lang"] == "sv"


def test_nobody_keeps_a_page_behind_a_link(reader: Reader, place: Municipality) -> None:
    need = makers.make_returned(place)
    for url in (receipt_of(need), f"{receipt_of(need)}describe/", f"{receipt_of(need)}x/"):
        reader.client.get(url)
        response = reader.client.get(url)
        if response.status_code == 404 and url.endswith("x/"):
            continue
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "strict-origin"
        assert "noindex" in response["X-Robots-Tag"]
        assert "og:url" not in response.text


@pytest.mark.parametrize(
    ("make", "now", "done"),
    [
        (makers.make_draft, 0, 0),
        (makers.make_unconfirmed, 0, 0),
        (makers.make_submitted, 0, 0),
        (makers.make_claimed, 1, 1),
        (makers.make_returned, 1, 1),
        (makers.make_accepted, 1, 1),
        (makers.make_declined, 2, 2),
        (makers.make_withdrawn, 1, 1),
    ],
)
def test_the_receipt_shows_the_way_in_every_state(
    reader: Reader, place: Municipality, make: Callable, now: int, done: int
) -> None:
    need = make(place)
    page = reader.open(receipt_of(need))
    steps = page.select(".path__step")
    assert [index for index, step in enumerate(steps) if step.has_attr("aria-current")] == [now]
    assert len(page.select(".path__step--done")) == done
    assert need.reference in page.select_one(".receipt__reference").text


def test_a_need_that_is_not_taken_up_says_why_and_what_instead(
    reader: Reader, place: Municipality
) -> None:
    page = reader.open(receipt_of(makers.make_declined(place)))
    assert "Ta det opp i ledermøtet." in page.select_one(".notice").text


def test_everything_can_be_changed_until_somebody_has_claimed_it(
    reader: Reader, place: Municipality
) -> None:
    other = factories.make_municipality(place.region)
    need = makers.make_submitted(place, legal_reference="")
    area = factories.make_term(ServiceArea)
    url = f"{receipt_of(need)}change/"
    data = browsing.fields(reader.open(url).select_one("form.report__long"))
    said = {
        "challenge": "Noe helt annet fungerer ikke hos oss.",
        "municipality": str(other.pk),
        "service_area": str(area.pk),
        "driver": "law",
        "legal_reference": "Helsepersonelloven § 4",
        "action": "Et kurs på nett.",
        "wanted_from": str(factories.in_days(100)),
        "latest": str(factories.in_days(200)),
        "size": "small",
    }
    reader.press(url, **data | said)
    need.refresh_from_db()
    assert need.municipality == other
    assert need.legal_reference == "Helsepersonelloven § 4"
    assert (str(need.latest), need.size) == (said["latest"], "small")
    assert [action.text for action in need.actions.all()] == ["Et kurs på nett."]
    assert set(need.log.get(action="edit").facts["changed"]) == set(said)
    NEED.apply(need, "claim", by=makers.coordinator_of(place.region))
    assert reader.client.get(url).status_code == 302
    late = reader.press(url, status=409, **data | said | {"workplace": "Skolen"})
    assert read(late).select_one("[name=workplace]")["value"] == "Skolen"
    [why] = errors(read(late))
    assert "Under behandling" in why
    need.refresh_from_db()
    assert need.workplace == ""


def test_two_who_change_at_once_are_told_and_lose_nothing(
    reader: Reader, place: Municipality
) -> None:
    need = makers.make_submitted(place)
    url = f"{receipt_of(need)}describe/"
    data = browsing.fields(reader.open(url).select_one("form.report__long"))
    reader.press(url, **data | {"workplace": "Først"})
    page = read(reader.press(url, status=409, **data | {"workplace": "Sist"}))
    assert errors(page)
    again = browsing.fields(page.select_one("form.report__long"))
    assert again["workplace"] == "Sist"
    need.refresh_from_db()
    assert need.workplace == "Først"
    reader.press(url, **again)
    need.refresh_from_db()
    assert need.workplace == "Sist"


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ({"headcount": "15", "headcount_of": "14"}, "headcount_of"),
        ({"headcount": "0"}, "headcount"),
        ({"headcount": "9" * 5000}, "headcount"),
        ({"headcount": "mange"}, "headcount"),
        ({"wanted_from": "2027-05-02", "latest": "2027-05-01"}, "latest"),
        ({"latest": "31.31.2027"}, "latest"),
        ({"latest": "0001-01-01"}, "latest"),
        ({"latest": "2025-06-01"}, "latest"),
        ({"wanted_from": "0027-01-01"}, "wanted_from"),
        ({"wanted_from": "9999-01-01"}, "wanted_from"),
        ({"level": "planet"}, "level_0"),
        ({"workplace": "x" * 121}, "workplace"),
        ({"strategic_reason": "a\0b"}, "strategic_reason"),
        ({"goal_achieve": "x" * 1001}, "goal_achieve"),
        ({"service_area": "99999999999999999999"}, "service_area"),
    ],
)
def test_what_does_not_hold_is_said_at_its_field(
    reader: Reader, place: Municipality, said: dict[str, str], at: str
) -> None:
    need = makers.make_submitted(place)
    version = need.version
    url = f"{receipt_of(need)}change/"
    data = browsing.fields(reader.open(url).select_one("form.report__long"))
    page = read(reader.press(url, status=200, **data | said))
    assert [link["href"] for link in page.select(".error-summary__link")] == [f"#id_{at}"]
    assert page.select_one(f"#id_{at}") is not None
    need.refresh_from_db()
    assert need.version == version


def test_what_was_chosen_can_be_unchosen(reader: Reader, place: Municipality) -> None:
    need = makers.make_submitted(place, latest="2025-06-01")
    url = f"{receipt_of(need)}describe/"
    page = reader.open(url)
    data = browsing.fields(page.select_one("form.report__long"))
    assert (data["level"], data["driver"]) == ("unit", "quality")
    # Nobody has said how much it takes, and nobody is said to have.
    ordinary = page.select_one("[name=size][value=ordinary]").find_parent("label").text
    assert "do not know" in ordinary or "vet ikke" in ordinary
    # A day that was in time when it was said is no hindrance later.
    reader.press(url, **data | {"level": "", "driver": ""})
    need.refresh_from_db()
    assert (need.level, need.driver) == ("", "")
    data = browsing.fields(reader.open(url).select_one("form.report__long"))
    assert (data["level"], data["driver"]) == ("", "")


def test_what_was_asked_back_is_shown_and_answered(reader: Reader, place: Municipality) -> None:
    need = makers.make_returned(place)
    url = receipt_of(need)
    asked = reader.open(url).select_one(".ask--need").text
    assert "Hvem gjelder det?" in asked
    assert "Spør nettverket." in asked
    page = read(reader.press(f"{url}answer/", status=200, text=" "))
    assert errors(page)
    assert state_of(need) == NeedState.RETURNED
    reader.press(f"{url}answer/", text="Alle på kveld.")
    need.refresh_from_db()
    assert (need.state, need.answer) == (NeedState.SUBMITTED, "Alle på kveld.")
    late = reader.press(f"{url}answer/", status=200, text="En gang til.")
    assert "En gang til." in late.text


def test_withdrawing_is_asked_about_once_more(reader: Reader, place: Municipality) -> None:
    need = makers.make_submitted(place)
    url = receipt_of(need)
    reader.open(f"{url}withdraw/")
    assert state_of(need) == NeedState.SUBMITTED
    reader.press(f"{url}withdraw/")
    reader.press(f"{url}withdraw/")
    assert state_of(need) == NeedState.WITHDRAWN
    assert reader.client.get(f"{url}withdraw/").status_code == 302


def test_opening_any_page_changes_nothing(reader: Reader, place: Municipality) -> None:
    for make in (makers.make_draft, makers.make_unconfirmed, makers.make_returned):
        need = make(place)
        url = receipt_of(need)
        for page in ("", "describe/", "change/", "answer/", "withdraw/", "send/", "again/"):
            assert reader.client.get(f"{url}{page}").status_code in {200, 302}
        before = need.version
        need.refresh_from_db()
        assert need.version == before


def test_the_course_that_answers_it_is_linked(
    reader: Reader, place: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    need = makers.make_accepted(place)
    course = answers.Answer("Kurs som svarer", "/nb/kurs/", "nb")
    monkeypatch.setattr(answers, "_registered", [lambda keys: {key: [course] for key in keys}])
    monkeypatch.setattr("regions.needs.receipts.public_status", lambda _need: "answered")
    monkeypatch.setattr("regions.needs.path.public_status", lambda _need: _answered())
    page = reader.open(receipt_of(need))
    link = page.select_one("a[href='/nb/kurs/']")
    assert link.text == "Kurs som svarer"


def _answered() -> object:
    from regions.needs.status import PublicStatus

    return PublicStatus.ANSWERED


@pytest.mark.both
def test_the_link_is_sent_again_to_the_address_that_was_given(
    reader: Reader, place: Municipality, django_capture_on_commit_callbacks: object
) -> None:
    need = makers.make_unconfirmed(place)
    url = receipt_of(need)
    with django_capture_on_commit_callbacks(execute=True):
        response = reader.press(f"{url}again/")
    assert 'role="status"' in reader.client.get(response.url).text
    [message] = mail.outbox
    assert message.to == ["leder@samkurs.example"]
    reader.press(browsing.link_in(message))
    assert state_of(need) == NeedState.SUBMITTED


@pytest.mark.both
def test_receipts_are_read_in_few_statements(
    reader: Reader, place: Municipality, django_assert_max_num_queries: Callable
) -> None:
    need = makers.make_accepted(place)
    url = receipt_of(need)
    reader.open(url)
    with django_assert_max_num_queries(6):
        reader.open(url)
