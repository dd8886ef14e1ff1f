"""Makers of what tests need; each makes the least that is valid."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

from django.utils import timezone

from catalogue.models import (
    CatalogueIndexPage,
    CourseOccasion,
    CoursePackagePage,
    CoursePage,
    DistanceCoursePage,
    PackageCourse,
    Provider,
    RegionPage,
    SharedOfferingPage,
)
from regions.models import (
    Forum,
    ForumSeat,
    Membership,
    Municipality,
    Region,
    Role,
    SeatHolder,
    ServiceArea,
    TargetGroup,
    Topic,
    User,
)
from regions.services import create_region
from search.sync import engine

_number = itertools.count(1)

PASSWORD = "fjell-og-fjord-17"


def make_user(**fields: object) -> User:
    number = next(_number)
    fields.setdefault("email", f"person{number}@samkurs.example")
    return User.objects.create_user(fields.pop("email"), PASSWORD, **fields)


def make_admin(**fields: object) -> User:
    return make_user(is_superuser=True, is_staff=True, **fields)


def make_region(**fields: object) -> Region:
    number = next(_number)
    fields.setdefault("name", f"Region {number}")
    fields.setdefault("slug", f"region-{number}")
    fields.setdefault("country", "NO")
    fields.setdefault("currency", "NOK" if fields["country"] == "NO" else "SEK")
    fields.setdefault("default_language", "nb" if fields["country"] == "NO" else "sv")
    forum_name = fields.pop("forum_name", f"Forum {fields['name']}")
    return create_region(Region(**fields), forum_name=forum_name)


def make_municipality(region: Region, **fields: object) -> Municipality:
    number = next(_number)
    fields.setdefault("name", f"Kommune {number}")
    fields.setdefault("slug", f"kommune-{number}")
    return Municipality.objects.create(region=region, **fields)


def make_member(region: Region, role: Role, **fields: object) -> User:
    """Make a person with a role in force in the region."""
    user = fields.pop("user", None) or make_user()
    if role == Role.CONTACT and "municipality" not in fields:
        fields["municipality"] = region.municipalities.first() or make_municipality(region)
    membership = Membership(user=user, region=region, role=role, **fields)
    membership.full_clean()
    membership.save()
    return User.objects.get(pk=user.pk)


def make_seat(region: Region, **fields: object) -> ForumSeat:
    fields.setdefault("forum", Forum.objects.get(region=region, is_active=True))
    if "organisation" in fields:
        fields.setdefault("kind", ForumSeat.Kind.EMPLOYEE_ORG)
    else:
        fields.setdefault("kind", ForumSeat.Kind.MUNICIPALITY)
        if "municipality" not in fields:  # one that nobody sits for would count for the quorum
            fields["municipality"] = make_municipality(region)
    return ForumSeat.objects.create(**fields)


def make_holder(seat: ForumSeat, **fields: object) -> SeatHolder:
    fields.setdefault("user", make_user())
    return SeatHolder.objects.create(seat=seat, **fields)


def make_term(model: type, **fields: object) -> object:
    number = next(_number)
    for code in ("en", "nb", "sv"):
        fields.setdefault(f"name_{code}", f"{model.__name__} {number} {code}")
    fields.setdefault("slug", f"{model._meta.model_name}-{number}")
    return model.objects.create(**fields)


def make_provider(**fields: object) -> Provider:
    number = next(_number)
    fields.setdefault("name", f"Provider {number}")
    fields.setdefault("slug", f"provider-{number}")
    fields.setdefault("kind", Provider.Kind.UNIVERSITY)
    fields.setdefault("country", "NO")
    fields.setdefault("is_higher_education", True)
    return Provider.objects.create(**fields)


def region_page(region: Region) -> RegionPage:
    return RegionPage.objects.get(region=region, language_code=region.default_language)


def index_page(region: Region) -> CatalogueIndexPage:
    return CatalogueIndexPage.objects.child_of(region_page(region)).get()


def _place(page: object, region: Region, *, live: bool) -> object:
    parent = index_page(region)
    page.live = False
    page.locale = parent.locale
    parent.add_child(instance=page)
    revision = page.save_revision()
    if live:
        revision.publish()
    page.refresh_from_db()
    return page


def _course_fields(fields: dict) -> dict:
    number = next(_number)
    fields.setdefault("title", f"Kurs {number}")
    fields.setdefault("slug", f"kurs-{number}")
    fields.setdefault("summary", "For deg som vil lære noe nytt.")
    if "provider" not in fields:
        fields["provider"] = make_provider()
    return fields


def _vocabulary(page: object) -> None:
    page.target_groups.set([make_term(TargetGroup)])
    page.service_areas.set([make_term(ServiceArea)])
    page.topics.set([make_term(Topic)])


def make_distance_course(
    region: Region, *, live: bool = True, **fields: object
) -> DistanceCoursePage:
    fields.setdefault("pace_percent", 25)
    page = DistanceCoursePage(**_course_fields(fields))
    _vocabulary(page)
    return _place(page, region, live=live)


def make_offering(region: Region, *, live: bool = True, **fields: object) -> SharedOfferingPage:
    hosts = [make_municipality(region), make_municipality(region)]
    fields.setdefault("host_municipality", hosts[0])
    page = SharedOfferingPage(**_course_fields(fields))
    page.participating_municipalities.set(hosts)
    _vocabulary(page)
    return _place(page, region, live=live)


def make_package(
    region: Region, courses: list, *, live: bool = True, **fields: object
) -> CoursePackagePage:
    number = next(_number)
    fields.setdefault("title", f"Pakke {number}")
    fields.setdefault("slug", f"pakke-{number}")
    fields.setdefault("summary", "Flere kurs som hører sammen.")
    page = CoursePackagePage(**fields)
    page.package_courses = [
        PackageCourse(course_id=course.pk, sort_order=order) for order, course in enumerate(courses)
    ]
    return _place(page, region, live=live)


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def make_occasion(course: object, **fields: object) -> CourseOccasion:
    fields.setdefault("starts_on", in_days(30))
    fields.setdefault("ends_on", in_days(86))
    fields.setdefault("apply_by", in_days(10))
    occasion = CourseOccasion(course_id=course.pk, **fields)
    occasion.full_clean()
    occasion.save()
    return occasion


def index_courses() -> None:
    """Bring the search index up to date: tests roll back, so nothing is ever committed in them."""
    engine.update(list(CoursePage.objects.values_list("pk", flat=True)))
