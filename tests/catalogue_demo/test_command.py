"""The command's two doors: where it must not run, and where it need not."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from catalogue.demo import DEMO_PASSWORD, DemoError, sign_ins
from catalogue.management.commands import load_demo
from regions.models import Region, User

pytestmark = pytest.mark.django_db


def _run(*args: str) -> str:
    out = StringIO()
    call_command("load_demo", *args, stdout=out)
    return out.getvalue()


def test_it_refuses_where_the_demo_is_not_allowed(settings: Settings) -> None:
    settings.DEMO_ALLOWED = False
    for args in ([], ["--if-empty"]):
        with pytest.raises(CommandError, match="DEMO_ALLOWED"):
            _run(*args)
    assert not Region.objects.exists()
    assert not User.objects.exists()


def test_it_refuses_where_nothing_says_that_the_demo_is_allowed(settings: Settings) -> None:
    del settings.DEMO_ALLOWED
    with pytest.raises(CommandError, match="DEMO_ALLOWED"):
        _run()
    assert not User.objects.exists()


def test_if_empty_loads_an_empty_site_and_leaves_a_loaded_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loads = []
    monkeypatch.setattr(load_demo, "load", loads.append)
    monkeypatch.setattr(load_demo, "is_loaded", lambda: False)
    _run("--if-empty")
    assert len(loads) == 1
    monkeypatch.setattr(load_demo, "is_loaded", lambda: True)
    output = _run("--if-empty")
    assert len(loads) == 1
    assert DEMO_PASSWORD in output
    _run()
    assert len(loads) == 2


def test_it_shows_a_sign_in_for_every_role(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_demo, "load", lambda say: None)
    output = _run()
    for row in sign_ins():
        assert (row.email in output) is not row.is_spare


def test_a_step_that_does_not_hold_is_an_error_with_its_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(say: object) -> None:
        raise DemoError("vasternorrland: Another municipality has this code.")

    monkeypatch.setattr(load_demo, "load", fail)
    with pytest.raises(CommandError, match="Another municipality has this code"):
        _run()
