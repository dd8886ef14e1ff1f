"""A coordinator reports what somebody told; that somebody confirms it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from regions.models import Municipality, Notice, Role
from regions.needs.models import Need
from tests import factories

from .desk import Desk, text_of

pytestmark = pytest.mark.django_db
URL = "/admin/need_desk/report/"


def told(place: Municipality, **more: object) -> dict[str, object]:
    return {
        "key": str(uuid4()),
        "municipality": place.pk,
        "challenge": "Vi får ikke delt ut medisiner når vikarene er alene.",
        "email": "leder@samkurs.example",
        "language": "nb",
        **more,
    }


def test_it_is_kept_and_waits_for_their_confirmation(desk: Desk, place: Municipality) -> None:
    data = told(place, headcount=4, action="Et kurs")
    assert desk.client.get(URL).status_code == 200
    assert not Need.objects.exists()
    for _turn in range(2):
        assert desk.client.post(URL, data).status_code == 302
    need = Need.objects.get()
    assert (need.state, need.municipality, need.headcount) == ("unconfirmed", place, 4)
    assert need.contact.email == "leder@samkurs.example"
    entry = need.log.get(action="send")
    assert (entry.actor, entry.party) == (desk_user(need), "coordinator")
    assert Notice.objects.filter(kind="need_confirm", recipient=f"need:{need.pk}").count() == 1


def desk_user(need: Need) -> object:
    return need.region.memberships.get(role=Role.COORDINATOR).user


@pytest.mark.parametrize(
    ("odd", "field"),
    [
        ({"challenge": "For kort"}, "challenge"),
        ({"challenge": "x" * 5000}, "challenge"),
        ({"challenge": ""}, "challenge"),
        ({"municipality": ""}, "municipality"),
        ({"email": ""}, "email"),
        ({"email": "ikke en adresse"}, "email"),
        ({"email": "a\x00@samkurs.example"}, "email"),
        ({"headcount": "9" * 30}, "headcount"),
        ({"municipality": "9" * 30}, "municipality"),
        ({"key": "x"}, "key"),
        ({"language": "xx"}, "language"),
        ({"headcount": 9, "headcount_of": 4}, "headcount"),
    ],
)
def test_what_does_not_hold_is_said_and_kept(
    desk: Desk, place: Municipality, odd: dict, field: str
) -> None:
    answer = desk.client.post(URL, told(place) | odd)
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert answer.context["form"][field].value() is not None
    if field not in {"key", "language"}:  # which nobody types
        # Not Django's stock texts.
        said = answer.context["form"].errors[field][0]
        assert not said.startswith(("This field", "Ensure this", "Enter a", "Select a")), said
        assert f'href="#id_{field}"' in text_of(answer)
    assert not Need.objects.exists()


def test_a_foreign_municipality_is_no_choice(desk: Desk, place: Municipality) -> None:
    elsewhere = factories.make_municipality(factories.make_region(name="Annen", slug="annen"))
    answer = desk.client.post(URL, told(elsewhere))
    assert "municipality" in answer.context["form"].errors
    assert elsewhere.name not in text_of(desk.client.get(URL))
    assert not Need.objects.exists()


def test_nobody_but_coordinators_finds_it(place: Municipality) -> None:
    for user in (factories.make_member(place.region, Role.EDITOR), factories.make_admin()):
        other = Desk(user)
        assert other.client.get(URL).status_code == 404
        assert other.client.post(URL, told(place)).status_code == 404
    assert not Need.objects.exists()
