"""``recompute_round`` needs a file and nothing else: no database is there to be asked."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from regions.forum.models import RoundResult
from regions.forum.snapshot import canonical
from regions.models import Region
from tests import worlds
from tests.forum import makers_results as results

ROOT = Path(__file__).resolve().parents[2]
#: Nobody listens at port 1.
NOWHERE = "postgres://nobody:nothing@127.0.0.1:1/nothing"


@dataclass
class Done:
    """What the command said, and how it ended."""

    returncode: int
    stdout: str
    stderr: str


def run(*arguments: object) -> Done:
    """Run the command here, where no statement is let through to the database."""
    out = io.StringIO()

    def refuse(*_arguments: object) -> None:
        raise AssertionError("the database was asked")

    try:
        with connection.execute_wrapper(refuse):
            call_command("recompute_round", *map(str, arguments), stdout=out)
    except CommandError as error:
        return Done(error.returncode, out.getvalue(), str(error))
    return Done(0, out.getvalue(), "")


def run_without_database(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command as people do, in a process that could reach no database."""
    environment = {
        **os.environ,
        "DATABASE_URL": NOWHERE,
        "DJANGO_SETTINGS_MODULE": "samkurs.settings.dev",
    }
    return subprocess.run(  # noqa: S603
        [sys.executable, "manage.py", "recompute_round", *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@worlds.layer
def sealed(region: Region) -> RoundResult:
    results.make_forum(region)
    planning_round = results.meeting(region, places=2)
    results.override(planning_round, planning_round.items.all()[1])
    return RoundResult.objects.get(round=results.publish(results.decide(planning_round)))


@pytest.fixture
def file(sealed: RoundResult, tmp_path: Path) -> Path:
    path = tmp_path / "result.json"
    path.write_bytes(sealed.snapshot.encode())
    return path


def test_a_published_file_agrees(sealed: RoundResult, file: Path) -> None:
    done = run_without_database(file, "--sha256", sealed.sha256.upper(), "--previous", "")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["1", "2", "3"]
    assert [line.split()[2] for line in lines[:3]] == ["26.61", "79.64", "73.75"]
    assert "= 1115/14" in done.stdout
    assert f"SHA-256  {sealed.sha256}" in done.stdout
    assert "agree with the ballots" in done.stdout


def _a_grade(found: dict) -> None:
    line = found["inputs"]["items"][0]["lines"][0]
    line["grades"][0] = (line["grades"][0] + 2) % 5


def _a_score(found: dict) -> None:
    ref = found["results"]["order"][0]
    found["results"]["items"][ref]["standing"]["score"] = "80"


def _the_order(found: dict) -> None:
    found["facts"]["order"].reverse()


def _a_departure(found: dict) -> None:
    found["facts"]["departures"][0]["from"] = 2


def _a_need(found: dict) -> None:
    found["facts"]["items"].popitem()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_a_grade, "results."),
        (_a_score, ".standing.score: the file says '80'"),
        (_the_order, "facts.order: the file says"),
        (_a_departure, "facts.departures.0.from: the file says 2, counted again it is 3"),
        (_a_need, "facts.items: the file says"),
    ],
)
def test_every_difference_is_said(
    sealed: RoundResult, file: Path, change: Callable[[dict], None], said: str
) -> None:
    found = json.loads(sealed.snapshot)
    change(found)
    file.write_text(canonical(found), encoding="utf-8")
    done = run(file)
    assert done.returncode == 1
    assert said in done.stdout
    assert "difference" in done.stderr


def test_hashes_are_compared_with_what_the_reader_has(sealed: RoundResult, file: Path) -> None:
    other = "a" * 64
    done = run(file, "--sha256", other, "--previous", other)
    assert done.returncode == 1
    assert "digest: the file says" in done.stdout
    assert f"previous: the file says '', counted again it is '{other}'" in done.stdout
    assert "2 differences." in done.stderr
    outside = run_without_database(file, "--sha256", other)
    assert outside.returncode == 1
    assert "1 difference." in outside.stderr
    assert "Traceback" not in outside.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "this is no JSON"),
        (b"\xff\xfe\x00", "no text in UTF-8"),
        (b"[" * 100_000, "this is no JSON"),
        (b'{"format":"samkurs-round/1"}', "a snapshot has the parts"),
        (b"[1, 2.5]", "not exact"),
        (b"9" * 10_000, "this is no JSON"),
        (b" " * 4_000_001, "larger than 4,000,000 bytes"),
    ],
    ids=["empty", "binary", "deep", "parts", "float", "number", "huge"],
)
def test_what_cannot_be_counted_is_refused_in_a_sentence(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "result.json"
    path.write_bytes(content)
    done = run(path)
    assert done.returncode == 2
    assert said in done.stderr


def test_what_is_not_there_is_refused_in_a_sentence(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        done = run(path)
        assert done.returncode == 2
        assert "cannot be read" in done.stderr
    wrong = run_without_database(tmp_path, "--sha256", "not a hash")
    assert wrong.returncode == 2
    assert "64 digits" in wrong.stderr
    assert "Traceback" not in wrong.stderr
