"""Real PostgreSQL with the real catalogue and the cast; each test starts from there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections

from portal.reports.demo.cast import make_cast
from tests.cast import Cast

CASE_TABLES = (
    "dossiers_dossier",
    "documents_paper",
    "documents_storedfile",
    "notifications_notice",
    "core_effect",
    "core_numbercounter",
    "django_session",
)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Load the catalogue and the cast once; tests roll back to here."""
    with django_db_blocker.unblock():
        call_command("load_catalogue", verbosity=0)
        make_cast()


@pytest.fixture(autouse=True)
def _own_media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def cast(db: None) -> Cast:
    """The people of the portal, inside a transaction that is rolled back."""
    return Cast()


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """The people of the portal with real commits, for threads and other processes.

    Afterwards every dossier and what hangs on it is gone; catalogue and people stay.
    """
    with django_db_blocker.unblock():
        forget_cases()
        yield Cast()
        forget_cases()
        connections.close_all()


def forget_cases() -> None:
    """Remove every dossier and what hangs on it; catalogue and people stay."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(CASE_TABLES)} CASCADE")
