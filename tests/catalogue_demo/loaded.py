"""What tests of the loaded demo share. It is loaded once for all of them (``conftest.demo``)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.apps import apps

from regions.models import Region

#: Marks of a module whose tests begin with the loaded demo.
MARKS = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("demo"),
    # One worker: each that takes a part of the modules loads the demo once more.
    pytest.mark.xdist_group("demo"),
    # Wagtail 8.0 leaves the temporary file open from which it stores a picture's rendition.
    pytest.mark.filterwarnings("ignore:[Uu]nclosed file:ResourceWarning"),
]
#: Apps whose rows the demo makes.
APPS = ("regions", "needs", "forum", "catalogue", "wagtailcore")


@dataclass
class Demo:
    """What the loader said, and how many mails it sent."""

    said: list[str]
    mails: int


def quiet(line: str) -> None:
    """Take what the loader says, and keep it to oneself."""


def all_rows() -> dict[str, list[tuple]]:
    """Return every stored value of our models and of Wagtail's."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for model in apps.get_models()
        if model._meta.app_label in APPS
    }


def region_of(slug: str) -> Region:
    """Return one of the demo's regions."""
    return Region.objects.get(slug=slug)
