"""Loads the demo step by step, each in a transaction of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation

from regions.lifecycle import RefusedError
from regions.models import Region, User

from ..above import DEMO_STEPS
from .content import REGIONS, read, read_course
from .courses import ensure_course, ensure_draft, ensure_package
from .needs import ensure_need, needs_of
from .people import ADMIN_EMAIL, ensure_admin, ensure_people
from .places import ensure_region
from .rounds import ensure_round, rounds_of
from .shared import ensure_providers, ensure_vocabularies

Say = Callable[[str], object]


class DemoError(Exception):
    """A step that could not be made, with the reason."""


def is_loaded() -> bool:
    """Return whether a demo region is there and its loading came to its end."""
    return (
        Region.objects.filter(slug__in=REGIONS).exists()
        and User.objects.filter(email__iexact=ADMIN_EMAIL).exists()
    )


def load(say: Say, *, today: date | None = None) -> None:
    """Make whatever is missing of the demo, and say each step.

    Raises ``DemoError`` at the first step that does not hold; what was made before it stays.
    """
    today = today or timezone.localdate()
    with _step("Vocabularies and providers"):
        say(f"Vocabularies: {_new(ensure_vocabularies())}")
        say(f"Providers: {_new(ensure_providers())}")
    # All regions before any course: courses are shared between them.
    for slug in REGIONS:
        with _step(slug), translation.override(read(f"{slug}/region")["language"]):
            made = ensure_region(slug)
            say(f"Region {slug}: {'new' if made else 'there already'}")
            say(f"People of {slug}: {_new(ensure_people(Region.objects.get(slug=slug)))}")
    for slug in REGIONS:
        _load_pages(slug, say, today)
    for slug in REGIONS:
        _load_needs(slug, say, today)
    for name, make in DEMO_STEPS:
        with _step(name):
            say(f"{name}: {_new(make(today))}")
    with _step("Administrator"):
        say(f"Administrator: {'new' if ensure_admin() else 'there already'}")


def _load_pages(slug: str, say: Say, today: date) -> None:
    content = read(f"{slug}/region")
    region = Region.objects.get(slug=slug)
    with translation.override(content["language"]):
        for key in content["courses"]:
            with _step(f"{slug}/{key}"):
                made, dates = ensure_course(region, key, today=today)
                title = read_course(slug, key)["title"]
                say(f"  {'new  ' if made else 'there'}  {title}{f' (+{dates})' if dates else ''}")
        for key in content["packages"]:
            with _step(f"{slug}/{key}"):
                made = ensure_package(region, key)
                say(f"  {'new  ' if made else 'there'}  {read_course(slug, key)['title']}")
        for name in ("draft_submitted", "draft_own"):
            with _step(f"{slug}/{content[name]}"):
                made = ensure_draft(region, content[name], submitted=name == "draft_submitted")
                title = read_course(slug, content[name])["title"]
                say(f"  {'new  ' if made else 'there'}  {title} (draft)")


def _load_needs(slug: str, say: Say, today: date) -> None:
    region = Region.objects.get(slug=slug)
    with translation.override(region.default_language):
        made = 0
        for row in needs_of(region):
            with _step(f"{slug}/{row['key']}"):
                made += ensure_need(region, row, today=today)
        say(f"Needs of {slug}: {_new(made)}")
        for row in rounds_of(region):
            with _step(f"{slug}/{row['key']}"):
                made = ensure_round(region, row, say, today=today)
                say(f"  {'new  ' if made else 'there'}  {slug}/{row['key']} (round)")


@contextmanager
def _step(name: str) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except ValidationError as error:
        raise DemoError(f"{name}: {'; '.join(_reasons(error))}") from error
    except RefusedError as refused:
        raise DemoError(f"{name}: {refused.message}") from refused


def _reasons(error: ValidationError) -> list[str]:
    if hasattr(error, "error_dict"):
        return [f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items()]
    return error.messages


def _new(number: int) -> str:
    return f"{number} new" if number else "there already"
