"""Memberships are the truth; groups follow them at once, by date, and back."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from regions.memberships import derive_groups, sync_all_groups, sync_groups
from regions.models import Membership, Region, RegionGroup, Role, User
from tests import factories
from tests.factories import in_days


def groups(user: User) -> set[str]:
    return set(Group.objects.filter(user=user).values_list("name", flat=True))


def give(user: User, region: Region, role: str = Role.EDITOR, **dates: date) -> Membership:
    return Membership.objects.create(user=user, region=region, role=role, **dates)


@pytest.fixture
def user(db: None) -> User:
    return factories.make_user()


def test_a_role_gives_its_group_and_its_end_takes_it(region: Region, user: User) -> None:
    membership = give(user, region)
    assert groups(user) == {"fjellregionen: editor"}
    membership.role = Role.COORDINATOR
    membership.save()
    assert groups(user) == {"fjellregionen: coordinator"}
    membership.delete()
    assert groups(user) == set()


@pytest.mark.parametrize("role", [Role.SUBMITTER, Role.CONTACT, Role.PROVIDER_CONTACT])
def test_a_role_outside_the_desk_gives_none(region: Region, user: User, role: str) -> None:
    place = factories.make_municipality(region)
    Membership.objects.create(user=user, region=region, role=role, municipality=place)
    assert groups(user) == set()


def test_each_region_has_its_own(two_regions: object, user: User) -> None:
    give(user, two_regions.own)
    swedish = give(user, two_regions.other, Role.COORDINATOR)
    assert groups(user) == {"fjellregionen: editor", "kustregionen: coordinator"}
    swedish.delete()
    assert groups(user) == {"fjellregionen: editor"}


def test_a_role_given_to_another_person_leaves_the_first(region: Region, user: User) -> None:
    heir = factories.make_user()
    membership = give(user, region)
    membership.user = heir
    membership.save()
    assert (groups(user), groups(heir)) == (set(), {"fjellregionen: editor"})


def test_a_role_held_twice_ends_with_the_second(region: Region, user: User) -> None:
    places = [factories.make_municipality(region) for _ in range(2)]
    first, second = (
        Membership.objects.create(user=user, region=region, role=Role.EDITOR, municipality=place)
        for place in places
    )
    first.delete()
    assert groups(user) == {"fjellregionen: editor"}
    second.delete()
    assert groups(user) == set()


@pytest.mark.parametrize(
    ("starts", "ends", "held"),
    [(1, None, False), (0, None, True), (None, -1, False), (None, 0, True), (-5, 5, True)],
)
def test_dates_count_when_it_is_saved(
    region: Region, user: User, starts: int | None, ends: int | None, *, held: bool
) -> None:
    dates = {"starts_on": starts, "ends_on": ends}
    give(user, region, **{name: in_days(n) for name, n in dates.items() if n is not None})
    assert bool(groups(user)) is held


def test_the_clock_lets_roles_begin_and_end(region: Region, user: User) -> None:
    leaving = factories.make_user()
    give(user, region, starts_on=in_days(3))
    give(leaving, region, ends_on=in_days(2))
    assert (groups(user), groups(leaving)) == (set(), {"fjellregionen: editor"})
    assert sync_all_groups(in_days(2)) == 0
    assert sync_all_groups(in_days(3)) == 2
    assert (groups(user), groups(leaving)) == ({"fjellregionen: editor"}, set())
    assert sync_all_groups(in_days(3)) == 0


def test_a_tick_mends_what_was_changed_past_the_signals(region: Region, user: User) -> None:
    give(user, region)
    Membership.objects.filter(user=user).update(role=Role.COORDINATOR)
    call_command("tick")
    assert groups(user) == {"fjellregionen: coordinator"}
    Membership.objects.filter(user=user)._raw_delete("default")
    call_command("tick")
    assert groups(user) == set()


def test_the_clock_asks_no_more_for_more_people(
    region: Region, django_assert_num_queries: object
) -> None:
    for _ in range(2):
        for _ in range(5):
            give(factories.make_user(), region)
        with django_assert_num_queries(3):
            assert sync_all_groups() == 0


def test_whoever_leaves_loses_and_whoever_returns_regains(region: Region, user: User) -> None:
    give(user, region)
    user.is_active = False
    user.save()
    assert groups(user) == set()
    give(user, region, Role.COORDINATOR)
    sync_all_groups()
    assert groups(user) == set()
    user.is_active = True
    user.save(update_fields=["is_active"])
    assert groups(user) == {"fjellregionen: editor", "fjellregionen: coordinator"}


def test_groups_given_by_hand(region: Region, user: User) -> None:
    """A group of no region stays; a region's group without the role does not."""
    Group.objects.create(name="Translators").user_set.add(user)
    RegionGroup.objects.get(region=region, role=Role.COORDINATOR).group.user_set.add(user)
    membership = give(user, region)
    assert groups(user) == {"Translators", "fjellregionen: editor"}
    membership.delete()
    assert groups(user) == {"Translators"}
    sync_all_groups()
    assert groups(user) == {"Translators"}


def test_a_request_reads_and_writes_only_what_changed(
    region: Region, user: User, django_assert_num_queries: object
) -> None:
    give(user, region)
    with django_assert_num_queries(3) as asked:
        assert sync_groups(user) is False
    assert all(query["sql"].startswith("SELECT") for query in asked.captured_queries)
    assert sync_groups(user, in_days(0)) is False
    Membership.objects.filter(user=user).update(ends_on=in_days(-1))
    assert sync_groups(user) is True
    assert derive_groups(user) is False
    assert groups(user) == set()


def test_deleting_a_person_deletes_their_roles(region: Region, user: User) -> None:
    give(user, region)
    pk = user.pk
    user.delete()
    assert not Membership.objects.filter(user=pk).exists()
    assert not User.groups.through.objects.filter(user_id=pk).exists()


@pytest.mark.django_db
class TestLanguage:
    """The person's language and the admin's are one."""

    def test_the_admin_follows_the_person(self) -> None:
        user = factories.make_user(language="sv")
        assert user.wagtail_userprofile.preferred_language == "sv"
        user.language = "en"
        user.save()
        user.wagtail_userprofile.refresh_from_db()
        assert user.wagtail_userprofile.preferred_language == "en"

    def test_the_person_follows_the_admin(self) -> None:
        user = factories.make_user(language="sv")
        profile = user.wagtail_userprofile
        profile.preferred_language = "nb"
        profile.save()
        assert User.objects.get(pk=user.pk).language == "nb"
