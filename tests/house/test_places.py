"""Everything lies where a newcomer looks for it, and nothing lies there that should not."""

import re
from pathlib import Path

import pytest

from tests.house import tracked
from tests.house.tracked import APPS, ROOT, text_of, tracked_files

TOP_LEVEL = {
    "manage.py", "portal", "procedures", "dossiers", "payments", "notifications", "templates",
    "static", "tests", "pyproject.toml", "docker-compose.yml", "README.md", "run", "LICENSE",
    "CHANGELOG.md", "Dockerfile", "locale", ".ci", "requirements.in", "requirements.txt",
    "requirements-dev.in", "requirements-dev.txt", "benchmarks",
}  # fmt: skip
MAY_COME_LATER = {"benchmarks"}
VAGUE_NAMES = {"utils.py", "helpers.py", "manager.py", "common.py", "misc.py"}
NEVER = {"uv.lock", "package.json", "package-lock.json", "poetry.lock", "Pipfile.lock"}
# Written in pieces, or this file would find itself.
HOSTS = ["py" + "pi.org", "pythonhosted" + ".org", "registry.npmjs" + ".org", "deb.debian" + ".org"]
MACHINE_PATHS = ["/work" + "/", "/root" + "/", "/opt" + "/", "/home" + "/"]
SECRET_SHAPES = ["BEGIN [A-Z ]*PRIVATE" + " KEY", "ghp" + "_[A-Za-z0-9]{20}"]


def holding(patterns: list[str]) -> dict[str, str]:
    """The tracked files in which one of the patterns stands, with what was found."""
    pattern = re.compile("|".join(patterns))
    hits = {str(path): pattern.search(text_of(path)) for path in tracked_files()}
    return {name: hit[0] for name, hit in hits.items() if hit}


def test_the_top_level_is_exactly_what_was_agreed() -> None:
    names = {path.parts[0] for path in tracked_files()}
    visible = {name for name in names if not name.startswith(".") or name == ".ci"}
    assert visible - TOP_LEVEL == set()
    assert TOP_LEVEL - MAY_COME_LATER - visible == set()


def test_every_app_says_what_it_is_for() -> None:
    assert len(APPS) >= 10
    assert [str(app) for app in APPS if not (ROOT / app / "README.md").is_file()] == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [str(path) for path in tracked_files() if path.name in VAGUE_NAMES] == []


def test_no_lock_file_that_records_where_packages_came_from() -> None:
    assert [str(path) for path in tracked_files() if path.name in NEVER] == []


def test_no_font_of_others_is_committed() -> None:
    fonts = {".woff", ".woff2", ".ttf", ".otf", ".eot"}
    assert [str(path) for path in tracked_files() if path.suffix in fonts] == []


def test_no_registry_address_and_no_path_of_one_machine() -> None:
    patterns = [re.escape(host) for host in HOSTS]
    patterns += [rf"(?<![\w.{{}}/-]){re.escape(path)}" for path in MACHINE_PATHS]
    assert holding(patterns) == {}


def test_no_secret_is_committed() -> None:
    assert holding(SECRET_SHAPES) == {}


def test_the_province_is_data() -> None:
    code = [p for p in tracked_files() if p.suffix in {".py", ".html", ".js", ".css", ".txt"}]
    named = [str(p) for p in code if p.parts[0] != "tests" and "Vĩnh" + " Long" in text_of(p)]
    assert named == []


@pytest.mark.parametrize("name", ["run", ".ci/run"])
def test_the_commands_can_be_run(name: str) -> None:
    assert (ROOT / name).stat().st_mode & 0o111 == 0o111


def test_every_locked_package_has_a_hash() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = text_of(Path(name)).splitlines()
        pins = [number for number, line in enumerate(lines) if re.match(r"[A-Za-z0-9]", line)]
        assert pins
        assert [lines[n] for n in pins if "--hash=sha256:" not in lines[n + 1]] == []


def test_a_machine_without_git_sees_the_same_files() -> None:
    committed = set(tracked_files())
    assert committed
    assert committed <= set(tracked._found_in_folders())
