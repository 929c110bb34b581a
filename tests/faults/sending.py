"""Sending a draft over HTTP, and points at which the sending can be held."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date

import psycopg2
from django.urls import reverse

from dossiers.models import Dossier, DossierEvent
from portal.core import clock
from portal.core.models import NumberCounter
from portal.reports.demo.cast import communes
from tests.faults.house import House, until
from tests.faults.visiting import Answer, Visitor


def review_of(draft: Dossier) -> str:
    """The page with the button."""
    return reverse("dossiers:review", args=[draft.pk])


def send(visitor: Visitor, draft: Dossier) -> Answer:
    """Open the page with the button and press it."""
    return visitor.press(visitor.get(review_of(draft)))


def code_of(answer: Answer) -> str:
    """The code the portal acknowledged; fails when it did not."""
    assert answer.status_code == 302, (answer.status_code, answer.text[:300])
    where = answer.headers["Location"]
    assert where.endswith("/da-gui"), where
    return where.split("/")[2]


def sent_codes() -> list[str]:
    """The codes of all dossiers that were sent."""
    return sorted(str(c) for c in Dossier.objects.submitted().values_list("code", flat=True))


def times_sent(draft: Dossier) -> int:
    """How often the dossier says it was sent."""
    return DossierEvent.objects.filter(dossier=draft, kind="submit").count()


def in_background(act: Callable[[], Answer]) -> "Future[Answer]":
    """Start the act in a thread; its result is asked for later."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(act)
    pool.shutdown(wait=False)
    return future


@contextmanager
def locked_rows(house: House, statement: str, *values: object) -> Iterator[None]:
    """Another session holds the rows or tables of a statement for as long as the block lasts."""
    facts = house.sockets_of_database()
    line = psycopg2.connect(**facts)
    try:
        with line.cursor() as cursor:
            cursor.execute(statement, values)
        yield
        line.rollback()
    finally:
        line.close()


@contextmanager
def numbers_held(house: House, on: date | None = None) -> Iterator[None]:
    """Nobody gets a dossier number: every sending stops just before its commit."""
    day = on or clock.today()
    series = f"dossier:{communes(1)[0].org_code}:{day:%y%m%d}"
    NumberCounter.objects.get_or_create(series=series, defaults={"last": 0})
    with locked_rows(
        house, "SELECT 1 FROM core_numbercounter WHERE series = %s FOR UPDATE", series
    ):
        yield


def somebody_waits_for_a_lock(house: House) -> bool:
    """Whether any session of the portal is held up by another one."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    return int(house.sql(asked)) > 0


def until_held(house: House) -> None:
    """Wait until somebody has reached the held point."""
    until(lambda: somebody_waits_for_a_lock(house), 30, "somebody to reach the held point")
