"""What the environment says of the identity provider: right, absent, or one line that names it."""

import os
import subprocess
import sys

import pytest

from tests.house.tracked import ROOT

NAMES = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
SAFE = {
    "OIDC_ISSUER": "https://issuer.invalid",
    "OIDC_CLIENT_ID": "mot-cua",
    "OIDC_CLIENT_SECRET": "x",
}


def started(demo: str, **told: str) -> tuple[int, str]:
    """How reading the settings ends, and what it says last."""
    env = {name: value for name, value in os.environ.items() if name not in NAMES}
    done = subprocess.run(
        [sys.executable, "-c", "import portal.settings as s; print(repr(s.OIDC_ISSUER))"],
        cwd=ROOT, env={**env, "PORTAL_DEMO": demo, **told}, capture_output=True, text=True,
    )  # fmt: skip
    return done.returncode, (done.stdout or done.stderr).strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("demo", "told", "issuer"),
    [
        ("0", {}, ""),
        ("0", {"OIDC_ISSUER": ""}, ""),
        ("0", SAFE, "https://issuer.invalid"),
        ("1", SAFE | {"OIDC_ISSUER": "http://127.0.0.1:1/demo"}, "http://127.0.0.1:1/demo"),
    ],
)
def test_the_portal_starts(demo: str, told: dict[str, str], issuer: str) -> None:
    assert started(demo, **told) == (0, repr(issuer))


@pytest.mark.parametrize(
    ("demo", "told", "named"),
    [
        ("0", SAFE | {"OIDC_ISSUER": "http://issuer.invalid"}, "OIDC_ISSUER"),
        ("1", SAFE | {"OIDC_ISSUER": "issuer.invalid"}, "OIDC_ISSUER"),
        ("0", SAFE | {"OIDC_CLIENT_ID": ""}, "OIDC_CLIENT_ID"),
        ("0", SAFE | {"OIDC_CLIENT_SECRET": ""}, "OIDC_CLIENT_SECRET"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_is_named(
    demo: str, told: dict[str, str], named: str
) -> None:
    code, last = started(demo, **told)
    assert code == 1
    assert f"ImproperlyConfigured: {named} " in last
