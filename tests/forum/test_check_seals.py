"""``check_seals`` names whatever was changed after it was sealed, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regions.forum.models import RoundLog, RoundResult
from regions.models import Region
from regions.needs.models import NeedLog, SharedNeedLog
from regions.seals import broken_seals

from . import makers_results as results

pytestmark = pytest.mark.django_db


def in_log(log: type, **changes: object) -> Callable[[], str]:
    """Change an entry in the middle of the longest chain past the models' guards."""

    def tamper() -> str:
        entry = log.objects.order_by("-number").first()
        subject = getattr(entry, f"{log.subject}_id")
        before = log.objects.get(**{log.subject: subject, "number": entry.number - 1})
        log._base_manager.filter(pk=before.pk).update(**changes)
        return f"{log._meta.label}: entry {before.number} of {log.subject} {subject}"

    return tamper


def in_result() -> str:
    row = RoundResult.objects.get()
    RoundResult._base_manager.filter(pk=row.pk).update(sha256="0" * 64)
    return f"forum.RoundResult: of round {row.round_id}, hash"


@pytest.mark.parametrize(
    "tamper",
    [
        in_log(NeedLog, party="chair"),
        in_log(SharedNeedLog, facts={"rank": 1}),
        in_log(RoundLog, to_state="published"),
        in_log(RoundLog, text="Something else was said."),
        in_result,
    ],
)
def test_what_was_changed_is_named(region: Region, tamper: Callable[[], str]) -> None:
    results.published(region)
    out = StringIO()
    call_command("check_seals", stdout=out)
    assert out.getvalue() == "Everything is as it was sealed.\n"
    broken = tamper()
    out = StringIO()
    with pytest.raises(CommandError, match=r"\d not as sealed"):
        call_command("check_seals", stdout=out)
    assert broken in out.getvalue().splitlines()


def test_an_entry_that_is_taken_out_is_missed(region: Region) -> None:
    planning_round = results.published(region)
    planning_round.log.filter(number=3)._raw_delete(connection.alias)
    assert list(broken_seals()) == [f"forum.RoundLog: entry 4 of round {planning_round.pk}"]


def test_it_asks_no_more_when_there_is_more(region: Region) -> None:
    results.published(region)
    with CaptureQueriesContext(connection) as few:
        assert list(broken_seals()) == []
    results.published(region)
    with CaptureQueriesContext(connection) as more:
        assert list(broken_seals()) == []
    assert len(more) == len(few)
