"""Questions to the provider over HTTP: bounded in time and size, no redirect followed.

Nothing is asked twice: a code is good once, and the person presses again. After failures in a row
nobody is asked for a while, so that no visitor waits for a provider that is away.
"""

import json
import time
from dataclasses import dataclass
from typing import Any

import requests
from urllib3.exceptions import HTTPError

CONNECT_SECONDS = 3.0
MOST_BYTES = 256 * 1024
PIECE = 16 * 1024
MOST_FAILURES = 3
REST = 15.0


class ProviderDown(Exception):
    """The provider does not answer, or not as the protocol wants; `why` is for the log."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass
class Circuit:
    """The line to one provider; it rests after failures in a row."""

    failures: int = 0
    rests_until: float = 0.0

    def ask(
        self, method: str, url: str, patience: float, **sent: Any
    ) -> tuple[int, dict[str, Any]]:
        """The status and the JSON object of the answer; ProviderDown when there is none."""
        if time.monotonic() < self.rests_until:
            raise ProviderDown("resting")
        try:
            answer = ask(method, url, patience, **sent)
        except ProviderDown:
            self.failures += 1
            if self.failures >= MOST_FAILURES:
                self.rests_until = time.monotonic() + REST
            raise
        self.failures = 0
        return answer


def ask(method: str, url: str, patience: float, **sent: Any) -> tuple[int, dict[str, Any]]:
    """The status and the JSON object of the answer; ProviderDown when there is none in time."""
    until = time.monotonic() + patience
    try:
        with requests.Session() as line:
            # A proxy of the environment leads out of the machine, never to a sandbox on it.
            line.trust_env = url.startswith("https://")
            line.headers["Accept-Encoding"] = "identity"  # nothing that grows when unpacked
            with line.request(
                method,
                url,
                timeout=(min(CONNECT_SECONDS, patience), patience),
                allow_redirects=False,
                stream=True,
                **sent,
            ) as answer:
                return answer.status_code, _read(answer, until)
    except (requests.RequestException, HTTPError) as error:
        raise ProviderDown(type(error).__name__) from error


def _read(answer: requests.Response, until: float) -> dict[str, Any]:
    if answer.is_redirect or answer.status_code >= requests.codes.server_error:
        raise ProviderDown(f"http {answer.status_code}")
    content = b""
    while piece := answer.raw.read1(PIECE, decode_content=True):  # what there is, without waiting
        content += piece
        if len(content) > MOST_BYTES:
            raise ProviderDown("too long")
        if time.monotonic() > until:
            raise ProviderDown("too slow")
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ProviderDown("no json") from error
    if not isinstance(told, dict):
        raise ProviderDown("no json")
    return told
