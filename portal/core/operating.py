"""What an operator may do with effects: let them be tried again, or drop them for a reason."""

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.db.models import Q

from portal.core import clock
from portal.core.models import Effect, EffectAct
from portal.core.outbox import BEGUN, workers
from portal.core.querysets import EffectQuerySet


def retry(effect_ids: Iterable[int], actor_id: int) -> int:
    """Let effects be tried again from the start, now; returns how many.

    An effect that is done, or under way right now, stays as it is.
    """
    with transaction.atomic():
        chosen = _chosen(effect_ids).exclude(state=Effect.State.DONE)
        effects = list(chosen.exclude(_under_way()))
        _record(EffectAct.Act.RETRY, effects, actor_id, "")
        _rows(effects).update(
            state=Effect.State.WAITING, attempts=0, next_attempt_at=clock.now(), handed_at=None
        )
        for effect in effects:
            transaction.on_commit(partial(workers.hurry, effect), robust=True)
    return len(effects)


def drop(effect_ids: Iterable[int], actor_id: int, reason: str) -> int:
    """Give effects up for a reason; returns how many. What was done or dropped stays."""
    if not reason.strip():
        raise ValueError("an effect is dropped for a reason")
    with transaction.atomic():
        open_states = (Effect.State.WAITING, Effect.State.DEAD)
        effects = list(_chosen(effect_ids).filter(state__in=open_states))
        _record(EffectAct.Act.DROP, effects, actor_id, reason)
        _rows(effects).update(state=Effect.State.DROPPED)
    return len(effects)


def _chosen(effect_ids: Iterable[int]) -> EffectQuerySet:
    return Effect.objects.filter(pk__in=list(effect_ids)).select_for_update().order_by("pk")


def _rows(effects: list[Effect]) -> EffectQuerySet:
    return Effect.objects.filter(pk__in=[effect.pk for effect in effects])


def _under_way() -> Q:
    """A worker holds it, or was killed so recently that its lease has not passed."""
    return Q(state=Effect.State.WAITING, last_error=BEGUN, next_attempt_at__gt=clock.now())


def _record(act: EffectAct.Act, effects: list[Effect], actor_id: int, reason: str) -> None:
    """Who, when and why, on each row; the why of another attempt is the failure before it."""
    now = clock.now()
    EffectAct.objects.bulk_create(
        EffectAct(
            effect=effect,
            act=act,
            actor_id=actor_id,
            reason=reason or effect.last_error,
            acted_at=now,
        )
        for effect in effects
    )
