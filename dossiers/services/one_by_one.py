"""How a sweep treats its rows and duties: each for itself, so that one bad one stops nobody."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import QuerySet

from portal.core.failure_reasons import reason_of
from portal.core.troubles import DOWN, FULL, trouble_of

log = logging.getLogger(__name__)

BATCH = 500
Duty = Callable[[datetime], int]


def each_duty(duties: Mapping[str, Duty], now: datetime) -> dict[str, int]:
    """Do every duty; returns how many rows each of them did."""
    done = dict.fromkeys(duties, 0)
    for name, duty in duties.items():
        with _by_itself(name):
            done[name] = duty(now)
    return done


def each_row(rows: QuerySet[Any], act: Callable[[int], bool]) -> int:
    """Act on a batch of rows, each in a transaction of its own; returns how many were done.

    The batch is drawn by lot: rows that fail again and again cannot stand before all others.
    """
    done = 0
    for pk in list(rows.order_by("?").values_list("pk", flat=True)[:BATCH]):
        with _by_itself(f"{rows.model.__name__} {pk}"), transaction.atomic():
            done += act(pk)
    return done


@contextmanager
def _by_itself(what: str) -> Iterator[None]:
    """What fails is told to the operator, and the next one goes on.

    The end of the task's time, a database that is gone and a full disk end the whole sweep.
    """
    try:
        yield
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:
        if trouble_of(error) in (DOWN, FULL):
            raise
        log.error("sweep: %s failed: %s", what, reason_of(error))
