"""Forgetting who reported a need, at the desk."""

from __future__ import annotations

import pytest
from django.urls import reverse

from regions.lifecycle import Actor
from regions.models import Municipality
from regions.models.log import broken_links
from regions.needs.lifecycle import NEED, SHARED_NEED
from regions.needs.models import (
    Need,
    NeedContact,
    NeedLog,
    NeedState,
    SharedNeedLog,
)
from regions.needs.services import erase_contact
from regions.needs.status import decision_on
from tests import factories

from . import makers
from .desk import Desk, text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("make", [makers.make_claimed, makers.make_declined])
def test_a_coordinator_erases_who_reported(desk: Desk, place: Municipality, make: object) -> None:
    need = make(place)
    url = reverse("need_desk:erase", args=[need.pk])
    assert url in text_of(desk.read(need))
    assert "erased for good" in text_of(desk.ask(need, "erase"))
    assert NeedContact.objects.filter(need=need).exists()
    assert desk.take(need, "erase").status_code == 302
    assert not NeedContact.objects.filter(need=need).exists()
    need.refresh_from_db()
    assert need.challenge == ""
    assert need.state in {NeedState.WITHDRAWN, NeedState.DECLINED}
    page = text_of(desk.read(need))
    assert "The contact is erased." in page
    assert url not in page
    again = desk.take(need, "erase")
    assert again.status_code == 302 or "no longer possible" in text_of(again)


def test_an_administrator_erases_and_an_editor_does_not(place: Municipality) -> None:
    need = makers.make_submitted(place)
    editor = Desk(factories.make_member(place.region, "editor"))
    assert editor.take(need, "erase").status_code == 404
    assert NeedContact.objects.filter(need=need).exists()
    admin = Desk(factories.make_admin())
    assert admin.take(need, "erase").status_code == 302
    assert not NeedContact.objects.filter(need=need).exists()


NAME = "Turid Hemmelig"


def kept(*models: type) -> list[str]:
    """Return the tables in which the name stands."""
    return [each.__name__ for each in models if NAME in str(list(each._base_manager.values()))]


def returned(place: Municipality) -> Need:
    by = makers.coordinator_of(place.region)
    said = {"text": f"Er det {NAME}?", "alternative": f"Spør {NAME}."}
    return NEED.apply(makers.make_claimed(place), "return", by=by, **said)


def declined(place: Municipality) -> Need:
    need = NEED.apply(returned(place), "answer", by=Actor.with_link(), text="Ja.")
    by = makers.coordinator_of(place.region)
    need = NEED.apply(need, "claim", by=by)
    said = {"reason": "solve_locally", "text": f"Snakk med {NAME}."}
    return NEED.apply(need, "decline", by=by, **said)


@pytest.mark.parametrize("make", [returned, declined])
def test_what_was_advised_is_forgotten_as_well(place: Municipality, make: object) -> None:
    need = make(place)
    assert kept(Need, NeedLog) == ["Need", "NeedLog"]
    need = erase_contact(need, by=makers.coordinator_of(place.region))
    assert kept(Need, NeedLog) == []
    assert (need.alternative, broken_links(need.log.all())) == ("", [])
    assert need.log.get(action="return").facts.keys() == {"alternative_hash"}


def test_words_beside_the_facts_are_sealed_while_they_stand(place: Municipality) -> None:
    need = returned(place)
    assert broken_links(need.log.all()) == []
    rows = NeedLog._base_manager.filter(need=need, action="return")
    for words in ({"alternative": "Noe annet."}, {"more": "Noe mer."}):
        rows.update(words=words)
        assert [each.action for each in broken_links(need.log.all())] == ["return"]
    rows.update(words={})
    assert broken_links(need.log.all()) == []


def test_a_wording_that_was_mended_is_forgotten(desk: Desk, place: Municipality) -> None:
    need = makers.make_accepted(place, title=f"Rutine for {NAME}")
    shared = need.shared_need
    form = desk.ask(shared, "edit").context["form"]
    data = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in data.items() if value is not None}
    data |= {"title": "Rutine", "est_seats": 40}
    desk.client.post(reverse("shared_need_desk:edit", args=[shared.pk]), data)
    assert kept(SharedNeedLog) == ["SharedNeedLog"]
    # It stands elsewhere since: what it was called before is forgotten all the same.
    by, into = makers.coordinator_of(place.region), makers.make_accepted(place).shared_need
    need.refresh_from_db()
    NEED.apply(need, "move", by=by, into=into)
    erase_contact(need, by=by)
    assert kept(SharedNeedLog) == []
    assert broken_links(shared.log.all()) == []
    entry = shared.log.get(action="change")
    assert entry.facts["after"] == {"est_seats": "40"}
    page = desk.read(shared)
    assert "estimated seats: 40" in text_of(page)
    assert NAME not in text_of(page)


def test_what_the_forum_advises_stands_apart_and_is_told(place: Municipality) -> None:
    need = makers.make_accepted(place)
    following, shared = Actor().following(), need.shared_need
    shared = SHARED_NEED.apply(shared, "enter_round", by=following)
    said = {"text": "Etter drøfting.", "alternative": f"Spør {NAME}."}
    SHARED_NEED.apply(shared, "decline", by=following, **said)
    need.refresh_from_db()
    assert decision_on(need).alternative == f"Spør {NAME}."
    entry = shared.log.get(action="decline")
    assert NAME not in str(entry.facts)
    entry.erase_text()
    assert (kept(SharedNeedLog), broken_links(shared.log.all())) == ([], [])
    assert decision_on(need).alternative == ""
