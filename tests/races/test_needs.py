"""Needs: of several at once one wins, and nothing is left half done."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from uuid import uuid4

from django.core import mail

from regions import outbox
from regions.forum.lifecycle import ROUND
from regions.lifecycle import Actor
from regions.models import Notice, Region, Role, User
from regions.models.log import broken_links
from regions.needs import services
from regions.needs.lifecycle import NEED, SHARED_NEED
from regions.needs.models import CoSign, Need, SharedNeed
from tests import factories
from tests.forum import makers as forum
from tests.needs import makers
from tests.regions.bare import bare_region

from .threads import taken, together

LINK = Actor.with_link()
ROUNDS = 6


def sound() -> None:
    """Check what always holds of needs and shared needs."""
    for need in Need.objects.select_related("shared_need"):
        log = list(need.log.all())
        assert broken_links(need.log.all()) == []
        assert not log or log[-1].to_state == need.state
        assert (need.state == "accepted") == (need.shared_need is not None)
    for shared in SharedNeed.objects.all():
        assert broken_links(shared.log.all()) == []
        standing = shared.accepted_needs().count()
        if shared.state == "open":
            assert standing, f"{shared} is open and empty"
        elif shared.state in {"absorbed", "void"}:
            assert not standing, f"{shared} is {shared.state} and has {standing} needs"
        assert services.resolve(shared).state != "absorbed"


def test_one_of_many_claims(region: Region) -> None:
    place = factories.make_municipality(region)
    people = [factories.make_member(region, Role.COORDINATOR) for _ in range(6)]
    for _ in range(3):
        need = makers.make_submitted(place)
        results = together(*(partial(NEED.apply, need, "claim", by=user) for user in people))
        assert taken(results) == 1
        assert need.log.filter(action="claim").count() == 1
        need.refresh_from_db()
        assert need.claimed_by == need.log.get(action="claim").actor
        assert Notice.objects.filter(kind="need_claimed", recipient=f"need:{need.pk}").count() == 1
    sound()


def test_merges_cross_with_accepting_withdrawing_and_undoing(region: Region) -> None:
    places = [factories.make_municipality(region) for _ in range(4)]
    by = makers.coordinator_of(region)
    chance = random.Random(17)
    for _ in range(ROUNDS):
        needs = [makers.make_accepted(place) for place in places]
        claimed = makers.make_claimed(places[0])
        a, b, c, d = (need.shared_need for need in needs)
        services.merge(a, c, by=by)
        actions: list[Callable[[], object]] = [
            partial(services.merge, c, b, by=by),
            partial(services.merge, b, d, by=by),
            partial(services.merge, d, c, by=by),
            partial(NEED.apply, needs[0], "move", by=by, into=None),
            partial(NEED.apply, needs[1], "withdraw", by=LINK),
            partial(NEED.apply, needs[2], "reopen", by=by),
            partial(makers.accept, claimed, into=c),
            partial(NEED.apply, claimed, "withdraw", by=LINK),
        ]
        chance.shuffle(actions)
        assert taken(together(*actions)) >= 2
        sound()


def test_a_freeze_crosses_with_what_would_change_its_needs(region: Region) -> None:
    forum.make_forum(region, municipalities=5, unions=0)
    by = makers.coordinator_of(region)
    for _ in range(2):
        shared = forum.make_items(region, 3)
        needs = [each.needs.get() for each in shared]
        planning_round = forum.screened(region)
        together(
            partial(ROUND.apply, planning_round, "freeze", by=by, items=shared),
            partial(NEED.apply, needs[0], "withdraw", by=LINK),
            partial(services.merge, shared[2], shared[1], by=by),
            partial(NEED.apply, needs[1], "reopen", by=by),
        )
        sound()
        planning_round.refresh_from_db()
        in_round = SharedNeed.objects.filter(pk__in=[each.pk for each in shared], state="in_round")
        items = planning_round.items.values_list("shared_need", flat=True)
        assert set(items) == set(in_round.values_list("pk", flat=True))
        assert len(items) in {0, 3}
        for each in in_round:
            assert each.accepted_needs().exists()


def test_a_key_gives_one_need(region: Region) -> None:
    place = factories.make_municipality(region)
    for _ in range(5):
        key = uuid4()
        values = makers.values_of(place)
        tell = partial(
            services.report,
            region,
            key=key,
            language="nb",
            values=values,
            contact=services.Contact("leder@samkurs.example"),
        )
        results = together(*[tell] * 6)
        assert sum(new for _need, new in results) == 1
        assert len({need.pk for need, _new in results}) == 1
        assert Need.objects.filter(idempotency_key=key).count() == 1


def test_a_key_gives_one_need_in_two_regions(region: Region) -> None:
    """Each region counts for itself, so that nobody waits at the other's counter."""
    places = [
        factories.make_municipality(each) for each in (region, bare_region("Kustregionen", "SE"))
    ]
    for _ in range(5):
        key = uuid4()
        reports = [
            partial(
                services.report,
                place.region,
                key=key,
                language="nb",
                values=makers.values_of(place),
                contact=services.Contact("leder@samkurs.example"),
            )
            for place in places
        ]
        results = together(*reports * 3)
        assert sum(new for _need, new in results) == 1
        assert Need.objects.filter(idempotency_key=key).count() == 1


def test_references_are_given_once(region: Region) -> None:
    place = factories.make_municipality(region)
    needs = together(*(partial(makers.make_draft, place) for _ in range(12)))
    assert len({need.reference for need in needs}) == 12


def test_co_signatures_are_counted_once(region: Region) -> None:
    seats = forum.make_forum(region, municipalities=5, unions=0)
    shared = makers.make_accepted(seats[0].seat.municipality).shared_need
    people: list[tuple[User, object]] = []
    for holder in seats[1:]:
        deputy = factories.make_holder(holder.seat, kind="deputy").user
        place = holder.seat.municipality
        people += [(user, place) for user in (holder.user, deputy, makers.contact_of(place))]
    results = together(
        *(
            partial(SHARED_NEED.apply, shared, "co_sign", by=user, municipality=place)
            for user, place in people
        )
    )
    assert taken(results) == 12 == shared.log.filter(action="co_sign").count()
    assert CoSign.objects.filter(shared_need=shared).count() == 4
    sound()


def test_two_courses_published_at_once_both_answer(region: Region) -> None:
    need = makers.make_accepted(factories.make_municipality(region))
    shared = need.shared_need
    for step in ("enter_round", "prioritise"):
        shared = SHARED_NEED.apply(shared, step, by=Actor().following())
    announce = [
        partial(services.announce_answer, shared, course=course, title="Kurs", path="/nb/", by=None)
        for course in ("a", "b")
    ]
    together(*announce, *announce, *announce)
    assert shared.log.filter(action="answer").count() == 1
    told = Notice.objects.filter(kind="need_answered", recipient=f"need:{need.pk}")
    assert sorted(told.values_list("event", flat=True)) == [
        f"answered:{shared.pk}:a",
        f"answered:{shared.pk}:b",
    ]


def test_a_notice_goes_out_once_however_many_send(region: Region, monkeypatch: object) -> None:
    resolver = {"raced": lambda key: outbox.Recipient(f"{key}@samkurs.example", "nb")}
    monkeypatch.setattr(outbox, "_resolvers", outbox._resolvers | resolver)
    monkeypatch.setattr(outbox, "_kinds", outbox._kinds | {"raced": lambda notice: {}})
    monkeypatch.setattr(outbox, "render_to_string", lambda name, context: "Emne\n\nTekst")
    for number in range(15):
        outbox.tell("raced", to=f"raced:{number}", event="1")
    mail.outbox.clear()
    sent = together(*[outbox.send_due] * 5)
    assert sum(sent) == 15
    assert len({message.to[0] for message in mail.outbox}) == 15 == len(mail.outbox)
