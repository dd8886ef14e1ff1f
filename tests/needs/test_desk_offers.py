"""What the desk offers at a need: no step that is refused whatever is typed."""

from __future__ import annotations

import pytest

from regions.models import Municipality, Notice, Region, Role
from regions.needs.lifecycle import NEED
from regions.needs.models import CoSign, Need, SharedNeed
from tests import factories
from tests.lifecycles import put

from . import makers
from .desk import Desk, text_of

pytestmark = pytest.mark.django_db


def stored(need: Need) -> Need:
    return Need.objects.get(pk=need.pk)


def offered(desk: Desk, row: Need | SharedNeed) -> dict[str, str]:
    return {step.name: step.why_not for step in desk.read(row).context["steps"]}


def another(region: Region, first: str = "Berit", last: str = "Dahl") -> Desk:
    person = factories.make_user(first_name=first, last_name=last, language="en")
    return Desk(factories.make_member(region, Role.COORDINATOR, user=person))


def test_what_a_round_has_taken_up_says_why_it_stays(desk: Desk, place: Municipality) -> None:
    need = makers.make_accepted(place)
    makers.make_accepted(place)
    assert offered(desk, need) == {"reopen": "", "move": ""}
    put(need.shared_need, "in_round")
    why = f"{need.shared_need.reference} is “in a round”: it cannot be changed any more."
    assert offered(desk, need) == {"reopen": why, "move": why}
    page = text_of(desk.read(need))
    assert f"Not now: Undo the acceptance. {why}" in page
    for step in ("reopen", "move"):
        assert f"/need_desk/{step}/" not in page
        answer = desk.ask(need, step)
        assert answer.status_code == 302
        assert why in text_of(desk.read(need))


def test_there_is_nowhere_to_go_without_another_shared_need(
    desk: Desk, place: Municipality
) -> None:
    need = makers.make_accepted(place)
    nowhere = "The region has no other open shared need."
    assert offered(desk, need) == {"reopen": "", "move": nowhere}
    assert offered(desk, need.shared_need) == {"change": "", "absorb": nowhere}
    put(need.shared_need, "void")
    assert offered(desk, need.shared_need) == {"restore": "No need returns to it."}


def test_standing_alone_is_a_button_of_its_own(desk: Desk, place: Municipality) -> None:
    first = makers.make_accepted(place)
    need = makers.make_accepted(place, into=first.shared_need)
    page = desk.ask(need, "move")
    assert page.context["form"]["into"].value() is None
    assert "None: it stands alone" not in text_of(page)
    assert "Let it stand alone" in text_of(page)
    nothing = desk.take(need, "move")
    assert nothing.status_code == 200
    assert "Choose a shared need." in text_of(nothing)
    assert stored(need).shared_need == first.shared_need
    for _turn in range(2):
        assert desk.take(need, "move", alone="1").status_code == 302
    own = stored(need).shared_need
    assert own != first.shared_need
    page = text_of(desk.read(need))
    assert f"{need.reference} stands alone now, as {own.reference}." in page
    assert desk.take(stored(need), "move", into=first.shared_need_id).status_code == 302
    assert f"{need.reference} stands in {first.shared_need.reference} now." in text_of(
        desk.read(need)
    )
    assert "Let it stand alone" not in text_of(desk.ask(makers.make_accepted(place), "move"))


def test_the_log_says_which_need_was_taken_in(desk: Desk, place: Municipality) -> None:
    first = makers.make_accepted(place)
    need = makers.make_accepted(place, into=first.shared_need)
    log = desk.read(first.shared_need).context["log"]
    joined = [row.facts for row in log if row.label == "Take up a need"]
    assert joined == [[("need", need.reference)], [("need", first.reference)]]


def test_the_list_counts_who_counts(desk: Desk, place: Municipality) -> None:
    shared = makers.make_accepted(place).shared_need
    signing, waiting = (factories.make_municipality(place.region) for _ in range(2))
    makers.make_accepted(waiting, into=shared)

    def counted() -> tuple[int, int]:
        rows = desk.client.get("/admin/shared_need_desk/").context["object_list"]
        return rows[0].municipalities, len(desk.read(shared).context["co_signing"])

    assert counted() == (0, 0)
    CoSign.objects.create(shared_need=shared, municipality=signing)
    makers.make_accepted(signing, into=shared, backed=True)
    makers.make_accepted(place, into=shared, backed=True)
    assert counted() == (2, 2)


def test_pressing_twice_is_pressing_once(desk: Desk, place: Municipality) -> None:
    need = makers.make_submitted(place)
    for _turn in range(2):
        assert desk.take(need, "claim").status_code == 302
    assert "no longer possible" not in text_of(desk.read(need))
    need = stored(need)
    words = {"title": "Ulik medisinrutine", "public_summary": "Et kurs.", "size": "ordinary"}
    for _turn in range(2):
        answer = desk.take(need, "accept", **words, no_personal_data="on")
        assert (answer.status_code, answer.url) == (302, f"/admin/need_desk/inspect/{need.pk}/")
    assert need.log.filter(action="accept").count() == 1
    other = desk.take(need, "accept", **{**words, "title": "Noe annet"}, no_personal_data="on")
    assert other.status_code == 409
    assert "no longer possible" in text_of(other)


def test_merging_twice_is_merging_once(desk: Desk, place: Municipality) -> None:
    source, target = (makers.make_accepted(place).shared_need for _ in range(2))
    for _turn in range(2):
        assert desk.take(source, "absorb", into=target.pk).status_code == 302
    assert SharedNeed.objects.get(pk=source.pk).merged_into == target


def test_anothers_case_is_theirs(desk: Desk, place: Municipality) -> None:
    need = makers.make_submitted(place)
    berit = another(place.region)
    assert berit.take(need, "claim").status_code == 302
    lost = desk.client.post(
        f"/admin/need_desk/claim/{need.pk}/", {"seen": need.version}, follow=True
    )
    assert "Berit Dahl was first: “Claim”." in text_of(lost)
    need = stored(need)
    steps = {step.name: step.at_once for step in desk.read(need).context["steps"]}
    assert steps["release"] is False
    assert {step.name: step.at_once for step in berit.read(need).context["steps"]}["release"]
    for step in ("release", "return", "accept", "decline"):
        page = text_of(desk.ask(need, step))
        assert "Berit Dahl deals with this need. Talk together before you go on." in page
        assert "deals with this need" not in text_of(berit.ask(need, step))
    assert "claimed by Berit Dahl" in text_of(desk.read(need))


def test_what_was_not_taken_up_by_mistake_is_taken_up_again(
    desk: Desk, place: Municipality
) -> None:
    need = makers.make_declined(place)
    assert offered(desk, need) == {"take_up": ""}
    assert "the submitter is told" in text_of(desk.ask(need, "take_up"))
    assert desk.take(need, "take_up").status_code == 302
    again = stored(need)
    assert (again.state, again.decline_reason, again.alternative) == ("in_moderation", "", "")
    assert (again.closed_at, again.erase_after) == (None, None)
    assert again.waiting_since is not None
    assert Notice.objects.filter(kind="need_reopened", recipient=f"need:{need.pk}").count() == 1
    assert NEED.may(again, "accept", makers.coordinator_of(place.region))
    erased = makers.make_declined(place)
    erased.contact.delete()
    assert offered(desk, erased) == {"take_up": "Who reported it is erased: nobody could be told."}
