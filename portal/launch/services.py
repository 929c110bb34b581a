"""Starts the private services that the environment does not name already."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from portal.launch.children import Crew
from portal.launch.places import CHECKOUT, Places
from portal.launch.postgresql import PostgreSQL
from portal.launch.redis_server import Redis
from portal.launch.sandboxes import SANDBOXES, start_sandbox
from portal.launch.secret_keys import kept_keys


def own_settings(places: Places, static_root: Path) -> dict[str, str]:
    """What a private portal needs besides the addresses; the caller's environment wins."""
    defaults = {
        "PORTAL_DEMO": "1",
        "ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]",
        "MEDIA_ROOT": str(places.base / "media"),
        "AUDIT_ANCHOR_DIR": str(places.base / "anchors"),
        "STATIC_ROOT": str(static_root),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PYTHONPATH": str(CHECKOUT),
        "PYTHONUNBUFFERED": "1",
        **kept_keys(places.base / "secrets"),
    }
    return defaults | dict(os.environ)


def start_databases(places: Places, crew: Crew, *, careless: bool = False) -> dict[str, str]:
    """Start PostgreSQL and Redis unless they are given; returns their addresses."""
    found = {}
    if not os.environ.get("DATABASE_URL"):
        postgresql = PostgreSQL(places, crew, careless)
        postgresql.start()
        found["DATABASE_URL"] = postgresql.url
    if not os.environ.get("REDIS_URL"):
        redis = Redis(places, crew)
        redis.start()
        found["REDIS_URL"] = redis.url
    return found


def start_sandboxes(places: Places, crew: Crew, env: Mapping[str, str]) -> dict[str, str]:
    """Start each sandbox that is written, wanted and not replaced by a real address."""
    found: dict[str, str] = {}
    for sandbox in SANDBOXES:
        is_wanted = is_demo(env) or not sandbox.only_in_demo
        if sandbox.exists() and is_wanted and not os.environ.get(sandbox.provides):
            found |= start_sandbox(sandbox, places, crew, env)
    return found


def is_demo(env: Mapping[str, str]) -> bool:
    """Whether the portal holds made-up people only."""
    return env["PORTAL_DEMO"].lower() in {"1", "true", "yes", "on"}


def remember(places: Places, urls: Mapping[str, str]) -> None:
    """Write the addresses down for `./run manage`."""
    places.urls.write_text(json.dumps(dict(urls), indent=1))


def remembered(places: Places) -> dict[str, str]:
    """The addresses of the portal that runs here right now."""
    told: dict[str, str] = json.loads(places.urls.read_text())
    return told
