"""The portal with its locks taken out: on it every race must be lost, or the race proves nothing.

Started by the lock-off twins only, as `tests.faults.unlocked:application` and as
`celery -A tests.faults.unlocked`. Each guard is taken out, and the moment between looking and
writing is made long enough for two to meet in it.
"""

import time
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from portal.celery import app
from portal.wsgi import application

from dossiers.querysets import DossierQuerySet  # isort: skip - needs the settings above
from dossiers.services import drafting, stepping, submission, sweeping  # isort: skip
from notifications import services as notifying  # isort: skip
from portal.core.models import NumberCounter  # isort: skip

__all__ = ["app", "application"]
MOMENT = 1.0


def _no_lock(rows: QuerySet[Any], *_args: Any, **_options: Any) -> QuerySet[Any]:
    return rows


def _late(real: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, a moment after it was asked."""

    def wait_and_do(*args: Any, **options: Any) -> Any:
        time.sleep(MOMENT)
        return real(*args, **options)

    return wait_and_do


def _and_wait(real: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, which answers a moment late."""

    def do_and_wait(*args: Any, **options: Any) -> Any:
        found = real(*args, **options)
        time.sleep(MOMENT)
        return found

    return do_and_wait


def _highest_plus_one(series: str) -> int:
    """What people write who have not heard of counters."""
    row = NumberCounter.objects.filter(series=series).first()
    time.sleep(MOMENT)
    number = (row.last if row else 0) + 1
    NumberCounter.objects.update_or_create(series=series, defaults={"last": number})
    return number


def _always_mine(rows: DossierQuerySet, **facts: Any) -> int:
    """A claim that does not look whether somebody else was first."""
    pks = list(rows.values_list("pk", flat=True))
    QuerySet.update(rows.model._base_manager.filter(pk__in=pks), **facts)
    return 1


QuerySet.select_for_update = _no_lock  # type: ignore[method-assign]
DossierQuerySet.update = _always_mine  # type: ignore[method-assign]
submission._prepare = _late(submission._prepare)
submission.next_number = _highest_plus_one
stepping._step_under_lock = _and_wait(stepping._step_under_lock)
drafting.existing_draft = _and_wait(drafting.existing_draft)
notifying.letter_of = _and_wait(notifying.letter_of)
sweeping.locked = _and_wait(sweeping.locked)
