"""Migrations are complete, lead back, and leave three front pages."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from wagtail.models import Locale, Page, Site

from catalogue.models import HomePage
from catalogue.tree import ensure_home_pages_after_migrate

ROOT = Path(__file__).resolve().parents[2]
#: The ground floor alone, then all of it, back to the ground floor, and all of it again. Below our
#: apps it does not go: Wagtail's own migrations do not lead back over a custom user model.
THERE_AND_BACK = """
import sys
sys.path.insert(0, "site")
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from wagtail.models import Page
from catalogue.models import HomePage

def step(*arguments):
    call_command("migrate", *arguments, verbosity=0)
    names = connection.introspection.table_names()
    counts = [sum(name.startswith(app) for name in names) for app in ("regions_", "catalogue_")]
    homes = HomePage.objects.count() if "catalogue_homepage" in names else None
    print(*arguments, *counts, homes)

step("regions")
step("regions", "zero")
step()
step()
# Pages have a part in Wagtail's tables, which stay: they go before their own do.
Page.objects.filter(depth=2).delete()
step("catalogue", "zero")
step()
"""


@pytest.mark.django_db
def test_nothing_is_left_to_migrate() -> None:
    out = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=out)
    assert out.getvalue() == "No changes detected\n"


def test_there_and_back_on_a_new_database() -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "samkurs.settings.test",
        "DATABASE_URL": "sqlite://:memory:",
    }
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-c", THERE_AND_BACK],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    ground, nothing, whole, again, below, back = done.stdout.splitlines()
    regions = int(ground.split()[1])
    assert ground == f"regions {regions} 0 None"
    assert nothing == "regions zero 0 0 None"
    assert whole == again == back
    assert whole.startswith(f"{regions} ")
    assert whole.endswith(" 3")
    assert below == f"catalogue zero {regions} 0 None"


@pytest.mark.django_db
class TestFrontPages:
    def test_one_for_each_language_and_no_other_page(self) -> None:
        codes = HomePage.objects.values_list("locale__language_code", flat=True)
        assert sorted(codes) == sorted(code for code, _name in settings.LANGUAGES)
        assert sorted(Locale.objects.values_list("language_code", flat=True)) == sorted(codes)
        assert Page.objects.filter(depth=2).count() == 3
        assert HomePage.objects.filter(live=True).count() == 3

    def test_they_are_translations_of_each_other(self) -> None:
        assert HomePage.objects.values("translation_key").distinct().count() == 1

    def test_the_site_begins_at_one(self) -> None:
        site = Site.objects.get()
        assert site.is_default_site
        assert site.root_page.specific == HomePage.objects.get(locale__language_code="en")

    def test_migrating_again_makes_no_more(self) -> None:
        before = list(Page.objects.order_by("pk").values())
        ensure_home_pages_after_migrate(plan=[])
        assert list(Page.objects.order_by("pk").values()) == before

    def test_on_the_way_back_nothing_is_made(self) -> None:
        home = HomePage.objects.get(locale__language_code="sv")
        home.delete()
        ensure_home_pages_after_migrate(plan=[(None, True)])
        assert HomePage.objects.count() == 2
        ensure_home_pages_after_migrate(plan=[(None, False)])
        assert HomePage.objects.count() == 3
