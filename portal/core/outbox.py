"""Effects outside the transaction: promised by a row, hurried by Celery, finished by a sweep.

PostgreSQL holds the promise. A broker that is down or a worker that is killed delays an
effect, it never loses it. An effect may run twice, so each rests on a stamp of its own: a letter
on `sent_at`, a paper on its file, a picture on its name; a scan may be repeated. For the same
reason the row of an effect that is done need not be kept for ever: `forget_done` deletes it
after `settings.EFFECT_DAYS`, its key may then be promised again, and the task finds its stamp.
"""

import logging
import random
import time
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from celery import Task, current_app
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from portal.core import clock
from portal.core.failure_reasons import reason_of
from portal.core.forgetting import delete_in_batches
from portal.core.models import Effect, EffectAct
from portal.core.querysets import EffectQuerySet

log = logging.getLogger(__name__)

# Longer than the hard time limit of a task (settings.CELERY_TASK_TIME_LIMIT). A TIMER_SCALE below
# one may end it while a slow task still runs; then two do it, and the task's own stamp decides.
LEASE = timedelta(minutes=3)
# Longer than any lease and any pause between attempts.
LONGEST_WAIT = timedelta(hours=2)
MOST_ATTEMPTS = 12
BATCH = 200
HANDED_AT_ONCE = 2000
BROKER_PAUSE = 15.0
# Written before an effect runs: it stays when the process is killed in the middle.
BEGUN = "begun, no outcome"
LOST = "the worker was lost"


def after_commit(task: str, *arguments: int | str, key: str = "") -> Effect:
    """Promise that `task` will be done with `arguments`; the same key is promised once.

    The key holds for as long as the row is kept, which is not for ever (`forget_done`): whoever
    may promise the same thing a month later gives the task a stamp to rest on.
    """
    promised = Effect(key=key or f"{task}:{uuid4()}", task=task, arguments=list(arguments))
    # One statement; the row of a key that is there already stays as it is.
    [effect] = Effect.objects.bulk_create(
        [promised], update_conflicts=True, update_fields=["key"], unique_fields=["key"]
    )
    transaction.on_commit(partial(workers.hurry, effect), robust=True)
    return effect


class Workers:
    """The way to the workers; after a failure it is left alone for a while.

    A broker that takes the connection and never answers then costs one request the time-out,
    not every request of every visitor. What is not sent, the sweep sends.
    """

    def __init__(self) -> None:
        self.silent_until = 0.0

    def hurry(self, effect: Effect) -> bool:
        """Ask a worker to do it now; false when nobody could be asked."""
        if time.monotonic() < self.silent_until:
            return False
        try:
            current_app.send_task(
                "core.finish_effect",
                [effect.pk],
                queue=_queue_of(effect.task),
                expires=_lease().total_seconds(),
            )
        except Exception as error:  # noqa: BLE001 - whatever is wrong, the sweep does it
            self.silent_until = time.monotonic() + BROKER_PAUSE
            log.warning(
                "broker unreachable, effect %s waits for the sweep: %s", effect.pk, type(error)
            )
            return False
        return True


workers = Workers()


def _queue_of(task: str) -> str:
    """The queue the task itself would go to (settings.CELERY_TASK_ROUTES)."""
    name: str = current_app.amqp.router.route({}, task)["queue"].name
    return name


def finish(effect_id: int) -> bool:
    """Do one effect if it is due and nobody else holds it; true when it was done."""
    return any(_do(effect) for effect in _claim(_due().filter(pk=effect_id), 1))


def sweep() -> int:
    """Finish effects that are due, here and now; returns how many were done."""
    _bury()
    return sum([_do(effect) for effect in _claim(_due(), BATCH)])


def hurry_due() -> int:
    """Hand effects that are due to the workers; returns how many.

    Two sweeps at once hand over different ones. What was handed over and came to nothing, such
    as a message lost with Redis, is handed over again once the lease has passed. The messages
    leave after the commit: a worker that reads one at once must not find the row still locked.
    """
    _bury()
    effects = _take_out()
    unsent = [effect.pk for effect in effects if not workers.hurry(effect)]
    Effect.objects.filter(pk__in=unsent).update(handed_at=None)
    return len(effects) - len(unsent)


def _take_out() -> list[Effect]:
    """Due effects that nobody was told of lately, stamped as handed over."""
    now = clock.now()
    lately = Q(handed_at__gt=now - _lease(), handed_at__lte=now)
    with transaction.atomic():
        due = _due().exclude(lately).select_for_update(skip_locked=True)
        effects: list[Effect] = list(due[:HANDED_AT_ONCE])
        Effect.objects.filter(pk__in=[each.pk for each in effects]).update(handed_at=now)
    return effects


def forget_done() -> int:
    """Delete effects that were done long ago; returns how many.

    What waits or is dead is still owed. What an operator has acted on stays too, dropped effects
    among it: who did it and why is never deleted, and the key must not come to life again.
    """
    before = clock.now() - timedelta(days=settings.EFFECT_DAYS)
    acts = EffectAct.objects.filter(effect=OuterRef("pk"))
    return delete_in_batches(Effect.objects.done_before(before).filter(~Exists(acts)))


def _due() -> EffectQuerySet:
    return _in_nobodys_hands().filter(attempts__lt=MOST_ATTEMPTS)


def _in_nobodys_hands() -> EffectQuerySet:
    """Whose time has come; what waits unduly long was put off by a clock that was ahead."""
    now = clock.now()
    return Effect.objects.due(now, now + LONGEST_WAIT * max(settings.TIMER_SCALE, 1))


def _claim(due: EffectQuerySet, most: int) -> list[Effect]:
    """Take a batch nobody else can take before the lease has passed."""
    until = clock.now() + _lease()
    with transaction.atomic():
        mine: list[Effect] = list(due.select_for_update(skip_locked=True)[:most])
        Effect.objects.filter(pk__in=[each.pk for each in mine]).update(next_attempt_at=until)
    for each in mine:
        each.next_attempt_at = until
    return mine


def _do(effect: Effect) -> bool:
    """Run one claimed effect; whatever it raises is written on its row, the others go on."""
    if not _begin(effect):
        return False
    try:
        _task(effect.task).run(*effect.arguments)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a poisoned task stops only itself
        reason = reason_of(error)
        log.error("effect %s (%s) failed: %s", effect.pk, effect.task, reason)
        _postpone(effect, reason)
        return False
    # It is done even if the lease was lost or somebody dropped it meanwhile.
    Effect.objects.filter(pk=effect.pk).update(
        state=Effect.State.DONE, done_at=clock.now(), last_error=""
    )
    return True


def _begin(effect: Effect) -> bool:
    """Count the attempt and renew the lease; false when somebody else took it meanwhile."""
    held = Effect.objects.filter(
        pk=effect.pk, state=Effect.State.WAITING, next_attempt_at=effect.next_attempt_at
    )
    effect.attempts += 1
    effect.next_attempt_at = clock.now() + _lease()
    return bool(
        held.update(
            attempts=F("attempts") + 1,
            next_attempt_at=effect.next_attempt_at,
            last_error=BEGUN,
            handed_at=None,
        )
    )


def _task(name: str) -> Task:
    """The registered task; outside a worker the rooms' tasks may not have been imported yet."""
    if name not in current_app.tasks:
        current_app.loader.import_default_modules()
    return current_app.tasks[name]


def _postpone(effect: Effect, reason: str) -> None:
    """Try again later, each time later than before; after the last attempt it is dead.

    Nothing is written by whoever has lost the lease, which the instant of its end tells.
    """
    mine = Effect.objects.filter(
        pk=effect.pk, state=Effect.State.WAITING, next_attempt_at=effect.next_attempt_at
    )
    mine.update(
        state=Effect.State.DEAD if effect.attempts >= MOST_ATTEMPTS else Effect.State.WAITING,
        next_attempt_at=_next_attempt(effect.attempts),
        last_error=reason,
    )


def _next_attempt(attempts: int) -> datetime:
    """When to try again: 10 s, 20 s, 40 s … one hour, each a fifth more or less."""
    wait = min(2**attempts * 5, 3600) * settings.TIMER_SCALE
    jitter = random.uniform(0.8, 1.2)  # noqa: S311 - jitter, not a secret
    return clock.now() + timedelta(seconds=wait * jitter)


def _lease() -> timedelta:
    """How long an effect belongs to the worker that took it, even if that worker dies."""
    scale: float = max(settings.TIMER_SCALE, 0.1)
    return LEASE * scale


def _bury() -> None:
    """An effect whose last worker was lost too is dead; somebody must look at it."""
    lost = _in_nobodys_hands().filter(attempts__gte=MOST_ATTEMPTS)
    lost.update(state=Effect.State.DEAD, last_error=LOST)
