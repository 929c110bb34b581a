"""`./run test`: the parts of the suite, each against real services started for it alone."""

import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from portal.launch.children import Crew, own_python, say
from portal.launch.places import CHECKOUT, Places
from portal.launch.postgresql import NAME
from portal.launch.preparation import CATALOGUE, STATIC, TABLES, TEXTS, Preparation
from portal.launch.services import own_settings, start_databases, start_sandboxes

FAILED, NOTHING_COLLECTED = 1, 5
BROWSER_MARK = "mark.browser"


@dataclass(frozen=True)
class Part:
    """One pytest process."""

    name: str
    arguments: tuple[str, ...]
    browser: bool = False
    may_be_empty: bool = True
    is_terse: bool = False  # says which tests fail; why, they say when they run once more


def whole_suite(*, slow: bool) -> list[Part]:
    """Fast and heavy on both cores; browser and faults each in a process of their own."""
    rest = "" if slow else " and not slow"
    fast = f"not browser and not faults and not heavy{rest}"
    elsewhere = ("--ignore=tests/browser", "--ignore=tests/faults")  # spares importing them
    return [
        Part("fast", ("-n", "2", *elsewhere, "-m", fast), may_be_empty=False, is_terse=True),
        Part("heavy", ("-n", "2", *elsewhere, "-m", f"heavy{rest}")),
        Part("browser", ("-m", f"browser{rest}"), browser=True),
        Part("faults", ("-m", f"faults and not browser{rest}")),
    ]


def chosen_part(arguments: list[str], *, slow: bool) -> Part:
    """One process for exactly what was asked; a test named in full runs even when it is slow."""
    marked = any(word.startswith("-m") for word in arguments)
    named = any("::" in word for word in arguments)
    limit = () if slow or marked or named else ("-m", "not slow")
    return Part(
        "chosen", (*limit, *arguments), browser=wants_browser(arguments), may_be_empty=False
    )


def wants_browser(arguments: list[str]) -> bool:
    """Whether the chosen tests drive a browser: said by the marker asked for, or in their files."""
    if "-m" in arguments[:-1]:
        expression = arguments[arguments.index("-m") + 1]
        return "browser" in expression and "not browser" not in expression
    return any(BROWSER_MARK in file.read_text() for file in test_files(arguments))


def test_files(arguments: list[str]) -> list[Path]:
    """The test files beneath the paths among the arguments."""
    paths = [CHECKOUT / word.partition("::")[0] for word in arguments if not word.startswith("-")]
    files = [path for path in paths if path.suffix == ".py" and path.is_file()]
    return files + [file for path in paths if path.is_dir() for file in path.rglob("test_*.py")]


def run_tests(arguments: list[str], crew: Crew) -> int:
    """Start throw-away services, run the parts, say how many passed."""
    slow = "--all" in arguments
    words = [word for word in arguments if word != "--all"]
    parts = [chosen_part(words, slow=slow)] if words else whole_suite(slow=slow)
    base = Path(tempfile.mkdtemp(prefix="mot-cua-test-"))
    try:
        places = Places(base)
        places.make()
        env = test_environment(places, crew)
        codes = [run_part(part, base, env) for part in parts]
    finally:
        crew.stop()
        if places.postgresql_home() != base:
            shutil.rmtree(places.postgresql_home(), ignore_errors=True)
        shutil.rmtree(base, ignore_errors=True)
    return 1 if any(codes) else 0


def test_environment(places: Places, crew: Crew) -> dict[str, str]:
    """Real services with nothing in them, and the static files as production serves them."""
    kept = Places(CHECKOUT / "var")
    kept.make()
    env = own_settings(places, kept.base / "static") | start_databases(places, crew, careless=True)
    env |= start_sandboxes(places, crew, env)
    preparation = Preparation(kept, crew, env, private_database=True)
    preparation.bring(TEXTS)
    preparation.bring(STATIC)
    template = Preparation(places, crew, env, private_database=True)
    template.bring(TABLES)
    template.bring(CATALOGUE)
    return env | {"TEST_TEMPLATE": NAME}


def run_part(part: Part, base: Path, env: Mapping[str, str]) -> int:
    """Run one pytest process; an empty part is fine where that is allowed."""
    told = dict(env) | ({"DJANGO_ALLOW_ASYNC_UNSAFE": "1"} if part.browser else {})
    report = base / f"{part.name}.xml"
    command = [own_python(), "-m", "pytest", *part.arguments]
    terse = ["--assert=plain"] if part.is_terse else []  # explaining every assertion costs time
    say(f"== {part.name}")
    code = subprocess.call([*command, f"--junitxml={report}", *terse], env=told, cwd=CHECKOUT)
    if terse and code == FAILED:
        say(f"== {part.name}: what failed, once more and with reasons")
        subprocess.call([*command, "--last-failed"], env=told, cwd=CHECKOUT)
    say(counted(report))
    return 0 if code == NOTHING_COLLECTED and part.may_be_empty else code


def counted(report: Path) -> str:
    """The result of one part in one line."""
    if not report.exists():
        return "0 passed, 1 failed"
    totals = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    root = ET.parse(report).getroot()  # nosec B314 # noqa: S314 - pytest wrote it a moment ago
    for suite in root.iter("testsuite"):
        for name in totals:
            totals[name] += int(suite.get(name, "0"))
    failed = totals["failures"] + totals["errors"]
    passed = totals["tests"] - failed - totals["skipped"]
    return f"{passed} passed, {failed} failed, {totals['skipped']} skipped"
