"""The starter of the search server says what a machine lacks."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import elastic
from tests.services import missing

OLD = SimpleNamespace(stderr='openjdk version "11.0.2" 2019-01-15')
NEW = SimpleNamespace(stderr='openjdk version "21" 2023-09-19', stdout="no network", returncode=1)


@pytest.mark.parametrize(
    ("programs", "java", "words"),
    [
        ({}, NEW, "Java 17 or newer is not installed"),
        ({"java": "/opt/java/bin/java"}, OLD, "Java 17 or newer is not installed"),
        ({"java": "/opt/java/bin/java"}, NEW, "Maven is not installed"),
        ({"java": "/opt/java/bin/java", "mvn": "/usr/bin/mvn"}, NEW, "no network"),
    ],
)
def test_it_says_what_is_missing(
    programs: dict, java: object, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elastic, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(shutil, "which", programs.get)
    monkeypatch.setattr(elastic.subprocess, "run", lambda *args, **kwargs: java)
    with pytest.raises(elastic.ElasticsearchMissingError, match=words):
        elastic.distribution()
    assert {path.suffix for path in tmp_path.iterdir()} <= {".lock"}  # nothing half unpacked


def test_what_is_missing_skips_and_fails_where_it_is_required(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("REQUIRE_SERVICES", raising=False)
    with pytest.raises(pytest.skip.Exception, match="Maven"):
        missing("Elasticsearch", "Maven is not installed")
    monkeypatch.setenv("REQUIRE_SERVICES", "1")
    with pytest.raises(pytest.fail.Exception, match="Maven"):
        missing("Elasticsearch", "Maven is not installed")


def test_a_server_that_is_named_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELASTICSEARCH_URL", "http://search.example:9200")
    with elastic.server() as url:
        assert url == "http://search.example:9200"
