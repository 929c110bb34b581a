"""Child processes: started in groups of their own, watched, started again, ended without rest."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from portal.launch.places import CannotStart

LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0
_libc = ctypes.CDLL(None)


def say(line: str) -> None:
    """One line to whoever started the portal."""
    print(line, flush=True)


def _end_with_parent() -> None:
    """Ask the kernel to end this child when the launcher is killed outright (PR_SET_PDEATHSIG)."""
    _libc.prctl(1, signal.SIGTERM)


@dataclass
class Child:
    """One process group with a log of its own."""

    name: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str]
    user: str | None = None
    foundation: bool = False  # others stand on it: it ends last
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 15.0
    cwd: str | None = None
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    restart_at: float = 0.0

    def start(self) -> None:
        """Begin the process; its output goes to the end of its log."""
        with self.log.open("ab") as output:
            self._begin(output)
        self.started_at = time.monotonic()

    def _begin(self, output: IO[bytes]) -> None:
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(self.env),
            cwd=self.cwd,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - this process has one thread only
            user=self.user,
            group=self.user,
            extra_groups=[] if self.user else None,
        )

    def ended(self) -> int | None:
        """The exit code, or None while it runs."""
        return self.process.poll() if self.process else None

    def wait(self) -> int:
        """The exit code, once it has ended."""
        while (code := self.ended()) is None:
            time.sleep(0.02)
        return code

    def signal_group(self, number: int) -> None:
        """Send a signal to the whole process group, if any of it is left."""
        if self.process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def ask_to_stop(self) -> None:
        """Ask politely; a leader ends its own group, in its own order."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def make_sure_it_stopped(self, deadline: float) -> None:
        """Wait until the deadline, then end whatever is left of the group."""
        if not self.process:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, deadline - time.monotonic()))
        self.signal_group(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def stop(self) -> None:
        """End this child and all that it started."""
        self.ask_to_stop()
        self.make_sure_it_stopped(time.monotonic() + self.patience)

    def last_lines(self, count: int = 15) -> str:
        """The end of the log, for a failure that can be read."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])

    def failed(self, why: str) -> CannotStart:
        """The sentence to stop with, and the end of the log beneath it."""
        return CannotStart(f"{self.name} {why}. The end of {self.log}:\n{self.last_lines()}")


@dataclass
class Crew:
    """The children of one launcher, stopped in the reverse order of their start."""

    children: list[Child] = field(default_factory=list)
    lock: IO[str] | None = None  # on their place; given back when the last has gone

    def start(
        self, child: Child, is_ready: Callable[[], bool] | None = None, within: float = 60.0
    ) -> None:
        """Start a child, and wait until it answers."""
        self.children.append(child)
        child.start()
        deadline = time.monotonic() + within
        while is_ready and not is_ready():
            self.must_all_run()
            if time.monotonic() > deadline:
                raise child.failed(f"did not answer within {within:.0f} seconds")
            time.sleep(0.1)

    def run(self, child: Child) -> None:
        """Run a step to its end; a step that fails stops the start."""
        self.children.append(child)
        child.start()
        if code := child.wait():
            raise child.failed(f"failed (exit {code})")
        self.children.remove(child)

    def must_all_run(self) -> None:
        """Stop the start when a child has ended already."""
        for child in self.children:
            if (code := child.ended()) is not None:
                raise child.failed(f"ended at its start (exit {code})")

    def watch_once(self) -> None:
        """Start again, with growing pauses, each child that has ended."""
        now = time.monotonic()
        for child in self.children:
            code = child.ended()
            if code is None:
                continue
            if not child.restart_at:
                self._plan_restart(child, code, now)
            elif now >= child.restart_at:
                child.restart_at = 0.0
                child.start()

    def _plan_restart(self, child: Child, code: int, now: float) -> None:
        if now - child.started_at > STEADY_AFTER:
            child.failures = 0
        pause = min(LONGEST_PAUSE, 2.0**child.failures - 1)
        child.failures += 1
        child.restart_at = now + pause
        child.signal_group(signal.SIGKILL)  # what its death left behind
        how = f"signal {-code}" if code < 0 else f"exit {code}"
        say(f"{child.name} ended ({how}); starting it again (see {child.log})")

    def stop(self) -> None:
        """End every child: first those that use the others, last the database."""
        doors = [child for child in reversed(self.children) if not child.foundation]
        for child in doors:
            child.ask_to_stop()
        deadline = time.monotonic() + max((child.patience for child in doors), default=0.0)
        for child in doors:
            child.make_sure_it_stopped(deadline)
        for child in reversed(self.children):
            child.stop()
        self.children.clear()
        if self.lock:
            self.lock.close()


class Stopped(Exception):
    """Somebody asked the launcher to end."""


def obey_signals() -> None:
    """Turn Ctrl-C, SIGTERM and a closed terminal into one orderly end."""

    def end(number: int, frame: object) -> None:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)


def own_python() -> str:
    """The interpreter of the environment this launcher runs in."""
    return sys.executable
