"""What is written in one place and must fit in another: templates, tasks, tables."""

import re
from io import StringIO
from pathlib import Path

import pytest
from celery import current_app
from django.core.management import call_command
from django.template import engines

from tests.faults.table import README, ROW
from tests.house.tracked import ROOT, python_files, text_of

STARTS_WORKERS = [
    Path("docker-compose.yml"),
    Path("portal/launch/portal_processes.py"),
    Path("tests/browser/conftest.py"),
    Path("tests/faults/house.py"),
]
QUEUED = re.compile(r"""after_commit\(\s*["']([\w.]+)["']""")
TEMPLATES = sorted(path.relative_to(ROOT / "templates") for path in ROOT.glob("templates/**/*.*"))


def queued_names() -> dict[str, Path]:
    """Each task that a service queues by name, and a file that does."""
    return {
        name: path
        for path in python_files()
        if path.parts[0] != "tests"
        for name in QUEUED.findall(text_of(path))
    }


def test_every_task_that_is_queued_exists() -> None:
    current_app.loader.import_default_modules()
    names = queued_names()
    assert "notifications.deliver" in names
    assert {name: str(path) for name, path in names.items() if name not in current_app.tasks} == {}


def test_every_task_of_the_timetable_exists() -> None:
    current_app.loader.import_default_modules()
    planned = {entry["task"] for entry in current_app.conf.beat_schedule.values()}
    assert planned - set(current_app.tasks) == set()


def test_a_worker_that_is_told_nothing_takes_from_every_queue_there_is() -> None:
    named = {route["queue"] for route in current_app.conf.task_routes.values()}
    taken = set(current_app.amqp.queues.consume_from)
    assert named | {current_app.conf.task_default_queue} == taken
    started = {path for path in STARTS_WORKERS if re.search(r"[\"' ]worker\b", text_of(path))}
    assert started == set(STARTS_WORKERS)
    telling = re.compile(r"""["',\s](-Q|--queues|-X|--exclude-queues)\b""")
    assert [path for path in STARTS_WORKERS if telling.search(text_of(path))] == []


def test_every_fault_has_its_row_in_the_table() -> None:
    rows = [match["test"] for match in ROW.finditer(README.read_text())]
    tests = [
        f"{path.name}::{name}"
        for path in README.parent.glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(), flags=re.M)
    ]
    assert sorted(rows) == sorted(tests)


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_the_template_compiles(name: Path) -> None:
    if name.suffix in {".html", ".txt", ".xml", ".svg"}:
        assert engines["django"].get_template(str(name)) is not None


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    told = StringIO()
    call_command("makemigrations", dry_run=True, stdout=told)
    assert told.getvalue().count("Migrations for") == 0
