"""Real PostgreSQL with the real catalogue and the cast; each test starts from there."""

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test.utils import setup_databases, teardown_databases
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from portal.reports.demo.cast import make_cast
from procedures.models import Procedure
from tests.access.reporting import lines_about
from tests.cast import Cast

# A machine busy with other things is no fault of a property.
hypothesis_settings.register_profile(
    "busy", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("busy")
CASE_TABLES = (
    "dossiers_dossier",
    "documents_paper",
    "documents_storedfile",
    "documents_upload",
    "notifications_notice",
    "core_effect",
    "core_givenanswer",
    "core_numbercounter",
    "core_taken",
    "accounts_session",
)
LOG_TABLES = ("audit_entry", "audit_link", "audit_anchor")


def pytest_configure() -> None:
    """Passwords of the cast guard nothing: hash them as Argon2 does, but lightly."""
    settings.PASSWORD_HASHERS = ["tests.hashing.LightArgon2"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Races commit, so they run with the faults: no rolled-back test meets what they leave."""
    for item in items:
        if "committed" in getattr(item, "fixturenames", ()):
            item.add_marker("faults")


def pytest_collection_finish() -> None:
    """What is loaded now stays to the end: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What the heavy part has tried, in numbers."""
    for line in lines_about(terminalreporter):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """A database with the catalogue and the cast, made once; tests roll back to here.

    Made even when no test asks for the `db` fixture: browser and race tests commit.
    """
    with django_db_blocker.unblock():
        # `./run test` has laid out tables and catalogue once for all the processes.
        connection.settings_dict["TEST"]["TEMPLATE"] = os.environ.get("TEST_TEMPLATE")
        before = setup_databases(verbosity=0, interactive=False, aliases={"default"})
        if not Procedure.objects.exists():
            call_command("load_catalogue", verbosity=0)
        make_cast()
    yield
    with django_db_blocker.unblock():
        teardown_databases(before, verbosity=0)


@pytest.fixture(scope="session")
def scanner_url() -> Iterator[str]:
    """A scanner whose only signature is the EICAR test text; `./run test` has started one."""
    if given := os.environ.get("CLAMD_URL"):
        yield given
        return
    command = [sys.executable, "-m", "portal.integrations.scanner.sandbox"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as scanner:
        assert scanner.stdout is not None
        yield f"tcp://127.0.0.1:{int(scanner.stdout.readline())}"
        scanner.terminate()


@dataclass(frozen=True)
class Sandbox:
    """The running identity provider, and the client it knows."""

    url: str
    client_id: str
    client_secret: str


@pytest.fixture(scope="session")
def identity_sandbox() -> Iterator[Sandbox]:
    """An identity provider with the demo people; `./run test` has started one."""
    names = ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
    if given := os.environ.get("OIDC_ISSUER"):
        yield Sandbox(given.rpartition("/")[0], *(os.environ[name] for name in names))
        return
    client = {name: uuid4().hex for name in names}
    command = [sys.executable, "-m", "portal.integrations.identity.sandbox"]
    env = os.environ | client
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as sandbox:
        assert sandbox.stdout is not None
        yield Sandbox(f"http://127.0.0.1:{int(sandbox.stdout.readline())}", *client.values())
        sandbox.terminate()


@pytest.fixture(scope="session")
def heap(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files of all tests lie, each test's in a folder that is made when it is needed."""
    return tmp_path_factory.mktemp("heap")


@pytest.fixture(autouse=True)
def _own_surroundings(heap: Path, settings: Any, scanner_url: str) -> None:
    own = heap / uuid4().hex
    settings.MEDIA_ROOT = own / "media"
    settings.AUDIT_ANCHOR_DIR = str(own / "anchors")
    settings.CLAMD_URL = scanner_url
    # Every test client makes the middleware anew; reading all static files each time is slow.
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture
def cast(db: None) -> Cast:
    """The people of the portal, inside a transaction that is rolled back."""
    return Cast()


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """The people of the portal with real commits, for threads and other processes.

    Afterwards every dossier and what hangs on it is gone, and so is what the log says of it;
    catalogue and people stay.
    """
    with django_db_blocker.unblock():
        forget_cases()
        yield Cast()
        forget_cases()
        connections.close_all()


def forget_cases() -> None:
    """Remove every dossier and what hangs on it; catalogue and people stay.

    Only the owner of the tables, with the triggers off, can take lines out of the log.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(CASE_TABLES)} CASCADE")
        for table in LOG_TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join(LOG_TABLES)}")
        for table in LOG_TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
