"""Effects outside the transaction: promised by a row, hurried by Celery, finished by a sweep.

PostgreSQL holds the promise. A broker that is down or a worker that is killed delays an
effect, it never loses it. An effect may run twice, so each rests on a stamp of its own.
"""

import logging
import random
from datetime import timedelta
from functools import partial
from uuid import uuid4

from celery import Task, current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from portal.core import clock
from portal.core.models import Effect

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
MOST_ATTEMPTS = 12
BATCH = 200


def after_commit(task: str, *arguments: int | str, key: str = "") -> Effect:
    """Promise that `task` will be done with `arguments`; the same key is promised once."""
    promised = Effect(key=key or f"{task}:{uuid4()}", task=task, arguments=list(arguments))
    # One statement; the row of a key that is there already stays as it is.
    [effect] = Effect.objects.bulk_create(
        [promised], update_conflicts=True, update_fields=["key"], unique_fields=["key"]
    )
    transaction.on_commit(partial(_hurry, effect.pk), robust=True)
    return effect


def _hurry(effect_id: int) -> None:
    """Ask a worker to do it now; when the broker is down the sweep does it later."""
    try:
        current_app.send_task("core.finish_effect", [effect_id])
    except Exception as error:  # noqa: BLE001 - whatever is wrong, the sweep does it
        log.warning("broker unreachable, effect %s waits for the sweep: %s", effect_id, type(error))


def finish(effect_id: int) -> bool:
    """Do one effect if it is due and nobody else holds it; true when it was done."""
    now = clock.now()
    is_mine = Effect.objects.filter(
        pk=effect_id,
        state=Effect.State.WAITING,
        next_attempt_at__lte=now,
        attempts__lt=MOST_ATTEMPTS,
    ).update(next_attempt_at=now + _lease(), attempts=F("attempts") + 1)
    if not is_mine:
        return False
    effect = Effect.objects.get(pk=effect_id)
    try:
        _task(effect.task).run(*effect.arguments)
    except Exception as error:
        log.exception("effect %s (%s) failed", effect.pk, effect.task)
        _postpone(effect, error)
        return False
    Effect.objects.filter(pk=effect.pk).update(
        state=Effect.State.DONE, done_at=clock.now(), last_error=""
    )
    return True


def _task(name: str) -> Task:
    """The registered task; outside a worker the rooms' tasks may not have been imported yet."""
    if name not in current_app.tasks:
        current_app.loader.import_default_modules()
    return current_app.tasks[name]


def _postpone(effect: Effect, error: Exception) -> None:
    """Try again later, each time later than before; after the last attempt it is dead."""
    wait = min(2**effect.attempts * 5, 3600) * settings.TIMER_SCALE * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, not a secret
    Effect.objects.filter(pk=effect.pk).update(
        state=Effect.State.DEAD if effect.attempts >= MOST_ATTEMPTS else Effect.State.WAITING,
        next_attempt_at=clock.now() + timedelta(seconds=wait),
        last_error=f"{type(error).__name__}: {error}"[:500],
    )


def _lease() -> timedelta:
    """How long an effect belongs to the worker that took it, even if that worker dies."""
    scale: float = max(settings.TIMER_SCALE, 0.1)
    return LEASE * scale


def hurry_due() -> int:
    """Hand effects that are due to the workers again; returns how many."""
    _bury()
    due = list(_due()[:BATCH])
    for effect_id in due:
        _hurry(effect_id)
    return len(due)


def sweep() -> int:
    """Finish effects that are due, here and now; returns how many were done."""
    _bury()
    return sum(finish(effect_id) for effect_id in list(_due()[:BATCH]))


def _due() -> QuerySet[Effect, int]:
    due = Effect.objects.filter(state=Effect.State.WAITING, next_attempt_at__lte=clock.now())
    return due.order_by("next_attempt_at").values_list("pk", flat=True)


def _bury() -> None:
    """An effect whose last worker was lost too is dead; somebody must look at it."""
    Effect.objects.filter(
        state=Effect.State.WAITING,
        attempts__gte=MOST_ATTEMPTS,
        next_attempt_at__lte=clock.now(),
    ).update(state=Effect.State.DEAD, last_error="the worker was lost")
