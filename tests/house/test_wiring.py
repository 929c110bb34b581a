"""What is written in one place and must fit in another: templates, tasks, tables."""

import re
from io import StringIO
from pathlib import Path

import pytest
from celery import current_app
from django.core.management import call_command
from django.template import engines

from tests.house.tracked import ROOT, python_files, text_of

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


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_the_template_compiles(name: Path) -> None:
    if name.suffix in {".html", ".txt", ".xml", ".svg"}:
        assert engines["django"].get_template(str(name)) is not None


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    told = StringIO()
    call_command("makemigrations", dry_run=True, stdout=told)
    assert told.getvalue().count("Migrations for") == 0
