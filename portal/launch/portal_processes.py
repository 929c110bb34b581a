"""The portal's own processes: web, worker, beat."""

import socket
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException

from portal.launch.children import Child, Crew, own_python
from portal.launch.places import CHECKOUT, CannotStart, Places

HOST = "127.0.0.1"
WEB_WORKERS = ("--workers", "2", "--threads", "4")


def refuse_taken_port(port: int) -> None:
    """Say at once that the port is in use, before anything else starts."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} cannot be used ({error.strerror}); choose another with PORT=…"
            ) from error


def commands(port: int, places: Places) -> dict[str, list[str]]:
    """The command lines of the three processes."""
    celery = [own_python(), "-m", "celery", "-A", "portal"]
    web = [own_python(), "-m", "gunicorn", "portal.wsgi:application", "--bind", f"{HOST}:{port}"]
    return {
        "web": [*web, *WEB_WORKERS, "--preload", "--no-control-socket"],
        "worker": [*celery, "worker", "--concurrency", "2", "--without-gossip", "-l", "INFO"],
        "beat": [*celery, "beat", "-l", "INFO", "--pidfile=",
                 "-s", str(places.base / "run" / "beat-schedule")],
    }  # fmt: skip


def start_portal(port: int, places: Places, crew: Crew, env: Mapping[str, str]) -> None:
    """Start all three, and wait until the portal says that it is ready."""
    lines = commands(port, places)
    for name in ("worker", "beat", "web"):
        child = Child(name, lines[name], places.logs / f"{name}.log", env, cwd=str(CHECKOUT))
        crew.start(child, (lambda: answers_ready(port)) if name == "web" else None)


def answers_ready(port: int) -> bool:
    """Whether /readyz answers 200."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    # As a TLS proxy would ask: outside the demo plain HTTP is redirected.
    question = urllib.request.Request(
        f"http://{HOST}:{port}/readyz", headers={"X-Forwarded-Proto": "https"}
    )
    try:
        with opener.open(question, timeout=5) as answer:
            ready: bool = answer.status == 200
            return ready
    except (OSError, HTTPException):
        return False
