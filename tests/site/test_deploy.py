"""What `deploy/` names exists: commands, files, variables. No container is built here."""

from __future__ import annotations

import fnmatch
import re
import runpy
import shlex
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands, load_command_class
from gunicorn.config import Config, make_settings

from tests.site.test_docs import table, variables_read

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "samkurs"}
MANAGE = re.compile(r"python manage\.py ([^&|]+)")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def instructions() -> list[tuple[str, str]]:
    """Return the instructions of the Dockerfile in their order, continued lines joined."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [tuple(line.split(maxsplit=1)) for line in joined.splitlines() if line.strip()]


def given(name: str) -> list[str]:
    """Return what every instruction of one name is given."""
    return [rest for instruction, rest in instructions() if instruction == name]


def assigned(rest: str) -> dict[str, str]:
    """Return the variables that a line sets before its command."""
    return dict(re.findall(r"\b([A-Z][A-Z_]+)=(\S*)", rest))


def example(*, commented: bool) -> dict[str, str]:
    """Return the variables of the example of an environment."""
    text = (DEPLOY / "samkurs.env.example").read_text(encoding="utf-8")
    names = re.compile(r"^#?([A-Z_]+)=(.*)$" if commented else r"^([A-Z_]+)=(.*)$", re.MULTILINE)
    return dict(names.findall(text))


def server_variables() -> set[str]:
    """Return what the web server's settings and the probe read from the environment."""
    found: set[str] = set()
    for name in ("gunicorn.conf.py", "healthcheck.py"):
        text = (DEPLOY / name).read_text(encoding="utf-8")
        found |= set(re.findall(r'os\.environ\.get\("([A-Z_]+)"', text))
    return found


def commands() -> list[str]:
    """Return every `manage.py` command of image and services, with its options."""
    service = [" ".join(each["command"]) for each in OURS.values() if "command" in each]
    return [
        command.strip() for text in (*given("RUN"), *service) for command in MANAGE.findall(text)
    ]


@pytest.mark.parametrize("command", commands())
def test_every_command_exists_and_takes_its_options(command: str) -> None:
    name, *options = shlex.split(command)
    app = get_commands()[name]
    loaded = load_command_class(app, name) if isinstance(app, str) else app
    if name == "db_worker":  # asks for a backend that the suite's settings do not have
        assert options == []
        return
    loaded.create_parser("manage.py", name).parse_args(options)


def test_the_commands_are_all_there() -> None:
    assert sorted(command.split()[0] for command in commands()) == [
        "collectstatic",
        "db_worker",
        "migrate",
        "rebuild_search",
        "tick",
    ]


def ignored(path: str) -> bool:
    """Return whether `.dockerignore` keeps a path out: the last rule that fits decides."""
    out = False
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        rule = line.strip()
        if not rule or rule.startswith("#"):
            continue
        pattern = rule.lstrip("!").removeprefix("**/")
        parts = path.split("/")
        heads = ["/".join(parts[: end + 1]) for end in range(len(parts))]
        names = parts if "**/" in rule else heads
        if any(fnmatch.fnmatch(name, pattern) for name in names):
            out = not rule.startswith("!")
    return out


def copied() -> list[str]:
    """Return what the image takes from the repository."""
    lines = [rest for rest in given("COPY") if not rest.startswith("--from")]
    return [source for rest in lines for source in rest.split()[:-1]]


def test_what_is_copied_exists_and_reaches_the_build() -> None:
    assert {"manage.py", "pyproject.toml", "requirements.txt", "templates"} <= set(copied())
    for source in copied():
        assert (ROOT / source).exists(), source
        assert not ignored(source), source


def test_everything_that_runs_is_copied() -> None:
    from django.apps import apps

    folders = {
        Path(app.path).resolve().relative_to(ROOT).parts[0]
        for app in apps.get_app_configs()
        if Path(app.path).resolve().is_relative_to(ROOT) and ".venv" not in Path(app.path).parts
    }
    assert folders >= {"site", "regions", "catalogue", "search"}
    assert folders <= set(copied())


@pytest.mark.parametrize(
    "path",
    [".git", ".env", ".venv", "var", "tests", "deploy/samkurs.env", "site/samkurs/x.pyc", "docs"],
)
def test_nothing_else_reaches_the_build(path: str) -> None:
    assert ignored(path)


def test_the_image_is_installed_by_hashes_and_runs_as_nobody_special() -> None:
    assert any("--require-hashes" in rest for rest in given("RUN"))
    stages = given("FROM")
    assert len(stages) == 2
    names = [name for name, _rest in instructions()]
    assert names.index("USER") < names.index("CMD")
    assert given("USER") == ["10001:10001"]
    assert "healthcheck.py" in given("HEALTHCHECK")[0]


def test_building_gives_what_settings_need_and_keeps_none_of_it() -> None:
    (collect,) = [rest for rest in given("RUN") if "collectstatic" in rest]
    needed = {name for name, row in table().items() if row[1] == "yes"}
    assert set(assigned(collect)) == needed
    kept = {name for rest in given("ENV") for name in assigned(rest)}
    assert kept & needed == set()
    assert given("ENV")
    assert all("samkurs.settings.production" in rest for rest in given("ENV")[1:])


def test_the_services() -> None:
    assert set(SERVICES) == {"database", "cache", "migrate", "web", "worker", "clock"}
    assert {"postgres", "redis"} == {
        service["image"].split(":")[0] for name, service in SERVICES.items() if name not in OURS
    }
    for name in ("web", "worker", "clock"):
        after = SERVICES[name]["depends_on"]
        assert after["migrate"] == {"condition": "service_completed_successfully"}
        assert set(after) <= set(SERVICES)
    assert OURS["migrate"]["restart"] == "no"
    assert OURS["clock"]["stop_signal"] == "SIGINT"
    for service in OURS.values():
        build = service["build"]
        assert (DEPLOY / build["context"]).resolve() == ROOT
        assert (ROOT / build["dockerfile"]).exists()
        assert service["env_file"] == "samkurs.env"
        assert {volume.split(":")[0] for volume in service["volumes"]} <= set(COMPOSE["volumes"])


def test_only_the_web_has_a_port_and_only_for_this_machine() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert ports == {"web": ["127.0.0.1:8000:8000"]}


def test_the_example_names_every_variable() -> None:
    everything = example(commented=True)
    beside = {name for name in everything if name.startswith("POSTGRES_")}
    assert beside == {"POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"}
    assert set(everything) - beside == (variables_read() - {"DEBUG"}) | server_variables()
    needed = {name for name, row in table().items() if row[1] == "yes"}
    assert needed <= set(example(commented=False))
    assert example(commented=False)["SECRET_KEY"] == ""  # nobody runs with a known one


def test_the_example_fits_the_services() -> None:
    values = example(commented=False)
    assert "@database:5432/samkurs" in values["DATABASE_URL"]
    assert values["REDIS_URL"].startswith("redis://cache:")
    assert values["TASKS_BACKEND"] == "database"  # for the worker that stands beside


def test_the_docs_tell_what_the_web_server_reads() -> None:
    section = OPERATIONS.split("## The web server", 1)[1].split("\n## ", 1)[0]
    told = set(re.findall(r"^\| `([A-Z_]+)`", section, re.MULTILINE))
    assert told == server_variables() - set(table())


def test_gunicorn_knows_every_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in server_variables():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WEB_CONCURRENCY", "5")
    config = Config()
    known = make_settings()
    values = runpy.run_path(str(DEPLOY / "gunicorn.conf.py"))
    ours = {name for name in values if name in known}
    for name in ours:
        config.set(name, values[name])  # checks the value
    assert config.workers == 5
    assert (config.threads, config.timeout, config.bind) == (4, 60, ["127.0.0.1:8000"])
    assert config.max_requests > config.max_requests_jitter > 0
    assert config.accesslog is None
    names = {name for name in values if name.islower() and not name.startswith("_")}
    assert names - ours <= {"os", "sys", "server_logging_config"}


@pytest.mark.parametrize(
    ("hosts", "name"),
    [
        ("samkurs.example,www.samkurs.example", "samkurs.example"),
        (".samkurs.example", "samkurs.example"),
        ("*", "localhost"),
        ("", "localhost"),
    ],
)
def test_the_probe_asks_under_a_name_of_the_site(
    monkeypatch: pytest.MonkeyPatch, hosts: str, name: str
) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", hosts)
    assert runpy.run_path(str(DEPLOY / "healthcheck.py"))["name"]() == name


def test_the_probe_says_that_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUNICORN_BIND", "127.0.0.1:1")
    assert "no answer" in runpy.run_path(str(DEPLOY / "healthcheck.py"))["main"]()
