"""What rows of regions must keep between themselves, said at the field."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from regions.models import (
    Forum,
    ForumSeat,
    Membership,
    Municipality,
    MunicipalityCode,
    Region,
    Role,
    User,
)
from tests import factories
from tests.factories import in_days

from .bare import refusal

FIXED = "This is fixed when the region is founded."


class TestRegion:
    @pytest.mark.parametrize("zone", ["Europe/Oslo", "Europe/Stockholm", "UTC"])
    def test_a_known_time_zone_holds(self, region: Region, zone: str) -> None:
        region.timezone = zone
        assert refusal(region) == {}

    @pytest.mark.parametrize("zone", ["Oslo", "Europe/Trondheim", "../../etc/passwd", "Europe"])
    def test_an_unknown_time_zone_is_refused(self, region: Region, zone: str) -> None:
        region.timezone = zone
        assert refusal(region) == {
            "timezone": ["This is not a known time zone. Example: Europe/Oslo."]
        }

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("quorum_num", 0),
            ("quorum_den", 0),
            ("dialogue_months", 0),
            ("dialogue_months", 61),
            ("min_gradings", 0),
            ("min_gradings", 51),
            ("employee_seats", 21),
        ],
    )
    def test_settings_keep_their_bounds(self, region: Region, field: str, value: int) -> None:
        setattr(region, field, value)
        assert "Ensure this value is" in refusal(region)[field][0]

    @pytest.mark.parametrize(
        ("field", "value", "message"),
        [
            ("slug", "annet", FIXED),
            ("default_language", "sv", FIXED),
            ("country", "SE", FIXED),
            ("currency", "SEK", "Norway counts in kroner, Sweden in kronor."),
        ],
    )
    def test_what_it_is_founded_on_stays(
        self, region: Region, field: str, value: str, message: str
    ) -> None:
        setattr(region, field, value)
        assert refusal(region)[field] == [message]

    def test_it_does_not_move_to_the_other_country_whole(self, region: Region) -> None:
        region.country, region.currency = "SE", "SEK"
        assert refusal(region) == {"country": [FIXED], "currency": [FIXED]}

    def test_its_name_may_change(self, region: Region) -> None:
        region.name = "Fjellregionen og dalene"
        assert refusal(region) == {}

    def test_fewer_employee_seats_than_in_use_are_refused(self, region: Region) -> None:
        seats = [factories.make_seat(region, organisation=name) for name in ("Delta", "NTL")]
        region.employee_seats = 1
        assert refusal(region) == {
            "employee_seats": ["More seats than this are in use. End some of them first."]
        }
        ForumSeat.objects.filter(pk=seats[0].pk).update(is_active=False)
        assert refusal(region) == {}


class TestMunicipality:
    def test_the_same_name_in_another_region_holds(self, two_regions: object) -> None:
        factories.make_municipality(two_regions.own, name="Herøy")
        twin = Municipality(region=two_regions.other, name="Herøy", slug="heroy-2")
        assert refusal(twin) == {}

    def test_it_moves_while_nothing_hangs_on_it(self, two_regions: object) -> None:
        free = factories.make_municipality(two_regions.own)
        free.region = two_regions.other
        assert refusal(free) == {}

    @pytest.mark.parametrize("tie", ["seat", "role"])
    def test_it_stays_while_something_does(self, two_regions: object, tie: str) -> None:
        place = factories.make_municipality(two_regions.own)
        if tie == "seat":
            factories.make_seat(two_regions.own, municipality=place)
        else:
            factories.make_member(two_regions.own, Role.CONTACT, municipality=place)
        place.region = two_regions.other
        assert refusal(place) == {
            "region": ["Seats or roles in its region hang on this municipality."]
        }


class TestMunicipalityCode:
    def code(self, municipality: Municipality, first: str, last: str | None) -> MunicipalityCode:
        return MunicipalityCode(
            municipality=municipality,
            country="NO",
            code="0301",
            valid_from=date.fromisoformat(first),
            valid_to=last and date.fromisoformat(last),
        )

    @pytest.mark.parametrize(
        ("first", "last", "holds"),
        [
            ("2019-01-01", "2019-12-31", True),
            ("2019-01-01", "2020-01-01", False),
            ("2024-01-01", None, True),
            ("2023-12-31", None, False),
            ("2021-01-01", "2021-01-01", False),
            ("2019-01-01", None, False),
        ],
    )
    def test_both_ends_of_a_period_count(
        self, region: Region, first: str, last: str | None, *, holds: bool
    ) -> None:
        place, other = factories.make_municipality(region), factories.make_municipality(region)
        self.code(place, "2020-01-01", "2023-12-31").save()
        found = refusal(self.code(other, first, last))
        assert ("valid_from" not in found) is holds

    def test_the_number_of_another_country_is_another_code(self, two_regions: object) -> None:
        self.code(factories.make_municipality(two_regions.own), "2020-01-01", None).save()
        swedish = self.code(factories.make_municipality(two_regions.other), "2020-01-01", None)
        assert refusal(swedish) == {"country": ["The region is in another country."]}
        swedish.country = "SE"
        assert refusal(swedish) == {}

    @pytest.mark.parametrize("digits", ["301", "03011", "03O1", "٠٣٠١", "0301\n", " 301", ""])
    def test_four_latin_digits_and_nothing_else(self, region: Region, digits: str) -> None:
        code = self.code(factories.make_municipality(region), "2020-01-01", None)
        code.code = digits
        assert "code" in refusal(code)


class TestForumSeat:
    def test_no_more_seats_for_employees_than_the_setting(self, region: Region) -> None:
        forum = Forum.objects.get(region=region)
        for name in ("Delta", "NTL"):
            factories.make_seat(region, organisation=name)
        third = ForumSeat(forum=forum, kind="employee_org", organisation="Fagforbundet")
        assert refusal(third) == {"kind": ["All seats of the employees' organisations are taken."]}
        third.is_active = False
        assert refusal(third) == {}
        third.save()
        third.is_active = True
        assert "kind" in refusal(third)
        region.employee_seats = 3
        region.save()
        third = ForumSeat.objects.get(pk=third.pk)
        third.is_active = True
        assert refusal(third) == {}

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            (
                {"kind": "municipality", "organisation": "Delta"},
                {
                    "municipality": ["Choose the municipality of the seat."],
                    "organisation": ["Leave this empty for a municipality's seat."],
                },
            ),
            (
                {"kind": "employee_org"},
                {"organisation": ["Write the name of the organisation."]},
            ),
        ],
    )
    def test_each_kind_names_its_party(self, region: Region, fields: dict, expected: dict) -> None:
        forum = Forum.objects.get(region=region)
        assert refusal(ForumSeat(forum=forum, **fields)) == expected

    def test_an_organisation_has_no_municipality(self, region: Region) -> None:
        seat = ForumSeat(
            forum=Forum.objects.get(region=region),
            kind="employee_org",
            organisation="Delta",
            municipality=factories.make_municipality(region),
        )
        assert refusal(seat) == {"municipality": ["Leave this empty for an organisation's seat."]}

    def test_a_municipality_of_another_region_has_no_seat(self, two_regions: object) -> None:
        seat = ForumSeat(
            forum=Forum.objects.get(region=two_regions.own),
            kind="municipality",
            municipality=factories.make_municipality(two_regions.other),
        )
        assert refusal(seat) == {"municipality": ["This municipality belongs to another region."]}

    def test_a_seat_that_was_held_stays_in_its_forum(self, region: Region) -> None:
        seat = factories.make_seat(region, organisation="Delta")
        elsewhere = Forum.objects.create(region=region, name="Før", is_active=False)
        seat.forum = elsewhere
        assert refusal(seat) == {}
        seat.refresh_from_db()
        factories.make_holder(seat)
        seat.forum = elsewhere
        assert refusal(seat) == {
            "forum": ["A seat that somebody holds or held stays in its forum."]
        }

    def test_a_forum_with_seats_stays_in_its_region(self, two_regions: object) -> None:
        forum = factories.make_seat(two_regions.own).forum
        forum.region, forum.is_active = two_regions.other, False
        assert refusal(forum) == {"region": ["A forum with seats stays in its region."]}


class TestMembership:
    def test_a_municipality_of_another_region_is_refused(self, two_regions: object) -> None:
        membership = Membership(
            user=factories.make_user(),
            region=two_regions.own,
            role=Role.CONTACT,
            municipality=factories.make_municipality(two_regions.other),
        )
        assert refusal(membership) == {
            "municipality": ["This municipality belongs to another region."]
        }

    def test_a_role_in_two_municipalities_is_two_memberships(self, region: Region) -> None:
        user = factories.make_user()
        for _ in range(2):
            factories.make_member(
                region, Role.CONTACT, user=user, municipality=factories.make_municipality(region)
            )
        assert Membership.objects.filter(user=user).count() == 2

    def test_an_ended_role_is_taken_up_again(self, region: Region) -> None:
        user = factories.make_member(
            region, Role.EDITOR, starts_on=in_days(-9), ends_on=in_days(-1)
        )
        assert refusal(Membership(user=user, region=region, role=Role.EDITOR)) == {}


@pytest.mark.django_db
class TestUser:
    def test_one_spelling_of_an_address_is_kept(self) -> None:
        assert factories.make_user(email=" Kari@Samkurs.Example ").email == "kari@samkurs.example"
        person = User(email="OLA@samkurs.example", password="x")
        person.full_clean()
        assert person.email == "ola@samkurs.example"

    def test_nobody_is_made_without_an_address(self) -> None:
        with pytest.raises(ValueError, match="needs an e-mail address"):
            User.objects.create_user("")
        assert not User.objects.exists()

    def test_a_language_that_we_do_not_speak_is_refused(self) -> None:
        person = User(email="ola@samkurs.example", password="x", language="de")
        assert refusal(person) == {"language": ["Value 'de' is not a valid choice."]}


def test_a_membership_without_dates_holds_today(region: Region) -> None:
    user = factories.make_member(region, Role.EDITOR)
    today = timezone.localdate()
    for day in (today - timedelta(days=9999), today, today + timedelta(days=9999)):
        assert Membership.objects.in_force(day).filter(user=user).exists()
