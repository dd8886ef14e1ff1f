"""Who sits where, and that nobody moderates and votes in one region."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from regions.models import Membership, Region, Role, SeatHolder, User
from tests import factories
from tests.factories import in_days

from .bare import refusal

TWO_HATS = "A member of the forum cannot coordinate the same region."
NO_SEAT = "A coordinator cannot have a seat in the forum of the same region."


def coordinator(region: Region, user: User, **fields: object) -> Membership:
    return Membership(user=user, region=region, role=Role.COORDINATOR, **fields)


class TestSeatHolder:
    def test_a_form_without_the_forum_is_told_as_well(self, region: Region) -> None:
        """The forum is no field of the form, so the constraint alone would not be asked."""
        user = factories.make_holder(factories.make_seat(region)).user
        second = SeatHolder(seat=factories.make_seat(region), user=user)
        with pytest.raises(ValidationError) as refused:
            second.full_clean(exclude={"forum"})
        assert refused.value.message_dict == {
            "user": ["The person already has a seat in this forum."]
        }

    def test_a_seat_is_handed_over_the_day_after(self, region: Region) -> None:
        holder = factories.make_holder(factories.make_seat(region), starts_on=in_days(-9))
        holder.ended_at = in_days(3)
        holder.save()
        heir = SeatHolder(seat=holder.seat, user=factories.make_user(), starts_on=in_days(3))
        assert refusal(heir) == {"kind": ["The seat already has one of this kind."]}
        heir.starts_on = in_days(4)
        assert refusal(heir) == {}

    def test_a_deputy_sits_beside_the_holder(self, region: Region) -> None:
        holder = factories.make_holder(factories.make_seat(region))
        deputy = SeatHolder(seat=holder.seat, user=factories.make_user(), kind="deputy")
        assert refusal(deputy) == {}

    def test_an_ended_row_is_not_reopened_on_a_taken_seat(self, region: Region) -> None:
        first = factories.make_holder(
            factories.make_seat(region), starts_on=in_days(-9), ended_at=in_days(-5)
        )
        factories.make_holder(first.seat, starts_on=in_days(-4))
        first.ended_at = None
        assert refusal(first) == {"kind": ["The seat already has one of this kind."]}

    def test_in_force_to_the_last_day(self, region: Region) -> None:
        holder = factories.make_holder(
            factories.make_seat(region), starts_on=in_days(2), ended_at=in_days(4)
        )
        seen = [
            SeatHolder.objects.in_force(in_days(day)).filter(pk=holder.pk).exists()
            for day in range(1, 6)
        ]
        assert seen == [False, True, True, True, False]
        assert SeatHolder.objects.current().filter(pk=holder.pk).exists()
        SeatHolder.objects.filter(pk=holder.pk).update(starts_on=in_days(-4), ended_at=in_days(-1))
        assert not SeatHolder.objects.current().filter(pk=holder.pk).exists()


class TestNobodyModeratesAndVotes:
    """Invariant 8: coordinator ∩ forum = ∅ in each region, from today on."""

    @pytest.mark.parametrize(
        ("starts", "ends", "holds"),
        [
            (None, None, False),
            (-30, None, False),
            (30, None, False),
            (None, 10, False),
            (-30, -1, True),
            (None, -1, True),
            (-30, 0, False),
        ],
    )
    @pytest.mark.parametrize("first", ["coordinator", "holder"])
    def test_an_open_seat_against_a_membership(
        self, region: Region, starts: int | None, ends: int | None, *, holds: bool, first: str
    ) -> None:
        user, seat = factories.make_user(), factories.make_seat(region)
        membership = coordinator(
            region,
            user,
            starts_on=None if starts is None else in_days(starts),
            ends_on=None if ends is None else in_days(ends),
        )
        holder = SeatHolder(seat=seat, user=user, starts_on=in_days(-60))
        if first == "coordinator":
            membership.save()
            expected, asked = {"user": [NO_SEAT]}, holder
        else:
            holder.save()
            expected, asked = {"role": [TWO_HATS]}, membership
        assert refusal(asked) == ({} if holds else expected)

    @pytest.mark.parametrize("first", ["coordinator", "holder"])
    def test_a_seat_that_ends_before_the_membership_begins(
        self, region: Region, first: str
    ) -> None:
        user = factories.make_user()
        membership = coordinator(region, user, starts_on=in_days(10))
        holder = SeatHolder(
            seat=factories.make_seat(region),
            user=user,
            starts_on=in_days(-60),
            ended_at=in_days(9),
        )
        rows = [membership, holder] if first == "coordinator" else [holder, membership]
        for row in rows:
            assert refusal(row) == {}
            row.save()
        holder.ended_at = in_days(10)
        assert refusal(holder) == {"user": [NO_SEAT]}
        membership.starts_on = in_days(9)
        assert refusal(membership) == {"role": [TWO_HATS]}

    def test_a_seat_is_not_reopened_for_a_coordinator(self, region: Region) -> None:
        holder = factories.make_holder(
            factories.make_seat(region), starts_on=in_days(-60), ended_at=in_days(-1)
        )
        factories.make_member(region, Role.COORDINATOR, user=holder.user)
        holder.ended_at = None
        assert refusal(holder) == {"user": [NO_SEAT]}
        assert SeatHolder.objects.get(pk=holder.pk).ended_at == in_days(-1)

    def test_a_role_is_not_turned_into_coordinator_beside_a_seat(self, region: Region) -> None:
        user = factories.make_holder(factories.make_seat(region)).user
        factories.make_member(region, Role.EDITOR, user=user)
        membership = Membership.objects.get(user=user)
        membership.role = Role.COORDINATOR
        assert refusal(membership) == {"role": [TWO_HATS]}

    def test_another_region_is_another_matter(self, two_regions: object) -> None:
        user = factories.make_holder(factories.make_seat(two_regions.own)).user
        assert refusal(coordinator(two_regions.other, user)) == {}
        factories.make_member(two_regions.other, Role.COORDINATOR, user=user)
        assert refusal(SeatHolder.objects.get(user=user)) == {}
