"""One real portal for all faults; every test begins with a healthy one without dossiers."""

import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection

from dossiers.models import Dossier
from portal.accounts.demo import DEMO_PASSWORD
from portal.accounts.models import User
from portal.core import clock
from portal.reports.demo.cast import communes, make_cast
from tests.cast import Cast
from tests.conftest import forget_cases
from tests.faults.canaries import told_on
from tests.faults.house import House
from tests.faults.table import README, gathered, with_results
from tests.faults.visiting import Visitor
from tests.phones import seed_of

CITIZENS = 12
_reports: list[tuple[str, str, float]] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies in this folder kills or starves real processes."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.faults)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember how each fault ended."""
    if report.when == "call" or report.outcome != "passed":
        _reports.append((report.nodeid, report.outcome, report.duration))


def pytest_sessionfinish() -> None:
    """With FAULTS_TABLE=1 the README learns how the faults ended."""
    if os.environ.get("FAULTS_TABLE") == "1":
        text = with_results(README.read_text(), gathered(_reports), clock.today())
        README.write_text(text)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """What the processes of the portal said last stands beneath a fault that was not survived."""
    report: Any = yield
    house = getattr(item, "funcargs", {}).get("house")
    if report.failed and isinstance(house, House):
        for child in house.children.values():
            report.sections.append((f"end of {child.log.name}", child.last_lines(25)))
    return report


@pytest.fixture(scope="session")
def built(django_db_blocker: Any) -> Iterator[House]:
    """The house with the catalogue, the cast and twelve more citizens."""
    base = Path(tempfile.mkdtemp(prefix="mot-cua-faults-"))
    house = House(base)
    try:
        house.build()
        with django_db_blocker.unblock(), house.entered():
            call_command("migrate", verbosity=0)
            call_command("load_catalogue", verbosity=0)
            make_cast()
            _make_citizens()
        house.open()
        yield house
    finally:
        house.close()
        shutil.rmtree(base, ignore_errors=True)


def _make_citizens() -> None:
    password, home = make_password(DEMO_PASSWORD), communes(1)[0]
    for number in range(1, CITIZENS + 1):
        User.objects.create(
            username=f"dan{number}",
            full_name=f"Người Dân {number}",
            email=f"dan{number}@demo.invalid",
            phone=f"09100000{number:02d}",
            identity_number=f"0860910000{number:02d}",
            home_agency=home,
            password=password,
        )


@pytest.fixture
def house(built: House, django_db_blocker: Any, settings: Any) -> Iterator[House]:
    """The house, healthy, empty of dossiers; this process reads its database meanwhile."""
    settings.MEDIA_ROOT = built.media
    with django_db_blocker.unblock(), built.entered():
        _sweep_out(built)
        try:
            yield built
        finally:
            connection.close()
            built.heal()
        assert told_on(built) == []


def _sweep_out(house: House) -> None:
    """No dossier, no letter, no file, no message."""
    house.heal()
    forget_cases()
    house.broker.flushall()
    for folder in (house.media / "files", house.mailbox):
        for path in folder.rglob("*"):
            if path.is_file():
                path.unlink()


@pytest.fixture
def people(house: House) -> Cast:
    """The cast, in the house."""
    return Cast()


@pytest.fixture
def visit(house: House) -> Callable[[str], Visitor]:
    """Sign somebody in over HTTP."""
    return lambda username: Visitor(house.url, username, seed_of(username))


@pytest.fixture
def an(visit: Callable[[str], Visitor]) -> Visitor:
    """An, signed in over HTTP."""
    return visit("an")


@pytest.fixture
def draft(people: Cast) -> Dossier:
    """An's draft, whole but not sent."""
    return people.an.drafts("extract-copy")
