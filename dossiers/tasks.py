"""Doors for the worker to the dossiers."""

from celery import shared_task

from dossiers.services import sweeping


@shared_task(name="dossiers.tick")
def tick() -> None:
    """Every timed duty that is due."""
    sweeping.tick()
