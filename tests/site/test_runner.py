"""The runner of both suites tells at its end what failed in either."""

from pathlib import Path

from tests.run import SAID_MAX, failures

REPORT = """<testsuites><testsuite>
<testcase classname="tests.a" name="test_holds"/>
<testcase classname="tests.a" name="test_fails"><failure message="1 != 2&#10;more">long</failure>
</testcase>
<testcase classname="tests.b" name="test_setup"><error message="no server"/></testcase>
<testcase classname="tests.c" name="test_left"><skipped message="no Java"/></testcase>
</testsuite></testsuites>"""


def test_failures_and_errors_are_told_in_a_line_each(tmp_path: Path) -> None:
    report = tmp_path / "SQLite"
    report.write_text(REPORT)

    assert failures(report) == ["tests.a::test_fails - 1 != 2", "tests.b::test_setup - no server"]


def test_where_services_are_required_a_skipped_test_has_failed(tmp_path: Path) -> None:
    report = tmp_path / "SQLite"
    report.write_text(REPORT)

    assert failures(report, required=True)[2:] == ["tests.c::test_left - no Java"]


def test_what_a_test_said_is_cut(tmp_path: Path) -> None:
    report = tmp_path / "SQLite"
    report.write_text(REPORT.replace("no server", "x" * 10_000))

    assert len(failures(report)[-1]) <= len("tests.b::test_setup - ") + SAID_MAX


def test_a_suite_that_never_reported_is_told_too(tmp_path: Path) -> None:
    assert failures(tmp_path / "PostgreSQL") == ["no report was written"]
