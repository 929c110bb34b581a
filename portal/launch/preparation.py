"""Brings database, texts and static files up to date, leaving alone what did not change."""

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from portal.launch.children import Child, Crew, own_python
from portal.launch.places import CHECKOUT, Places

APPS = ("portal/*", "procedures", "dossiers", "payments", "notifications")


@dataclass(frozen=True)
class Step:
    """One management command, run again only when the files it reads have changed."""

    name: str
    arguments: tuple[str, ...]
    reads: tuple[str, ...]
    keeps_in_database: bool = True

    def exists(self) -> bool:
        """Whether there is something to do; our own commands need their file first."""
        if self.arguments[0] in {"migrate", "collectstatic", "compilemessages"}:
            return any(next(CHECKOUT.glob(pattern), None) for pattern in self.reads)
        pattern = f"management/commands/{self.arguments[0]}.py"
        return any(next(CHECKOUT.glob(f"{app}/{pattern}"), None) for app in APPS)


def _in_apps(pattern: str) -> tuple[str, ...]:
    return tuple(f"{app}/{pattern}" for app in APPS)


TEXTS = Step("texts", ("compilemessages", "--ignore", ".venv*"), ("locale/**/*.po",), False)
# Files of packages that no page of ours uses: compressing them would take half a minute.
UNUSED = ("--ignore", "drf_spectacular_sidecar", "--ignore", "rest_framework")
STATIC = Step(
    "static files",
    ("collectstatic", "--noinput", "-v", "0", *UNUSED),
    ("static/**/*",),
    keeps_in_database=False,
)
TABLES = Step("tables", ("migrate", "--noinput"), _in_apps("migrations/*.py"))
CATALOGUE = Step(
    "catalogue",
    ("load_catalogue",),
    (*_in_apps("data/**/*"), *_in_apps("loading*/**/*.py"), *_in_apps("loading.py")),
)
DEMO = Step("demo data", ("seed_demo",), _in_apps("demo/**/*.py"))


def fingerprint(patterns: Iterable[str]) -> str:
    """A hash over the names and contents of all files that match, and over the locked packages."""
    digest = hashlib.sha256((CHECKOUT / "requirements.txt").read_bytes())
    for path in sorted({path for pattern in patterns for path in CHECKOUT.glob(pattern)}):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(str(path.relative_to(CHECKOUT)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


@dataclass
class Preparation:
    """Runs steps for one portal and remembers what it has done."""

    places: Places
    crew: Crew
    env: Mapping[str, str]
    private_database: bool

    @property
    def _stamps(self) -> Path:
        return self.places.base / "prepared.json"

    def _done(self) -> dict[str, str]:
        try:
            told: dict[str, str] = json.loads(self._stamps.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return told

    def bring(self, step: Step) -> None:
        """Run the step unless it ran on exactly these files before."""
        if not step.exists():
            return
        mark = fingerprint(step.reads)
        trusted = self.private_database or not step.keeps_in_database
        if trusted and self._done().get(step.name) == mark:
            return
        command = [own_python(), "-m", "django", *step.arguments]
        log = self.places.logs / "preparation.log"
        title = f"Preparing the {step.name}"
        print(title, file=sys.stderr, flush=True)
        self.crew.run(Child(title, command, log, self.env, patience=5, cwd=str(CHECKOUT)))
        draft = self._stamps.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(self._done() | {step.name: mark}, indent=1))
        draft.replace(self._stamps)
