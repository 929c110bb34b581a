"""A real portal for a real browser: gunicorn, worker and beat on the tests' own database."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.cast import Cast
from tests.conftest import Sandbox, forget_cases

QUIET = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
SIZES = {"phone": {"width": 375, "height": 740}, "desk": {"width": 1280, "height": 900}}


@dataclass
class Portal:
    """A running portal and where it keeps its things."""

    url: str
    folder: Path
    processes: dict[str, subprocess.Popen[bytes]]
    environment: dict[str, str]

    def start(self, name: str, command: list[str]) -> None:
        """Start a child with its output in a log of its own."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def start_worker(self) -> None:
        """The worker with the beat inside, as the demo runs them."""
        celery = [sys.executable, "-m", "celery", "-A", "portal", "worker", "-B", "-l", "WARNING"]
        schedule = str(self.folder / "beat-schedule")
        self.start("worker", [*celery, "--concurrency", "1", "-s", schedule])

    def kill_worker(self) -> None:
        """SIGKILL the worker and its children in the middle of what they do."""
        child = self.processes.pop("worker")
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def stop(self) -> None:
        """End every child."""
        for child in self.processes.values():
            os.killpg(child.pid, signal.SIGTERM)
        for child in self.processes.values():
            try:
                child.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(is_so: Any, seconds: float, what: str) -> None:
    """Poll until it is so; fail naming what was waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return
        time.sleep(0.1)
    raise AssertionError(f"{what} did not happen within {seconds} s")


def answers(url: str) -> bool:
    """Whether the address answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="session")
def portal(
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
    scanner_url: str,
    identity_sandbox: Sandbox,
) -> Iterator[Portal]:
    """The portal's processes on the test database, with the catalogue and the cast."""
    folder, port = tmp_path_factory.mktemp("portal"), free_port()
    with django_db_blocker.unblock():
        name = str(connection.settings_dict["NAME"])
    environment = {
        **os.environ,
        "DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl(),
        "MEDIA_ROOT": str(folder / "media"),
        "CLAMD_URL": scanner_url,
        "OIDC_ISSUER": f"{identity_sandbox.url}/demo",
        "OIDC_CLIENT_ID": identity_sandbox.client_id,
        "OIDC_CLIENT_SECRET": identity_sandbox.client_secret,
        "PORTAL_URL": f"http://127.0.0.1:{port}",
        "PORTAL_DEMO": "1",
        "TIMER_SCALE": "0.1",
    }
    running = Portal(f"http://127.0.0.1:{port}", folder, {}, environment)
    web = [sys.executable, "-m", "gunicorn", "portal.wsgi:application", "--workers", "2"]
    web += ["--bind", f"127.0.0.1:{port}"]
    try:
        running.start("web", [*web, "--threads", "2", "--no-control-socket", "--preload"])
        running.start_worker()
        wait_until(lambda: answers(f"{running.url}/readyz"), 40, f"the start, see {folder}")
        yield running
    finally:
        running.stop()


@pytest.fixture
def people(portal: Portal, django_db_blocker: Any) -> Iterator[Cast]:
    """The cast in the running portal; every dossier is forgotten afterwards."""
    with django_db_blocker.unblock():
        forget_cases()
        yield Cast()
        forget_cases()
        connection.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all browser tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=list(QUIET))
        yield browser
        browser.close()


def _chromium() -> str:
    for name in ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"):
        if Path(name).exists():
            return name
    raise AssertionError("no Chromium: apt-get install chromium")


@pytest.fixture
def size(request: pytest.FixtureRequest) -> str:
    """The size of the window: `phone` or `desk`."""
    return str(request.param)


@pytest.fixture
def has_script(request: pytest.FixtureRequest) -> bool:
    """Whether the browser runs JavaScript."""
    return bool(request.param)


@pytest.fixture
def visitor(
    chromium: Browser, portal: Portal, size: str, has_script: bool
) -> Iterator[BrowserContext]:
    """A fresh browser at one size, with or without JavaScript."""
    context = chromium.new_context(
        base_url=portal.url,
        viewport=SIZES[size],  # type: ignore[arg-type]
        java_script_enabled=has_script,
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
    )
    context.set_default_timeout(20_000)
    yield context
    context.close()
