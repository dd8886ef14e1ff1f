"""The one policy, from no rights up to the least that works, for every declared model."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.db.models import Model

from catalogue.models import CourseOccasion, CoursePage, Provider
from regions import policies
from regions.forum.models import PlanningRound
from regions.models import (
    Attempt,
    Forum,
    ForumSeat,
    Membership,
    Municipality,
    ProfessionalNetwork,
    Region,
    Role,
    SeatHolder,
    ServiceArea,
    TargetGroup,
    Topic,
    User,
)
from regions.needs.models import Need, SharedNeed
from regions.policy import ADMIN, Action, any_of, declare, declared, policy_for, standing_of
from search.models import AskedFor, Synonym
from tests import factories
from tests.conftest import TwoRegions
from tests.factories import in_days
from tests.forum import makers as forum
from tests.needs import makers as needs

ACTIONS = [action.value for action in Action]
ROLES = [*(role.value for role in Role), "forum", ADMIN]
DESK = {"coordinator", "editor", "resource_author", ADMIN}
EDITORS = {"coordinator", "editor", ADMIN}
COORDINATORS = {"coordinator", ADMIN}
VOCABULARY = {
    "view": EDITORS,
    "choose": DESK,
    "add": COORDINATORS,
    "change": COORDINATORS,
    "delete": COORDINATORS,
}

#: The table, written out once more by hand: what `declare` says must be this. Who is not named
#: may not.
TABLE: dict[type[Model], dict[str, set[str]]] = {
    Region: {"view": COORDINATORS, "choose": DESK, "add": {ADMIN}, "change": COORDINATORS},
    Municipality: {**VOCABULARY},
    Forum: dict.fromkeys(("view", "choose", "add", "change"), COORDINATORS),
    ForumSeat: dict.fromkeys(ACTIONS, COORDINATORS),
    SeatHolder: dict.fromkeys(("view", "add", "change"), COORDINATORS),
    ProfessionalNetwork: {**VOCABULARY, "choose": EDITORS},
    Membership: {action: {ADMIN} for action in ("view", "add", "change", "delete")},
    User: {"choose": COORDINATORS},
    ServiceArea: VOCABULARY,
    TargetGroup: VOCABULARY,
    Topic: VOCABULARY,
    Provider: VOCABULARY,
    AskedFor: {"view": EDITORS},
    Synonym: {"view": EDITORS, "add": EDITORS, "change": EDITORS, "delete": EDITORS},
    CourseOccasion: dict.fromkeys(("view", "add", "change", "delete"), EDITORS),
    CoursePage: {"choose": DESK},
    Need: {
        "view": COORDINATORS,
        "add": {"coordinator"},
        "change": {"coordinator"},
    },
    SharedNeed: {
        "view": EDITORS,
        "choose": EDITORS,
        "change": {"coordinator"},
    },
    PlanningRound: {
        "view": COORDINATORS,
        "add": {"coordinator"},
        "change": {"coordinator"},
    },
}
SHARED = {ServiceArea, TargetGroup, Topic, Provider, Synonym}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: object) -> object:
    """Make two whole regions once: the tests here only read."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        own = factories.make_region(name="Fjellregionen", slug="fjellregionen")
        other = factories.make_region(name="Kustregionen", slug="kustregionen", country="SE")
        Synonym.objects.create(words="eget ord", other_words="et annet")
        people = {}
        for where, region in (("own", own), ("other", other)):
            for role in Role:
                people[where, role.value] = factories.make_member(region, role)
            people[where, "forum"] = factories.make_holder(factories.make_seat(region)).user
            ProfessionalNetwork.objects.create(region=region, name="Helsefag")
            factories.make_occasion(factories.make_distance_course(region))
            needs.make_accepted(region.municipalities.first())
            forum.make_round(region)
            AskedFor.objects.create(week=date(2026, 6, 1), text="demens", region=region.slug)
        people["own", ADMIN] = factories.make_admin()
        yield TwoRegions(own, other, people)
        transaction.set_rollback(True)


@pytest.fixture
def db(world: TwoRegions) -> object:
    """Undo each test inside the module's transaction."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def row_of(model: type[Model], region: Region) -> Model:
    """Return a row that belongs to the region (or to all of them)."""
    rows = {
        Region: lambda: region,
        Municipality: region.municipalities.first,
        Forum: region.forums.get,
        ForumSeat: lambda: ForumSeat.objects.filter(forum__region=region).first(),
        SeatHolder: lambda: SeatHolder.objects.filter(forum__region=region).first(),
        ProfessionalNetwork: region.networks.get,
        Membership: region.memberships.first,
        User: lambda: User.objects.filter(memberships__region=region).first(),
        Need: region.needs.get,
        SharedNeed: region.shared_needs.get,
        PlanningRound: region.rounds.get,
        AskedFor: lambda: AskedFor.objects.get(region=region.slug),
        CoursePage: lambda: CoursePage.objects.descendant_of(factories.region_page(region)).get(),
        CourseOccasion: lambda: CourseOccasion.objects.get(
            course__in=CoursePage.objects.descendant_of(factories.region_page(region))
        ),
    }
    return rows.get(model, model.objects.first)()


def test_the_table_is_what_is_declared() -> None:
    said = {
        model: {action: set(roles) for action, roles in policy.rights.items() if roles}
        for model, policy in declared().items()
    }
    assert said == {
        model: {action: {str(role) for role in roles} for action, roles in rights.items()}
        for model, rights in TABLE.items()
    }


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("model", TABLE, ids=lambda model: model.__name__)
def test_who_may_what_and_on_which_rows(
    world: TwoRegions, db: None, model: type[Model], role: str
) -> None:
    user, policy = world.person(role), policy_for(model)
    own, other = row_of(model, world.own), row_of(model, world.other)
    for action in ACTIONS:
        allowed = role in TABLE[model].get(action, set())
        everywhere = allowed and (role == ADMIN or model in SHARED)
        assert policy.may(user, action) is allowed, action
        assert policy.may_on(user, action, own) is allowed, action
        assert policy.may_on(user, action, other) is everywhere, action
        rows = policy.rows(user, action)
        assert rows.filter(pk=own.pk).exists() is allowed, action
        if everywhere:
            assert rows.count() == model._default_manager.count(), action
        elif not allowed:
            assert rows.count() == 0, action
        narrowed = policy.narrow(model._default_manager.filter(pk=own.pk), user, action)
        assert list(narrowed) == ([own] if allowed else []), action


@pytest.mark.parametrize("model", TABLE, ids=lambda model: model.__name__)
def test_strangers_and_those_who_left_may_nothing(
    world: TwoRegions, db: None, model: type[Model]
) -> None:
    left = factories.make_member(world.own, Role.COORDINATOR)
    left.is_active = False
    left.save()
    retired = factories.make_admin(is_active=False)
    for user in (AnonymousUser(), left, retired, factories.make_user()):
        for action in ACTIONS:
            assert not policy_for(model).may(user, action)
            assert not policy_for(model).rows(user, action).exists()


@pytest.mark.parametrize("role", ["admin", "coordinator"])
@pytest.mark.parametrize("model", [Attempt, Group], ids=lambda model: model.__name__)
def test_a_model_without_a_policy_is_closed(
    world: TwoRegions, db: None, model: type[Model], role: str
) -> None:
    for action in ACTIONS:
        assert not policy_for(model).may(world.person(role), action)
        assert not policy_for(model).rows(world.person(role), action).exists()


def test_an_administrator_is_not_above_the_table(world: TwoRegions, db: None) -> None:
    admin = world.person(ADMIN)
    assert not policy_for(SeatHolder).may(admin, "delete")
    assert not policy_for(Region).may(admin, "delete")
    assert not policy_for(Forum).may_on(admin, "delete", row_of(Forum, world.own))
    assert not policy_for(User).may(admin, "change")


def test_an_administrator_with_a_role_has_that_role_too(world: TwoRegions, db: None) -> None:
    admin = factories.make_admin()
    factories.make_member(world.own, Role.EDITOR, user=admin)
    assert standing_of(User.objects.get(pk=admin.pk)).grants == {("editor", world.own.pk)}


def test_one_row_is_shown_once_however_many_roles(world: TwoRegions, db: None) -> None:
    both = factories.make_member(world.own, Role.EDITOR)
    factories.make_member(world.own, Role.RESOURCE_AUTHOR, user=both)
    shown = policy_for(User).rows(world.person("coordinator"), "choose").filter(pk=both.pk)
    assert shown.count() == 1


def test_two_regions_are_seen_by_whoever_works_in_both(world: TwoRegions, db: None) -> None:
    user = factories.make_member(world.own, Role.COORDINATOR)
    factories.make_member(world.other, Role.EDITOR, user=user)
    user = User.objects.get(pk=user.pk)
    assert set(policy_for(Region).rows(user)) == {world.own}
    assert set(policy_for(Region).rows(user, "choose")) == {world.own, world.other}
    assert not policy_for(Municipality).may_on(user, "change", row_of(Municipality, world.other))


def test_an_unsaved_row_belongs_to_nobody(world: TwoRegions, db: None) -> None:
    new = Municipality(region=world.own, name="Ny", slug="ny")
    assert not policy_for(Municipality).may_on(world.person("coordinator"), "change", new)


class TestStanding:
    def test_what_a_person_is(self, world: TwoRegions, db: None) -> None:
        standing = standing_of(world.person("editor"))
        assert standing.grants == {("editor", world.own.pk)}
        assert standing.desk_regions == {world.own.pk}
        assert standing.may_enter_admin
        assert not standing.is_admin

    def test_a_seat_opens_no_admin(self, world: TwoRegions, db: None) -> None:
        standing = standing_of(world.person("forum"))
        assert standing.seat_regions == {world.own.pk}
        assert not standing.may_enter_admin

    @pytest.mark.parametrize("role", ["submitter", "contact", "provider_contact", "steering"])
    def test_nor_does_a_role_outside_the_desk(self, world: TwoRegions, db: None, role: str) -> None:
        assert not standing_of(world.person(role)).may_enter_admin

    @pytest.mark.parametrize(
        ("starts", "ends", "sits"),
        [(0, None, True), (1, None, False), (-5, -1, False), (-5, 0, True), (-5, 5, True)],
    )
    def test_a_seat_counts_by_its_days(
        self, world: TwoRegions, db: None, starts: int, ends: int | None, *, sits: bool
    ) -> None:
        ended: date | None = None if ends is None else in_days(ends)
        holder = factories.make_holder(
            factories.make_seat(world.own), starts_on=in_days(starts), ended_at=ended
        )
        assert bool(standing_of(holder.user).seat_regions) is sits

    def test_it_is_asked_once_a_request(
        self, world: TwoRegions, db: None, django_assert_num_queries: object
    ) -> None:
        user = User.objects.get(pk=world.person("editor").pk)
        with django_assert_num_queries(2):
            assert standing_of(user) is standing_of(user)


class TestDeclaring:
    def test_an_unknown_action_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"Attempt: unknown actions \['paint'\]"):
            declare(Attempt, region=None, paint={ADMIN})
        assert Attempt not in declared()

    def test_a_second_policy_is_refused(self) -> None:
        before = policy_for(Region)
        with pytest.raises(ValueError, match="Region has a policy already"):
            declare(Region, region="pk", view=policies.DESK)
        assert policy_for(Region) is before

    def test_no_filter_lets_nothing_through(self, world: TwoRegions, db: None) -> None:
        assert not Region.objects.filter(any_of([])).exists()
