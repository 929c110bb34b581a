"""Doors for the worker to the papers."""

from celery import shared_task

from portal.documents import services
from portal.documents.models import Paper


@shared_task(name="documents.render")
def render(paper_id: int) -> None:
    """Make the PDF of one paper by its id."""
    services.render(Paper.objects.get(pk=paper_id))
