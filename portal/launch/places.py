"""Where the portal keeps what it makes: data, logs, sockets."""

import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

CHECKOUT = Path(__file__).resolve().parents[2]
LONGEST_SOCKET = 100  # the kernel allows 107 bytes
POSTGRES_USER = "postgres"


class CannotStart(Exception):
    """The start ends with this one sentence, and nothing more."""


def is_root() -> bool:
    """Whether this process runs as uid 0, which PostgreSQL refuses."""
    return os.geteuid() == 0


@dataclass(frozen=True)
class Places:
    """The folders of one running portal: the demo of a checkout, or one test run."""

    base: Path

    @property
    def tag(self) -> str:
        """A short name that two checkouts never share."""
        return hashlib.sha256(str(self.base).encode()).hexdigest()[:10]

    @property
    def logs(self) -> Path:
        """Where every child writes its log."""
        return self.base / "log"

    @property
    def urls(self) -> Path:
        """The addresses of the services that run right now."""
        return self.base / "run" / "urls.json"

    def make(self) -> None:
        """Make the folders that must exist before anything starts."""
        self.base.mkdir(parents=True, exist_ok=True)
        self.base.chmod(0o711)  # the postgres user passes through, and sees nothing
        for name, mode in {"log": 0o700, "run": 0o711, "media": 0o700, "secrets": 0o700}.items():
            folder = self.base / name
            folder.mkdir(exist_ok=True)
            folder.chmod(mode)

    def lock(self) -> IO[str] | None:
        """Hold this place for one portal; None when another one runs here."""
        (self.base / "run").mkdir(parents=True, exist_ok=True)
        handle = (self.base / "run" / "lock").open("w")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            return None
        return handle

    def postgresql_home(self) -> Path:
        """A folder that the owner of the database can reach."""
        if not is_root() or reachable_by_postgres(self.base):
            return self.base
        return Path("/var/lib/mot-cua") / self.tag

    def socket_folder(self, name: str, longest_file: str) -> Path:
        """A private folder whose sockets have short enough paths."""
        folder = self.base / "run" / name
        owner = POSTGRES_USER if name == "postgresql" and is_root() else None
        too_long = len(os.fsencode(folder / longest_file)) > LONGEST_SOCKET
        if too_long or (owner and not reachable_by_postgres(self.base)):
            folder = Path(tempfile.gettempdir()) / f"mot-cua-{self.tag}-{os.geteuid()}-{name}"
        return private_folder(folder, owner)

    def forget(self) -> None:
        """Throw everything away but the logs' folder name: a fresh start."""
        home = self.postgresql_home()
        if home != self.base:
            shutil.rmtree(home, ignore_errors=True)
        for entry in self.base.iterdir():
            if entry.name in {"run", "log", "install.lock"}:
                continue
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def reachable_by_postgres(folder: Path) -> bool:
    """Whether the postgres system user may pass through this folder."""
    found = subprocess.run(
        ["test", "-x", str(folder)], user=POSTGRES_USER, group=POSTGRES_USER,
        extra_groups=[], cwd="/", check=False,
    )  # fmt: skip
    return found.returncode == 0


def private_folder(folder: Path, owner: str | None) -> Path:
    """A folder only its owner enters; refuses one that somebody else laid there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    uid = pwd.getpwnam(owner).pw_uid if owner else os.geteuid()
    facts = folder.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid not in {uid, os.geteuid()}:
        raise CannotStart(f"{folder} belongs to somebody else; remove it first.")
    if owner and facts.st_uid != uid:
        shutil.chown(folder, owner, owner)
    folder.chmod(0o700)
    return folder
