"""Doors for the worker to the dossiers."""

from celery import shared_task

from dossiers.services import sweeping, unfinished


@shared_task(name="dossiers.tick")
def tick() -> None:
    """Every timed duty that is due."""
    sweeping.tick()


@shared_task(name="dossiers.look_after_drafts")
def look_after_drafts() -> None:
    """Warn about drafts nobody finishes, put them away, let them go."""
    unfinished.look_after_drafts()
