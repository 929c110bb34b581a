"""The real mail server of the demo, as a process of its own."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest


@dataclass
class MailServer:
    """A running mail server and the folder it fills."""

    port: int
    mailbox: Path

    def letters(self) -> list[EmailMessage]:
        """The letters kept so far, oldest first."""
        found = (path.read_bytes() for path in sorted(self.mailbox.glob("*.eml")))
        return [message_from_bytes(each, EmailMessage, policy=policy.default) for each in found]


@pytest.fixture
def start_mail_server(tmp_path: Path, settings: Any) -> Iterator[Callable[..., MailServer]]:
    """Start a server in a mood and send the portal's letters to it."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*mood: str) -> MailServer:
        folder, ready = tmp_path / f"mailbox{len(started)}", tmp_path / f"ready{len(started)}"
        command = [sys.executable, "-m", "portal.integrations.mail.sandbox", "--mailbox", folder]
        started.append(
            subprocess.Popen([*command, "--ready-file", ready, *mood], stdout=subprocess.DEVNULL)
        )
        deadline = time.monotonic() + 20
        while not ready.exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        server = MailServer(int(ready.read_text()), folder)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.MAILBOX_DIR = str(server.mailbox)
        return server

    yield start
    for process in started:
        process.terminate()
        process.wait(10)


@pytest.fixture
def mail_server(start_mail_server: Callable[..., MailServer]) -> MailServer:
    """A mail server in a good mood."""
    return start_mail_server()
