"""Is the portal alive, and is it ready?"""

import smtplib
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from urllib.parse import urlsplit
from urllib.request import urlopen

import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

PATIENCE = 1.0
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is touched."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when PostgreSQL answers; the loss of all else only degrades."""
    # Asked at most every five seconds: whoever calls this often opens no flood of connections.
    outside = _outside(int(time.monotonic() // 5))
    checks = {"postgresql": _state(_ask_database), **outside}
    is_ready = checks["postgresql"] == "ok"
    degraded = sorted(name for name, state in outside.items() if state != "ok")
    return JsonResponse(
        {"ready": is_ready, "degraded": degraded, "checks": checks},
        status=200 if is_ready else 503,
    )


@lru_cache(maxsize=1)
def _outside(_moment: int) -> dict[str, str]:
    """The state of what the portal can do without for a while; only what is set up is asked."""
    doors: dict[str, Callable[[], object]] = {"redis": _ask_broker}
    if settings.EMAIL_BACKEND == SMTP:
        doors["mail"] = _ask_mail
    if settings.CLAMD_URL:
        doors["scanner"] = _ask_scanner
    if settings.OIDC_ISSUER:
        doors["identity"] = _ask_identity
    with ThreadPoolExecutor(len(doors)) as pool:  # all that hang are waited for at once
        return dict(zip(doors, pool.map(_state, doors.values()), strict=True))


def _state(ask: Callable[[], object]) -> str:
    try:
        ask()
    except Exception:  # noqa: BLE001 - whatever is wrong, it is unavailable
        return "unavailable"
    return "ok"


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_broker() -> None:
    broker = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
    )
    with broker:
        broker.ping()


def _ask_mail() -> None:
    door = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
    with door(settings.EMAIL_HOST, int(settings.EMAIL_PORT), timeout=PATIENCE) as server:
        server.noop()


def _ask_identity() -> None:
    """The identity provider says where its doors are."""
    address = f"{settings.OIDC_ISSUER.rstrip('/')}/.well-known/openid-configuration"
    with urlopen(address, timeout=PATIENCE) as answer:  # nosec B310 # noqa: S310 - settings.py saw the scheme
        answer.read(1)


def _ask_scanner() -> None:
    """clamd answers PONG over its Unix socket (unix:///path) or over TCP (tcp://host:port)."""
    url = urlsplit(settings.CLAMD_URL)
    family = socket.AF_INET if url.hostname else socket.AF_UNIX
    address = (url.hostname, url.port or 3310) if url.hostname else url.path
    with socket.socket(family, socket.SOCK_STREAM) as line:
        line.settimeout(PATIENCE)
        line.connect(address)
        line.sendall(b"zPING\0")
        if not line.recv(16).startswith(b"PONG"):
            raise ConnectionError
