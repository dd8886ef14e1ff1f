"""A municipality's own page: confirm as ours, join others', withdraw."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from regions.lifecycle import Refusal, RefusedError
from regions.models import ForumSeat, Municipality, Notice, Region, Role
from regions.needs.co_signing import co_sign
from regions.needs.models import CoSign, Need, NeedContact, SharedNeed, co_signing
from tests import factories, worlds
from tests.forum import makers as rounds

from . import makers

pytestmark = pytest.mark.django_db
OURS = reverse("needs:ours")


@worlds.layer
def place(region: Region) -> Municipality:
    return factories.make_municipality(region, name="Nordfjell")


@worlds.layer
def neighbour(region: Region) -> Municipality:
    return factories.make_municipality(region, name="Sørfjell")


def joined(shared: SharedNeed, query: str = "") -> str:
    return reverse("needs:co_sign", args=[shared.pk]) + query


def seat_holder(place: Municipality) -> object:
    return factories.make_holder(factories.make_seat(place.region, municipality=place)).user


@pytest.mark.parametrize("who", ["contact", "seat"])
def test_contact_and_seat_confirm_that_a_need_is_theirs(
    client: Client, place: Municipality, who: str
) -> None:
    need = makers.make_accepted(place, title="Felles medisinrutine")
    user = makers.contact_of(place) if who == "contact" else seat_holder(place)
    client.force_login(user)
    html = client.get(OURS).content.decode()
    assert "Felles medisinrutine" in html
    assert "This is ours" in html
    assert not co_signing(need.shared_need).exists()
    address = reverse("needs:back", args=[need.pk])
    assert client.post(address).status_code == 302
    need.refresh_from_db()
    assert need.backed_by == user
    assert list(co_signing(need.shared_need)) == [place]
    assert client.post(address).status_code == 302  # a double click
    html = client.get(OURS).content.decode()
    assert "This is ours" not in html
    assert "confirmed as yours" in html


def test_another_municipalitys_need_is_not_there(
    client: Client, place: Municipality, neighbour: Municipality
) -> None:
    foreign = makers.make_accepted(neighbour)
    unsent = makers.make_unconfirmed(place)
    client.force_login(makers.contact_of(place))
    for need in (foreign, unsent):
        assert client.post(reverse("needs:back", args=[need.pk])).status_code == 404
        assert client.get(reverse("needs:ours_withdraw", args=[need.pk])).status_code == 404
        assert client.post(reverse("needs:ours_withdraw", args=[need.pk])).status_code == 404
    assert client.post(reverse("needs:back", args=[10**30])).status_code == 404
    assert client.get(OURS, {"municipality": neighbour.slug}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.state == "accepted"
    assert foreign.backed_at is None


@pytest.mark.parametrize("who", ["contact", "seat"])
def test_we_have_this_too_counts_at_once(
    client: Client, place: Municipality, neighbour: Municipality, who: str
) -> None:
    shared = makers.make_accepted(neighbour, title="Klarspråk", summary="Brev forstås ikke.")
    shared = shared.shared_need
    user = makers.contact_of(place) if who == "contact" else seat_holder(place)
    client.force_login(user)
    html = client.get(OURS).content.decode()
    assert "Brev forstås ikke." in html
    assert "Reported by Sørfjell" in html
    assert shared.needs.get().challenge not in html  # nobody else reads the submitter's words
    assert client.post(joined(shared), {"headcount": "14"}).status_code == 302
    sign = CoSign.objects.get()
    assert (sign.municipality, sign.user, sign.headcount) == (place, user, 14)
    assert list(co_signing(shared)) == [place]
    assert shared.log.filter(action="co_sign").count() == 1
    client.post(joined(shared), {"headcount": "14"})
    assert shared.log.filter(action="co_sign").count() == 1
    client.post(joined(shared), {"headcount": "20"})
    assert CoSign.objects.get().headcount == 20
    client.post(joined(shared), {"headcount": ""})
    assert CoSign.objects.get().headcount == 20
    assert "for 20 people" in client.get(OURS).content.decode()


@pytest.mark.parametrize("wrong", ["0", "-3", "100000", "9" * 5000, "tolv", "1\x002", "1.5"])
def test_a_number_that_cannot_be_is_said_at_its_field_and_kept(
    client: Client, place: Municipality, neighbour: Municipality, wrong: str
) -> None:
    shared = makers.make_accepted(neighbour).shared_need
    client.force_login(makers.contact_of(place))
    answer = client.post(joined(shared), {"headcount": wrong})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert 'aria-describedby="headcount-error"' in html
    assert f'value="{wrong}"' in html
    assert not CoSign.objects.exists()


def test_a_round_has_the_last_word(client: Client, region: Region) -> None:
    rounds.make_forum(region)
    planning_round = rounds.frozen(region)
    shared = planning_round.items.first().shared_need
    own = shared.needs.get().municipality
    other = region.municipalities.exclude(pk=own.pk).first()
    client.force_login(makers.contact_of(other))
    answer = client.post(joined(shared))
    assert answer.status_code == 409
    assert "in a round" in answer.content.decode()
    assert not CoSign.objects.exists()
    client.force_login(makers.contact_of(own))
    need = shared.needs.get()
    answer = client.post(reverse("needs:ours_withdraw", args=[need.pk]), {"version": need.version})
    assert answer.status_code == 409
    need.refresh_from_db()
    assert need.state == "accepted"


def test_the_table_asks_for_whom_one_speaks(
    place: Municipality, neighbour: Municipality, region: Region
) -> None:
    shared = makers.make_accepted(neighbour).shared_need
    contact = makers.contact_of(place)
    with pytest.raises(RefusedError, match="your own municipality"):
        co_sign(shared, factories.make_municipality(region), by=contact)
    with pytest.raises(RefusedError, match="stands there already"):
        co_sign(shared, neighbour, by=makers.contact_of(neighbour))
    elsewhere = factories.make_region(name="Kustregionen", slug="kustregionen", country="SE")
    foreign = makers.contact_of(factories.make_municipality(elsewhere))
    union = factories.make_holder(factories.make_seat(region, organisation="Forbundet")).user
    for user in (makers.coordinator_of(region), factories.make_admin(), foreign, union):
        with pytest.raises(RefusedError) as refusal:
            co_sign(shared, place, by=user)
        assert refusal.value.reason == Refusal.PARTY
    assert not CoSign.objects.exists()


def test_a_foreign_regions_need_cannot_be_joined(client: Client, place: Municipality) -> None:
    elsewhere = factories.make_region(name="Kustregionen", slug="kustregionen", country="SE")
    shared = makers.make_accepted(factories.make_municipality(elsewhere)).shared_need
    client.force_login(makers.contact_of(place))
    assert shared.title not in client.get(OURS).content.decode()
    assert client.post(joined(shared)).status_code == 404
    assert not CoSign.objects.exists()


def test_the_contact_withdraws_after_a_question(
    client: Client, place: Municipality, neighbour: Municipality
) -> None:
    need = makers.make_accepted(place)
    address = reverse("needs:ours_withdraw", args=[need.pk])
    client.force_login(seat_holder(place))
    assert client.get(address).status_code == 404  # a seat confirms, it does not withdraw
    client.force_login(makers.contact_of(place))
    html = client.get(address).content.decode()
    assert "This cannot be undone" in html
    need.refresh_from_db()
    assert need.state == "accepted"
    for stale in ("", "x", str(need.version - 1), "9" * 400):
        assert client.post(address, {"version": stale}).status_code == 409
    assert client.post(address, {"version": need.version}).status_code == 302
    need.refresh_from_db()
    assert need.state == "withdrawn"
    assert need.shared_need is None
    again = client.post(address, {"version": need.version})
    assert again.status_code == 409
    assert Need.objects.get(pk=need.pk).version == need.version


def answered(need: Need) -> str:
    return reverse("needs:ours_answer", args=[need.pk])


def test_the_contact_answers_a_question(client: Client, place: Municipality) -> None:
    need = makers.make_returned(place)
    client.force_login(makers.contact_of(place))
    html = client.get(OURS).content.decode()
    assert "Hvem gjelder det?" in html
    assert "Spør nettverket." in html
    assert answered(need) in html
    empty = client.post(answered(need), {"version": need.version, "text": " "})
    assert empty.status_code == 422
    assert f'href="#id_{need.pk}_text"' in empty.content.decode()
    stale = client.post(answered(need), {"version": need.version - 1, "text": "Nattevaktene."})
    assert stale.status_code == 409
    assert "Nattevaktene." in stale.content.decode()
    said = {"version": need.version, "text": "Nattevaktene."}
    assert client.post(answered(need), said).status_code == 302
    need.refresh_from_db()
    assert (need.state, need.answer) == ("submitted", "Nattevaktene.")
    assert need.log.last().party == "contact"
    # Whoever reported it has not answered, and is told who has.
    kinds = Notice.objects.filter(recipient=f"need:{need.pk}").values_list("kind", flat=True)
    assert "need_answered_by_contact" in kinds
    assert "need_answer_received" not in kinds
    html = client.get(OURS).content.decode()
    assert "Hvem gjelder det?" not in html
    assert client.post(answered(need), said).status_code == 409


def test_nobody_else_answers_for_the_municipality(
    client: Client, place: Municipality, neighbour: Municipality
) -> None:
    need = makers.make_returned(place)
    for user in (makers.contact_of(neighbour), seat_holder(place), seat_holder(neighbour)):
        client.force_login(user)
        assert "Hvem gjelder det?" not in client.get(OURS).content.decode()
        said = {"version": need.version, "text": "Ikke vårt."}
        assert client.post(answered(need), said).status_code == 404
    need.refresh_from_db()
    assert (need.state, need.answer) == ("returned", "")


def test_own_needs_are_read_without_who_reported_them(
    client: Client, place: Municipality, neighbour: Municipality
) -> None:
    need = makers.make_returned(place, email="anonym@samkurs.example")
    NeedContact.objects.filter(need=need).update(role="Nattevakt")
    foreign = makers.make_submitted(neighbour)
    withdrawing = reverse("needs:ours_withdraw", args=[need.pk])
    for user, pages in (
        (makers.contact_of(place), [OURS, withdrawing]),
        (seat_holder(place), [OURS]),
    ):
        client.force_login(user)
        for page in pages:
            html = client.get(page).content.decode()
            for words in (need.challenge, need.goal_achieve, need.actions.get().text):
                assert words in html
            for hidden in ("anonym@samkurs.example", "Nattevakt", foreign.challenge):
                assert hidden not in html
            assert '<details class="more">' in html  # unfolded by whoever wants to read it


def test_signing_in_at_a_button_leads_to_its_page_and_does_nothing(
    client: Client, place: Municipality, neighbour: Municipality
) -> None:
    need = makers.make_accepted(place)
    shared = makers.make_accepted(neighbour).shared_need
    back = reverse("needs:back", args=[need.pk])
    query = f"?municipality={place.slug}"
    # Signed out meanwhile: the button leads through the sign-in back to its address.
    assert client.post(joined(shared, query)).url.startswith(reverse("account:login"))
    client.force_login(makers.contact_of(place))
    for address, tail in {back: "", joined(shared, query): query}.items():
        answer = client.get(address, follow=True)
        assert answer.redirect_chain == [(f"{OURS}{tail}", 302)]
        assert "Nothing is done yet" in answer.text
        assert client.put(address).status_code == 405
    need.refresh_from_db()
    assert need.backed_at is None
    assert not CoSign.objects.exists()


def test_who_may_not_come_in(client: Client, region: Region) -> None:
    assert client.get(OURS).url == f"{reverse('account:login')}?next={OURS}"
    roles = (Role.EDITOR, Role.PROVIDER_CONTACT, Role.STEERING, Role.COORDINATOR)
    people = [factories.make_member(region, role) for role in roles]
    for user in (*people, factories.make_admin()):
        client.force_login(user)
        assert client.get(OURS).status_code == 404


def test_a_unions_seat_has_no_municipality(client: Client, region: Region) -> None:
    seat: ForumSeat = factories.make_seat(region, organisation="Forbundet")
    client.force_login(factories.make_holder(seat).user)
    answer = client.get(OURS)
    assert "speaks for an employees’ organisation" in answer.content.decode()
    shared = makers.make_accepted(factories.make_municipality(region)).shared_need
    assert client.post(joined(shared)).status_code == 404


@pytest.mark.both
def test_as_many_queries_with_ten_times_as_many_needs(
    client: Client, place: Municipality, neighbour: Municipality
) -> None:
    client.force_login(makers.contact_of(place))
    counts = []
    for size in (1, 10):
        for _number in range(size):
            makers.make_accepted(place)
            shared = makers.make_accepted(neighbour).shared_need
            co_sign(shared, place, by=makers.contact_of(place))
        client.get(OURS)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(OURS).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 15, counts
