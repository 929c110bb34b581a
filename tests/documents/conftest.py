"""A real clamd with one signature of our own; nothing is fetched from anywhere."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.integrations.scanner import client
from portal.integrations.scanner.client import ScannerDown
from portal.integrations.scanner.sandbox import EICAR

STARTS_WITHIN = 30


class Clamd:
    """ClamAV's own daemon on a socket in a short-named folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"unix://{folder}/s"
        self.process: subprocess.Popen[bytes] | None = None
        (folder / "db").mkdir()
        self.learns(EICAR)

    def learns(self, *texts: bytes) -> None:
        """From its next start on it finds these and nothing else."""
        rows = [f"Portal.Test.{n}:0:*:{text.hex()}\n" for n, text in enumerate(texts)]
        (self.folder / "db" / "portal.ndb").write_text("".join(rows))

    def start(self, most: str = "100M") -> None:
        """Listen; it looks into files of at most so many bytes."""
        program = shutil.which("clamd") or "/usr/sbin/clamd"
        lines = [f"LocalSocket {self.folder}/s", f"DatabaseDirectory {self.folder}/db"]
        lines += ["Foreground yes", f"StreamMaxLength {most}"]
        config = self.folder / "clamd.conf"
        config.write_text("\n".join(lines) + "\n")
        with (self.folder / "log").open("ab") as log:
            command = [program, "-c", str(config)]
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        self._until_it_answers()

    def _until_it_answers(self) -> None:
        end = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < end:
            try:
                return client.ping(self.url)
            except ScannerDown:
                time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text()[-2000:])

    def stop(self) -> None:
        """Nobody listens any more."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
            self.process = None
        (self.folder / "s").unlink(missing_ok=True)

    def restart(self, most: str = "100M") -> None:
        """Stop and start, with what it has learnt meanwhile."""
        self.stop()
        self.start(most)


@pytest.fixture
def clamd(_own_surroundings: None, settings: Any) -> Iterator[Clamd]:
    """ClamAV, to which the portal turns in this test; its only signature is the EICAR text."""
    # Not under pytest's own folder: a socket's path may not be longer than 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="clamd-"))
    scanner = Clamd(folder)
    settings.CLAMD_URL = scanner.url
    try:
        scanner.start()
        yield scanner
    finally:
        scanner.stop()
        shutil.rmtree(folder)
