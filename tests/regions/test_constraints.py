"""Every constraint in the database, twice: through a form's check, and past it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Model
from django.utils import translation
from django.utils.functional import Promise

from regions.models import (
    Attempt,
    Forum,
    ForumSeat,
    Membership,
    Municipality,
    MunicipalityCode,
    MunicipalityFigure,
    Notice,
    ProfessionalNetwork,
    ReferenceCounter,
    Region,
    RegionGroup,
    Role,
    SeatHolder,
    ServiceArea,
    TargetGroup,
    Topic,
    User,
)
from tests import factories

from .bare import bare_region

DAY = date(2024, 1, 1)


class Setting:
    """Two regions' worth of rows to collide with, made when first asked for."""

    def __init__(self) -> None:
        self.region = bare_region()
        self.forum = Forum.objects.get(region=self.region)
        self.one = factories.make_municipality(self.region, name="Nordfjell")
        self.two = factories.make_municipality(self.region, name="Sorfjell")
        self.person = factories.make_user(email="kari@samkurs.example")

    def code(self, **fields: object) -> MunicipalityCode:
        fields = {"municipality": self.one, "country": "NO", "code": "0301", **fields}
        return MunicipalityCode(**{"valid_from": DAY, **fields})

    def seat(self, **fields: object) -> ForumSeat:
        return ForumSeat(**{"forum": self.forum, "kind": "municipality", **fields})

    def holder(self, **fields: object) -> SeatHolder:
        return SeatHolder(**{"forum": self.forum, "starts_on": DAY, **fields})

    def member(self, **fields: object) -> Membership:
        return Membership(**{"user": self.person, "region": self.region, **fields})


def new_region(**fields: object) -> Region:
    basis = {"name": "Ny", "slug": "ny", "country": "NO", "currency": "NOK"}
    return Region(**{**basis, "default_language": "nb", **fields})


def _second_code(s: Setting) -> MunicipalityCode:
    s.code(valid_to=date(2024, 6, 1)).save()
    return s.code(municipality=s.two, valid_to=date(2024, 3, 1))


def _code_open_twice(s: Setting) -> MunicipalityCode:
    s.code().save()
    return s.code(municipality=s.two, valid_from=date(2023, 1, 1))


def _two_open_codes(s: Setting) -> MunicipalityCode:
    s.code().save()
    return s.code(code="0302", valid_from=date(2023, 1, 1))


def _second_figure(s: Setting) -> MunicipalityFigure:
    figure = {"municipality": s.one, "year": 2025, "source": "SSB"}
    MunicipalityFigure.objects.create(**figure, population=1000)
    return MunicipalityFigure(**figure, population=2000)


def _second_network(s: Setting) -> ProfessionalNetwork:
    ProfessionalNetwork.objects.create(region=s.region, name="Helsefag")
    return ProfessionalNetwork(region=s.region, name="HELSEFAG")


def _second_seat(s: Setting) -> ForumSeat:
    s.seat(municipality=s.one).save()
    return s.seat(municipality=s.one)


def _second_chair(s: Setting) -> ForumSeat:
    s.seat(municipality=s.one, is_chair=True).save()
    return s.seat(municipality=s.two, is_chair=True)


def _two_seats_one_person(s: Setting) -> SeatHolder:
    factories.make_holder(factories.make_seat(s.region, municipality=s.one), user=s.person)
    return s.holder(seat=factories.make_seat(s.region, municipality=s.two), user=s.person)


def _two_holders_one_seat(s: Setting) -> SeatHolder:
    seat = factories.make_seat(s.region, municipality=s.one)
    factories.make_holder(seat)
    return s.holder(seat=seat, user=s.person)


def _backward_holder(s: Setting) -> SeatHolder:
    seat = factories.make_seat(s.region, municipality=s.one)
    return s.holder(seat=seat, user=s.person, ended_at=date(2023, 12, 31))


def _second_membership(s: Setting) -> Membership:
    s.member(role=Role.EDITOR).save()
    return s.member(role=Role.EDITOR)


def _second_term(model: type[Model], code: str) -> Callable[[Setting], Model]:
    def make(s: Setting) -> Model:
        factories.make_term(model, **{f"name_{code}": "Demens"})
        names = {f"name_{each}": f"Something else {each}" for each in ("en", "nb", "sv")}
        return model(slug="demens", **{**names, f"name_{code}": "DEMENS"})

    return make


def _second_group(s: Setting) -> RegionGroup:
    made = RegionGroup.objects.filter(region=s.region).first()
    group = type(made.group).objects.create(name="Another")
    return RegionGroup(region=s.region, role=made.role, group=group)


def _second_window(s: Setting) -> Attempt:
    window = {"key_hash": "a" * 64, "window_start": "2026-01-01T00:00:00Z"}
    Attempt.objects.create(**window)
    return Attempt(**window)


def _second_notice(s: Setting) -> Notice:
    notice = {"kind": "need_received", "event": "need-log:1", "recipient": "need:1"}
    Notice.objects.create(**notice, due_at="2026-01-01T00:00:00Z")
    return Notice(**notice, due_at="2026-01-02T00:00:00Z", created_at="2026-01-02T00:00:00Z")


def _second_counter(s: Setting) -> ReferenceCounter:
    series = {"region": s.region, "series": "K", "year": 2027}
    ReferenceCounter.objects.create(**series)
    return ReferenceCounter(**series)


@dataclass
class Case:
    """A row that breaks one constraint, and what is said about it at which field."""

    make: Callable[[Setting], Model]
    field: str = ""
    message: str = ""
    #: Further fields at which the same row is refused, by rules beside the constraint.
    also: tuple[str, ...] = ()


BACKWARDS = "The last day cannot be before the first day."
TAKEN = "Another code is valid in a part of this period."
CASES = {
    "region_currency_of_country": Case(
        lambda s: new_region(currency="SEK"),
        "currency",
        "Norway counts in kroner, Sweden in kronor.",
    ),
    "region_quorum_is_a_share": Case(
        lambda s: new_region(quorum_num=4, quorum_den=3),
        "quorum_num",
        "The quorum is a share of at most the whole forum.",
    ),
    "region_envelope_is_per_cent": Case(
        lambda s: new_region(envelope_small_pct=101),
        "envelope_small_pct",
        "Ensure this value is less than or equal to 100.",
    ),
    "municipality_name_once_per_region": Case(
        lambda s: Municipality(region=s.region, name="NORDFJELL", slug="nytt"),
        "name",
        "The region already has a municipality of this name.",
    ),
    "municipality_code_once_per_start": Case(_second_code, "valid_from", TAKEN),
    "municipality_code_open_once": Case(
        _code_open_twice, "code", "Another municipality has this code.", also=("valid_from",)
    ),
    "municipality_one_open_code": Case(
        _two_open_codes,
        "valid_to",
        "A municipality has one code at a time.",
        also=("valid_from",),
    ),
    "municipality_code_four_digits": Case(
        lambda s: s.code(code="03x1"), "code", "Four digits, with leading zeros."
    ),
    "municipality_code_period": Case(
        lambda s: s.code(valid_to=date(2023, 12, 31)), "valid_to", BACKWARDS
    ),
    "municipality_figure_once_per_year": Case(
        _second_figure, "year", "There is already a figure for this year."
    ),
    "network_name_once_per_region": Case(
        _second_network, "name", "The region already has a network of this name."
    ),
    "forum_one_active_per_region": Case(
        lambda s: Forum(region=s.region, name="Et til"),
        "is_active",
        "The region already has an active forum.",
    ),
    "seat_kind_has_its_party": Case(
        lambda s: s.seat(), "municipality", "Choose the municipality of the seat."
    ),
    "seat_one_active_per_municipality": Case(
        _second_seat, "municipality", "This municipality already has a seat."
    ),
    "seat_one_chair": Case(_second_chair, "is_chair", "The forum already has a chair."),
    "holder_one_seat_per_person": Case(
        _two_seats_one_person, "user", "The person already has a seat in this forum."
    ),
    "holder_one_per_kind": Case(
        _two_holders_one_seat, "kind", "The seat already has one of this kind."
    ),
    "holder_period": Case(_backward_holder, "ended_at", BACKWARDS),
    "membership_open_once": Case(
        _second_membership, "role", "The person already has this role in the region."
    ),
    "membership_role_known": Case(
        lambda s: s.member(role="king"), "role", "Value 'king' is not a valid choice."
    ),
    "membership_contact_has_municipality": Case(
        lambda s: s.member(role=Role.CONTACT),
        "municipality",
        "A contact speaks for one municipality: choose it.",
    ),
    "membership_period": Case(
        lambda s: s.member(role=Role.EDITOR, starts_on=DAY, ends_on=date(2023, 12, 31)),
        "ends_on",
        BACKWARDS,
    ),
    "user_email_once": Case(
        lambda s: User(email="KARI@samkurs.example", password="x"),
        "email",
        "Someone already signs in with this e-mail.",
    ),
    "region_group_once": Case(_second_group),
    "attempt_once_per_window": Case(_second_window),
    "notice_once_per_event_and_recipient": Case(_second_notice),
    "reference_counter_once": Case(_second_counter),
    **{
        f"{model._meta.model_name}_name_{code}_once": Case(
            _second_term(model, code), f"name_{code}", "There is already a term of this name."
        )
        for model in (ServiceArea, TargetGroup, Topic)
        for code in ("en", "nb", "sv")
    },
}

ALL = [
    constraint
    for model in apps.get_app_config("regions").get_models()
    for constraint in model._meta.constraints
]
#: Rows that no person ever edits: there is nobody to tell.
INTERNAL = {
    "region_group_once",
    "attempt_once_per_window",
    "notice_once_per_event_and_recipient",
    "reference_counter_once",
}


def test_each_constraint_has_its_case() -> None:
    assert sorted(constraint.name for constraint in ALL) == sorted(CASES)


@pytest.mark.parametrize("constraint", ALL, ids=lambda each: each.name)
def test_each_message_waits_for_its_reader(constraint: models.BaseConstraint) -> None:
    if constraint.name in INTERNAL:
        return
    assert isinstance(constraint.violation_error_message, Promise)
    assert constraint.violation_error_message != constraint.default_violation_error_message
    said = set()
    for code in ("en", "nb", "sv"):
        with translation.override(code):
            said.add(str(constraint.violation_error_message))
    assert len(said) == 3


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(CASES.keys() - INTERNAL))
def test_a_form_is_told_at_the_field(name: str) -> None:
    case = CASES[name]
    instance = case.make(Setting())
    with pytest.raises(ValidationError) as refused:
        instance.full_clean()
    assert refused.value.message_dict.keys() == {case.field, *case.also}
    assert case.message in refused.value.message_dict[case.field]


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(CASES))
def test_the_database_refuses_past_the_form(name: str) -> None:
    instance = CASES[name].make(Setting())
    rows = type(instance)._base_manager
    before = list(rows.order_by("pk").values())
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        rows.bulk_create([instance])
    assert _names(str(refused.value), name, type(instance))
    assert list(rows.order_by("pk").values()) == before


def _names(text: str, name: str, model: type[Model]) -> bool:
    """Return whether the database's words are about this constraint: SQLite names columns."""
    constraint = next(each for each in model._meta.constraints if each.name == name)
    columns = [model._meta.get_field(field).column for field in getattr(constraint, "fields", ())]
    table = model._meta.db_table
    listed = ", ".join(f"{table}.{column}" for column in columns)
    return name in text or (bool(listed) and text.endswith(f"failed: {listed}"))


@pytest.mark.django_db
def test_names_and_addresses_of_regions_are_used_once(region: Region) -> None:
    twin = new_region(
        name=region.name, slug=region.slug, country="SE", currency="SEK", default_language="sv"
    )
    with pytest.raises(ValidationError) as refused:
        twin.full_clean()
    assert refused.value.message_dict == {
        "name": ["Region with this Name already exists."],
        "slug": ["Region with this Address already exists."],
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()
    assert Region.objects.count() == 1


@pytest.mark.django_db
def test_what_a_form_does_not_show_is_said_above_it() -> None:
    """A constraint without the hidden field itself can still be about it."""
    seat = Setting().seat()
    with pytest.raises(ValidationError) as refused:
        seat.validate_constraints(exclude={"is_chair"})
    assert list(refused.value.message_dict) == ["kind"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(ForumSeat.message_at, "seat_kind_has_its_party", "is_chair")
        with pytest.raises(ValidationError) as refused:
            seat.validate_constraints(exclude={"is_chair"})
    assert list(refused.value.message_dict) == [NON_FIELD_ERRORS]
