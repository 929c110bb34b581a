"""Doors for the worker to the letters."""

from celery import shared_task

from notifications import services
from notifications.models import Notice


@shared_task(name="notifications.deliver")
def deliver(notice_id: int) -> None:
    """Send one notice by its id."""
    services.deliver(Notice.objects.select_related("recipient").get(pk=notice_id))
