"""Regions without pages, for rules that have nothing to do with pages: quicker to make."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError

from regions.models import Forum, Region, RegionGroup, Role


def bare_region(name: str = "Fjellregionen", country: str = "NO", **fields: object) -> Region:
    """Make a region with its forum and one group for each role of the desk, and nothing else."""
    swedish = country == "SE"
    region = Region.objects.create(
        name=name,
        slug=name.lower(),
        country=country,
        currency="SEK" if swedish else "NOK",
        default_language="sv" if swedish else "nb",
        **fields,
    )
    Forum.objects.create(region=region, name=f"Forum {name}")
    door = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    for role in (Role.COORDINATOR, Role.EDITOR, Role.RESOURCE_AUTHOR):
        group = Group.objects.create(name=f"{region.slug}: {role.value}")
        group.permissions.add(door)
        RegionGroup.objects.create(region=region, role=role, group=group)
    return region


@dataclass
class Pair:
    """Two regions."""

    own: Region
    other: Region


def bare_pair() -> Pair:
    """Make a Norwegian and a Swedish region."""
    return Pair(bare_region(), bare_region("Kustregionen", "SE"))


def refusal(instance: object) -> dict[str, list[str]]:
    """Return what is said about ``instance``; nothing is said about a row that holds."""
    try:
        instance.full_clean()
    except ValidationError as error:
        return error.message_dict
    return {}
