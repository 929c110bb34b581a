"""The files of the project, as git sees them."""

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

    Without git (an unpacked archive) the folders are read, less what is never committed.
    """
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode == 0:
        names = sorted({Path(name) for name in listed.stdout.split("\0") if name})
        return [name for name in names if (ROOT / name).is_file()]
    never = {".venv", "var", "__pycache__", "fonts"}
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return sorted(
        path
        for path in found
        if not never.intersection(path.parts) and not path.parts[0].endswith("_cache")
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
