"""Doors for the worker to the outbox, to answers that were kept and to limits."""

from celery import shared_task

from portal.core import idempotency, limits, outbox


@shared_task(name="core.finish_effect")
def finish_effect(effect_id: int) -> None:
    """Do one promised effect."""
    outbox.finish(effect_id)


@shared_task(name="core.sweep_outbox")
def sweep_outbox() -> None:
    """Do the effects nobody has done yet."""
    outbox.hurry_due()


@shared_task(name="core.forget_answers")
def forget_answers() -> None:
    """Forget answers nobody may ask for again, and counts of limits that are over."""
    idempotency.forget_expired()
    limits.forget_old()


@shared_task(name="core.forget_effects")
def forget_effects() -> None:
    """Forget effects that were done long ago."""
    outbox.forget_done()
