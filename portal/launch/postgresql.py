"""A private PostgreSQL: own cluster, Unix socket only, no password needed inside its folder."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from portal.launch.children import Child, Crew
from portal.launch.places import POSTGRES_USER, CannotStart, Places, is_root

OLDEST = 15
NAME = "portal"  # of the role and of the database
PATIENCE = 30
SOCKET = ".s.PGSQL.5432"
# A throw-away cluster need not survive a power cut, nor keep itself tidy.
# A refused statement is not quoted in the server's log: people's data stands in it.
DISCREET = ("log_error_verbosity=terse", "log_min_error_statement=panic")
CARELESS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "checkpoint_timeout=1h",
    "max_wal_size=4GB",
    "shared_buffers=256MB",
    "autovacuum=off",
    "jit=off",
)


def clean_environment() -> dict[str, str]:
    """This process's environment without settings meant for some other PostgreSQL."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def installed() -> dict[int, Path]:
    """The PostgreSQL servers of this machine: major version to folder of programs."""
    folders = list(Path("/usr/lib/postgresql").glob("*/bin"))
    if found := shutil.which("initdb"):
        folders.append(Path(found).resolve().parent)
    versions = {}
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            told = subprocess.check_output([folder / "postgres", "--version"], text=True, cwd="/")
            if match := re.search(r"(\d+)", told):
                versions[int(match[1])] = folder
    return versions


def chosen(home: Path) -> tuple[int, Path]:
    """The newest server here; one that wrote the data already comes first."""
    servers = {major: folder for major, folder in installed().items() if major >= OLDEST}
    if not servers:
        raise CannotStart(f"PostgreSQL {OLDEST} or newer is needed; install a newer postgresql.")
    written = [int(path.name.rsplit("-", 1)[1]) for path in home.glob("postgresql-[0-9]*")]
    if not written:
        return max(servers.items())
    major = max(written)
    if major not in servers:
        raise CannotStart(
            f"The data is of PostgreSQL {major}: install postgresql-{major}, or use --fresh."
        )
    return major, servers[major]


@dataclass
class PostgreSQL:
    """One private cluster."""

    places: Places
    crew: Crew
    careless: bool = False

    def __post_init__(self) -> None:
        home = self.places.postgresql_home()
        self.user = POSTGRES_USER if is_root() else None
        self.major, self.programs = chosen(home)
        self.data = home / f"postgresql-{self.major}"
        self.sockets = self.places.socket_folder("postgresql", SOCKET)

    @property
    def url(self) -> str:
        """What goes into DATABASE_URL."""
        return f"postgres://{NAME}@/{NAME}?host={self.sockets}"

    def start(self) -> None:
        """Make the cluster if there is none, start it, make role and database."""
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()
        self._outlive_predecessor()
        options = [f"unix_socket_directories={self.sockets}", "listen_addresses=", *DISCREET]
        options += CARELESS if self.careless else ()
        child = self._child([str(self.programs / "postgres"), "-D", str(self.data)])
        child.command = [*child.command, *(part for each in options for part in ("-c", each))]
        self.crew.start(child, self._answers)
        self._make_database()

    def _outlive_predecessor(self) -> None:
        """Wait for a server whose launcher was killed outright and that is still closing down."""
        deadline = time.monotonic() + PATIENCE
        while (pid := self._running_server()) and time.monotonic() < deadline:
            os.kill(pid, signal.SIGINT)
            time.sleep(0.5)

    def _running_server(self) -> int | None:
        """The process that holds this very cluster, if there is one."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n")[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        return pid if os.fsencode(self.data) in command else None

    def _child(self, command: list[str]) -> Child:
        log = self.places.logs / "postgresql.log"
        return Child(
            "PostgreSQL", command, log, clean_environment(),
            user=self.user, foundation=True, cwd="/", patience=PATIENCE,
            stop_signal=signal.SIGINT,  # fast: does not wait for clients
        )  # fmt: skip

    def _make_cluster(self) -> None:
        """Write a new cluster; it gets its final name only when it is whole."""
        draft = self.data.with_name(f"draft-{self.data.name}")
        self.data.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if self.user:
            shutil.chown(draft, self.user, self.user)
        how = ["-U", POSTGRES_USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        how += ["--no-sync"] if self.careless else []
        self.crew.run(self._child([str(self.programs / "initdb"), "-D", str(draft), *how]))
        draft.rename(self.data)

    def _client(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        env: Mapping[str, str] = clean_environment() | {"PGCONNECT_TIMEOUT": "5"}
        where = ["-h", str(self.sockets), "-U", POSTGRES_USER]
        command = [str(self.programs / program), *where, *arguments]
        return subprocess.run(
            command, env=env, cwd="/", text=True, capture_output=True, check=False
        )

    def _answers(self) -> bool:
        return self._client("pg_isready", "-q").returncode == 0

    def _sql(self, statement: str) -> str:
        done = self._client("psql", "-d", "postgres", "-tAqX", "-c", statement)
        if done.returncode:
            raise CannotStart(f"PostgreSQL refused: {done.stderr.strip()}")
        return done.stdout.strip()

    def _make_database(self) -> None:
        """An ordinary role that owns its database, as in production: no superuser."""
        if NAME not in self._sql("SELECT rolname FROM pg_roles").split():
            self._sql(f"CREATE ROLE {NAME} LOGIN CREATEDB")
        if NAME not in self._sql("SELECT datname FROM pg_database").split():
            self._sql(f"CREATE DATABASE {NAME} OWNER {NAME} TEMPLATE template0")
