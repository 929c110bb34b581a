"""The launcher ends what it starts, starts again what dies, and says plainly what is wrong."""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.launch import testing
from portal.launch.children import Child, Crew
from portal.launch.places import CHECKOUT, LONGEST_SOCKET, CannotStart, Places, private_folder
from portal.launch.portal_processes import refuse_taken_port
from portal.launch.preparation import fingerprint
from portal.launch.sandboxes import SANDBOXES
from portal.launch.secret_keys import kept_keys

SLEEPS_WITH_A_CHILD = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""
DEAF = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True)\n"


@pytest.fixture
def crew() -> Iterator[Crew]:
    """A crew that is sent home after the test."""
    crew = Crew()
    yield crew
    crew.stop()


def child_of(tmp_path: Path, program: str, patience: float = 5) -> Child:
    """A child that runs this Python program."""
    command = [sys.executable, "-c", program]
    return Child("sleeper", command, tmp_path / "log", dict(os.environ), patience=patience)


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be buried does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until_gone(pid: int) -> bool:
    """Whether the process ends within five seconds."""
    deadline = time.monotonic() + 5
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_alive(pid)


def test_stopping_leaves_no_grandchild(tmp_path: Path, crew: Crew) -> None:
    child = child_of(tmp_path, SLEEPS_WITH_A_CHILD)
    crew.start(child, lambda: child.log.read_text().endswith("\n"))
    grandchild = int(child.log.read_text())
    assert is_alive(grandchild)
    crew.stop()
    assert wait_until_gone(grandchild)
    assert crew.children == []


def test_a_deaf_child_is_ended_when_patience_is_over(tmp_path: Path, crew: Crew) -> None:
    child = child_of(tmp_path, DEAF + "time.sleep(600)", patience=0.3)
    crew.start(child, lambda: "deaf" in child.log.read_text())
    assert child.process
    pid = child.process.pid
    crew.stop()
    assert wait_until_gone(pid)


def test_a_child_that_dies_is_started_again_and_it_is_said(
    tmp_path: Path, crew: Crew, capsys: pytest.CaptureFixture[str]
) -> None:
    child = child_of(tmp_path, "import time; time.sleep(600)")
    crew.start(child)
    assert child.process
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    child.wait()
    crew.watch_once()
    crew.watch_once()
    assert child.process.pid != first
    assert child.ended() is None
    said = f"sleeper ended (signal 9); starting it again (see {child.log})\n"
    assert capsys.readouterr().out == said


def test_a_child_that_keeps_dying_is_not_started_without_pause(tmp_path: Path, crew: Crew) -> None:
    child = child_of(tmp_path, "raise SystemExit(3)")
    crew.start(child)
    for _ in range(2):
        child.wait()
        crew.watch_once()
        crew.watch_once()
    assert child.restart_at - time.monotonic() > 0.5


def test_a_child_that_dies_at_its_start_shows_the_end_of_its_log(
    tmp_path: Path, crew: Crew
) -> None:
    child = child_of(tmp_path, "print('no such province'); raise SystemExit(3)")
    with pytest.raises(CannotStart) as told:
        crew.start(child, lambda: False)
    assert str(told.value) == (
        f"sleeper ended at its start (exit 3). The end of {child.log}:\nno such province"
    )


def test_a_taken_port_is_one_clear_line() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(CannotStart) as told:
            refuse_taken_port(port)
    assert "\n" not in str(told.value)
    assert str(port) in str(told.value)


def test_a_deep_checkout_gets_a_short_private_socket_folder(tmp_path: Path) -> None:
    places = Places(tmp_path / ("thư-mục-" * 12))
    folder = places.socket_folder("redis", "redis.sock")
    try:
        assert len(os.fsencode(folder / "redis.sock")) <= LONGEST_SOCKET
        assert folder.stat().st_mode & 0o777 == 0o700
    finally:
        folder.rmdir()


def test_two_checkouts_never_share_a_folder(tmp_path: Path) -> None:
    assert Places(tmp_path / "a").tag != Places(tmp_path / "b").tag


def test_a_folder_laid_by_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "sockets").symlink_to(tmp_path / "theirs")
    with pytest.raises(CannotStart):
        private_folder(tmp_path / "sockets", None)


def test_keys_are_made_once_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    first = kept_keys(tmp_path)
    assert kept_keys(tmp_path) == first
    assert set(first) == {"SECRET_KEY", "FIELD_KEYS"}
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_only_one_portal_holds_a_place(tmp_path: Path) -> None:
    lock = Places(tmp_path).lock()
    assert lock
    assert Places(tmp_path).lock() is None
    lock.close()
    second = Places(tmp_path).lock()
    assert second
    second.close()


def test_a_changed_file_changes_the_fingerprint() -> None:
    assert fingerprint(["run"]) == fingerprint(["run"])
    assert fingerprint(["run"]) != fingerprint(["run", "LICENSE"])


def test_every_sandbox_of_the_list_is_written() -> None:
    assert [sandbox.name for sandbox in SANDBOXES if not sandbox.exists()] == []


@pytest.mark.parametrize(
    ("asked", "arguments", "browser"),
    [
        (["tests/house"], ("-m", "not slow", "tests/house"), False),
        (["tests/house/test_sizes.py::test_x"], ("tests/house/test_sizes.py::test_x",), False),
        (["-m", "browser", "-x"], ("-m", "browser", "-x"), True),
        (["-m", "not browser"], ("-m", "not browser"), False),
    ],
)
def test_chosen_tests_run_in_the_right_surroundings(
    asked: list[str], arguments: tuple[str, ...], browser: bool
) -> None:
    part = testing.chosen_part(asked, slow=False)
    assert part.arguments == arguments
    if "tests/house" not in asked:
        assert part.browser is browser


def test_nobody_is_counted_twice() -> None:
    expressions = [part.arguments[-1] for part in testing.whole_suite(slow=False)]
    assert expressions == [
        "not browser and not faults and not heavy and not slow",
        "heavy and not slow",
        "browser and not slow",
        "faults and not browser and not slow",
    ]
    assert CHECKOUT.is_dir()
