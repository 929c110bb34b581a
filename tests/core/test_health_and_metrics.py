"""Whoever watches the portal sees what it lacks; nobody else sees its numbers."""

import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.test import Client

from portal.core import clock, health
from portal.core.models import Effect
from tests.cast import Cast
from tests.conftest import Sandbox

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture(autouse=True)
def _asked_anew() -> None:
    health._outside.cache_clear()


@pytest.fixture
def mute() -> Iterator[int]:
    """The port of somebody who takes every call and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=20) as server:
        yield server.getsockname()[1]


def port_of_nobody() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def clamd_that_answers(server: socket.socket) -> None:
    """One conversation with a scanner that is well."""
    line, _address = server.accept()
    with line:
        assert line.recv(16) == b"zPING\0"
        line.sendall(b"PONG\0")


def test_everything_well(cast: Cast, client: Client, settings: Any) -> None:
    settings.CLAMD_URL = settings.OIDC_ISSUER = ""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "degraded": [],
        "checks": {"postgresql": "ok", "redis": "ok"},
    }


def test_lost_helpers_only_degrade(cast: Cast, client: Client, settings: Any) -> None:
    nobody = port_of_nobody()
    settings.REDIS_URL = f"redis://127.0.0.1:{nobody}/0"
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", nobody
    settings.CLAMD_URL = "unix:///nowhere/clamd.sock"
    settings.OIDC_ISSUER = f"http://127.0.0.1:{nobody}/demo"
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["degraded"] == ["identity", "mail", "redis", "scanner"]


@pytest.mark.faults
def test_helpers_that_hang_do_not_hold_up_the_answer(
    cast: Cast, client: Client, settings: Any, mute: int
) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{mute}/0"
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", mute
    settings.CLAMD_URL = f"tcp://127.0.0.1:{mute}"
    settings.OIDC_ISSUER = f"http://127.0.0.1:{mute}/demo"
    begun_at = time.monotonic()
    answer = client.get("/readyz")
    assert time.monotonic() - begun_at < 2.5  # all four at once, a second each
    assert answer.status_code == 200
    assert answer.json()["degraded"] == ["identity", "mail", "redis", "scanner"]


def test_a_scanner_that_answers_is_well(cast: Cast, client: Client, settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.CLAMD_URL = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        scanner = Thread(target=clamd_that_answers, args=[server])
        scanner.start()
        assert client.get("/readyz").json()["checks"]["scanner"] == "ok"
        scanner.join()


def test_an_identity_provider_that_answers_is_well(
    cast: Cast, client: Client, settings: Any, identity_sandbox: Sandbox
) -> None:
    settings.OIDC_ISSUER = f"{identity_sandbox.url}/demo"
    assert client.get("/readyz").json()["checks"]["identity"] == "ok"
    health._outside.cache_clear()
    settings.OIDC_ISSUER = f"{identity_sandbox.url}/discovery-500"
    assert client.get("/readyz").json()["checks"]["identity"] == "unavailable"


def test_prometheus_reads_what_the_outbox_owes(cast: Cast, client: Client) -> None:
    hour_ago = clock.now() - timedelta(hours=1)
    Effect.objects.create(key="new", task="tests.any", created_at=hour_ago)
    Effect.objects.create(key="failing", task="tests.any", attempts=2, created_at=hour_ago)
    for number in range(3):
        Effect.objects.create(key=f"d{number}", task="tests.any", state=Effect.State.DEAD)
    answer = client.get("/metrics")
    assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    values = dict(
        line.rsplit(" ", 1) for line in answer.content.decode().splitlines() if line[0] != "#"
    )
    assert values['portal_outbox_effects{state="waiting"}'] == "1"
    assert values['portal_outbox_effects{state="failing"}'] == "1"
    assert values['portal_outbox_effects{state="dead"}'] == "3"
    assert 3600 <= int(values['portal_outbox_oldest_seconds{state="waiting"}']) < 3660
    assert int(values['portal_outbox_oldest_seconds{state="dead"}']) < 60


@pytest.mark.parametrize(
    "came",
    [
        {"REMOTE_ADDR": "203.0.113.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "203.0.113.7"},
        {"HTTP_FORWARDED": "for=203.0.113.7"},
    ],
)
def test_the_numbers_are_not_for_strangers(
    cast: Cast, client: Client, came: dict[str, str]
) -> None:
    assert client.get("/metrics", **came).status_code == 404


@pytest.mark.parametrize(
    ("shown", "status"),
    [("Bearer right", 200), ("Bearer wrong", 404), ("right", 404), ("", 404), ("Bearer ữ", 404)],
)
def test_a_token_opens_them_from_anywhere_and_nothing_else_does(
    cast: Cast, client: Client, settings: Any, shown: str, status: int
) -> None:
    settings.METRICS_TOKEN = "right"
    answer = client.get("/metrics", headers={"Authorization": shown}, REMOTE_ADDR="203.0.113.7")
    assert answer.status_code == status
