"""The files of the project, as git sees them."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = sorted(
    path.parent.relative_to(ROOT)
    for pattern in ("*/apps.py", "portal/*/apps.py")
    for path in ROOT.glob(pattern)
)


def tracked_files() -> list[Path]:
    """Every file that is or would be committed, relative to the root.

    Without git, or in an unpacked archive, the folders are read, less what is never committed.
    """
    return _listed_by_git() or _found_in_folders()


def _listed_by_git() -> list[Path]:
    if not shutil.which("git"):
        return []
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    names = sorted({Path(name) for name in listed.stdout.split("\0") if name})
    return [name for name in names if (ROOT / name).is_file()]


def _found_in_folders() -> list[Path]:
    never = {".git", ".venv", "var", "__pycache__", "fonts", "staticfiles", ".hypothesis"}
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return sorted(
        path
        for path in found
        if not never.intersection(path.parts)
        and not path.parts[0].endswith("_cache")
        and path.suffix not in {".mo", ".pyc"}
    )


def python_files() -> list[Path]:
    """The tracked Python files, less migrations, which a tool writes."""
    return [p for p in tracked_files() if p.suffix == ".py" and "migrations" not in p.parts]


def text_of(path: Path) -> str:
    """The contents of a tracked file; nothing for a picture."""
    try:
        return (ROOT / path).read_text()
    except UnicodeDecodeError:
        return ""
