"""Doors for the worker to accounts."""

from celery import shared_task

from portal.accounts.services import ending


@shared_task(name="accounts.forget_ended_sessions")
def forget_ended_sessions() -> None:
    """Remove sessions that have ended by themselves."""
    ending.forget_ended()
