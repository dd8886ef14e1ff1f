"""The demo's people: one for each role, and a holder on each seat. Roles stand for names."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from regions.models import ForumSeat, Membership, Region, Role, SeatHolder, User

from .content import REGIONS, read

#: Known to everyone who reads this: load_demo therefore runs only where DEMO_ALLOWED says so.
DEMO_PASSWORD = "samkurs-demo"  # noqa: S105  a demo's sign-in, no secret
ADMIN_EMAIL = "admin@samkurs.example"
#: How long the forum's members have had their seats.
SITTING_FOR = timedelta(days=730)
#: What stands before the @ of each role's address.
MAILBOXES = {
    Role.COORDINATOR: "coordinator",
    Role.EDITOR: "editor",
    Role.RESOURCE_AUTHOR: "author",
    Role.CONTACT: "contact",
    Role.STEERING: "steering",
    Role.PROVIDER_CONTACT: "provider",
}


@dataclass(frozen=True)
class SignIn:
    """A way into the demo: who one is there. A spare one is a seat like one that is shown."""

    email: str
    person: str
    place: str
    is_spare: bool = False


@dataclass(frozen=True)
class _Person:
    """A person as the content has them: with a role, or with a seat."""

    email: str
    first_name: str
    last_name: str
    role: Role | None = None
    municipality: str = ""
    organisation: str = ""


def sign_ins() -> list[SignIn]:
    """Return the sign-ins of the demo, the administrator first; all with ``DEMO_PASSWORD``."""
    return [
        SignIn(ADMIN_EMAIL, "Administrator", "Samkurs"),
        *(
            SignIn(person.email, person.first_name, person.last_name, "-" in person.email)
            for slug in REGIONS
            for person in _people(slug)
        ),
    ]


def person(region: Region, role: Role) -> User:
    """Return the demo's person of ``role`` in ``region``."""
    domain = read(f"{region.slug}/region")["people"]["domain"]
    return User.objects.get(email=f"{MAILBOXES[role]}@{domain}")


def ensure_people(region: Region) -> int:
    """Make the people of ``region`` who are missing, each with role or seat; return how many."""
    return sum(_ensure_person(region, person) for person in _people(region.slug))


def ensure_admin() -> bool:
    """Make the administrator, last of all: that they are there says a run came to its end."""
    if User.objects.filter(email__iexact=ADMIN_EMAIL).exists():
        return False
    _save_user(
        User(
            email=ADMIN_EMAIL,
            first_name="Administrator",
            last_name="Samkurs",
            language="en",
            is_staff=True,
            is_superuser=True,
        )
    )
    return True


def _people(slug: str) -> list[_Person]:
    content = read(f"{slug}/region")
    texts = content["people"]
    names = {row["slug"]: row["name"] for row in content["municipalities"]}
    at = texts["domain"]
    people = []
    for role, mailbox in MAILBOXES.items():
        place = texts["contact_municipality"] if role == Role.CONTACT else ""
        people.append(
            _Person(
                email=f"{mailbox}@{at}",
                first_name=texts["roles"][role.value],
                last_name=names.get(place, content["name"]),
                role=role,
                municipality=place,
            )
        )
    # The chair's and the first union's addresses are the short ones; a hyphen marks the others.
    rows = sorted(content["municipalities"], key=lambda row: not row.get("chair", False))
    for row in rows:
        mailbox = "forum" if row.get("chair") else f"forum-{row['slug']}"
        people.append(
            _Person(
                email=f"{mailbox}@{at}",
                first_name=texts["forum_member"],
                last_name=row["name"],
                municipality=row["slug"],
            )
        )
    for number, organisation in enumerate(content["organisations"], start=1):
        mailbox = "union" if number == 1 else f"union-{number}"
        people.append(
            _Person(
                email=f"{mailbox}@{at}",
                first_name=texts["union_member"],
                last_name=organisation,
                organisation=organisation,
            )
        )
    return people


@transaction.atomic
def _ensure_person(region: Region, person: _Person) -> bool:
    if User.objects.filter(email__iexact=person.email).exists():
        return False
    user = _save_user(
        User(
            email=person.email,
            first_name=person.first_name,
            last_name=person.last_name,
            language=region.default_language,
        )
    )
    if person.role:
        membership = Membership(user=user, region=region, role=person.role)
        if person.municipality:
            membership.municipality = region.municipalities.get(slug=person.municipality)
        membership.full_clean()
        membership.save()
    else:
        _take_seat(region, user, person)
    return True


def _take_seat(region: Region, user: User, person: _Person) -> None:
    """Put ``user`` on the seat if it is still there and nobody else has taken it."""
    seats = ForumSeat.objects.filter(
        forum__region=region, forum__is_active=True, is_active=True
    ).exclude(holders__ended_at__isnull=True, holders__kind=SeatHolder.Kind.HOLDER)
    if person.municipality:
        seat = seats.filter(municipality__slug=person.municipality).first()
    else:
        seat = seats.filter(organisation=person.organisation).first()
    if seat:
        # They sat there already when the demo's first round was decided.
        since = timezone.localdate() - SITTING_FOR
        holder = SeatHolder(seat=seat, user=user, starts_on=since)
        holder.full_clean()
        holder.save()


def _save_user(user: User) -> User:
    user.password = _password_hash()
    user.full_clean()
    user.save()
    return user


@cache
def _password_hash() -> str:
    """Return one hash for all: hashing is slow on purpose, and the password is the same."""
    return make_password(DEMO_PASSWORD)
