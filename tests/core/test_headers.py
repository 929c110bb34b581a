"""What every answer tells the browser, and the cookies of production."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client

from portal.accounts.demo import DEMO_PASSWORD
from tests.cast import Cast
from tests.house.tracked import ROOT

PLAIN = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
}
COOKIES = (
    "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
    "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE", "SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT",
)  # fmt: skip


@pytest.mark.parametrize(
    ("who", "address"),
    [("", "/"), ("", "/dang-nhap"), ("", "/khong-co"), ("an", "/ho-so-cua-toi"),
     ("chi", "/can-bo"), ("hoa", "/quan-tri/"), ("an", "/can-bo"), ("", "/api/v1/procedures")],
)  # fmt: skip
def test_every_answer_binds_the_browser(cast: Cast, client: Client, who: str, address: str) -> None:
    if who:
        client.force_login(getattr(cast, who).user)
    answer = client.get(address)
    assert {name: answer.get(name) for name in PLAIN} == PLAIN
    told = dict(
        part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";")
    )
    assert {name: told.get(name) for name in POLICY} == POLICY
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in answer


def test_no_script_reads_the_session(cast: Cast, client: Client) -> None:
    typed = {"username": "an", "password": DEMO_PASSWORD}
    cookie = client.post("/dang-nhap", typed).cookies["sessionid"]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert len(cookie.value) == 32


def test_in_production_cookies_belong_to_this_host_and_to_tls_alone() -> None:
    told = _production()
    assert told == {
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SAMESITE": "Lax",
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_SSL_REDIRECT": True,
    }


def _production() -> dict[str, Any]:
    """Settings as an operator's environment makes them, read in a process of its own."""
    question = (
        "import json, portal.settings as s;"
        f"print(json.dumps({{n: getattr(s, n) for n in {COOKIES!r}}}))"
    )
    env = {**os.environ, "PORTAL_DEMO": "0", "OIDC_ISSUER": ""}
    done = subprocess.run(
        [sys.executable, "-c", question], cwd=ROOT, env=env, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
