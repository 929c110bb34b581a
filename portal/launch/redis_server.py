"""A private Redis on a Unix socket."""

import os
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

from portal.launch.children import Child, Crew
from portal.launch.places import CannotStart, Places

SOCKET = "redis.sock"


@dataclass
class Redis:
    """One private Redis; what it loses, the outbox in PostgreSQL still knows."""

    places: Places
    crew: Crew

    def __post_init__(self) -> None:
        self.socket = self.places.socket_folder("redis", SOCKET) / SOCKET
        self.data = self.places.base / "redis"

    @property
    def url(self) -> str:
        """What goes into REDIS_URL."""
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        program = shutil.which("redis-server") or shutil.which("valkey-server")
        if not program:
            raise CannotStart("redis-server is needed; install the package redis-server.")
        self.data.mkdir(mode=0o700, exist_ok=True)
        options = {
            "port": "0", "unixsocket": str(self.socket), "unixsocketperm": "700",
            "dir": str(self.data), "save": "60 1", "appendonly": "no", "daemonize": "no",
        }  # fmt: skip
        command = [
            program,
            *(part for key, value in options.items() for part in (f"--{key}", value)),
        ]
        log = self.places.logs / "redis.log"
        child = Child("Redis", command, log, dict(os.environ), foundation=True)
        self.crew.start(child, lambda: answers_ping(self.socket))


def answers_ping(path: Path) -> bool:
    """Whether a Redis says PONG behind this socket."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(1)
        try:
            line.connect(str(path))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False
