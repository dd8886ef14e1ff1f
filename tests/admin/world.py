"""Two regions filled to the brim; whatever can be named in the other one carries a mark."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db.models import Model
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page
from wagtail.rich_text import RichText

from regions.models import Membership, Region, Role, ServiceArea, TargetGroup, Topic, User
from search.models import Synonym
from tests import factories

from .sides import Side, make_side

#: Stands in everything of the other region that has a name; lower case, since slugs have it too.
MARK = "zqxother"
#: Stands beside the mark, so that a search finds what it is in and an echo of it is no leak.
WORD = "hemmelig"

Key = tuple[str, object]
Rows = dict[Key, tuple]


@dataclass
class World:
    """Both regions, what they share, who walks, and which rows are the other region's."""

    own: Side
    other: Side
    shared: dict[str, Model]
    people: dict[str, User]
    foreign: frozenset[Key]


def make_world() -> World:
    """Make the shared rows, the own region, then the other one, and who walks."""
    shared = {
        "provider": factories.make_provider(name="Felles høgskole"),
        "service_area": factories.make_term(ServiceArea),
        "target_group": factories.make_term(TargetGroup),
        "topic": factories.make_term(Topic),
        "synonym": Synonym.objects.create(words="felles ord", other_words="gemensamt ord"),
    }
    own = make_side(
        factories.make_region(name="Fjellregionen", slug="fjellregionen"), "eget", shared
    )
    before = all_rows()
    region = factories.make_region(
        name=f"{WORD} {MARK}", slug=f"{WORD}-{MARK}", country="SE", forum_name=f"{WORD} {MARK}"
    )
    other = make_side(region, f"{WORD} {MARK}", shared)
    _point_at(own, other)
    call_command("rebuild_references_index", verbosity=0)
    call_command("rebuild_modelsearch_index", verbosity=0)
    foreign = frozenset(all_rows().keys() - before.keys())
    log(instance=shared["provider"], action="wagtail.edit", user=other.coordinator)
    _date_back()
    return World(own, other, shared, _make_people(own, other), foreign)


def _date_back() -> None:
    """Let everything have happened weeks ago: "just now" would not be true for long."""
    names = (
        "created_at",
        "first_published_at",
        "last_published_at",
        "latest_revision_created_at",
        "started_at",
        "timestamp",
    )
    for model in apps.get_models():
        for name in {each.name for each in model._meta.local_fields} & set(names):
            rows = model._base_manager.filter(**{f"{name}__isnull": False})
            rows.update(**{name: timezone.now() - timedelta(days=40)})


def all_rows() -> Rows:
    """Return every row of the database by model and key; what people do counts, sessions do not."""
    rows: Rows = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed or model._meta.label in _UNCOUNTED:
            continue
        names = [field.attname for field in model._meta.concrete_fields]
        for row in model._base_manager.values_list("pk", *names):
            rows[model._meta.label, row[0]] = row[1:]
    return rows


#: Signing in, and indexes that follow from the rows they are made of.
_UNCOUNTED = {"sessions.Session", "modelsearch.IndexEntry", "wagtailcore.ReferenceIndex"}


def _point_at(own: Side, other: Side) -> None:
    """Let a page of the other region link to one of the own, as pages may."""
    page = other.offering
    page.body = [
        ("text", RichText(f'<p><a linktype="page" id="{own.course.pk}">{other.word}</a></p>'))
    ]
    page.save_revision().publish()


def _make_people(own: Side, other: Side) -> dict[str, User]:
    """Return who walks: each role of the own region, and those whose time is not now."""
    people = {role.value: own.things[role.value] for role in Role}
    people["forum"] = own.holder.user
    people["ended"] = _member(own.region, "ended", ends_on=-1)
    people["later"] = _member(own.region, "later", starts_on=1)
    # Coordinated the other region until yesterday; the clock has not taken the groups away yet.
    people["moved"] = _member(own.region, "moved")
    _membership(people["moved"], other.region, Role.COORDINATOR, ends_on=-1)
    Page.objects.filter(pk=other.scheduled.pk).update(owner=people["moved"])
    # And the other way round: somebody of the other region had a role here.
    _membership(other.steering, own.region, Role.STEERING, ends_on=-1)
    # Was put by hand into a group that opens Wagtail's door, and has no role anywhere.
    people["keyed"] = factories.make_user(email="keyed@samkurs.example")
    people["keyed"].groups.add(_keys())
    people["admin"] = factories.make_admin(email="admin@samkurs.example")
    return people


def _keys() -> Group:
    group = Group.objects.create(name="Nøkler")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    return group


def _member(region: Region, name: str, **days: int) -> User:
    user = factories.make_user(email=f"{name}@samkurs.example", first_name=name)
    _membership(user, region, Role.EDITOR, **days)
    return user


def _membership(user: User, region: Region, role: Role, **days: int) -> None:
    """Give a role whose days are written behind the back of what follows from them."""
    membership = Membership.objects.create(user=user, region=region, role=role)
    dates = {name: factories.in_days(number) for name, number in days.items()}
    Membership.objects.filter(pk=membership.pk).update(**dates)
