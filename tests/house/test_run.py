"""`./run` as a person at a terminal meets it, in a checkout of its own."""

import os
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.launch.places import Places
from portal.launch.sandboxes import free_port
from tests.house.tracked import ROOT, tracked_files

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]
OWN_SERVICES = (
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "MAILBOX_DIR",
    "OIDC_ISSUER",
    "MEDIA_ROOT",
    "STATIC_ROOT",
)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A second checkout of the same project, beside the one that is being tested."""
    folder = tmp_path_factory.mktemp("checkout") / "portal"
    for path in tracked_files():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, folder / path)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    yield folder
    for pid in processes_of(folder):
        os.kill(pid, signal.SIGKILL)
    Places(folder / "var").forget()


class Terminal:
    """One start of ./run, with what it says."""

    def __init__(self, checkout: Path, port: int) -> None:
        self.checkout, self.port = checkout, port
        env = {name: value for name, value in os.environ.items() if name not in OWN_SERVICES}
        env |= {"PORT": str(port), "PORTAL_DEMO": "0"}
        self.process = subprocess.Popen(
            ["./run"], cwd=checkout, env=env, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def lines_until(self, wanted: str) -> list[str]:
        """What it says up to a line that begins so."""
        assert self.process.stdout
        lines = []
        for line in self.process.stdout:
            lines.append(line.rstrip("\n"))
            if line.startswith(wanted):
                return lines
        raise AssertionError("\n".join(lines))

    def end(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end, and wait."""
        self.process.send_signal(number)
        return self.close()

    def close(self) -> int:
        """Wait for its end and hang up."""
        code = self.process.wait(60)
        assert self.process.stdout
        self.process.stdout.close()
        return code

    def children(self) -> list[int]:
        """The processes that belong to this checkout."""
        return processes_of(self.checkout)


def processes_of(checkout: Path) -> list[int]:
    """The processes that belong to a checkout."""
    homes = {str(checkout), str(Places(checkout / "var").postgresql_home())}
    return [pid for pid, line in command_lines().items() if any(home in line for home in homes)]


def command_lines() -> dict[int, str]:
    """Every process of this machine with its command line and its folder."""
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_text().replace("\0", " ")
            found[int(entry.name)] = f"{words} {(entry / 'cwd').readlink()}"
        except (OSError, ValueError):
            continue
    return found


def status_of(port: int, path: str) -> int:
    """The status with which the portal answers."""
    question = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"X-Forwarded-Proto": "https"}
    )
    with urllib.request.urlopen(question, timeout=10) as answer:
        status: int = answer.status
        return status


def listeners_of(pids: list[int]) -> int:
    """How many TCP ports these processes listen on."""
    listening = {
        columns[9]
        for name in ("tcp", "tcp6")
        for columns in map(str.split, Path(f"/proc/net/{name}").read_text().splitlines()[1:])
        if columns[3] == "0A"
    }
    held = set()
    for pid in pids:
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            target = str(handle.readlink()) if handle.is_symlink() else ""
            held |= {target[8:-1]} if target.startswith("socket:[") else set()
    return len(listening & held)


def test_the_first_start_the_second_and_a_clean_end(checkout: Path) -> None:
    port = free_port()
    first = Terminal(checkout, port)
    assert first.lines_until("READY")[-1] == f"READY http://127.0.0.1:{port}"
    assert status_of(port, "/readyz") == 200
    assert listeners_of(first.children()) == 2  # the web port and the mailbox's free one
    assert first.end() == 0
    assert first.children() == []

    began = time.monotonic()
    second = Terminal(checkout, port)
    assert second.lines_until("READY") == [f"READY http://127.0.0.1:{port}"]
    assert time.monotonic() - began < 30
    assert second.end(signal.SIGINT) == 0
    assert second.children() == []


def test_a_killed_worker_comes_back_and_nothing_survives_a_killed_launcher(checkout: Path) -> None:
    port = free_port()
    terminal = Terminal(checkout, port)
    terminal.lines_until("READY")
    workers = [pid for pid, line in command_lines().items()
               if str(checkout) in line and " celery -A portal worker" in line]  # fmt: skip
    os.kill(min(workers), signal.SIGKILL)
    assert terminal.lines_until("worker")[-1].startswith(
        "worker ended (signal 9); starting it again"
    )
    terminal.process.kill()
    assert terminal.close() == -signal.SIGKILL
    deadline = time.monotonic() + 60
    while terminal.children() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert terminal.children() == []


def test_a_taken_port_and_a_second_start_are_one_line_each(checkout: Path) -> None:
    port = free_port()
    terminal = Terminal(checkout, port)
    terminal.lines_until("READY")
    again = Terminal(checkout, free_port())
    told, _ = again.process.communicate(timeout=30)
    assert told == "The portal (or ./run manage) of this checkout runs already; end it first.\n"
    assert again.process.returncode == 1
    assert terminal.end() == 0
