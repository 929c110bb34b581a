"""`./run check`: everything that can be proved without running the portal."""

import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from portal.launch.children import Child, Crew, own_python, say
from portal.launch.places import CHECKOUT
from portal.launch.secret_keys import fresh_keys

PYTHON = own_python()
DJANGO = (PYTHON, "-W", "ignore::RuntimeWarning", "manage.py")
ROOMS = ("portal", "procedures", "dossiers", "payments", "notifications")
SCANNED = ("*.py", "*.toml", "*.yml", "*.html", "*.js", "*.md", "*.po")
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as lint; lint()"


@dataclass(frozen=True)
class Check:
    """One command that must end well."""

    name: str
    command: tuple[str, ...]


def all_checks() -> list[Check]:
    """The slowest first: all run at once."""
    return [
        # No cache: after an edit the Django plugin reports from it what is not there.
        Check("types", (PYTHON, "-m", "mypy", "--cache-dir", os.devnull)),
        Check("import contracts", (PYTHON, "-c", LINT_IMPORTS)),
        Check("missing migrations", (*DJANGO, "makemigrations", "--check", "--dry-run")),
        Check("deployment", (*DJANGO, "check", "--deploy", "--fail-level", "WARNING")),
        # What ruff allows line by line with a reason is not asked again; `-ll`: medium and worse.
        Check("dangerous code", (PYTHON, "-m", "bandit", "-q", "-ll", "-r", *ROOMS)),
        Check("secrets", (PYTHON, "-m", "detect_secrets.pre_commit_hook", *scanned_files())),
        Check("lint", (PYTHON, "-m", "ruff", "check")),
        Check("format", (PYTHON, "-m", "ruff", "format", "--check")),
        *(
            Check(f"translations {path.parent.parent.name}/{path.name}", message_check(path))
            for path in sorted((CHECKOUT / "locale").rglob("*.po"))
        ),
    ]


def scanned_files() -> list[str]:
    """Every file of ours that a secret could stand in."""
    places = [CHECKOUT / name for name in (*ROOMS, "tests", "templates", "static", ".ci")]
    found = [path for place in places for kind in SCANNED for path in place.rglob(kind)]
    found += [path for path in CHECKOUT.iterdir() if path.suffix in {".md", ".toml", ".yml"}]
    return sorted(str(path.relative_to(CHECKOUT)) for path in [*found, CHECKOUT / "run"])


def message_check(path: Path) -> tuple[str, ...]:
    """The command that reads one message file strictly."""
    return ("msgfmt", "--check", "--output-file=/dev/null", str(path))


def production_environment() -> dict[str, str]:
    """Settings as a careful operator would give them; nothing is connected to."""
    return {
        **os.environ,
        **fresh_keys(),
        "ALLOWED_HOSTS": "portal.invalid",
        "PORTAL_DEMO": "0",
        "PORTAL_URL": "https://portal.invalid",
        "DATABASE_URL": "postgres://portal@/portal?host=/nonexistent",
        "REDIS_URL": "unix:///nonexistent/redis.sock",
        "EMAIL_URL": "smtp://mail.invalid:25",
        "CLAMD_URL": "unix:///nonexistent/clamd.sock",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }


def run_checks(arguments: list[str], crew: Crew) -> int:
    """Run every check; show what the failing ones said."""
    began, env = time.monotonic(), production_environment()
    with tempfile.TemporaryDirectory(prefix="mot-cua-check-") as folder:
        waiting = []
        for number, check in enumerate(all_checks()):
            log = Path(folder) / f"{number}.log"
            child = Child(check.name, check.command, log, env, patience=2, cwd=str(CHECKOUT))
            crew.start(child)
            waiting.append(child)
        failures = sum(wait_for(child, began) for child in reversed(waiting))
        crew.stop()
    say(f"{len(waiting) - failures} passed, {failures} failed")
    return 1 if failures else 0


def wait_for(child: Child, began: float) -> bool:
    """Wait for one check to end; returns whether it failed."""
    code = child.wait()
    say(f"{'failed' if code else 'ok':7}{child.name} ({time.monotonic() - began:.0f} s)")
    if code:
        say(child.log.read_text(errors="replace"))
    return code != 0
