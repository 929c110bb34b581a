"""A whole portal of real processes on clusters of its own: each may be killed, stopped, starved."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import environ
import redis
from django.db import connection, connections

from portal.celery import app
from portal.integrations.scanner.sandbox import EICAR
from portal.launch.children import Child, Crew
from portal.launch.places import CHECKOUT, Places
from portal.launch.portal_processes import answers_ready, commands
from portal.launch.postgresql import PostgreSQL
from portal.launch.redis_server import Redis, answers_ping
from portal.launch.sandboxes import free_port, listens
from portal.launch.services import own_settings

PORTAL = ("worker", "beat", "web")
AROUND = tuple(
    name for name in ("mail", "scanner") if (CHECKOUT / "portal/integrations" / name).is_dir()
)
CLAMD = shutil.which("clamd") or shutil.which("/usr/sbin/clamd")
SPEED = "0.1"  # sweeps every 3 s, a lost worker's effect is free again after 18 s
DATABASE_FACTS = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")


@dataclass
class Resident(Child):
    """A child that may be started while threads run: nothing of ours between fork and exec."""

    def _begin(self, output: IO[bytes]) -> None:
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "--", *self.command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(self.env),
            cwd=self.cwd,
            start_new_session=True,
            user=self.user,
            group=self.user,
            extra_groups=[] if self.user else None,
        )

    def kill(self) -> None:
        """SIGKILL, to the whole group at once; nobody cleans up."""
        self.signal_group(signal.SIGKILL)
        if self.process:
            self.process.wait()
        self.process = None

    @property
    def runs(self) -> bool:
        """Whether its process is there."""
        return self.process is not None and self.process.poll() is None


class House:
    """Web (2 workers), worker, beat, PostgreSQL, Redis, mail server and clamd of one portal."""

    def __init__(self, base: Path) -> None:
        self.places = Places(base)
        self.places.make()
        self.port, self.mail_port, self.scanner_port = free_port(), free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.media, self.mailbox = base / "media", base / "mailbox"
        self.children: dict[str, Resident] = {}
        self.changed: set[str] = set()  # children that run otherwise than usual

    def build(self) -> None:
        """Start the clusters and settle the environment of everything else."""
        founders = Crew()
        postgresql = PostgreSQL(self.places, founders, careless=True)
        postgresql.start()
        # A killed server must keep what it has acknowledged; only the disk need not be waited for.
        postgresql._sql("ALTER ROLE portal SET synchronous_commit = on")
        self.sql, self._pg_answers = postgresql._sql, postgresql._answers
        broker = Redis(self.places, founders)
        broker.start()
        self.redis_socket = broker.socket
        for name, child in zip(("postgresql", "redis"), founders.children, strict=True):
            resident = Resident(child.name, child.command, child.log, child.env, user=child.user,
                                stop_signal=child.stop_signal, cwd=child.cwd)  # fmt: skip
            resident.process = child.process
            self.children[name] = resident
        self.database_url = postgresql.url
        static_root = Path(os.environ.get("STATIC_ROOT") or CHECKOUT / "var" / "static")
        self.env = own_settings(self.places, static_root) | {
            "DATABASE_URL": postgresql.url,
            "REDIS_URL": broker.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail_port}",
            "MAILBOX_DIR": str(self.mailbox),
            "CLAMD_URL": f"tcp://127.0.0.1:{self.scanner_port}",
            "MEDIA_ROOT": str(self.media),
            "PORTAL_URL": self.url,
            "PORTAL_DEMO": "1",
            "TIMER_SCALE": SPEED,
            "CLOCK_SHIFT_SECONDS": "0",
        }

    def open(self) -> None:
        """Start everything that the portal itself consists of, and the world around it."""
        for name in (*AROUND, *PORTAL):
            self.start(name, wait=name == "web")

    def child(self, name: str, env: Mapping[str, str], extra: tuple[str, ...]) -> Resident:
        """One of the portal's processes, exactly as portal.launch starts it."""
        lines = commands(self.port, self.places)
        sandbox = [sys.executable, "-m", f"portal.integrations.{name}.sandbox", "--port"]
        lines["mail"] = [*sandbox, str(self.mail_port), "--mailbox", str(self.mailbox)]
        lines["scanner"] = [*sandbox, str(self.scanner_port)]
        if name == "scanner" and not extra and CLAMD:  # the real one, unless it is to misbehave
            lines["scanner"] = [CLAMD, "-c", str(self.clamd_settings())]
        kind = "beat" if name.startswith("beat") else name
        command = [*lines.get(kind, []), *extra]
        if name == "second worker":
            command = [*lines["worker"], "-n", "second@%h", *extra]
        log = self.places.logs / f"{name}.log"
        return Resident(name, command, log, {**self.env, **env}, cwd=str(CHECKOUT))

    def clamd_settings(self) -> Path:
        """A real clamd with one signature of our own."""
        folder = self.places.base / "run" / "clamd"
        folder.mkdir(exist_ok=True)
        (folder / "portal.ndb").write_text(f"Portal.Test:0:*:{EICAR.hex()}\n")
        lines = [f"TCPSocket {self.scanner_port}", "TCPAddr 127.0.0.1", "Foreground yes",
                 f"DatabaseDirectory {folder}", "StreamMaxLength 100M"]  # fmt: skip
        settings = self.places.base / "run" / "clamd.conf"
        settings.write_text("\n".join(lines) + "\n")
        return settings

    def start(
        self, name: str, *extra: str, wait: bool = True, replacing: dict[str, str] | None = None,
        **env: str,
    ) -> Resident:  # fmt: skip
        """Start a child, `extra` words and `env` on top; `replacing` swaps words of its command."""
        child = self.children.get(name)
        if name not in ("postgresql", "redis"):
            child = self.child(name, env, extra)
            child.command = [(replacing or {}).get(word, word) for word in child.command]
            self.children[name] = child
        assert child is not None
        if extra or env or replacing:
            self.changed.add(name)
        before = child.log.stat().st_size if child.log.exists() else 0
        child.start()
        if wait:
            until(lambda: self.is_up(name, before), 120, f"{name} to be up, see {child.log}")
        return child

    def is_up(self, name: str, log_before: int = 0) -> bool:
        """Whether the child answers in its own way."""
        child = self.children[name]
        assert child.runs, child.last_lines()
        if name == "web":
            return answers_ready(self.port)
        if name == "redis":
            return answers_ping(self.redis_socket)
        if name == "postgresql":
            return self._pg_answers()
        if name in AROUND:
            return listens(self.mail_port if name == "mail" else self.scanner_port)
        said = child.log.read_bytes()[log_before:]
        return b"ready." in said if "worker" in name else b"beat: Starting" in said

    def kill(self, name: str) -> None:
        """SIGKILL a child and all that it started."""
        self.children[name].kill()

    def stop(self, name: str) -> None:
        """Ask a child to end, and wait until it has."""
        self.children[name].stop()

    def restart(self, name: str, *extra: str, **env: str) -> None:
        """End a child and start it, perhaps otherwise than before."""
        self.stop(name)
        self.start(name, *extra, **env)

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """The child is there but does nothing at all (SIGSTOP)."""
        self.children[name].signal_group(signal.SIGSTOP)
        try:
            yield
        finally:
            self.children[name].signal_group(signal.SIGCONT)

    def heal(self) -> None:
        """Everything runs again, and runs as usual."""
        for name in [n for n in self.children if n.startswith("beat ") or n == "second worker"]:
            self.children.pop(name).kill()
        for name in ("postgresql", "redis", *AROUND, *PORTAL):
            child = self.children[name]
            child.signal_group(signal.SIGCONT)
            if name in self.changed and child.runs:
                child.kill()
            if not child.runs:
                self.start(name, wait=name not in ("worker", "beat"))
            self.changed.discard(name)

    def close(self) -> None:
        """End every child, the clusters last."""
        for child in reversed(list(self.children.values())):
            child.signal_group(signal.SIGCONT)
            child.patience = 5.0
            child.stop()

    @property
    def broker(self) -> "redis.Redis":
        """A line to the broker."""
        return redis.Redis(unix_socket_path=str(self.redis_socket))

    def order(self, task: str, *arguments: int) -> None:
        """Put the order for a task into the broker, past the outbox."""
        where = self.env["REDIS_URL"].replace("unix://", "redis+socket://", 1)
        with app.connection_for_write(url=where) as line:
            app.send_task(task, arguments, connection=line)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Inside the block this process's Django reads and writes the house's database."""
        facts: dict[str, Any] = connections.settings["default"]
        before = {name: facts[name] for name in DATABASE_FACTS}
        own = environ.Env.db_url_config(self.database_url)
        own["OPTIONS"] = {**before["OPTIONS"], **own["OPTIONS"]}
        connection.close()
        facts.update({name: own[name] for name in DATABASE_FACTS})
        try:
            yield
        finally:
            with suppress(Exception):
                connection.close()
            facts.update(before)

    def sockets_of_database(self) -> dict[str, str]:
        """How another session reaches the database."""
        own = environ.Env.db_url_config(self.database_url)
        return {"dbname": own["NAME"], "user": own["USER"], "host": own["OPTIONS"]["host"]}

    def log_of(self, name: str) -> str:
        """All that a child has written so far."""
        log = self.places.logs / f"{name}.log"
        return log.read_text(errors="replace") if log.exists() else ""


def until(is_so: Callable[[], object], seconds: float, what: str) -> None:
    """Poll until it is so; fail naming what was waited for."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.05)


def hole() -> tuple[socket.socket, int]:
    """A port that takes connections and never says a word."""
    ear = socket.socket()
    ear.bind(("127.0.0.1", 0))
    ear.listen(64)
    return ear, ear.getsockname()[1]
