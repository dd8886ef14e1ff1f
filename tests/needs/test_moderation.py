"""A need at the desk: each step by its screen, what is refused, and what a loser of a race sees."""

from __future__ import annotations

import pytest

from regions.models import Municipality, Notice, Region, Role
from regions.needs.admin.words import title_from
from regions.needs.lifecycle import NEED
from regions.needs.models import Need, NeedState
from tests import factories

from . import makers
from .desk import Desk, text_of

pytestmark = pytest.mark.django_db

WORDS = {
    "title": "Ulik medisinrutine",
    "public_summary": "Ansatte følger rutinen ulikt.",
    "size": "ordinary",
    "no_personal_data": "on",
}


def stored(need: Need) -> Need:
    return Need.objects.get(pk=need.pk)


def test_a_coordinator_claims_and_releases(desk: Desk, place: Municipality) -> None:
    need = makers.make_submitted(place)
    assert desk.take(need, "claim").status_code == 302
    claimed = stored(need)
    assert (claimed.state, claimed.claimed_by) == (
        "in_moderation",
        makers.coordinator_of(place.region),
    )
    assert desk.take(claimed, "release").status_code == 302
    assert (stored(need).state, stored(need).claimed_by) == ("submitted", None)


def test_no_get_takes_a_step(desk: Desk, place: Municipality) -> None:
    need = makers.make_submitted(place)
    answer = desk.ask(need, "claim")
    assert answer.status_code == 200
    assert stored(need).state == "submitted"
    assert "submitter is told" in text_of(answer)


def test_the_second_to_claim_is_told_and_sees_whose_it_is(desk: Desk, place: Municipality) -> None:
    need = makers.make_submitted(place)
    person = factories.make_user(first_name="Berit", last_name="Dahl")
    other = factories.make_member(place.region, Role.COORDINATOR, user=person)
    NEED.apply(need, "claim", by=other)
    answer = desk.client.post(
        f"/admin/need_desk/claim/{need.pk}/", {"seen": need.version}, follow=True
    )
    assert "This is no longer possible" in text_of(answer)
    assert "claimed by Berit Dahl" in text_of(answer)
    assert stored(need).claimed_by == other


def test_a_question_goes_back_with_an_alternative(desk: Desk, place: Municipality) -> None:
    need = makers.make_claimed(place)
    refused = desk.take(need, "return", text="Hvem gjelder det?")
    assert refused.status_code == 200
    assert "Write something here." in text_of(refused)
    assert "Hvem gjelder det?" in text_of(refused)
    assert stored(need).state == "in_moderation"
    taken = desk.take(need, "return", text="Hvem gjelder det?", alternative="Spør nettverket.")
    assert taken.status_code == 302
    assert (stored(need).state, stored(need).question) == ("returned", "Hvem gjelder det?")
    assert Notice.objects.filter(kind="need_returned", recipient=f"need:{need.pk}").count() == 1


def test_a_canned_text_is_put_behind_what_is_typed(desk: Desk, place: Municipality) -> None:
    need = makers.make_claimed(place, language="en")
    answer = desk.take(need, "return", text="Hello.", alternative="", insert="text:0")
    form = answer.context["form"]
    assert form["text"].value() == (
        "Hello.\nWho needs this, and how many are they out of how many?"
    )
    assert stored(need).state == "in_moderation"
    for odd in ("text:99", "text:x", "seen:0", "", "text:" + "9" * 40):
        assert desk.take(need, "return", text="Hello.", insert=odd).status_code == 200
    assert stored(need).state == "in_moderation"


def test_accepting_fills_in_what_is_missing_and_marks_it(desk: Desk, place: Municipality) -> None:
    need = makers.make_claimed(place, level="", headcount=None, headcount_of=None, action="")
    asked = desk.ask(need, "accept").context["form"].fields
    assert {"level", "headcount", "headcount_of", "action"} <= set(asked)
    assert "driver" not in asked
    refused = desk.take(need, "accept", **WORDS | {"no_personal_data": ""})
    assert refused.status_code == 200
    assert set(refused.context["form"].errors) == {
        "level",
        "headcount",
        "action",
        "no_personal_data",
    }
    assert "Ansatte følger rutinen ulikt." in text_of(refused)
    assert stored(need).state == "in_moderation"
    more = {"level": "unit", "headcount": 5, "headcount_of": 9, "action": "Kurs"}
    assert desk.take(need, "accept", **WORDS, **more).status_code == 302
    accepted = stored(need)
    assert accepted.state == NeedState.ACCEPTED
    assert accepted.filled_in == ["action", "headcount", "headcount_of", "level"]
    assert accepted.shared_need.title == "Ulik medisinrutine"
    assert "(filled in by the coordinator)" in text_of(desk.read(accepted))


def test_a_small_need_is_asked_less(desk: Desk, place: Municipality) -> None:
    need = makers.make_claimed(place, level="", driver="", strategic_reason="", action="")
    assert desk.take(need, "accept", **WORDS | {"size": "small"}).status_code == 302
    assert stored(need).size == "small"


def test_accepting_into_a_shared_need_and_back_out(desk: Desk, place: Municipality) -> None:
    first = makers.make_accepted(factories.make_municipality(place.region))
    need = makers.make_claimed(place)
    shown = desk.ask(need, "accept", into=first.shared_need_id)
    assert shown.context["form"]["into"].value() == first.shared_need_id
    assert desk.take(need, "accept", **WORDS, into=first.shared_need_id).status_code == 302
    need = stored(need)
    assert need.shared_need == first.shared_need
    assert desk.take(need, "move", alone="1").status_code == 302
    assert stored(need).shared_need != first.shared_need
    assert desk.take(stored(need), "reopen").status_code == 302
    assert (stored(need).state, stored(need).shared_need) == ("in_moderation", None)


def test_a_decline_has_a_reason_and_an_alternative(desk: Desk, place: Municipality) -> None:
    need = makers.make_claimed(place)
    refused = desk.take(need, "decline", reason="solve_locally")
    assert "Say what they can do instead." in text_of(refused)
    assert stored(need).state == "in_moderation"
    assert (
        desk.take(need, "decline", reason="solve_locally", text="Møt lederen.").status_code == 302
    )
    declined = stored(need)
    assert (declined.state, declined.alternative) == ("declined", "Møt lederen.")
    assert "Møt lederen." in text_of(desk.read(declined))


@pytest.mark.both
def test_who_is_overtaken_keeps_the_text_and_goes_on_from_there(
    desk: Desk, place: Municipality
) -> None:
    need = makers.make_claimed(place)
    by = makers.coordinator_of(place.region)
    again = NEED.apply(NEED.apply(need, "release", by=by), "claim", by=by)
    answer = desk.take(need, "return", text="Hvem?", alternative="Vent.")
    assert answer.status_code == 409
    assert "Somebody has changed this since you opened it" in text_of(answer)
    assert "Hvem?" in text_of(answer)
    assert stored(need).state == "in_moderation"
    assert answer.context["form"]["seen"].value() == again.version
    NEED.apply(again, "decline", by=by, reason="spam")
    late = desk.take(again, "return", text="Hvem?", alternative="Vent.")
    assert late.status_code == 409
    assert "This step is no longer possible" in text_of(late)
    assert "Hvem?" in text_of(late)
    assert stored(need).state == "declined"


@pytest.mark.parametrize(
    "odd",
    [
        {"seen": "x"},
        {"seen": str(10**30)},
        {"seen": ""},
        {"into": str(10**30)},
        {"into": "x"},
        {"title": "a\x00b"},
        {"title": "x" * 5000},
        {"public_summary": "x" * 100_000},
        {"headcount": str(10**30)},
        {"size": "huge"},
    ],
)
def test_odd_input_is_refused_in_words(desk: Desk, place: Municipality, odd: dict) -> None:
    need = makers.make_claimed(place, headcount=None, headcount_of=None)
    answer = desk.take(need, "accept", **{**WORDS, "headcount": "3", **odd})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert stored(need).state == "in_moderation"


def test_only_the_regions_own_coordinator_finds_the_screens(place: Municipality) -> None:
    need = makers.make_submitted(place)
    elsewhere = factories.make_region(name="Annen", slug="annen")
    strangers = [
        factories.make_member(elsewhere, Role.COORDINATOR),
        factories.make_member(place.region, Role.EDITOR),
    ]
    for user in strangers:
        other = Desk(user)
        for answer in (
            other.read(need),
            *(other.ask(need, step) for step in ("claim", "return", "accept", "decline", "move")),
            other.take(need, "claim"),
        ):
            assert answer.status_code in {302, 404}
            assert answer.headers.get("Location", "/admin/") == "/admin/"
    assert stored(need).state == "submitted"
    admin = Desk(factories.make_admin())
    assert admin.read(need).status_code == 200
    assert admin.take(need, "claim").status_code == 404
    assert stored(need).state == "submitted"


def test_the_contact_stands_on_the_needs_own_screen_alone(desk: Desk, place: Municipality) -> None:
    makers.make_accepted(place)
    need = makers.make_accepted(place, email="hemmelig@samkurs.example")
    assert "hemmelig@samkurs.example" in text_of(desk.read(need))
    pages = [
        desk.queue(show="all"),
        desk.queue(q="hemmelig"),
        desk.queue(show="all", export="csv"),
        desk.read(need.shared_need),
        desk.client.get("/admin/shared_need_desk/"),
        desk.client.get("/admin/shared_need_desk/", {"export": "csv"}),
        desk.client.get("/admin/"),
        desk.ask(need, "move"),
    ]
    for page in pages:
        assert page.status_code == 200
        assert "hemmelig@" not in b"".join(page).decode()


def test_only_open_steps_are_offered(desk: Desk, place: Municipality, region: Region) -> None:
    offered = {
        "submitted": (makers.make_submitted(place), {"claim"}),
        "in_moderation": (makers.make_claimed(place), {"release", "return", "accept", "decline"}),
        "returned": (makers.make_returned(place), set()),
        "accepted": (makers.make_accepted(place), {"reopen", "move"}),
        "declined": (makers.make_declined(place), {"take_up"}),
    }
    for need, names in offered.values():
        assert {step.name for step in desk.read(need).context["steps"]} == names


def test_out_of_how_many_can_be_filled_in_where_only_one_number_was_told(
    desk: Desk, place: Municipality
) -> None:
    need = makers.make_claimed(place, headcount_of=None)
    page = text_of(desk.ask(need, "accept"))
    assert 'name="headcount_of"' in page
    assert 'name="headcount"' not in page
    wrong = desk.take(need, "accept", **WORDS, headcount_of=3)
    assert "More need it than there are" in text_of(wrong)
    assert desk.take(need, "accept", **WORDS, headcount_of=14).status_code == 302
    assert (stored(need).headcount_of, stored(need).filled_in) == (14, ["headcount_of"])
    without = makers.make_claimed(place, headcount_of=None)
    assert desk.take(without, "accept", **WORDS).status_code == 302


def test_a_title_is_proposed_from_the_challenge(desk: Desk, place: Municipality) -> None:
    need = makers.make_claimed(
        place, challenge="Vi mangler rutiner for utdeling av medisiner når vikarer er alene. Avvik."
    )
    form = desk.ask(need, "accept").context["form"]
    assert form["title"].value() == "Vi mangler rutiner for utdeling av medisiner når vikarer"
    assert title_from("x" * 300) == ""
    assert title_from("Kort: og godt.") == "Kort"


def test_errors_of_a_long_form_stand_above_it_too(desk: Desk, place: Municipality) -> None:
    need = makers.make_claimed(place, level="", driver="")
    page = text_of(desk.take(need, "accept", **WORDS | {"title": ""}))
    summary = page[page.index("need-errors") : page.index("</ul>", page.index("need-errors"))]
    for field in ("title", "level", "driver"):
        assert f'href="#id_{field}"' in summary
        assert f'id="id_{field}"' in page


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Spør kari@samkurs.example om dette", "kari@samkurs.example"),
        ("Ring 99 88 77 66 for mer", "99 88 77 66"),
        ("Ring 070-123 45 67 for mer", "070-123 45 67"),
        ("Gjelder 01019012345 først", "01019012345"),
    ],
)
@pytest.mark.parametrize("field", ["title", "public_summary"])
def test_public_words_give_nobody_away(
    desk: Desk, place: Municipality, field: str, words: str, found: str
) -> None:
    need = makers.make_claimed(place)
    answer = desk.take(need, "accept", **WORDS | {field: words})
    (said,) = answer.context["form"].errors[field]
    assert f"“{found}”" in said
    assert stored(need).state == "in_moderation"


def test_what_looks_like_a_name_is_asked_of_once_more(desk: Desk, place: Municipality) -> None:
    need = makers.make_claimed(place)
    said = WORDS | {"public_summary": "Ansatte følger Visma Flyt ulikt."}
    asked = desk.take(need, "accept", **said)
    form = asked.context["form"]
    assert "Visma Flyt" in form.errors["no_personal_data"][0]
    assert not form["no_personal_data"].value()
    again = {"looked_like_names": form["looked_like_names"].value()}
    unticked = desk.take(need, "accept", **said | again | {"no_personal_data": ""})
    assert unticked.status_code == 200
    assert desk.take(need, "accept", **said | again).status_code == 302
    assert stored(need).state == "accepted"
